"""Hearing of commits: at once of one's own, soon of other processes', never of what was refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from benchmarks.servers import empty_database
from solver import ProblemError
from store import BY_SEGMENT, Store
from tests.store.conftest import HOUSE

STAFF = BY_SEGMENT["staff"]


class Ear:
    """What was told, and waiting for more."""

    def __init__(self) -> None:
        self.told: list[tuple[str | None, int]] = []
        self._more = threading.Condition()

    def __call__(self, restaurant_id: str | None, revision: int) -> None:
        with self._more:
            self.told.append((restaurant_id, revision))
            self._more.notify_all()

    def hears(self, *which: tuple[str | None, int], seconds: float = 5) -> bool:
        """Whether any of these comes in time."""
        with self._more:
            return self._more.wait_for(lambda: any(one in self.told for one in which), seconds)


@pytest.fixture
def other(store: Store, url: str) -> Iterator[Store]:
    """The store of another process, as far as the database can tell."""
    other = Store(url)
    yield other
    other.close()


@pytest.fixture
def ear(store: Store) -> Iterator[Ear]:
    """An ear that has heard that the watch began."""
    ear = Ear()
    with store.watching(ear):
        assert ear.hears((None, 0))
        ear.told.clear()
        yield ear


def test_ones_own_commit_is_told_before_the_call_returns(store: Store, ear: Ear) -> None:
    revision = store.create(HOUSE, STAFF, {"id": "sato"}).revision
    assert (HOUSE, revision) in ear.told


def test_another_process_is_heard_soon(store: Store, other: Store, ear: Ear) -> None:
    begun = time.monotonic()
    revision = other.create(HOUSE, STAFF, {"id": "sato"}).revision
    assert ear.hears((HOUSE, revision), (None, 0))
    assert time.monotonic() - begun < 1
    assert store.revisions([HOUSE, "nowhere"]) == {HOUSE: revision}


def test_what_is_refused_or_changes_nothing_is_not_told(store: Store, ear: Ear) -> None:
    store.create(HOUSE, STAFF, {"id": "sato"})
    time.sleep(0.3)
    ear.told.clear()
    with pytest.raises(ProblemError):
        store.create(HOUSE, STAFF, {"id": "ito", "nmae": "?"})
    store.create(HOUSE, STAFF, {"id": "sato"})
    assert not ear.hears((HOUSE, 1), (HOUSE, 2), seconds=0.3)


def test_a_lost_connection_is_made_again_and_what_was_missed_asked_for(postgres: str) -> None:
    with empty_database(postgres) as url, closing(Store(url)) as store, closing(Store(url)) as other:
        store.upgrade()
        store.put_restaurant(HOUSE, {"name": "本店"})
        ear = Ear()
        with store.watching(ear), psycopg.connect(url, autocommit=True) as admin:
            assert ear.hears((None, 0))
            ear.told.clear()
            listens = "FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            assert admin.execute(f"SELECT pg_terminate_backend(pid) {listens}").fetchall() == [(True,)]
            other.create(HOUSE, STAFF, {"id": "missed"})
            assert ear.hears((None, 0))
            ear.told.clear()
            assert ear.hears((None, 0)), "asked again once it listens"
            revision = other.create(HOUSE, STAFF, {"id": "ito"}).revision
            assert ear.hears((HOUSE, revision))
