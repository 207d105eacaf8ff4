"""The second phase of a solve, forced upon small problems: nothing is broken, nothing claimed that is not so."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from datasets.generate import generate
from solver import Progress, check, read_problem, read_schedule, solve
from solver.model import OutOfTime
from solver.search import Budget, cp_sat, improve, portfolio
from solver.search.columns.generate import Generation
from solver.search.columns.lagrangian import Floats, Lagrangian, Priced
from solver.search.columns.renewal import Renewal
from tests import brute_force
from tests.agreement import MOST_ROSTERS, couples_covers
from tests.builders import problem as problem_of
from tests.search.test_columns import counted_team, generated
from tests.strategies import problems
from tests.test_solving import WITHIN_A_SECOND, wishful

ENOUGH = 4  # rosters, each better than the one before, to see that the search gets on


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first phase ends as soon as there is a roster; pricing is compiled, which happens once on a machine."""
    generated(counted_team())
    monkeypatch.setattr(cp_sat, "NEARLY", -1.0)
    monkeypatch.setattr(cp_sat, "POLL_SECONDS", 0.001)
    for name in ("DIRECT", "DIRECT_COUPLED"):
        monkeypatch.setattr(f"solver.search.portfolio.{name}", cp_sat.Patience(0.0, 0.0))


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("workers", [1, 2])
def test_it_goes_on_where_the_first_phase_stopped(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    # Its roster would leave few steps to the best.
    monkeypatch.setattr("solver.search.portfolio.day_by_day", lambda *_, **__: None)
    told, stop = list[Progress](), threading.Event()

    def tell(step: Progress) -> None:
        told.append(step)
        if sum(step.schedule is not None for step in told) == ENOUGH:
            stop.set()

    problem = read_problem({**generate(20, 31, seed=4), "options": {"time_limit": 120, "workers": workers}})
    result = solve(problem, stop=stop, on_progress=tell)
    assert result.schedule is not None
    assert result.bound is not None
    assert result.objective is not None
    assert not [v for v in check(problem, read_schedule(result.schedule, problem)) if v.severity == "hard"]
    assert result.bound <= result.objective
    objectives = [step.objective for step in told if step.schedule is not None]
    assert objectives == sorted(objectives, reverse=True)
    assert len(set(objectives)) == len(objectives) >= ENOUGH
    bounds = [step.bound for step in told if step.bound is not None]
    assert bounds == sorted(bounds)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("seconds", [1.0, 2.0, 4.0])
def test_it_is_cancelled_within_a_second(seconds: float) -> None:
    stop, at, told = threading.Event(), [0.0], list[Progress]()

    def later() -> None:
        time.sleep(seconds)
        at[0] = time.monotonic()
        stop.set()

    problem = read_problem({**generate(60, 31, seed=1), "options": {"time_limit": 30, "workers": 2}})
    threading.Thread(target=later, daemon=True).start()
    result = solve(problem, stop=stop, on_progress=told.append)
    assert time.monotonic() - at[0] < WITHIN_A_SECOND
    assert result.status == "CANCELLED"
    best = min((step.objective for step in told if step.objective is not None), default=None)
    assert best is None or (result.objective is not None and result.objective <= best)  # what was told is kept


@pytest.mark.usefixtures("hurried")
def test_it_ends_in_time() -> None:
    began = time.monotonic()
    result = solve(read_problem(wishful(40, 56, time_limit=10, workers=2)))
    assert time.monotonic() - began < 10 + WITHIN_A_SECOND
    assert result.status in ("FEASIBLE", "OPTIMAL")
    assert result.gap is not None


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("late", [False, True])
def test_a_large_team_of_counts_has_a_roster_before_its_model(
    monkeypatch: pytest.MonkeyPatch, workers: int, late: bool
) -> None:
    """`late`: time is up before the model is made."""
    problem = counted_team(options={"time_limit": 10, "workers": workers})
    generated(problem)  # pricing is compiled
    made, told = threading.Event(), list[tuple[bool, int]]()
    make = portfolio._Making.__call__

    def making(self: Any) -> Any:
        if late:
            raise OutOfTime
        model = make(self)
        made.set()
        return model

    def tell(step: Progress) -> None:
        if step.objective is not None:
            told.append((made.is_set(), step.objective))

    monkeypatch.setattr("solver.search.start.LARGE_CELLS", 0)
    monkeypatch.setattr("solver.search.portfolio.day_by_day", lambda *_, **__: None)
    monkeypatch.setattr(portfolio._Making, "__call__", making)
    result = solve(problem, on_progress=tell)
    assert told[0][0] is False
    assert result.schedule is not None
    assert result.objective is not None
    assert result.bound is not None
    assert not [v for v in check(problem, read_schedule(result.schedule, problem)) if v.severity == "hard"]
    assert result.bound <= result.objective == told[-1][1]
    assert (result.stats.variables > 0) == made.is_set()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("planned", [False, True])
def test_columns_come_first_where_days_cannot_be_planned(monkeypatch: pytest.MonkeyPatch, planned: bool) -> None:
    """`planned`: a roster made day by day keeps the hard rules, so that CP-SAT on the whole gets on too."""
    asked = list[bool]()
    monkeypatch.setattr("solver.search.portfolio.minimise_while", lambda *_: asked.append(True) or "UNKNOWN")
    monkeypatch.setattr("solver.search.start.WIDE_CHOICES", 0)
    if not planned:
        monkeypatch.setattr("solver.search.portfolio.day_by_day", lambda *_, **__: None)
    limit = {"symbols": ["×"], "min": 1, "max": 2}
    team = problem_of(6, 14, daily_limits=[limit], options={"time_limit": 4, "workers": 2})
    result = solve(team)
    assert bool(asked) == planned
    assert result.schedule is not None
    assert not [v for v in check(team, read_schedule(result.schedule, team)) if v.severity == "hard"]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("close", [-1.0, 1.0])
def test_the_rest_of_the_bound_waits_for_a_roster_that_is_nearly_as_good(
    monkeypatch: pytest.MonkeyPatch, workers: int, close: float
) -> None:
    converged, converge = threading.Event(), improve._Shared._converge

    def converging(self: Any, generation: Generation) -> None:
        converged.set()
        converge(self, generation)

    monkeypatch.setattr("solver.search.improve.CLOSE", close)
    monkeypatch.setattr(improve._Shared, "_converge", converging)
    monkeypatch.setattr("solver.search.portfolio.minimise_while", lambda *_: "UNKNOWN")
    monkeypatch.setattr(Generation, "gap", 0.004)  # so that it is never proved before
    result = solve(counted_team(options={"time_limit": 6, "workers": workers}))
    assert converged.is_set() == (close > 0)
    assert result.bound is not None
    assert result.objective is not None
    assert result.bound <= result.objective


@pytest.mark.usefixtures("hurried")
def test_time_may_be_up_when_everybody_was_priced_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at = Lagrangian.at

    def late(self: Lagrangian, prices: Floats, budget: Budget) -> Priced | None:
        priced = at(self, prices, budget)
        while budget.seconds:
            time.sleep(0.01)
        return priced

    monkeypatch.setattr(Lagrangian, "at", late)
    assert solve(counted_team(options={"time_limit": 3, "workers": 1})).status in ("UNKNOWN", "FEASIBLE")


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("workers", [1, 2])
def test_where_the_master_is_large_prices_climb_before_it(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr("solver.search.columns.generate.MANY_ROWS", 0)
    monkeypatch.setattr("solver.search.portfolio.minimise_while", lambda *_: "UNKNOWN")
    steps = list[str]()
    for whose, name in ((Generation, "begin"), (Generation, "climb"), (Renewal, "take_over")):
        made, do = f"{whose.__module__}.{whose.__name__}.{name}", getattr(whose, name)

        def done(self: Any, *args: Any, do: Any = do, name: str = name, **how: Any) -> None:
            steps.append(name)
            do(self, *args, **how)

        monkeypatch.setattr(made, done)
    team = counted_team(options={"time_limit": 8, "workers": workers})
    result = solve(team)
    assert steps[:2] == ["begin", "take_over"]
    assert "climb" in steps
    assert result.schedule is not None
    assert result.objective is not None
    assert result.bound is not None
    assert not [v for v in check(team, read_schedule(result.schedule, team)) if v.severity == "hard"]
    assert 0.9 * result.objective < result.bound <= result.objective


@pytest.fixture
def first_looked_for(hurried: None, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Nothing finds a first roster but the look for any at all; set once that has begun."""
    begun = threading.Event()
    look = improve._Shared._find_first

    def looked(shared: Any, index: int) -> None:
        begun.set()
        look(shared, index)

    monkeypatch.setattr("solver.search.portfolio.is_large", lambda _: False)
    monkeypatch.setattr("solver.search.portfolio.minimise_while", lambda *_: "UNKNOWN")
    monkeypatch.setattr("solver.search.improve._Shared._begin", lambda _: None)
    monkeypatch.setattr("solver.search.improve._Shared._find_first", looked)
    return begun


@pytest.mark.parametrize("workers", [1, 2])
def test_any_roster_at_all_is_looked_for_by_hard_rules_alone(first_looked_for: threading.Event, workers: int) -> None:
    problem = read_problem({**generate(20, 31, seed=4), "options": {"time_limit": 10, "workers": workers}})
    result = solve(problem)
    assert first_looked_for.is_set()
    assert result.schedule is not None
    assert not [v for v in check(problem, read_schedule(result.schedule, problem)) if v.severity == "hard"]


def test_a_look_that_finds_none_is_told_as_infeasible(first_looked_for: threading.Event) -> None:
    never = {"symbols": ["×"], "min": 3, "hard": True}
    result = solve(
        problem_of(2, 5, daily_limits=[never], options={"time_limit": 10, "workers": 1, "on_infeasible": "report"})
    )
    assert first_looked_for.is_set()
    assert result.status == "INFEASIBLE"


def test_a_look_for_any_roster_is_cancelled_within_a_second(first_looked_for: threading.Event) -> None:
    stop, at = threading.Event(), [0.0]

    def later() -> None:
        assert first_looked_for.wait(20)
        at[0] = time.monotonic()
        stop.set()

    problem = read_problem({**generate(100, 31, seed=1), "options": {"time_limit": 30, "workers": 2}})
    threading.Thread(target=later, daemon=True).start()
    result = solve(problem, stop=stop)
    assert first_looked_for.is_set()
    assert time.monotonic() - at[0] < WITHIN_A_SECOND
    assert result.status == "CANCELLED"


def test_random_problems_keep_their_optimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cp_sat, "NEARLY", -1.0)
    monkeypatch.setattr(cp_sat, "POLL_SECONDS", 0.0001)
    for name in ("DIRECT", "DIRECT_COUPLED"):
        monkeypatch.setattr(f"solver.search.portfolio.{name}", cp_sat.Patience(0.0, 0.0))

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
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
            assert result.status != "OPTIMAL" or result.objective == least[1]

    kept()
