"""The store on SQLite, and on a real PostgreSQL of its own where the machine has the server's programs."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from store import Store

HOUSE = "house"


def _programs() -> Path | None:
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


def _somebody() -> dict[str, Any]:
    """Whom to run the server as: it refuses root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that is started for the tests and ended with them."""
    given = os.environ.get("TOBAN_TEST_POSTGRES")
    if given:
        yield given
        return
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    home = Path(tempfile.mkdtemp(prefix="toban-postgres-"))
    somebody = _somebody()
    if somebody:
        shutil.chown(home, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = home / "data"
    quiet: dict[str, Any] = {"cwd": home, "stdout": subprocess.DEVNULL, "check": True, **somebody}
    subprocess.run([programs / "initdb", "-D", data, "-U", "toban", "-A", "trust", "-E", "UTF8", "--no-locale"], **quiet)
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c max_connections=200"
    subprocess.run([programs / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", options, "start"], **quiet)
    yield f"postgresql://toban@127.0.0.1:{port}/postgres"
    subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **quiet)
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def new_postgres(postgres: str) -> Iterator[Callable[[], str]]:
    """Make empty databases on the server; they go with the test."""
    made: list[str] = []

    def make() -> str:
        made.append(f"t{uuid.uuid4().hex}")
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {made[-1]}")
        return postgres.rpartition("/")[0] + f"/{made[-1]}"

    yield make
    with psycopg.connect(postgres, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'toban.db'}"
    return str(request.getfixturevalue("new_postgres")())


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with one empty restaurant."""
    store = Store(url)
    store.upgrade()
    store.put_restaurant(HOUSE, {"name": "本店"})
    yield store
    store.close()


@pytest.fixture
def kitchen(store: Store) -> Store:
    """A store with 佐藤 in キッチン and 中田 beside."""
    document = {
        "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
        "settings": {"staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}]},
    }
    assert store.put_settings(HOUSE, document, base=0) == 1
    return store


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row without what the server adds to it."""
    added = ("restaurant_id", "version_id", "revision", "created_at", "updated_at")
    return {name: value for name, value in row.items() if name not in added}
