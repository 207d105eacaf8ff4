import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer

Run = Callable[..., Answer]
Team = Callable[..., dict[str, Any]]
Write = Callable[[str, Any], Path]

KEPT = {
    "sato": {"2026-01-01": "×", "2026-01-02": "○", "2026-01-03": "○"},
    "nakata": {"2026-01-01": "○", "2026-01-02": "○", "2026-01-03": "×"},
}
BROKEN = {**KEPT, "nakata": {"2026-01-01": "△", "2026-01-02": "○", "2026-01-03": "×"}}


def test_a_clean_roster_is_0(toban: Run, write: Write, team: Team) -> None:
    answer = toban("check", write("team.json", team()), write("roster.json", KEPT))
    assert (answer.code, answer.err) == (0, "")
    assert "CLEAN, no hard rule is broken" in answer.out
    assert "Thu 1: 中田 (1st) for 佐藤, キッチン" in answer.out


def test_a_broken_hard_rule_is_1_and_marked(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here("check", write("team.json", team()), write("roster.json", BROKEN))
    assert answer.code == 1
    assert "BROKEN, hard " in answer.out
    assert "[△]" in answer.out
    assert "backup_coverage" in answer.out


def test_a_whole_result_is_a_schedule_too(toban_here: Run, write: Write, team: Team, tmp_path: Path) -> None:
    path = write("team.json", team())
    assert toban_here("solve", path, "-o", "result.json").code == 0
    assert toban_here("check", path, "result.json").code == 0
    assert toban_here("check", path, "-", stdin=(tmp_path / "result.json").read_bytes()).code == 0


def test_json_holds_violations_covers_and_score(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here("check", write("team.json", team()), write("roster.json", BROKEN), "--format", "json")
    assert answer.code == 1
    assert set(answer.json) == {"violations", "covers", "score"}
    assert answer.json["violations"][0]["rule"] == "backup_coverage"
    assert answer.json["score"]["hard"] > 0


def test_missing_cells_are_a_violation_not_a_fault(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here("check", write("team.json", team()), write("roster.json", {"sato": KEPT["sato"]}))
    assert answer.code == 1
    assert "employment" in answer.out


def test_faults_of_the_roster_are_2(toban_here: Run, write: Write, team: Team) -> None:
    bad = {"nobody": {"2026-01-01": "○"}, "sato": {"2026-01-01": "?", "someday": "○"}}
    answer = toban_here("check", write("team.json", team()), write("roster.json", bad))
    assert (answer.code, answer.out) == (2, "")
    assert sorted(line.split(": ")[0] for line in answer.err.splitlines()) == [
        "/nobody",
        "/sato/2026-01-01",
        "/sato/someday",
    ]


def test_a_cell_given_twice_is_a_fault(toban_here: Run, write: Write, team: Team) -> None:
    text = json.dumps(KEPT).replace('"2026-01-02"', '"2026-01-01"', 1)
    answer = toban_here("check", write("team.json", team()), write("roster.json", text))
    assert answer.code == 2
    assert answer.err.startswith("/sato/2026-01-01: duplicate_key: ")


@pytest.mark.parametrize(
    "arguments", [["promise"], ["-", "-"], ["promise", "missing.json"], ["promise", "-", "--format", "xlsx"]]
)
def test_wrong_calls_are_2(toban_here: Run, arguments: list[str]) -> None:
    assert toban_here("check", *arguments).code == 2


def test_given_covers_count_where_they_are_a_choice(toban_here: Run, write: Write, team: Team, tmp_path: Path) -> None:
    capped = team()
    capped["settings"]["backup_coverage"] = {"covers_per_day": 1}
    path = write("team.json", capped)
    result = toban_here("solve", path, "--format", "json").json
    assert toban_here("check", path, write("result.json", result)).code == 0
    result["covers"] = []
    assert toban_here("check", path, write("result.json", result)).code == 1
    result["covers"] = [{"date": "2026-01-01"}]
    answer = toban_here("check", path, write("result.json", result))
    assert answer.code == 2
    assert "/covers/0/staff_id" in answer.err
