"""Weekly limit: in every week each person stands on the symbols between `min` and `max` days.

With D(s, w) the open days of week w on which s is employed, plus those before the period that `history` knows, n = |D|:

    ⌊min·n/7⌋ ≤ Σ{d∈D(s,w)} Σ{k∈symbols} x[s,d,k] ≤ ⌈max·n/7⌉      ∀ s not on call, w

For each person and set of symbols the most specific minimum and the most specific maximum apply. Amount: days above or
below, per person and week. Default: soft, weight 60. Closed days count only with `include_calendar` (then n has them too).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import WeeklyLimit
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import prorated_down, prorated_up
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import between, span
from solver.model import RosterModel

REACH: Reach = "person"

WEEK = 7


def _keys(limit: WeeklyLimit) -> list[tuple[frozenset[str], str]]:
    return [(frozenset(limit.symbols), side) for side in ("min", "max") if getattr(limit, side) is not None]


def _bounds(limit: WeeklyLimit, side: str, n: int) -> tuple[int | None, int | None]:
    """The prorated bound of one side for n counting days."""
    if side == "min":
        return prorated_down(limit.min or 0, n, WEEK), None
    return None, prorated_up(limit.max or 0, n, WEEK)


def fact(problem: Problem, i: int, side: str, staff: str, days: tuple[date, ...]) -> Fact:
    """One side of one limit for one person's counting days of a week."""
    limit = problem.settings.weekly_limits[i]
    name, bounds = problem.label(staff), between(*_bounds(limit, side, len(days)), "days")
    message = say("rules.weekly_limit_fact", name=name, span=span(days), bounds=bounds, symbols="/".join(limit.symbols))
    path = pointer("settings", "weekly_limits", i)
    return Fact("weekly_limit", path, limit.hard, limit.weight, message, (staff,), None, days)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bound every person's week."""
    limits = problem.settings.weekly_limits
    governing = problem.most_specific(limits, _keys)
    for (staff, (_, side)), i in governing.items():
        if staff in problem.on_call:
            continue
        limit = limits[i]
        for week in problem.period.weeks(limit.week_start):
            before = [d for d in week if d < problem.period.start and problem.before(staff, d) is not None]
            inside = [d for d in week if problem.employed(staff, d)]
            counting = tuple(d for d in (*before, *inside) if limit.include_calendar or not problem.closed(d))
            terms = [lit for d in counting if d in problem.period for lit in model.cell(staff, d, limit.symbols)]
            terms += [1 for d in counting if d not in problem.period and problem.before(staff, d) in limit.symbols]
            low, high = _bounds(limit, side, len(counting))
            if counting:
                model.within(fact(problem, i, side, staff, counting), low, terms, high)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Count every person's days on the symbols, week by week."""
    limits = problem.settings.weekly_limits
    for (staff, (symbols, side)), i in problem.most_specific(limits, _keys).items():
        if staff in problem.on_call:
            continue
        for week in problem.period.weeks(limits[i].week_start):
            days, found = [], 0
            for day in week:
                symbol = problem.before(staff, day) if day < problem.period.start else schedule.at(staff, day)
                skipped = problem.closed(day) and not limits[i].include_calendar
                if symbol is None or skipped or not (day < problem.period.start or problem.employed(staff, day)):
                    continue
                days.append(day)
                found += symbol in symbols
            low, high = _bounds(limits[i], side, len(days))
            amount = max((low or 0) - found, found - high if high is not None else 0)
            if days and amount > 0:
                message = say(
                    "rules.weekly_limit_found",
                    name=problem.label(staff),
                    span=span(days),
                    found=found,
                    symbols="/".join(limits[i].symbols),
                    bounds=between(low, high, "days"),
                )
                yield fact(problem, i, side, staff, tuple(days)).broken_by(amount, message)
