"""Why this symbol: what each symbol would make of one cell, all others staying as they are.

For every symbol k of the shift types, with r the roster and r[s,d→k] the roster with that one cell changed:

    penalty(k) = soft(r[s,d→k]) − soft(r)                                                               (1)
    come(k) = {v: v in r[s,d→k], not in r or not by as much},  go(k) the other way round                (2)
    allowed(k) ⇔ come(k) holds nothing hard                                                             (3)

Judged by the checker, near the cell only (`solver.judgement`); nothing is solved. So a symbol that costs nothing here may
still cost elsewhere: others could move as well, which this question does not ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field

from solver.domain.base import Day
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fact import Violation
from solver.domain.fault import Fault, quoted
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.judgement import Judgement, judgement_of
from solver.questions.asking import day_of, staff_faults
from solver.questions.what_if import Answer, hard, newly_broken, soft_penalty


class CellOption(Answer):
    """One symbol the cell could have; `penalty` is the soft penalty then minus now, and may be negative."""

    symbol: str
    current: bool = Field(description="the cell stands on it now")
    allowed: bool = Field(description="no hard rule is newly broken by it")
    offered: bool = Field(
        description="the solver may choose it for this cell: of an absence such as ⊘ only where something asks for it"
    )
    penalty: int
    new_violations: tuple[Violation, ...] = Field(description="those that would come; hard ones, which forbid it, first")
    gone_violations: tuple[Violation, ...] = Field(description="those that would go")
    message: str


class CellAnswer(Answer):
    """What stands in a cell, and what would become of every symbol in it: the present one first, then the best."""

    staff_id: str
    date: Day
    symbol: str | None = Field(description="what stands there; null where the roster has no such cell")
    pinned: str | None = Field(description="what the cell is filled in with; any other symbol breaks `prefilled`")
    options: tuple[CellOption, ...]


def cell_faults(problem: Problem, staff_id: Any, day: Any) -> list[Fault]:
    """What is wrong with the question itself."""
    faults = staff_faults(problem, staff_id, "/staff_id")
    found = day_of(day)
    if found is None:
        faults.append(Fault(Code.BAD_DATE, "/date", quoted(day), "a date as YYYY-MM-DD"))
    elif found not in problem.period:
        expected = f"a date from {problem.period.start} to {problem.period.end}"
        faults.append(Fault(Code.OUTSIDE_PERIOD, "/date", found.isoformat(), expected))
    elif not faults and not problem.employed(staff_id, found):
        expected = f"a date on which {staff_id} is employed"
        faults.append(Fault(Code.OUTSIDE_EMPLOYMENT, "/date", found.isoformat(), expected))
    return faults


def explain_cell(problem: Problem, schedule: Schedule, staff_id: str, day: date | str) -> CellAnswer:
    """Tell for every symbol what it would make of a cell: the change of penalty, what comes and goes, what forbids it.

    Raises
    ------
    ProblemError
        With every fault of the person and the date.
    """
    faults = cell_faults(problem, staff_id, day)
    when = day_of(day)
    if faults or when is None:
        raise ProblemError(tuple(faults))
    before = judgement_of(problem, schedule)
    free = problem.model_copy(update={"prefilled": _without(problem, staff_id, when)})
    offered = free.choices(staff_id, when)
    options = [_option(problem, before, staff_id, when, shift.symbol, offered) for shift in problem.settings.shift_types]
    options.sort(key=lambda one: (not one.current, not one.allowed, one.penalty))
    return CellAnswer(
        staff_id=staff_id,
        date=when,
        symbol=schedule.at(staff_id, when),
        pinned=problem.pinned(staff_id, when),
        options=tuple(options),
    )


def _without(problem: Problem, staff_id: str, day: date) -> dict[str, dict[date, str]]:
    """What is filled in elsewhere."""
    rows = {staff: dict(row) for staff, row in problem.prefilled.items()}
    rows.get(staff_id, {}).pop(day, None)
    return rows


def _option(problem: Problem, before: Judgement, staff: str, day: date, symbol: str, offered: Sequence[str]) -> CellOption:
    current = before.schedule.at(staff, day) == symbol
    now = before.violations
    then = now
    if not current:
        then = before.after(problem, before.schedule.with_cell(staff, day, symbol), {(staff, day)}).violations
    new = tuple(newly_broken(now, then))
    penalty = soft_penalty(then) - soft_penalty(now)
    forbidding = hard(new)
    return CellOption(
        symbol=symbol,
        current=current,
        allowed=not forbidding,
        offered=symbol in offered,
        penalty=penalty,
        new_violations=new,
        gone_violations=tuple(newly_broken(then, now)),
        message=_sentence(problem, staff, day, symbol, forbidding, penalty, current=current),
    )


def _sentence(
    problem: Problem, staff: str, day: date, symbol: str, forbidding: list[Violation], penalty: int, *, current: bool
) -> str:
    about = {"name": problem.label(staff), "date": day, "symbol": symbol}
    if current:
        return say("questions.cell_current", **about)
    if forbidding:
        reasons = forbidding[0].message
        for one in forbidding[1:]:
            reasons = say("questions.and_then", one=reasons, two=one.message)
        return say("questions.cell_forbidden", **about, reasons=reasons)
    if penalty:
        return say("questions.cell_dearer" if penalty > 0 else "questions.cell_cheaper", **about, penalty=abs(penalty))
    return say("questions.cell_same", **about)
