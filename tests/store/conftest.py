"""The store, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from store import Store

HOUSE = "house"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with one empty restaurant."""
    store = Store(url)
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
    added = ("restaurant_id", "version_id", "revision", "position", "created_at", "updated_at")
    return {name: value for name, value in row.items() if name not in added}
