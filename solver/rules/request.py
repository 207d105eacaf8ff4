"""Requests: one person's wish for one cell.

    want:      x[s,d,symbol] = 1            not wanted:  x[s,d,symbol] = 0

Amount: 1 per cell. Default: soft, weight 10. Closed and must_work days are no exception: what cannot be granted costs.
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel, negated

REACH: Reach = "person"


def fact(problem: Problem, i: int) -> Fact:
    """One request."""
    entry = problem.settings.requests[i]
    key = "rules.request_wanted" if entry.want else "rules.request_unwanted"
    message = say(key, date=entry.date, name=problem.label(entry.staff_id), symbol=entry.symbol)
    path = pointer("settings", "requests", i)
    return Fact("request", path, entry.hard, entry.weight, message, (entry.staff_id,), None, (entry.date,))


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bind or price the cell."""
    for i, entry in enumerate(problem.settings.requests):
        if entry.is_active and entry.staff_id in problem.in_scope(entry.scope):
            stands = model.x(entry.staff_id, entry.date, entry.symbol)
            model.forbid(fact(problem, i), [negated(stands) if entry.want else stands])


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Compare the cell with the wish."""
    for i, entry in enumerate(problem.settings.requests):
        symbol = schedule.at(entry.staff_id, entry.date)
        if not entry.is_active or symbol is None or entry.staff_id not in problem.in_scope(entry.scope):
            continue
        if (symbol == entry.symbol) != entry.want:
            broken = fact(problem, i)
            yield broken.broken_by(1, say("rules.request_found", wish=broken.message, symbol=symbol))
