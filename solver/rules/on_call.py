"""On call: somebody on call comes in only to cover; else he stands on ⊘.

    x[b, d, ○] ⇒ ⋁_g covers(b, g, d)        ∀ free cells of on_call people, d open

Structural, always hard. Amount: 1 per cell. The cell's other choice on an open day is ⊘.
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
    """One free cell of somebody on call."""
    rows = problem.settings.backup_assignments
    first = next(i for i, a in enumerate(rows) if a.staff_id == staff and a.is_active and a.assignment_type == "on_call")
    message = say("rules.on_call_fact", date=day, name=problem.label(staff))
    path = pointer("settings", "backup_assignments", first)
    return Fact("on_call", path, True, STRUCTURAL_WEIGHT, message, (staff,), None, (day,), True)


def constrain(model: RosterModel, problem: Problem) -> None:
    """No ○ without a cover."""
    for staff in sorted(problem.on_call):
        for day in problem.open_days:
            if problem.employed(staff, day) and problem.pinned(staff, day) is None and problem.normal is not None:
                covers = [
                    model.covering(group, day)[staff]
                    for group in problem.groups
                    if any(e.staff_id == staff for e in problem.eligible(group.id, day))
                ]
                model.forbid(fact(problem, staff, day), [model.x(staff, day, problem.normal), *map(negated, covers)])


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Every free open cell of somebody on call is ⊘, or ○ with a cover."""
    covering = {(e.staff_id, t.day) for t in coverage.triggers.values() for e in t.coverers}
    for staff in problem.on_call:
        for day, symbol in schedule.row(staff).items():
            if day not in problem.judged_days or problem.closed(day) or problem.pinned(staff, day) is not None:
                continue
            name = problem.label(staff)
            if symbol == problem.normal:
                if (staff, day) not in covering:
                    message = say("rules.on_call_found_idle", date=day, name=name, symbol=symbol)
                    yield fact(problem, staff, day).broken_by(1, message)
            elif symbol != problem.away:
                right = {"normal": problem.normal, "away": problem.away}
                message = say("rules.on_call_found_other", date=day, name=name, symbol=symbol, **right)
                yield fact(problem, staff, day).broken_by(1, message)
