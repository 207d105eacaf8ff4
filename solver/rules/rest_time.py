"""Rest time: between shifts on consecutive days lie at least `minutes`.

With rest(k, l) = start(l) + 1440 − start(k) − minutes(k), for shifts that have times:

    x[s,d,k] + x[s,d+1,l] ≤ 1      ∀ s ∈ scope, d, k, l with rest(k, l) < minutes

Amount: minutes short, per person and pair of days. Default where listed: hard, weight 1. The day before the period counts
where `history` knows it; prefilled cells count. One clause per person, day and pair of shifts that is too close.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import plus
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.shift import ShiftType
from solver.domain.wording import duration
from solver.model import Lit, RosterModel

REACH: Reach = "person"

DAY = 24 * 60


def rest_between(first: ShiftType, second: ShiftType) -> int | None:
    """Minutes from the end of a shift to the start of the next day's; None where one has no times."""
    if first.starts_at is None or second.starts_at is None:
        return None
    return second.starts_at + DAY - first.starts_at - (first.minutes or 0)


def fact(problem: Problem, i: int, staff: str, day: date) -> Fact:
    """One entry for one person between a day and the next."""
    entry = problem.settings.rest[i]
    dates = (day, plus(day, 1))
    name = problem.label(staff)
    message = say("rules.rest_time_fact", name=name, first=day, second=dates[1], least=duration(entry.minutes))
    return Fact("rest_time", pointer("settings", "rest", i), entry.hard, entry.weight, message, (staff,), None, dates)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Forbid every pair of shifts that is too close."""
    types = problem.settings.shift_types
    for i, entry in enumerate(problem.settings.rest):
        short = [
            (k, m, rest) for k in types for m in types if (rest := rest_between(k, m)) is not None and rest < entry.minutes
        ]
        for staff in problem.in_scope(entry.scope) if entry.is_active else ():
            for day in (plus(problem.period.start, -1), *problem.days[:-1]):
                for k, m, rest in short:
                    pair = [_standing(model, problem, staff, day, k.symbol), model.x(staff, plus(day, 1), m.symbol)]
                    model.forbid(fact(problem, i, staff, day), pair, amount=entry.minutes - rest)


def _standing(model: RosterModel, problem: Problem, staff: str, day: date, symbol: str) -> Lit:
    if day < problem.period.start:
        return int(problem.before(staff, day) == symbol)
    return model.x(staff, day, symbol)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Measure the rest before every shift."""
    for i, entry in enumerate(problem.settings.rest):
        for staff in problem.in_scope(entry.scope) if entry.is_active else ():
            for day in problem.employed_days(staff):
                eve = plus(day, -1)
                earlier = schedule.at(staff, eve) if eve in problem.period else problem.before(staff, eve)
                later = schedule.at(staff, day)
                if earlier is None or later is None or (eve in problem.period and not problem.employed(staff, eve)):
                    continue
                rest = rest_between(problem.shift_by_symbol[earlier], problem.shift_by_symbol[later])
                if rest is not None and rest < entry.minutes:
                    message = say(
                        "rules.rest_time_found",
                        name=problem.label(staff),
                        first=eve,
                        second=day,
                        rest=duration(rest),
                        earlier=earlier,
                        later=later,
                        least=duration(entry.minutes),
                    )
                    yield fact(problem, i, staff, eve).broken_by(entry.minutes - rest, message)
