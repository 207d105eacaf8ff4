"""Backup coverage: when a member of a group is off, the group's next backup stands on ○.

With E(g, d) the eligible backups, order k, need(g, d) = 1 on a trigger (cover "one") or the number of absent members
("each"), for every trigger(g, d) with E ≠ ∅:

    Σ{b∈E} x[b,d,○] ≥ need(g,d)                                                           (1) covered
    otherwork(b′,d) ⇒ Σ{b∈E, b≠b′, k(b)≤k(b′)} x[b,d,○] ≥ need(g,d)       ∀ b′ not pinned   (2) nobody at work passed over
    strict: absent(m,d) ⇒ ⋁{b ∈ first(g,d,m)} x[b,d,○]                    ∀ m ∈ g           (3)

otherwork: a work shift other than ○, or an on_call person's idle ⊘. first(g,d,m): the eligible backups of the smallest
order who are not m and not pinned to another symbol. For need 1 all are clauses without auxiliary variables. With
`covers_per_day` the x in (1) and (2) are cover decisions, at most that many a backup and day (`RosterModel.covering`).

    E = ∅: no_backup, if the group has any active assignment or requires a backup           (4)

Amount: per group and day, missing covers (1) + people passed over (2) + first backups passed over (3), nobody counted
twice; 1 for (4). Default: hard, weight 500; (4) soft, weight 200, hard with `require_backup`.
Closed days and people outside employment trigger nothing. Prefilled cells are as fixed as anyone's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage, Trigger, missing_covers, passed_over_at_work
from solver.domain.base import pointer
from solver.domain.cover import Cover
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.group import BackupAssignment, BackupCoverage, StaffGroup
from solver.domain.language import say
from solver.domain.problem import Eligible, Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import either, listed, together
from solver.model import Lit, RosterModel, impossible, negated

REACH: Reach = "day"


def fact(problem: Problem, settings: BackupCoverage, group: StaffGroup, day: date) -> Fact:
    """Absences in the group are covered on the day."""
    backups = [e.staff_id for e in problem.eligible(group.id, day)]
    people = tuple(dict.fromkeys((*problem.members_on(group, day), *backups)))
    names = either([*map(problem.label, backups)])
    message = say("rules.backup_coverage_fact", date=day, group=group.label, normal=problem.normal, backups=names)
    return Fact("backup_coverage", _path(problem, group), settings.hard, settings.weight, message, people, group.id, (day,))


def no_backup_fact(problem: Problem, settings: BackupCoverage, group: StaffGroup, day: date) -> Fact:
    """Nobody of the group is absent on a day without eligible backup."""
    assigned = problem.assignments_of[group.id]
    people = tuple(dict.fromkeys((*problem.members_on(group, day), *(a.staff_id for a in assigned))))
    if assigned:
        reasons = listed(dict.fromkeys(_ineligible(problem, a, day) for a in assigned))
        message = say("rules.backup_coverage_none_can", date=day, group=group.label, backups=reasons)
    else:
        message = say("rules.backup_coverage_none_named", date=day, group=group.label)
    hard, weight = group.require_backup, settings.no_backup_weight
    return Fact("backup_coverage", _path(problem, group), hard, weight, message, people, group.id, (day,))


def _ineligible(problem: Problem, assignment: BackupAssignment, day: date) -> str:
    """Why somebody cannot cover on the day: "中田 until 2026-12-15"."""
    name = problem.label(assignment.staff_id)
    if assignment.effective_until is not None and assignment.effective_until < day:
        return say("rules.backup_coverage_ended", name=name, date=assignment.effective_until)
    if assignment.effective_from is not None and day < assignment.effective_from:
        return say("rules.backup_coverage_not_begun", name=name, date=assignment.effective_from)
    if not problem.employed(assignment.staff_id, day):
        return say("rules.backup_coverage_not_employed", name=name)
    return say("rules.backup_coverage_never_normal", name=name, normal=problem.normal)


def _path(problem: Problem, group: StaffGroup) -> str:
    return pointer("settings", "staff_groups", problem.group_index[group.id])


# ---- into the model -------------------------------------------------------------------------------


def constrain(model: RosterModel, problem: Problem) -> None:
    """State (1) to (4) for every group and open day on which somebody can be absent."""
    settings = problem.settings.backup_coverage
    if settings is None:
        return
    for group in problem.groups:
        for day in problem.open_days:
            absences = model.absences(group, day)
            if not absences:
                continue
            if not problem.eligible(group.id, day):
                if problem.assignments_of[group.id] or group.require_backup:
                    model.forbid(no_backup_fact(problem, settings, group, day), *([a] for a in absences))
                continue
            _cover(model, problem, group, day, absences, fact(problem, settings, group, day))


def _cover(model: RosterModel, problem: Problem, group: StaffGroup, day: date, absences: list[Lit], fact: Fact) -> None:
    normal = problem.normal or ""
    backups = problem.eligible(group.id, day)
    on_normal = {e.staff_id: model.x(e.staff_id, day, normal) for e in backups}
    stands = model.covering(group, day) if model.covers_per_day is not None else on_normal
    each = group.cover == "each"
    if each:  # (1)
        signs = [1] * len(stands) + [-1] * len(absences)
        model.within(fact, 0, [*stands.values(), *absences], None, signs)
    else:
        model.forbid(fact, *([a, *map(negated, stands.values())] for a in absences))
    passed: dict[str, Lit] = {}
    for b in backups:  # (2)
        elsewhere = _elsewhere(model, problem, b, day)
        if impossible(elsewhere):
            continue
        before = [stands[e.staff_id] for e in backups if e.order <= b.order and e is not b]
        if each:
            passed[b.staff_id] = model.require_if(fact, [elsewhere], before, absences)
        else:
            passed[b.staff_id] = model.forbid(fact, *([a, elsewhere, *map(negated, before)] for a in absences))
    settings = problem.settings.backup_coverage
    if settings is not None and settings.priority == "strict":  # (3)
        obliged: dict[tuple[str, ...], list[Lit]] = {}
        for m in problem.members_on(group, day):
            first = _first_tier(problem, backups, m, day)
            if first:
                obliged.setdefault(first, []).append(model.absent(m, day))
        for first, members in obliged.items():
            excused = [negated(passed.get(b, 0)) for b in first]
            model.forbid(fact, *([a, *(negated(on_normal[b]) for b in first), *excused] for a in members))


def _elsewhere(model: RosterModel, problem: Problem, backup: Eligible, day: date) -> Lit:
    """otherwork(b, d): on another work shift, or idle on call, by no prefilled cell."""
    if problem.pinned(backup.staff_id, day) is not None:
        return 0
    if backup.staff_id in problem.on_call:
        return model.x(backup.staff_id, day, problem.away or "")
    return model.standing(backup.staff_id, day, tuple(k for k in problem.of_kind("work") if k != problem.normal))


def _first_tier(problem: Problem, backups: tuple[Eligible, ...], member: str, day: date) -> tuple[str, ...]:
    able = [e for e in backups if e.staff_id != member and problem.pinned(e.staff_id, day) in (None, problem.normal)]
    return tuple(e.staff_id for e in able if e.order == able[0].order)


# ---- the check ------------------------------------------------------------------------------------


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Judge every trigger of the schedule, and every claim in given covers."""
    settings = problem.settings.backup_coverage
    if settings is None:
        return
    for trigger in coverage.triggers.values():
        group, day = trigger.group, trigger.day
        who = together(map(problem.label, trigger.absent))
        if not trigger.eligible:
            if group.require_backup or any(a.group_id == group.id for a in problem.assignments):
                message = say("rules.backup_coverage_found_nobody", date=day, absent=who, group=group.label)
                broken = no_backup_fact(problem, settings, group, day)._replace(staff_ids=trigger.absent)
                yield broken.broken_by(1, message)
            continue
        passed = passed_over_at_work(problem, schedule, trigger)
        skipped = _skipped_first(problem, schedule, trigger, passed) if settings.priority == "strict" else []
        missing = missing_covers(trigger)
        amount = missing + len(passed) + len(skipped)
        if amount:
            found = [say("rules.backup_coverage_missing", missing=missing, need=trigger.need)] if missing else []
            for b in passed:
                found.append(say("rules.backup_coverage_passed_over", name=problem.label(b), symbol=schedule.at(b, day)))
            for b in skipped:
                found.append(say("rules.backup_coverage_skipped", name=problem.label(b), normal=problem.normal))
            people = tuple(dict.fromkeys((*trigger.absent, *passed, *skipped)))
            broken = fact(problem, settings, group, day)._replace(staff_ids=people)
            what = listed(found)
            message = say("rules.backup_coverage_found", date=day, absent=who, group=group.label, found=what)
            yield broken.broken_by(amount, message)
    for claim, why in coverage.false_claims:
        yield _false_claim(problem, settings, claim, why)


def _false_claim(problem: Problem, settings: BackupCoverage, claim: Cover, why: str) -> Violation:
    """A given cover that is not true; it may name a group or a person that does not exist."""
    group = problem.group_by_id.get(claim.group_id)
    path = _path(problem, group) if group is not None else pointer("settings", "backup_coverage")
    label = group.label if group is not None else claim.group_id
    name = problem.label(claim.staff_id) if claim.staff_id in problem.staff_by_id else claim.staff_id
    message = say("rules.backup_coverage_false_claim", date=claim.date, name=name, group=label, why=why)
    people, dates = (claim.staff_id,), (claim.date,)
    broken = Fact("backup_coverage", path, settings.hard, settings.weight, message, people, claim.group_id, dates)
    return broken.broken_by(1, message)


def _skipped_first(problem: Problem, schedule: Schedule, trigger: Trigger, passed: list[str]) -> list[str]:
    """Clause (3): one backup for each first tier that an absent member obliges, none of whom is on ○ or counted already."""
    skipped: dict[tuple[str, ...], str] = {}
    for member in trigger.absent:
        order: int | None = None
        tier: list[str] = []
        for e in trigger.eligible:
            pin = problem.pinned(e.staff_id, trigger.day)
            if e.staff_id == member or (pin is not None and pin != problem.normal):
                continue
            if order is None:
                order = e.order
            if e.order == order:
                tier.append(e.staff_id)
        if tier and not any(schedule.at(b, trigger.day) == problem.normal or b in passed for b in tier):
            skipped[tuple(tier)] = tier[0]
    return list(skipped.values())
