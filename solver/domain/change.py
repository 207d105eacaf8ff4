"""Changes of cells: what differs between two schedules."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from solver.domain.base import Day, Frozen, Id
from solver.domain.schedule import Schedule


class CellChange(Frozen):
    """One cell that changes from a symbol to another; null where there is no cell."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    staff_id: Id
    date: Day
    before: str | None = Field(alias="from")
    to: str | None


def changes_between(before: Schedule, after: Schedule) -> tuple[CellChange, ...]:
    """Every cell that differs, person by person in the order of `after`, by date."""
    found: list[CellChange] = []
    for staff in dict.fromkeys([*after.staff_ids, *before.staff_ids]):
        for day in sorted({*before.row(staff), *after.row(staff)}):
            old, new = before.at(staff, day), after.at(staff, day)
            if old != new:
                found.append(CellChange.model_validate({"staff_id": staff, "date": day, "from": old, "to": new}))
    return tuple(found)
