"""Migrations: from nothing and back, the same tables as the code has, and the data stays."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from store import BY_SEGMENT, Database, Scope, Store
from store.tables import metadata
from tests.store.conftest import HOUSE


def names(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(url: str) -> None:
    database = Database(url)
    database.upgrade()
    assert names(database) == set(metadata.tables)
    database.downgrade("base")
    assert names(database) == set()
    database.upgrade()
    assert names(database) == set(metadata.tables)
    database.close()


def test_migrations_and_tables_agree(url: str) -> None:
    database = Database(url)
    database.upgrade()
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_upgrading_again_keeps_everything(store: Store) -> None:
    store.create(HOUSE, BY_SEGMENT["staff"], {"id": "sato", "name": "佐藤"})
    before = store.settings(HOUSE)
    store.upgrade()
    assert store.settings(HOUSE) == before


def test_one_step_back_and_forward_keeps_the_settings(store: Store) -> None:
    store.create(HOUSE, BY_SEGMENT["staff"], {"id": "sato", "name": "佐藤"})
    before, log = store.settings(HOUSE), store.changes(HOUSE)
    store.keys.create("till", [Scope.READ])
    store.database.downgrade("0002")
    assert names(store.database) == set(metadata.tables) - {"api_keys"}
    store.upgrade()
    assert not store.keys.any()
    store.database.downgrade("0001")
    assert names(store.database) == set(metadata.tables) - {"rosters", "api_keys"}
    assert store.settings(HOUSE) == before
    store.upgrade()
    assert (store.settings(HOUSE), store.changes(HOUSE)) == (before, log)
    assert store.rosters(HOUSE) == []
