"""Plant a roster in a team: a schedule of ○, × and ⊘ in which every absence is covered."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from solver.domain.group import StaffGroup
from solver.domain.period import plus, prorated_up
from solver.domain.problem import Problem

__all__ = ["OFF_IN_A_WEEK", "OFF_IN_SEVEN", "Roster", "grow"]

Roster = dict[str, dict[str, str]]
"""Staff id → ISO date → symbol."""

OFF_IN_SEVEN = 2  # days off, over the whole period, of every seven
OFF_IN_A_WEEK = 3  # days off, at most


def grow(problem: Problem, rng: random.Random) -> Roster:
    """Begin with everybody on ○ and give days off as long as coverage and group conflicts are kept.

    Week by week and in random order people get what makes two days off of every seven open ones so far, on the days
    when fewest are off, at most three a week and never two in a row. A day off that would break something is not given.
    """
    planting = _Planting(problem)
    due = {staff: rng.randrange(7) for staff in planting.ordinary}  # sevenths of a day off
    for week in problem.period.weeks("monday"):
        for staff in rng.sample(planting.ordinary, len(planting.ordinary)):
            open_days = [day for day in week if problem.employed(staff, day) and not problem.closed(day)]
            due[staff] += OFF_IN_SEVEN * len(open_days)
            most = prorated_up(OFF_IN_A_WEEK, len(open_days), 7)
            free = [day for day in open_days if day not in problem.must_work_days]
            for day in sorted(rng.sample(free, len(free)), key=planting.load.__getitem__):
                if due[staff] >= 7 and most and planting.may_rest(staff, day):
                    planting.rest(staff, day)
                    due[staff] -= 7
                    most -= 1
    return planting.roster()


class _Planting:
    """A roster in the making, in which coverage holds at any time."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.ordinary = problem.ordinary(person.id for person in problem.staff)
        self.off: set[tuple[str, date]] = set()
        self.load: Counter[date] = Counter()  # people off
        self.absent: Counter[tuple[str, date]] = Counter()  # members off, by group and day
        self.groups_of: dict[str, list[StaffGroup]] = defaultdict(list)
        self.backed_by: dict[str, list[StaffGroup]] = defaultdict(list)
        for group in problem.groups:
            for member in group.members:
                self.groups_of[member].append(group)
            for backup in dict.fromkeys(a.staff_id for a in problem.assignments_of[group.id]):
                self.backed_by[backup].append(group)

    def may_rest(self, staff: str, day: date) -> bool:
        """Tell whether a day off keeps coverage and group conflicts, and does not touch another day off."""
        if (staff, plus(day, -1)) in self.off or (staff, plus(day, 1)) in self.off:
            return False
        for group in self.groups_of[staff]:
            conflict = group.conflict or self.problem.settings.group_conflict
            absent = self.absent[group.id, day] + 1
            if (conflict and absent > conflict.max) or not self.covered(group, day, absent):
                return False
        return all(self.covered(group, day, self.absent[group.id, day], without=staff) for group in self.backed_by[staff])

    def covered(self, group: StaffGroup, day: date, absent: int, without: str | None = None) -> bool:
        """Tell whether enough eligible backups stand or can be called; where there is none at all, nothing is owed."""
        standing = [staff for staff in self.standing(group, day) if staff != without]
        return len(standing) >= _need(group, absent) or not self.problem.eligible(group.id, day)

    def standing(self, group: StaffGroup, day: date) -> list[str]:
        """List the group's eligible backups who are not off, in order."""
        return [e.staff_id for e in self.problem.eligible(group.id, day) if (e.staff_id, day) not in self.off]

    def rest(self, staff: str, day: date) -> None:
        """Give the day off."""
        self.off.add((staff, day))
        self.load[day] += 1
        for group in self.groups_of[staff]:
            self.absent[group.id, day] += 1

    def called(self) -> Iterator[tuple[str, date]]:
        """Find the days of on-call people who have to come in: those first in the chains, as far as they are needed."""
        for group in self.problem.groups:
            for day in self.problem.open_days:
                for staff in self.standing(group, day)[: _need(group, self.absent[group.id, day])]:
                    if staff in self.problem.on_call:
                        yield staff, day

    def roster(self) -> Roster:
        """Write down the cells: × where off or closed, ⊘ for idle on-call people, else ○."""
        called = set(self.called())
        rows: Roster = {}
        for person in self.problem.staff:
            row = rows[person.id] = {}
            for day in self.problem.employed_days(person.id):
                if day in self.problem.closed_days or (person.id, day) in self.off:
                    row[day.isoformat()] = "×"
                else:
                    idle = person.id in self.problem.on_call and (person.id, day) not in called
                    row[day.isoformat()] = "⊘" if idle else "○"
        return rows


def _need(group: StaffGroup, absent: int) -> int:
    """Count the covers a group needs for so many absent members."""
    return absent if group.cover == "each" else min(absent, 1)
