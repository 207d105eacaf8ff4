"""Weekends: how many are worked, how many in a row, all days of one or none (`complete`), one shift on them (`identical`).

With w(s, d) = Σ{k∈symbols} x[s,d,k] (default symbols: kind work) over the weekends W, by default (Saturday, Sunday), and
W(s) = ⋁{d∈W} w(s,d):

    Σ W(s) ≤ max_working                                               (1)
    w(s,d) = W(s)      ∀ d ∈ W                                         (2) complete
    #{k : x[s,d,k] = 1 for some d ∈ W} ≤ 1                             (3) identical
    among max_consecutive + 1 weekends in a row one is not worked      (4)
    fewer than min_consecutive worked in a row lie between two that are not  (5)

Amount: weekends above the maximum; days off in worked weekends; shifts beyond the first; weekends in a row too many or too
few; per person. Default where listed: soft, weight 30. People on call are left out. (1), (4) and (5) look at the period's
days only; weekends in a row that touch the first or last one are never too few, unless the `border` is closed. (2) and (3)
judge weekends with all days known (those in `history` count), open and employed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby, product

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import WeekendRule
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import between
from solver.model import Lit, RosterModel, negated

REACH: Reach = "person"

Days = tuple[date, ...]
"""The days of one weekend."""


def _symbols(problem: Problem, entry: WeekendRule) -> tuple[str, ...]:
    return entry.symbols if entry.symbols is not None else problem.of_kind("work")


def _fact(problem: Problem, i: int, staff: str, dates: Days, message: str) -> Fact:
    entry = problem.settings.weekends[i]
    return Fact("weekend", pointer("settings", "weekends", i), entry.hard, entry.weight, message, (staff,), None, dates)


def max_fact(problem: Problem, i: int, staff: str, dates: Days) -> Fact:
    """The maximum of one entry for one person."""
    most = problem.settings.weekends[i].max_working
    return _fact(problem, i, staff, dates, say("rules.weekend_max_fact", name=problem.label(staff), max=most))


def complete_fact(problem: Problem, i: int, staff: str, dates: Days) -> Fact:
    """Complete weekends of one entry for one person."""
    return _fact(problem, i, staff, dates, say("rules.weekend_complete_fact", name=problem.label(staff)))


def identical_fact(problem: Problem, i: int, staff: str, dates: Days) -> Fact:
    """Weekends on one shift, of one entry for one person."""
    return _fact(problem, i, staff, dates, say("rules.weekend_identical_fact", name=problem.label(staff)))


def row_fact(problem: Problem, i: int, side: str, staff: str, dates: Days) -> Fact:
    """One side of the weekends in a row of one entry for one person."""
    bounds = _row_bounds(problem.settings.weekends[i], side)
    return _fact(problem, i, staff, dates, say("rules.weekend_row_fact", name=problem.label(staff), bounds=bounds))


def _row_bounds(entry: WeekendRule, side: str) -> str:
    low, high = (entry.min_consecutive, None) if side == "min" else (None, entry.max_consecutive)
    return between(low, high)


# ---- into the model -------------------------------------------------------------------------------


def constrain(model: RosterModel, problem: Problem) -> None:
    """State (1) to (5) for every person."""
    for i, entry in enumerate(problem.settings.weekends):
        if not entry.is_active:
            continue
        symbols = _symbols(problem, entry)
        weekends = list(problem.period.spans(entry.days))
        for staff in problem.ordinary(problem.in_scope(entry.scope)):
            if entry.complete or entry.identical:
                for days in weekends:
                    works = [_works(model, problem, staff, d, symbols) for d in days]
                    whole = [lit for lit in works if lit is not None]
                    if len(whole) == len(days) and not any(map(problem.closed, days)):
                        if entry.complete:
                            _all_or_none(model, complete_fact(problem, i, staff, days), whole)
                        if entry.identical:
                            _one_shift(model, problem, i, staff, days, whole)
            limits = (entry.max_working, entry.max_consecutive)
            if any(most is not None and most < len(weekends) for most in limits) or (entry.min_consecutive or 0) > 1:
                _number(model, problem, i, staff, weekends)


def _works(model: RosterModel, problem: Problem, staff: str, day: date, symbols: tuple[str, ...]) -> Lit | None:
    """w(s, d); None where the day is not known."""
    if day < problem.period.start:
        symbol = problem.before(staff, day)
        return None if symbol is None else int(symbol in symbols)
    return model.standing(staff, day, symbols) if problem.employed(staff, day) else None


def _all_or_none(model: RosterModel, fact: Fact, works: Sequence[Lit]) -> None:
    """Forbid every way to work some of the days only, those with as many days off together."""
    for off in range(1, len(works)):
        ways = [
            [lit if on else negated(lit) for lit, on in zip(works, way, strict=True)]
            for way in product((True, False), repeat=len(works))
            if way.count(False) == off
        ]
        model.forbid(fact, *ways, amount=off)


def _one_shift(model: RosterModel, problem: Problem, i: int, staff: str, days: Days, works: Sequence[Lit]) -> None:
    fact, symbols = identical_fact(problem, i, staff, days), _symbols(problem, problem.settings.weekends[i])

    def stands(day: date, k: str) -> Lit:
        return int(problem.before(staff, day) == k) if day < problem.period.start else model.x(staff, day, k)

    if len(days) == 2:
        # Another shift on the second day than on the first: on k, and on some of the symbols, but not on k.
        first, second = days
        model.forbid(fact, *([stands(first, k), works[1], negated(stands(second, k))] for k in symbols))
    else:
        model.within(fact, None, [model.any_of(stands(d, k) for d in days) for k in symbols], 1)


def _number(model: RosterModel, problem: Problem, i: int, staff: str, weekends: list[Days]) -> None:
    """State (1), (4) and (5)."""
    entry, symbols = problem.settings.weekends[i], _symbols(problem, problem.settings.weekends[i])
    inside = [tuple(d for d in days if d in problem.period) for days in weekends]
    touched = [
        model.any_of(model.standing(staff, d, symbols) for d in days if problem.employed(staff, d)) for days in inside
    ]
    if entry.max_working is not None and len(weekends) > entry.max_working:
        dates: Days = (inside[0][0], inside[-1][-1])
        model.within(max_fact(problem, i, staff, dates), None, touched, entry.max_working)
    if entry.max_consecutive is not None:
        for at in range(entry.max_consecutive, len(touched)):
            window = slice(at - entry.max_consecutive, at + 1)
            dates = (inside[window][0][0], inside[at][-1])
            model.forbid(row_fact(problem, i, "max", staff, dates), touched[window])
    least, closed = entry.min_consecutive or 0, entry.border == "closed"
    row: list[Lit] = [0, *touched, 0] if closed else touched
    for at in range(1, len(row)):
        for length in range(1, min(least, len(row) - at)):
            pattern = [negated(row[at - 1]), *row[at : at + length], negated(row[at + length])]
            first = at - closed  # its place in `inside`
            dates = tuple(d for days in inside[first : first + length] for d in days)
            if dates:
                model.forbid(row_fact(problem, i, "min", staff, dates), pattern, amount=least - length)


# ---- the check ------------------------------------------------------------------------------------


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Go through every person's weekends."""
    for i, entry in enumerate(problem.settings.weekends):
        people = problem.in_scope(entry.scope) if entry.is_active else ()
        symbols = _symbols(problem, entry)
        for staff in (s for s in people if s not in problem.on_call):
            cells = {
                weekend: [
                    problem.before(staff, day)
                    if day < problem.period.start
                    else (schedule.at(staff, day) if problem.employed(staff, day) else None)
                    for day in weekend
                ]
                for weekend in problem.period.spans(entry.days)
            }
            yield from _check_number(problem, i, staff, cells, symbols)
            whole = {w: c for w, c in cells.items() if None not in c and not any(map(problem.closed, w))}
            yield from _check_whole(problem, i, staff, whole, symbols)


Cells = dict[Days, list[str | None]]
"""What stands on the days of each weekend."""


def _check_number(problem: Problem, i: int, staff: str, cells: Cells, symbols: tuple[str, ...]) -> Iterator[Violation]:
    """Judge how many weekends are worked, and how many in a row."""
    entry, name = problem.settings.weekends[i], problem.label(staff)
    worked = [
        (weekend, any(k in symbols for k, day in zip(row, weekend, strict=True) if day in problem.period))
        for weekend, row in cells.items()
    ]
    working = [weekend for weekend, works in worked if works]
    if entry.max_working is not None and len(working) > entry.max_working:
        message = say("rules.weekend_max_found", name=name, found=len(working), max=entry.max_working)
        dates = _inside(problem, working)
        yield max_fact(problem, i, staff, dates).broken_by(len(working) - entry.max_working, message)
    at = 0
    for works, run in groupby(worked, lambda pair: pair[1]):
        weekends = [weekend for weekend, _ in run]
        at += len(weekends)
        if not works:
            continue
        touching = at == len(weekends) or at == len(worked)
        known = entry.border == "closed" or not touching
        for side, amount in (
            ("max", len(weekends) - entry.max_consecutive if entry.max_consecutive is not None else 0),
            ("min", (entry.min_consecutive or 0) - len(weekends) if known else 0),
        ):
            if amount > 0:
                bounds = _row_bounds(entry, side)
                message = say("rules.weekend_row_found", name=name, found=len(weekends), bounds=bounds)
                dates = _inside(problem, weekends)
                yield row_fact(problem, i, side, staff, dates).broken_by(amount, message)


def _inside(problem: Problem, weekends: list[Days]) -> Days:
    return tuple(day for weekend in weekends for day in weekend if day in problem.period)


def _check_whole(problem: Problem, i: int, staff: str, cells: Cells, symbols: tuple[str, ...]) -> Iterator[Violation]:
    """Judge the weekends all of whose days are known and open."""
    entry, name = problem.settings.weekends[i], problem.label(staff)
    on = {weekend: [k for k in row if k in symbols] for weekend, row in cells.items()}
    halves = {weekend: len(weekend) - len(row) for weekend, row in on.items() if 0 < len(row) < len(weekend)}
    if entry.complete and halves:
        dates = tuple(day for weekend in halves for day in weekend)
        message = say("rules.weekend_complete_found", name=name, found=len(halves))
        yield complete_fact(problem, i, staff, dates).broken_by(sum(halves.values()), message)
    mixed = {weekend: len(set(row)) - 1 for weekend, row in on.items() if len(set(row)) > 1}
    if entry.identical and mixed:
        dates = tuple(day for weekend in mixed for day in weekend)
        message = say("rules.weekend_identical_found", name=name, found=len(mixed))
        yield identical_fact(problem, i, staff, dates).broken_by(sum(mixed.values()), message)
