"""Conflicts: minimal, disjoint, complete, and told in sentences a head chef reads."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from datasets.generate import generate
from solver import Conflict, Problem, explain, read_problem
from solver.domain.language import speaking
from solver.explain.conflicts import find_conflicts
from solver.search import Budget
from tests.builders import backed_up, day, people, problem
from tests.explain.oracle import assert_minimal

TWO_OFF = {
    "group_conflict": {"symbols": ["×"], "max": 1, "hard": True},
    "staff_groups": [{"id": "g", "members": ["a", "b"]}],
}
TWO_MONDAYS_OFF = {"monthly_limits": [{"symbols": ["×"], "max": 2, "hard": True}], "prefilled": {"a": "×······×······×"}}


def conflicts_of(made: Problem) -> tuple[Conflict, ...]:
    found, complete = find_conflicts(made, Budget(30, None))
    assert complete
    for conflict in found:
        assert conflict.proved
        assert_minimal(made, conflict.facts)
    return found


def message(made: Problem) -> str:
    (conflict,) = conflicts_of(made)
    return conflict.message


def test_a_problem_without_contradiction_has_no_conflict() -> None:
    assert find_conflicts(problem(2, 3), Budget(10, None)) == ((), True)


def test_two_days_are_two_conflicts_without_a_common_fact() -> None:
    made = problem(people("a", "b"), 4, prefilled={"a": "×·×·", "b": "×·×·"}, **TWO_OFF)
    first, second = conflicts_of(made)
    assert not set(first.facts) & set(second.facts)
    assert {d for fact in first.facts for d in fact.dates} != {d for fact in second.facts for d in fact.dates}


def test_a_conflict_across_people_and_days_is_found() -> None:
    made = problem(
        people("a", "b"),
        3,
        monthly_limits=[{"symbols": ["×"], "min": 2, "hard": True}],
        daily_limits=[{"symbols": ["×"], "max": 1, "hard": True}],
    )
    (conflict,) = conflicts_of(made)
    assert [fact.rule for fact in conflict.facts] == ["monthly_limit"] * 2 + ["daily_limit"] * 3 or {
        fact.rule for fact in conflict.facts
    } == {"monthly_limit", "daily_limit"}


def test_what_was_asked_comes_before_what_is_fixed() -> None:
    made = problem(people("a", "b"), 1, prefilled={"a": "×", "b": "×"}, **TWO_OFF)
    (conflict,) = conflicts_of(made)
    assert [fact.rule for fact in conflict.facts] == ["group_conflict", "prefilled", "prefilled"]


def test_somebody_who_has_left_is_named() -> None:
    staff = people("a", "b")
    staff[1]["employed_until"] = day(0)
    made = problem(staff, 3, demand=[{"symbols": ["○"], "min": 2, "hard": True, "dates": [day(2)]}])
    (conflict,) = conflicts_of(made)
    assert [(f.rule, f.staff_ids) for f in conflict.facts] == [("demand", ()), ("employment", ("b",))]
    assert conflict.facts[1].dates[0].isoformat() == day(2)


def test_days_in_a_row_are_told_as_one_span() -> None:
    made = problem(people("a"), 4, prefilled={"a": "××××"}, stretches=[{"kind": "off", "max": 3, "hard": True}])
    assert f"{day(0)} to {day(3)}: A is fixed on ×" in message(made)


def test_a_weekday_that_repeats_is_told_by_its_name() -> None:
    made = problem(people("a"), 15, **TWO_MONDAYS_OFF)
    assert f"every Monday from {day(0)} to {day(14)}: A is fixed on ×" in message(made)


def test_people_are_told_together_with_their_group() -> None:
    made = problem(people("a", "b", "c"), 1, prefilled={"a": "×", "b": "×"}, **TWO_OFF)
    assert "each of A and B of g is fixed on ×" in message(made)


def test_many_people_are_everybody() -> None:
    limit = {"daily_limits": [{"symbols": ["×"], "max": 3, "hard": True}], "prefilled": dict.fromkeys("abcd", "×")}
    assert "everybody is fixed on ×" in message(problem(people(*"abcd"), 1, **limit))
    group = {"staff_groups": [{"id": "g", "name": "grill", "members": [*"abcd"]}]}
    assert "everybody of grill is fixed on ×" in message(problem(people(*"abcde"), 1, **group, **limit))


def test_it_speaks_japanese_too() -> None:
    made = problem(people("a"), 15, **TWO_MONDAYS_OFF)
    with speaking("ja"):
        (conflict,) = find_conflicts(made, Budget(10, None))[0]
    assert conflict.message.startswith("次のことは同時に成り立たない")
    assert "毎週月曜" in conflict.message


def test_an_uncovered_absence_names_backup_and_cells() -> None:
    made = problem(people("a", "b"), 2, prefilled={"a": "×·", "b": "×·"}, **backed_up("a", "b"))
    (conflict,) = conflicts_of(made)
    assert {(f.rule, f.staff_ids) for f in conflict.facts if f.rule == "prefilled"} == {
        ("prefilled", ("a",)),
        ("prefilled", ("b",)),
    }


def test_no_time_means_no_claim() -> None:
    made = problem(people("a", "b"), 1, prefilled={"a": "×", "b": "×"}, **TWO_OFF)
    found, complete = find_conflicts(made, Budget(0, None))
    assert (found, complete) == ((), False)


def months() -> Iterator[tuple[str, dict]]:
    crowded = generate(30, 31, seed=2)
    for person in crowded["settings"]["staff_groups"][0]["members"]:
        crowded["prefilled"].setdefault(person, {})["2026-12-09"] = "×"
    yield "a whole group off", crowded
    strict = generate(30, 31, seed=3)
    strict["settings"]["daily_limits"] = [{"symbols": ["×"], "max": 2, "hard": True}]
    yield "too few may be off", strict


@pytest.mark.slow
@pytest.mark.parametrize(("name", "document"), [*months()], ids=lambda value: value if isinstance(value, str) else "")
def test_a_month_of_thirty_people_is_explained_in_seconds(name: str, document: dict) -> None:
    began = time.monotonic()
    made = read_problem(document)
    found, complete = find_conflicts(made, Budget(30, None))
    assert time.monotonic() - began < 15  # about one second on an idle machine
    assert complete
    assert found
    assert all(conflict.proved for conflict in found)


def test_a_feasible_problem_is_said_to_be_feasible() -> None:
    found = explain(problem(2, 3))
    assert (found.status, found.conflicts, found.repairs) == ("FEASIBLE", (), ())
