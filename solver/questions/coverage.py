"""The coverage of a roster in figures: who was covered by whom, who carries the load, and where it is about to break.

Per group g and open date d of the roster, with need(g, d), covers and reasons those of the certificate (`solver.covers`):

    missing(g, d) = need(g, d) − covers(g, d)            uncovered ⇔ missing > 0                              (1)

Some figures need the settings alone and answer without a roster. The slack of a chain on d, from who may come rather than
from who is planned where: backups left for the worst single absence, minus the one cover it needs, over members m employed
on d. Slack 0: one more absence breaks the chain; −1: somebody's absence could not be covered at all.

    slack(g, d) = min{m∈g} |{b ∈ eligible(g, d): b ≠ m}| − 1                                                  (2)

It is told for the period asked about and for the one after it: the next calendar months where the period is whole
months, else as many days again. An assignment ends on the last day of its effective dates or of its person's employment,
whichever comes first; one that another assignment of the same person and group continues the day after does not end.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Literal

from pydantic import Field

from solver.covers import Trigger, read_coverage, why_not
from solver.domain.base import LAST_YEAR, Day
from solver.domain.cover import Reason
from solver.domain.group import BackupAssignment, StaffGroup
from solver.domain.language import say
from solver.domain.period import Period, plus
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import counted, listed, names, runs
from solver.questions.what_if import Answer

EXPIRES_WITHIN = 14  # days after the period, unless told otherwise

State = Literal["no_roster", "closed", "nobody_absent", "covered", "uncovered"]
WhyNot = Literal[Reason, "not_effective", "not_employed", "not_allowed"]
"""Why a backup did not cover: as in certificates; or he was not eligible — outside his assignment's dates, not employed,
or forbidden ○ by a hard rule."""
AlertKind = Literal["uncovered", "group_without_backup", "no_eligible_backup", "slack_zero", "assignment_expires"]


class CoveredBy(Answer):
    """Somebody who stands in."""

    staff_id: str
    assignment_id: str
    priority_order: int


class NotCovering(Answer):
    """A backup of the group who does not, and why."""

    staff_id: str
    reason: WhyNot


class GroupDay(Answer):
    """One group on one date."""

    date: Day
    state: State = Field(description="`no_roster`: no roster covers the date; `closed`: the house is closed")
    absent: tuple[str, ...] = Field(description="ids of the members who are off or away")
    need: int = Field(description="covers due: 1, or one for each absent member where the group says so")
    covers: tuple[CoveredBy, ...]
    passed_over: tuple[NotCovering, ...] = Field(
        description="earlier backups than the last who covers; where covers are missing, every other backup of the group"
    )
    message: str | None = Field(description="a sentence where covers are missing")


class GroupCoverage(Answer):
    """One group over all dates."""

    group_id: str
    name: str
    has_backup: bool = Field(description="some active assignment names the group")
    absent_days: int = Field(description="dates with an absent member; each is covered or uncovered")
    covered_days: int
    uncovered_days: int
    missing: int = Field(description="covers that were due and are not there, over all dates")
    spread: int = Field(description="most minus fewest covers of this group among its backups eligible on some of the dates")
    days: tuple[GroupDay, ...] = Field(description="every date asked about, in order")


class BackupLoad(Answer):
    """What one backup carries."""

    staff_id: str
    group_ids: tuple[str, ...] = Field(description="the groups he is assigned to")
    covers: int = Field(description="how many times he stands in, each group and date counting once")
    days: int = Field(description="dates on which he stands in for anybody")
    by_group: dict[str, int] = Field(description="covers by group id; every group he is assigned to, 0 too")
    share: float | None = Field(description="of all covers, rounded down to 4 places; null where there are none")


class Slack(Answer):
    """Backups left for the worst single absence, minus one, by open date on which a member is employed."""

    minimum: int | None = Field(description="null where there is no such date")
    by_date: dict[Day, int]


class Chain(Answer):
    """How much a group's backups can bear, by the settings alone; 0: one more absence breaks it, −1: nobody could come."""

    group_id: str
    period: Slack
    next_period: Slack


class Expiring(Answer):
    """An assignment that ends soon, and is not continued."""

    assignment_id: str
    staff_id: str
    group_id: str
    last_day: Day
    reason: Literal["effective_until", "employed_until"] = Field(description="what ends on that day")
    others_left: int = Field(description="other backups of the group in effect on the day after")
    message: str


class Alert(Answer):
    """Something to act on."""

    kind: AlertKind
    group_id: str
    staff_id: str | None = Field(description="whose assignment ends; null for other kinds")
    assignment_id: str | None
    dates: tuple[Day, ...] = Field(description="the dates it is about; none: it holds throughout")
    message: str


class CoverageReport(Answer):
    """The dashboard's figures; alerts are ordered by kind, most urgent first."""

    period: Period
    next_period: Period | None = Field(description="null at the end of the calendar (2199)")
    rostered_days: int = Field(description="dates of the period that a roster covers")
    groups: tuple[GroupCoverage, ...] = Field(description="the active groups")
    load: tuple[BackupLoad, ...] = Field(description="everybody with an active assignment")
    spread: int = Field(description="most minus fewest covers among backups eligible on some of the dates")
    without_backup: tuple[str, ...] = Field(description="ids of groups with members and without any active assignment")
    expiring: tuple[Expiring, ...] = Field(description="by last day")
    chains: tuple[Chain, ...] = Field(description="the groups that have a backup")
    alerts: tuple[Alert, ...]


def coverage_report(
    problem: Problem,
    schedule: Schedule | None = None,
    *,
    rostered: Collection[date] | None = None,
    expires_within: int = EXPIRES_WITHIN,
) -> CoverageReport:
    """Tell how a roster covers absences, and where backups are or will be missing. Nothing is solved.

    `rostered` are the dates the schedule speaks about (default: all of the period, or none without a schedule).
    `expires_within` is in days after the period.
    """
    if rostered is None:
        rostered = () if schedule is None else problem.days
    return _Report(problem, schedule or Schedule({}), frozenset(rostered), expires_within).made()


def next_period(period: Period) -> Period | None:
    """The period after: as many calendar months where it is whole months, else as many days; None beyond the calendar."""
    start = plus(period.end, 1)
    if period.start.day == 1 and start.day == 1:
        months = (start.year - period.start.year) * 12 + start.month - period.start.month
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        after = date(year, month + 1, 1)
    else:
        after = plus(start, period.index(period.end) + 1)
    end = plus(after, -1)
    return Period(start=start, end=end) if end.year <= LAST_YEAR else None


def moved(problem: Problem, period: Period) -> Problem:
    """The same team in another period, with nothing filled in."""
    parts = {"period": period, "staff": problem.staff, "settings": problem.settings}
    return Problem.model_validate(parts, context={"review": False})  # reviewed as it came; no rule asked here has dates


def needs_cover(problem: Problem, group: StaffGroup) -> bool:
    """Whether a member is employed on some open day."""
    return any(problem.members_on(group, day) for day in problem.open_days)


def chain_slack(problem: Problem, group: StaffGroup) -> Slack:
    """Formula (2) on every open day on which a member is employed."""
    by_date: dict[date, int] = {}
    for day in problem.open_days:
        members = problem.members_on(group, day)
        if members:
            eligible = {e.staff_id for e in problem.eligible(group.id, day)}
            by_date[day] = min(len(eligible - {member}) for member in members) - 1
    return Slack(minimum=min(by_date.values(), default=None), by_date=by_date)


def reason_in_words(why: str) -> str:
    """Why somebody does not cover, as half a sentence."""
    return say(f"coverage.{why}" if why.startswith("not_") else f"render.reason_{why}")


class _Report:
    def __init__(self, problem: Problem, schedule: Schedule, rostered: frozenset[date], expires_within: int) -> None:
        self.problem, self.schedule, self.rostered = problem, schedule, rostered
        self.last_asked = plus(problem.period.end, expires_within)
        self.triggers = {
            key: trigger for key, trigger in read_coverage(problem, schedule).triggers.items() if key[1] in rostered
        }
        self.covers: Counter[tuple[str, str]] = Counter()
        self.cover_days: dict[str, set[date]] = defaultdict(set)
        for (group, day), trigger in self.triggers.items():
            for e in trigger.coverers:
                self.covers[e.staff_id, group] += 1
                self.cover_days[e.staff_id].add(day)

    def made(self) -> CoverageReport:
        problem = self.problem
        after = next_period(problem.period)
        following = moved(problem, after) if after is not None else None
        groups = tuple(map(self.group, problem.groups))
        chains = tuple(
            Chain(
                group_id=group.id,
                period=chain_slack(problem, group),
                next_period=chain_slack(following, group) if following else Slack(minimum=None, by_date={}),
            )
            for group in problem.groups
            if problem.assignments_of[group.id]
        )
        both = (problem, *((following,) if following else ()))
        without = tuple(
            group.id
            for group in problem.groups
            if not problem.assignments_of[group.id] and any(needs_cover(one, group) for one in both)
        )
        expiring = self.expiring()
        return CoverageReport(
            period=problem.period,
            next_period=after,
            rostered_days=len(self.rostered.intersection(problem.days)),
            groups=groups,
            load=self.load(),
            spread=self.spread(problem.groups),
            without_backup=without,
            expiring=expiring,
            chains=chains,
            alerts=(
                *self.uncovered_alerts(groups),
                *(
                    self.alert("group_without_backup", g, say("warnings.group_without_backup", group=self.label(g)))
                    for g in without
                ),
                *self.chain_alerts(chains, both),
                *self.expiry_alerts(expiring),
            ),
        )

    # ---- groups and dates ---------------------------------------------------------------------------

    def group(self, group: StaffGroup) -> GroupCoverage:
        days = tuple(self.day(group, day) for day in self.problem.days)
        states = Counter(day.state for day in days)
        return GroupCoverage(
            group_id=group.id,
            name=group.name,
            has_backup=bool(self.problem.assignments_of[group.id]),
            absent_days=states["covered"] + states["uncovered"],
            covered_days=states["covered"],
            uncovered_days=states["uncovered"],
            missing=sum(day.need - len(day.covers) for day in days),
            spread=self.spread((group,)),
            days=days,
        )

    def day(self, group: StaffGroup, day: date) -> GroupDay:
        trigger = self.triggers.get((group.id, day))
        if trigger is None:
            state: State = "no_roster" if day not in self.rostered else "nobody_absent"
            state = "closed" if day in self.problem.closed_days else state
            return GroupDay(date=day, state=state, absent=(), need=0, covers=(), passed_over=(), message=None)
        missing = trigger.need > len(trigger.coverers)
        passed = tuple(self.passed_over(trigger, everybody=missing))
        return GroupDay(
            date=day,
            state="uncovered" if missing else "covered",
            absent=trigger.absent,
            need=trigger.need,
            covers=tuple(
                CoveredBy(staff_id=e.staff_id, assignment_id=e.assignment_id, priority_order=e.order)
                for e in trigger.coverers
            ),
            passed_over=passed,
            message=self.uncovered(trigger, passed) if missing else None,
        )

    def passed_over(self, trigger: Trigger, *, everybody: bool) -> Iterable[NotCovering]:
        """Who does not cover: of those eligible the ones before the last coverer, or everybody assigned."""
        covering = [e.staff_id for e in trigger.coverers]
        found = [e.staff_id for e in trigger.eligible]
        last = max((found.index(staff) for staff in covering), default=0)
        for staff in found if everybody else found[:last]:
            if staff not in covering:
                yield NotCovering(staff_id=staff, reason=why_not(self.problem, self.schedule, trigger, staff))
        if everybody:
            rows = self.problem.assignments_of[trigger.group.id]
            for staff in dict.fromkeys(row.staff_id for row in rows):
                if staff not in found:
                    yield NotCovering(staff_id=staff, reason=self.why_not_eligible(rows, staff, trigger.day))

    def why_not_eligible(self, rows: Sequence[BackupAssignment], staff: str, day: date) -> WhyNot:
        if not self.problem.employed(staff, day):
            return "not_employed"
        effective = any(row.staff_id == staff and row.effective_on(day) for row in rows)
        return "not_allowed" if effective else "not_effective"

    def uncovered(self, trigger: Trigger, passed: Sequence[NotCovering]) -> str:
        label = self.problem.label
        parts = {
            "date": trigger.day,
            "group": trigger.group.label,
            "absent": names([label(staff) for staff in trigger.absent]),
            "found": len(trigger.coverers),
            "need": trigger.need,
        }
        if not passed:
            return say("coverage.uncovered_nobody", **parts)
        reasons = (say("coverage.because", name=label(one.staff_id), reason=reason_in_words(one.reason)) for one in passed)
        return say("coverage.uncovered", **parts, reasons=listed(reasons))

    # ---- the load -----------------------------------------------------------------------------------

    def load(self) -> tuple[BackupLoad, ...]:
        total = self.covers.total()
        found = []
        for person in self.problem.staff:
            groups = tuple(g.id for g in self.problem.groups if self.is_backup(person.id, g))
            if not groups:
                continue
            by_group = {group: self.covers[person.id, group] for group in groups}
            covers = sum(by_group.values())
            share = int(covers * 10_000 / total) / 10_000 if total else None
            found.append(
                BackupLoad(
                    staff_id=person.id,
                    group_ids=groups,
                    covers=covers,
                    days=len(self.cover_days[person.id]),
                    by_group=by_group,
                    share=share,
                )
            )
        return tuple(found)

    def is_backup(self, staff: str, group: StaffGroup) -> bool:
        return any(row.staff_id == staff for row in self.problem.assignments_of[group.id])

    def spread(self, groups: Collection[StaffGroup]) -> int:
        """Most minus fewest covers of some groups among those who were eligible on some rostered date."""
        days = [day for day in self.problem.open_days if day in self.rostered]
        people = {e.staff_id for group in groups for day in days for e in self.problem.eligible(group.id, day)}
        counts = [sum(self.covers[staff, group.id] for group in groups) for staff in people]
        return max(counts) - min(counts) if counts else 0

    # ---- what ends ----------------------------------------------------------------------------------

    def expiring(self) -> tuple[Expiring, ...]:
        found = []
        for row in self.problem.assignments:
            person = self.problem.staff_by_id[row.staff_id]
            ends = {"effective_until": row.effective_until, "employed_until": person.employed_until}
            last = min((day for day in ends.values() if day is not None), default=None)
            if last is None or not self.problem.period.start <= last <= self.last_asked or not self.in_effect(row, last):
                continue
            after = [other for other in self.problem.assignments_of[row.group_id] if self.in_effect(other, plus(last, 1))]
            if any(other.staff_id == row.staff_id for other in after):
                continue
            left = len({other.staff_id for other in after})
            told = "coverage.expires_last" if not left else "coverage.expires"
            group, name = self.problem.group_by_id[row.group_id].label, person.label
            found.append(
                Expiring(
                    assignment_id=row.id,
                    staff_id=row.staff_id,
                    group_id=row.group_id,
                    last_day=last,
                    reason="effective_until" if row.effective_until == last else "employed_until",
                    others_left=left,
                    message=say(told, name=name, group=group, date=last, left=counted(left, "backup")),
                )
            )
        return tuple(sorted(found, key=lambda one: one.last_day))

    def in_effect(self, row: BackupAssignment, day: date) -> bool:
        return row.effective_on(day) and self.problem.staff_by_id[row.staff_id].employed_on(day)

    # ---- alerts -------------------------------------------------------------------------------------

    def label(self, group_id: str) -> str:
        return self.problem.group_by_id[group_id].label

    @staticmethod
    def alert(kind: AlertKind, group_id: str, message: str, dates: Iterable[date] = ()) -> Alert:
        return Alert(kind=kind, group_id=group_id, staff_id=None, assignment_id=None, dates=tuple(dates), message=message)

    def uncovered_alerts(self, groups: Iterable[GroupCoverage]) -> Iterable[Alert]:
        for group in groups:
            days = [day.date for day in group.days if day.state == "uncovered"]
            if days:
                shown = runs(days, self.problem.days)
                told = {"group": self.label(group.group_id), "count": counted(len(days), "day"), "days": shown}
                message = say("coverage.alert_uncovered", **told)
                yield self.alert("uncovered", group.group_id, message, days)

    def chain_alerts(self, chains: Iterable[Chain], both: Sequence[Problem]) -> Iterable[Alert]:
        """Dates of both periods on which nobody could come; of the next one those on which one absence is all it bears."""
        among = [day for problem in both for day in problem.days]
        none: list[Alert] = []
        thin: list[Alert] = []
        for chain in chains:
            group = self.label(chain.group_id)
            broken = [d for slack in (chain.period, chain.next_period) for d, n in slack.by_date.items() if n < 0]
            if broken:
                message = say("coverage.alert_no_eligible", group=group, days=runs(broken, among))
                none.append(self.alert("no_eligible_backup", chain.group_id, message, broken))
            zero = [d for d, n in chain.next_period.by_date.items() if n == 0]
            if zero:
                message = say("coverage.alert_slack_zero", group=group, days=runs(zero, among))
                thin.append(self.alert("slack_zero", chain.group_id, message, zero))
        return (*none, *thin)

    @staticmethod
    def expiry_alerts(expiring: Iterable[Expiring]) -> Iterable[Alert]:
        for one in expiring:
            yield Alert(
                kind="assignment_expires",
                group_id=one.group_id,
                staff_id=one.staff_id,
                assignment_id=one.assignment_id,
                dates=(one.last_day,),
                message=one.message,
            )
