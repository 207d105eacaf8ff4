"""Schedules and covers from outside: every fault at once, at its place in what was sent."""

from typing import Any

import pytest

from solver import ProblemError, read_covers, read_problem, read_schedule
from tests.domain import rich

COVER: dict[str, Any] = {
    "date": "2025-01-15",
    "groupId": "kitchen",
    "absent": ["sato"],
    "staffId": "nakata",
    "assignmentId": "b1",
    "priorityOrder": 1,
    "passedOver": [{"staffId": "ueda", "reason": "off"}],
}


def test_covers_are_read_in_both_spellings() -> None:
    (cover,) = read_covers([COVER]) or ()
    assert read_covers([cover.model_dump(mode="json")]) == (cover,)
    assert (cover.staff_id, cover.passed_over[0].reason) == ("nakata", "off")
    assert read_covers(None) is None


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ({"a": 1}, {("wrong_type", "/covers")}),
        ([1], {("wrong_type", "/covers/0")}),
        (
            [{**COVER, "who": "x", "priority_order": 2}],
            {("unknown_field", "/covers/0/who"), ("field_twice", "/covers/0/priority_order")},
        ),
        (
            [COVER, {**COVER, "date": "2025-02-30", "staffId": 3}],
            {("bad_date", "/covers/1/date"), ("wrong_type", "/covers/1/staffId")},
        ),
        ([{key: COVER[key] for key in COVER if key != "absent"}], {("missing_field", "/covers/0/absent")}),
    ],
    ids=["no list", "no object", "fields", "values", "missing"],
)
def test_faults_of_covers(document: Any, faults: set[tuple[str, str]]) -> None:
    with pytest.raises(ProblemError) as caught:
        read_covers(document, at="/covers")
    assert {(fault.code.value, fault.path) for fault in caught.value.faults} == faults


def test_faults_of_a_schedule() -> None:
    problem = read_problem(rich.snake())
    document = {"sato": {"2025-01-15": "x", "2025-1-16": "×", "2025-01-17": 3, "2025-01-18": None}, "nobody": {}, "12": []}
    with pytest.raises(ProblemError) as caught:
        read_schedule(document, problem, at="/schedule")
    assert {(fault.code.value, fault.path) for fault in caught.value.faults} == {
        ("lookalike_symbol", "/schedule/sato/2025-01-15"),
        ("bad_date", "/schedule/sato/2025-1-16"),
        ("wrong_type", "/schedule/sato/2025-01-17"),
        ("unknown_staff", "/schedule/nobody"),
        ("wrong_type", "/schedule/12"),
    }
