"""Replanning: a problem changed by a patch, with its roster as the one to keep to."""

from __future__ import annotations

from typing import Any

from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.naming import named
from solver.domain.patch import patched
from solver.domain.problem import Problem
from solver.domain.reading import read_problem


def replan(
    problem: Problem,
    schedule: dict[str, dict[str, str]] | None,
    patch: Any,
    *,
    max_changes: int | None = None,
    at: str = "",
) -> Problem:
    """Change a problem by a JSON Patch (`solver.domain.patch`), keeping to its roster as far as that can be.

    The patch is one of the canonical problem (as a result's `problem`, and as repairs are), with the `schedule` as its
    `baseline`; field names may be camelCase. `max_changes`: how many cells of the roster may change at all; it goes into
    `settings.stability`, after the patch. Solving the new problem begins at the roster, and tells its `changes`.

    Raises
    ------
    ProblemError
        With every fault, of the patch and of the problem it makes; places are inside the patch (`/0/path`, `/0/value`),
        with `at` before them, or `/max_changes`.
    """
    document = problem.canonical()
    if schedule is not None:
        document["baseline"] = schedule
    made = patched(document, patch, lambda parts: named(parts, Problem))
    faults, after = list(made.faults), made.document
    if isinstance(after, dict):
        if schedule is not None and after.get("baseline") == schedule:
            after["baseline"] = _what_is_left(schedule, after)
        if max_changes is not None:
            _bound(after, max_changes)
    try:
        new = read_problem(after)
    except ProblemError as error:
        faults += [made.traces.sent(fault) for fault in error.faults]
    faults = [fault._replace(path=at + fault.path) for fault in faults]
    if max_changes is not None and isinstance(after, dict) and after.get("baseline") is None:
        expected = "nothing, as there is no roster whose cells could change"
        faults.append(Fault(Code.BAD_VALUE, "/max_changes", max_changes, expected))
    if faults:
        raise ProblemError(tuple(dict.fromkeys(faults)))
    return new


def _what_is_left(schedule: dict[str, dict[str, str]], after: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The roster without people and symbols that the patch removed: there is nothing of theirs to keep to."""
    settings = after.get("settings")
    people = _values(after.get("staff"), "id")
    symbols = _values(settings.get("shift_types") if isinstance(settings, dict) else None, "symbol")
    rows = {staff: row for staff, row in schedule.items() if staff in people}
    return {staff: {day: symbol for day, symbol in row.items() if symbol in symbols} for staff, row in rows.items()}


def _values(rows: Any, field: str) -> set[Any]:
    found = [row.get(field) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {value for value in found if isinstance(value, str)}


def _bound(after: dict[str, Any], max_changes: int) -> None:
    settings = after.get("settings")
    if isinstance(settings, dict) and isinstance(settings.get("stability"), (dict, type(None))):
        settings["stability"] = {**(settings.get("stability") or {}), "max_changes": max_changes}
