"""Staff groups and their backup assignments."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from solver.domain.base import Count, Day, Frozen, Id, Label, Listed, Symbols, Text, Weight


class GroupConflict(Frozen):
    """At most `max` members of a group stand on one of `symbols` on the same day."""

    symbols: Symbols
    max: Count = 1
    hard: bool = False
    weight: Weight = 100  # per group and day, for each person above max
    is_active: bool = True


class StaffGroup(Frozen):
    """People whose absences are covered together. `cover`: one backup per absence day, or one for each absent member."""

    id: Id
    name: Label = ""
    members: Listed[Id] = ()
    cover: Literal["one", "each"] = "one"
    require_backup: bool = False
    conflict: GroupConflict | None = None
    is_active: bool = True
    description: Label = ""
    color: Text | None = None

    @property
    def label(self) -> str:
        """What to call the group in a sentence."""
        return self.name or self.id


class BackupAssignment(Frozen):
    """`staff_id` stands in for the group's absent members, by `priority_order` (1 first), within the effective dates.

    `regular`: an ordinary member of staff who also backs up. `on_call`: comes in only when he covers.
    """

    id: Id
    staff_id: Id
    group_id: Id
    assignment_type: Literal["regular", "on_call"] = "regular"
    priority_order: Count = 1
    effective_from: Day | None = None
    effective_until: Day | None = None
    is_active: bool = True
    notes: Label = ""

    @model_validator(mode="before")
    @classmethod
    def _named_after_what_it_says(cls, data: object) -> object:
        if isinstance(data, dict) and "id" not in data and isinstance(data.get("staff_id"), str):
            since = f"@{data['effective_from']}" if isinstance(data.get("effective_from"), str) else ""
            return {**data, "id": f"{data['staff_id']}@{data.get('group_id')}{since}"}
        return data

    def effective_on(self, day: date) -> bool:
        """Whether the effective dates (inclusive, null = open) include the day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )


class BackupCoverage(Frozen):
    """How backups cover: hard or priced, which backup first, how many groups one backup may cover on a day."""

    hard: bool = True
    weight: Weight = 500  # per missing cover and per backup passed over at work
    priority: Literal["available", "strict"] = "available"
    covers_per_day: Annotated[int, Field(ge=1, le=1000)] | None = None  # groups; null = no cap
    no_backup_weight: Weight = 200  # per group and day on which no assignment is eligible


class BackupPriority(Frozen):
    """What it costs to plan an earlier backup off so that a later one covers."""

    hard: bool = False
    weight: Weight = 40  # per backup passed over by plan
