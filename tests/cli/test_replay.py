"""`toban replay --anonymise` and `--shrink`: copies that others may see, exit codes, what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
from tests.cli.conftest import Answer, make_team

Toban = Callable[..., Answer]
Write = Callable[[str, Any], Path]
NAMES = ("佐藤", "中田", "キッチン", "sato", "nakata", "kitchen", "b1@", "moves to the bar", "grill")


def names_in(text: str) -> list[str]:
    return [name for name in NAMES if name in text]


def test_an_anonymous_result_replays(toban_here: Toban, write: Write, tmp_path: Path) -> None:
    team = make_team()
    team["settings"]["backup_assignments"][0] |= {"notes": "moves to the bar"}
    toban_here("solve", write("team.json", team), "-o", "result.json")
    made = toban_here("replay", "result.json", "--anonymise", "-o", "shared.json")
    assert (made.code, made.out, made.err) == (0, "", "written to shared.json\n")
    text = (tmp_path / "shared.json").read_text("utf-8")
    assert names_in(text) == []
    assert json.loads(text)["schedule"]["s1"]["2026-01-01"] == "○"  # nakata, who covers
    again = toban_here("replay", "shared.json")
    assert (again.code, again.out) == (0, "the same answer\n")


def test_a_problem_is_anonymised_too(toban_here: Toban, write: Write) -> None:
    for source in (write("team.json", make_team()), write("wrapped.json", {"why": "佐藤 is off", "problem": make_team()})):
        answer = toban_here("replay", source, "--anonymise")
        assert (answer.code, answer.err, names_in(answer.out)) == (0, "", [])
        assert answer.json["prefilled"] == {"s2": {"2026-01-01": "×"}}
        assert toban_here("solve", "-", "-f", "json", stdin=answer.bytes).json["status"] == "OPTIMAL"


def test_a_problem_from_standard_input(toban_here: Toban) -> None:
    answer = toban_here("replay", "-", "--anonymise", stdin=json.dumps(make_team()).encode())
    assert (answer.code, names_in(answer.out)) == (0, [])


def test_shrinking_a_problem(toban_here: Toban, tmp_path: Path) -> None:
    answer = toban_here("replay", "impossible", "--shrink", "-o", "small.json")
    assert (answer.code, answer.out) == (0, "")
    assert "2 people, 1 day and 2 cells filled in are enough for the same conflict" in answer.err
    assert "nothing more can be left out" in answer.err
    assert "an absence in 焼き場 is covered on ○ by 中田" in answer.err
    small = json.loads((tmp_path / "small.json").read_text("utf-8"))
    assert small["prefilled"] == {"sato": {"2026-12-10": "×"}, "nakata": {"2026-12-10": "×"}}
    told = toban_here("explain", "small.json", "-f", "json").json
    assert [len(conflict["facts"]) for conflict in told["conflicts"]] == [3]


def test_shrinking_another_conflict_of_a_result(toban_here: Toban) -> None:
    toban_here("solve", "impossible", "-o", "result.json")
    answer = toban_here("replay", "result.json", "--shrink", "--conflict", "2", "--lang", "ja")
    assert answer.code == 0
    assert [person["id"] for person in answer.json["staff"]] == ["suzuki"]
    assert "これ以上は省けない" in answer.err


def test_both_at_once_make_a_bug_report(toban: Toban, toban_here: Toban) -> None:
    answer = toban("replay", "impossible", "--shrink", "--anonymise")
    assert (answer.code, names_in(answer.out + answer.err)) == (0, [])
    assert len(answer.json["staff"]) == 2
    assert toban_here("explain", "-", stdin=answer.bytes).code == 1


def test_where_there_is_nothing_to_shrink_to(toban_here: Toban, write: Write) -> None:
    team = write("team.json", make_team())
    feasible = toban_here("replay", team, "--shrink")
    assert (feasible.code, feasible.out) == (2, "")
    assert feasible.err == "toban: some roster keeps every hard rule of this problem: there is no conflict to shrink it to\n"
    beyond = toban_here("replay", "impossible", "--shrink", "--conflict", "3")
    assert (beyond.code, beyond.err) == (2, "toban: conflict 3 does not exist, 2 found\n")
    wrong = {**datasets.load("impossible"), "prefilled": {}}
    toban_here("solve", "impossible", "-o", "result.json")
    result = json.loads((team.parent / "result.json").read_text("utf-8"))
    gone = toban_here("replay", write("gone.json", {**result, "problem": wrong}), "--shrink")
    assert (gone.code, "not found in the problem again" in gone.err) == (3, True)


def test_without_time_nothing_is_found(toban_here: Toban) -> None:
    answer = toban_here("replay", "impossible", "--shrink", "--time-limit", "0.001")
    assert (answer.code, answer.out) == (3, "")
    assert "--time-limit" in answer.err


def test_options_that_would_do_nothing_are_refused(toban_here: Toban, write: Write) -> None:
    team = write("team.json", make_team())
    for options in (["-o", "x.json"], ["--conflict", "2"], ["--anonymise", "--time-limit", "3"]):
        assert toban_here("replay", team, *options).code == 2
    assert not (team.parent / "x.json").exists()


def test_faults_are_told_at_their_places(toban_here: Toban, write: Write) -> None:
    broken = make_team(prefilled={"nobody": {"2026-01-01": "×"}})
    assert "/prefilled/nobody: unknown_staff" in toban_here("replay", write("broken.json", broken), "--anonymise").err
    toban_here("solve", write("team.json", make_team()), "-o", "result.json")
    result = json.loads((write("x.json", {}).parent / "result.json").read_text("utf-8"))
    result["problem"]["staff"][0]["skils"] = []
    answer = toban_here("replay", write("misspelt.json", result), "--anonymise")
    assert (answer.code, "/problem/staff/0/skils: unknown_field" in answer.err) == (2, True)
