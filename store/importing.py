"""The settings object of the old browser client, taken over once and for all."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from sqlalchemy import Connection, select

from solver.domain.errors import ProblemError
from solver.domain.fault import Notice
from store import tables
from store.edit import Edit
from store.reading import Data, Given, Locate, read_document


def read_old(sent: Data, shift_types: object) -> tuple[dict[str, list[Given]], tuple[Notice, ...]]:
    """Read the object, alone or as `settings` beside `staff`; what it says is at places as sent."""
    if "settings" in sent:
        found = read_document(sent, shift_types)
        return found.rows, found.notices
    settings = {key: value for key, value in sent.items() if key != "staff"}
    try:
        found = read_document({"settings": settings, "staff": sent.get("staff")}, shift_types)
    except ProblemError as error:
        faults = tuple(fault._replace(path=fault.path.removeprefix("/settings")) for fault in error.faults)
        raise ProblemError(faults) from None
    notices = (notice.model_copy(update={"path": notice.path.removeprefix("/settings")}) for notice in found.notices)
    rows = {
        kind: [row if kind == "staff" else row._replace(locate=_one_level_up(row.locate)) for row in given]
        for kind, given in found.rows.items()
    }
    return rows, tuple(notices)


def _one_level_up(locate: Locate) -> Locate:
    return lambda inside: locate(inside)[1:]


def put_new(connection: Connection, edit: Edit, given: dict[str, list[Given]], restaurant_id: str) -> tuple[int, int]:
    """Put the rows that never were there; returns how many are new and how many were left as they are."""
    log = tables.change_log
    query = select(log.c.table_name, log.c.row_id).where(log.c.restaurant_id == restaurant_id).distinct()
    ever = {(kind, row_id) for kind, row_id in connection.execute(query)}
    same: Counter[str] = Counter()
    created = kept = 0
    for kind, rows in given.items():
        for row in rows:
            data = row.data
            if row.id is None:
                made = _id_of(data)
                same[made] += 1  # an entry that stands there twice is two rows
                data = {**data, "id": made if same[made] == 1 else f"{made}-{same[made]}"}
            if (kind, data["id"]) in ever:
                kept += 1
            else:
                edit.put(kind, data, locate=row.locate)
                created += 1
    return created, kept


def _id_of(data: Data) -> str:
    """Name a row after its content, so that it has the same id the next time."""
    return "import-" + hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
