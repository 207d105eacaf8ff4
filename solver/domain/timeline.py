"""Timeline checks of backup assignments: what their dates, orders and people will not do in this period.

Only active groups and active assignments to them are looked at, and only the open days of the period. An assignment is *in
effect* on a day within its dates on which the backup is employed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.fault import Notice
from solver.domain.group import BackupAssignment, StaffGroup
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.wording import runs


class _Row(NamedTuple):
    """An assignment, where it stands, and the open days on which it is in effect."""

    at: int
    it: BackupAssignment
    days: tuple[date, ...]

    def path(self, field: str) -> str:
        return pointer("settings", "backup_assignments", self.at, field)


def timeline_notices(problem: Problem) -> list[Notice]:
    """List what is odd about the groups' backups over time, group by group."""
    active = {a.id for a in problem.assignments}
    rows = [
        _Row(i, a, tuple(d for d in problem.open_days if a.effective_on(d) and problem.employed(a.staff_id, d)))
        for i, a in enumerate(problem.settings.backup_assignments)
        if a.id in active
    ]
    by_group: dict[str, list[_Row]] = {}
    for row in rows:
        by_group.setdefault(row.it.group_id, []).append(row)
    found: list[Notice] = []
    for i, group in enumerate(problem.settings.staff_groups):
        if group.is_active:
            own = by_group.get(group.id, [])
            found += _uncovered(problem, group, own, pointer("settings", "staff_groups", i))
            for row in own:
                found += _of_one(problem, group, row)
            found += _overlaps(problem, group, own)
            found += _same_orders(problem, group, own)
    found += _circles(problem, rows)
    return found


def _notice(code: Code, path: str, message: str) -> Notice:
    return Notice(code=code, path=path, message=message)


def _uncovered(problem: Problem, group: StaffGroup, rows: Sequence[_Row], path: str) -> Iterator[Notice]:
    """No backup at all, or none in effect on some days on which a member is there to be covered."""

    def peopled(day: date) -> bool:
        return any(problem.employed(member, day) for member in group.members)

    if not any(map(peopled, problem.open_days)):
        yield _notice(Code.NEVER_APPLIES, path, say("warnings.group_without_members", group=group.label))
    elif not rows:
        yield _notice(Code.GROUP_WITHOUT_BACKUP, path, say("warnings.group_without_backup", group=group.label))
    else:
        covered = {day for row in rows for day in row.days}
        gap = [day for day in problem.open_days if day not in covered and peopled(day)]
        if gap:
            message = say("warnings.assignment_gap", group=group.label, days=runs(gap, problem.open_days))
            yield _notice(Code.ASSIGNMENT_GAP, path, message)


def _of_one(problem: Problem, group: StaffGroup, row: _Row) -> Iterator[Notice]:
    """What an assignment does not do by itself."""
    who = {"name": problem.label(row.it.staff_id), "group": group.label}
    if not row.days:
        message = say("warnings.assignment_never", **who, why=_why_never(problem, row.it))
        yield _notice(Code.ASSIGNMENT_NEVER_EFFECTIVE, row.path("effective_from"), message)
        return
    barred = [day for day in row.days if not problem.may_stand_normal(row.it.staff_id, day)]
    if barred:
        if len(barred) == len(row.days):
            message = say("warnings.backup_never_normal", **who, normal=problem.normal)
        else:
            days = runs(barred, problem.open_days)
            message = say("warnings.backup_not_normal_on", **who, days=days, normal=problem.normal)
        yield _notice(Code.BACKUP_NEVER_NORMAL, row.path("staff_id"), message)
    if row.it.staff_id in group.members:
        message = say("warnings.backup_is_only_member" if len(group.members) == 1 else "warnings.backup_is_member", **who)
        yield _notice(Code.BACKUP_IS_MEMBER, row.path("staff_id"), message)


def _why_never(problem: Problem, a: BackupAssignment) -> str:
    person, period = problem.staff_by_id[a.staff_id], problem.period
    within = [day for day in period.days if a.effective_on(day)]
    if not person.is_active:
        return say("warnings.why_not_active")
    if not within:
        dates = {"start": period.start, "end": period.end}
        if a.effective_until is None:
            return say("warnings.why_later", first=a.effective_from, **dates)
        if a.effective_from is None:
            return say("warnings.why_earlier", last=a.effective_until, **dates)
        return say("warnings.why_other_dates", first=a.effective_from, last=a.effective_until, **dates)
    if not any(person.employed_on(day) for day in within):
        return say("warnings.why_not_employed")
    return say("warnings.why_closed")


def _overlaps(problem: Problem, group: StaffGroup, rows: Sequence[_Row]) -> Iterator[Notice]:
    """One person assigned to one group more than once on the same days."""
    held: dict[tuple[str, date], _Row] = {}
    for row in rows:
        twice = [day for day in row.days if (row.it.staff_id, day) in held]
        if twice:
            name, days = problem.label(row.it.staff_id), runs(twice, problem.open_days)
            message = say("warnings.assignment_overlap", name=name, group=group.label, days=days)
            yield _notice(Code.ASSIGNMENT_OVERLAP, row.path("effective_from"), message)
        for day in row.days:
            held.setdefault((row.it.staff_id, day), row)


def _same_orders(problem: Problem, group: StaffGroup, rows: Sequence[_Row]) -> Iterator[Notice]:
    """Two people of one order on the same days."""
    held: dict[tuple[int, date], _Row] = {}
    for row in rows:
        order = row.it.priority_order
        met = [(day, held[order, day]) for day in row.days if (order, day) in held]
        shared = [(day, first) for day, first in met if first.it.staff_id != row.it.staff_id]
        if shared:
            first, second = (problem.label(one.it.staff_id) for one in (shared[0][1], row))
            days = runs([day for day, _ in shared], problem.open_days)
            message = say("warnings.same_order", first=first, second=second, group=group.label, order=order, days=days)
            yield _notice(Code.SAME_ORDER, row.path("priority_order"), message)
        for day in row.days:
            held.setdefault((order, day), row)


def _circles(problem: Problem, rows: Sequence[_Row]) -> Iterator[Notice]:
    """A backs up B's group while B backs up A's."""
    by_staff: dict[str, list[_Row]] = {}
    for row in rows:
        by_staff.setdefault(row.it.staff_id, []).append(row)
    told: set[frozenset[str]] = set()
    for row in rows:
        group = problem.group_by_id[row.it.group_id]
        for other in (member for member in group.members if member in by_staff and member != row.it.staff_id):
            pair = frozenset((row.it.staff_id, other))
            back = next((r for r in by_staff[other] if _meet(problem, row, r)), None) if pair not in told else None
            if back is not None:
                told.add(pair)
                one, two = problem.label(row.it.staff_id), problem.label(other)
                theirs = problem.group_by_id[back.it.group_id].label
                message = say("warnings.backup_circle", one=one, two=two, group=group.label, theirs=theirs)
                yield _notice(Code.BACKUP_CIRCLE, row.path("group_id"), message)


def _meet(problem: Problem, row: _Row, back: _Row) -> bool:
    """Whether the other assignment is to another group of the first backup's, on a day that both are in effect."""
    theirs = problem.group_by_id[back.it.group_id]
    return theirs.id != row.it.group_id and row.it.staff_id in theirs.members and not set(row.days).isdisjoint(back.days)
