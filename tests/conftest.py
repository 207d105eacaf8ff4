"""A real PostgreSQL for every test that wants one, and databases of each kind: empty, or with the tables of this version."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from benchmarks import servers
from store import Store

DATABASES = ("sqlite", "postgresql")

# Tests start this code as processes by the hundred: it is compiled once, whatever the shell thinks of files beside it.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than processors: a good part of a test with real servers is spent waiting for them."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that is started for the tests and ended with them."""
    running = servers.postgres()
    try:
        url = running.__enter__()
    except servers.NoPostgres as error:
        pytest.skip(str(error))
    yield url
    running.__exit__(None, None, None)


@pytest.fixture
def new_postgres(postgres: str) -> Iterator[Callable[[], str]]:
    """Make empty databases on the server; they go with the test."""
    with ExitStack() as made:
        yield lambda: made.enter_context(servers.empty_database(postgres))


def new_sqlite(file: Path) -> str:
    """Make a file with the tables of this version and nothing in them, as a copy: migrations outlast many a test."""
    file.write_bytes(_sqlite_tables())
    return f"sqlite:///{file}"


@cache
def _sqlite_tables() -> bytes:
    with TemporaryDirectory() as home:
        _make_tables(f"sqlite:///{home}/tables.db")
        return Path(home, "tables.db").read_bytes()


@pytest.fixture(scope="session")
def postgres_tables(postgres: str) -> Iterator[str]:
    """The same on PostgreSQL: the URL of a database to copy."""
    with servers.empty_database(postgres) as url:
        _make_tables(url)
        yield url


def _make_tables(url: str) -> None:
    with closing(Store(url)) as store:
        store.upgrade()


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind that has its tables, and nothing in them."""
    if request.param == "sqlite":
        yield new_sqlite(tmp_path / "toban.db")
        return
    with servers.empty_database(request.getfixturevalue("postgres"), request.getfixturevalue("postgres_tables")) as made:
        yield made


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of each kind in which there is nothing yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'toban.db'}"
        return
    with servers.empty_database(request.getfixturevalue("postgres")) as made:
        yield made
