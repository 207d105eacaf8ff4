"""Who should become a backup of which group, ranked, each with the numbers that speak for and against him.

A candidate is anybody active without an active assignment to the group that lasts into the period or begins after it. With
D the open dates on which a member of the group is absent in the roster — or, where there are none, all open dates on which
a member is employed —

    available = dates of D on which he could have come / |D|
    skill     = skills of the members that he has too / skills of the members      (1 where they have none)
    load      = groups he backs up in the period + covers he had in the roster

    points    = 50·available + 30·skill + 20 / (1 + load)                                                     (1)

"Could have come" means: employed, not forbidden ○ by a hard rule, and in the roster on ○ or on other work, or idle on call.
Candidates who would be members of the group, or close a circle (he backs up B's group while B backs up his), come after all
others. Somebody who could never stand in — never employed, never allowed ○, the only member himself — has no rank, and why.
Ties: the order of `staff`. Nothing is solved; the covers of the roster are those of the certificate.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field

from solver.covers import read_coverage
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault, quoted
from solver.domain.group import BackupAssignment, StaffGroup
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.staff import Staff
from solver.domain.wording import counted, listed
from solver.questions.coverage import chain_slack, needs_cover
from solver.questions.what_if import Answer

MOST_CANDIDATES = 5  # of a group, unless told otherwise
LONGEST_ID = 200

Unsuitable = Literal["not_employed", "not_allowed", "only_member"]


class NewAssignment(Answer):
    """The body for `POST …/backup-assignments`: the person behind those who back up the group already."""

    id: str
    staff_id: str
    group_id: str
    assignment_type: Literal["regular", "on_call"] = Field(description="on_call where he is on call already")
    priority_order: int
    effective_from: None = None
    effective_until: None = None
    notes: str = ""


class Candidate(Answer):
    """Somebody who could become a backup."""

    rank: int | None = Field(description="1 is best; null where he could never stand in")
    staff_id: str
    points: int | None = Field(description="0 to 100, rounded down; null where he could never stand in")
    absent_days: int = Field(description="open dates of the roster on which a member of the group is absent")
    on_normal: int = Field(description="of those, how many he stands on ○ anyway")
    at_other_work: int = Field(
        description="of those, how many he works another shift, or is idle on call, and may stand on ○"
    )
    uncovered_helped: int = Field(description="dates with a cover missing on which he could have come")
    open_days: int = Field(description="open dates of the period on which a member of the group is employed")
    possible_days: int = Field(description="of those, how many he is employed and no hard rule forbids him ○")
    skills: tuple[str, ...] = Field(description="skills of the group's members that he has")
    missing_skills: tuple[str, ...] = Field(description="those he has not")
    chains: int = Field(description="other groups he backs up in the period")
    covers: int = Field(description="covers he has in the roster")
    is_member: bool = Field(description="he is a member of the group: his own absence he cannot cover")
    circle_with: tuple[str, ...] = Field(description="members of the group who back up a group of his")
    why: Unsuitable | None = Field(description="why he could never stand in")
    assignment: NewAssignment | None = Field(description="ready to be posted; null where he could never stand in")
    message: str


class GroupCandidates(Answer):
    """One group's candidates, best first; those without a rank come last."""

    group_id: str
    name: str
    has_backup: bool
    absent_days: int
    uncovered_days: int = Field(description="of those, dates with a cover missing")
    slack: int | None = Field(description="least slack of its chain in the period, see the coverage report")
    candidates: tuple[Candidate, ...]


class BackupSuggestions(Answer):
    """Groups in need first: without a backup, then by dates with a cover missing, then by slack."""

    groups: tuple[GroupCandidates, ...]


def suggestion_faults(problem: Problem, group_id: Any, limit: Any) -> list[Fault]:
    """What is wrong with the question itself."""
    faults = []
    if group_id is not None and group_id not in {group.id for group in problem.groups}:
        faults.append(Fault(Code.UNKNOWN_GROUP, "/group_id", quoted(group_id), "the id of an active group"))
    if type(limit) is not int or limit < 1:
        code = Code.OUT_OF_RANGE if type(limit) is int else Code.WRONG_TYPE
        faults.append(Fault(code, "/limit", quoted(limit), "a whole number from 1"))
    return faults


def suggest_backups(
    problem: Problem,
    schedule: Schedule | None = None,
    *,
    rostered: Collection[date] | None = None,
    group_id: str | None = None,
    limit: int = MOST_CANDIDATES,
) -> BackupSuggestions:
    """Rank who should become a backup, of every active group with members or of one.

    `rostered` are the dates the schedule speaks about (default: all of the period, or none without a schedule); `limit`
    caps the candidates of a group.

    Raises
    ------
    ProblemError
        With every fault of the group and the limit.
    """
    faults = suggestion_faults(problem, group_id, limit)
    if faults:
        raise ProblemError(tuple(faults))
    if rostered is None:
        rostered = () if schedule is None else problem.days
    team = _Team(problem, schedule or Schedule({}), frozenset(rostered))
    wanted = [g for g in problem.groups if g.id == group_id or (group_id is None and needs_cover(problem, g))]
    found = [team.candidates(group, limit) for group in wanted]
    return BackupSuggestions(groups=tuple(sorted(found, key=_need)))


def _need(group: GroupCandidates) -> tuple[bool, int, int]:
    return group.has_backup, -group.uncovered_days, group.slack if group.slack is not None else 0


class _Team:
    """What is asked of everybody, read off the roster once."""

    def __init__(self, problem: Problem, schedule: Schedule, rostered: frozenset[date]) -> None:
        self.problem, self.schedule = problem, schedule
        triggers = read_coverage(problem, schedule).triggers
        self.triggers = {key: trigger for key, trigger in triggers.items() if key[1] in rostered}
        self.covers = Counter(e.staff_id for trigger in self.triggers.values() for e in trigger.coverers)
        self.in_effect = {
            (staff, group.id): days
            for group in problem.groups
            for staff, days in self._dates(problem.assignments_of[group.id]).items()
        }
        """Open days on which a person's assignments to a group are in effect, where there are any."""

    def _dates(self, rows: Iterable[BackupAssignment]) -> dict[str, set[date]]:
        found: dict[str, set[date]] = {}
        for row in rows:
            days = {d for d in self.problem.open_days if row.effective_on(d) and self.problem.employed(row.staff_id, d)}
            if days:
                found.setdefault(row.staff_id, set()).update(days)
        return found

    def candidates(self, group: StaffGroup, limit: int) -> GroupCandidates:
        absences = {day: trigger for (of, day), trigger in self.triggers.items() if of == group.id}
        short = [day for day, trigger in absences.items() if trigger.need > len(trigger.coverers)]
        start = self.problem.period.start
        rows = self.problem.assignments_of[group.id]
        taken = {row.staff_id for row in rows if row.effective_until is None or row.effective_until >= start}
        people = [person for person in self.problem.staff if person.is_active and person.id not in taken]
        judged = [self._judged(group, person, sorted(absences), short) for person in people]
        judged.sort(key=lambda one: one[0])  # stable: equals stay in the order of `staff`
        ranked = [
            one.model_copy(update={"rank": i if one.why is None else None}) for i, (_, one) in enumerate(judged, start=1)
        ]
        return GroupCandidates(
            group_id=group.id,
            name=group.name,
            has_backup=bool(self.problem.assignments_of[group.id]),
            absent_days=len(absences),
            uncovered_days=len(short),
            slack=chain_slack(self.problem, group).minimum,
            candidates=tuple(ranked[:limit]),
        )

    def _judged(
        self, group: StaffGroup, person: Staff, absences: list[date], short: list[date]
    ) -> tuple[tuple[bool, bool, Fraction], Candidate]:
        """A candidate, and what he is sorted by: suitable, without a catch, points."""
        problem, staff = self.problem, person.id
        peopled = [day for day in problem.open_days if problem.members_on(group, day)]
        possible = [d for d in peopled if problem.employed(staff, d) and problem.may_stand_normal(staff, d)]
        on_normal = [day for day in absences if self._on_normal(staff, day)]
        at_other_work = [day for day in absences if self._at_other_work(staff, day)]
        wanted = dict.fromkeys(skill for member in group.members for skill in problem.staff_by_id[member].skills)
        has = tuple(skill for skill in wanted if skill in person.skills)
        chains = sum(1 for of in problem.groups if (staff, of.id) in self.in_effect)
        available = (
            _share(len(on_normal) + len(at_other_work), len(absences)) if absences else _share(len(possible), len(peopled))
        )
        points = 50 * available + 30 * (_share(len(has), len(wanted)) if wanted else 1)
        points += Fraction(20, 1 + chains + self.covers[staff])
        why = self._why_never(group, staff, possible)
        helped = set(on_normal).union(at_other_work).intersection(short)
        circle = tuple(dict.fromkeys(self._circle(group, staff)))
        candidate = Candidate(
            rank=None,
            staff_id=staff,
            points=int(points) if why is None else None,
            absent_days=len(absences),
            on_normal=len(on_normal),
            at_other_work=len(at_other_work),
            uncovered_helped=len(helped),
            open_days=len(peopled),
            possible_days=len(possible),
            skills=has,
            missing_skills=tuple(skill for skill in wanted if skill not in has),
            chains=chains,
            covers=self.covers[staff],
            is_member=staff in group.members,
            circle_with=circle,
            why=why,
            assignment=self._assignment(group, staff) if why is None else None,
            message="",
        )
        catch = candidate.is_member or bool(circle)
        return (why is not None, catch, -points), candidate.model_copy(update={"message": self._message(group, candidate)})

    def _on_normal(self, staff: str, day: date) -> bool:
        problem = self.problem
        stands = self.schedule.at(staff, day) == problem.normal
        return problem.employed(staff, day) and problem.may_stand_normal(staff, day) and stands

    def _at_other_work(self, staff: str, day: date) -> bool:
        problem, symbol = self.problem, self.schedule.at(staff, day)
        shift = problem.shift_by_symbol.get(symbol or "")
        if shift is None or symbol == problem.normal or not problem.employed(staff, day):
            return False
        idle = staff in problem.on_call and symbol == problem.away
        return (idle or shift.kind == "work") and problem.may_stand_normal(staff, day)

    def _why_never(self, group: StaffGroup, staff: str, possible: Collection[date]) -> Unsuitable | None:
        if not self.problem.employed_days(staff):
            return "not_employed"
        if group.members == (staff,):
            return "only_member"
        return None if possible else "not_allowed"

    def _circle(self, group: StaffGroup, staff: str) -> Iterable[str]:
        """Members of the group who back up another group that he is a member of, on a day on which he would too."""
        for other in self.problem.groups:
            if other.id == group.id or staff not in other.members:
                continue
            for member in group.members:
                days = self.in_effect.get((member, other.id))
                if days and member != staff and any(self.problem.employed(staff, day) for day in days):
                    yield member

    def _assignment(self, group: StaffGroup, staff: str) -> NewAssignment:
        """Behind the last in order, under an id that no assignment has."""
        rows = self.problem.settings.backup_assignments
        orders = [row.priority_order for row in rows if row.is_active and row.group_id == group.id]
        return NewAssignment(
            id=_free_id(f"{staff}@{group.id}", {row.id for row in rows}),
            staff_id=staff,
            group_id=group.id,
            assignment_type="on_call" if staff in self.problem.on_call else "regular",
            priority_order=max(orders, default=0) + 1,
        )

    def _message(self, group: StaffGroup, one: Candidate) -> str:
        name = self.problem.label(one.staff_id)
        if one.why is not None:
            return say(f"coverage.never_{one.why}", name=name, group=group.label)
        parts: dict[str, Any] = {"name": name, "group": group.label}
        if one.absent_days:
            parts |= {"came": one.on_normal + one.at_other_work, "normal": one.on_normal}
            text = say("coverage.could_come", **parts, absent=counted(one.absent_days, "day_of_absence"))
        else:
            text = say("coverage.could_stand", **parts, possible=one.possible_days, days=counted(one.open_days, "open_day"))
        asked = len(one.skills) + len(one.missing_skills)
        if asked:
            has = say("coverage.has_skills", found=len(one.skills), asked=counted(asked, "skill"))
            text = say("questions.and_then", one=text, two=has)
        load = say("coverage.no_load")
        if one.chains or one.covers:
            carries = {"chains": counted(one.chains, "group"), "covers": counted(one.covers, "cover")}
            load = say("coverage.has_load", **carries)
        text = say("questions.and_then", one=text, two=load)
        if one.is_member:
            text = say("questions.and_then", one=text, two=say("coverage.is_member"))
        if one.circle_with:
            others = listed(map(self.problem.label, one.circle_with))
            text = say("questions.and_then", one=text, two=say("coverage.makes_circle", others=others))
        return text


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def _free_id(wished: str, taken: Collection[str]) -> str:
    """The wished id, shortened to what an id may hold, with a number where it is taken."""
    if len(wished) > LONGEST_ID - 10:
        wished = hashlib.sha256(wished.encode()).hexdigest()
    number = 1
    made = wished
    while made in taken:
        number += 1
        made = f"{wished}#{number}"
    return made
