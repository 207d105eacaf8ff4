"""Who can stand in: somebody is off on some dates, and every way to go on without him is judged by the checker.

For each date, by itself: his absence becomes a prefilled fact; then come the backups of his groups who are effective that
day, in order, each moved to ○; then everybody else who is at other work, moved to the shift he would have worked; then
nobody. Where a move breaks a hard rule, one swap is tried: a colleague on ○ takes the shift that was left. Options that
break nothing hard come first, then backups by order, then the soft penalty. What the absence by itself breaks of the absent
person's own rules (two days off in a row, say) is listed but held against nobody: no stand-in could mend it. For several
dates, plans over all of them follow (`plans`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from pydantic import Field

from solver.domain.base import Day, nfc
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fact import Violation
from solver.domain.fault import Fault, quoted
from solver.domain.group import StaffGroup
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.judgement import Judgement, judgement_of
from solver.questions.asking import absence_faults, date_faults, day_of, staff_faults
from solver.questions.plans import MOST_PLANS, Absence, Candidate, CoverPlan, cover_plans
from solver.questions.what_if import (
    Answer,
    Change,
    Verdict,
    change,
    verdict_of,
    with_cells_fixed,
)

MOST_SWAPS = 8  # tried per date: each costs one judgement
WhyNot = Literal["pinned", "off", "away", "absent_member", "not_employed", "not_allowed", "hard_rule"]


class CoverOption(Answer):
    """One way to go on.

    `penalty` is the soft penalty after minus before; it is null, and `changes` empty, where he cannot be asked at all.
    """

    rank: int | None = Field(description="1 is best; null where the option does not work")
    staff_id: str | None = Field(description="who stands in; null: nobody")
    priority_order: int | None = Field(description="his order as a backup of the absent person's groups; null for others")
    group_ids: tuple[str, ...] = Field(description="the absent person's groups that he backs up")
    works: bool = Field(description="no hard rule is newly broken, but for those about the absent person alone")
    changes: tuple[Change, ...]
    penalty: int | None
    new_violations: tuple[Violation, ...] = Field(description="those in the roster after, not before; hard ones first")
    why: WhyNot | None = Field(description="why it does not work")
    message: str


class CoverOnDate(Answer):
    """The options of one date, best first; `symbol` is what the absent person stood on."""

    date: Day
    symbol: str | None
    options: tuple[CoverOption, ...]


class CoverSuggestions(Answer):
    """Who can stand in for a person, date by date, and over all dates together."""

    staff_id: str
    dates: tuple[CoverOnDate, ...]
    plans: tuple[CoverPlan, ...] = Field(
        default=(),
        description="for several dates: the best plans found for all of them together, each judged whole; [] for a single "
        "date and where on some date nobody can come",
    )


def cover_faults(problem: Problem, staff_id: Any, dates: Any, symbol: Any = None, limit: Any = None) -> list[Fault]:
    """What is wrong with the question itself."""
    faults = staff_faults(problem, staff_id, "/staff_id") + date_faults(problem, dates, "/dates", staff_id)
    faults += absence_faults(problem, symbol, "/symbol")
    if limit is not None and (type(limit) is not int or limit < 1):
        code = Code.OUT_OF_RANGE if type(limit) is int else Code.WRONG_TYPE
        faults.append(Fault(code, "/limit", quoted(limit), "a whole number from 1"))
    return faults


def suggest_cover(
    problem: Problem,
    schedule: Schedule,
    staff_id: str,
    dates: Sequence[date | str],
    *,
    symbol: str | None = None,
    limit: int | None = None,
) -> CoverSuggestions:
    """Rank who can stand in for a person on each of the dates, on which he stands on `symbol` (×, or ⊘ where there is none).

    `limit` caps the options of a date, and the plans for several dates. Nothing is solved, so neither limit of the
    options (time, work) matters, and the answer is always the same.

    Raises
    ------
    ProblemError
        With every fault of the person, the dates, the symbol and the limit.
    """
    faults = cover_faults(problem, staff_id, dates, symbol, limit)
    if faults:
        raise ProblemError(tuple(faults))
    absence = nfc(symbol) if symbol is not None else problem.off or problem.away or ""
    before = judgement_of(problem, schedule)
    days = sorted(day for day in map(day_of, dates) if day is not None)
    options = {day: _Day(problem, before, staff_id, day, absence).options() for day in days}
    plans: tuple[CoverPlan, ...] = ()
    if len(days) > 1:
        candidates = {day: [_candidate(one) for one in _able(options[day])] for day in days}
        off = Absence(staff_id, tuple(days), absence)
        plans = cover_plans(problem, before, off, candidates, limit if limit is not None else MOST_PLANS)
    return CoverSuggestions(
        staff_id=staff_id,
        dates=tuple(
            CoverOnDate(date=day, symbol=schedule.at(staff_id, day), options=tuple(options[day][:limit]))
            for day in (one for one in map(day_of, dates) if one is not None)
        ),
        plans=plans,
    )


def _able(options: Sequence[CoverOption]) -> list[CoverOption]:
    """The options in which somebody comes or nobody has to; those that break a hard rule only where all do."""
    return [one for one in options if one.works] or [one for one in options if one.penalty is not None]


def _candidate(option: CoverOption) -> Candidate:
    return Candidate(option.staff_id, option.priority_order, option.changes)


class _Backup(NamedTuple):
    """Somebody who backs up one or more of the absent person's groups, and his smallest order."""

    order: int
    groups: tuple[str, ...]


class _Day:
    """One date without one person."""

    def __init__(self, problem: Problem, before: Judgement, absent: str, day: date, absence: str) -> None:
        self._problem = with_cells_fixed(problem, {(absent, day): absence})
        self._before, self._absent, self._day = before, absent, day
        self._schedule = schedule = before.schedule
        self._was = schedule.at(absent, day)
        self._leaves = () if self._was == absence else (change(schedule, absent, day, absence),)
        self._judged: dict[tuple[Change, ...], Verdict] = {}
        self._swaps_left = MOST_SWAPS

    def options(self) -> list[CoverOption]:
        """Every option, best first; those who cannot come last."""
        backups = self._backups()
        nobody = self._nobody()
        found = [self._option(staff, backup) for staff, backup in backups.items()]
        others = (p.id for p in self._problem.staff if p.is_active and p.id != self._absent and p.id not in backups)
        found += [option for staff in others if (option := self._other(staff)) is not None]
        if nobody.works:
            found.append(nobody)
        found.sort(key=_worth)  # stable: equals stay in the order of `staff`
        return [option.model_copy(update={"rank": i if option.works else None}) for i, option in enumerate(found, start=1)]

    # ---- who ----------------------------------------------------------------------------------------

    def _groups(self) -> Iterator[StaffGroup]:
        return (group for group in self._problem.groups if self._absent in group.members)

    def _backups(self) -> dict[str, _Backup]:
        """The backups of the absent person's groups who are effective that day, by order; nobody on a closed day."""
        found: dict[str, _Backup] = {}
        for group in self._groups() if self._day not in self._problem.closed_days else ():
            for row in self._problem.assignments_of[group.id]:
                if row.effective_on(self._day) and row.staff_id != self._absent:
                    order, groups = found.get(row.staff_id, _Backup(row.priority_order, ()))
                    groups = groups if group.id in groups else (*groups, group.id)
                    found[row.staff_id] = _Backup(min(order, row.priority_order), groups)
        return dict(sorted(found.items(), key=lambda item: item[1].order))

    def _cannot_come(self, staff: str, target: str) -> WhyNot | None:
        """Why a person cannot be asked at all; None where he can."""
        problem, symbol = self._problem, self._schedule.at(staff, self._day)
        if not problem.employed(staff, self._day):
            return "not_employed"
        if symbol == target:
            return None
        if problem.pinned(staff, self._day) not in (None, target):
            return "pinned"
        shift = problem.shift_by_symbol.get(symbol or "")
        if shift is None or (shift.kind == "away" and not (staff in problem.on_call and symbol == problem.away)):
            return "away"
        if shift.kind == "off":
            return "absent_member" if any(staff in group.members for group in self._groups()) else "off"
        if target == problem.normal and not problem.may_stand_normal(staff, self._day):
            return "not_allowed"
        return None

    def _option(self, staff: str, backup: _Backup) -> CoverOption:
        """A backup on ○, the shift he leaves and the one the absent person leaves taken by nobody, or by one colleague."""
        normal = self._problem.normal or ""
        why = self._cannot_come(staff, normal)
        if why is not None:
            return self._refused(staff, backup, why)
        stood = self._schedule.at(staff, self._day)
        left = [shift for shift in (stood, self._was) if shift not in (None, normal) and self._is_work(shift)]
        return self._made(staff, backup, self._best(staff, normal, left))

    def _other(self, staff: str) -> CoverOption | None:
        """Somebody else on the absent person's shift; None where he stands there anyway or it is no work."""
        target = self._was
        if target is None or not self._is_work(target) or self._schedule.at(staff, self._day) == target:
            return None
        why = self._cannot_come(staff, target)
        if why is not None:
            return self._refused(staff, None, why)
        stood = self._schedule.at(staff, self._day)
        left = [stood] if self._is_work(stood) and stood != self._problem.normal else []
        return self._made(staff, None, self._best(staff, target, left))

    def _nobody(self) -> CoverOption:
        return self._made(None, None, self._verdict(self._leaves))

    # ---- what ---------------------------------------------------------------------------------------

    def _best(self, staff: str, target: str, left: Sequence[str | None]) -> Verdict:
        """The move by itself, or with one swap where it breaks a hard rule and the swap mends it."""
        moves = () if self._schedule.at(staff, self._day) == target else (change(self._schedule, staff, self._day, target),)
        best = self._verdict((*self._leaves, *moves))
        for partner, shift in self._swaps(staff, left) if best.breaks else ():
            tried = self._verdict((*self._leaves, *moves, change(self._schedule, partner, self._day, shift)))
            if tried.breaks < best.breaks:
                best = tried
            if not best.breaks:
                break
        return best

    def _swaps(self, staff: str, left: Iterable[str | None]) -> Iterator[tuple[str, str]]:
        """Colleagues on ○ who are free to take a shift that was left."""
        problem = self._problem
        for shift in dict.fromkeys(left):
            for person in problem.staff:
                if (
                    shift is not None
                    and self._swaps_left > 0
                    and person.id not in (staff, self._absent)
                    and self._schedule.at(person.id, self._day) == problem.normal
                    and problem.pinned(person.id, self._day) is None
                    and shift in problem.choices(person.id, self._day)
                ):
                    self._swaps_left -= 1
                    yield person.id, shift

    def _verdict(self, changes: tuple[Change, ...]) -> Verdict:
        found = self._judged.get(changes)
        if found is None:
            found = verdict_of(self._problem, self._before, self._absent, [(self._absent, self._day)], changes)
            self._judged[changes] = found
        return found

    def _is_work(self, symbol: str | None) -> bool:
        shift = self._problem.shift_by_symbol.get(symbol or "")
        return shift is not None and shift.kind == "work"

    # ---- how it is told -----------------------------------------------------------------------------

    def _refused(self, staff: str, backup: _Backup | None, why: WhyNot) -> CoverOption:
        message = say(f"questions.cover_{why}", name=self._problem.label(staff), date=self._day)
        return CoverOption(
            rank=None,
            staff_id=staff,
            priority_order=backup.order if backup else None,
            group_ids=backup.groups if backup else (),
            works=False,
            changes=(),
            penalty=None,
            new_violations=(),
            why=why,
            message=message,
        )

    def _made(self, staff: str | None, backup: _Backup | None, verdict: Verdict) -> CoverOption:
        works = not verdict.breaks
        return CoverOption(
            rank=None,
            staff_id=staff,
            priority_order=backup.order if backup else None,
            group_ids=backup.groups if backup else (),
            works=works,
            changes=verdict.changes,
            penalty=verdict.penalty,
            new_violations=verdict.new,
            why=None if works else "hard_rule",
            message=self._told(staff, verdict) if works else verdict.broken[0].message,
        )

    def _told(self, staff: str | None, verdict: Verdict) -> str:
        absent = self._problem.label(self._absent)
        if staff is None:
            return say("questions.cover_nobody", date=self._day, absent=absent)
        name = self._problem.label(staff)
        own = next((one for one in verdict.changes if one.staff_id == staff), None)
        if own is None:
            symbol = self._schedule.at(staff, self._day)
            told = say("questions.cover_stays", date=self._day, name=name, absent=absent, symbol=symbol)
        else:
            told = say(
                "questions.cover_moves", date=self._day, name=name, absent=absent, before=own.before or "·", after=own.after
            )
        for one in verdict.changes:
            if one.staff_id not in (staff, self._absent):
                swap = say("questions.cover_swap", name=self._problem.label(one.staff_id), symbol=one.after)
                told = say("questions.and_then", one=told, two=swap)
        return told


def _worth(option: CoverOption) -> tuple[object, ...]:
    """What works, by order, then by penalty; then what breaks a hard rule, then who cannot come."""
    order = option.priority_order if option.priority_order is not None else 10**9
    return not option.works, option.penalty is None, order, option.penalty or 0, option.staff_id is None
