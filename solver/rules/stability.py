"""Stability: keep the published roster (`baseline`).

    amount(s, d) = 1 − x[s, d, baseline(s, d)], times 3 in the first 7 days of the period, 2 in the next 7, then 1
    Σ (1 − x[s, d, baseline(s, d)]) ≤ max_changes

Amount: 1 to 3 per changed cell; for `max_changes` (always hard, weight 500) the cells beyond it. Default: soft, weight
10, where there is a baseline. Every changed cell counts, also one that a prefilled cell or the calendar changed. Baseline
cells outside the period or employment are not compared (warning `baseline_ignored`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Lit, RosterModel, negated

REACH: Reach = "roster"

NEAR, SOON = 7, 14  # days from the start of the period
CHANGES_WEIGHT = 500  # per changed cell beyond max_changes


def _nearness(problem: Problem, day: date) -> int:
    index = problem.period.index(day)
    return 3 if index < NEAR else 2 if index < SOON else 1


def cell_fact(problem: Problem, staff: str, day: date, symbol: str) -> Fact:
    """One published cell."""
    settings = problem.settings.stability
    hard, weight = (settings.hard, settings.weight) if settings is not None else (False, 0)
    message = say("rules.stability_fact", date=day, name=problem.label(staff), symbol=symbol)
    return Fact("stability", pointer("settings", "stability"), hard, weight, message, (staff,), None, (day,))


def changes_fact(problem: Problem, most: int) -> Fact:
    """The number of changed cells."""
    dates = (problem.period.start, problem.period.end)
    message = say("rules.stability_changes_fact", most=most)
    return Fact("stability", pointer("settings", "stability"), True, CHANGES_WEIGHT, message, dates=dates)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Price every change, and bound their number."""
    settings = problem.settings.stability
    if settings is None or problem.baseline is None:
        return
    changed: list[Lit] = []
    for staff, row in problem.baseline.items():
        for day, symbol in row.items():
            if problem.employed(staff, day):
                change = negated(model.x(staff, day, symbol))
                changed.append(change)
                model.forbid(cell_fact(problem, staff, day, symbol), [change], amount=_nearness(problem, day))
    if settings.max_changes is not None:
        model.within(changes_fact(problem, settings.max_changes), None, changed, settings.max_changes)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Compare every published cell."""
    settings = problem.settings.stability
    if settings is None or problem.baseline is None:
        return
    changes = 0
    for staff in problem.staff_by_id:
        published = problem.baseline.get(staff, {})
        for day in problem.employed_days(staff):
            symbol, now = published.get(day), schedule.at(staff, day)
            if symbol is not None and now is not None and symbol != now:
                changes += 1
                name = problem.label(staff)
                message = say("rules.stability_found", date=day, name=name, now=now, symbol=symbol)
                yield cell_fact(problem, staff, day, symbol).broken_by(_nearness(problem, day), message)
    if settings.max_changes is not None and changes > settings.max_changes:
        message = say("rules.stability_changes_found", changes=changes, most=settings.max_changes)
        yield changes_fact(problem, settings.max_changes).broken_by(changes - settings.max_changes, message)
