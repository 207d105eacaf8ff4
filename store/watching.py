"""Hearing of changes that other processes commit: PostgreSQL notifies, an SQLite file is asked whether it changed.

What is told are numbers only. The rows of a change stand in the log, so that a number told twice, late or in the wrong
order does no harm, and one that got lost is made up for by the next.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database

Tell = Callable[[str | None, int], None]
"""Called with a restaurant and the revision it has reached; with None where any restaurant may have changed."""

POLL_SECONDS: Final = 0.05  # how often an SQLite file is asked; `PRAGMA data_version` reads nothing but a counter
CHANNEL: Final = "toban_changes"
_LISTEN_SECONDS: Final = 0.5  # how long the end of a watch may take to be seen
_RETRY_SECONDS: Final = 1.0
_KEEPALIVE: Final[dict[str, Any]] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}
"""A connection that only listens would not notice that its server is gone; so the machine asks for it."""


def notify(connection: Connection, restaurant_id: str, revision: int) -> None:
    """Have PostgreSQL tell every process of a revision when, and only if, the transaction commits."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_notify(CHANNEL, f"{revision} {restaurant_id}")))


class Watch:
    """A thread that tells of other processes' changes until it is closed (of this process's own, too)."""

    def __init__(self, database: Database, tell: Tell) -> None:
        self._database, self._tell = database, tell
        self._ended = threading.Event()
        run = self._ask if database.is_sqlite else self._listen
        self._thread = threading.Thread(target=run, name="toban-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join()

    def _ask(self) -> None:
        """Ask one connection kept for it whether any other has written to the file."""
        while not self._ended.is_set():
            seen = None
            with contextlib.suppress(SQLAlchemyError, sqlite3.Error):
                connection = self._database.engine.raw_connection()
                connection.detach()
                with contextlib.closing(connection):
                    while not self._ended.wait(POLL_SECONDS):
                        now = connection.cursor().execute("PRAGMA data_version").fetchone()
                        if now != seen:
                            seen = now
                            self._tell(None, 0)
            self._ended.wait(POLL_SECONDS)

    def _listen(self) -> None:
        """Listen; whenever the connection is new or gone, ask, as something may have been missed."""
        import psycopg  # a server on SQLite starts without it

        _, arguments = self._database.engine.dialect.create_connect_args(self._database.engine.url)
        while not self._ended.is_set():
            with contextlib.suppress(psycopg.Error), psycopg.connect(**{**_KEEPALIVE, **arguments}) as connection:
                connection.autocommit = True
                connection.execute(f"LISTEN {CHANNEL}")
                self._tell(None, 0)
                while not self._ended.is_set():
                    for notice in connection.notifies(timeout=_LISTEN_SECONDS):
                        revision, _, restaurant_id = notice.payload.partition(" ")
                        self._tell(restaurant_id, int(revision))
            if not self._ended.wait(_RETRY_SECONDS):
                self._tell(None, 0)
