"""Live changes: each restaurant's log is followed once per process, and every client of it is fed from that.

A room polls the log, as the change may have been made by another process, and is woken at once by changes made here. A
client has a bounded queue; one that does not empty it is dropped, nobody waits for him.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from store import KINDS, Store
from store.log import Entry

POLL_SECONDS: Final = 0.15
LONGEST_QUEUE: Final = 2000  # messages a client may be behind
NAMES: Final = {
    "staff": "STAFF",
    "staff_groups": "STAFF_GROUP",
    "backup_assignments": "BACKUP_ASSIGNMENT",
    "daily_limits": "DAILY_LIMIT",
    "weekly_limits": "WEEKLY_LIMIT",
    "monthly_limits": "MONTHLY_LIMIT",
    "priority_rules": "PRIORITY_RULE",
    "calendar": "CALENDAR",
    "rules": "RULE",
}
"""What messages call a kind of row."""
DONE: Final = {
    "create": "CREATED",
    "update": "UPDATED",
    "restore": "UPDATED",
    "delete": "DELETED",
    "hard_delete": "HARD_DELETED",
}


def message_of(entry: Entry) -> dict[str, Any]:
    """Tell clients of one row's change; of a row that is gone for good, what it was."""
    shown = entry.shown()
    payload = shown["after"] if shown["after"] is not None else shown["before"]
    return {
        "type": f"{NAMES[entry.kind]}_{DONE[entry.verb]}",
        "revision": entry.revision,
        "payload": {**payload, "revision": entry.revision},
    }


class Feed:
    """What one client is still to be told; `dropped` once it fell too far behind."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(LONGEST_QUEUE)
        self.dropped = False

    def put(self, message: dict[str, Any]) -> None:
        """Add a message; the queue being full ends the feed."""
        if self.dropped:
            return
        try:
            self.messages.put_nowait(message)
        except asyncio.QueueFull:
            self.dropped = True
            self.messages.get_nowait()
            self.messages.put_nowait(None)


class _Room:
    def __init__(self, store: Store, restaurant_id: str, revision: int, told: Callable[[str], None]) -> None:
        self.told = told
        self.store, self.restaurant_id, self.revision = store, restaurant_id, revision
        self.feeds: set[Feed] = set()
        self.changed = asyncio.Event()
        self.following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), POLL_SECONDS)
            self.changed.clear()
            with contextlib.suppress(SQLAlchemyError):  # the database is away; ask again
                for entry in await asyncio.to_thread(self.store.entries, self.restaurant_id, self.revision):
                    self.revision = entry.revision
                    for feed in self.feeds:
                        feed.put(message_of(entry))
                    self.told(entry.at)


class Hub:
    """The rooms of this process."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told  # with the time of each change that clients here were told of
        self._rooms: dict[str, _Room] = {}

    @asynccontextmanager
    async def feed(self, store: Store, restaurant_id: str) -> AsyncIterator[Feed]:
        """Feed a client every change after some revision that is not newer than any it reads from now on.

        Raises
        ------
        NotFound
            There is no such restaurant.
        """
        revision = (await asyncio.to_thread(store.restaurant, restaurant_id))["revision"]
        room = self._rooms.get(restaurant_id)
        if room is None:
            room = self._rooms[restaurant_id] = _Room(store, restaurant_id, revision, self._told)
        feed = Feed()
        room.feeds.add(feed)
        try:
            yield feed
        finally:
            room.feeds.discard(feed)
            if not room.feeds and self._rooms.get(restaurant_id) is room:
                del self._rooms[restaurant_id]
                room.following.cancel()

    def changed(self, restaurant_id: str) -> None:
        """Wake the restaurant's room."""
        room = self._rooms.get(restaurant_id)
        if room is not None:
            room.changed.set()


KIND_OF: Final = {name: KINDS[kind] for kind, name in NAMES.items()}
