"""Solving again what a result holds: the same answer, another one, no result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solver.replaying import Difference, differences
from tests.cli.conftest import Answer, make_team, toban, write

__all__ = ["toban", "write"]


def test_times_are_not_compared() -> None:
    assert differences({"status": "OPTIMAL", "stats": 1}, {"status": "OPTIMAL", "stats": 2}) == ()


def test_cells_are_listed_one_by_one_and_other_fields_whole() -> None:
    before = {"objective": 3, "schedule": {"a": {"2028-02-28": "○", "2028-02-29": "○"}}}
    after = {"objective": 4, "schedule": {"a": {"2028-02-28": "○", "2028-02-29": "×"}}}
    assert differences(before, after) == (Difference("objective", 3, 4), Difference("schedule/a/2028-02-29", "○", "×"))


def test_a_result_replays(toban: Callable[..., Answer], write: Callable[[str, Any], Any]) -> None:
    former = toban("solve", write("team.json", make_team()), "-f", "json").json
    same = toban("replay", write("same.json", former))
    assert (same.code, same.out) == (0, "the same answer\n")
    changed = {**former, "objective": former["objective"] + 1}
    other = toban("replay", write("other.json", changed))
    assert (other.code, other.out) == (1, f"objective: {changed['objective']} before, {former['objective']} now\n")


def test_a_problem_is_no_result(toban: Callable[..., Answer], write: Callable[[str, Any], Any]) -> None:
    answer = toban("replay", write("team.json", make_team()))
    assert (answer.code, "no result" in answer.err) == (2, True)
