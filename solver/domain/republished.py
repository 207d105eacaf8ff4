"""What a new schedule changes in the published one (`baseline`), person by person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from solver.domain.base import Day, Frozen, Id
from solver.domain.schedule import Schedule

if TYPE_CHECKING:
    from solver.domain.problem import Problem


class DayChange(Frozen):
    """One published cell that holds another symbol now."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    date: Day
    before: str = Field(alias="from")
    to: str


class PersonChanges(Frozen):
    """Everything that changes for one person, by date; never empty."""

    staff_id: Id
    changes: tuple[DayChange, ...]


def changes_from_baseline(problem: Problem, schedule: Schedule) -> tuple[PersonChanges, ...] | None:
    """Compare a schedule with the problem's baseline, people in document order.

    None without a baseline, () where nothing changed. Baseline cells outside the period or employment, and cells the
    baseline does not hold, are not compared: the same cells as the rule `stability` counts.
    """
    if problem.baseline is None:
        return None
    found = []
    for staff in problem.staff_by_id:
        days = _changed(problem, staff, problem.baseline.get(staff, {}), schedule)
        if days:
            found.append(PersonChanges(staff_id=staff, changes=days))
    return tuple(found)


def _changed(problem: Problem, staff: str, published: Mapping[date, str], schedule: Schedule) -> tuple[DayChange, ...]:
    found = []
    for day in problem.employed_days(staff):
        before, now = published.get(day), schedule.at(staff, day)
        if before is not None and now is not None and before != now:
            found.append(DayChange.model_validate({"date": day, "from": before, "to": now}))
    return tuple(found)
