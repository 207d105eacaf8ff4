"""`toban suggest`, `free-days` and `drill`: tables, JSON and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer

Toban = Callable[..., Answer]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Sato is off on the 15th and Nakata covers; on the 14th Nakata is on △."""
    problem: dict[str, Any] = {
        "period": {"start": "2025-01-14", "end": "2025-01-15"},
        "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
        "settings": {
            "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}],
            "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        },
        "options": {"time_limit": 10, "workers": 1},
    }
    roster = {
        "sato": {"2025-01-14": "○", "2025-01-15": "×"},
        "nakata": {"2025-01-14": "△", "2025-01-15": "○"},
    }
    one, other = tmp_path / "problem.json", tmp_path / "roster.json"
    one.write_text(json.dumps(problem), encoding="utf-8")
    other.write_text(json.dumps(roster), encoding="utf-8")
    return one, other


def test_suggest(toban: Toban, files: tuple[Path, Path]) -> None:
    answer = toban("suggest", *files, "--staff", "sato", "--date", "2025-01-14")
    assert (answer.code, answer.err) == (0, "")
    assert "中田 stands in for 佐藤, △ to ○" in answer.out


def test_suggest_for_several_dates(toban_here: Toban, files: tuple[Path, Path]) -> None:
    asked = ("suggest", *files, "--staff", "sato", "--date", "2025-01-14", "--date", "2025-01-15")
    assert "佐藤 is off: 中田 stands in on 2025-01-14 to 2025-01-15" in toban_here(*asked).out
    plan = toban_here(*asked, "--format", "json").json["plans"][0]
    assert (plan["rank"], plan["same"], [one["staff_id"] for one in plan["stand_ins"]]) == (1, True, ["nakata", "nakata"])
    assert "休み：" in toban_here(*asked, "--lang", "ja").out


def test_suggest_exits_with_1_where_nobody_can(toban_here: Toban, files: tuple[Path, Path]) -> None:
    # Nakata himself covers Sato on the 15th, and nobody backs him up.
    answer = toban_here("suggest", *files, "--staff", "nakata", "--date", "2025-01-15", "--format", "json")
    assert answer.code == 1
    assert not any(option["works"] for option in answer.json["dates"][0]["options"])


def test_free_days(toban: Toban, files: tuple[Path, Path]) -> None:
    answer = toban("free-days", *files, "--staff", "nakata")
    assert (answer.code, answer.err) == (0, "")
    (row,) = [line for line in answer.out.splitlines() if line.strip().startswith("中田")]
    assert row.split() == ["中田", "○", "△"]  # on the 15th only if Sato works
    assert "impossible" in answer.out


def test_drill(toban: Toban, files: tuple[Path, Path]) -> None:
    answer = toban("drill", *files)
    assert (answer.code, answer.err) == (0, "")
    assert "survived 67%: 2 of 3 sick calls" in answer.out
    assert toban("drill", *files, "--format", "json").json["share"] == 0.6666


@pytest.mark.parametrize("asked", [("--staff", "x", "--date", "2025-01-14"), ("--staff", "sato", "--date", "2026-01-14")])
def test_bad_questions_exit_with_2(toban_here: Toban, files: tuple[Path, Path], asked: tuple[str, ...]) -> None:
    assert toban_here("suggest", *files, *asked).code == 2


def test_what_was_not_decided_in_time_exits_with_3(toban_here: Toban, files: tuple[Path, Path]) -> None:
    assert toban_here("drill", files[0], files[1], "--time-limit", "0.001").code == 3
    assert toban_here("free-days", files[0], files[1], "--time-limit", "0.001").code == 3
