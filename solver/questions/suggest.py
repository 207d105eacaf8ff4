"""Who can stand in: somebody is off on some dates, and each way to make up for it is judged by the checker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from solver.check import check
from solver.domain.base import Day, Frozen, Id
from solver.domain.change import CellChange, changes_between
from solver.domain.fact import Score, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.questions.sick import backups_for, new_violations, with_cells

Kind = Literal["backup", "other", "nobody"]
_ORDER: tuple[Kind, ...] = ("backup", "other", "nobody")


class StandIn(Frozen):
    """One way to make up for an absence.

    `staff_id` stands in (null: nobody does); for a backup with the group and the order of his assignment. `penalty` is what
    the soft penalty changes by; `violations` are those the roster did not have before.
    """

    rank: int
    kind: Kind
    staff_id: Id | None
    group_id: Id | None
    priority_order: int | None
    changes: tuple[CellChange, ...]
    penalty: int
    violations: tuple[Violation, ...]


class Refused(Frozen):
    """Somebody who cannot stand in, and why, in a sentence."""

    kind: Kind
    staff_id: Id | None
    group_id: Id | None
    priority_order: int | None
    message: str
    violations: tuple[Violation, ...]


class DaySuggestion(Frozen):
    """The ways that break no hard rule, best first, and those that are out, in the order they were tried."""

    date: Day
    options: tuple[StandIn, ...]
    refused: tuple[Refused, ...]


class CoverSuggestion(Frozen):
    """The answer for every date. `schedule` is the roster with the first option of each date, `changes` what differs."""

    staff_id: Id
    days: tuple[DaySuggestion, ...]
    schedule: dict[str, dict[str, str]]
    changes: tuple[CellChange, ...]
    score: Score


class _Candidate(NamedTuple):
    kind: Kind
    staff_id: str | None
    group_id: str | None
    order: int | None
    symbol: str


def suggest_cover(
    problem: Problem, schedule: Schedule, staff_id: str, dates: Sequence[date], symbol: str | None = None
) -> CoverSuggestion:
    """Suggest who stands in while `staff_id` is off (on `symbol`, × by default) on some dates.

    First the backups of his groups in order, then anyone else who is able, on the shift he would have had; last nobody.
    Options that break no hard rule the roster kept so far come first in that order — backups by order, others by what
    they cost. Dates are taken one after another, each on top of the best option of those before.

    Raises
    ------
    ValueError
        `staff_id` is nobody, a date is none on which he is employed, or there is no symbol to be off on.
    """
    off = symbol if symbol is not None else problem.off or problem.away
    if off is None or off not in problem.shift_by_symbol:
        raise ValueError(f"no shift type to be off on: {off}")
    wrong = [day for day in dates if not problem.employed(staff_id, day)] if staff_id in problem.staff_by_id else list(dates)
    if wrong:
        raise ValueError(f"{staff_id} is not employed on {', '.join(map(str, wrong))}")
    now, days = schedule, []
    for day in sorted(set(dates)):
        before = check(problem, now)
        had = now.at(staff_id, day)
        problem = problem.with_pins({staff_id: {day: off}})
        sick = now.with_cell(staff_id, day, off)
        found = _day(problem, now, sick, before, had, staff_id, day)
        days.append(found)
        chosen = found.options[0].changes if found.options else ()
        now = with_cells(sick, [(c.staff_id, c.date, c.to) for c in chosen if c.to is not None])
    return CoverSuggestion(
        staff_id=staff_id,
        days=tuple(days),
        schedule=now.to_json(),
        changes=changes_between(schedule, now),
        score=Score.of(check(problem, now)),
    )


def _day(
    problem: Problem, now: Schedule, sick: Schedule, before: list[Violation], had: str | None, staff: str, day: date
) -> DaySuggestion:
    penalty = Score.of(before).soft
    options: list[StandIn] = []
    refused: list[Refused] = []
    for one in _candidates(problem, sick, staff, had, day):
        why = _unable(problem, one, day)
        after = sick if one.staff_id is None else sick.with_cell(one.staff_id, day, one.symbol)
        judged = [] if why else check(problem, after)
        fresh = tuple(new_violations(before, judged))
        if why is None and fresh and fresh[0].severity == "hard":
            why = fresh[0].message
        about: dict[str, Any] = {
            "kind": one.kind,
            "staff_id": one.staff_id,
            "group_id": one.group_id,
            "priority_order": one.order,
        }
        if why is not None:
            refused.append(Refused(**about, message=why, violations=fresh))
        else:
            change = Score.of(judged).soft - penalty
            changes = changes_between(now, after)
            options.append(StandIn(**about, rank=0, changes=changes, penalty=change, violations=fresh))
    options.sort(key=lambda one: (_ORDER.index(one.kind), 0 if one.kind == "backup" else one.penalty))
    ranked = tuple(one.model_copy(update={"rank": i}) for i, one in enumerate(options, 1))
    return DaySuggestion(date=day, options=ranked, refused=tuple(refused))


def _candidates(problem: Problem, sick: Schedule, staff: str, had: str | None, day: date) -> Iterator[_Candidate]:
    """Backups in order, then the others, then nobody. Who stands there already is no change and needs no mention."""
    normal = problem.normal
    backups = {backup: (group, order) for backup, group, order in backups_for(problem, staff, day)} if normal else {}
    for backup, (group, order) in backups.items():
        yield _Candidate("backup", backup, group, order, normal or "")
    shift = had if had is not None and problem.shift_by_symbol[had].kind == "work" else normal
    for person in problem.staff:
        there = sick.at(person.id, day)
        if shift is not None and person.id not in backups and person.id != staff and there not in (None, shift):
            yield _Candidate("other", person.id, None, None, shift)
    yield _Candidate("nobody", None, None, None, "")


def _unable(problem: Problem, one: _Candidate, day: date) -> str | None:
    """Why a candidate is out before anything is judged."""
    if one.staff_id is None:
        return None
    name, pin = problem.label(one.staff_id), problem.pinned(one.staff_id, day)
    if pin is not None and pin != one.symbol:
        return say("questions.pinned", date=day, name=name, symbol=pin)
    if one.staff_id in problem.on_call and one.symbol != problem.normal:
        return say("questions.not_able", date=day, name=name, symbol=one.symbol)
    return None
