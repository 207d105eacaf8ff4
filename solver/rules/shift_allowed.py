"""Allowed shifts: people of the scope stand only on the listed symbols.

    Σ{k∉symbols} x[s,d,k] = 0      ∀ s ∈ scope, d ∈ open employed days

Amount: cells, per person and entry. Default: soft, weight 150. Every entry applies. Closed days and the idle ⊘ of
somebody on call do not count; prefilled cells do. A literal per forbidden symbol, no auxiliary variables.
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
from solver.domain.wording import listed
from solver.model import RosterModel

REACH: Reach = "person"

MOST_CELLS = 5  # named in one message


def fact(problem: Problem, i: int, staff: str, dates: tuple[date, ...]) -> Fact:
    """One entry for one person on some days."""
    entry = problem.settings.allowed_shifts[i]
    message = say("rules.shift_allowed_fact", name=problem.label(staff), symbols="/".join(entry.symbols))
    if len(dates) == 1:
        message = say("words.dated", date=dates[0], message=message)
    path = pointer("settings", "allowed_shifts", i)
    return Fact("shift_allowed", path, entry.hard, entry.weight, message, (staff,), None, dates)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Forbid every other symbol in every cell."""
    for i, entry in enumerate(problem.settings.allowed_shifts):
        if not entry.is_active:
            continue
        others = tuple(t.symbol for t in problem.settings.shift_types if t.symbol not in entry.symbols)
        for staff in problem.in_scope(entry.scope):
            idle = problem.away if staff in problem.on_call else None
            for day in problem.employed_days(staff):
                if day not in problem.closed_days:
                    barred = model.cell(staff, day, (k for k in others if k != idle))
                    if barred:
                        model.bar(fact(problem, i, staff, (day,)), barred)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Find the cells on other symbols, person by person."""
    for i, entry in enumerate(problem.settings.allowed_shifts):
        for staff in problem.in_scope(entry.scope) if entry.is_active else ():
            wrong = []
            for day, symbol in schedule.row(staff).items():
                idle = staff in problem.on_call and symbol == problem.away
                if not idle and symbol not in entry.symbols and problem.employed(staff, day) and not problem.closed(day):
                    wrong.append(day)
            if wrong:
                wrong.sort()
                cells = listed(say("words.on_date", symbol=schedule.at(staff, day), date=day) for day in wrong[:MOST_CELLS])
                if len(wrong) > MOST_CELLS:
                    cells = say("words.and_more_days", listed=cells, left=len(wrong) - MOST_CELLS)
                symbols = "/".join(entry.symbols)
                message = say("rules.shift_allowed_found", name=problem.label(staff), cells=cells, symbols=symbols)
                yield fact(problem, i, staff, tuple(wrong)).broken_by(len(wrong), message)
