"""A first roster: structurally sound, made without search; the hint a run starts from."""

from __future__ import annotations

from datetime import date

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel

LARGE_CELLS, LARGE_CHOICES = 4_000, 50_000
"""Free cells, and cells × symbols, from which a team is large: CP-SAT, given the whole, is long without any roster."""


def is_large(problem: Problem) -> bool:
    """Whether a problem is too large to be given to CP-SAT as a whole."""
    cells = sum(len(problem.employed_days(person.id)) for person in problem.staff)
    return cells >= LARGE_CELLS or cells * len(problem.shift_by_symbol) >= LARGE_CHOICES


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
