"""Rosters of a restaurant: kept as drafts, published once, compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from solver.domain.base import Cells, Frozen, Label
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Flaw
from solver.domain.mismatch import flaw_of
from solver.domain.period import Period
from store import tables
from store.errors import NotFound, Published
from store.kinds import stamp

_table = tables.rosters


class Roster(Frozen):
    """What a client keeps: a label, the period, and who stands on what."""

    label: Label = ""
    period: Period
    schedule: Cells


def read(sent: dict[str, Any]) -> Roster:
    """Read a roster.

    Raises
    ------
    ProblemError
        With every fault: types, reversed dates, cells outside the period.
    """
    try:
        roster = Roster.model_validate(sent)
    except ValidationError as error:
        flaws = [flaw_of(one, sent) for one in error.errors(include_url=False)]
    else:
        period = roster.period
        flaws = [
            Flaw(Code.OUTSIDE_PERIOD, ("schedule", staff, str(day)), str(day), f"a date from {period.start} to {period.end}")
            for staff, row in roster.schedule.items()
            for day in row
            if day not in period
        ]
        if period.end < period.start:
            flaws = [Flaw(Code.REVERSED_DATES, ("period", "end"), str(period.end), f"{period.start} or later")]
        if not flaws:
            return roster
    raise ProblemError(tuple(flaw.fault() for flaw in flaws))


def put(connection: Connection, restaurant_id: str, roster_id: str, roster: Roster) -> tuple[dict[str, Any], bool]:
    """Keep a draft, or replace it; returns it, and whether it is new.

    Raises
    ------
    Published
        The roster was published with other content; it stays as it is.
    """
    known = _find(connection, restaurant_id, roster_id)
    now = datetime.now(UTC)
    data = roster.model_dump(mode="json")
    values = {"label": data["label"], **data["period"], "schedule": data["schedule"]}
    if known is None:
        key = {"restaurant_id": restaurant_id, "id": roster_id, "status": "draft"}
        connection.execute(insert(_table).values(**key, **values, created_at=now, updated_at=now))
    elif any(known[name] != value for name, value in values.items()):
        if known["status"] == "published":
            raise Published(roster_id)
        connection.execute(update(_table).where(*_is(restaurant_id, roster_id)).values(**values, updated_at=now))
    return one(connection, restaurant_id, roster_id), known is None


def publish(connection: Connection, restaurant_id: str, roster_id: str) -> dict[str, Any]:
    """Publish a draft; one that is published already stays as it is."""
    now = datetime.now(UTC)
    is_draft = (*_is(restaurant_id, roster_id), _table.c.status == "draft")
    connection.execute(update(_table).where(*is_draft).values(status="published", published_at=now, updated_at=now))
    return one(connection, restaurant_id, roster_id)


def drop(connection: Connection, restaurant_id: str, roster_id: str) -> None:
    """Throw a draft away.

    Raises
    ------
    Published
        It was published.
    """
    if one(connection, restaurant_id, roster_id)["status"] == "published":
        raise Published(roster_id)
    connection.execute(delete(_table).where(*_is(restaurant_id, roster_id)))


def one(connection: Connection, restaurant_id: str, roster_id: str) -> dict[str, Any]:
    """Find a roster.

    Raises
    ------
    NotFound
        There is none of this id.
    """
    found = _find(connection, restaurant_id, roster_id)
    if found is None:
        raise NotFound(f"there is no roster {roster_id} of restaurant {restaurant_id}")
    return {**_brief(found), "schedule": found["schedule"]}


def listed(connection: Connection, restaurant_id: str) -> list[dict[str, Any]]:
    """List the rosters without their cells, by period."""
    query = select(_table).where(_table.c.restaurant_id == restaurant_id).order_by(_table.c.start, _table.c.id)
    return [_brief(row) for row in connection.execute(query).mappings()]


def differences(connection: Connection, restaurant_id: str, one_id: str, other_id: str) -> list[dict[str, Any]]:
    """List the cells in which two rosters differ, by person and date; null where one has none."""
    before, after = (one(connection, restaurant_id, roster_id)["schedule"] for roster_id in (one_id, other_id))
    cells = sorted({(staff, day) for schedule in (before, after) for staff, row in schedule.items() for day in row})
    return [
        {"staff_id": staff, "date": day, "before": before.get(staff, {}).get(day), "after": after.get(staff, {}).get(day)}
        for staff, day in cells
        if before.get(staff, {}).get(day) != after.get(staff, {}).get(day)
    ]


def _find(connection: Connection, restaurant_id: str, roster_id: str) -> RowMapping | None:
    return connection.execute(select(_table).where(*_is(restaurant_id, roster_id))).mappings().first()


def _is(restaurant_id: str, roster_id: str) -> tuple[Any, Any]:
    return _table.c.restaurant_id == restaurant_id, _table.c.id == roster_id


def _brief(row: RowMapping) -> dict[str, Any]:
    times = {name: stamp(row[name]) for name in ("created_at", "updated_at")}
    published = stamp(row["published_at"]) if row["published_at"] else None
    period = {"start": row["start"], "end": row["end"]}
    named = {name: row[name] for name in ("id", "label", "status")}
    return {**named, "period": period, **times, "published_at": published}
