"""Which part of a roster is thought over: windows around a day hold it, dear days come before what is merely wrong."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest

from solver import Schedule, check
from solver.search.budget import Budget
from solver.search.columns.rowwise import Marginals, Rowwise
from solver.search.neighbourhoods import Excess, Team, days_of_everybody, days_of_two_weeks
from tests.builders import day, problem
from tests.search.test_columns import counted_team, generation_of
from tests.search.test_renewal import as_wished

DAYS = 20


@pytest.mark.parametrize("length", [1, 8, DAYS, DAYS + 5])
@pytest.mark.parametrize("at", [0, 3, DAYS - 1])
def test_every_window_around_a_day_holds_it_and_all_of_them_come(length: int, at: int) -> None:
    team, chance = Team(problem(2, DAYS)), random.Random(0)
    around = team.days[at]
    windows = {team.window(chance, length, around) for _ in range(400)}
    length = min(length, DAYS)
    assert all(len(window) == length and around in window for window in windows)
    assert len(windows) == len(range(max(0, at - length + 1), min(at, DAYS - length) + 1))


def test_dear_days_come_before_what_is_merely_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.search.neighbourhoods.AIMED", 1.0)
    made = problem(2, DAYS, demand=[{"symbols": ["×"], "target": 1, "dates": [day(2)], "under_weight": 50}])
    team, chance = Team(made), random.Random(0)
    working = {s: dict.fromkeys(team.days, "○") for s in team.staff}
    violations = tuple(v for v in check(made, Schedule(working)) if v.rule == "demand")
    assert violations
    team.look_at(lambda: violations)
    assert all((s, team.days[2]) in days_of_everybody(team, chance, 6) for s in team.staff for _ in range(50))
    team.look_at(lambda: violations, lambda: [Excess((team.days[15],), 1.0)])
    assert all((s, team.days[15]) in days_of_everybody(team, chance, 6) for s in team.staff for _ in range(50))


def test_what_no_day_tells_is_looked_for_where_something_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a gap of 40, the excess of one day tells 10: a quarter of the windows lie around it, the others elsewhere."""
    monkeypatch.setattr("solver.search.neighbourhoods.AIMED", 1.0)
    made = problem(2, DAYS, demand=[{"symbols": ["×"], "target": 1, "dates": [day(2)], "under_weight": 50}])
    team, chance = Team(made), random.Random(0)
    violations = tuple(check(made, Schedule({s: dict.fromkeys(team.days, "○") for s in team.staff})))
    team.look_at(lambda: violations, lambda: [Excess((team.days[15],), 10.0)], gap=40)
    windows = [days_of_everybody(team, chance, 2) for _ in range(400)]
    dear, wrong = (sum((team.staff[0], team.days[at]) in window for window in windows) for at in (15, 2))
    assert 60 <= dear <= 140
    assert dear + wrong == 400


@pytest.mark.parametrize("length", [1, 4, 8])
def test_days_of_two_weeks_are_the_same_days_of_both(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """And those drawn around a day that is dear hold it; every other week comes now and then."""
    monkeypatch.setattr("solver.search.neighbourhoods.AIMED", 1.0)
    team, chance = Team(problem(2, DAYS)), random.Random(0)
    team.look_at(tuple, lambda: [Excess((team.days[9],), 1.0)])
    shifts: set[int] = set()
    for _ in range(200):
        part = days_of_two_weeks(team, chance, 2 * 2 * length)
        days = sorted({d for _, d in part})
        assert len(part) == 2 * len(days)
        assert team.days[9] in days
        found = {
            shift
            for shift in (-14, -7, 7, 14)
            for window in (team.days[at : at + length] for at in range(DAYS - length + 1))
            if team.days[9] in window
            and set(days) == {*window, *(moved for d in window if (moved := d + timedelta(shift)) in team.days)}
        }
        assert found
        shifts |= found
    assert shifts == ({-14, -7, 7, 14} if length == 8 else {-7, 7})


def test_a_single_week_has_no_other() -> None:
    assert days_of_two_weeks(Team(problem(2, 7)), random.Random(0), 4) == set()


@pytest.mark.parametrize("seed", range(8))
def test_excess_is_what_rosters_of_the_cheapest_rows_cost_beyond_the_bound(seed: int) -> None:
    lagrangian = generation_of(counted_team()).lagrangian
    marginals = Marginals(lagrangian.coupling)
    drawn = np.random.default_rng(seed).integers(-2, 101, len(lagrangian.lows)).astype(np.float64)
    prices = np.clip(drawn, lagrangian.least_prices, lagrangian.most_prices)
    priced = lagrangian.at(prices, Budget(60, None))
    assert priced is not None
    cheapest = Rowwise(lagrangian, marginals)
    for column in priced.columns:
        cheapest.give(column)
    assert (cheapest.excess(prices) >= 0).all()
    assert cheapest.excess(prices).sum() == pytest.approx(cheapest.cost() - priced.value)
    other = as_wished(lagrangian, marginals)
    assert 0 <= other.excess(prices).sum() <= other.cost() - priced.value + 1e-6
    assert (other.excess(prices) >= 0).all()
