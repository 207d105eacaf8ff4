"""Model and checker, written apart, agree: on random problems the model's optimum is the checker's, by brute force."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from solver import Schedule, check, read_problem, solve
from tests import brute_force
from tests.agreement import MOST_ROSTERS, agree, couples_covers
from tests.strategies import RULES, problems

relaxed = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@pytest.mark.slow
@hypothesis_settings(max_examples=250, **relaxed)
@given(problems(cells=6))
def test_all_rules_together(document: dict[str, Any]) -> None:
    agree(document)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_alone(rule: str) -> None:
    @hypothesis_settings(max_examples=60, **relaxed)
    @given(problems(rules=(rule,), cells=6))
    def agrees(document: dict[str, Any]) -> None:
        agree(document)

    agrees()


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_beside_coverage(rule: str) -> None:
    @hypothesis_settings(max_examples=30, **relaxed)
    @given(problems(rules=("backup_coverage", rule), cells=6))
    def agrees(document: dict[str, Any]) -> None:
        agree(document)

    agrees()


@hypothesis_settings(max_examples=60, **relaxed)
@given(problems(cells=5), st.data())
def test_a_clean_roster_is_accepted_when_fixed(document: dict[str, Any], data: st.DataObject) -> None:
    """Every roster the checker finds no hard fault in is feasible for the model, at exactly the checker's penalty."""
    problem = read_problem(document)
    if brute_force.count(problem) > MOST_ROSTERS or couples_covers(problem):
        return
    rosters = list(brute_force.rosters(problem))
    roster: Schedule = data.draw(st.sampled_from(rosters))
    violations = check(problem, roster)
    if any(v.rule in brute_force.STRUCTURAL for v in violations):
        return
    # Pinning would change what the rules say of a cell, so a baseline that must not change asks for the roster.
    settings = {**document["settings"], "stability": {"weight": 1, "max_changes": 0}}
    fixed = read_problem({**document, "settings": settings, "baseline": roster.to_json()})
    result = solve(fixed)
    faultless = not any(v.severity == "hard" for v in check(fixed, roster))
    assert (result.status == "OPTIMAL") == faultless
    if faultless:
        assert result.schedule == roster.to_json()
        assert result.objective == brute_force.penalties(check(fixed, roster))[1]
