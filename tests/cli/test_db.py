"""`toban db upgrade`, and what the commands say of a database they cannot use."""

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Answer

Run = Callable[..., Answer]


def test_upgrade_makes_the_tables_and_may_be_run_again(toban: Run, tmp_path: Path) -> None:
    for _ in range(2):
        answer = toban("db", "upgrade", "--database", "kept/toban.db")
        assert (answer.code, answer.out, answer.err) == (0, "up to date: sqlite:///kept/toban.db\n", "")
    assert (tmp_path / "kept" / "toban.db").exists()


def test_the_default_is_a_file_in_the_users_data_directory(toban: Run, tmp_path: Path) -> None:
    assert toban("db", "upgrade", XDG_DATA_HOME=str(tmp_path / "data")).code == 0
    assert (tmp_path / "data" / "toban" / "toban.db").exists()


def test_a_database_that_cannot_be_used_is_told_in_one_line(toban: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, but long enough to look like one " * 100)
    for command in (("db", "upgrade"), ("serve", "--port", "0")):
        for url in ("mysql://there/x", "text.db", "postgresql://toban@127.0.0.1:1/x"):
            answer = toban(*command, "--database", url)
            assert (answer.code, answer.out) == (2, "")
            assert answer.err.startswith("toban: cannot use the database: ")
            assert answer.err.count("\n") == 1
