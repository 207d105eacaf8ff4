"""Connections and migrations: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as NoConnection

BUSY_SECONDS = 30  # a writer waits so long for another one
_CONNECTIONS = 16  # of one process
_WRITERS = 10  # of them, so that readers always get one
_UPGRADING = 7_262_001  # any number, the same for every server: the lock under which one of them migrates


def default_url() -> str:
    """Name the file used unless told otherwise: `toban.db` in the user's data directory, made when it is missing."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return f"sqlite:///{base / 'toban' / 'toban.db'}"


def database_url(given: str) -> URL:
    """Read a database's URL; a plain path is an SQLite file.

    Raises
    ------
    ValueError
        It is neither SQLite nor PostgreSQL.
    """
    try:
        url = make_url(given) if "://" in given or given.startswith("sqlite:") else URL.create("sqlite", database=given)
    except ArgumentError:
        raise ValueError(f"not a database URL: {given}") from None
    kind = url.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind == "sqlite":
        return url
    raise ValueError(f"a database of kind {kind}; there are sqlite:///FILE and postgresql://USER@HOST/NAME")


class Database:
    """An engine, and its two kinds of transactions."""

    def __init__(self, given: str) -> None:
        url = database_url(given)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(
            url,
            hide_parameters=True,
            json_serializer=partial(json.dumps, ensure_ascii=False),
            pool_pre_ping=True,
            pool_size=_CONNECTIONS,
            max_overflow=0,
        )
        self._turns = threading.BoundedSemaphore(1 if self.is_sqlite else _WRITERS)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that ends committed, or rolled back by any exception. On SQLite it is the only writer.

        Writers of this process queue up here, as the file's own lock is not fair: who waits for it looks again now and then.

        Raises
        ------
        sqlalchemy.exc.TimeoutError
            Its turn did not come within `BUSY_SECONDS`.
        """
        if not self._turns.acquire(timeout=BUSY_SECONDS):
            raise NoConnection(f"no turn to write within {BUSY_SECONDS} s")
        try:
            with self.engine.connect() as connection:
                writer = connection.execution_options(writes=True)
                with writer.begin():
                    yield writer
        finally:
            self._turns.release()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the whole database, however many queries it makes."""
        with self.engine.connect() as connection:
            isolated = connection if self.is_sqlite else connection.execution_options(isolation_level="REPEATABLE READ")
            with isolated.begin():
                yield isolated

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables up to a migration, `head` being the newest; nothing happens to a database that is there."""
        with self.writing() as connection:
            self.lock_migrations(connection)
            command.upgrade(_alembic(connection), revision)

    def downgrade(self, revision: str) -> None:
        """Take the tables back to an older migration, `base` being none."""
        with self.writing() as connection:
            self.lock_migrations(connection)
            command.downgrade(_alembic(connection), revision)

    def migrate(self, connection: Connection, revision: str) -> None:
        """Take the tables to a migration, up or down, as a part of the transaction."""
        wanted, now = self.migrations[-1] if revision == "head" else revision, self.migration(connection)
        newer = now is not None and self.migrations.index(now) > self.migrations.index(wanted)
        (command.downgrade if newer else command.upgrade)(_alembic(connection), wanted)

    def lock_migrations(self, connection: Connection) -> None:
        """Keep other servers from migrating until the transaction ends."""
        if not self.is_sqlite:  # there a transaction is the only writer anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _UPGRADING})

    def migration(self, connection: Connection) -> str | None:
        """Name the migration the tables stand at; None where there are none."""
        return MigrationContext.configure(connection).get_current_revision()

    @cached_property
    def migrations(self) -> tuple[str, ...]:
        """Name every migration this code knows, oldest first."""
        scripts = ScriptDirectory.from_config(_alembic(None)).walk_revisions()
        return tuple(reversed([script.revision for script in scripts]))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _alembic(connection: Connection | None) -> Config:
    """Configure Alembic for a transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(files("store") / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _prepare(connection: Any, _: Any) -> None:
    """Set up an SQLite connection; what is committed survives a crash of process and machine (synchronous FULL)."""
    connection.isolation_level = None  # transactions begin where `_begin` says so, and nowhere else
    for pragma in ("journal_mode = WAL", f"busy_timeout = {BUSY_SECONDS * 1000}", "foreign_keys = ON", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    """Take the write lock first: a reader that turns writer could not wait for another one."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
