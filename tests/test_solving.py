"""Solving: the five statuses, what a result promises of its numbers, reproducible answers, progress, cancelling."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from datasets.generate import generate
from solver import Problem, Progress, Result, check, covers_of, read_problem, read_schedule, solve
from tests.builders import day, document
from tests.strategies import problems

ROOT = Path(__file__).parent.parent
WITHIN_A_SECOND = 1.0
HOURS = 3600


def wishful(staff: int = 20, days: int = 28, **options: Any) -> dict[str, Any]:
    """A team with many wishes: a first roster is quickly found, the best one is out of reach."""
    chance = random.Random(7)
    wishes = [
        {
            "staff_id": f"s{chance.randrange(staff)}",
            "date": day(chance.randrange(days)),
            "symbol": chance.choice("○△×"),
            "weight": chance.randint(1, 9),
        }
        for _ in range(staff * days // 2)
    ]
    early = {"symbols": ["△"], "min": staff // 4, "max": staff // 3}
    return document(
        staff,
        days,
        requests=wishes,
        daily_limits=[{"symbols": ["×"], "min": staff // 5, "max": staff // 4}, early],
        weekly_limits=[{"symbols": ["×"], "min": 1, "max": 2}],
        forbidden_sequences=[{"symbols": ["△", "×"]}, {"symbols": ["×", "×"]}],
        stretches=[{"kind": "work", "min": 2, "max": 5}],
        options={"workers": 1, **options},
    )


def small(**options: Any) -> dict[str, Any]:
    """A team whose best roster is proved at once, and is not free of faults."""
    wishes = [{"staff_id": f"s{i}", "date": day(0), "symbol": "×", "weight": 3 + i} for i in range(3)]
    limits = [{"symbols": ["×"], "max": 1, "weight": 20}]
    return document(3, 4, requests=wishes, daily_limits=limits, options=options)  # two wishes are refused: 3 + 4


def contradictory(**options: Any) -> dict[str, Any]:
    """Two contradictions that share no fact, and soft rules beside."""
    limits = [{"symbols": ["×"], "max": 1, "hard": True}, {"symbols": ["△"], "min": 1}]
    prefilled = {"s0": "×·×", "s1": "×○×"}
    return document(2, 3, daily_limits=limits, prefilled=prefilled, options=options)


def hard_to_start(**options: Any) -> dict[str, Any]:
    """A team for which even a first roster takes a while."""
    return {**generate(24, 31, seed=1), "options": {"workers": 1, **options}}


def crowded(made: dict[str, Any]) -> dict[str, Any]:
    """The same problem with six people fixed on × on four days, where one may be: many pairs contradict the limit."""
    limits = [*made["settings"]["daily_limits"], {"symbols": ["×"], "max": 1, "hard": True}]
    fixed = {f"s{i}": {day(d): "×" for d in range(4)} for i in range(6)}
    return {**made, "prefilled": fixed, "settings": {**made["settings"], "daily_limits": limits}}


def answer(made: dict[str, Any], **more: Any) -> Result:
    return solve(read_problem(made), **more)


# ---- statuses -------------------------------------------------------------------------------------


def test_optimal() -> None:
    result = answer(small())
    assert (result.status, result.objective, result.bound, result.gap) == ("OPTIMAL", 7, 7, 0.0)


def test_feasible_when_time_runs_out() -> None:
    result = answer(wishful(40, 56, time_limit=3))
    assert result.status == "FEASIBLE"
    assert result.schedule is not None
    assert result.objective is not None
    assert result.bound is not None
    assert 0 <= result.bound < result.objective


def test_a_roster_stands_before_there_is_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.search.portfolio.build", lambda *_, **__: None)  # as if time ran out while it is made
    result = answer(wishful(time_limit=20))
    assert (result.status, result.stats.variables) == ("FEASIBLE", 0)
    assert result.score is not None
    assert (result.score.hard, result.bound) == (0, 0)


def test_infeasible_with_the_least_breach() -> None:
    result = answer(contradictory())
    # Day 0 and day 2 have one × too many (50 each); △ is short by one on both (50 each) and possible on day 1.
    assert (result.status, result.objective, result.bound) == ("INFEASIBLE", 100, 100)
    assert result.score is not None
    assert (result.score.hard, result.score.soft) == (100, 100)
    assert len(result.conflicts) == 2
    assert result.complete is True


def test_infeasible_with_a_report_alone() -> None:
    result = answer(contradictory(on_infeasible="report"))
    assert result.status == "INFEASIBLE"
    assert (result.schedule, result.objective, result.bound, result.gap, result.score) == (None,) * 5
    assert (result.violations, result.covers) == ((), ())
    assert len(result.conflicts) == 2


@pytest.mark.parametrize("limit", [{"time_limit": 0.001}, {"deterministic_limit": 0.0001, "time_limit": HOURS}])
def test_unknown_when_time_runs_out_before_a_first_roster(limit: dict[str, float]) -> None:
    result = answer(hard_to_start(**limit))
    assert result.status == "UNKNOWN"
    assert (result.schedule, result.objective, result.gap, result.score) == (None,) * 4
    assert result.conflicts == ()


@pytest.mark.parametrize("workers", [1, 4])
def test_cancelled_before_a_first_roster(workers: int) -> None:
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    result = answer(hard_to_start(time_limit=20, workers=workers), stop=stop)
    assert time.monotonic() - began < WITHIN_A_SECOND
    assert (result.status, result.schedule, result.objective, result.score) == ("CANCELLED", None, None, None)


class StopAtFirstRoster:
    """Listens to a solve and stops it as soon as there is a roster."""

    def __init__(self) -> None:
        self.stop, self.at = threading.Event(), 0.0

    def __call__(self, progress: Progress) -> None:
        if progress.schedule is not None and not self.stop.is_set():
            self.at = time.monotonic()
            self.stop.set()

    def cancels(self, made: dict[str, Any]) -> Result:
        """The result of a solve that has to end within a second of its first roster."""
        result = answer(made, on_progress=self, stop=self.stop)
        assert self.stop.is_set()
        assert time.monotonic() - self.at < WITHIN_A_SECOND
        return result


@pytest.mark.parametrize("workers", [1, 4])
def test_cancelled_with_the_best_roster_so_far(workers: int) -> None:
    result = StopAtFirstRoster().cancels(wishful(time_limit=20, workers=workers))
    assert result.status == "CANCELLED"
    assert result.schedule is not None


def test_cancelled_after_a_contradiction_was_proved() -> None:
    result = StopAtFirstRoster().cancels(crowded(wishful(time_limit=20)))
    assert result.status == "INFEASIBLE"
    assert result.schedule is not None
    assert result.conflicts


def test_a_stop_that_never_comes_changes_nothing() -> None:
    assert comparable(answer(small(), stop=threading.Event())) == comparable(answer(small()))


# ---- numbers --------------------------------------------------------------------------------------

ANSWERED: dict[str, Callable[[], dict[str, Any]]] = {
    "optimal": small,
    "feasible": lambda: wishful(deterministic_limit=0.2, time_limit=HOURS),
    "infeasible": contradictory,
    "generated": lambda: {**generate(8, 7, seed=3), "options": {"time_limit": 3}},
    "unknown": lambda: hard_to_start(time_limit=0.001),
}


@pytest.fixture(scope="module", params=ANSWERED)
def answered(request: pytest.FixtureRequest) -> tuple[Problem, Result]:
    problem = read_problem(ANSWERED[request.param]())
    return problem, solve(problem)


def test_the_objective_is_the_sum_of_the_soft_penalties(answered: tuple[Problem, Result]) -> None:
    _, result = answered
    if result.schedule is None:
        assert result.objective is result.score is None
        return
    assert result.score is not None
    assert result.objective == result.score.soft == sum(v.penalty for v in result.violations if v.severity == "soft")
    assert result.score.hard == sum(v.penalty for v in result.violations if v.severity == "hard")
    assert all(v.penalty == 0 for v in result.violations if v.severity == "warning")


def test_the_score_by_rule_adds_up(answered: tuple[Problem, Result]) -> None:
    _, result = answered
    if result.score is None:
        return
    for rule, penalty in result.score.by_rule.items():
        assert penalty == sum(v.penalty for v in result.violations if v.rule == rule) > 0
    assert sum(result.score.by_rule.values()) == result.score.hard + result.score.soft


def test_bound_and_gap(answered: tuple[Problem, Result]) -> None:
    _, result = answered
    if result.objective is None or result.bound is None:
        assert result.gap is None
        return
    assert 0 <= result.bound <= result.objective
    assert result.gap == ((result.objective - result.bound) / result.objective if result.objective else 0.0)
    assert (result.status == "FEASIBLE") == (result.gap > 0)


def test_the_violations_and_covers_are_the_checkers(answered: tuple[Problem, Result]) -> None:
    problem, result = answered
    if result.schedule is None:
        assert result.violations == result.covers == ()
        return
    schedule = read_schedule(result.schedule, problem)
    assert result.violations == tuple(check(problem, schedule, result.covers))
    assert result.covers == covers_of(problem, schedule, result.covers)


def test_a_schedule_has_a_symbol_for_every_employed_person_and_day(answered: tuple[Problem, Result]) -> None:
    problem, result = answered
    if result.schedule is None:
        return
    cells = {(s, d) for s, row in result.schedule.items() for d in row}
    assert cells == {(p.id, d.isoformat()) for p in problem.staff for d in problem.employed_days(p.id)}


def test_the_effective_configuration_reads_back_equal(answered: tuple[Problem, Result]) -> None:
    problem, result = answered
    again = read_problem(json.dumps(result.problem))
    assert again.canonical() == result.problem == problem.canonical()
    assert again.request_hash == result.request_hash == problem.request_hash


def test_the_stats_tell_how_it_was_found() -> None:
    stats = answer(small(seed=5, workers=2)).stats
    assert (stats.seed, stats.workers) == (5, 2)
    assert stats.variables > 0
    assert stats.constraints > 0
    assert stats.engine.startswith("ortools 9.")
    assert stats.version.startswith("toban ")
    assert stats.first_solution_seconds is not None
    assert 0 <= stats.first_solution_seconds <= stats.solve_seconds


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems())
def test_any_effective_configuration_reads_back_equal(made: dict[str, Any]) -> None:
    problem = read_problem(made)
    again = read_problem(json.dumps(problem.canonical()))
    assert again.canonical() == problem.canonical()
    assert again.request_hash == problem.request_hash


# ---- the request's hash ---------------------------------------------------------------------------

REQUEST = document(
    2,
    7,
    prefilled={"s0": "×"},
    history={"s0": "○"},
    daily_limits=[{"symbols": ["×"], "max": 1}],
    priority_rules=[{"rule_type": "avoided_shift", "shift": "△", "staff_ids": ["s0"], "days_of_week": ["sunday"]}],
    options={"seed": 1},
)


def hash_of(made: dict[str, Any]) -> str:
    return read_problem(made).request_hash


def backwards(value: Any) -> Any:
    """The same JSON with the keys of every object in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(one) for one in value] if isinstance(value, list) else value


def changed(path: str, value: Any) -> dict[str, Any]:
    """The request with one value changed or added."""
    made = json.loads(json.dumps(REQUEST))
    *parents, last = path.split("/")
    place = made
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[last] = value
    return made


def test_the_hash_is_a_sha256() -> None:
    assert len(bytes.fromhex(hash_of(REQUEST))) == 32


@pytest.mark.parametrize(
    "same",
    [
        backwards(REQUEST),
        changed("settings/daily_limits/0/weight", 50),  # a default, spelt out
        changed("settings/daily_limits/0/isActive", True),  # the other spelling
        changed("settings/priority_rules/0/days_of_week", [0]),
        changed("settings/requests", None),
        changed(f"prefilled/s0/{day(1)}", ""),  # a free cell
        changed("staff/0/employed_from", None),
    ],
)
def test_the_same_request_has_the_same_hash(same: dict[str, Any]) -> None:
    assert hash_of(same) == hash_of(REQUEST)


def test_every_change_changes_the_hash() -> None:
    changes = [
        REQUEST,
        changed("period/end", day(7)),
        changed("staff/0/name", "Sato"),
        changed("settings/daily_limits/0/max", 2),
        changed("settings/daily_limits/0/hard", True),
        changed("settings/priority_rules/0/days_of_week", ["monday"]),
        changed("settings/calendar", {day(1): "must_work"}),
        changed(f"prefilled/s0/{day(0)}", "○"),
        changed(f"prefilled/s0/{day(1)}", "○"),
        changed(f"history/s0/{day(-1)}", "△"),
        changed("baseline", {"s0": {day(0): "×"}}),
        changed("options/seed", 2),
        changed("options/time_limit", 9),
    ]
    assert len({hash_of(made) for made in changes}) == len(changes)


# ---- the same request, the same answer ------------------------------------------------------------


def generated(staff: int, days: int, work: float) -> dict[str, Any]:
    """A team with groups, backups and people on call; which roster is found hangs on the seed."""
    return {**generate(staff, days, seed=2), "options": {"workers": 1, "deterministic_limit": work, "time_limit": HOURS}}


REPRODUCIBLE = {
    "optimal": (small(deterministic_limit=100), "OPTIMAL"),
    "optimal, one of many": (generated(12, 14, 50), "OPTIMAL"),
    "limit reached": (wishful(deterministic_limit=0.2, time_limit=HOURS), "FEASIBLE"),
    "limit reached or not": (generated(16, 14, 0.1), None),
    "limit reached before a first roster": (hard_to_start(deterministic_limit=0.001, time_limit=HOURS), "UNKNOWN"),
    "infeasible": (contradictory(deterministic_limit=100), "INFEASIBLE"),
    "infeasible in many ways": (crowded(wishful(6, 4, deterministic_limit=100, time_limit=HOURS)), "INFEASIBLE"),
    "infeasible, limit reached": (crowded(wishful(12, 14, deterministic_limit=0.1, time_limit=HOURS)), "INFEASIBLE"),
}


def comparable(result: Result) -> str:
    """A result as JSON without `stats`."""
    return json.dumps({k: v for k, v in result.to_json().items() if k != "stats"}, ensure_ascii=False)


ELSEWHERE = """
import json, sys
from solver import read_problem
from tests.test_solving import REPRODUCIBLE, answer, comparable
for made, _ in REPRODUCIBLE.values():
    print(comparable(answer(made)))
"""


def solved_elsewhere(hash_seed: int) -> list[str]:
    """The answers of a fresh process, in which sets have another order."""
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], cwd=ROOT, env=environment, capture_output=True, check=True, encoding="utf-8"
    )
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def twice() -> dict[str, tuple[str, str]]:
    """Every reproducible request, answered by two processes."""
    return dict(zip(REPRODUCIBLE, zip(solved_elsewhere(1), solved_elsewhere(2), strict=True), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", REPRODUCIBLE)
def test_the_same_request_has_the_same_answer_byte_for_byte(case: str, twice: dict[str, tuple[str, str]]) -> None:
    one, other = twice[case]
    assert one == other
    expected = REPRODUCIBLE[case][1]
    assert expected is None or json.loads(one)["status"] == expected


# ---- progress -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made",
    [
        small(),
        contradictory(),
        wishful(deterministic_limit=0.5, time_limit=HOURS),
        wishful(time_limit=3, workers=4),
        wishful(6, 7),
    ],
    ids=["optimal", "infeasible", "one worker", "four workers", "smaller"],
)
def test_progress_only_gets_better_and_never_beyond_the_end(made: dict[str, Any]) -> None:
    told: list[Progress] = []
    problem = read_problem(made)
    result = solve(problem, on_progress=told.append)
    assert result.objective is not None
    assert any(p.schedule is not None for p in told)
    for _, phase in groupby(told, key=lambda p: p.phase):
        steps = list(phase)
        for before, after in pairwise(steps):
            assert before.elapsed <= after.elapsed
            assert before.objective is None or (after.objective is not None and after.objective <= before.objective)
            assert before.bound is None or (after.bound is not None and after.bound >= before.bound)
        for step in steps:
            assert step.objective is None or step.bound is None or step.bound <= step.objective
            assert (step.gap is None) == (step.objective is None or step.bound is None)
    for step in told:
        if step.phase == "solve" and result.status == "INFEASIBLE":
            assert step.objective is None
            continue
        assert step.objective is None or step.objective >= result.objective
        assert step.bound is None or result.bound is None or step.bound <= result.bound


def test_every_roster_on_the_way_is_as_good_as_told() -> None:
    told: list[Progress] = []
    problem = read_problem(wishful(deterministic_limit=0.2, time_limit=HOURS))
    solve(problem, on_progress=told.append)
    for step in told:
        if step.schedule is not None:
            violations = check(problem, step.schedule)
            assert not any(v.severity == "hard" for v in violations)
            assert step.objective is not None
            assert sum(v.penalty for v in violations) <= step.objective


# ---- the published roster as a start --------------------------------------------------------------


@pytest.mark.parametrize("stability", [None, {}])
def test_a_published_roster_without_fault_comes_back(stability: dict[str, Any] | None) -> None:
    # One on ×, one on △ and one on ○ each day: of the 6⁶ rosters without fault, the published one.
    limits = [{"symbols": ["×"], "min": 1, "max": 1}, {"symbols": ["△"], "min": 1, "max": 1}]
    baseline = {"s0": "×○△△○×", "s1": "△×○○×△", "s2": "○△××△○"}
    made = document(3, 6, daily_limits=limits, baseline=baseline, stability=stability)
    result = answer(made)
    assert (result.status, result.objective, result.schedule) == ("OPTIMAL", 0, made["baseline"])


def test_the_best_roster_comes_back_once_it_is_published() -> None:
    best = answer(small())
    again = answer({**small(), "baseline": best.schedule, "settings": {**small()["settings"], "stability": {}}})
    assert (again.status, again.objective, again.schedule) == ("OPTIMAL", best.objective, best.schedule)
