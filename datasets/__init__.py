"""Shipped problems and a generator of teams.

An example is a JSON file of this package, `{"name", "title", "why", "problem"}`; `why` is the fact of life it shows.
Teams of any size come from `datasets.generate`.
"""

from __future__ import annotations

import json
import os
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from solver.domain.codes import Code
from solver.domain.document import parse
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault

__all__ = ["Example", "UnknownDataset", "examples", "load"]

_SHIPPED = resources.files(__name__) / "examples"


class Example(NamedTuple):
    """A shipped problem: the name it is loaded by, a title, and the fact of life it shows."""

    name: str
    title: str
    why: str


class UnknownDataset(FileNotFoundError):
    """Neither a shipped example nor a file; `available` holds the names of the examples."""

    def __init__(self, asked: str, available: tuple[str, ...]) -> None:
        super().__init__(f"no example and no file is called {asked}; examples: {', '.join(available)}")
        self.available = available


def examples() -> list[Example]:
    """List the shipped problems, by name."""
    documents = [json.loads((_SHIPPED / f"{name}.json").read_text(encoding="utf-8")) for name in _names()]
    return [Example(document["name"], document["title"], document["why"]) for document in documents]


def load(name_or_path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the raw problem of a shipped example (by name) or of a JSON file (a bare problem, or one wrapped likewise).

    A name wins over a file of the same name; `./name` is always the file.

    Raises
    ------
    UnknownDataset
        There is neither such an example nor such a file.
    ProblemError
        The text is not JSON or would lose something when read (duplicate keys, NaN); the problem itself is not reviewed.
    """
    name = os.fspath(name_or_path)
    if name in _names():
        text = (_SHIPPED / f"{name}.json").read_bytes()
    elif Path(name).is_file():
        text = Path(name).read_bytes()
    else:
        raise UnknownDataset(name, _names())
    document, faults = parse(text)
    if faults:
        raise ProblemError(tuple(faults))
    problem = document["problem"] if isinstance(document, dict) and "problem" in document else document
    if not isinstance(problem, dict):
        raise ProblemError((Fault(Code.WRONG_TYPE, "", problem, "an object with period, staff and settings"),))
    return problem


def _names() -> tuple[str, ...]:
    return tuple(sorted(file.name.removesuffix(".json") for file in _SHIPPED.iterdir() if file.name.endswith(".json")))
