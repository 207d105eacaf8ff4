"""Replanning: what of a published roster to keep still while a first new one is sought near the change.

One large neighbourhood (Shaw, "Using Constraint Programming and Local Search Methods to Solve Vehicle Routing Problems",
CP 1998): around every published cell that can no longer hold, everybody's cells of the days next to it and all cells of
its person stay free, all others keep their published symbol. A sick call is answered within that for almost nothing, and
where it cannot be, the whole problem is searched anyway.
"""

from __future__ import annotations

from datetime import date

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule

REACH = 3  # days before and after a change: about a week around it
MOST_FREE = 0.5  # of all cells; with more of them free the whole problem is as quick to search

Cell = tuple[str, date, str]
"""A person, a day, and the symbol that stays."""


def moved_cells(problem: Problem) -> list[tuple[str, date]]:
    """Cells that cannot hold their published symbol any more, or have none; on-call people's, which follow, left out."""
    published = problem.baseline or {}
    return [
        (person.id, day)
        for person in problem.staff
        if person.id not in problem.on_call
        for day in problem.employed_days(person.id)
        if published.get(person.id, {}).get(day) not in problem.choices(person.id, day)
    ]


def kept_cells(problem: Problem) -> list[Cell] | None:
    """The published cells to keep; None where there is no published roster or most of it may have to move."""
    if problem.baseline is None:
        return None
    moved = moved_cells(problem)
    people = {staff for staff, _ in moved}
    near = {problem.period.index(day) + step for _, day in moved for step in range(-REACH, REACH + 1)}
    kept: list[Cell] = []
    cells = 0
    for person in problem.staff:
        published = problem.baseline.get(person.id, {})
        for day in problem.employed_days(person.id):
            cells += 1
            symbol = published.get(day)
            still = person.id not in people and problem.period.index(day) not in near
            if still and symbol is not None and symbol in problem.choices(person.id, day):
                kept.append((person.id, day, symbol))
    return kept if len(kept) >= (1 - MOST_FREE) * cells else None


def all_cells(problem: Problem, schedule: Schedule) -> list[Cell] | None:
    """Every cell of a schedule to begin from; None where a cell is missing, or cannot be so."""
    cells: list[Cell] = []
    for person in problem.staff:
        for day in problem.employed_days(person.id):
            symbol = schedule.at(person.id, day)
            if symbol is None or symbol not in problem.choices(person.id, day):
                return None
            cells.append((person.id, day, symbol))
    return cells
