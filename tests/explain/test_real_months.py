"""Scenarios that cannot be: the conflicts are minimal, and in real months exactly the days that nobody covered.

They lie outside the repository; absent ones are skipped.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from solver import explain, read_problem
from tests.explain.oracle import assert_minimal

CASES = Path(os.environ.get("TOBAN_CASES", Path(__file__).parents[3] / "shared" / "cases"))


def infeasible(file: Path) -> bool:
    case = json.loads(file.read_text(encoding="utf-8"))
    return any(wanted.get("status") == "INFEASIBLE" for wanted in case["expect"])


MONTHS = [file for file in sorted(CASES.glob("real/*_v1.json")) if infeasible(file)]
IMPOSSIBLE = [file for file in sorted(CASES.glob("*.json")) if infeasible(file)]


def uncovered(problem: dict[str, Any]) -> set[tuple[str, str]]:
    """(group, date) with a member on × whose group has no backup that could stand on ○, read off the filled-in cells."""
    cells, closed = (
        problem["prefilled"],
        {d for d, rule in problem["settings"]["calendar"].items() if rule == "must_day_off"},
    )
    found = set()
    for row in problem["settings"]["backup_assignments"]:
        backups = {a["staff_id"] for a in problem["settings"]["backup_assignments"] if a["group_id"] == row["group_id"]}
        (group,) = (g for g in problem["settings"]["staff_groups"] if g["id"] == row["group_id"])
        for day in {day for member in group["members"] for day in cells.get(member, {})} - closed:
            absent = [m for m in group["members"] if cells.get(m, {}).get(day) == "×"]
            if absent and not any(cells.get(b, {}).get(day) in (None, "", "○") for b in backups):
                found.add((group["id"], day))
    return found


@pytest.mark.skipif(not MONTHS, reason=f"no real months in {CASES}")
@pytest.mark.parametrize("file", MONTHS, ids=lambda file: file.stem)
def test_the_conflicts_of_a_real_month_are_the_days_nobody_covered(file: Path) -> None:
    sent = json.loads(file.read_text(encoding="utf-8"))["problem"]
    expected = uncovered(sent)
    assert expected
    found = explain(read_problem(sent))
    assert (found.status, found.complete) == ("INFEASIBLE", True)
    assert all(conflict.proved for conflict in found.conflicts)
    named = [
        (fact.group_id, fact.dates[0].isoformat())
        for conflict in found.conflicts
        for fact in conflict.facts
        if fact.rule == "backup_coverage"
    ]
    assert Counter(named) == Counter(expected)
    for conflict in found.conflicts:
        assert Counter(fact.rule for fact in conflict.facts) == {"backup_coverage": 1, "prefilled": 2}
        assert len({fact.dates for fact in conflict.facts}) == 1


@pytest.mark.skipif(not IMPOSSIBLE, reason=f"no conformance scenarios in {CASES}")
@pytest.mark.parametrize("file", IMPOSSIBLE, ids=lambda file: file.stem)
def test_a_conflict_of_a_scenario_holds_nothing_that_can_be_spared(file: Path) -> None:
    problem = read_problem(json.loads(file.read_text(encoding="utf-8"))["problem"])
    found = explain(problem)
    assert (found.status, found.complete) == ("INFEASIBLE", True)
    for conflict in found.conflicts:
        assert_minimal(problem, conflict.facts)
