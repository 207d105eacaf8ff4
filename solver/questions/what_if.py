"""What the questions share: cells that change, absences that are facts, and what a changed roster newly breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from pydantic import ConfigDict, Field

from solver.domain.base import Day, Frozen
from solver.domain.fact import Fact, Violation
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.judgement import Cell, Judgement


class Answer(Frozen):
    """A result: frozen, and written as JSON under the names of the wire."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON data."""
        return self.model_dump(mode="json", by_alias=True)


class Change(Answer):
    """One cell that changes: the symbol before (null where the roster had none) and after."""

    staff_id: str
    date: Day
    before: str | None = Field(alias="from")
    after: str = Field(alias="to")


def changed(schedule: Schedule, changes: Iterable[Change]) -> Schedule:
    """The schedule with the changes made."""
    for change in changes:
        schedule = schedule.with_cell(change.staff_id, change.date, change.after)
    return schedule


def change(schedule: Schedule, staff: str, day: date, symbol: str) -> Change:
    """The change of one cell to the symbol."""
    return Change.model_validate({"staff_id": staff, "date": day, "from": schedule.at(staff, day), "to": symbol})


def with_cells_fixed(problem: Problem, cells: Mapping[tuple[str, date], str]) -> Problem:
    """The problem in which these cells are prefilled: what happened is a fact, and wins over what was fixed before."""
    rows = {staff: dict(row) for staff, row in problem.prefilled.items()}
    for (staff, day), symbol in cells.items():
        rows.setdefault(staff, {})[day] = symbol
    # Unread on purpose: the problem was reviewed as it came, and rows of known people and dates are no fault.
    made = problem.model_copy(update={"prefilled": rows})
    made.__dict__.pop("request_hash", None)  # the one thing remembered that depends on prefilled cells
    return made


Mark = tuple[str, str, tuple[str, ...], str | None, tuple[date, ...]]


def mark_of(one: Violation | Fact) -> Mark:
    """What tells one demand from another: rule, path, person or group, dates.

    People are left out where a group is named: a violation names those who stand wrongly, the fact all concerned.
    """
    if one.group_id is not None:
        return one.rule, "", (), one.group_id, one.dates
    return one.rule, one.path, one.staff_ids, None, one.dates


def newly_broken(before: Sequence[Violation], after: Sequence[Violation]) -> list[Violation]:
    """The violations of `after` that were not there before, or not by as much; hard ones come first."""
    amounts: dict[object, int] = {}
    for violation in before:
        key = mark_of(violation), violation.severity
        amounts[key] = amounts.get(key, 0) + violation.amount
    found: list[Violation] = []
    for violation in after:
        key = mark_of(violation), violation.severity
        if key not in amounts or violation.amount > amounts[key]:
            found.append(violation)
    return found


def hard(violations: Iterable[Violation]) -> list[Violation]:
    """Those that break a hard rule."""
    return [violation for violation in violations if violation.severity == "hard"]


def beside_himself(violations: Iterable[Violation], absent: str) -> list[Violation]:
    """The hard ones that are not about the absent person alone: his own days off in a row are a fact nobody can mend."""
    return [one for one in hard(violations) if one.group_id is not None or one.staff_ids != (absent,)]


class Verdict(NamedTuple):
    """What some changes do; `broken` are the new hard violations that are not the absent person's own."""

    changes: tuple[Change, ...]
    penalty: int
    new: tuple[Violation, ...]
    broken: tuple[Violation, ...]

    @property
    def breaks(self) -> int:
        """The penalty of what is newly broken, 0 where nothing is."""
        return sum(violation.penalty or 1 for violation in self.broken)


def verdict_of(
    problem: Problem, before: Judgement, absent: str, fixed: Iterable[Cell], changes: tuple[Change, ...]
) -> Verdict:
    """Judge a roster with some changes against what was found before them.

    `fixed` are the cells that the problem has prefilled beyond the one judged before.
    """
    cells = {*fixed, *((one.staff_id, one.date) for one in changes)}
    after = before.after(problem, changed(before.schedule, changes), cells).violations
    new = tuple(newly_broken(before.violations, after))
    penalty = soft_penalty(after) - soft_penalty(before.violations)
    return Verdict(changes, penalty, new, tuple(beside_himself(new, absent)))


def soft_penalty(violations: Iterable[Violation]) -> int:
    """What the soft rules charge."""
    return sum(violation.penalty for violation in violations if violation.severity == "soft")
