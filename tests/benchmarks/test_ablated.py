"""toban without a part of its search: the part is gone, and the answer is as true as ever."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import peers
from benchmarks.peers import Answer, Task
from benchmarks.peers.ablated import PARTS
from solver import check, read_problem, read_schedule
from solver.search import cp_sat, improve
from solver.search.columns import generate
from solver.search.columns.warm import compiled
from solver.search.incumbent import Incumbent
from solver.search.lns import Arm, Improver
from solver.search.neighbourhoods import days_of_two_weeks
from tests.builders import day, document

STAFF, DAYS = 14, 28


def team() -> dict[str, Any]:
    """A team coupled by demand alone."""
    wishes = [
        {"staff_id": f"s{i % STAFF}", "date": day(5 * i % DAYS), "symbol": "○△×"[i % 3], "weight": 1 + i % 7}
        for i in range(150)
    ]
    needs = [{"symbols": [k], "target": n, "under_weight": 100, "over_weight": 1} for k, n in (("○", 6), ("△", 3))]
    return document(
        STAFF,
        DAYS,
        demand=needs,
        requests=wishes,
        stretches=[{"kind": "work", "min": 2, "max": 5, "hard": True}, {"kind": "off", "min": 2, "hard": True}],
        weekends=[{"max_working": 2, "hard": True}],
        forbidden_sequences=[{"symbols": ["△", "○"], "hard": True}],
    )


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The parts that take part in a solve, whose first phase is short and whose master counts as large."""
    compiled(lambda: False)  # once on a machine
    for name in ("DIRECT", "DIRECT_COUPLED"):
        monkeypatch.setattr(f"solver.search.portfolio.{name}", cp_sat.Patience(0.0, 0.0))
    monkeypatch.setattr(generate, "MANY_ROWS", 0)  # so that prices climb
    monkeypatch.setattr(Incumbent, "prove", lambda *_: None)  # so that no proof ends it before all had a turn
    found = set[str]()

    def noted(part: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            found.add(part)
            return real(*args, **more)

        return call

    for part, name in (
        ("search", "improve"),
        ("columns", "Generation"),
        ("climbing-prices", "ascend"),
        ("dives", "dive"),
        ("renewal", "Renewal"),
    ):
        monkeypatch.setattr(improve, name, noted(part, getattr(improve, name)))
    choose = Improver._choose

    def chosen(self: Improver) -> Arm:
        found.add("neighbourhoods")
        for arm in self.arms:
            if arm.make is days_of_two_weeks:
                found.add("two-weeks")
            for part, think in (("parts-by-columns", self._by_columns), ("parts-by-cp-sat", self._by_cp_sat)):
                if arm.think == think:
                    found.add(part)
        return choose(self)

    monkeypatch.setattr(Improver, "_choose", chosen)
    return found


def answer_of(name: str, seconds: float) -> Answer:
    """What toban finds, or is left to find, for the team; no hard rule is broken and the bound is one."""
    made = team()
    answer = peers.named(name)(Task(made, seconds, 0, 2))
    problem = read_problem(made)
    assert answer.schedule is not None
    violations = check(problem, read_schedule(answer.schedule, problem))
    assert not [v for v in violations if v.severity == "hard"]
    assert answer.bound is not None
    assert answer.objective is not None
    assert answer.bound <= answer.objective == sum(v.penalty for v in violations)
    return answer


def test_nothing_is_missing_without_it(seen: set[str]) -> None:
    answer_of("toban", 6)
    assert seen == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_the_part_is_gone(seen: set[str], part: str) -> None:
    answer_of(peers.WITHOUT + part, 3)
    assert part not in seen


def test_a_part_that_is_not_there_is_refused_with_those_that_are() -> None:
    assert peers.unknown("toban-without-dives") == ""
    assert "toban-without-dives" in peers.unknown("toban-without-luck")
