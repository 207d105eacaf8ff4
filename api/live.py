"""Live changes: each restaurant's log is followed once per process, and every client of it is fed from that.

A commit of this process wakes the restaurant's room at once, one of another process as soon as the store hears of it (see
`store.watching`). The room then reads the log after the revision it has told last, so that nothing is left out, told twice
or out of order whatever it was woken by. A message is written once for all clients. A client has a bounded queue; one that
does not empty it is dropped, nobody waits for him.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from itertools import zip_longest
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from store import KINDS, Store
from store.log import Entry
from store.rosters import told as roster_told

P = ParamSpec("P")
T = TypeVar("T")
LONGEST_QUEUE: Final = 1000  # messages a client may be behind, or
LARGEST_QUEUE: Final = 4 * 2**20  # characters of them
FARTHEST_BACK: Final = 1000  # changes told one by one to a client that comes back; past it the settings are shorter
LARGEST_CHANGE: Final = 200  # rows of one revision told one by one; past it clients are told the settings
_READERS: Final = 4  # threads of their own, so that feeding never waits behind those who wait to write
_RETRY_SECONDS: Final = 0.2
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
    "prefilled": "PREFILLED",
}
"""What messages call a kind of row."""
KIND_OF: Final = {name: KINDS[kind] for kind, name in NAMES.items()}
DONE: Final = {
    "create": "CREATED",
    "update": "UPDATED",
    "restore": "UPDATED",
    "delete": "DELETED",
    "hard_delete": "HARD_DELETED",
}


OTHERS: Final = {
    "ROSTER_SAVED": "a draft was kept or changed",
    "ROSTER_PUBLISHED": "a roster was published; on its dates it is in force from now on",
    "ROSTER_WITHDRAWN": "a publication was undone; the roster is a draft again",
    "ROSTER_DROPPED": "a draft was thrown away",
    "VERSION_KEPT": "a copy of the settings was kept",
    "VERSION_LABELLED": "a version has another label",
    "VERSION_DROPPED": "the keeping of a version was undone",
    "RESTAURANT_RENAMED": "the restaurant has another name",
}
"""What is told beside rows of the settings; what changed is told without its cells and rows, which are asked for by HTTP."""


class Message(NamedTuple):
    """A message as it is sent, and the revision it tells of."""

    revision: int
    text: str


def text_of(data: dict[str, Any]) -> str:
    """Write a message's text."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def messages_of(entries: list[Entry]) -> list[Message]:
    """Tell clients of rows' changes; of a row that is gone for good, what it was.

    A revision may change several rows. `more` says that another message of the same revision follows: only when the last of
    them has come does a client stand at that revision.
    """
    return [
        Message(
            entry.revision,
            text_of(
                {
                    "type": type_of(entry),
                    "revision": entry.revision,
                    "more": following is not None and following.revision == entry.revision,
                    "payload": {**_payload(entry), "revision": entry.revision},
                }
            ),
        )
        for entry, following in zip_longest(entries, entries[1:])
    ]


def type_of(entry: Entry) -> str:
    """Name the message that tells of a change."""
    if entry.kind in NAMES:
        return f"{NAMES[entry.kind]}_{DONE[entry.verb]}"
    if entry.kind == "restaurants":
        return "RESTAURANT_RENAMED"
    if entry.kind == "versions":
        return "VERSION_DROPPED" if entry.after is None else "VERSION_LABELLED" if entry.before else "VERSION_KEPT"
    if entry.after is None:
        return "ROSTER_DROPPED"
    before, after = entry.before["status"] if entry.before else "draft", entry.after["status"]
    return "ROSTER_SAVED" if before == after else "ROSTER_PUBLISHED" if after == "published" else "ROSTER_WITHDRAWN"


def _payload(entry: Entry) -> dict[str, Any]:
    """Tell a row; of a roster what its head says, of a version its label, of a restaurant its name."""
    row = entry.after or entry.before or {}
    if entry.kind in NAMES:
        return row
    if entry.kind == "rosters":
        return {"id": entry.row_id, **roster_told(row)}
    return {"id": entry.row_id, **{name: row[name] for name in ("name", "label", "created_at") if name in row}}


class Feed:
    """What one client is still to be told. `overflow` is set once it fell too far behind; then it is told nothing more."""

    def __init__(self, room: _Room, newest: int) -> None:
        self._room, self._newest = room, newest
        self._messages: deque[Message] = deque()
        self._size = 0
        self._filled = asyncio.Event()
        self.overflow = asyncio.Event()

    def put(self, messages: list[Message]) -> None:
        """Add messages, unless they are too many."""
        if self.overflow.is_set():
            return
        self._messages.extend(messages)
        self._size += sum(len(message.text) for message in messages)
        if len(self._messages) > LONGEST_QUEUE or (self._size > LARGEST_QUEUE and len(self._messages) > 1):
            self.overflow.set()
            self._messages.clear()
        else:
            self._filled.set()

    async def start(self, since: int | None) -> list[Message]:
        """Bring the client up to date: what it missed since a revision, or where that is unknown here all settings."""
        if since is not None and 0 <= self._newest - since <= FARTHEST_BACK:
            missed = await self._room.read(self._room.store.entries, self._room.restaurant_id, since)
            if len(missed) <= FARTHEST_BACK:
                return messages_of(missed)
        return [await self._room.settings(self._newest)]

    async def next(self) -> Message:
        """Wait for the next message. The first ones may be of revisions that the client knows from the start."""
        while not self._messages:
            self._filled.clear()
            await self._filled.wait()
        message = self._messages.popleft()
        self._size -= len(message.text)
        return message


class _Room:
    """One restaurant, as long as it has clients in this process."""

    def __init__(self, hub: Hub, store: Store, restaurant_id: str, revision: int) -> None:
        self.read, self.told, self.store, self.restaurant_id = hub.read, hub.told, store, restaurant_id
        self.revision = revision  # the last that was told
        self.feeds: set[Feed] = set()
        self.changed = asyncio.Event()
        self.changed.set()  # something may have changed before the room was there to hear of it
        self.following = asyncio.create_task(self._follow())
        self._settings: Message | None = None
        self._reading = asyncio.Lock()

    async def _follow(self) -> None:
        while True:
            await self.changed.wait()
            self.changed.clear()
            try:
                entries = await self.read(self.store.entries, self.restaurant_id, self.revision)
                largest = max(Counter(entry.revision for entry in entries).values(), default=0)
                messages = messages_of(entries) if largest <= LARGEST_CHANGE else [await self.settings(entries[-1].revision)]
            except SQLAlchemyError:  # the database is away; ask again
                await asyncio.sleep(_RETRY_SECONDS)
                self.changed.set()
                continue
            if messages:
                self.revision = messages[-1].revision
                for feed in self.feeds:
                    feed.put(messages)
                for entry in entries:
                    self.told(entry.at)

    async def settings(self, newest: int) -> Message:
        """All settings, at least at a revision and at what the clients have been told; read once for all who ask."""
        async with self._reading:
            if self._settings is None or self._settings.revision < max(newest, self.revision):
                now = await self.read(self.store.settings, self.restaurant_id)
                parts = {name: now[name] for name in ("revision", "settings", "staff", "prefilled")}
                self._settings = Message(now["revision"], text_of({"type": "SETTINGS", **parts}))
            return self._settings


class Hub:
    """The rooms of this process."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self.told = told  # with the time of each change that clients here were told of
        self._rooms: dict[str, _Room] = {}
        self._threads = ThreadPoolExecutor(_READERS, "toban-live")
        self._unsure = asyncio.Event()

    @asynccontextmanager
    async def following(self, store: Store) -> AsyncIterator[None]:
        """Hear of the store's changes."""
        loop = asyncio.get_running_loop()

        def tell(restaurant_id: str | None, revision: int) -> None:
            loop.call_soon_threadsafe(self._heard, restaurant_id, revision)

        asking = asyncio.create_task(self._ask(store))
        try:
            with store.watching(tell):
                yield
        finally:
            for task in (asking, *(room.following for room in self._rooms.values())):
                task.cancel()
            self._threads.shutdown()

    def _heard(self, restaurant_id: str | None, revision: int) -> None:
        if restaurant_id is None:
            self._unsure.set()
        elif (room := self._rooms.get(restaurant_id)) is not None and revision > room.revision:
            room.changed.set()

    async def _ask(self, store: Store) -> None:
        """Where any restaurant may have changed, find out which with one query."""
        while True:
            await self._unsure.wait()
            self._unsure.clear()
            if not self._rooms:
                continue
            try:
                found = await self.read(store.revisions, list(self._rooms))
            except SQLAlchemyError:
                await asyncio.sleep(_RETRY_SECONDS)
                self._unsure.set()
                continue
            for restaurant_id, revision in found.items():
                self._heard(restaurant_id, revision)

    async def read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask the store in a thread that no writer holds."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: call(*args, **kwargs))

    @asynccontextmanager
    async def feed(self, store: Store, restaurant_id: str) -> AsyncIterator[Feed]:
        """Feed a client every change after some revision that is not newer than any it reads from now on.

        Raises
        ------
        NotFound
            There is no such restaurant.
        """
        revision = (await self.read(store.restaurant, restaurant_id))["revision"]
        room = self._rooms.get(restaurant_id)
        if room is None:
            room = self._rooms[restaurant_id] = _Room(self, store, restaurant_id, revision)
        feed = Feed(room, revision)
        room.feeds.add(feed)
        try:
            yield feed
        finally:
            room.feeds.discard(feed)
            if not room.feeds and self._rooms.get(restaurant_id) is room:
                del self._rooms[restaurant_id]
                room.following.cancel()
