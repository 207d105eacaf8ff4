"""Kept copies of a restaurant's settings: made, listed, labelled, compared and put back."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from store import tables
from store.edit import Edit
from store.errors import NotFound, Stale, StaleRow
from store.journal import Journal, Line
from store.kinds import KINDS, Row, stamp
from store.log import Entry
from store.pins import people
from store.rows import insert_rows, load_state

_table = tables.versions


def add(connection: Connection, restaurant_id: str, version_id: str, label: str, revision: int) -> None:
    """Add a version without rows."""
    values = {"restaurant_id": restaurant_id, "id": version_id, "label": label, "revision": revision}
    connection.execute(insert(_table).values(**values, created_at=datetime.now(UTC)))


def keep(journal: Journal, label: str) -> dict[str, Any]:
    """Copy every row."""
    connection, restaurant_id = journal.connection, journal.restaurant_id
    version_id = uuid.uuid4().hex
    add(connection, restaurant_id, version_id, label, journal.revision)
    for name, rows in load_state(connection, restaurant_id).items():
        insert_rows(connection, KINDS[name], rows.values(), restaurant_id, version_id)
    made = one(connection, restaurant_id, version_id)
    journal.write([Line("versions", version_id, "create", None, made)])
    return made


def put_back_kept(journal: Journal, entry: Entry) -> None:
    """Undo one change of a version: one that was kept goes, one that went comes back with its rows, a label is as before.

    Raises
    ------
    Stale
        It was labelled since.
    """
    connection, restaurant_id, version_id = journal.connection, journal.restaurant_id, entry.row_id
    found = connection.execute(select(_table).where(*_is(restaurant_id, version_id))).mappings().first()
    now = _shown(found) if found is not None else None
    if now != entry.after:
        raise Stale([StaleRow("versions", version_id, (), now)], journal.revision)
    before, after, verb = now, entry.before, "restore"
    if after is None:
        verb, before = "delete", {**(now or {}), "rows": _taken(connection, restaurant_id, version_id)}
        for kind in KINDS.values():
            of_version = (kind.table.c.restaurant_id == restaurant_id, kind.table.c.version_id == version_id)
            connection.execute(delete(kind.table).where(*of_version))
        connection.execute(delete(_table).where(*_is(restaurant_id, version_id)))
    elif now is not None:
        connection.execute(update(_table).where(*_is(restaurant_id, version_id)).values(label=after["label"]))
    else:
        made = {name: after[name] for name in ("label", "revision")}
        created = datetime.fromisoformat(after["created_at"])
        key = {"restaurant_id": restaurant_id, "id": version_id, "created_at": created}
        connection.execute(insert(_table).values(**key, **made))
        for name, rows in after["rows"].items():
            insert_rows(connection, KINDS[name], map(_row_from, rows), restaurant_id, version_id)
        after = {name: value for name, value in after.items() if name != "rows"}
    journal.write([Line("versions", version_id, verb, before, after)])


def _taken(connection: Connection, restaurant_id: str, version_id: str) -> dict[str, list[Any]]:
    """Write a version's rows for the log."""
    return {
        name: [[*row[:3], stamp(row.created_at), stamp(row.updated_at)] for row in rows.values()]
        for name, rows in load_state(connection, restaurant_id, version_id).items()
    }


def _row_from(taken: list[Any]) -> Row:
    return Row(*taken[:3], *map(datetime.fromisoformat, taken[3:]))


def _is(restaurant_id: str, version_id: str) -> tuple[Any, Any]:
    return _table.c.restaurant_id == restaurant_id, _table.c.id == version_id


def listed(connection: Connection, restaurant_id: str) -> list[dict[str, Any]]:
    """List the kept versions, oldest first."""
    of_restaurant = (_table.c.restaurant_id == restaurant_id, _table.c.id != tables.WORKING)
    query = select(_table).where(*of_restaurant).order_by(_table.c.created_at, _table.c.id)
    return [_shown(row) for row in connection.execute(query).mappings()]


def one(connection: Connection, restaurant_id: str, version_id: str) -> dict[str, Any]:
    """Find a version.

    Raises
    ------
    NotFound
        There is none of this id.
    """
    found = connection.execute(select(_table).where(*_is(restaurant_id, version_id))).mappings().first()
    if found is None:
        raise NotFound(f"there is no version {version_id} of restaurant {restaurant_id}")
    return _shown(found)


def relabel(journal: Journal, version_id: str, label: str) -> dict[str, Any]:
    """Change a kept version's label."""
    connection, restaurant_id = journal.connection, journal.restaurant_id
    if version_id == tables.WORKING:
        raise NotFound(f"{version_id} is no kept version")
    before = one(connection, restaurant_id, version_id)
    if before["label"] == label:
        return before
    connection.execute(update(_table).where(*_is(restaurant_id, version_id)).values(label=label))
    after = one(connection, restaurant_id, version_id)
    journal.write([Line("versions", version_id, "update", before, after)])
    return after


def differences(connection: Connection, restaurant_id: str, one_id: str, other_id: str) -> list[dict[str, Any]]:
    """List the rows that differ, by kind and id."""
    for version_id in (one_id, other_id):
        one(connection, restaurant_id, version_id)
    then, now = (load_state(connection, restaurant_id, version_id) for version_id in (one_id, other_id))
    found = []
    for name, kind in KINDS.items():
        for row_id in dict.fromkeys([*then[name], *now[name]]):
            before, after = then[name].get(row_id), now[name].get(row_id)
            data = (before.data if before else None, after.data if after else None)
            if data[0] != data[1]:
                found.append({"table": kind.segment, "id": row_id, "before": data[0], "after": data[1]})
    return found


def put_back(connection: Connection, edit: Edit, restaurant_id: str, version_id: str) -> None:
    """Make the rows what a version holds: rows it has not go, rows it has come back.

    Cells that are filled in are part of a month, not of a version, and stay; whoever they name stays with them, inactive.
    """
    one(connection, restaurant_id, version_id)
    pinned = people(connection, restaurant_id)
    for name, rows in load_state(connection, restaurant_id, version_id).items():
        for row_id, row in list(edit.state[name].items()):
            if row_id in rows:
                continue
            if name == "staff" and row_id in pinned:
                edit.put(name, {**row.data, "is_active": False}, verb="delete")
            else:
                edit.remove(name, row_id)
        for row in rows.values():
            edit.put(name, row.data, position=row.position, verb="restore")


def _shown(row: RowMapping) -> dict[str, Any]:
    return {"id": row["id"], "label": row["label"], "revision": row["revision"], "created_at": stamp(row["created_at"])}
