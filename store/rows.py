"""Reading and writing the rows of one version; nothing here decides whether a change is right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, insert, select, update

from store.kinds import KINDS, Kind, Row, State
from store.tables import WORKING


def load_state(connection: Connection, restaurant_id: str, version_id: str = WORKING) -> State:
    """Read every row of a version."""
    return {name: load_kind(connection, kind, restaurant_id, version_id) for name, kind in KINDS.items()}


def load_kind(connection: Connection, kind: Kind, restaurant_id: str, version_id: str = WORKING) -> dict[str, Row]:
    """Read the rows of one kind in the order of their list."""
    table = kind.table
    query = (
        select(table)
        .where(table.c.restaurant_id == restaurant_id, table.c.version_id == version_id)
        .order_by(table.c.position, table.c.id)
    )
    fields = kind.fields
    rows = (_row(fields, found) for found in connection.execute(query).mappings())
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


def update_row(connection: Connection, kind: Kind, row: Row, restaurant_id: str) -> None:
    """Replace a row of the working version."""
    connection.execute(update(kind.table).where(_is(kind, restaurant_id, row.id)).values(_columns(row)))


def delete_row(connection: Connection, kind: Kind, row_id: str, restaurant_id: str) -> None:
    """Remove a row of the working version for good."""
    connection.execute(delete(kind.table).where(_is(kind, restaurant_id, row_id)))


def _is(kind: Kind, restaurant_id: str, row_id: str) -> Any:
    table = kind.table
    return and_(table.c.restaurant_id == restaurant_id, table.c.version_id == WORKING, table.c.id == row_id)


def _columns(row: Row) -> dict[str, Any]:
    return {
        **row.data,
        "position": row.position,
        "revision": row.revision,
        "created_at": row.created_at,
        "updated_at": row.updated_at,
    }
