"""A sick call is answered near the change first, and by the whole problem where that does not do."""

from __future__ import annotations

from typing import Any

import pytest

from datasets.generate import plant
from solver import Progress, read_problem, solve
from solver.search import portfolio
from solver.search.nearby import REACH, kept_cells
from tests.builders import day, problem, row, solved

ON = "○" * 20


def test_the_days_around_the_change_and_its_person_are_free() -> None:
    team = problem(5, 20, baseline={f"s{i}": ON for i in range(5)}, prefilled={"s0": {day(10): "×"}})
    kept = kept_cells(team)
    assert kept is not None
    assert {s for s, _, _ in kept} == {"s1", "s2", "s3", "s4"}
    free = {team.period.index(d) for d in team.days} - {team.period.index(d) for _, d, _ in kept}
    assert free == set(range(10 - REACH, 10 + REACH + 1))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({}, id="nothing was published"),
        pytest.param({"baseline": {"s0": "○"}}, id="most cells are new"),
        pytest.param({"baseline": {"s0": ON, "s1": ON}, "prefilled": {"s0": "×····×····×····×"}}, id="most days change"),
    ],
)
def test_where_most_may_move_the_whole_is_searched_at_once(parts: dict[str, Any]) -> None:
    assert kept_cells(problem(2, 20, **parts)) is None


def test_a_day_off_that_moves_far_away_is_found_all_the_same() -> None:
    """Exactly one day off a month: sick on the 1st, the published day off of the 20th is worked.

    s0's own cells are free. But s1 must then be at work on the 20th no more, and may take his day off there only."""
    settings: dict[str, Any] = {
        "monthly_limits": [{"measure": "count", "symbols": ["×"], "min": 1, "max": 1, "hard": True}],
        "daily_limits": [{"symbols": ["×"], "min": 1, "hard": True, "dates": [day(19)]}],
        "stability": {},
    }
    baseline = {"s0": ON[:19] + "×", "s1": ON[:10] + "×" + ON[:9]}
    result = solved(2, 20, baseline=baseline, prefilled={"s0": {day(0): "×"}}, **settings)
    assert result.status == "OPTIMAL"
    assert row(result, "s0").index("×") == 0
    assert row(result, "s1").index("×") == 19


def test_the_answer_is_that_of_the_whole_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search near the change begins with a roster, and the whole ends as if it had not been."""
    team, roster = plant(8, 21, seed=3, hard=False)
    staff = next(s for s, cells in roster.items() if [*cells.values()][8] == "○")
    fixed = {**team.get("prefilled", {}).get(staff, {}), sorted(roster[staff])[8]: "×"}
    made = {**team, "baseline": roster, "prefilled": {**team.get("prefilled", {}), staff: fixed}}
    sick = read_problem({**made, "options": {"time_limit": 60}})
    assert kept_cells(sick)
    steps: list[Progress] = []
    near = solve(sick, on_progress=steps.append)
    monkeypatch.setattr(portfolio, "kept_cells", lambda _: None)
    whole = solve(sick)
    assert (near.status, near.objective) == ("OPTIMAL", whole.objective)
    found = [step.objective for step in steps if step.schedule is not None]
    assert all(objective is not None for objective in found)
    assert found == sorted(set(found), key=lambda objective: -(objective or 0))
    assert [step.bound or 0 for step in steps] == sorted(step.bound or 0 for step in steps)
