"""A problem as somebody would write it: what reads the same when it is left out is left out."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from solver.domain.errors import ProblemError
from solver.domain.problem import Problem
from solver.domain.reading import read_problem

_NEVER_LEFT_OUT = frozenset({"period", "staff"})


def brief(problem: Problem) -> dict[str, Any]:
    """JSON data that reads as the same problem, without the defaults."""
    full = problem.canonical()
    settings = {name: _short(getattr(problem.settings, name), value) for name, value in full["settings"].items()}
    staff, options = _short(problem.staff, full["staff"]), _short(problem.options, full["options"])
    shorter = {**full, "staff": staff, "settings": settings, "options": options}
    for name in settings:
        fewer = {other: value for other, value in shorter["settings"].items() if other != name}
        shorter = {**shorter, "settings": fewer} if _reads_as(full, {**shorter, "settings": fewer}) else shorter
    for name in [name for name in full if name not in _NEVER_LEFT_OUT]:
        without = {other: value for other, value in shorter.items() if other != name}
        shorter = without if _reads_as(full, without) else shorter
    return shorter


def _reads_as(full: dict[str, Any], shorter: dict[str, Any]) -> bool:
    try:
        return read_problem(shorter).canonical() == full
    except ProblemError:  # what was left out is needed
        return False


def _short(value: Any, full: Any) -> Any:
    """A part of the settings, `full` as JSON data, without the fields that read the same when they are left out."""
    if isinstance(value, tuple):
        return [_short(item, of_item) for item, of_item in zip(value, full, strict=True)]
    if not isinstance(value, BaseModel):
        return full
    kind = type(value)
    data = {
        name: _short(inner, item) if isinstance(inner := getattr(value, name), BaseModel) else item
        for name, item in full.items()
    }
    for name in full:
        shorter = {other: item for other, item in data.items() if other != name}
        if not kind.model_fields[name].is_required() and _read(kind, shorter) == full:
            data = shorter
    return data


def _read(kind: type[BaseModel], data: dict[str, Any]) -> Any:
    return kind.model_validate(_tuples(data)).model_dump(mode="json")


def _tuples(value: Any) -> Any:
    """JSON data as the strict types take it."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    return {key: _tuples(item) for key, item in value.items()} if isinstance(value, dict) else value
