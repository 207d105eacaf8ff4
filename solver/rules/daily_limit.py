"""Daily limit: on such a day, between `min` and `max` people of the scope stand on the symbols.

    min ≤ Σ{s∈scope, s not on call} Σ{k∈symbols} x[s,d,k] ≤ max      ∀ d ∈ days of the limit

Amount: people above max or below min, per limit and day. Default: soft, weight 50. Prefilled cells count; closed and
must_work days have no limit. Two limits are two budgets. One sum per limit and day; one slack a side when soft.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import DailyLimit
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import between
from solver.model import RosterModel

REACH: Reach = "day"


def fact(i: int, limit: DailyLimit, day: date) -> Fact:
    """One limit on one day."""
    bounds = between(limit.min, limit.max, "people")
    message = say("rules.daily_limit_fact", date=day, bounds=bounds, symbols="/".join(limit.symbols))
    return Fact("daily_limit", pointer("settings", "daily_limits", i), limit.hard, limit.weight, message, dates=(day,))


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bound the people on the symbols."""
    for i, limit in enumerate(problem.settings.daily_limits):
        if not limit.is_active:
            continue
        people = problem.ordinary(problem.in_scope(limit.scope))
        for day in problem.plain_days:
            if problem.matches(limit, day):
                terms = [lit for s in people for lit in model.cell(s, day, limit.symbols)]
                model.within(fact(i, limit, day), limit.min, terms, limit.max)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Count the people on the symbols, day by day."""
    for i, limit in enumerate(problem.settings.daily_limits):
        scope = set(problem.in_scope(limit.scope)) - problem.on_call if limit.is_active else set()
        for day in problem.judged_days:
            if not limit.is_active or problem.day_rule(day) is not None or not problem.matches(limit, day):
                continue
            found = sum(schedule.at(s, day) in limit.symbols for s in scope)
            amount = max((limit.min or 0) - found, found - limit.max if limit.max is not None else 0)
            if amount > 0:
                symbols, bounds = "/".join(limit.symbols), between(limit.min, limit.max, "people")
                message = say("rules.daily_limit_found", date=day, found=found, symbols=symbols, bounds=bounds)
                yield fact(i, limit, day).broken_by(amount, message)
