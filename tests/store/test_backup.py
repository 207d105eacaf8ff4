"""Backups: whole and consistent or refused, and the same in SQLite and PostgreSQL."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from store import BY_SEGMENT, BackupRefused, Database, Store, Submission, backup
from store.tables import metadata
from tests.store.conftest import HOUSE

ROSTER = {
    "label": "一月",
    "period": {"start": "2026-01-01", "end": "2026-01-02"},
    "schedule": {"sato": {"2026-01-01": "×"}},
}


def fill(store: Store) -> None:
    """Every table, and every way a value can be null, half, dated or odd."""
    document = {
        "staff": [
            {"id": "sato", "name": "佐藤 'x\"; DROP", "skills": ["grill", "寿司"], "employed_from": "2025-04-01"},
            {"id": "nakata", "name": "中田"},
        ],
        "settings": {
            "staff_groups": [{"id": "kitchen", "members": ["sato"], "conflict": {"symbols": ["×"], "max": 2}}],
            "backup_assignments": [
                {"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "effective_until": "2026-12-31"}
            ],
            "daily_limits": [{"id": "d", "symbols": ["×"], "max": 3, "days_of_week": ["sunday"]}],
            "weekly_limits": [{"id": "w", "symbols": ["×"], "min": 1}],
            "monthly_limits": [{"id": "m", "measure": "off_equivalent", "min": 7, "max": 8.5}],
            "priority_rules": [{"id": "p", "rule_type": "avoided_shift", "staff_ids": ["sato"], "shift": "△"}],
            "calendar": {"2026-01-01": "must_day_off"},
            "stretches": None,  # a rule that is switched off: the null of JSON, not that of the database
            "weekends": [],
        },
        "prefilled": {"sato": {"2026-01-01": "×"}},
    }
    store.put_settings(HOUSE, document, base=0)
    store.keep_version(HOUSE, {"label": "before"})
    store.delete(HOUSE, BY_SEGMENT["staff"], "sato")
    store.put_roster(HOUSE, "january", ROSTER)
    store.publish_roster(HOUSE, "january")
    store.jobs.submit(Submission(b"\x00\xff", "hash", HOUSE))


def everything(store: Store) -> dict[str, list[Any]]:
    with store.database.reading() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for name, table in metadata.tables.items()
        }


def copy_of(store: Store) -> io.BytesIO:
    file = io.BytesIO()
    backup.back_up(store.database, file)
    file.seek(0)
    return file


def lines_of(file: io.BytesIO) -> list[bytes]:
    return gzip.decompress(file.getvalue()).splitlines(keepends=True)


@pytest.fixture
def empty(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str], Store]]:
    """Make empty databases of a kind."""
    made: list[Store] = []

    def make(kind: str) -> Store:
        if kind == "sqlite":
            made.append(Store(str(tmp_path / f"other{len(made)}.db")))
        else:
            made.append(Store(request.getfixturevalue("new_postgres")()))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_everything_comes_back_in_either_kind_of_database(store: Store, empty: Callable[[str], Store], kind: str) -> None:
    fill(store)
    before, file, other = everything(store), copy_of(store), empty(kind)
    empty_tables = {name for name, rows in before.items() if not rows and "restaurant_id" in metadata.tables[name].columns}
    assert empty_tables == set(), "the test must fill every table"
    contents = backup.restore(other.database, file)
    assert everything(other) == before
    assert contents.rows == {name: len(rows) for name, rows in before.items()}
    assert str(contents).startswith("1 restaurants, ")
    assert other.settings(HOUSE) == store.settings(HOUSE)
    again = lines_of(copy_of(other))
    assert sorted(again[1:-1]) == sorted(lines_of(file)[1:-1])
    edited = other.create(HOUSE, BY_SEGMENT["staff"], {"id": "new"})
    assert edited.revision == store.restaurant(HOUSE)["revision"] + 1, "life goes on with the next number"


def test_no_column_counts_by_itself() -> None:
    """A restored database would give such numbers out twice, unless `restore` sets PostgreSQL's sequences."""
    assert [table.name for table in metadata.tables.values() if table.autoincrement_column is not None] == []


def test_a_backup_is_one_moment_of_a_busy_database(store: Store, empty: Callable[[str], Store]) -> None:
    store.put_settings(HOUSE, {"staff": [{"id": f"p{i}"} for i in range(200)]}, base=0)
    ended = threading.Event()

    def write() -> None:
        i = 0
        while not ended.is_set():
            store.patch(HOUSE, BY_SEGMENT["staff"], "p0", {"name": f"n{i}"})
            i += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [copy_of(store) for _ in range(5)]
    finally:
        ended.set()
        writer.join()
    revisions = []
    for file in files:
        other = empty("sqlite")
        backup.restore(other.database, file)
        revisions.append(other.restaurant(HOUSE)["revision"])
        assert [entry.revision for entry in other.entries(HOUSE, 1)] == list(range(2, revisions[-1] + 1))
        assert other.row(HOUSE, BY_SEGMENT["staff"], "p0")["revision"] == revisions[-1]
    assert revisions[-1] > revisions[0], "nobody wrote in the meantime: the test shows nothing"


def test_a_file_that_was_cut_or_altered_changes_nothing(store: Store, empty: Callable[[str], Store]) -> None:
    fill(store)
    file = copy_of(store)
    data, lines = file.getvalue(), lines_of(file)
    row = next(i for i, line in enumerate(lines) if "中田".encode() in line)
    damaged = {
        "cut short": [data[: len(data) * part // 10] for part in range(1, 10)] + [data[:-1]],
        "last line is missing": [gzip.compress(b"".join(lines[:-1])), gzip.compress(b"".join(lines[:3]))],
        "checksum": [
            gzip.compress(b"".join([*lines[:row], *lines[row + 1 :]])),
            gzip.compress(b"".join(lines).replace("中田".encode(), "田中".encode())),
        ],
        "goes on": [gzip.compress(b"".join([*lines, lines[-1]]))],
        "no backup": [b"hello", gzip.compress(b"[1]\n"), gzip.compress(b"{}\n"), gzip.compress(b"no json")],
        "empty": [b""],
        "format 2": [gzip.compress(lines[0].replace(b'"toban_backup":1', b'"toban_backup":2'))],
        "newer toban": [resealed([lines[0].replace(b'"migration":"0', b'"migration":"9'), *lines[1:]])],
    }
    other = empty("sqlite")
    for reason, files in damaged.items():
        for one in files:
            with pytest.raises(BackupRefused, match=reason):
                backup.restore(other.database, io.BytesIO(one))
    with other.database.reading() as connection:
        assert other.database.migration(connection) is None, "not even tables were made"


def resealed(lines: list[bytes]) -> bytes:
    """A file whose checksum fits."""
    end = {**json.loads(lines[-1]), "sha256": hashlib.sha256(b"".join(lines[:-1])).hexdigest()}
    return gzip.compress(b"".join([*lines[:-1], json.dumps(end).encode()]))


def test_what_the_database_refuses_leaves_it_as_it_was(store: Store, empty: Callable[[str], Store], url: str) -> None:
    """The file is whole, but its last table breaks a check of the database."""
    fill(store)
    lines = [line.replace(b'"regular"', b'"loyal"') for line in lines_of(copy_of(store))]
    other = empty("postgresql" if url.startswith("postgresql") else "sqlite")
    other.upgrade()
    other.put_restaurant("theirs", {"name": "二号店"})
    before = everything(other)
    with pytest.raises(IntegrityError):
        backup.restore(other.database, io.BytesIO(resealed(lines)), replace=True)
    assert everything(other) == before


def test_a_database_that_holds_something_is_left_alone_unless_told(store: Store, empty: Callable[[str], Store]) -> None:
    file = copy_of(store)
    fill(store)
    before = everything(store)
    with pytest.raises(BackupRefused, match=r"not empty: it holds 1 restaurants, .*2 staff"):
        backup.restore(store.database, file)
    assert everything(store) == before
    backup.restore(store.database, file, replace=True)
    assert store.settings(HOUSE)["staff"] == []
    assert store.restaurant(HOUSE)["revision"] == 0


def test_a_backup_of_older_tables_is_put_back_and_migrated(store: Store, empty: Callable[[str], Store], url: str) -> None:
    fill(store)
    before = store.settings(HOUSE)
    store.database.downgrade("0001")
    file = copy_of(store)
    assert json.loads(lines_of(file)[0])["migration"] == "0001"
    other = empty("postgresql" if url.startswith("postgresql") else "sqlite")
    other.upgrade()
    backup.restore(other.database, file)
    assert before["prefilled"]
    assert other.settings(HOUSE) == {**before, "prefilled": {}}  # those tables knew neither pinned cells nor rosters
    assert other.rosters(HOUSE) == []
    with other.database.reading() as connection:
        assert other.database.migration(connection) == other.database.migrations[-1]


def test_other_databases_are_no_source(empty: Callable[[str], Store]) -> None:
    other = empty("sqlite")
    with pytest.raises(BackupRefused, match="no tables of toban"):
        backup.back_up(other.database, io.BytesIO())
    other.upgrade()
    with other.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BackupRefused, match="newer toban"):
        backup.back_up(other.database, io.BytesIO())


def test_migrations_are_known_in_order(tmp_path: Path) -> None:
    database = Database(str(tmp_path / "x.db"))
    assert database.migrations[:2] == ("0001", "0002")
    database.close()
