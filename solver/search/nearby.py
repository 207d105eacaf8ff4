"""Replanning: what of a published roster to keep still while a first new one is sought near the change.

One large neighbourhood (Shaw, "Using Constraint Programming and Local Search Methods to Solve Vehicle Routing Problems",
CP 1998): around every published cell that can no longer hold, everybody's cells of the days next to it and all cells of
its person stay free, all others keep their published symbol. A sick call is answered within that for almost nothing, and
where it cannot be, the whole problem is searched anyway.
"""

from __future__ import annotations

from datetime import date

from solver.domain.problem import Problem

REACH = 3  # days before and after a change: about a week around it
MOST_FREE = 0.5  # of all cells; with more of them free the whole problem is as quick to search

Cell = tuple[str, date, str]
"""A person, a day, and the symbol that stays."""


def kept_cells(problem: Problem) -> list[Cell] | None:
    """The published cells to keep; None where there is no published roster or most of it may have to move."""
    if problem.baseline is None:
        return None
    holding: list[Cell] = []
    moved_people: set[str] = set()
    moved_days: set[int] = set()
    for person in problem.staff:
        published = problem.baseline.get(person.id, {})
        for day in problem.employed_days(person.id):
            symbol = published.get(day)
            if symbol is not None and symbol in problem.choices(person.id, day):
                holding.append((person.id, day, symbol))
            elif person.id not in problem.on_call:
                moved_people.add(person.id)
                moved_days.add(problem.period.index(day))
    near = {index + step for index in moved_days for step in range(-REACH, REACH + 1)}
    kept = [(s, d, k) for s, d, k in holding if s not in moved_people and problem.period.index(d) not in near]
    cells = sum(len(problem.employed_days(person.id)) for person in problem.staff)
    return kept if len(kept) >= (1 - MOST_FREE) * cells else None
