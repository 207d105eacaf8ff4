"""Prefilled: a cell the manager filled in stays exactly as given.

    x[s, d, prefilled(s, d)] = 1

Structural, always hard; wins over the calendar. Amount: 1 per cell. In the model such a cell is a constant.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import STRUCTURAL_WEIGHT, Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel, negated

REACH: Reach = "roster"


def fact(problem: Problem, staff: str, day: date, symbol: str) -> Fact:
    """One filled-in cell."""
    path = pointer("prefilled", staff, day.isoformat())
    said = {"date": day, "name": problem.label(staff), "symbol": symbol}
    published = (problem.baseline or {}).get(staff, {}).get(day)
    if published in (None, symbol):
        message = say("rules.prefilled_fact", **said)
    else:
        message = say("rules.prefilled_change_fact", **said, published=published)
    return Fact("prefilled", path, True, STRUCTURAL_WEIGHT, message, (staff,), None, (day,), True)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Keep every filled-in cell."""
    for staff, row in problem.prefilled.items():
        for day, symbol in row.items():
            model.forbid(fact(problem, staff, day, symbol), [negated(model.x(staff, day, symbol))])


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Compare the schedule with what was filled in."""
    for staff, row in problem.prefilled.items():
        for day, symbol in row.items():
            found = schedule.at(staff, day)
            if found is not None and found != symbol:
                name = problem.label(staff)
                message = say("rules.prefilled_found", date=day, name=name, found=found, symbol=symbol)
                yield fact(problem, staff, day, symbol).broken_by(1, message)
