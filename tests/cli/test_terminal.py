"""What a person at a terminal sees: colour, progress, and Ctrl-C."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Terminal

Run = Callable[..., Answer]
OnTerminal = Callable[..., Terminal]


def test_the_roster_is_coloured_on_a_terminal(terminal: OnTerminal) -> None:
    shown = terminal("solve", "promise")
    assert shown.end() == 0
    assert "\x1b[1;30;42m○*" in shown.seen
    assert "\x1b[1;32mOPTIMAL" in shown.seen


def test_no_color_is_honoured(toban: Run, terminal: OnTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured = toban("solve", "promise", FORCE_COLOR="1", COLUMNS="90").out
    plain = toban("solve", "promise", FORCE_COLOR="1", NO_COLOR="1", COLUMNS="90").out
    assert "\x1b[1;30;42m" in coloured
    assert "42m" not in plain
    assert "○*" in plain


def test_a_pipe_is_as_wide_as_columns_says(toban: Run) -> None:
    assert max(map(len, toban("solve", "promise", COLUMNS="40").out.splitlines()[:6])) <= 40


def test_a_workbook_is_not_written_to_a_terminal(terminal: OnTerminal) -> None:
    shown = terminal("solve", "promise", "--format", "xlsx")
    assert shown.end() == 2
    assert "an xlsx workbook is binary" in shown.seen


def test_progress_shows_penalty_bound_and_gap_and_ctrl_c_keeps_the_best(terminal: OnTerminal, tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as out:
        watched = terminal("solve", "kitchen", "--workers", "1", "--time-limit", "60", "--format", "json", stdout=out)
        watched.until("penalty ")
        watched.until("bound ")
        watched.until("gap ")
        watched.interrupt()
        assert watched.end(10) == 0
    result = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert result["status"] == "CANCELLED"
    assert result["schedule"] is not None
    assert result["score"]["hard"] == 0
    assert result["stats"]["solve_seconds"] < 55


def test_ctrl_c_without_a_terminal_stops_as_well(tmp_path: Path, terminal: OnTerminal) -> None:
    code = "import sys; from api.cli.main import app; app(['solve', 'kitchen', '--workers', '1', '--time-limit', '60'])"
    with (tmp_path / "out").open("wb") as out:
        watched = terminal(code=code, stdout=out)
        watched.until("penalty ")
        watched.interrupt()
        assert watched.end(10) == 0
    text = (tmp_path / "out").read_text(encoding="utf-8")
    assert "CANCELLED, penalty " in text
    assert "○*" in text
    assert "\x1b" not in text


STUBBORN = """
import sys, time
import api.cli.live as live
live.solve = lambda *_, **__: time.sleep(60)
from api.cli.main import app
app(["solve", "promise"])
"""


def test_a_second_ctrl_c_aborts_and_gives_the_cursor_back(terminal: OnTerminal) -> None:
    watched = terminal(code=STUBBORN)
    watched.until("solving")
    watched.interrupt()
    watched.until("stopping, Ctrl-C again aborts")
    watched.interrupt()
    assert watched.end(10) == 130
    assert watched.seen.rindex("\x1b[?25h") > watched.seen.rindex("\x1b[?25l")


DEFECT = """
import api.cli.live as live
def solve(*_, **__):
    raise RuntimeError("model and checker disagree")
live.solve = solve
from api.cli.main import app
app(["solve", "promise"])
"""


def test_a_defect_is_told_apart_from_an_infeasible_problem(terminal: OnTerminal) -> None:
    watched = terminal(code=DEFECT)
    assert watched.end() == 70
    assert "RuntimeError: model and checker disagree" in watched.seen


def test_nothing_is_drawn_where_nobody_looks_on(tmp_path: Path, toban: Run) -> None:
    answer = toban("solve", "promise", "--format", "json")
    assert answer.err == ""
    assert isinstance(answer.json, dict)
