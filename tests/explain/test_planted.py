"""Conflicts planted by every rule: found, minimal by an own model, and repaired by every repair that claims it."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest

from solver import check, explain, read_problem, read_schedule, solve
from tests.explain.oracle import assert_minimal
from tests.explain.planting import PLANTS, planted

SEEDS = 11


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_planted_conflict_is_found_proved_and_repaired(kind: str, seed: int) -> None:
    made, rule = planted(kind, seed)
    problem = read_problem(made)
    found = explain(problem, most_repairs=2)
    assert (found.status, found.complete) == ("INFEASIBLE", True)
    assert any(fact.rule == rule for conflict in found.conflicts for fact in conflict.facts)
    named = [fact for conflict in found.conflicts for fact in conflict.facts]
    assert len(set(named)) == len(named), "conflicts share a fact"
    for conflict in found.conflicts:
        assert conflict.proved
        assert_minimal(problem, conflict.facts)
    costs = [repair.cost for repair in found.repairs]
    assert costs
    assert costs == sorted(costs)
    for repair in found.repairs:
        assert repair.proved
        assert_feasible(jsonpatch.apply_patch(problem.canonical(), list(repair.patch)))


def assert_feasible(document: dict[str, Any]) -> None:
    """A whole solve finds a roster that breaks no hard rule, by the checker."""
    problem = read_problem(document)
    result = solve(problem)
    assert result.status != "INFEASIBLE"
    assert result.schedule is not None
    violations = check(problem, read_schedule(result.schedule, problem))
    assert not [v for v in violations if v.severity == "hard"]
