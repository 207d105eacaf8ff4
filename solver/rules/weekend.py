"""Weekends: at most `max_working` of them with work, and — `complete` — worked on both days or on neither.

With w(s, d) = Σ{k∈symbols} x[s,d,k] (default symbols: kind work), over the weekends (d, d+1):

    Σ [ w(s,d) ∨ w(s,d+1) ] ≤ max_working                              (1)
    w(s,d) = w(s,d+1)                                                  (2) complete

Amount: weekends above the maximum; weekends half worked; per person. Default where listed: soft, weight 30. People on call
are left out. (1) counts the period's days only; (2) judges weekends with both days known (a Saturday in `history`
counts), open and employed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import WeekendRule
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import Weekend
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Lit, RosterModel, negated

REACH: Reach = "person"


def _symbols(problem: Problem, entry: WeekendRule) -> tuple[str, ...]:
    return entry.symbols if entry.symbols is not None else problem.of_kind("work")


def max_fact(problem: Problem, i: int, staff: str, dates: tuple[date, ...]) -> Fact:
    """The maximum of one entry for one person."""
    entry = problem.settings.weekends[i]
    message = say("rules.weekend_max_fact", name=problem.label(staff), max=entry.max_working)
    return Fact("weekend", pointer("settings", "weekends", i), entry.hard, entry.weight, message, (staff,), None, dates)


def complete_fact(problem: Problem, i: int, staff: str, dates: tuple[date, ...]) -> Fact:
    """Complete weekends of one entry for one person."""
    entry = problem.settings.weekends[i]
    message = say("rules.weekend_complete_fact", name=problem.label(staff))
    return Fact("weekend", pointer("settings", "weekends", i), entry.hard, entry.weight, message, (staff,), None, dates)


def constrain(model: RosterModel, problem: Problem) -> None:
    """State (1) and (2) for every person."""
    for i, entry in enumerate(problem.settings.weekends):
        if not entry.is_active:
            continue
        symbols = _symbols(problem, entry)
        for staff in problem.ordinary(problem.in_scope(entry.scope)):
            worked = {w: [_works(model, problem, staff, d, symbols) for d in w] for w in problem.period.weekends()}
            if entry.max_working is not None and len(worked) > entry.max_working:
                touched = [
                    model.any_of(lit for lit, d in zip(lits, w, strict=True) if d in problem.period and lit is not None)
                    for w, lits in worked.items()
                ]
                model.within(max_fact(problem, i, staff, _dates(problem, worked)), None, touched, entry.max_working)
            if entry.complete:
                for w, (saturday, sunday) in worked.items():
                    if (
                        saturday is not None
                        and sunday is not None
                        and not problem.closed(w.saturday)
                        and not problem.closed(w.sunday)
                    ):
                        halves = ([saturday, negated(sunday)], [negated(saturday), sunday])
                        model.forbid(complete_fact(problem, i, staff, tuple(w)), *halves)


def _works(model: RosterModel, problem: Problem, staff: str, day: date, symbols: tuple[str, ...]) -> Lit | None:
    """w(s, d); None where the day is not known."""
    if day < problem.period.start:
        symbol = problem.before(staff, day)
        return None if symbol is None else int(symbol in symbols)
    return model.standing(staff, day, symbols) if problem.employed(staff, day) else None


def _dates(problem: Problem, weekends: dict[Weekend, list[Lit | None]]) -> tuple[date, ...]:
    days = [d for w in weekends for d in w if d in problem.period]
    return (days[0], days[-1])


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Go through every person's weekends."""
    for i, entry in enumerate(problem.settings.weekends):
        people = problem.in_scope(entry.scope) if entry.is_active else ()
        symbols = _symbols(problem, entry)
        for staff in (s for s in people if s not in problem.on_call):
            working, halves = [], []
            for weekend in problem.period.weekends():
                cells = [
                    problem.before(staff, day)
                    if day < problem.period.start
                    else (schedule.at(staff, day) if problem.employed(staff, day) else None)
                    for day in weekend
                ]
                works = [symbol in symbols for symbol in cells]
                if any(at_work for at_work, day in zip(works, weekend, strict=True) if day in problem.period):
                    working.append(weekend)
                if None not in cells and not any(map(problem.closed, weekend)) and works[0] != works[1]:
                    halves.append(weekend)
            name = problem.label(staff)
            if entry.max_working is not None and len(working) > entry.max_working:
                dates = tuple(day for weekend in working for day in weekend if day in problem.period)
                message = say("rules.weekend_max_found", name=name, found=len(working), max=entry.max_working)
                yield max_fact(problem, i, staff, dates).broken_by(len(working) - entry.max_working, message)
            if entry.complete and halves:
                dates = tuple(day for weekend in halves for day in weekend)
                message = say("rules.weekend_complete_found", name=name, found=len(halves))
                yield complete_fact(problem, i, staff, dates).broken_by(len(halves), message)
