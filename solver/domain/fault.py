"""Faults (which refuse a problem) and warnings (which go with its result)."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from pydantic import Field

from solver.domain.base import Frozen, Path, pointer
from solver.domain.codes import Code

LONGEST_FOUND = 200  # characters of a value that a fault quotes


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


class Flaw(NamedTuple):
    """A fault in the making: its place still names a part of the document as it stands at some step of reading."""

    code: Code
    place: Path
    found: Any
    expected: str

    def fault(self) -> Fault:
        """Make the fault, once the place is one of the document as sent."""
        return Fault(self.code, pointer(*self.place), quoted(self.found), self.expected)


class Notice(Frozen):
    """A warning: something the manager should know although the problem can be solved."""

    code: Code = Field(strict=False)
    path: str
    message: str


class Unreadable:
    """Stands where a value was that no JSON document can hold; refused when it was met, so never refused again."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def shown(value: Any) -> str:
    """Quote a value for a message: JSON-like and at most 80 characters."""
    if value is None:
        return "nothing"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def quoted(value: Any) -> str | int | float | bool | None:
    """Quote a value for the wire: numbers, true, false and null as they are, all else as short text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return _cut(value) if isinstance(value, str) else _cut(_outline(value, 3))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_FOUND else text[: LONGEST_FOUND - 1] + "…"


def _outline(value: Any, depth: int) -> str:
    """Write the first parts of a value, so that nothing large or deep is ever rendered whole."""
    if isinstance(value, (dict, list, tuple)) and depth == 0:
        return "…"
    if isinstance(value, dict):
        parts = [f"{_outline(key, 0)}: {_outline(item, depth - 1)}" for key, item in islice(value.items(), 9)]
        return "{" + ", ".join([*parts, *(["…"] if len(value) > 9 else [])]) + "}"
    if isinstance(value, (list, tuple)):
        parts = [_outline(item, depth - 1) for item in value[:9]]
        return "[" + ", ".join([*parts, *(["…"] if len(value) > 9 else [])]) + "]"
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _cut(str(value)) if isinstance(value, (int, float, date, Unreadable)) else f"<{type(value).__name__}>"
