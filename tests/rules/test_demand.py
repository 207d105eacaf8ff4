"""Demand: accepts, rejects, costs, explains; minimum, target and maximum, skills and days; the death of its mutants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import BACKUP_ON_CALL, blamed, charged, dates_of, day, document, judged, solved
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "demand"
PRICES = {"under_weight": 7, "over_weight": 3}
TWO_THERE = {"symbols": ["○", "△"], "min": 2}


def found(there: int, bounds: dict[str, Any]) -> list[tuple[str, int, int]]:
    """What is charged where so many of five people are on ○."""
    rows = {s: "○" if i < there else "×" for i, s in enumerate("abcde")}
    return charged(judged(rows, demand=[{"symbols": ["○"], **PRICES, **bounds}]), RULE)


def test_accepts_a_day_with_enough_people() -> None:
    assert judged({"a": "○×", "b": "△○", "c": "×△"}, demand=[TWO_THERE]) == []


@pytest.mark.parametrize(("bound", "prefilled"), [({"min": 2}, {"s0": "×"}), ({"max": 1}, {"s0": "○", "s1": "○"})])
def test_rejects_too_few_and_too_many_when_hard(bound: dict[str, int], prefilled: dict[str, str]) -> None:
    demand = {"symbols": ["○"], **bound}
    assert solved(2, 1, demand=[{**demand, "hard": True}], prefilled=prefilled).status == "INFEASIBLE"
    assert solved(2, 1, demand=[demand], prefilled=prefilled).status == "OPTIMAL"


@pytest.mark.parametrize(
    ("there", "bounds", "expected"),
    [
        (1, {"min": 3}, [("soft", 2, 14)]),  # the target is the minimum: 3 − 1
        (4, {"min": 3}, []),  # nobody said too many
        (1, {"min": 1, "target": 3}, [("soft", 2, 14)]),
        (2, {"min": 1, "target": 3}, [("soft", 1, 7)]),
        (5, {"min": 1, "target": 3}, [("soft", 2, 6)]),  # above a stated target
        (5, {"target": 3, "max": 4}, [("soft", 1, 3)]),  # above the maximum alone
        (4, {"target": 3, "max": 4}, []),
        (5, {"max": 3}, [("soft", 2, 6)]),
        (0, {"max": 3}, []),
        (0, {"min": 0, "target": 0, "max": 0}, []),
        (2, {"max": 0}, [("soft", 2, 6)]),
    ],
)
def test_costs_people_missing_and_people_too_many(there: int, bounds: dict[str, int], expected: list[Any]) -> None:
    assert found(there, bounds) == expected


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (4, [("hard", 1, 3)]),  # above max
        (3, []),
        (2, [("soft", 1, 7)]),  # the target above the minimum stays a wish
        (1, [("soft", 2, 14)]),
        (0, [("hard", 1, 7), ("soft", 3, 21)]),
    ],
)
def test_hard_binds_minimum_and_maximum_but_not_the_target(there: int, expected: list[Any]) -> None:
    assert found(there, {"min": 1, "target": 3, "max": 3, "hard": True}) == expected


def test_one_weight_stands_for_both_sides() -> None:
    demand = [{"symbols": ["○"], "min": 1, "max": 1, "weight": 9}]
    assert charged(judged({"a": "×○", "b": "×○"}, demand=demand), RULE) == [("soft", 1, 9), ("soft", 1, 9)]


def test_is_charged_for_each_entry_and_day() -> None:
    demand = [{**TWO_THERE, **PRICES}, {"symbols": ["△"], "min": 1, **PRICES}]
    violations = judged({"a": "○△×", "b": "×△×"}, demand=demand)
    # entry 0: one missing on day 0, two on day 2; entry 1: one missing on days 0 and 2
    assert [(v.path[-1], *map(str, v.dates), v.amount, v.penalty) for v in violations] == [
        ("0", day(2), 2, 14),
        ("0", day(0), 1, 7),
        ("1", day(0), 1, 7),
        ("1", day(2), 1, 7),
    ]


def test_the_cheaper_side_is_taken() -> None:
    # Three people have to work; two are wanted on ○ and at most none on △: three on ○ cost 3, the third on △ costs 5.
    demand = [{"symbols": ["○"], "min": 2, "max": 2, **PRICES}, {"symbols": ["△"], "max": 0, "over_weight": 5}]
    result = solved(3, 1, demand=demand, calendar={day(0): "must_work"})
    assert (result.status, result.objective) == ("OPTIMAL", 3)


def test_counts_people_with_the_skill() -> None:
    staff = [{"id": "a", "skills": ["grill", "bar"]}, {"id": "b", "skills": ["bar"]}, {"id": "c"}]
    rows = {"a": "×○", "b": "○○", "c": "○○"}
    violations = judged(rows, staff=staff, demand=[{"symbols": ["○"], "skill": "grill", "min": 1, **PRICES}])
    assert dates_of(violations, RULE) == [[day(0)]]
    assert judged(rows, staff=staff, demand=[{"symbols": ["○"], "skill": "bar", "min": 1}]) == []


def test_counts_people_in_scope_and_is_silent_when_inactive() -> None:
    demand = {"symbols": ["○"], "max": 0, **PRICES}
    rows = {"a": "○", "b": "○", "c": "×"}
    scoped = {**demand, "scope": {"staff_ids": ["b", "c"]}}
    assert charged(judged(rows, demand=[scoped, {**demand, "is_active": False}]), RULE) == [("soft", 1, 3)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"days_of_week": [0]}, [day(6)]),  # 0 = Sunday
        ({"days_of_week": ["monday", "saturday"]}, [day(0), day(5)]),
        ({"dates": [day(2)]}, [day(2)]),
        ({"days_of_week": ["monday"], "dates": [day(0), day(1)]}, [day(0)]),
    ],
)
def test_binds_on_its_days_only(days: dict[str, Any], expected: list[str]) -> None:
    violations = judged({"a": "×××××××"}, demand=[{**TWO_THERE, **days}])
    assert dates_of(violations, RULE) == [[d] for d in expected]


def test_closed_days_need_nobody_and_must_work_days_do() -> None:
    calendar = {day(0): "must_day_off", day(1): "must_work"}
    demand = [{"symbols": ["○"], "min": 2, "hard": True}]
    assert dates_of(judged({"a": "×○○", "b": "×△○"}, demand=demand, calendar=calendar), RULE) == [[day(1)]]
    assert solved(2, 3, demand=demand, calendar=calendar).status == "OPTIMAL"


def test_people_on_call_and_prefilled_cells_count() -> None:
    demand = [{"symbols": ["○"], "min": 1, "max": 1, "hard": True}]
    assert charged(judged({"a": "×○", "b": "○⊘"}, demand=demand, **BACKUP_ON_CALL), RULE) == []
    assert solved(2, 1, demand=demand, prefilled={"s0": "○", "s1": "×"}).status == "OPTIMAL"


def test_people_not_employed_are_not_there() -> None:
    staff = [{"id": "a"}, {"id": "b", "employed_from": day(1)}]
    assert dates_of(judged({"a": "○○", "b": "·○"}, staff=staff, demand=[TWO_THERE]), RULE) == [[day(0)]]


def test_explains_by_naming_the_entry_and_the_date() -> None:
    demand = [{"symbols": ["△"], "max": 2, "hard": True}, {"symbols": ["○"], "skill": "grill", "min": 1, "hard": True}]
    staff = [{"id": "a", "skills": ["grill"]}, {"id": "b"}]
    result = solved(staff, 3, demand=demand, prefilled={"a": "○×○", "b": "○○○"})
    assert blamed(result, RULE) == [("/settings/demand/1", (), [day(1)])]
    assert blamed(result, "prefilled") == [(f"/prefilled/a/{day(1)}", ("a",), [day(1)])]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("if problem.matches(entry, day):", "if day:"),
        Mutant("bound.low, terms, bound.high)", "bound.low, terms, None)"),
        Mutant("found - bound.high if bound.high", "found - bound.high - 1 if bound.high"),
        Mutant("else (bound.low or 0) - found", "else (bound.low or 0) - found - 1"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closed_day() -> None:
    agree(document(1, 1, demand=[TWO_THERE], calendar={day(0): "must_day_off"}))


def _above_a_stated_target() -> None:
    test_costs_people_missing_and_people_too_many(5, {"min": 1, "target": 3}, [("soft", 2, 6)])


def _target_above_a_hard_minimum() -> None:
    test_hard_binds_minimum_and_maximum_but_not_the_target(2, [("soft", 1, 7)])


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("for day in problem.open_days:", "for day in problem.days:"), _agreement_on_a_closed_day),
        (Mutant("entry.max is not None else entry.target", "True else None"), _above_a_stated_target),
        (Mutant("[Bound(entry.target, None, False)]", "[Bound(entry.target, None, True)]"), _target_above_a_hard_minimum),
        (Mutant("entry.under_weight if bound.high", "entry.over_weight if bound.high"), _target_above_a_hard_minimum),
        (Mutant("entry.skill is None or entry.skill in p.skills", "True"), test_counts_people_with_the_skill),
        (Mutant('"demand", i)', '"demand", 0)'), test_explains_by_naming_the_entry_and_the_date),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
