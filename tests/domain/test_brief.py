"""The brief form of a problem: shorter, and the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

import datasets
from solver import ProblemError, read_problem
from solver.domain.brief import brief
from tests.builders import document
from tests.strategies import problems


@settings(max_examples=40, deadline=None)
@given(made=problems())
def test_it_reads_as_the_same_problem(made: dict[str, Any]) -> None:
    try:
        problem = read_problem(made)
    except ProblemError:
        return
    assert read_problem(brief(problem)).request_hash == problem.request_hash


@pytest.mark.parametrize("name", ["kitchen", "impossible", "clinic", "legacy"])
def test_shipped_problems_come_out_short(name: str) -> None:
    problem = read_problem(datasets.load(name))
    assert read_problem(brief(problem)).request_hash == problem.request_hash
    assert len(str(brief(problem))) < len(str(problem.canonical())) / 2


def test_defaults_are_left_out_and_what_switches_a_default_off_is_not() -> None:
    made = document(1, 2, stretches=[], priority_rules=[{"rule_type": "required_shift", "shift": "○", "hard": False}])
    short = brief(read_problem(made))
    assert short["staff"] == [{"id": "s0", "name": "S0"}]
    assert short["settings"]["stretches"] == []
    assert short["settings"]["priority_rules"] == [{"rule_type": "required_shift", "shift": "○", "hard": False}]
    assert "daily_limits" not in short["settings"]
    assert short["options"] == {"time_limit": 30.0, "workers": 1}
    assert "history" not in short
