"""A first roster: structurally sound, made without search; the hint a run starts from."""

from __future__ import annotations

from datetime import date

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel

LARGE_CELLS, LARGE_CHOICES = 4_000, 50_000
"""Free cells, and cells × symbols, from which a team is large: CP-SAT, given the whole, is long without any roster."""
WIDE_CHOICES = 4_000  # cells × symbols, from which the first seconds are better spent on columns, if nothing couples groups


def is_large(problem: Problem) -> bool:
    """Whether a problem is too large to be given to CP-SAT as a whole."""
    return _cells(problem) >= LARGE_CELLS or _choices(problem) >= LARGE_CHOICES


def is_wide(problem: Problem) -> bool:
    """Whether CP-SAT, given the whole, would hardly get on where not even days can be planned one after the other."""
    return is_large(problem) or _choices(problem) >= WIDE_CHOICES


def _cells(problem: Problem) -> int:
    return sum(len(problem.employed_days(person.id)) for person in problem.staff)


def _choices(problem: Problem) -> int:
    return _cells(problem) * len(problem.shift_by_symbol)


def first_roster(problem: Problem) -> Schedule:
    """Every cell as published, if it may be so, else ○ (⊘ for people on call): it breaks no structural rule."""
    rows: dict[str, dict[date, str]] = {}
    published = problem.baseline or {}
    for person in problem.staff:
        row = rows.setdefault(person.id, {})
        for day in problem.employed_days(person.id):
            choices = problem.choices(person.id, day)
            wished = published.get(person.id, {}).get(day)
            usual = problem.away if person.id in problem.on_call else problem.normal
            on_call = person.id in problem.on_call
            row[day] = next(k for k in (None if on_call else wished, usual, choices[0]) if k is not None and k in choices)
    return Schedule({staff: row for staff, row in rows.items() if row})


def hint_from(model: RosterModel, schedule: Schedule) -> None:
    """Suggest a roster to the solver, cell by cell."""
    for staff in schedule.staff_ids:
        for day, symbol in schedule.row(staff).items():
            model.hint(staff, day, symbol)
