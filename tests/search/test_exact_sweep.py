"""Rows made by CP-SAT, person by person: whole, within every rule of a row, and then only better."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from solver import Problem, check, read_problem, read_schedule, solve
from solver.model import Mode
from solver.search import build
from solver.search.budget import Budget
from solver.search.columns.exact_sweep import ExactSweep
from solver.search.columns.rowwise import Marginals, Rowwise
from solver.search.columns.schedule import schedule_of
from solver.search.columns.sweep import sweep
from solver.search.incumbent import Incumbent
from tests import brute_force
from tests.agreement import MOST_ROSTERS
from tests.builders import problem
from tests.search.test_columns import ROW_RULES, counted_team, generation_of, penalty
from tests.strategies import problems


def swept_from_nothing(team: Problem) -> ExactSweep:
    model = build(team, Mode.SOLVE, Budget(60, None))
    assert model is not None
    lagrangian = generation_of(team).lagrangian
    return ExactSweep(Rowwise(lagrangian, Marginals(lagrangian.coupling)), Incumbent(model, Budget(60, None)), 0)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(cells=8))
def test_every_row_keeps_its_hard_rules_or_somebody_has_none(made: dict[str, Any]) -> None:
    team = read_problem({**made, "options": {}})
    assume(brute_force.count(team) <= MOST_ROSTERS)
    swept = swept_from_nothing(team)
    swept.begin(Budget(60, None))
    assert swept.whole + swept.infeasible + swept.vain == 1
    wrong = []
    if swept.whole:
        roster, _ = swept.held()
        violations = check(team, schedule_of(swept.roster.rows, roster))
        wrong = [v for v in violations if v.severity == "hard" and v.rule in ROW_RULES and len(v.staff_ids) == 1]
    if wrong or not swept.whole:  # fixed cells break a rule by themselves, or somebody has no row
        _, clean = brute_force.best(team)
        assert not clean


@pytest.mark.parametrize("threads", [1, 2])
def test_rows_are_made_better_until_no_sweep_gains_much(threads: int) -> None:
    team = counted_team()
    swept = swept_from_nothing(team)

    def work() -> None:
        swept.begin(Budget(60, None))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert swept.whole
    roster, before = swept.held()
    assert penalty(team, swept.roster.rows, roster) == before
    assert not swept.go_on(Budget(60, None))
    roster, after = swept.held()
    assert after < before
    assert penalty(team, swept.roster.rows, roster) == after


def test_those_who_want_a_row_are_given_one_and_nobody_else() -> None:
    team = counted_team()
    made = generation_of(team)
    roster = sweep(made, Marginals(made.lagrangian.coupling), 0, Budget(60, None))[0]
    assert roster.wanting() == []
    before = roster.roster()
    roster.take("s2")
    assert roster.wanting() == ["s2"]
    model = build(team, Mode.SOLVE, Budget(60, None))
    assert model is not None
    swept = ExactSweep(roster, Incumbent(model, Budget(60, None)), 0)
    swept.begin(Budget(60, None))
    after, _ = swept.held()
    assert swept.whole
    assert set(after) == set(before)
    assert all((after[staff] == before[staff]).all() for staff in before if staff != "s2")


@pytest.fixture
def no_rows_by_prices(monkeypatch: pytest.MonkeyPatch) -> list[ExactSweep]:
    """Pricing finds no row for anybody at first; the sweeps by CP-SAT that begin."""
    begun: list[ExactSweep] = []
    begin = ExactSweep.begin

    def beginning(swept: ExactSweep, budget: Budget) -> None:
        begun.append(swept)
        begin(swept, budget)

    monkeypatch.setattr(ExactSweep, "begin", beginning)
    monkeypatch.setattr("solver.search.improve.sweep", lambda *_: [])
    monkeypatch.setattr("solver.search.minimise_while", lambda *_: "UNKNOWN")
    return begun


@pytest.mark.parametrize("workers", [1, 2])
def test_a_team_whose_rows_pricing_cannot_find_has_a_roster(no_rows_by_prices: list[ExactSweep], workers: int) -> None:
    team = counted_team(options={"time_limit": 6, "workers": workers})
    result = solve(team)
    assert no_rows_by_prices
    assert no_rows_by_prices[0].whole
    assert result.schedule is not None
    assert not [v for v in check(team, read_schedule(result.schedule, team)) if v.severity == "hard"]


def test_a_person_without_any_row_is_told_as_infeasible(no_rows_by_prices: list[ExactSweep]) -> None:
    never = [{"kind": kind, "min": 6, "hard": True, "border": "closed"} for kind in ("work", "off")]
    needs = [{"symbols": ["○"], "target": 1}]
    options = {"time_limit": 10, "workers": 2, "on_infeasible": "report"}
    result = solve(problem(2, 5, stretches=never, demand=needs, options=options))
    assert no_rows_by_prices
    assert no_rows_by_prices[0].infeasible
    assert result.status == "INFEASIBLE"
