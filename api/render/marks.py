"""Where a violation shows: on cells, on a whole day, or on a person's name.

A violation names people and dates; which cells it means follows from the entry its path leads to. A limit exceeded
marks the cells that count, one undershot has no cell to blame: it marks the day or the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.render.plain import plain
from solver.domain.base import from_halves
from solver.domain.entry import MonthlyLimit
from solver.domain.fact import Severity, Violation
from solver.domain.problem import Problem
from solver.domain.staff import EVERYBODY

MOST_DAYS = 14  # a violation over more cells of one person than this marks his name instead
MOST_NAMES = 3  # and one about more names than this marks nothing: everybody's fault is nobody's

Schedule = Mapping[str, Mapping[str, str]]
_Found = tuple[Severity | None, tuple[str, ...]]
_NONE: _Found = (None, ())


@dataclass
class Marks:
    """The worst severity and the sentences of every cell, day and name."""

    cells: dict[tuple[str, date], _Found] = field(default_factory=dict)
    columns: dict[date, _Found] = field(default_factory=dict)
    rows: dict[str, _Found] = field(default_factory=dict)

    def cell(self, staff: str, day: date) -> _Found:
        """Tell what is wrong in one cell."""
        return self.cells.get((staff, day), _NONE)

    def column(self, day: date) -> _Found:
        """Tell what is wrong with a day as a whole."""
        return self.columns.get(day, _NONE)

    def row(self, staff: str) -> _Found:
        """Tell what is wrong for a person over a longer span."""
        return self.rows.get(staff, _NONE)


def marks_of(violations: Iterable[Violation], problem: Problem, schedule: Schedule) -> Marks:
    """Find every place a list of violations shows at. Warnings mark nothing."""
    marks = Marks()
    for violation in violations:
        if violation.severity != "warning":
            _mark(marks, violation, problem, schedule)
    return marks


def _mark(marks: Marks, violation: Violation, problem: Problem, schedule: Schedule) -> None:
    entry = _entry(problem, violation.path)
    people = violation.staff_ids or _people(entry, problem)
    there = [(s, d) for s in people for d in violation.dates if d.isoformat() in schedule.get(s, {})]
    cells = _counting(there, entry, schedule)
    if violation.staff_ids and violation.dates and 0 < len(cells) <= MOST_DAYS * len(people):
        _add(marks.cells, cells, violation)
    elif violation.staff_ids:
        _add(marks.rows, people if len(people) <= MOST_NAMES else (), violation)
    elif cells and _limited(entry):
        _add(marks.cells, cells, violation)
    elif len(violation.dates) <= MOST_DAYS:
        _add(marks.columns, violation.dates, violation)


def _counting(there: list[tuple[str, date]], entry: Any, schedule: Schedule) -> list[tuple[str, date]]:
    """Of the cells a violation is about, those that break it: for a limit on symbols, the ones on them if too many."""
    if not _limited(entry):
        return there
    on = [(s, d) for s, d in there if schedule[s][d.isoformat()] in entry.symbols]
    if len(on) == len(there):
        return there
    least = getattr(entry, "min", None)
    if least is not None and isinstance(entry, MonthlyLimit):
        least = from_halves(least)
    too_many = entry.max is not None and (least is None or len(on) > least)
    return on if too_many else []


def _limited(entry: Any) -> bool:
    """Whether the entry bounds how many cells stand on some symbols."""
    if getattr(entry, "measure", "count") != "count":
        return False
    symbols = getattr(entry, "symbols", None) or ()
    return hasattr(entry, "max") and symbols != () and all(isinstance(symbol, str) for symbol in symbols)


def _people(entry: Any, problem: Problem) -> Sequence[str]:
    """Whom an entry is about, where the violation names nobody."""
    people = problem.in_scope(getattr(entry, "scope", EVERYBODY))
    skill = getattr(entry, "skill", None)
    return people if skill is None else [s for s in people if skill in problem.staff_by_id[s].skills]


def _entry(problem: Problem, path: str) -> Any:
    """Follow a violation's path; None where it leads nowhere."""
    found: Any = problem
    for part in path.split("/")[1:]:
        if isinstance(found, tuple):
            found = found[int(part)] if part.isdecimal() and int(part) < len(found) else None
        elif isinstance(found, Mapping):
            found = None
        else:
            found = getattr(found, part, None)
    return found


def _add(places: dict[Any, _Found], keys: Iterable[Any], violation: Violation) -> None:
    for key in keys:
        severity, sentences = places.get(key, _NONE)
        worst: Severity = "hard" if "hard" in (severity, violation.severity) else violation.severity
        sentence = plain(violation.message)
        if sentence not in sentences:
            places[key] = (worst, (*sentences, sentence))
