"""Calendar: on closed days everybody is on ×, on must_work days everybody works.

    x[s, d, ×] = 1                       ∀ free cells, d ∈ must_day_off
    Σ{k of kind work} x[s, d, k] = 1     ∀ free cells of people not on call, d ∈ must_work

Structural, always hard; prefilled cells win over it, idle on_call people stay on ⊘. Amount: 1 per cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import STRUCTURAL_WEIGHT, Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel, negated

REACH: Reach = "day"


def fact(problem: Problem, staff: str, day: date) -> Fact:
    """What the calendar orders for one cell."""
    listed = day in problem.settings.calendar
    path = pointer("settings", "calendar", day.isoformat()) if listed else pointer("settings", "holidays")
    key = "rules.calendar_closed_fact" if day in problem.closed_days else "rules.calendar_work_fact"
    message = say(key, date=day, name=problem.label(staff))
    return Fact("calendar", path, True, STRUCTURAL_WEIGHT, message, (staff,), None, (day,), True)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bind the free cells of closed and must_work days."""
    work = problem.of_kind("work")
    for day in (*sorted(problem.closed_days), *sorted(problem.must_work_days)):
        symbols = (problem.off or "",) if day in problem.closed_days else work
        for person in problem.staff:
            free = problem.employed(person.id, day) and problem.pinned(person.id, day) is None
            if free and (day in problem.closed_days or person.id not in problem.on_call):
                model.forbid(fact(problem, person.id, day), [negated(model.standing(person.id, day, symbols))])


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Look at the free cells of every closed and every must_work day."""
    for day in problem.judged_days:
        order = problem.day_rule(day)
        if order is None:
            continue
        for staff in schedule.staff_ids:
            symbol = schedule.at(staff, day)
            if symbol is None or not problem.employed(staff, day) or problem.pinned(staff, day) is not None:
                continue
            name = problem.label(staff)
            if order == "must_day_off":
                if symbol != problem.off:
                    message = say("rules.calendar_closed_found", date=day, name=name, symbol=symbol)
                    yield fact(problem, staff, day).broken_by(1, message)
            elif staff not in problem.on_call and problem.shift_by_symbol[symbol].kind != "work":
                message = say("rules.calendar_work_found", date=day, name=name, symbol=symbol)
                yield fact(problem, staff, day).broken_by(1, message)
