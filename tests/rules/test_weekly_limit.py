"""Weekly limit: accepts, rejects, costs, explains; weeks cut by the period, employment and closed days; its mutants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import (
    BACKUP_ON_CALL,
    MONDAY,
    PERSON_A,
    SPECIFIC_FIRST,
    blamed,
    charged,
    day,
    document,
    judged,
    solved,
    warned,
)
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "weekly_limit"
THURSDAY = MONDAY + timedelta(days=3)


def amounts(row: str, limit: dict[str, Any], **parts: Any) -> list[int]:
    """What one person's row is out of bounds, week by week."""
    return [
        amount for _, amount, _ in charged(judged({"a": row}, weekly_limits=[{"symbols": ["×"], **limit}], **parts), RULE)
    ]


def test_accepts_a_week_within_bounds() -> None:
    assert amounts("××○○○○○", {"min": 2, "max": 2}) == []


def test_rejects_prefilled_cells_above_a_hard_maximum() -> None:
    limit = [{"symbols": ["×"], "max": 1, "hard": True}]
    assert solved(1, 7, weekly_limits=limit, prefilled={"s0": "××"}).status == "INFEASIBLE"
    assert solved(1, 7, weekly_limits=limit, prefilled={"s0": "×○"}).status == "OPTIMAL"


def test_costs_each_day_above_and_below_for_each_person_and_week() -> None:
    rows = {"a": "×××○○○○" + "○○○○○○○", "b": "×○○○○○○" + "××○○○○○"}
    violations = judged(rows, weekly_limits=[{"symbols": ["×"], "min": 1, "max": 1, "weight": 7}])
    # a: 3 − 1 = 2 above in the first week, 1 below in the second; b: right in the first, 2 − 1 = 1 above in the second
    assert charged(violations, RULE) == [("soft", 2, 14), ("soft", 1, 7), ("soft", 1, 7)]
    assert [(v.staff_ids, v.dates[0].isoformat(), v.dates[-1].isoformat()) for v in violations] == [
        (("a",), day(0), day(6)),
        (("a",), day(7), day(13)),
        (("b",), day(7), day(13)),
    ]


def test_is_soft_and_weighs_60_by_default() -> None:
    assert charged(judged({"a": "××○○○○○"}, weekly_limits=[{"symbols": ["×"], "max": 1}]), RULE) == [("soft", 1, 60)]


def test_the_least_shortage_is_found() -> None:
    # Five of the seven cells are fixed on ○, so two days off are the most there can be: 3 − 2 = 1 below, weight 7.
    result = solved(1, 7, weekly_limits=[{"symbols": ["×"], "min": 3, "weight": 7}], prefilled={"s0": "○○○○○"})
    assert (result.status, result.objective) == ("OPTIMAL", 7)


def test_counts_a_set_of_symbols_together() -> None:
    assert amounts("×△×○○○○", {"symbols": ["×", "△"], "max": 2}) == [1]


@pytest.mark.parametrize(
    ("days", "limit", "row", "expected"),
    [
        (3, {"min": 3}, "×○○", []),  # ⌊3·3/7⌋ = 1
        (3, {"min": 5}, "×○○", [1]),  # ⌊5·3/7⌋ = 2
        (6, {"min": 1}, "○○○○○○", []),  # ⌊1·6/7⌋ = 0: no minimum nobody asked for
        (3, {"max": 2}, "×○○", []),  # ⌈2·3/7⌉ = 1
        (3, {"max": 2}, "××○", [1]),
        (1, {"max": 1}, "×", []),  # ⌈1·1/7⌉ = 1
        (3, {"max": 0}, "×○○", [1]),  # nothing stays nothing
        (3, {"min": 3, "max": 3}, "××○", []),  # ⌊9/7⌋ = 1 to ⌈9/7⌉ = 2
    ],
)
def test_a_week_cut_by_the_period_is_prorated(days: int, limit: dict[str, int], row: str, expected: list[int]) -> None:
    assert len(row) == days
    assert amounts(row, limit) == expected


def test_both_ends_of_the_period_cut_a_week() -> None:
    # Thursday to Sunday: n = 4, ⌈1·4/7⌉ = 1; then Monday alone: n = 1, ⌈1·1/7⌉ = 1.
    assert amounts("×○○○×", {"max": 1}, start=THURSDAY) == []
    assert amounts("××○○×", {"max": 1}, start=THURSDAY) == [1]


@pytest.mark.parametrize(
    ("history", "limit", "expected"),
    [
        ("×○○", {"max": 1}, [1]),  # n = 7: one × before the period and one in it
        ("○○○", {"max": 1}, []),
        ("×○○", {"min": 2}, []),
        ("○○○", {"min": 2}, [1]),  # ⌊2·7/7⌋ = 2
        ("", {"min": 2}, []),  # ⌊2·4/7⌋ = 1: without history the week is shorter
        ("○", {"min": 3}, [1]),  # n = 5, ⌊3·5/7⌋ = 2: only what history knows counts
        ("×○○○", {"max": 1}, []),  # the × stands on the Sunday of the week before
    ],
)
def test_history_belongs_to_its_week(history: str, limit: dict[str, int], expected: list[int]) -> None:
    assert amounts("×○○○", limit, start=THURSDAY, history={"a": history}) == expected


def test_a_closed_day_of_history_does_not_count() -> None:
    parts = {"start": THURSDAY, "history": {"a": "×○○"}}
    assert amounts("×○○○", {"max": 1}, calendar={day(0): "must_day_off"}, **parts) == []


def test_history_binds_the_model_too() -> None:
    # One × on Monday is all a week may have: Thursday to Sunday stay without, though each × there is wished for.
    wish = [{"rule_type": "preferred_shift", "shift": "×", "weight": 1}]
    limit = [{"symbols": ["×"], "max": 1, "hard": True}]
    result = solved(1, 4, start=THURSDAY, weekly_limits=limit, priority_rules=wish, history={"s0": "×○○"})
    assert result.objective == 4


@pytest.mark.parametrize(
    ("employment", "row", "expected"),
    [
        ({"employed_from": day(4)}, "····×○○", []),  # n = 3, ⌈2·3/7⌉ = 1
        ({"employed_from": day(4)}, "····××○", [1]),
        ({"employed_until": day(2)}, "××○····", [1]),
    ],
)
def test_a_week_cut_by_employment_is_prorated(employment: dict[str, str], row: str, expected: list[int]) -> None:
    assert amounts(row, {"max": 2}, staff=[{"id": "a", **employment}]) == expected


def test_closed_days_neither_count_nor_lengthen_the_week() -> None:
    closed = {day(0): "must_day_off"}
    assert amounts("××○○○○○", {"max": 1}, calendar=closed) == []
    assert amounts("××○○○○○", {"min": 2}, calendar=closed) == []  # ⌊2·6/7⌋ = 1
    assert amounts("×○○○○○○", {"min": 2}, calendar=closed) == [1]
    assert amounts("××○○○○○", {"max": 1, "include_calendar": True}, calendar=closed) == [1]


def test_must_work_days_lengthen_the_week() -> None:
    assert amounts("○×○○○○○", {"min": 2}, calendar={day(0): "must_work"}) == [1]  # ⌊2·7/7⌋ = 2


@pytest.mark.parametrize(("first", "expected"), [("monday", [1]), ("sunday", []), (0, [])])
def test_weeks_begin_where_told(first: str | int, expected: list[int]) -> None:
    # Saturday and Sunday: in one week that begins on a Monday, in two that begin on a Sunday (0).
    assert amounts("○○○○○××", {"max": 1, "week_start": first}) == expected


@pytest.mark.parametrize("place", range(len(SPECIFIC_FIRST) - 1))
def test_the_most_specific_scope_governs(place: int) -> None:
    specific, general = SPECIFIC_FIRST[place : place + 2]
    for given, expected in (((7, 0), []), ((0, 7), [("soft", 1, 60)])):
        limits = [{"symbols": ["×"], "max": m, "scope": s} for m, s in zip(given, (specific, general), strict=True)]
        assert charged(judged({"a": "×○○○○○○"}, weekly_limits=limits[::-1], **PERSON_A), RULE) == expected


def test_among_equals_the_first_listed_governs_and_an_inactive_one_does_not() -> None:
    strict, loose = {"symbols": ["×"], "max": 0}, {"symbols": ["×"], "max": 7}
    assert charged(judged({"a": "×○○○○○○"}, weekly_limits=[loose, strict]), RULE) == []
    (violation,) = judged({"a": "×○○○○○○"}, weekly_limits=[{**loose, "is_active": False}, strict])
    assert violation.path == "/settings/weekly_limits/1"
    assert warned("limit_shadowed", weekly_limits=[loose, strict]) == ["/settings/weekly_limits/1/max"]


def test_each_side_and_each_set_of_symbols_is_governed_apart() -> None:
    own = {"symbols": ["×", "△"], "max": 7, "scope": {"staff_ids": ["a"]}}
    everybody = [{"symbols": ["△", "×"], "min": 2}, {"symbols": ["△", "×"], "max": 0}, {"symbols": ["×"], "max": 0}]
    violations = judged({"a": "×○○○○○○"}, weekly_limits=[own, *everybody])
    # The own maximum replaces that of the same set, in whatever order; the minimum and the other set still speak.
    assert [(v.path[-1], v.amount) for v in violations] == [("1", 1), ("3", 1)]


def test_people_on_call_are_left_out() -> None:
    rows = {"a": "×○○○○○○", "b": "○⊘⊘⊘⊘⊘⊘"}
    assert charged(judged(rows, weekly_limits=[{"symbols": ["○"], "max": 0}], **BACKUP_ON_CALL), RULE) == [("soft", 6, 360)]


def test_explains_by_naming_the_limit_the_person_and_the_week() -> None:
    limits = [{"symbols": ["△"], "max": 7, "hard": True}, {"symbols": ["×"], "max": 1, "hard": True}]
    result = solved(2, 14, weekly_limits=limits, prefilled={"s0": "×○○○○○○×", "s1": "·······××"})
    assert blamed(result, RULE) == [("/settings/weekly_limits/1", ("s1",), [day(i) for i in range(7, 14)])]
    assert len(blamed(result, "prefilled")) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("for d in counting if d in problem.period for lit", "for d in counting[1:] if d in problem.period for lit"),
        Mutant("terms += [1 for d in counting", "terms += [0 for d in counting"),
        Mutant("found - high if high is not None", "found - high - 1 if high is not None"),
        Mutant("if day < problem.period.start else schedule.at", "if day <= problem.period.start else schedule.at"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closed_day() -> None:
    agree(document(1, 2, weekly_limits=[{"symbols": ["×"], "max": 0}], calendar={day(0): "must_day_off"}))


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("if limit.include_calendar or not problem.closed(d))", "if True)"), _agreement_on_a_closed_day),
        (
            Mutant("return prorated_down(", "return prorated_up("),
            lambda: test_history_belongs_to_its_week("", {"min": 2}, []),
        ),
        (Mutant("return None, prorated_up(", "return None, prorated_down("), test_both_ends_of_the_period_cut_a_week),
        (Mutant("WEEK = 7", "WEEK = 6"), test_is_soft_and_weighs_60_by_default),
        (Mutant("limit.hard, limit.weight,", "limit.hard, 1,"), test_is_soft_and_weighs_60_by_default),
        (Mutant('"weekly_limits", i)', '"weekly_limits", 0)'), test_explains_by_naming_the_limit_the_person_and_the_week),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
