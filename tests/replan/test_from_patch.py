"""A problem changed by a patch: its roster is what to keep to, and faults are told where they were sent."""

from __future__ import annotations

from typing import Any

import pytest

from solver import Problem, ProblemError, Result, explain, read_problem, replan, solve
from tests.api.conftest import small

__all__ = ["small"]


def made(team: dict[str, Any]) -> tuple[Problem, Result]:
    problem = read_problem(team)
    return problem, solve(problem)


def places(error: ProblemError) -> dict[str, str]:
    return {fault.path: fault.code.value for fault in error.faults}


def test_a_sick_call_keeps_to_the_roster(small: dict[str, Any]) -> None:
    problem, result = made({**small, "prefilled": {}})
    patch = [{"op": "add", "path": "/prefilled/sato/2025-01-14", "value": "×"}]
    new = replan(problem, result.schedule, patch)
    assert new.prefilled == {"sato": {problem.days[0]: "×"}}
    assert new.canonical()["baseline"] == result.schedule
    answer = solve(new)
    assert answer.status == "OPTIMAL"
    assert answer.schedule is not None
    assert answer.schedule["nakata"]["2025-01-14"] == "○"
    assert answer.changes is not None
    assert {"sato"} <= {person.staff_id for person in answer.changes}


def test_a_budget_bounds_the_changes(small: dict[str, Any]) -> None:
    problem, result = made({**small, "prefilled": {}})
    patch = [{"op": "add", "path": "/prefilled/sato/2025-01-14", "value": "△"}]
    assert result.schedule is not None
    new = replan(problem, {**result.schedule, "sato": {"2025-01-14": "○", "2025-01-15": "○"}}, patch, max_changes=0)
    assert new.settings.stability is not None
    assert new.settings.stability.max_changes == 0
    assert solve(new).status == "INFEASIBLE"


def test_field_names_may_be_camel_case_and_ids_never_are(small: dict[str, Any]) -> None:
    team = {**small, "staff": [*small["staff"], {"id": "staffGroups"}]}
    problem, result = made(team)
    patch = [
        {"op": "add", "path": "/settings/staffGroups/[id=kitchen]/members/-", "value": "staffGroups"},
        {"op": "add", "path": "/settings/backupAssignments/[id=b1]/effectiveUntil", "value": "2025-01-15"},
        {"op": "add", "path": "/settings/priorityRules/-", "value": {"ruleType": "avoided_shift", "shift": "△"}},
        {"op": "add", "path": "/prefilled/staffGroups/2025-01-15", "value": "○"},
    ]
    new = replan(problem, result.schedule, patch)
    assert new.settings.staff_groups[0].members == ("sato", "staffGroups")
    assert str(new.settings.backup_assignments[0].effective_until) == "2025-01-15"
    assert new.settings.priority_rules[0].rule_type == "avoided_shift"
    assert list(new.prefilled["staffGroups"].values()) == ["○"]


def test_whoever_leaves_has_no_roster_to_keep_to(small: dict[str, Any]) -> None:
    problem, result = made({**small, "staff": [*small["staff"], {"id": "ueda"}]})
    new = replan(problem, result.schedule, [{"op": "remove", "path": "/staff/[id=ueda]"}])
    assert new.baseline is not None
    assert set(new.baseline) == {"sato", "nakata"}


def test_every_fault_at_once_where_it_was_sent(small: dict[str, Any]) -> None:
    problem, result = made(small)
    patch = [
        {"op": "add", "path": "/prefilled/sato/2025-02-15", "value": "×"},
        {"op": "add", "path": "/prefilled/nakata/2025-01-15", "value": "x"},
        {"op": "add", "path": "/settings/staff_groups/-", "value": {"id": "bar", "members": ["sato", "nobody"]}},
        {"op": "remove", "path": "/staff/[id=ghost]"},
        {"op": "add", "path": "/settings/weekly_limit", "value": []},
    ]
    with pytest.raises(ProblemError) as raised:
        replan(problem, result.schedule, patch, at="/patch")
    assert places(raised.value) == {
        "/patch/0/value": "outside_period",
        "/patch/1/value": "lookalike_symbol",
        "/patch/2/value/members/1": "unknown_staff",
        "/patch/3/path": "bad_value",
        "/patch/4/value": "unknown_field",
    }
    with pytest.raises(ProblemError) as raised:
        replan(problem, result.schedule, [{"op": "remove", "path": "/staff/[id=sato]"}])
    assert set(places(raised.value)) == {"/0/path"}, "the groups name him, whom this operation removed"


def test_a_budget_needs_a_roster(small: dict[str, Any]) -> None:
    problem = read_problem(small)
    with pytest.raises(ProblemError) as raised:
        replan(problem, None, [], max_changes=3)
    assert set(places(raised.value)) == {"/max_changes"}
    assert replan(problem, None, []) == problem


def test_a_repair_is_a_patch(small: dict[str, Any]) -> None:
    small["prefilled"]["nakata"] = {"2025-01-15": "×"}
    problem = read_problem(small)
    repair = explain(problem).repairs[0]
    assert solve(replan(problem, None, list(repair.patch))).status == "OPTIMAL"


def test_the_whole_may_be_replaced(small: dict[str, Any]) -> None:
    problem = read_problem(small)
    assert replan(problem, None, [{"op": "replace", "path": "", "value": problem.canonical()}]) == problem
    with pytest.raises(ProblemError) as raised:
        replan(problem, None, [{"op": "replace", "path": "", "value": 3}])
    assert set(places(raised.value)) == {"/0/value"}
