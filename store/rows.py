"""Reading and writing the rows of one version; nothing here decides whether a change is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, select, update

from store.kinds import KINDS, Kind, Row, State
from store.tables import WORKING

AT_ONCE = 500  # ids in one query


def load_state(connection: Connection, restaurant_id: str, version_id: str = WORKING) -> State:
    """Read every row of a version, but for those that are read by need."""
    return {
        name: {} if kind.by_need else load_kind(connection, kind, restaurant_id, version_id) for name, kind in KINDS.items()
    }


def load_kind(
    connection: Connection, kind: Kind, restaurant_id: str, version_id: str = WORKING, ids: Sequence[str] | None = None
) -> dict[str, Row]:
    """Read the rows of one kind, all or some of them, in the order of their list."""
    table = kind.table
    of_version = (table.c.restaurant_id == restaurant_id, table.c.version_id == version_id)
    query = select(table).where(*of_version).order_by(table.c.position, table.c.id)
    fields = kind.fields
    queries = [query]
    if ids is not None:
        queries = [query.where(table.c.id.in_(ids[i : i + AT_ONCE])) for i in range(0, len(ids), AT_ONCE)]
    rows = (_row(fields, found) for one in queries for found in connection.execute(one).mappings())
    return {row.id: row for row in rows}


def _row(fields: tuple[str, ...], found: RowMapping) -> Row:
    return Row(
        {name: found[name] for name in fields},
        found["position"],
        found["revision"],
        found["created_at"],
        found["updated_at"],
    )


def insert_rows(
    connection: Connection, kind: Kind, rows: Iterable[Row], restaurant_id: str, version_id: str = WORKING
) -> None:
    """Add rows."""
    key = {"restaurant_id": restaurant_id, "version_id": version_id}
    values = [{**key, **_columns(row)} for row in rows]
    if values:
        connection.execute(insert(kind.table), values)


def update_rows(connection: Connection, kind: Kind, rows: Sequence[Row], restaurant_id: str) -> None:
    """Replace rows of the working version."""
    if rows:
        values = [{**_columns(row), "row_id": row.id} for row in rows]
        names: dict[str, Any] = {name: bindparam(name) for name in values[0] if name not in ("id", "row_id")}
        connection.execute(update(kind.table).where(*_is(kind, restaurant_id)).values(names), values)


def delete_rows(connection: Connection, kind: Kind, row_ids: Sequence[str], restaurant_id: str) -> None:
    """Remove rows of the working version for good."""
    if row_ids:
        connection.execute(delete(kind.table).where(*_is(kind, restaurant_id)), [{"row_id": one} for one in row_ids])


def _is(kind: Kind, restaurant_id: str) -> tuple[Any, ...]:
    table = kind.table
    return table.c.restaurant_id == restaurant_id, table.c.version_id == WORKING, table.c.id == bindparam("row_id")


def _columns(row: Row) -> dict[str, Any]:
    return {
        **row.data,
        "position": row.position,
        "revision": row.revision,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
