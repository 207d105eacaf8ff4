"""Can this server do what it is for: is the database there and as this code needs it, and can somebody solve."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from api.solving.pool import Pool, WorkerLost
from store import Database

PATIENCE: Final = 3.0  # seconds; what takes longer is down
_FRESH: Final = 1.0  # seconds for which an answer is good, however many ask


class State(NamedTuple):
    """What was found."""

    database: Literal["up", "down", "outdated"]
    workers: Literal["up", "down"]

    @property
    def ready(self) -> bool:
        """Whether all is well."""
        return self == State("up", "up")


class Probe:
    """Looks when asked; never twice at once, so that a database that hangs holds one thread and no more."""

    def __init__(self, *pools: Pool) -> None:
        self._pools = pools
        self._found, self._at = State("down", "down"), -_FRESH
        self._asking: asyncio.Task[None] | None = None
        self._connecting: asyncio.Future[Literal["up", "outdated"]] | None = None

    async def state(self, database: Database) -> State:
        """Tell how it is, or was a moment ago."""
        if monotonic() - self._at >= _FRESH:
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._look(database))
            await asyncio.shield(self._asking)
        return self._found

    async def _look(self, database: Database) -> None:
        there, able = await asyncio.gather(self._database(database), self._workers())
        self._found, self._at = State(there, able), monotonic()

    async def _database(self, database: Database) -> Literal["up", "down", "outdated"]:
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.ensure_future(asyncio.to_thread(_look_at, database))
            self._connecting.add_done_callback(_read)  # it may fail after nobody waits any more
        try:
            return await asyncio.wait_for(asyncio.shield(self._connecting), PATIENCE)
        except (TimeoutError, SQLAlchemyError, OSError):
            return "down"

    async def _workers(self) -> Literal["up", "down"]:
        try:
            await asyncio.wait_for(asyncio.gather(*(pool.revive() for pool in self._pools)), PATIENCE)
        except (TimeoutError, WorkerLost):
            return "down"
        return "up"


def _read(done: asyncio.Future[Any]) -> None:
    if not done.cancelled():
        done.exception()


def _look_at(database: Database) -> Literal["up", "outdated"]:
    with database.reading() as connection:
        return "up" if database.migration(connection) == database.migrations[-1] else "outdated"
