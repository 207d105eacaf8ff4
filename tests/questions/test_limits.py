"""A limit of work holds for every question that searches, and makes its answer the same each time."""

from __future__ import annotations

from typing import Any

import pytest

from datasets.generate import generate
from solver import drill, free_days, read_problem

NOTHING = 0.000_001


def asked(**options: Any) -> Any:
    return read_problem({**generate(6, 10, seed=1), "options": {"time_limit": 600, "workers": 1, **options}})


def test_without_work_left_nothing_is_found() -> None:
    short = asked(deterministic_limit=NOTHING)
    free = free_days(short)
    assert free.roster == "UNKNOWN"
    assert {cell.mark for row in free.cells.values() for cell in row.values()} == {"unknown"}
    assert drill(short).roster == "UNKNOWN"


@pytest.mark.parametrize("question", [free_days, drill])
def test_the_same_work_gives_the_same_answer(question: Any) -> None:
    limited = asked(deterministic_limit=0.3)
    first, second = question(limited), question(limited)
    assert first.schedule is not None
    assert first.to_json() == second.to_json()
