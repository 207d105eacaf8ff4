"""Solving again what a result holds: the same answer, another one, no result."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from solver import ProblemError, read_problem, solve
from solver.replaying import Difference, differences, problem_of, read_result
from tests.cli.conftest import Answer, make_team, toban_here, write

__all__ = ["toban_here", "write"]
Toban = Callable[..., Answer]


def test_times_are_not_compared() -> None:
    assert differences({"status": "OPTIMAL", "stats": 1}, {"status": "OPTIMAL", "stats": 2}) == ()


def test_cells_are_listed_one_by_one_and_other_fields_whole() -> None:
    before = {"objective": 3, "schedule": {"a": {"2028-02-28": "○", "2028-02-29": "○"}}}
    after = {"objective": 4, "schedule": {"a": {"2028-02-28": "○", "2028-02-29": "×"}}}
    assert differences(before, after) == (Difference("objective", 3, 4), Difference("schedule/a/2028-02-29", "○", "×"))


def test_a_result_replays(toban_here: Toban, write: Callable[[str, Any], Any]) -> None:
    former = toban_here("solve", write("team.json", make_team()), "-f", "json").json
    same = toban_here("replay", write("same.json", former))
    assert (same.code, same.out) == (0, "the same answer\n")
    changed = {**former, "objective": former["objective"] + 1}
    other = toban_here("replay", write("other.json", changed))
    assert (other.code, other.out) == (1, f"objective: {changed['objective']} before, {former['objective']} now\n")


def test_sentences_are_not_compared() -> None:
    """They may be in another language; what they say stands in the fields beside them."""
    one = {"violations": [{"rule": "demand", "amount": 1, "message": "1 on ○, 2 needed"}]}
    same = {"violations": [{"rule": "demand", "amount": 1, "message": "○は1人、必要人数2人"}]}
    other = {"violations": [{"rule": "demand", "amount": 2, "message": "1 on ○, 2 needed"}]}
    assert differences(one, same) == ()
    assert [found.place for found in differences(one, other)] == ["violations"]


def test_a_file_of_solve_replays(toban_here: Toban, write: Callable[[str, Any], Any], tmp_path: Path) -> None:
    """Written with -o, in Japanese, with several rosters; and a table where nothing is feasible."""
    toban_here("solve", write("team.json", make_team()), "-o", "one.json", "--lang", "ja", "--alternatives", "2")
    assert len(json.loads((tmp_path / "one.json").read_text("utf-8"))["alternatives"]) == 2
    toban_here("solve", "impossible", "-o", "two.json", "--workers", "1", "--lang", "ja")
    for name in ("one.json", "two.json"):
        answer = toban_here("replay", name)
        assert (answer.code, answer.out, answer.err) == (0, "the same answer\n", "")
    assert toban_here("replay", "one.json", "--lang", "ja").out == "同じ答え\n"


def test_the_result_of_an_old_settings_object_replays(toban_here: Toban, tmp_path: Path) -> None:
    """Its warnings name fields of the document as sent, which the problem inside does not have any more."""
    toban_here("solve", "legacy", "-o", "old.json", "--workers", "1")
    warnings = json.loads((tmp_path / "old.json").read_text("utf-8"))["warnings"]
    assert any(warning["code"] == "legacy_ignored" for warning in warnings)
    answer = toban_here("replay", "old.json")
    assert (answer.code, answer.out) == (0, "the same answer\n")


def test_a_broken_result_is_refused_with_every_fault() -> None:
    result = solve(read_problem(make_team())).to_json()
    covers = [{**result["covers"][0], "date": "tomorrow"}]
    broken = {**result, "status": "GREAT", "covers": covers, "extra": 1}
    with pytest.raises(ProblemError) as refused:
        read_result(broken)
    assert {(fault.code, fault.path) for fault in refused.value.faults} == {
        ("bad_value", "/status"),
        ("bad_date", "/covers/0/date"),
        ("unknown_field", "/extra"),
    }


def test_faults_of_the_problem_inside_are_at_their_places_in_the_result() -> None:
    result = solve(read_problem(make_team())).to_json()
    result["problem"]["period"]["end"] = "2025-01-01"
    with pytest.raises(ProblemError) as refused:
        problem_of(read_result(result))
    assert refused.value.faults[0].path == "/problem/period/end"


def test_a_problem_is_no_result(toban_here: Toban, write: Callable[[str, Any], Any]) -> None:
    answer = toban_here("replay", write("team.json", make_team()))
    assert (answer.code, "no result" in answer.err) == (2, True)
