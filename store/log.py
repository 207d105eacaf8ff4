"""The change log: what changed since a revision, and what a row was at one."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, RowMapping, select

from store import tables
from store.kinds import KINDS, stamp

_UNTOLD: Final = ("position", "schedule", "prefilled", "rows")


class Entry(NamedTuple):
    """One row's change: the row before and after, null where there was none; with the row's position in its list."""

    revision: int
    actor: str
    at: str
    kind: str
    row_id: str
    verb: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def shown(self) -> dict[str, Any]:
        """Write the entry for a client."""
        return {
            "revision": self.revision,
            "actor": self.actor,
            "at": self.at,
            "table": KINDS[self.kind].segment if self.kind in KINDS else self.kind,
            "id": self.row_id,
            "verb": self.verb,
            "before": brief(self.before),
            "after": brief(self.after),
        }


def brief(logged: dict[str, Any] | None) -> dict[str, Any] | None:
    """Take a logged row as it is told: without its position; of a roster without cells, of a version without rows."""
    return None if logged is None else {name: value for name, value in logged.items() if name not in _UNTOLD}


def fields_of(logged: dict[str, Any] | None) -> dict[str, Any] | None:
    """Take a logged row without its position."""
    return None if logged is None else {name: value for name, value in logged.items() if name != "position"}


def entries(
    connection: Connection, restaurant_id: str, *, since: int = 0, until: int | None = None, most: int | None = None
) -> list[Entry]:
    """List the changes of the revisions after `since`, up to `until`, in order; at most so many."""
    log = tables.change_log
    query = select(log).where(log.c.restaurant_id == restaurant_id, log.c.revision > since)
    if until is not None:
        query = query.where(log.c.revision <= until)
    query = query.order_by(log.c.revision, log.c.step).limit(most)
    return [_entry(row) for row in connection.execute(query).mappings()]


def entries_of_row(connection: Connection, restaurant_id: str, kind: str, row_id: str) -> list[Entry]:
    """List every change of one row."""
    log = tables.change_log
    of_row = (log.c.table_name == kind, log.c.row_id == row_id)
    query = select(log).where(log.c.restaurant_id == restaurant_id, *of_row).order_by(log.c.revision, log.c.step)
    return [_entry(row) for row in connection.execute(query).mappings()]


def _entry(row: RowMapping) -> Entry:
    named = (row["table_name"], row["row_id"], row["verb"])
    return Entry(row["revision"], row["actor"], stamp(row["at"]), *named, row["before"], row["after"])


class History:
    """What rows were at a revision, from the changes after it."""

    def __init__(self, later: list[Entry]) -> None:
        self._later: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in later:
            self._later[entry.kind, entry.row_id].append(entry)

    def at(self, kind: str, row_id: str, revision: int, now: dict[str, Any] | None) -> dict[str, Any] | None:
        """Say what a row was at a revision; `now` is what it is."""
        changes = self._later.get((kind, row_id), ())
        return next((fields_of(entry.before) for entry in changes if entry.revision > revision), now)

    def changed(self, kind: str, row_id: str, revision: int) -> bool:
        """Whether a row's fields changed after a revision, even if they are the same again; its position may have."""
        later = (entry for entry in self._later.get((kind, row_id), ()) if entry.revision > revision)
        return any(fields_of(entry.before) != fields_of(entry.after) for entry in later)

    def touched(self, kind: str) -> bool:
        """Whether any row of the kind changed."""
        return any(kind == changed for changed, _ in self._later)

    def rows(self, kind: str) -> set[str]:
        """Ids of the kind's rows that changed."""
        return {row_id for changed, row_id in self._later if changed == kind}
