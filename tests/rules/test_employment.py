"""Employment: one shift on every employed day, no cell outside employment; structural."""

from __future__ import annotations

from typing import Any

import pytest

from solver import ProblemError, check, read_problem, read_schedule
from tests.agreement import agree
from tests.builders import blamed, charged, dates_of, day, document, judged, problem, solved
from tests.mutation import Mutant, killed_by

FROM_1_UNTIL_2 = [{"id": "a", "name": "A", "employed_from": day(1), "employed_until": day(2)}]


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "employment")


def cells(*days: int) -> dict[str, str]:
    return {day(i): "○" for i in days}


def test_accepts_one_shift_on_every_day() -> None:
    assert of({"a": "○△×⊘"}) == []


def test_both_ends_of_employment_are_worked() -> None:
    result = solved(FROM_1_UNTIL_2, 4)
    assert result.schedule is not None
    assert list(result.schedule["a"]) == [day(1), day(2)]
    made = problem(FROM_1_UNTIL_2, 4)
    assert check(made, read_schedule({"a": cells(1, 2)}, made)) == []


@pytest.mark.parametrize(
    "person",
    [{"is_active": False}, {"employed_from": day(4)}, {"employed_until": "2026-03-01"}],
)
def test_people_who_are_not_there_have_no_cells(person: dict[str, Any]) -> None:
    result = solved([{"id": "a", **person}, {"id": "b"}], 4)
    assert result.schedule is not None
    assert result.schedule.get("a", {}) == {}
    assert len(result.schedule["b"]) == 4


def test_employment_across_the_period_s_borders_fills_it() -> None:
    result = solved([{"id": "a", "employed_from": "2020-01-01", "employed_until": "2030-01-01"}], 4)
    assert result.schedule is not None
    assert len(result.schedule["a"]) == 4


def test_costs_a_thousand_for_each_missing_cell() -> None:
    made = problem(2, 4)
    violations = check(made, read_schedule({"s0": cells(0, 2), "s1": cells(0, 1, 2, 3)}, made))
    assert charged(violations, "employment") == [("hard", 2, 2000)]
    assert dates_of(violations, "employment") == [[day(1), day(3)]]
    assert [(v.staff_ids, v.path) for v in violations] == [(("s0",), "/staff/0")]


def test_costs_a_thousand_for_each_cell_too_many() -> None:
    made = problem(FROM_1_UNTIL_2, 4)
    violations = check(made, read_schedule({"a": cells(0, 1, 2, 3)}, made))
    assert charged(violations, "employment") == [("hard", 2, 2000)]
    assert dates_of(violations, "employment") == [[day(0), day(3)]]


def test_cells_outside_the_period_are_too_many() -> None:
    made = problem(1, 2)
    assert dates_of(check(made, read_schedule({"s0": cells(0, 1, 2)}, made)), "employment") == [[day(2)]]


def test_a_missing_and_a_surplus_cell_are_two_violations() -> None:
    made = problem(FROM_1_UNTIL_2, 4)
    violations = check(made, read_schedule({"a": cells(0, 1)}, made))
    assert [(v.amount, v.dates[0].isoformat()) for v in violations] == [(1, day(0)), (1, day(2))]


def test_a_person_without_a_row_misses_every_cell() -> None:
    made = problem(1, 3)
    assert charged(check(made, read_schedule({}, made)), "employment") == [("hard", 3, 3000)]


def test_rejects_a_reversed_employment() -> None:
    with pytest.raises(ProblemError) as error:
        problem([{"id": "a", "employed_from": day(2), "employed_until": day(1)}], 4)
    assert [(f.code, f.path) for f in error.value.faults] == [("reversed_dates", "/staff/0/employed_until")]


def test_a_solved_roster_always_fits() -> None:
    made = document([{"id": "a", "employed_until": day(0)}, {"id": "b", "employed_from": day(2)}], 3)
    agree(made)
    result = solved(made["staff"], 3)
    assert result.schedule is not None
    team = read_problem(made)
    assert check(team, read_schedule(result.schedule, team)) == []


def test_explains_that_somebody_is_not_employed() -> None:
    both = [{"symbols": ["○"], "min": 2, "hard": True}]
    result = solved([{"id": "a"}, {"id": "b", "employed_until": day(0)}], 2, demand=both)
    assert blamed(result, "employment") == [("/staff/1", ("b",), [day(1)])]


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_costs_a_thousand_for_each_missing_cell, Mutant("sorted(expected - found)", "sorted(expected - found)[1:]")),
        (test_costs_a_thousand_for_each_cell_too_many, Mutant("sorted(found - expected)", "[]")),
        (test_costs_a_thousand_for_each_missing_cell, Mutant("broken_by(len(dates),", "broken_by(1,")),
        (
            test_cells_outside_the_period_are_too_many,
            Mutant("set(schedule.row(person.id))", "{d for d in schedule.row(person.id) if d in problem.period}"),
        ),
        (test_costs_a_thousand_for_each_missing_cell, Mutant('pointer("staff", i)', 'pointer("staff")')),
    ],
)
def test_mutants_die(test: Any, mutant: Mutant) -> None:
    killed_by("employment", mutant, test)
