"""Monthly limit: accepts, rejects, costs, explains; its three measures, spans and proration; the death of its mutants."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import (
    BACKUP_ON_CALL,
    PERSON_A,
    SPECIFIC_FIRST,
    blamed,
    charged,
    dates_of,
    day,
    document,
    judged,
    solved,
    warned,
)
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "monthly_limit"
OFF = {"measure": "count", "symbols": ["×"]}
HALF_DAYS = {"measure": "off_equivalent"}  # × is 1, △ is ½
MINUTES = {"measure": "minutes"}  # ○ is 480, △ is 600
FEBRUARY_27 = date(2026, 2, 27)  # two days of February, then March


def amounts(row: str, limit: dict[str, Any], **parts: Any) -> list[int]:
    """What one person's row is out of bounds, span by span."""
    return [amount for _, amount, _ in charged(judged({"a": row}, monthly_limits=[limit], **parts), RULE)]


@pytest.mark.parametrize(
    ("limit", "row"),
    [
        ({**OFF, "min": 2, "max": 2}, "×△×○"),
        ({**HALF_DAYS, "min": 2.5, "max": 2.5}, "×△×○"),
        ({**MINUTES, "min": 1080, "max": 1080}, "×△×○"),
    ],
)
def test_accepts_a_row_that_is_just_right(limit: dict[str, Any], row: str) -> None:
    assert amounts(row, limit) == []


@pytest.mark.parametrize("limit", [{**OFF, "max": 1}, {**HALF_DAYS, "max": 2}, {**MINUTES, "max": 1079}])
def test_rejects_prefilled_cells_above_a_hard_maximum(limit: dict[str, Any]) -> None:
    prefilled = {"s0": "×△×○"}
    assert solved(1, 4, monthly_limits=[{**limit, "hard": True}], prefilled=prefilled).status == "INFEASIBLE"
    assert solved(1, 4, monthly_limits=[{**limit, "hard": False}], prefilled=prefilled).status == "OPTIMAL"


@pytest.mark.parametrize(
    ("limit", "amount"),
    [
        ({**OFF, "min": 4}, 2),  # 4 − 2 days
        ({**OFF, "max": 0}, 2),
        ({**HALF_DAYS, "min": 4}, 3),  # 8 − 5 half days
        ({**HALF_DAYS, "max": 2}, 1),  # 5 − 4 half days
        ({**HALF_DAYS, "symbols": ["△"], "min": 1}, 1),  # 2 − 1: △ alone
        ({**MINUTES, "min": 1200}, 120),  # 1200 − (600 + 480) minutes
        ({**MINUTES, "symbols": ["△"], "max": 90}, 510),
    ],
)
def test_costs_days_half_days_or_minutes(limit: dict[str, Any], amount: int) -> None:
    violations = judged({"a": "×△×○"}, monthly_limits=[{**limit, "weight": 3}])
    assert charged(violations, RULE) == [("soft", amount, 3 * amount)]


def test_is_soft_and_weighs_80_by_default() -> None:
    (violation,) = judged({"a": "×△", "b": "×○"}, monthly_limits=[{**HALF_DAYS, "max": 1}])
    assert (violation.severity, violation.amount, violation.penalty) == ("soft", 1, 80)
    assert (violation.staff_ids, dates_of([violation], RULE)) == (("a",), [[day(0), day(1)]])
    assert "1.5" in violation.message


def test_the_least_excess_is_found() -> None:
    # Three cells hold ×; of the two free ones no more need be off: 3 − 1.5 = 1.5 days = 3 half days above, weight 80.
    result = solved(1, 5, monthly_limits=[{**HALF_DAYS, "max": 1.5}], prefilled={"s0": "×××"})
    assert (result.status, result.objective) == ("OPTIMAL", 240)


def test_half_days_meet_a_bound_exactly() -> None:
    # 8.5 days off in 9 days, all of them on × but one on △.
    result = solved(1, 9, monthly_limits=[{**HALF_DAYS, "min": 8.5, "max": 8.5, "hard": True}])
    assert result.schedule is not None
    assert sorted(result.schedule["s0"].values()) == sorted("××××××××△")


def test_the_edge_of_the_period_prorates_nothing() -> None:
    assert amounts("×○○", {**OFF, "min": 3}) == [2]
    by_month = {**OFF, "per": "calendar_month", "min": 2}
    assert amounts("×○" + "××○", by_month, start=FEBRUARY_27) == [1]


def test_each_calendar_month_is_a_span_of_its_own() -> None:
    rows = {"a": "××" + "○××"}
    assert charged(judged(rows, monthly_limits=[{**OFF, "max": 3}], start=FEBRUARY_27), RULE) == [("soft", 1, 80)]
    violations = judged(rows, monthly_limits=[{**OFF, "max": 1, "per": "calendar_month"}], start=FEBRUARY_27)
    assert charged(violations, RULE) == [("soft", 1, 80), ("soft", 1, 80)]
    assert dates_of(violations, RULE) == [["2026-02-27", "2026-02-28"], ["2026-03-01", "2026-03-03"]]


@pytest.mark.parametrize(
    ("limit", "row", "expected"),
    [
        ({**OFF, "min": 3}, "·····×○○○○", []),  # ⌊3·5/10⌋ = 1
        ({**OFF, "min": 3}, "·····○○○○○", [1]),
        ({**OFF, "max": 3}, "·····××○○○", []),  # ⌈3·5/10⌉ = 2
        ({**OFF, "max": 3}, "·····×××○○", [1]),
        ({**OFF, "min": 1}, "·····○○○○○", []),  # ⌊1·5/10⌋ = 0: no minimum nobody asked for
        ({**HALF_DAYS, "min": 2.5}, "·····×○○○○", []),  # ⌊5·5/10⌋ = 2 half days
        ({**HALF_DAYS, "max": 2.5}, "·····×△○○○", []),  # ⌈5·5/10⌉ = 3 half days
        ({**HALF_DAYS, "max": 2.5}, "·····××○○○", [1]),
        ({**MINUTES, "max": 4801}, "·····△○○○○", [119]),  # 600 + 4·480 − ⌈4801·5/10⌉ = 2520 − 2401
        ({**MINUTES, "min": 4801}, "·····○○○○○", []),  # 5·480 = ⌊4801·5/10⌋
    ],
)
def test_employment_for_a_part_prorates_to_the_unit(limit: dict[str, Any], row: str, expected: list[int]) -> None:
    assert amounts(row, limit, staff=[{"id": "a", "employed_from": day(5)}]) == expected


def test_a_month_before_employment_asks_for_nothing() -> None:
    limit = {**OFF, "per": "calendar_month", "min": 2}
    employed = [{"id": "a", "employed_from": "2026-03-01"}]
    violations = judged({"a": "··○×○"}, monthly_limits=[limit], start=FEBRUARY_27, staff=employed)
    # Of March all three dates are worked: nothing is prorated there, 2 − 1 = 1.
    assert dates_of(violations, RULE) == [["2026-03-01", "2026-03-03"]]


def test_closed_days_count_only_with_the_calendar_included() -> None:
    parts = {"calendar": {day(0): "must_day_off"}}
    assert amounts("××○", {**OFF, "max": 1}, **parts) == []
    assert amounts("××○", {**OFF, "min": 2}, **parts) == [1]
    assert amounts("××○", {**OFF, "max": 1, "include_calendar": True}, **parts) == [1]
    assert amounts("○×○", {**MINUTES, "max": 480}, prefilled={"a": "○"}, **parts) == []


def test_must_work_days_and_history_make_no_difference() -> None:
    parts = {"calendar": {day(0): "must_work"}, "history": {"a": "××"}}
    assert amounts("○×", {**OFF, "max": 1}, **parts) == []
    assert amounts("○×", {**MINUTES, "max": 0}, **parts) == [480]


@pytest.mark.parametrize("place", range(len(SPECIFIC_FIRST) - 1))
def test_the_most_specific_scope_governs(place: int) -> None:
    specific, general = SPECIFIC_FIRST[place : place + 2]
    for given, expected in (((7, 0), []), ((0, 7), [("soft", 1, 80)])):
        limits = [{**OFF, "max": m, "scope": s} for m, s in zip(given, (specific, general), strict=True)]
        assert charged(judged({"a": "×○"}, monthly_limits=limits[::-1], **PERSON_A), RULE) == expected


@pytest.mark.parametrize(
    ("other", "replaced"),
    [
        ({"measure": "count", "symbols": ["△", "×"], "max": 0}, True),  # the same set in another order
        ({"measure": "count", "symbols": ["×"], "max": 0}, False),
        ({"measure": "off_equivalent", "symbols": ["△", "×"], "max": 0}, False),
        ({"measure": "count", "symbols": ["△", "×"], "max": 0, "per": "calendar_month"}, False),
        ({"measure": "count", "symbols": ["△", "×"], "min": 2}, False),  # the other side
        ({"measure": "off_equivalent", "max": 0}, False),
    ],
)
def test_measure_symbols_span_and_side_are_governed_apart(other: dict[str, Any], replaced: bool) -> None:
    own = {"measure": "count", "symbols": ["×", "△"], "max": 9, "scope": {"staff_ids": ["a"]}}
    violations = judged({"a": "×○"}, monthly_limits=[other, own])
    assert [v.path for v in violations] == ([] if replaced else ["/settings/monthly_limits/0"])


def test_among_equals_the_first_listed_governs_and_an_inactive_one_does_not() -> None:
    strict, loose = {**OFF, "max": 0}, {**OFF, "max": 7}
    assert judged({"a": "×"}, monthly_limits=[loose, strict]) == []
    assert charged(judged({"a": "×"}, monthly_limits=[{**loose, "is_active": False}, strict]), RULE) == [("soft", 1, 80)]
    assert warned("limit_shadowed", monthly_limits=[loose, strict]) == ["/settings/monthly_limits/1/max"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ({"measure": "count", "symbols": ["○"], "max": 0}, []),
        ({**HALF_DAYS, "min": 2}, ["a"]),
        ({**MINUTES, "max": 0}, ["a", "b"]),
    ],
)
def test_people_on_call_are_left_out_of_all_but_minutes(limit: dict[str, Any], expected: list[str]) -> None:
    violations = judged({"a": "×△", "b": "○⊘"}, monthly_limits=[limit], **BACKUP_ON_CALL)
    assert sorted(v.staff_ids[0] for v in violations) == expected


def test_explains_by_naming_the_limit_the_person_and_the_span() -> None:
    limits = [{**HALF_DAYS, "max": 9, "hard": True}, {**OFF, "max": 1, "per": "calendar_month", "hard": True}]
    result = solved(2, 5, start=FEBRUARY_27, monthly_limits=limits, prefilled={"s0": "×○×", "s1": "·×·××"})
    assert blamed(result, RULE) == [("/settings/monthly_limits/1", ("s1",), ["2026-03-01", "2026-03-03"])]
    assert len(blamed(result, "prefilled")) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("low, terms, high, factors)", "low, terms, high)"),
        Mutant('and limit.measure != "minutes":', "and limit.measure:"),
        Mutant("found += _value", "found = _value"),
        Mutant("found - high if high is not None", "found - high - 1 if high is not None"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closed_day() -> None:
    agree(document(1, 2, monthly_limits=[{**OFF, "max": 0}], calendar={day(0): "must_day_off"}))


def _no_minimum_for_half_the_span() -> None:
    test_employment_for_a_part_prorates_to_the_unit({**OFF, "min": 1}, "·····○○○○○", [])


def _half_days_below() -> None:
    test_costs_days_half_days_or_minutes({**HALF_DAYS, "min": 4}, 3)


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("day not in problem.closed_days:", "day:"), _agreement_on_a_closed_day),
        (Mutant("(prorated_down(", "(prorated_up("), _no_minimum_for_half_the_span),
        (Mutant("[problem.days] if", "list(problem.period.months()) if"), test_each_calendar_month_is_a_span_of_its_own),
        (Mutant('if limit.measure == "off_equivalent" else (halves', "if not limit else (halves"), _half_days_below),
        (Mutant("limit.hard, limit.weight,", "limit.hard, 1,"), test_is_soft_and_weighs_80_by_default),
        (Mutant('"monthly_limits", i)', '"monthly_limits", 0)'), test_explains_by_naming_the_limit_the_person_and_the_span),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
