"""Priority rules: accepts, rejects, costs, explains; days, exceptions and the special days; the death of its mutants."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.builders import BACKUP_ON_CALL, PERSON_A, SPECIFIC_FIRST, blamed, charged, dates_of, day, judged, solved
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "priority_rule"
WANTS, SHUNS = ("preferred_shift", "required_shift"), ("avoided_shift", "blocked_shift")
AVOID_EARLY = {"rule_type": "avoided_shift", "shift": "△"}


def offending(row: str, rule: dict[str, Any], **parts: Any) -> list[int]:
    """The days (0 = Monday) on which one person's row goes against a rule."""
    violations = judged({"a": row}, priority_rules=[rule], **parts)
    every = [day(i) for i in range(len(row))]
    return sorted(every.index(dates[0]) for dates in dates_of(violations, RULE))


@pytest.mark.parametrize("kind", WANTS)
def test_a_wanted_shift_accepts_itself_alone(kind: str) -> None:
    assert offending("△○×", {"rule_type": kind, "shift": "△"}) == [1, 2]


@pytest.mark.parametrize("kind", SHUNS)
def test_a_shunned_shift_accepts_everything_else(kind: str) -> None:
    assert offending("△○×", {"rule_type": kind, "shift": "△"}) == [0]


@pytest.mark.parametrize(
    ("kind", "hard", "feasible"),
    [
        ("preferred_shift", None, True),
        ("avoided_shift", None, True),
        ("required_shift", None, False),
        ("blocked_shift", None, False),
        ("preferred_shift", True, False),
        ("avoided_shift", True, False),
        ("required_shift", False, True),
        ("blocked_shift", False, True),
    ],
)
def test_orders_reject_and_wishes_do_not_unless_told_otherwise(kind: str, hard: bool | None, feasible: bool) -> None:
    rule = {"rule_type": kind, "shift": "△", **({} if hard is None else {"hard": hard})}
    result = solved(1, 1, priority_rules=[rule], prefilled={"s0": "×" if kind in WANTS else "△"})
    assert result.status == ("OPTIMAL" if feasible else "INFEASIBLE")


def test_costs_one_for_each_cell() -> None:
    violations = judged({"a": "△△○", "b": "○△○"}, priority_rules=[{**AVOID_EARLY, "weight": 7}])
    assert charged(violations, RULE) == [("soft", 1, 7)] * 3
    assert [(v.staff_ids, v.dates[0].isoformat()) for v in violations] == [
        (("a",), day(0)),
        (("a",), day(1)),
        (("b",), day(1)),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("preferred_shift", ("soft", 1, 20)),
        ("avoided_shift", ("soft", 1, 20)),
        ("required_shift", ("hard", 1, 500)),
        ("blocked_shift", ("hard", 1, 500)),
    ],
)
def test_orders_are_hard_at_500_and_wishes_soft_at_20_by_default(kind: str, expected: tuple[str, int, int]) -> None:
    row = "×" if kind in WANTS else "△"
    assert charged(judged({"a": row}, priority_rules=[{"rule_type": kind, "shift": "△"}]), RULE) == [expected]


def test_the_cheapest_wish_gives_way() -> None:
    # One cell, three wishes: × (5), △ (3), not × (1). × breaks 3 + 1 = 4, △ breaks 5, ○ breaks 5 + 3 = 8.
    wishes = [("preferred_shift", "×", 5), ("preferred_shift", "△", 3), ("avoided_shift", "×", 1)]
    result = solved(1, 1, priority_rules=[{"rule_type": kind, "shift": k, "weight": w} for kind, k, w in wishes])
    assert (result.status, result.objective) == ("OPTIMAL", 4)


@pytest.mark.parametrize(
    ("rule", "row", "expected"),
    [
        ({"rule_type": "required_shift", "shift": "○"}, "○×△", [2]),
        ({"rule_type": "preferred_shift", "shift": "○"}, "○×△", [2]),
        ({"rule_type": "blocked_shift", "shift": "○"}, "○×△", [0]),
        ({"rule_type": "avoided_shift", "shift": "×"}, "○×△", []),  # its own exception: nothing is asked
    ],
)
def test_an_excepted_symbol_satisfies_the_rule(rule: dict[str, Any], row: str, expected: list[int]) -> None:
    assert offending(row, {**rule, "except_symbols": ["×"]}) == expected


def test_an_excepted_symbol_satisfies_the_model_too() -> None:
    rule = {"rule_type": "required_shift", "shift": "○", "except_symbols": ["×"]}
    assert solved(1, 1, priority_rules=[rule], prefilled={"s0": "×"}).status == "OPTIMAL"
    assert solved(1, 1, priority_rules=[rule], prefilled={"s0": "△"}).status == "INFEASIBLE"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"days_of_week": [0]}, [6]),  # 0 = Sunday
        ({"days_of_week": [6]}, [5]),
        ({"days_of_week": ["Monday", "friday"]}, [0, 4]),
        ({"dates": [day(2), day(3)]}, [2, 3]),
        ({"days_of_week": ["tuesday"], "dates": [day(1), day(2)]}, [1]),  # both filters have to agree
        ({}, [0, 1, 2, 3, 4, 5, 6]),
        ({"is_active": False}, []),
    ],
)
def test_binds_on_its_days_only(days: dict[str, Any], expected: list[int]) -> None:
    assert offending("△△△△△△△", {**AVOID_EARLY, **days}) == expected


def test_a_holiday_is_a_sunday_where_told() -> None:
    constitution_day = date(2027, 5, 3)  # a Monday
    parts = {"start": constitution_day, "holidays": {"country": "JP", "rule": "as_sunday"}}
    violations = judged({"a": "△"}, priority_rules=[{**AVOID_EARLY, "days_of_week": ["sunday"]}], **parts)
    assert dates_of(violations, RULE) == [["2027-05-03"]]


def test_closed_and_must_work_days_are_left_out() -> None:
    calendar = {day(0): "must_day_off", day(1): "must_work"}
    required = {"rule_type": "required_shift", "shift": "△"}
    assert offending("×○○", required, calendar=calendar) == [2]
    # An order that the calendar would contradict on its own days is no contradiction.
    blocked = [{"rule_type": "blocked_shift", "shift": k} for k in ("○", "△")]
    assert solved(1, 3, priority_rules=blocked, calendar=calendar).status == "OPTIMAL"


@pytest.mark.parametrize(
    ("whom", "expected"),
    [({"staff_ids": ["b"]}, ["b"]), ({"scope": {"staff_ids": ["b"]}}, ["b"]), ({}, ["a", "b", "c"])],
)
def test_binds_the_people_named_or_everybody(whom: dict[str, Any], expected: list[str]) -> None:
    violations = judged({"a": "△", "b": "△", "c": "△"}, priority_rules=[{**AVOID_EARLY, **whom}])
    assert [v.staff_ids[0] for v in violations] == expected


def test_every_rule_applies_whatever_its_scope() -> None:
    rules = [{**AVOID_EARLY, "scope": scope, "weight": 1} for scope in SPECIFIC_FIRST]
    assert charged(judged({"a": "△"}, priority_rules=rules, **PERSON_A), RULE) == [("soft", 1, 1)] * 5


def test_outside_employment_nothing_is_asked() -> None:
    required = {"rule_type": "required_shift", "shift": "△"}
    assert offending("·○·", required, staff=[{"id": "a", "employed_from": day(1), "employed_until": day(1)}]) == [1]


def test_people_on_call_are_bound() -> None:
    rules = [{"rule_type": "avoided_shift", "shift": "○", "staff_ids": ["b"]}]
    assert charged(judged({"a": "×○", "b": "○⊘"}, priority_rules=rules, **BACKUP_ON_CALL), RULE) == [("soft", 1, 20)]


def test_explains_by_naming_the_rule_the_person_and_the_date() -> None:
    rules = [
        {**AVOID_EARLY, "hard": True, "staff_ids": ["s0"]},
        {"rule_type": "required_shift", "shift": "○", "staff_ids": ["s1"]},
    ]
    result = solved(2, 2, priority_rules=rules, prefilled={"s0": "○×", "s1": "·×"})
    assert blamed(result, RULE) == [("/settings/priority_rules/1", ("s1",), [day(1)])]
    assert blamed(result, "prefilled") == [(f"/prefilled/s1/{day(1)}", ("s1",), [day(1)])]


def test_explains_an_order_against_an_order() -> None:
    rules = [{"rule_type": "required_shift", "shift": "○"}, {"rule_type": "blocked_shift", "shift": "○"}]
    facts = blamed(solved(1, 1, priority_rules=rules), RULE)
    assert sorted(path for path, _, _ in facts) == ["/settings/priority_rules/0", "/settings/priority_rules/1"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("in problem.plain_days_of(rule):", "in problem.plain_days_of(rule)[1:]:"),
        Mutant("problem.day_rule(day) is not None or", "problem.closed(day) or"),
        Mutant("symbol in rule.except_symbols or (symbol", "(symbol"),
        Mutant("wanted = (rule.shift, *rule.except_symbols)", "wanted = (rule.shift,)"),
        Mutant("(symbol == rule.shift) == _wants(rule)", "symbol == rule.shift"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _required_accepts_itself_alone() -> None:
    test_a_wanted_shift_accepts_itself_alone("required_shift")


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("rule.hard, rule.weight,", "rule.hard, 1,"), test_costs_one_for_each_cell),
        (Mutant('"priority_rules", i)', '"priority_rules", 0)'), test_explains_by_naming_the_rule_the_person_and_the_date),
        (Mutant('"preferred_shift", "required_shift")', '"preferred_shift",)'), _required_accepts_itself_alone),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
