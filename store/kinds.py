"""The kinds of rows the settings consist of, and how a row looks outside the database.

A row is a JSON object with every field of its type: of `staff_groups`, the limits and so on that of the solver's entry;
of the calendar `{"id": date, "rule", "is_active"}`; of `prefilled` `{"id", "staff_id", "date", "symbol", "is_active"}`; of
`rules`, which hold every other rule and setting by its name, `{"id": name, "value", "is_active"}`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Table

from solver.domain.settings import Settings
from store import tables
from store.pins import cell_of

SERVER_COLUMNS: Final = ("restaurant_id", "version_id", "position", "revision", "created_at", "updated_at")


class Kind(NamedTuple):
    """One kind: its name in settings and log, its table, and the word for it in addresses."""

    name: str
    table: Table
    segment: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a row, `id` first."""
        return tuple(column.name for column in self.table.columns if column.name not in SERVER_COLUMNS)

    @property
    def listed(self) -> bool:
        """Whether the settings hold its rows as a list (else as a map)."""
        return self.name not in ("calendar", "rules", "prefilled")

    @property
    def by_need(self) -> bool:
        """Whether a change reads only the rows it is about, as there are more of them every month."""
        return self.name == "prefilled"

    def place(self, row_id: str) -> tuple[str, ...]:
        """Where the settings hold the rows (of `rules` and `prefilled`: the row)."""
        if self.name == "prefilled":
            return ("prefilled", *cell_of(row_id).values())
        return (self.name,) if self.name == "staff" else ("settings", row_id if self.name == "rules" else self.name)


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("staff", tables.staff, "staff"),
        Kind("staff_groups", tables.staff_groups, "groups"),
        Kind("backup_assignments", tables.staff_backup_assignments, "backup-assignments"),
        Kind("daily_limits", tables.daily_limits, "daily-limits"),
        Kind("weekly_limits", tables.weekly_limits, "weekly-limits"),
        Kind("monthly_limits", tables.monthly_limits, "monthly-limits"),
        Kind("priority_rules", tables.priority_rules, "priority-rules"),
        Kind("calendar", tables.calendar, "calendar"),
        Kind("rules", tables.rules, "rules"),
        Kind("prefilled", tables.prefilled, "prefilled"),
    )
}
BY_SEGMENT: Final = {kind.segment: kind for kind in KINDS.values()}
RULE_NAMES: Final = tuple(name for name in Settings.model_fields if name not in KINDS)
"""The settings that are rows of `rules`."""


class Row(NamedTuple):
    """A stored row: its fields, where it stands in its list, and the revision of its last change."""

    data: dict[str, Any]
    position: int
    revision: int
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> str:
        """The row's id."""
        return str(self.data["id"])

    @property
    def is_active(self) -> bool:
        """Whether it was not deleted (softly)."""
        return bool(self.data["is_active"])

    @property
    def logged(self) -> dict[str, Any]:
        """The row as the change log keeps it: all that an undo must bring back."""
        return {**self.data, "position": self.position}


State = dict[str, dict[str, Row]]
"""The settings of one version: kind → id → row, each kind in the order of its list; of `prefilled` only what was needed."""


def answered(row: Row, restaurant_id: str, version_id: str = tables.WORKING) -> dict[str, Any]:
    """Write a row with what the server adds to it; a solve tolerates these fields."""
    return {
        **row.data,
        "restaurant_id": restaurant_id,
        "version_id": version_id,
        "revision": row.revision,
        "position": row.position,
        "created_at": stamp(row.created_at),
        "updated_at": stamp(row.updated_at),
    }


def stamp(moment: datetime) -> str:
    """Write a moment as RFC 3339 text in UTC."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def document(state: State, restaurant_id: str | None = None) -> dict[str, Any]:
    """Put the rows together to `{"staff", "settings"}`, with the server's fields if the restaurant is named.

    Inactive days of the calendar and inactive rules are left out, as a map cannot say that they are; so are cells
    that are filled in, which are part of a month, see `store.pins`.
    """

    def shown(kind: str) -> list[dict[str, Any]]:
        rows = state[kind].values()
        return [answered(row, restaurant_id) if restaurant_id is not None else row.data for row in rows]

    settings: dict[str, Any] = {name: shown(name) for name, kind in KINDS.items() if kind.listed and name != "staff"}
    settings["calendar"] = {row.id: row.data["rule"] for row in state["calendar"].values() if row.is_active}
    settings |= {row.id: row.data["value"] for row in state["rules"].values() if row.is_active}
    return {"staff": shown("staff"), "settings": settings}
