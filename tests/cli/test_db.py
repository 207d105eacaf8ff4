"""`toban db upgrade`, `backup` and `restore`, and what the commands say of a database they cannot use."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from store import Store
from tests.cli.conftest import Answer, environment

Run = Callable[..., Answer]


def test_upgrade_makes_the_tables_and_may_be_run_again(toban: Run, tmp_path: Path) -> None:
    for _ in range(2):
        answer = toban("db", "upgrade", "--database", "kept/toban.db")
        assert (answer.code, answer.out, answer.err) == (0, "up to date: sqlite:///kept/toban.db\n", "")
    assert (tmp_path / "kept" / "toban.db").exists()


def test_the_default_is_a_file_in_the_users_data_directory(toban: Run, tmp_path: Path) -> None:
    assert toban("db", "upgrade", XDG_DATA_HOME=str(tmp_path / "data")).code == 0
    assert (tmp_path / "data" / "toban" / "toban.db").exists()


def test_a_database_that_cannot_be_used_is_told_in_one_line(toban_here: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, but long enough to look like one " * 100)
    for command in (("db", "upgrade"), ("serve", "--port", "0")):
        for url in ("mysql://there/x", "text.db", "postgresql://toban@127.0.0.1:1/x"):
            answer = toban_here(*command, "--database", url)
            assert (answer.code, answer.out) == (2, "")
            assert answer.err.startswith("toban: cannot use the database: ")
            assert answer.err.count("\n") == 1


def house(path: Path, people: int = 1) -> Store:
    store = Store(str(path))
    store.upgrade()
    store.put_restaurant("house", {"name": "本店"})
    store.put_settings("house", {"staff": [{"id": f"p{i}", "name": "佐藤" * 20} for i in range(people)]}, base=0)
    return store


def test_a_backup_is_restored_elsewhere(toban: Run, tmp_path: Path) -> None:
    with closing(house(tmp_path / "old.db")) as store:
        answer = toban("db", "backup", "-o", "house.backup", "--database", "old.db")
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith("backed up: 1 restaurants")
        assert (tmp_path / "house.backup").stat().st_mode & 0o077 == 0
        answer = toban("db", "restore", "house.backup", "--database", "new.db")
        assert (answer.code, answer.err) == (0, "")
        assert "1 staff" in answer.out
        with closing(Store(str(tmp_path / "new.db"))) as new:
            assert new.settings("house") == store.settings("house")
    answer = toban("db", "restore", "house.backup", "--database", "new.db")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("toban: house.backup: the database is not empty: it holds 1 restaurants")
    assert toban("db", "restore", "house.backup", "--database", "new.db", "--replace").code == 0


def test_what_cannot_be_backed_up_or_restored_is_told_in_one_line(toban_here: Run, tmp_path: Path) -> None:
    house(tmp_path / "old.db").close()
    assert toban_here("db", "backup", "-o", "house.backup", "--database", "old.db").code == 0
    (tmp_path / "cut.backup").write_bytes((tmp_path / "house.backup").read_bytes()[:-30])
    (tmp_path / "kept.backup").write_text("yesterday's")
    cases = [
        (("backup", "-o", "x.backup", "--database", "nowhere.db"), "there is no database nowhere.db"),
        (("backup", "-o", "kept.backup", "--database", "kept.backup"), "cannot use the database: file is not a database"),
        (("backup", "-o", "no/x.backup", "--database", "old.db"), f"no/x.backup: there is no directory {tmp_path}/no"),
        (("restore", "nothing.backup", "--database", "new.db"), "nothing.backup: no such file or directory"),
        (("restore", "cut.backup", "--database", "new.db"), "cut.backup: the backup is cut short"),
        (("restore", "kept.backup", "--database", "new.db"), "kept.backup: this is no backup of toban"),
    ]
    for arguments, told in cases:
        answer = toban_here("db", *arguments)
        assert (answer.code, answer.out) == (2, ""), answer.err
        assert answer.err.startswith(f"toban: {told}"), answer.err
        assert answer.err.count("\n") == 1
    assert not (tmp_path / "new.db").exists()
    assert (tmp_path / "kept.backup").read_text() == "yesterday's"


DIE_AT = """
import os, signal, sys
import gzip
from sqlalchemy import event
from sqlalchemy.engine import Engine
from api.cli.main import app

def die():
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[1] == "backup":
    write, left = gzip.GzipFile.write, [300]
    def counting(file, data):
        left[0] -= 1
        return write(file, data) if left[0] else die()
    gzip.GzipFile.write = counting
else:
    batches = []
    @event.listens_for(Engine, "before_cursor_execute")
    def count(connection, cursor, statement, *rest):
        if statement.startswith("INSERT INTO staff "):
            batches.append(statement)
            if len(batches) == 2:
                die()
app(["db", *sys.argv[1:]])
"""


def test_killed_in_the_middle_a_backup_leaves_the_last_one_and_a_restore_nothing(toban: Run, tmp_path: Path) -> None:
    house(tmp_path / "old.db", people=900).close()
    assert toban("db", "backup", "-o", "house.backup", "--database", "old.db").code == 0
    before = (tmp_path / "house.backup").read_bytes()
    for arguments in (
        ("backup", "-o", "house.backup", "--database", "old.db"),
        ("restore", "house.backup", "--database", "new.db"),
    ):
        command = [sys.executable, "-P", "-c", DIE_AT, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment(), check=False)
        assert done.returncode == -signal.SIGKILL
    assert (tmp_path / "house.backup").read_bytes() == before
    with closing(sqlite3.connect(tmp_path / "new.db")) as left:
        assert left.execute("SELECT name FROM sqlite_master").fetchall() == [], "not even tables"
    assert toban("db", "restore", "house.backup", "--database", "new.db").code == 0
