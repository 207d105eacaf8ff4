"""Monthly limit: over the period, or over each calendar month in it, a person's measure lies between `min` and `max`.

With D(s) the span's open employed days (closed ones too with `include_calendar`), and E of the span's N dates employed:

    ⌊min·E/N⌋ ≤ Σ{d∈D(s)} Σ_k v(k)·x[s,d,k] ≤ ⌈max·E/N⌉      ∀ s, span

v(k): 1 for k ∈ symbols (`count`), the shift's half days (`off_equivalent`) or minutes (`minutes`), of `symbols` where given.
Rounded down and up to the unit: day, half day, minute; prorated for employment only, never for the period's edge, and
`history` does not count. Per person and (measure, symbols, per) the most specific minimum and maximum apply.
Amount: days, half days or minutes. Default: soft, weight 80. People on call are left out of all but `minutes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from solver.covers import Coverage
from solver.domain.base import from_halves, pointer
from solver.domain.entry import MonthlyLimit
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import prorated_down, prorated_up
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import Unit, between, span
from solver.model import Lit, RosterModel

REACH: Reach = "person"

Key = tuple[str, frozenset[str] | None, str, str]


def _keys(limit: MonthlyLimit) -> list[Key]:
    symbols = frozenset(limit.symbols) if limit.symbols is not None else None
    return [(limit.measure, symbols, limit.per, side) for side in ("min", "max") if getattr(limit, side) is not None]


def _spans(problem: Problem, limit: MonthlyLimit) -> list[tuple[date, ...]]:
    return [problem.days] if limit.per == "period" else list(problem.period.months())


def _value(problem: Problem, limit: MonthlyLimit, symbol: str) -> int:
    """v(k): what one day on the symbol adds, in the limit's unit."""
    if limit.symbols is not None and symbol not in limit.symbols:
        return 0
    shift = problem.shift_by_symbol[symbol]
    return {"count": 1, "off_equivalent": shift.off_equivalent, "minutes": shift.minutes or 0}[limit.measure]


def _bounds(limit: MonthlyLimit, side: str, employed: int, whole: int) -> tuple[int | None, int | None]:
    """The prorated bound of one side, in the limit's unit (the settings hold halves)."""
    halves = limit.min if side == "min" else limit.max
    amount = (halves or 0) if limit.measure == "off_equivalent" else (halves or 0) // 2
    return (prorated_down(amount, employed, whole), None) if side == "min" else (None, prorated_up(amount, employed, whole))


def _shown(limit: MonthlyLimit, amount: int | None) -> int | float | None:
    return from_halves(amount) if amount is not None and limit.measure == "off_equivalent" else amount


def _what(limit: MonthlyLimit) -> str:
    if limit.symbols is None:
        return say(f"rules.monthly_limit_{limit.measure}")
    return say(f"rules.monthly_limit_{limit.measure}_on", symbols="/".join(limit.symbols))


def _between(limit: MonthlyLimit, low: int | None, high: int | None) -> str:
    unit: Unit = "minutes" if limit.measure == "minutes" else "days"
    return between(_shown(limit, low), _shown(limit, high), unit)


def fact(problem: Problem, i: int, side: str, staff: str, dates: Sequence[date], employed: int) -> Fact:
    """One side of one limit for one person and span."""
    limit = problem.settings.monthly_limits[i]
    bounds = _between(limit, *_bounds(limit, side, employed, len(dates)))
    name = problem.label(staff)
    message = say("rules.monthly_limit_fact", name=name, span=span(dates), bounds=bounds, what=_what(limit))
    path = pointer("settings", "monthly_limits", i)
    return Fact("monthly_limit", path, limit.hard, limit.weight, message, (staff,), None, (dates[0], dates[-1]))


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bound every person's measure in every span."""
    limits = problem.settings.monthly_limits
    for (staff, (_, _, _, side)), i in problem.most_specific(limits, _keys).items():
        limit = limits[i]
        if staff in problem.on_call and limit.measure != "minutes":
            continue
        values = {t.symbol: _value(problem, limit, t.symbol) for t in problem.settings.shift_types}
        for dates in _spans(problem, limit):
            employed = [d for d in dates if problem.employed(staff, d)]
            if not employed:
                continue
            stated = fact(problem, i, side, staff, dates, len(employed))
            if model.leaves_out(stated):
                continue
            terms: list[Lit] = []
            factors: list[int] = []
            for day in employed:
                if limit.include_calendar or day not in problem.closed_days:
                    for symbol, value in values.items():
                        if value:
                            terms.append(model.x(staff, day, symbol))
                            factors.append(value)
            low, high = _bounds(limit, side, len(employed), len(dates))
            model.within(stated, low, terms, high, factors)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Add up every person's measure, span by span."""
    limits = problem.settings.monthly_limits
    for (staff, (measure, _, _, side)), i in problem.most_specific(limits, _keys).items():
        limit = limits[i]
        if staff in problem.on_call and measure != "minutes":
            continue
        for dates in _spans(problem, limit):
            found = employed = 0
            for day in dates:
                symbol = schedule.at(staff, day)
                if problem.employed(staff, day):
                    employed += 1
                    if symbol is not None and (limit.include_calendar or not problem.closed(day)):
                        found += _value(problem, limit, symbol)
            low, high = _bounds(limit, side, employed, len(dates))
            amount = max((low or 0) - found, found - high if high is not None else 0)
            if employed and amount > 0:
                message = say(
                    "rules.monthly_limit_found_minutes" if measure == "minutes" else "rules.monthly_limit_found",
                    name=problem.label(staff),
                    span=span(dates),
                    found=_shown(limit, found),
                    what=_what(limit),
                    bounds=_between(limit, low, high),
                )
                yield fact(problem, i, side, staff, dates, employed).broken_by(amount, message)
