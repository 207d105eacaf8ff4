"""Faults (which refuse a problem) and warnings (which go with its result)."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import Field

from solver.domain.base import Frozen
from solver.domain.codes import Code


class Fault(NamedTuple):
    """One thing wrong with what was sent.

    `path` is the RFC 6901 pointer into the document as sent, `found` the value there (shortened), `expected` a sentence.
    """

    code: Code
    path: str
    found: Any
    expected: str

    def __str__(self) -> str:
        return f"{self.path or '/'}: {self.code}: found {shown(self.found)}, expected {self.expected}"


class Notice(Frozen):
    """A warning: something the manager should know although the problem can be solved."""

    code: Code = Field(strict=False)
    path: str
    message: str


def shown(value: Any) -> str:
    """A value as it is quoted in messages: JSON-like and at most 80 characters."""
    if value is None:
        return "nothing"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
