"""Backup priority: an earlier backup is not planned off just so that a later one has to cover.

For every trigger(g, d), with L the order of the last coverer:

    amount(g,d) = |{ b ∈ E(g,d) : k(b) < L, b does not cover, b is not pinned to another symbol }|

Amount: backups passed over by plan, per group and day. Default: soft, weight 40; applies under priority `available`
(under `strict` clause 3 of `backup_coverage` takes its place). Cost: for need 1 one Boolean per later backup, group
and day; else the exact cover literals of `RosterModel.covering`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage, passed_over_by_plan, priority_settings
from solver.domain.base import pointer
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.group import BackupPriority, StaffGroup
from solver.domain.language import say
from solver.domain.problem import Eligible, Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import listed
from solver.model import RosterModel, negated

REACH: Reach = "day"


def fact(problem: Problem, settings: BackupPriority, group: StaffGroup, day: date) -> Fact:
    """Absences in the group are covered in order on the day."""
    people = tuple(e.staff_id for e in problem.eligible(group.id, day))
    names = listed(map(problem.label, people))
    message = say("rules.backup_priority_fact", date=day, group=group.label, backups=names)
    path = pointer("settings", "backup_priority")
    return Fact("backup_priority", path, settings.hard, settings.weight, message, people, group.id, (day,))


def constrain(model: RosterModel, problem: Problem) -> None:
    """Charge every coverer for the earlier backups he stands in for by plan."""
    settings = priority_settings(problem)
    if settings is None:
        return
    for group in problem.groups:
        for day in problem.open_days:
            backups = problem.eligible(group.id, day)
            earlier = {b: [e for e in backups if e.order < b.order and _free(problem, e, day)] for b in backups}
            if any(earlier.values()) and model.absences(group, day):
                _charge(model, problem, group, day, earlier, fact(problem, settings, group, day))


def _charge(
    model: RosterModel,
    problem: Problem,
    group: StaffGroup,
    day: date,
    earlier: dict[Eligible, list[Eligible]],
    fact: Fact,
) -> None:
    if group.cover == "each":
        covers = model.covering(group, day)
        for e in dict.fromkeys(e for passed in earlier.values() for e in passed):
            later = [b for b, passed in earlier.items() if e in passed]
            model.forbid(fact, *([covers[b.staff_id], negated(covers[e.staff_id])] for b in later))
        return
    if model.covers_per_day is not None:
        for b, passed in earlier.items():
            if passed:
                model.forbid(fact, [model.covering(group, day)[b.staff_id]], amount=len(passed))
        return
    absences = model.absences(group, day)
    before: list[Eligible] = []
    for b, passed in earlier.items():
        if passed:
            nobody_before = [negated(model.x(e.staff_id, day, problem.normal or "")) for e in before]
            stands = model.x(b.staff_id, day, problem.normal or "")
            model.forbid(fact, *([a, stands, *nobody_before] for a in absences), amount=len(passed))
        before.append(b)


def _free(problem: Problem, backup: Eligible, day: date) -> bool:
    """Whether the input leaves it open that the backup covers."""
    return problem.pinned(backup.staff_id, day) in (None, problem.normal)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Count, for every trigger, who was passed over by plan."""
    settings = priority_settings(problem)
    if settings is None:
        return
    for trigger in coverage.triggers.values():
        passed = passed_over_by_plan(problem, trigger)
        if passed:
            group, day = trigger.group, trigger.day
            how = listed(say("words.with_symbol", name=problem.label(b), symbol=schedule.at(b, day)) for b in passed)
            covering = problem.label(trigger.coverers[-1].staff_id)
            message = say("rules.backup_priority_found", date=day, name=covering, group=group.label, passed=how)
            broken = fact(problem, settings, group, day)._replace(staff_ids=tuple(passed))
            yield broken.broken_by(len(passed), message)
