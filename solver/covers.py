"""Who covers whom, read off a finished schedule: the certificate, made without any model.

For every group and open day with a trigger: who is absent, which eligible backups cover, and why each earlier one
does not. Without `covers_per_day` the covers follow from the schedule: the first need(g, d) eligible backups in order
who stand on ○. With a cap the covers are a choice: given ones are verified, else the best choice of each day is taken
(least breach of coverage, then of priority), found by dynamic programming over the day's groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import combinations

from solver.domain.cover import Cover, PassedOver, Reason
from solver.domain.group import BackupPriority, StaffGroup
from solver.domain.language import say
from solver.domain.problem import Eligible, Problem
from solver.domain.schedule import Schedule

Claims = frozenset[tuple[str, date, str]]
"""(group id, day, staff id): who is said to cover which group when."""


@dataclass(frozen=True)
class Trigger:
    """One group on one open day with an absent member.

    `need` is how many covers are due (0 cannot be), `coverers` the eligible backups who cover, in order.
    """

    group: StaffGroup
    day: date
    absent: tuple[str, ...]
    need: int
    eligible: tuple[Eligible, ...]
    coverers: tuple[Eligible, ...]

    def met_by(self, order: int) -> int:
        """How many covers come from assignments of this order or smaller."""
        return sum(e.order <= order for e in self.coverers)


@dataclass(frozen=True)
class Coverage:
    """All triggers of a schedule by (group id, day), and claims in given covers that are not true."""

    triggers: Mapping[tuple[str, date], Trigger]
    false_claims: tuple[tuple[Cover, str], ...] = field(default=())


def is_absent(problem: Problem, schedule: Schedule, staff: str, day: date) -> bool:
    """absent(m, d): employed, on a shift of kind off, or away unless it is an on_call person's idle ⊘."""
    symbol = schedule.at(staff, day)
    shift = problem.shift_by_symbol.get(symbol) if symbol is not None else None
    if shift is None or not problem.employed(staff, day):
        return False
    return shift.kind == "off" or (shift.kind == "away" and not (staff in problem.on_call and symbol == problem.away))


def read_coverage(
    problem: Problem, schedule: Schedule, given: Sequence[Cover] | None = None, claims: Claims | None = None
) -> Coverage:
    """Find every trigger of the schedule and who covers it.

    Covers may be given as a certificate, of which is verified who covers whom when, or as bare claims of a search.
    """
    if claims is None and given is not None:
        claims = frozenset((c.group_id, c.date, c.staff_id) for c in given)
    settings = problem.settings.backup_coverage
    cap = settings.covers_per_day if settings is not None else None
    bare: list[Trigger] = []
    days = [day for day in problem.judged_days if day not in problem.closed_days]
    for day in days:
        for group in problem.groups:
            absent = tuple(m for m in group.members if is_absent(problem, schedule, m, day))
            if absent:
                need = len(absent) if group.cover == "each" else 1
                eligible = problem.eligible(group.id, day)
                standing = tuple(e for e in eligible if schedule.at(e.staff_id, day) == problem.normal)
                bare.append(Trigger(group, day, absent, need, eligible, standing))
    if cap is None:
        chosen = [_with(t, t.coverers[: t.need]) for t in bare]
    elif claims is not None:
        chosen = _claimed(bare, claims, cap)
    else:
        chosen = [t for day in days for t in _best_day(problem, schedule, [t for t in bare if t.day == day], cap)]
    triggers = {(t.group.id, t.day): t for t in chosen}
    return Coverage(triggers, tuple(_false_claims(triggers, given or (), cap)))


def certificate(problem: Problem, schedule: Schedule, coverage: Coverage) -> tuple[Cover, ...]:
    """One row per cover: who is absent, who covers, and why each earlier backup does not."""
    rows: list[Cover] = []
    for trigger in coverage.triggers.values():
        covering = {e.staff_id for e in trigger.coverers}
        passed: list[PassedOver] = []
        for backup in trigger.eligible:
            if backup.staff_id not in covering:
                reason = why_not(problem, schedule, trigger, backup.staff_id)
                passed.append(PassedOver(staff_id=backup.staff_id, reason=reason))
                continue
            rows.append(
                Cover(
                    date=trigger.day,
                    group_id=trigger.group.id,
                    absent=trigger.absent,
                    staff_id=backup.staff_id,
                    assignment_id=backup.assignment_id,
                    priority_order=backup.order,
                    passed_over=tuple(passed),
                )
            )
    return tuple(sorted(rows, key=lambda row: (row.date, problem.group_index[row.group_id])))


def why_not(problem: Problem, schedule: Schedule, trigger: Trigger, staff: str) -> Reason:
    """Why an eligible backup does not cover."""
    symbol = schedule.at(staff, trigger.day)
    if symbol == problem.normal:
        return "covering_other"
    if problem.pinned(staff, trigger.day) is not None:
        return "pinned"
    if staff in trigger.absent:
        return "absent_member"
    shift = problem.shift_by_symbol.get(symbol or "")
    if shift is None:
        return "away"
    return "at_work" if shift.kind == "work" else shift.kind


def _with(trigger: Trigger, coverers: Iterable[Eligible]) -> Trigger:
    return Trigger(trigger.group, trigger.day, trigger.absent, trigger.need, trigger.eligible, tuple(coverers))


# ---- given covers ---------------------------------------------------------------------------------


def _claimed(bare: list[Trigger], claims: Claims, cap: int) -> list[Trigger]:
    """Triggers with the given covers as far as they are true: standing on ○, within the need and the cap."""
    used: dict[tuple[str, date], int] = {}
    found: list[Trigger] = []
    for trigger in bare:
        coverers: list[Eligible] = []
        for e in trigger.coverers:
            taken = used.get((e.staff_id, trigger.day), 0)
            if (trigger.group.id, trigger.day, e.staff_id) in claims and taken < cap and len(coverers) < trigger.need:
                used[e.staff_id, trigger.day] = taken + 1
                coverers.append(e)
        found.append(_with(trigger, coverers))
    return found


def _false_claims(
    triggers: Mapping[tuple[str, date], Trigger], given: Sequence[Cover], cap: int | None
) -> Iterable[tuple[Cover, str]]:
    """Each given row in which nobody covers as it says, and why."""
    for claim in given:
        trigger = triggers.get((claim.group_id, claim.date))
        if trigger is None:
            yield claim, say("covers.nobody_absent")
        elif claim.staff_id not in {e.staff_id for e in trigger.eligible}:
            yield claim, say("covers.not_eligible")
        elif claim.staff_id not in {e.staff_id for e in trigger.coverers}:
            yield claim, say("covers.others_first") if cap is None else say("covers.others_first_or_cap", cap=cap)


# ---- the best choice under a cap ------------------------------------------------------------------


def _best_day(problem: Problem, schedule: Schedule, day: list[Trigger], cap: int) -> list[Trigger]:
    """The day's triggers with the choice of covers of the least penalty: hard first, then soft.

    Exact: groups are settled one after the other; the state is what capacity the backups on ○ have left.
    """
    backups = sorted({e.staff_id for t in day for e in t.coverers})
    places = {staff: i for i, staff in enumerate(backups)}
    needed_later = [{e.staff_id for t in day[i:] for e in t.coverers} for i in range(len(day) + 1)]

    @cache
    def best(i: int, left: tuple[int, ...]) -> tuple[tuple[int, int], tuple[tuple[Eligible, ...], ...]]:
        if i == len(day):
            return (0, 0), ()
        trigger = day[i]
        free = [e for e in trigger.coverers if left[places[e.staff_id]] > 0]
        options = []
        for size in range(min(trigger.need, len(free)), -1, -1):
            for picked in combinations(free, size):
                taken = {e.staff_id for e in picked}
                rest = tuple(
                    0 if staff not in needed_later[i + 1] else left[k] - (staff in taken) for k, staff in enumerate(backups)
                )
                later, choices = best(i + 1, rest)
                here = penalties(problem, schedule, _with(trigger, picked))
                options.append(((here[0] + later[0], here[1] + later[1]), (picked, *choices)))
        return min(options, key=lambda option: option[0])

    choices = best(0, tuple(cap for _ in backups))[1]
    return [_with(trigger, picked) for trigger, picked in zip(day, choices, strict=True)]


def penalties(problem: Problem, schedule: Schedule, trigger: Trigger) -> tuple[int, int]:
    """What a trigger's covers cost under coverage and priority: hard and soft penalty."""
    hard = soft = 0
    coverage, priority = problem.settings.backup_coverage, priority_settings(problem)
    units = missing_covers(trigger) + len(passed_over_at_work(problem, schedule, trigger))
    plan = len(passed_over_by_plan(problem, trigger)) if priority is not None else 0
    for setting, amount in ((coverage, units), (priority, plan)):
        if setting is not None and setting.hard:
            hard += setting.weight * amount
        elif setting is not None:
            soft += setting.weight * amount
    return hard, soft


def priority_settings(problem: Problem) -> BackupPriority | None:
    """The settings of `backup_priority` where it applies: under priority `available`."""
    coverage = problem.settings.backup_coverage
    return problem.settings.backup_priority if coverage is not None and coverage.priority == "available" else None


def missing_covers(trigger: Trigger) -> int:
    """Clause 1: covers due but not there, where anybody is eligible."""
    return trigger.need - len(trigger.coverers) if trigger.eligible else 0


def passed_over_at_work(problem: Problem, schedule: Schedule, trigger: Trigger) -> list[str]:
    """Clause 2: eligible backups at other work, or idle on call, while those before them do not meet the need.

    Other work is a work shift other than ○, idle the ⊘ of somebody on call; a prefilled cell excuses both.
    """
    passed = []
    for e in trigger.eligible:
        symbol = schedule.at(e.staff_id, trigger.day)
        shift = problem.shift_by_symbol.get(symbol or "")
        if shift is None or problem.pinned(e.staff_id, trigger.day) is not None:
            continue
        idle = e.staff_id in problem.on_call and symbol == problem.away
        at_other_work = shift.kind == "work" and symbol != problem.normal
        if (idle or at_other_work) and trigger.met_by(e.order) < trigger.need:
            passed.append(e.staff_id)
    return passed


def passed_over_by_plan(problem: Problem, trigger: Trigger) -> list[str]:
    """Clause 3: eligible backups of smaller order than the last coverer who do not cover, by no prefilled cell."""
    if not trigger.coverers:
        return []
    last = trigger.coverers[-1].order
    covering = {e.staff_id for e in trigger.coverers}
    pinned_elsewhere = {
        e.staff_id for e in trigger.eligible if problem.pinned(e.staff_id, trigger.day) not in (None, problem.normal)
    }
    return [
        e.staff_id
        for e in trigger.eligible
        if e.order < last and e.staff_id not in covering and e.staff_id not in pinned_elsewhere
    ]
