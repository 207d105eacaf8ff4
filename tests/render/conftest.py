"""Small results made by hand, so that a page can be compared letter by letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from solver import Problem, Result, Score, Stats, Violation, read_problem
from solver.domain.period import plus

NAMES = {"sato": "佐藤", "suzuki": "鈴木", "nakata": "中田", "ueda": "上田"}
SETTINGS = {
    "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato", "suzuki"]}],
    "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
    "daily_limits": [{"symbols": ["×"], "min": 0, "max": 1}],
}
STATS = Stats(
    build_seconds=0.1,
    solve_seconds=0.2,
    first_solution_seconds=0.1,
    variables=1,
    constraints=1,
    workers=1,
    seed=0,
    engine="none",
    version="none",
)


def make_problem(
    days: int,
    names: Mapping[str, str] = NAMES,
    start: str = "2026-01-01",
    settings: Mapping[str, Any] | None = None,
    **more: Any,
) -> Problem:
    """The kitchen of the story, or other people, from Thursday 1 January 2026 on."""
    return read_problem(
        {
            "period": {"start": start, "end": plus(date.fromisoformat(start), days - 1).isoformat()},
            "staff": [{"id": staff, "name": name} for staff, name in names.items()],
            "settings": {**(SETTINGS if names is NAMES else {}), **(settings or {})},
            **more,
        }
    )


def make_result(
    problem: Problem, rows: Mapping[str, str] | None, violations: tuple[Violation, ...] = (), **more: Any
) -> Result:
    """A result whose rows are written as strings, one symbol a day; a blank is no cell."""
    score = Score.of(list(violations)) if rows is not None else None
    soft = score.soft if score is not None else None
    facts = {"status": "OPTIMAL", "objective": soft, "bound": soft, "gap": 0.0, "score": score, "stats": STATS, **more}
    return Result(
        schedule=None if rows is None else make_schedule(problem, rows),
        violations=violations,
        problem=problem.canonical(),
        request_hash="none",
        **facts,
    )


def make_schedule(problem: Problem, rows: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        staff: {day.isoformat(): symbol for day, symbol in zip(problem.days, row, strict=True) if symbol != " "}
        for staff, row in rows.items()
    }


def make_violation(problem: Problem, day: int | None, message: str = "", **facts: Any) -> Violation:
    """A soft breach of the first daily limit on one day of the period, or something else by `facts`."""
    dates = () if day is None else (problem.days[day],)
    common = {"rule": "daily_limit", "severity": "soft", "amount": 1, "penalty": 50, "path": "/settings/daily_limits/0"}
    return Violation(**{**common, "dates": dates, "message": message or f"{dates[0]}: 2 on ×, at most 1", **facts})


@pytest.fixture
def problem() -> Callable[..., Problem]:
    return make_problem


@pytest.fixture
def schedule() -> Callable[..., dict[str, dict[str, str]]]:
    return make_schedule


@pytest.fixture
def result() -> Callable[..., Result]:
    return make_result


@pytest.fixture
def violation() -> Callable[..., Violation]:
    return make_violation
