"""Large teams: a roster before there is a model, blocks, and a bound that is a sum of blocks."""

from __future__ import annotations

import math
import threading
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from datasets.generate import generate
from solver import Progress, check, read_problem, read_schedule, solve
from solver.domain.problem import Problem
from solver.model import Mode
from solver.search import Budget, build, find_schedule
from solver.search.blocks import circle_of, together
from solver.search.complete import brief_solver
from solver.search.daily import day_by_day
from solver.search.parts import Parts
from tests import brute_force
from tests.agreement import MOST_ROSTERS, couples_covers
from tests.search.test_parts import solved
from tests.strategies import problems


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.search.start.LARGE_CELLS", 0)


@pytest.mark.parametrize(("staff", "days", "seed"), [(12, 31, 0), (30, 62, 1), (60, 31, 2), (100, 31, 3), (40, 10, 4)])
def test_day_by_day_keeps_the_hard_rules_of_a_team(staff: int, days: int, seed: int) -> None:
    problem = read_problem(generate(staff, days, seed=seed))
    roster = day_by_day(problem, Budget(60, None), careful=False)
    assert roster is not None
    assert [v.message for v in check(problem, roster) if v.severity == "hard"] == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(cells=12))
def test_day_by_day_fills_every_cell_with_what_it_may_hold(made: dict[str, Any]) -> None:
    problem = read_problem({**made, "options": {}})
    roster = day_by_day(problem, Budget(60, None))
    assume(roster is not None)
    assert roster is not None
    for person in problem.staff:
        for day in problem.employed_days(person.id):
            assert roster.at(person.id, day) in problem.choices(person.id, day)


def test_time_that_is_up_gives_no_roster() -> None:
    assert day_by_day(read_problem(generate(12, 31)), Budget(0, None)) is None


def test_groups_stand_with_their_backups_and_nobody_is_left_out() -> None:
    problem = read_problem(generate(60, 14, seed=1))
    blocks = together(problem, 20)
    assert len(blocks) > 1
    assert {staff for block in blocks for staff in block} == {person.id for person in problem.staff}
    for group in problem.groups:
        assert any(set(circle_of(problem, group)) <= set(block) for block in blocks)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(cells=6))
def test_blocks_alone_never_cost_more_than_the_whole(made: dict[str, Any]) -> None:
    problem = read_problem({**made, "options": {}})
    model = build(problem, Mode.SOLVE, Budget(60, None))
    assert model is not None
    model.cp.minimize(model.soft_cost.expression())
    whole = solved(model.cp)
    assume(whole is not None)
    assert whole is not None
    parts = Parts(model)
    unpaid = parts.costs.copy()
    least = told = 0
    hasty = brief_solver(1e-9, 1e-9, 0)  # ended before it knows anything, as where time is nearly up
    for person in problem.staff:
        part = parts.alone(parts.variables_of([(person.id, d) for d in problem.days]), unpaid)
        solver = solved(part.cp)
        assert solver is not None
        least += round(solver.objective_value)
        unpaid[part.own] = 0
        hasty.solve(part.cp)
        told += math.ceil(hasty.best_objective_bound - 1e-6)
    assert parts.least + told <= parts.least + least <= round(whole.objective_value)


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_team_is_improved_by_blocks(workers: int) -> None:
    problem = read_problem({**generate(24, 21, seed=4), "options": {"time_limit": 15, "workers": workers}})
    told: list[Progress] = []
    result = solve(problem, on_progress=told.append)
    assert result.schedule is not None
    assert result.objective is not None
    assert not [v for v in check(problem, read_schedule(result.schedule, problem)) if v.severity == "hard"]
    first = next(step.objective for step in told if step.schedule is not None)
    assert first is not None
    assert result.objective <= first  # how much less is a matter of speed
    assert result.bound is not None
    assert 0 <= result.bound <= result.objective


@pytest.mark.usefixtures("everything_is_large")
def test_random_problems_keep_their_optimum() -> None:
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(problems(cells=6))
    def kept(made: dict[str, Any]) -> None:
        problem = read_problem({**made, "options": {"time_limit": 2.5, "workers": 1, "on_infeasible": "report"}})
        assume(brute_force.count(problem) <= MOST_ROSTERS and not couples_covers(problem))
        result = solve(problem)
        least, clean = brute_force.best(problem)
        assert (result.status == "INFEASIBLE") == (not clean)
        if clean:
            assert least is not None
            assert result.objective is not None
            assert result.bound is not None
            assert result.bound <= least[1] <= result.objective

    kept()


def test_a_deadline_before_the_model_is_built_still_gives_a_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    budgets = [Budget(60, None)]
    monkeypatch.setattr("solver.search.portfolio.build", lambda *_: None)
    problem: Problem = read_problem(generate(150, 31, seed=1))
    outcome, size = find_schedule(problem, budgets[0])
    assert outcome.status == "FEASIBLE"
    assert outcome.schedule is not None
    assert outcome.bound == 0
    assert size.variables == 0


def test_a_model_is_not_built_beyond_the_deadline() -> None:
    problem = read_problem(generate(100, 31, seed=1))
    began = time.monotonic()
    assert build(problem, Mode.SOLVE, Budget(0.05, None)) is None
    soon = time.monotonic() - began
    began = time.monotonic()
    assert build(problem, Mode.SOLVE, Budget(600, None)) is not None
    assert soon < time.monotonic() - began


def test_building_is_cancelled() -> None:
    stop = threading.Event()
    problem = read_problem({**generate(300, 62, seed=1), "options": {"time_limit": 60}})
    told: list[float] = []

    def once(_: Progress) -> None:
        told.append(time.monotonic())
        stop.set()

    result = solve(problem, on_progress=once, stop=stop)
    assert told
    assert result.status == "CANCELLED"
    assert result.schedule is not None
