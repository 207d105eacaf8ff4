"""After closure: on the first days after a long closure nobody of the scope stands on the symbols (×).

    Σ{k∈symbols} x[s,d,k] = 0      ∀ s ∈ scope, d among the `days` dates after ≥ min_closed_days closed ones, d open

Amount: 1 per cell. Default where listed: soft, weight 500. The closure may begin or lie before the period, as far as the
calendar has dates there. Prefilled cells count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import AfterClosure
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import plus
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel

REACH: Reach = "day"


def fact(problem: Problem, i: int, staff: str, day: date) -> Fact:
    """One entry for one cell."""
    entry = problem.settings.after_closure[i]
    symbols = "/".join(entry.symbols)
    message = say("rules.after_closure_fact", date=day, name=problem.label(staff), symbols=symbols)
    return Fact(
        "after_closure", pointer("settings", "after_closure", i), entry.hard, entry.weight, message, (staff,), None, (day,)
    )


def constrain(model: RosterModel, problem: Problem) -> None:
    """Forbid or price the symbols on the days after each closure."""
    for i, entry in enumerate(problem.settings.after_closure):
        if not entry.is_active:
            continue
        days = _days_after(problem, entry)
        for staff in problem.in_scope(entry.scope):
            for day in days:
                if problem.employed(staff, day):
                    for lit in model.cell(staff, day, entry.symbols):
                        model.forbid(fact(problem, i, staff, day), [lit])


def _days_after(problem: Problem, entry: AfterClosure) -> list[date]:
    """The open days of the period that lie within `days` dates after a closure that is long enough."""
    found, closed, since = [], 0, None
    reach = entry.days + entry.min_closed_days  # no closure farther back can bind a day of the period
    for day in (plus(problem.period.start, j) for j in range(-reach, len(problem.days))):
        if problem.closed(day):
            closed += 1
            if closed >= entry.min_closed_days:
                since = day
        else:
            closed = 0
            if since is not None and (day - since).days <= entry.days and day in problem.period:
                found.append(day)
    return found


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """For every open day look back for a closure that is long enough and near enough."""
    for i, entry in enumerate(problem.settings.after_closure):
        for day in problem.judged_days if entry.is_active else ():
            ends = (_closure_ends(problem, plus(day, -back), entry.min_closed_days) for back in range(1, entry.days + 1))
            if problem.closed(day) or not any(ends):
                continue
            for staff in problem.in_scope(entry.scope):
                symbol = schedule.at(staff, day)
                if symbol in entry.symbols and problem.employed(staff, day):
                    name = problem.label(staff)
                    message = say("rules.after_closure_found", date=day, name=name, symbol=symbol, days=entry.days)
                    yield fact(problem, i, staff, day).broken_by(1, message)


def _closure_ends(problem: Problem, last: date, length: int) -> bool:
    """Whether a closure of at least that many days ends on the date."""
    return not problem.closed(plus(last, 1)) and all(problem.closed(plus(last, -j)) for j in range(length))
