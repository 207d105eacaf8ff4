"""The lock and the log of a restaurant: whoever changes it takes the one and writes the other, as one numbered revision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from store import tables
from store.errors import NotFound
from store.watching import notify


class Line(NamedTuple):
    """One row's change as the log keeps it; `before` and `after` hold all that an undo must bring back."""

    kind: str
    row_id: str
    verb: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Journal:
    """Holds the restaurant until the transaction ends; `revision` is the newest, `next` the one that `write` will make.

    Raises
    ------
    NotFound
        There is no such restaurant.
    """

    def __init__(self, connection: Connection, restaurant_id: str, actor: str) -> None:
        self.connection, self.restaurant_id, self.actor = connection, restaurant_id, actor
        table = tables.restaurants
        found = connection.scalar(select(table.c.revision).where(table.c.id == restaurant_id).with_for_update())
        if found is None:
            raise NotFound(f"there is no restaurant {restaurant_id}")
        self.revision = int(found)
        self.now = datetime.now(UTC)

    @property
    def next(self) -> int:
        """The number of the revision that is being made."""
        return self.revision + 1

    def write(self, lines: Sequence[Line]) -> int:
        """Log a revision, count it, and have every process told once it is committed."""
        self.revision += 1
        at = {"restaurant_id": self.restaurant_id, "revision": self.revision, "actor": self.actor, "at": self.now}
        log = [
            {
                **at,
                "step": step,
                "table_name": line.kind,
                "row_id": line.row_id,
                "verb": line.verb,
                "before": line.before,
                "after": line.after,
            }
            for step, line in enumerate(lines)
        ]
        self.connection.execute(insert(tables.change_log), log)
        counter = tables.restaurants
        counted = update(counter).where(counter.c.id == self.restaurant_id)
        self.connection.execute(counted.values(revision=self.revision, updated_at=self.now))
        notify(self.connection, self.restaurant_id, self.revision)
        return self.revision
