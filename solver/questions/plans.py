"""Somebody is off on several dates: whole plans, with one stand-in a date or the same person on all of them.

The options of each date were judged by themselves; together they meet the rules that look beyond a day (weekly limits,
rest, stretches). So each plan is judged whole, with every absence fixed. Plans are built date by date, and of those begun
only the best few go on (a beam search; Lowerre, 1976): with two dates every pair of the candidates is judged, with more
the best found need not be the best there is. Whoever could come on every date is tried on all of them besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from pydantic import Field

from solver.domain.base import Day
from solver.domain.fact import Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.wording import one_by_one, runs
from solver.judgement import Judgement
from solver.questions.what_if import Answer, Change, Verdict, verdict_of, with_cells_fixed

BEAM = 6  # plans begun that go on to the next date
MOST_CANDIDATES = 4  # of a date
MOST_SAME = 6  # people tried on all dates
MOST_PLANS = 5
LAST = 10**9  # the order of somebody who is no backup


class StandIn(Answer):
    """Who stands in on one date; null: nobody has to."""

    date: Day
    staff_id: str | None


class CoverPlan(Answer):
    """One way to go on over all the dates; penalty and violations are those of all of it together."""

    rank: int | None = Field(description="1 is best; null where the plan does not work")
    stand_ins: tuple[StandIn, ...] = Field(description="by date")
    same: bool = Field(description="one and the same person on every date")
    works: bool = Field(description="no hard rule is newly broken, but for those about the absent person alone")
    changes: tuple[Change, ...]
    penalty: int = Field(description="the soft penalty after minus before")
    new_violations: tuple[Violation, ...] = Field(description="those in the roster after, not before; hard ones first")
    message: str


class Candidate(NamedTuple):
    """An option of one date: who, his order as a backup, and the cells that change, the absence among them."""

    staff: str | None
    order: int | None
    changes: tuple[Change, ...]


class Absence(NamedTuple):
    """Who is off when, and on which symbol."""

    staff: str
    days: tuple[date, ...]
    symbol: str


def cover_plans(
    problem: Problem,
    before: Judgement,
    absence: Absence,
    candidates: Mapping[date, Sequence[Candidate]],
    most: int = MOST_PLANS,
) -> tuple[CoverPlan, ...]:
    """The best plans found, those that work first, then by penalty, then by the backups' order, then with fewer people.

    `candidates` of a date are the options in which somebody (or nobody) can come, the best first; where a date has none
    there is no plan.
    """
    absent = {(absence.staff, day): absence.symbol for day in absence.days}
    fixed = with_cells_fixed(problem, absent)
    leaves = tuple(
        Change.model_validate({"staff_id": absence.staff, "date": day, "from": was, "to": absence.symbol})
        for day in absence.days
        if (was := before.schedule.at(absence.staff, day)) != absence.symbol
    )
    judged: dict[tuple[Change, ...], Verdict] = {}

    def verdict(plan: Sequence[Candidate]) -> Verdict:
        changes = tuple(dict.fromkeys((*leaves, *chain.from_iterable(one.changes for one in plan))))
        if changes not in judged:
            judged[changes] = verdict_of(fixed, before, absence.staff, absent, changes)
        return judged[changes]

    def worth(plan: Sequence[Candidate]) -> tuple[int, ...]:
        found = verdict(plan)
        order = sum(LAST if one.order is None else one.order for one in plan)
        return found.breaks, found.penalty, order, len({one.staff for one in plan})

    begun: list[tuple[Candidate, ...]] = [()]
    for day in absence.days:
        longer = [(*plan, one) for plan in begun for one in candidates[day][:MOST_CANDIDATES]]
        begun = sorted(longer, key=worth)[: BEAM if day != absence.days[-1] else None]
    plans = sorted(dict.fromkeys([*begun, *_same(absence.days, candidates)]), key=worth)
    # Different candidates may mean the same cells: somebody on ○ anyway, or nobody.
    told = list({verdict(plan).changes: _told(problem, absence, plan, verdict(plan)) for plan in reversed(plans)}.values())
    ranked = enumerate(reversed(told), start=1)
    return tuple(plan.model_copy(update={"rank": rank if plan.works else None}) for rank, plan in ranked)[:most]


def _same(days: Sequence[date], candidates: Mapping[date, Sequence[Candidate]]) -> list[tuple[Candidate, ...]]:
    """Those who can come on every date, in the order of the first."""
    found = []
    for first in candidates[days[0]]:
        on_all = [next((one for one in candidates[day] if one.staff == first.staff), None) for day in days]
        plan = tuple(one for one in on_all if one is not None)
        if first.staff is not None and len(plan) == len(days):
            found.append(plan)
    return found[:MOST_SAME]


def _told(problem: Problem, absence: Absence, plan: Sequence[Candidate], verdict: Verdict) -> CoverPlan:
    people = list(dict.fromkeys(one.staff for one in plan))
    return CoverPlan(
        rank=None,
        stand_ins=tuple(StandIn(date=day, staff_id=one.staff) for day, one in zip(absence.days, plan, strict=True)),
        same=len(people) == 1 and people[0] is not None,
        works=not verdict.breaks,
        changes=verdict.changes,
        penalty=verdict.penalty,
        new_violations=verdict.new,
        message=verdict.broken[0].message if verdict.breaks else _sentence(problem, absence, plan),
    )


def _sentence(problem: Problem, absence: Absence, plan: Sequence[Candidate]) -> str:
    """In words: "佐藤 is off: 中田 stands in on 2026-03-02 to 2026-03-03; nobody has to stand in on 2026-03-05"."""
    of: dict[str | None, list[date]] = {}
    for day, one in zip(absence.days, plan, strict=True):
        of.setdefault(one.staff, []).append(day)
    parts = []
    for staff, days in of.items():
        when = runs(days, problem.days)
        if staff is None:
            parts.append(say("questions.plan_nobody", dates=when))
        else:
            parts.append(say("questions.plan_person", name=problem.label(staff), dates=when))
    return say("questions.plan", absent=problem.label(absence.staff), parts=one_by_one(parts))
