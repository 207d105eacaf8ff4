"""Rows that keep many totals, and rosters whose rows are made anew: whole, within every rule of a row, then only better."""

from __future__ import annotations

import math
import threading
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver import Problem, check, read_problem, read_schedule, solve
from solver.search.budget import Budget
from solver.search.columns.lagrangian import Floats, Lagrangian
from solver.search.columns.multipliers import Multipliers
from solver.search.columns.pricing import Ints, cheapest_row, cost_of
from solver.search.columns.renewal import GUIDE_BY_PRICES, PLAIN_SWEEPS, Renewal, guided
from solver.search.columns.rows import FORBIDDEN, RowAutomaton, Rows
from solver.search.columns.rowwise import Marginals, Rowwise
from solver.search.columns.sweep import sweep
from tests import brute_force
from tests.agreement import MOST_ROSTERS
from tests.builders import problem
from tests.search.test_columns import Turns, counted_team, counters_are_slow, generation_of, limited_team, penalty, relaxed
from tests.strategies import problems


def from_nothing(team: Problem) -> Renewal:
    lagrangian = generation_of(team).lagrangian
    return Renewal(Rowwise(lagrangian, Marginals(lagrangian.coupling)), 0)


def only_row(team: Problem) -> RowAutomaton:
    """The only person's automaton, as if following more than one total took too long."""
    with counters_are_slow():
        (row,) = Rows(team).of.values()
    return row


def priced(team: Problem, row: RowAutomaton, prices: Ints) -> tuple[Ints, int | None]:
    """Prices of the cells that are free, and the least that a row costs which may be the person's, by trying all."""
    index, days = {k: i for i, k in enumerate(row.symbols)}, np.arange(len(row.days))
    every = [np.array([index[k] for k in roster.row(team.staff[0].id).values()]) for roster in brute_force.rosters(team)]
    free = np.full(prices.shape, FORBIDDEN)
    for symbols in every:
        free[days, symbols] = prices[days, symbols]
    charges = [(charged, symbols) for symbols in every if (charged := cost_of(row, symbols)) is not None]
    costs = [charged.cost + int(free[days, symbols].sum()) for charged, symbols in charges if charged.possible]
    return free, min(costs, default=None)


@settings(max_examples=80, **relaxed)
@given(problems(rules=("monthly_limit", "weekend", "stretch"), cells=6), st.integers(0, 1000))
def test_a_row_of_many_totals_is_never_cheaper_than_the_cheapest_and_tells_whether_it_keeps_them(
    made: dict[str, Any], seed: int
) -> None:
    team = read_problem(made)
    assume(len(team.staff) == 1 and 0 < brute_force.count(team) <= MOST_ROSTERS)
    assume(team.employed_days(team.staff[0].id))
    row = only_row(team)
    drawn = np.random.default_rng(seed).integers(-30, 30, (len(row.days), len(row.symbols)))
    prices, least = priced(team, row, drawn)
    multipliers = Multipliers()
    for _ in range(3):  # what was learnt does no harm
        found = multipliers.cheapest(row, prices, 1)
        if found is None:
            assert least is None
            assert cheapest_row(row, prices) is None
            return
        charged = cost_of(row, found.symbols)
        assert charged is not None
        assert charged.possible == found.possible
        if found.possible:
            assert least is not None
            assert charged.cost + int(prices[np.arange(len(row.days)), found.symbols].sum()) >= least


def test_multipliers_find_the_cheapest_row_within_two_tight_totals() -> None:
    limits = [
        {"symbols": ["×"], "min": 2, "hard": True},
        {"symbols": ["△"], "max": 1, "hard": True},
        {"symbols": ["○"], "max": 4, "hard": True},
    ]
    team = problem(1, 7, monthly_limits=limits)
    row = only_row(team)
    assert row.limits
    drawn = np.zeros((7, len(row.symbols)), np.int64)
    for symbol, price, slope in (("○", -60, 7), ("△", -80, -9), ("×", 0, 4)):
        drawn[:, row.symbols.index(symbol)] = price + slope * np.arange(7)
    prices, least = priced(team, row, drawn)
    unbounded = cheapest_row(row, prices)
    assert unbounded is not None
    found = Multipliers().cheapest(row, prices, 4)
    assert found is not None
    assert found.possible
    cost = int(prices[np.arange(7), found.symbols].sum())
    assert unbounded[0] < cost
    assert cost == least


@pytest.mark.parametrize("threads", [1, 2])
def test_everybody_has_a_row_within_tight_totals_and_then_a_better_one(threads: int) -> None:
    team = limited_team()
    with counters_are_slow():
        renewal = from_nothing(team)

    def work(turns: int) -> float:
        workers = [threading.Thread(target=renewal.run, args=(Turns(turns),)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        held = renewal.held()
        if held is None:
            return math.inf
        roster, cost = held
        assert cost == penalty(team, renewal.roster.rows, roster)
        return cost

    first = next(cost for _ in range(1000) if (cost := work(1)) < math.inf)
    assert work(300) < first


def test_the_guide_adds_a_share_of_what_such_days_of_the_week_cost() -> None:
    cells = np.array([[10, 0], [8, 8], [30, FORBIDDEN]])
    monday_tuesday_monday = np.array([0, 1, 0])
    made = guided(cells, monday_tuesday_monday, 0.5)
    assert made.tolist() == [[20, 0], [12, 12], [40, FORBIDDEN]]
    assert (guided(cells, monday_tuesday_monday, 0.0) == cells).all()


def as_wished(lagrangian: Lagrangian, marginals: Marginals) -> Rowwise:
    """A roster in which everybody has the row that he likes best."""
    made = Rowwise(lagrangian, marginals)
    for staff in lagrangian.people:
        row = lagrangian.cheapest(staff, np.zeros(len(lagrangian.lows)))
        assert row is not None
        made.put_row(staff, row)
    return made


def test_prices_guide_by_a_share_that_falls_to_nothing() -> None:
    """Prices that nobody is worth make guided sweeps unlike others; plain ones, and the last guided rows, hardly."""
    lagrangian = generation_of(counted_team()).lagrangian
    marginals = Marginals(lagrangian.coupling)
    renewal = Renewal(as_wished(lagrangian, marginals), 0)
    asked = list[float]()
    priced = lagrangian.priced

    def asking(_: Lagrangian, staff: str, prices: Floats) -> tuple[RowAutomaton, Ints]:
        asked.append(float((prices - renewal.roster.prices_beside(staff)).max()))
        return priced(staff, prices)

    with mock.patch.object(Lagrangian, "priced", asking):
        renewal.run(Budget(20, None), cycles=1, guide=np.full(len(lagrangian.lows), 7.0))
    plain = PLAIN_SWEEPS * len(lagrangian.people)
    assert not any(asked[:plain])
    assert asked[plain] == pytest.approx(7 * GUIDE_BY_PRICES)
    assert asked[plain:] == sorted(asked[plain:], reverse=True)
    assert 0 < asked[-1] < 0.1


@pytest.mark.parametrize("guided", [False, True])
def test_a_roster_that_is_held_only_becomes_better_until_another_is_taken_over(guided: bool) -> None:
    team = counted_team()
    made = generation_of(team)
    marginals = Marginals(made.lagrangian.coupling)
    one, another = as_wished(made.lagrangian, marginals), sweep(made.lagrangian, marginals, 0, Budget(60, None))[0]
    assert one.wanting() == another.wanting() == []
    first = best = one.cost()
    renewal = Renewal(one, 0)
    for cycles, other in ((0.1, another), (0.2, None), (math.inf, None)):
        renewal.run(Budget(20, None), cycles, np.full(len(made.lagrangian.lows), 5.0) if guided else None)
        if other is not None:
            renewal.take_over(other.roster())
            best = other.cost()
        held = renewal.held()
        assert held is not None
        assert held[1] == penalty(team, made.lagrangian.rows, held[0])
        assert held[1] <= best
        best = held[1]
    assert renewal.slow
    assert best < first
    beside = renewal.beside(1)
    assert beside.held() is None
    beside.take_over(another.roster())
    taken = beside.held()
    assert taken is not None
    assert taken[1] == another.cost()
    assert renewal.held() is held


@pytest.fixture
def renewals(monkeypatch: pytest.MonkeyPatch) -> list[Renewal]:
    """The renewals that begin, where CP-SAT on the whole finds nothing."""
    begun: list[Renewal] = []
    run = Renewal.run

    def running(renewal: Renewal, budget: Budget, **how: Any) -> None:
        begun.append(renewal)
        run(renewal, budget, **how)

    monkeypatch.setattr(Renewal, "run", running)
    monkeypatch.setattr("solver.search.portfolio.minimise_while", lambda *_: "UNKNOWN")
    return begun


@pytest.fixture
def no_rows_by_pricing(renewals: list[Renewal], monkeypatch: pytest.MonkeyPatch) -> list[Renewal]:
    """The same, where pricing by itself finds no row for anybody."""
    monkeypatch.setattr("solver.search.improve.sweep", lambda *_: [])
    return renewals


@pytest.mark.parametrize("workers", [1, 2])
def test_a_team_too_large_for_a_master_has_its_rows_made_anew(
    renewals: list[Renewal], monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr("solver.search.improve.MOST_ROWS", 0)
    monkeypatch.setattr("solver.search.improve.Generation", None)  # which nobody calls
    team = counted_team(options={"time_limit": 6, "workers": workers})
    result = solve(team)
    assert renewals
    held = renewals[-1].held()
    assert held is not None
    assert result.schedule is not None
    assert result.objective is not None
    assert result.objective <= held[1]
    assert result.bound  # prices climb without a master
    assert not [v for v in check(team, read_schedule(result.schedule, team)) if v.severity == "hard"]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("pricings", [12, 1])  # with one, no multiplier is ever learnt
def test_a_team_of_tight_totals_has_a_roster(
    no_rows_by_pricing: list[Renewal], monkeypatch: pytest.MonkeyPatch, workers: int, pricings: int
) -> None:
    monkeypatch.setattr("solver.search.columns.multipliers.MOST_PRICINGS", pricings)
    options = {"time_limit": 6, "workers": workers}
    team = limited_team(options=options)
    with counters_are_slow():
        result = solve(team)
    assert no_rows_by_pricing
    assert result.schedule is not None
    assert not [v for v in check(team, read_schedule(result.schedule, team)) if v.severity == "hard"]


def test_a_person_without_any_row_is_told_as_infeasible(renewals: list[Renewal], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.search.portfolio.minimise", None)  # which nobody calls: the whole need not be searched
    never = [{"kind": kind, "min": 6, "hard": True, "border": "closed"} for kind in ("work", "off")]
    needs = [{"symbols": ["○"], "target": 1}]
    options = {"time_limit": 10, "workers": 2, "on_infeasible": "report"}
    result = solve(problem(2, 5, stretches=never, demand=needs, options=options))
    assert result.status == "INFEASIBLE"
    assert not renewals
