"""Which days somebody can be off: free, only if others move, or not at all, for every person and date.

Against one roster. A cell is *free* where × breaks no hard rule that the roster kept and nothing else changes. Else the
schedule nearest to the roster with × there is looked for: minimise Σ (1 − x[s, d, roster(s, d)]) over the hard rules.
Where there is none, the conflict that forbids it is told.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from solver.check import check
from solver.domain.base import Day, Frozen, Id
from solver.domain.change import CellChange, changes_between
from solver.domain.fact import Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import names
from solver.explain.conflicts import conflict_of, find_cores
from solver.explain.repairs import parts_of
from solver.questions.asking import Asker
from solver.questions.sick import hard_part, newly_broken, stand_ins
from solver.search import Budget

QUESTION_SHARE = 0.1  # of the time left, for one cell
Answer = Literal["free", "only_if", "impossible", "unknown"]


class FreeDay(Frozen):
    """Whether one person can be off on one date.

    `only_if`: `changes` are the other cells that move (`proved`: fewer do not suffice). `impossible`: `message` tells the
    rules and dates that forbid it. `unknown`: time ran out.
    """

    staff_id: Id
    date: Day
    answer: Answer
    changes: tuple[CellChange, ...] = ()
    proved: bool = True
    message: str = ""


class FreeDays(Frozen):
    """The matrix, person by person, by date. Days outside employment are left out."""

    cells: tuple[FreeDay, ...]


def free_days(
    problem: Problem,
    schedule: Schedule,
    staff_ids: Sequence[str] | None = None,
    dates: Sequence[date] | None = None,
    stop: threading.Event | None = None,
) -> FreeDays:
    """Tell for every person and date (or those given) whether he can be off, within `options.time_limit`."""
    return FreeDays(cells=tuple(_Matrix(problem, schedule, stop).cells(staff_ids, dates)))


class _Matrix:
    def __init__(self, problem: Problem, schedule: Schedule, stop: threading.Event | None) -> None:
        problem = hard_part(problem)
        self.problem, self.schedule = problem, schedule
        self.budget = Budget(problem.options.time_limit, problem.options.deterministic_limit, stop)
        self.before: list[Violation] = check(problem, schedule)
        self.asker = Asker(problem)

    def cells(self, staff_ids: Sequence[str] | None, dates: Sequence[date] | None) -> Iterator[FreeDay]:
        for person in self.problem.staff:
            if staff_ids is None or person.id in staff_ids:
                for day in self.problem.employed_days(person.id):
                    if dates is None or day in dates:
                        yield self.cell(person.id, day)

    def cell(self, staff: str, day: date) -> FreeDay:
        problem, off = self.problem, self.problem.off
        name, pin = problem.label(staff), problem.pinned(staff, day)
        away = problem.of_kind("off") + problem.of_kind("away")
        if self.schedule.at(staff, day) in away:
            return FreeDay(staff_id=staff, date=day, answer="free")
        if pin is not None:
            message = say("questions.pinned", date=day, name=name, symbol=pin)
            return FreeDay(staff_id=staff, date=day, answer="impossible", message=message)
        if day in problem.must_work_days and staff not in problem.on_call:
            return FreeDay(staff_id=staff, date=day, answer="impossible", message=say("questions.must_work", date=day))
        if off is None:
            message = say("questions.impossible", date=day, name=name)
            return FreeDay(staff_id=staff, date=day, answer="impossible", message=message)
        pinned, alone = problem.with_pins({staff: {day: off}}), self.schedule.with_cell(staff, day, off)
        if not newly_broken(pinned, self.before, alone):
            return FreeDay(staff_id=staff, date=day, answer="free")
        for backup in stand_ins(pinned, alone, staff, day):
            moved = alone.with_cell(backup, day, problem.normal or "")
            if not newly_broken(pinned, self.before, moved):
                return self._only_if(staff, day, moved, proved=True)  # none was too few, so one is fewest
        return self._searched(staff, day, off)

    def _only_if(self, staff: str, day: date, moved: Schedule, *, proved: bool) -> FreeDay:
        changes = tuple(c for c in changes_between(self.schedule, moved) if (c.staff_id, c.date) != (staff, day))
        others = names([self.problem.label(one) for one in dict.fromkeys(c.staff_id for c in changes)])
        message = say("questions.others_move", date=day, name=self.problem.label(staff), others=others)
        return FreeDay(staff_id=staff, date=day, answer="only_if", changes=changes, proved=proved, message=message)

    def _searched(self, staff: str, day: date, off: str) -> FreeDay:
        part = self.budget.part(QUESTION_SHARE, 0.0)
        outcome = self.asker.nearest((staff, day, off), self.schedule, part)
        if outcome is None or outcome.status == "UNKNOWN":
            return FreeDay(staff_id=staff, date=day, answer="unknown", proved=False)
        name = self.problem.label(staff)
        if outcome.schedule is not None:
            return self._only_if(staff, day, outcome.schedule, proved=outcome.status == "OPTIMAL")
        message = say("questions.impossible", date=day, name=name)
        pinned = self.problem.with_pins({staff: {day: off}})
        parts = parts_of(pinned, self.budget.part(QUESTION_SHARE, 0.0))
        cores = find_cores(pinned, parts, 1)[0] if parts is not None else []
        if cores:
            message = f"{message}: {conflict_of(pinned, cores[0][0], proved=cores[0][1]).message}"
        return FreeDay(staff_id=staff, date=day, answer="impossible", message=message)
