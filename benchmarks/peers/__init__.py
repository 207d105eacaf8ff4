"""Who is compared: toban and its peers, each an adapter from a problem document to an answer.

An adapter gets the same document, seconds, seed and cores as everybody and says what it found; the judge is somebody
else. Each peer is an extra of its own (`toban[peer-timefold]`, …; `toban[peers]` is all of them) and is imported only
where it is asked for. `toban-without-PART` is toban with a part of its search taken away (`ablated`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module, metadata
from typing import Any, NamedTuple


class Task(NamedTuple):
    """What to solve: a problem document, for how many seconds, with which seed, on how many cores."""

    document: dict[str, Any]
    seconds: float
    seed: int
    cores: int


class Answer(NamedTuple):
    """What was found. `steps`: seconds, objective and bound of each better roster or bound; `why` explains a status."""

    status: str
    schedule: dict[str, dict[str, str]] | None
    objective: int | None
    bound: int | None
    steps: list[tuple[float, int | None, int | None]]
    why: str = ""


class Unable(Exception):
    """The peer cannot take part; says why: it is not installed, or cannot express the problem."""


NAMES = ("toban", "cp-sat", "highs", "timefold", "pyworkforce")
_PACKAGES = {"toban": "toban", "cp-sat": "ortools", "highs": "ortools", "timefold": "timefold", "pyworkforce": "pyworkforce"}
WITHOUT = "toban-without-"


def unknown(name: str) -> str:
    """Nothing where there is such a solver; else, who there is."""
    if name in NAMES:
        return ""
    if not name.startswith(WITHOUT):
        return f"{', '.join(NAMES[1:])}, {WITHOUT}PART"
    parts = import_module("benchmarks.peers.ablated").PARTS
    return "" if name.removeprefix(WITHOUT) in parts else ", ".join(WITHOUT + part for part in parts)


def named(name: str) -> Callable[[Task], Answer]:
    """The adapter of that name."""
    if name.startswith(WITHOUT):
        return partial(import_module("benchmarks.peers.ablated").solve, part=name.removeprefix(WITHOUT))
    solve: Callable[[Task], Answer] = import_module(f"benchmarks.peers.{name.replace('-', '_')}").solve
    return solve


def version_of(name: str) -> str:
    """The package behind a peer, and its version."""
    package = "toban" if name.startswith(WITHOUT) else _PACKAGES[name]
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} not installed"
