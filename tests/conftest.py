"""A real PostgreSQL for every test that wants one, and an empty database of each kind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks import servers

DATABASES = ("sqlite", "postgresql")


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


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'toban.db'}"
        return
    with servers.empty_database(request.getfixturevalue("postgres")) as made:
        yield made
