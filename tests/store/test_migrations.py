"""Migrations: from nothing and from every older version, forward and back; the tables are the code's, and data stays."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, inspect, select

from store import BY_SEGMENT, Database, Scope, Store, Submission
from store.tables import metadata
from tests.store.conftest import HOUSE

_config = Config()
_config.set_main_option("script_location", "store:migrations")
REVISIONS = [script.revision for script in ScriptDirectory.from_config(_config).walk_revisions()][::-1]
ALIAS = ("backup_assignments",)  # what the log calls otherwise than the table
UNROWED = ("rosters", "versions", "restaurants")  # in the log only since rosters have revisions
Rows = dict[str, list[dict[str, Any]]]


def names(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def content(database: Database) -> Rows:
    """Every row of every table, whatever tables and columns there are."""
    there = MetaData()
    there.reflect(database.engine)
    with database.reading() as connection:
        return {name: _rows(connection, table) for name, table in there.tables.items() if name != "alembic_version"}


def _rows(connection: Any, table: Table) -> list[dict[str, Any]]:
    return sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)


def older(rows: Rows, shape: Rows) -> Rows:
    """Of some rows, the tables and columns that an older version has as well; of the log what it can read."""
    known = {
        **rows,
        "change_log": [row for row in rows["change_log"] if _readable(row["table_name"], shape)],
    }
    return {
        name: sorted(({key: row[key] for key in shape[name][0]} for row in known[name]), key=repr) if shape[name] else []
        for name in shape
    }


def _readable(kind: str, shape: Rows) -> bool:
    """Whether an older version knows a kind of line in the log."""
    logs_rosters = bool(shape.get("rosters")) and "revision" in shape["rosters"][0]
    return kind in ALIAS or (logs_rosters if kind in UNROWED else kind in shape)


@pytest.fixture
def full(store: Store) -> Store:
    """A store with something in every table."""
    document = {
        "staff": [{"id": "sato", "name": "佐藤", "skills": ["grill"]}, {"id": "nakata", "employed_from": "2025-01-01"}],
        "settings": {
            "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"], "conflict": None}],
            "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "notes": "○"}],
            "daily_limits": [{"id": "d", "symbols": ["×"], "max": 2}],
            "weekly_limits": [{"id": "w", "symbols": ["×"], "max": 2}],
            "monthly_limits": [{"id": "m", "measure": "off_equivalent", "min": 7, "max": 8.5}],
            "priority_rules": [{"id": "p", "rule_type": "avoided_shift", "shift": "△", "staff_ids": ["sato"]}],
            "calendar": {"2025-01-01": "must_day_off"},
            "stretches": [],
        },
        "prefilled": {"sato": {"2025-01-15": "×"}},
    }
    store.put_settings(HOUSE, document, base=0)
    store.keep_version(HOUSE, {"label": "一"})
    store.delete(HOUSE, BY_SEGMENT["daily-limits"], "d")
    roster = {"period": {"start": "2025-01-01", "end": "2025-01-01"}, "schedule": {"sato": {"2025-01-01": "×"}}}
    store.put_roster(HOUSE, "jan", roster)
    store.jobs.submit(Submission(b"{}", "0", HOUSE, idempotency_key="one", webhook_url="https://hooks.example"))
    return store


def test_up_down_and_up_again_step_by_step(empty_url: str) -> None:
    database = Database(empty_url)
    for revision in REVISIONS:
        database.upgrade(revision)
    assert names(database) == set(metadata.tables)
    for revision in [*REVISIONS[-2::-1], "base"]:
        database.downgrade(revision)
    assert names(database) == set()
    database.upgrade()
    assert names(database) == set(metadata.tables)
    database.close()


def test_migrations_and_tables_agree(empty_url: str) -> None:
    database = Database(empty_url)
    database.upgrade()
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_upgrading_again_keeps_everything(full: Store) -> None:
    before = content(full.database)
    full.upgrade()
    assert content(full.database) == before


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_every_version_is_upgraded_and_taken_back_with_its_data(full: Store, revision: str) -> None:
    settings, (log, number) = full.settings(HOUSE), full.changes(HOUSE)
    newest = content(full.database)
    full.database.downgrade(revision)
    then = content(full.database)
    assert {"staff", "staff_backup_assignments", "change_log", "versions"} <= {name for name, rows in then.items() if rows}
    assert older(newest, then) == then, "going back keeps what the older version has room for"
    full.upgrade()
    if "prefilled" not in then:  # an older version has no room for them
        settings["prefilled"] = {}
        log = [entry for entry in log if entry["table"] != "prefilled"]
    if not _readable("rosters", then):
        log = [entry for entry in log if entry["table"] not in UNROWED]
    assert (full.settings(HOUSE), full.changes(HOUSE)) == (settings, (log, number))
    assert older(content(full.database), then) == then, "going forward keeps everything"
    full.create(HOUSE, BY_SEGMENT["staff"], {"id": "new"})
    full.database.downgrade(revision)
    assert len(content(full.database)["staff"]) == len(then["staff"]) + 1, "what was added since stays, too"


def test_every_settings_table_is_filled_where_migrations_are_tested(full: Store) -> None:
    empty = {name for name, rows in content(full.database).items() if not rows}
    assert not empty & {kind.table.name for kind in BY_SEGMENT.values()}


def test_keys_go_with_the_table_they_stand_in(full: Store) -> None:
    full.keys.create("till", [Scope.READ])
    full.database.downgrade("0002")
    full.upgrade()
    assert not full.keys.any()
