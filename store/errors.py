"""What can go wrong in the store. Documents at fault raise `solver.ProblemError`, as everywhere.

StoreError
├── NotFound      there is no such restaurant, row, version or revision
├── Stale         somebody else changed a row since the client read it; carries the rows as they are now
├── InUse         other rows refer to what is to go for good
├── Gone          a row that is to come back refers to what is gone
├── Published     a published roster stays as it is
├── NoBase        a whole document came without the revision it was read at
├── BackupRefused a backup that cannot be made or put back
├── KeyReused     an idempotency key came with another request
└── QueueFull     as many jobs wait as may
"""

from __future__ import annotations

from typing import Any, NamedTuple

from solver.domain.base import Path


class StoreError(Exception):
    """Base of the store's errors; nothing was written."""


class NotFound(StoreError):
    """There is nothing of that name."""


class BackupRefused(StoreError):
    """There is nothing to back up, the file is no whole backup, or it must not go into this database."""


class NoBase(StoreError):
    """Without the revision the client read, its document cannot be told from a stale one."""

    def __init__(self) -> None:
        super().__init__("say the revision that was read, as If-Match or as revision of the document")


class StaleRow(NamedTuple):
    """One refused row: where the client's document has it (or where it is missing from), and what it is now."""

    table: str
    row_id: str
    place: Path
    current: dict[str, Any] | None  # null: gone for good


class Stale(StoreError):
    """Rows changed since the client read them, all of them at once."""

    def __init__(self, rows: list[StaleRow], revision: int) -> None:
        names = ", ".join(f"{row.table}/{row.row_id}" for row in rows[:5])
        super().__init__(f"changed since they were read: {names}{', …' if len(rows) > 5 else ''}")
        self.rows = rows
        self.revision = revision


class InUse(StoreError):
    """Rows that name what is to be deleted — a person, a group, a symbol; `places` are theirs in the settings."""

    def __init__(self, what: str, places: list[str]) -> None:
        super().__init__(f"{what} is named by {_some(places)}")
        self.places = places


class Gone(StoreError):
    """Rows that would come back name what is no longer there; `places` are theirs in the settings as they would be."""

    def __init__(self, what: str, places: list[str]) -> None:
        super().__init__(f"{what} is gone and would be named by {_some(places)}; bring it back first")
        self.places = places


def _some(places: list[str]) -> str:
    return ", ".join(places[:5]) + (", …" if len(places) > 5 else "")


class Published(StoreError):
    """A published roster is not changed; keep another draft."""

    def __init__(self, roster_id: str) -> None:
        super().__init__(f"roster {roster_id} is published and stays as it is; keep a draft under another id")


class KeyReused(StoreError):
    """The idempotency key was used for another request."""

    def __init__(self) -> None:
        super().__init__("this Idempotency-Key was sent with another request before; a new request needs a new key")


class QueueFull(StoreError):
    """As many jobs wait as may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} jobs wait already")
