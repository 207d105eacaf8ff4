"""The diff against the published roster: which cells it holds, and how the command line asks for it and shows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonpatch
import pytest

from api.render.report import as_text, report
from solver import Result, explain, read_problem, solve
from solver.domain.language import Language, speaking
from tests.builders import backed_up, people, problem, solved
from tests.cli.conftest import Answer, make_team, team, toban, write

__all__ = ["team", "toban", "write"]

Run = Callable[..., Answer]


def changes(result: Result) -> Any:
    """The changes as JSON gives them."""
    return result.to_json()["changes"]


def test_without_a_baseline_there_is_none() -> None:
    assert changes(solved(1, 2)) is None


def test_nothing_changed_is_an_empty_list() -> None:
    result = solved(1, 2, baseline={"s0": "○×"}, stability={})
    assert changes(result) == []
    assert "the published roster stays as it is" in as_text(report(result, 100))


def test_a_sick_call_is_told_person_by_person() -> None:
    result = solved(2, 2, baseline={"s0": "○○", "s1": "×○"}, prefilled={"s0": "×·"}, stability={})
    assert changes(result) == [{"staff_id": "s0", "changes": [{"date": "2026-03-02", "from": "○", "to": "×"}]}]
    assert "S0: Mon 2 ○ → ×" in as_text(report(result, 100))


def test_changes_are_counted_where_the_rule_is_off() -> None:
    result = solved(1, 1, baseline={"s0": "○"}, prefilled={"s0": "×"}, stability=None)
    assert [row["staff_id"] for row in changes(result)] == ["s0"]


def test_a_leap_day_changes() -> None:
    start = date(2028, 2, 28)
    result = solved(1, 3, start=start, baseline={"s0": "○○○"}, prefilled={"s0": "·×·"}, stability={})
    assert changes(result) == [{"staff_id": "s0", "changes": [{"date": "2028-02-29", "from": "○", "to": "×"}]}]


def test_cells_outside_employment_or_the_period_are_not_compared() -> None:
    staff = [{"id": "a", "name": "A", "employed_until": "2026-03-02"}]
    outside = {"2026-03-01": "×", "2026-03-02": "○", "2026-03-03": "×", "2026-03-09": "×"}
    assert changes(solved(staff, 2, baseline={"a": outside}, stability={})) == []


@pytest.mark.parametrize(("most", "status"), [(1, "OPTIMAL"), (0, "INFEASIBLE")])
def test_max_changes_is_never_exceeded(most: int, status: str) -> None:
    result = solved(
        1,
        2,
        baseline={"s0": "○○"},
        prefilled={"s0": "×·"},
        stability={"max_changes": most},
        options={"on_infeasible": "report"},
    )
    assert result.status == status
    assert status == "OPTIMAL" or any(fact.rule == "stability" for c in result.conflicts for fact in c.facts)


TOO_FEW_CHANGES: dict[str, Any] = {
    "baseline": {"a": "○○○○", "b": "△○○○"},
    "prefilled": {"a": "××··"},
    "stability": {"max_changes": 1},
    **backed_up("a", "b"),
}
"""a is sick for two days and b has to come from △: three cells change."""


@pytest.mark.parametrize(
    ("language", "told", "way_out"),
    [
        (
            "en",
            ("changed cells of the published roster: at most 1", "A is fixed on ×, published was ○"),
            "let 3 cells of the published roster change instead of 1",
        ),
        (
            "ja",
            ("公開済みシフトから変えてよいのは1マスまで", "Aは×で固定（公開時は○）"),
            "公開済みシフトから変えてよいマスを1から3に増やす",
        ),
    ],
)
def test_too_few_changes_are_named_with_what_had_to_change(language: Language, told: tuple[str, ...], way_out: str) -> None:
    with speaking(language):
        asked = problem(people("a", "b"), 4, **TOO_FEW_CHANGES)
        explained, result = explain(asked), solve(asked)
    for conflicts, repairs in ((explained.conflicts, explained.repairs), (result.conflicts, result.repairs)):
        (conflict,) = conflicts
        assert conflict.proved
        assert {fact.rule for fact in conflict.facts} <= {"stability", "prefilled", "backup_coverage"}
        (count,) = (fact for fact in conflict.facts if fact.rule == "stability")
        assert (count.path, count.staff_ids) == ("/settings/stability", ())
        assert all(words in conflict.message for words in told)
        raised = [repair for repair in repairs if repair.message == way_out]
        assert [repair.proved for repair in raised] == [True]
        assert raised[0].patch == ({"op": "replace", "path": "/settings/stability/max_changes", "value": 3},)
    assert told[0] in as_text(report(result, 100))
    patched = read_problem(jsonpatch.apply_patch(asked.canonical(), list(raised[0].patch)))
    assert len(changes(solve(patched))) == 2


def test_the_command_line_keeps_to_a_former_result(toban: Run, write: Callable[[str, Any], Any]) -> None:
    former = toban("solve", write("team.json", make_team()), "-f", "json").json
    sick = write("sick.json", make_team(prefilled={"sato": {"2026-01-01": "×", "2026-01-02": "×"}}))
    for name, roster in (("result.json", former), ("schedule.json", former["schedule"])):
        answer = toban("solve", sick, "--baseline", write(name, roster), "-f", "json")
        assert answer.code == 0
        assert answer.json["problem"]["baseline"] == former["schedule"]
        cells = {(row["staff_id"], c["date"]) for row in answer.json["changes"] for c in row["changes"]}
        differ = {
            (s, d) for s, row in former["schedule"].items() for d, k in row.items() if answer.json["schedule"][s][d] != k
        }
        assert cells == differ


def test_the_command_line_bounds_the_changes(toban: Run, write: Callable[[str, Any], Any]) -> None:
    former = toban("solve", write("team.json", make_team()), "-f", "json").json
    other = "△" if former["schedule"]["nakata"]["2026-01-02"] != "△" else "◇"
    sick = write("sick.json", make_team(prefilled={"sato": {"2026-01-01": "×"}, "nakata": {"2026-01-02": other}}))
    answer = toban("solve", sick, "--baseline", write("r.json", former), "--max-changes", 0, "--on-infeasible", "report")
    assert answer.code == 1
    assert "stability" in answer.out


def test_the_command_line_refuses_what_is_no_roster(toban: Run, write: Callable[[str, Any], Any]) -> None:
    team_file = write("team.json", make_team())
    none = toban("solve", team_file, "--max-changes", 1)
    assert (none.code, "no published roster" in none.err) == (2, True)
    strange = toban("solve", team_file, "--baseline", write("b.json", json.dumps({"sato": {"2026-01-01": "?"}})))
    assert (strange.code, "/baseline/sato/2026-01-01" in strange.err) == (2, True)
