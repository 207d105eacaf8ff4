"""Group conflict: at most `max` members of a group stand on the symbols (×) on the same day.

    Σ{m∈g, m not on call} Σ{k∈symbols} x[m,d,k] ≤ max      ∀ g, d ∈ open days

Amount: people above max, per group and day. Default: × at most 1, soft, weight 100; a group's own `conflict` replaces
it. Prefilled cells count; closed days do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.group import GroupConflict, StaffGroup
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import listed
from solver.model import RosterModel

REACH: Reach = "day"


def _settings(problem: Problem, group: StaffGroup) -> GroupConflict | None:
    """The group's own conflict, else the common one; None where it is off."""
    conflict = group.conflict if group.conflict is not None else problem.settings.group_conflict
    return conflict if conflict is not None and conflict.is_active else None


def fact(problem: Problem, conflict: GroupConflict, group: StaffGroup, day: date) -> Fact:
    """One group on one day."""
    own = ("settings", "staff_groups", problem.group_index[group.id], "conflict")
    path = pointer(*own) if group.conflict is not None else pointer("settings", "group_conflict")
    people = problem.ordinary(problem.members_on(group, day))
    symbols = "/".join(conflict.symbols)
    message = say("rules.group_conflict_fact", date=day, max=conflict.max, group=group.label, symbols=symbols)
    return Fact("group_conflict", path, conflict.hard, conflict.weight, message, people, group.id, (day,))


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bound the members on the symbols."""
    for group in problem.groups:
        conflict = _settings(problem, group)
        if conflict is None:
            continue
        for day in problem.open_days:
            members = problem.ordinary(problem.members_on(group, day))
            if len(members) > conflict.max:
                terms = [lit for m in members for lit in model.cell(m, day, conflict.symbols)]
                model.within(fact(problem, conflict, group, day), None, terms, conflict.max)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Count the members on the symbols, day by day."""
    for group in problem.groups:
        conflict = _settings(problem, group)
        if conflict is None:
            continue
        for day in problem.judged_days:
            if problem.closed(day):
                continue
            found = tuple(
                m
                for m in group.members
                if m not in problem.on_call and problem.employed(m, day) and schedule.at(m, day) in conflict.symbols
            )
            if len(found) > conflict.max:
                message = say(
                    "rules.group_conflict_found",
                    date=day,
                    found=len(found),
                    group=group.label,
                    symbols="/".join(conflict.symbols),
                    names=listed(map(problem.label, found)),
                    max=conflict.max,
                )
                broken = fact(problem, conflict, group, day)._replace(staff_ids=found)
                yield broken.broken_by(len(found) - conflict.max, message)
