"""Prices by ascent: what is told is true, and soon near the best that can be proved."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from solver import read_problem
from solver.search.budget import Budget
from solver.search.columns.ascent import ascend
from tests import brute_force
from tests.agreement import MOST_ROSTERS, couples_covers
from tests.builders import problem
from tests.search.test_columns import counted_team, generated, generation_of
from tests.strategies import problems


def test_it_comes_near_the_best_bound_and_tells_each_better_one_on_the_way() -> None:
    team = counted_team()
    best = generated(team)
    assert best.converged
    assert best.bound is not None
    lagrangian, told = generation_of(team).lagrangian, list[int]()
    found = ascend(lagrangian, Budget(2, None), told.append)
    assert found is not None
    assert 0.97 * best.bound < found.value <= best.bound
    assert told == sorted(told)
    assert told[-1] == int(np.ceil(found.value))
    again = lagrangian.at(found.prices, Budget(60, None))
    assert again is not None
    assert again.value == found.value


def test_its_last_rows_make_the_first_optimum_good_and_it_goes_on_from_its_prices() -> None:
    team = counted_team()
    best = generated(team)
    assert best.solved is not None
    made = generation_of(team)
    found = ascend(made.lagrangian, Budget(1, None), steps=60)
    assert found is not None
    made.begin(found)
    assert made.bound == math.ceil(found.value)
    first = made.master.solve(60)
    assert first is not None
    assert best.solved.value - 1e-6 <= first.value < 1.05 * best.solved.value
    made.climb(Budget(60, None), steps=20)
    assert found.value <= made.bound <= math.ceil(best.solved.value)


def test_what_points_up_is_a_subgradient() -> None:
    """No prices prove more than a plane through what others prove: L is concave."""
    lagrangian, budget = generation_of(counted_team()).lagrangian, Budget(60, None)
    rng = np.random.default_rng(0)
    for _ in range(30):
        one, other = (rng.normal(0, 20, len(lagrangian.lows)).round() for _ in range(2))
        one, other = (np.clip(prices, lagrangian.least_prices, lagrangian.most_prices) for prices in (one, other))
        here, there = lagrangian.at(one, budget), lagrangian.at(other, budget)
        assert here is not None
        assert there is not None
        way = lagrangian.upwards(one, here.sums.astype(np.float64))
        moved = np.nan_to_num(way, posinf=0.0, neginf=0.0) @ (other - one)
        assert there.value <= here.value + moved + 1e-6


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(problems(cells=6))
def test_the_bound_is_true_whatever_the_rules(made: dict[str, Any]) -> None:
    team = read_problem(made)
    assume(brute_force.count(team) <= MOST_ROSTERS and not couples_covers(team))
    least, clean = brute_force.best(team)
    found = ascend(generation_of(team).lagrangian, Budget(0.2, None))
    if found is not None and clean:
        assert least is not None
        assert found.value <= least[1] + 1e-6


@pytest.mark.parametrize("budget", [Budget(0, None), Budget(60, 0)])
def test_without_time_nothing_is_proved(budget: Budget) -> None:
    assert ascend(generation_of(counted_team()).lagrangian, budget) is None


def test_without_slacks_prices_have_no_measure() -> None:
    team = problem(2, 7, demand=[{"symbols": ["○"], "min": 1, "hard": True}])
    assert ascend(generation_of(team).lagrangian, Budget(60, None)) is None
