"""Golden scenarios: small problems on the default settings, each with a `why` that derives what is expected by hand."""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from solver import Result, read_problem, solve

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.json"))
EXPECTATIONS = {"status", "objective", "hard", "schedule", "covers", "violations", "warnings", "conflicts"}
QUICK = {"time_limit": 30, "workers": 1}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario(file: Path) -> None:
    scenario = json.loads(file.read_text("utf-8"))
    assert set(scenario) == {"name", "why", "problem", "expect"}
    assert set(scenario["expect"]) <= EXPECTATIONS
    result = solve(read_problem({**scenario["problem"], "options": QUICK}))
    wrong = differences(scenario["expect"], result)
    assert not wrong, "\n".join([f"{scenario['name']}. {scenario['why']}", *wrong])


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 12


def differences(expect: dict[str, Any], result: Result) -> list[str]:
    """Every expectation the result does not meet. Of rows, the fields that are given count, and there are no other rows."""
    answer = result.to_json()
    schedule = answer["schedule"]
    cells = [(staff, day, symbol) for staff, row in expect.get("schedule", {}).items() for day, symbol in row.items()]
    conflicts = [sorted(fact["path"] for fact in conflict["facts"]) for conflict in answer["conflicts"]]
    wrong = [
        _unlike("status", answer["status"], expect["status"]),
        _unlike("objective", answer["objective"], expect["objective"]),
        _unlike("hard", answer["score"]["hard"], expect.get("hard", 0)),
        _unlike("conflicts", conflicts, expect.get("conflicts", [])),
        *(_unlike(f"{staff} on {day}", schedule[staff].get(day), symbol) for staff, day, symbol in cells),
    ]
    for key in ("covers", "violations", "warnings"):
        if key in expect:
            found = [
                {field: row.get(field) for field in wanted} if wanted else row
                for row, wanted in zip_longest(answer[key], expect[key])
                if row is not None
            ]
            wrong.append(_unlike(key, found, expect[key]))
    return [sentence for sentence in wrong if sentence]


def _unlike(what: str, found: Any, wanted: Any) -> str:
    shown = [json.dumps(value, ensure_ascii=False) for value in (found, wanted)]
    return "" if found == wanted else f"{what}: {shown[0]}, not {shown[1]}"
