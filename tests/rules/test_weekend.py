"""Weekends: accepts, rejects, costs, explains; their halves at borders and on closed days; the death of its mutants."""

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
    dates_of,
    document,
    judged,
    row,
    solved,
)
from tests.builders import day as day_from
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "weekend"
SATURDAY, SUNDAY = MONDAY + timedelta(days=5), MONDAY + timedelta(days=6)
WEEK = "×××××"  # Monday to Friday
NONE, COMPLETE = {"max_working": 0}, {"complete": True}


def day(index: int) -> str:
    """The ISO date `index` days after the Saturday on which most of these periods start."""
    return day_from(index, SATURDAY)


def amounts(row: str, entry: dict[str, Any], **parts: Any) -> list[int]:
    """What one person's weekends are charged."""
    return [amount for _, amount, _ in charged(judged({"a": row}, weekends=[entry], **{"start": SATURDAY, **parts}), RULE)]


def test_accepts_weekends_within_bounds() -> None:
    assert amounts("○△" + WEEK + "××", {"max_working": 1, **COMPLETE}) == []


@pytest.mark.parametrize(("entry", "row"), [(NONE, "○○"), (COMPLETE, "○×"), (COMPLETE, "×○")])
def test_rejects_prefilled_weekends_when_hard(entry: dict[str, Any], row: str) -> None:
    for hard, status in ((True, "INFEASIBLE"), (False, "OPTIMAL")):
        result = solved(1, 2, start=SATURDAY, weekends=[{**entry, "hard": hard}], prefilled={"s0": row})
        assert result.status == status


def test_costs_the_weekends_above_the_maximum_of_each_person() -> None:
    rows = {"a": "○×" + WEEK + "×△" + WEEK + "○○", "b": "××" + WEEK + "○○" + WEEK + "××"}
    violations = judged(rows, start=SATURDAY, weekends=[{"max_working": 1, "weight": 7}])
    assert charged(violations, RULE) == [("soft", 2, 14)]  # a: 3 − 1; one day of a weekend is a worked weekend
    assert [v.staff_ids for v in violations] == [("a",)]


def test_costs_the_weekends_half_worked_of_each_person() -> None:
    rows = {"a": "○×" + WEEK + "×△" + WEEK + "○○", "b": "×○" + WEEK + "○○" + WEEK + "××"}
    violations = judged(rows, start=SATURDAY, weekends=[{**COMPLETE, "weight": 7}])
    assert charged(violations, RULE) == [("soft", 2, 14), ("soft", 1, 7)]
    assert dates_of(violations, RULE) == [[day(0), day(1), day(7), day(8)], [day(0), day(1)]]


def test_both_sides_of_an_entry_are_charged_apart() -> None:
    assert amounts("○×", {**NONE, **COMPLETE}) == [1, 1]


def test_is_soft_and_weighs_30_by_default() -> None:
    assert charged(judged({"a": "○×"}, start=SATURDAY, weekends=[NONE]), RULE) == [("soft", 1, 30)]
    assert charged(judged({"a": "○×"}, start=SATURDAY, weekends=[COMPLETE]), RULE) == [("soft", 1, 30)]


def test_the_least_excess_is_found() -> None:
    # One of three Saturdays is fixed on ○ and one more has to be worked: 2 − 1 = 1 weekend above.
    work = [{"symbols": ["○"], "min": 1, "dates": [day(7)], "hard": True}]
    result = solved(1, 16, start=SATURDAY, weekends=[{"max_working": 1}], daily_limits=work, prefilled={"s0": "○"})
    assert (result.status, result.objective) == ("OPTIMAL", 30)


def test_the_fewest_halves_are_found() -> None:
    # Saturday is fixed on ○ for one of two weekends, on × for its Sunday: 1 half, the other weekend can be whole.
    result = solved(1, 9, start=SATURDAY, weekends=[COMPLETE], prefilled={"s0": "○×·····○"})
    assert (result.status, result.objective) == ("OPTIMAL", 30)


@pytest.mark.parametrize(
    ("entry", "row", "expected"),
    [
        ({**NONE, "symbols": ["△"]}, "○○", []),
        ({**NONE, "symbols": ["△"]}, "○△", [1]),
        ({**COMPLETE, "symbols": ["△"]}, "○△", [1]),
        ({**COMPLETE, "symbols": ["×"]}, "×⊘", [1]),
        ({**NONE}, "×⊘", []),  # away is no work
        ({**COMPLETE}, "×⊘", []),
        ({**NONE, "is_active": False}, "○○", []),
    ],
)
def test_is_about_work_or_the_given_symbols(entry: dict[str, Any], row: str, expected: list[int]) -> None:
    assert amounts(row, entry) == expected


def test_weekdays_do_not_matter() -> None:
    assert amounts("○○○○○", {**NONE, **COMPLETE}, start=MONDAY) == []


@pytest.mark.parametrize(
    ("start", "history", "row", "halves", "worked"),
    [
        (SUNDAY, "○", "×", [1], []),  # the Saturday of history completes the weekend, but is not of this period
        (SUNDAY, "×", "○", [1], [1]),
        (SUNDAY, "○", "○", [], [1]),
        (SUNDAY, "", "○", [], [1]),  # half a weekend is known: nothing to complete
        (SATURDAY, "", "○", [], [1]),  # its Sunday lies beyond the period
    ],
)
def test_weekends_cut_by_the_period(start: Any, history: str, row: str, halves: list[int], worked: list[int]) -> None:
    for entry, expected in ((COMPLETE, halves), (NONE, worked)):
        assert amounts(row, entry, start=start, history={"a": history}) == expected
        agree(document(1, 1, start=start, history={"s0": history}, prefilled={"s0": row}, weekends=[entry]))


@pytest.mark.parametrize("closed", [0, 1])
def test_a_weekend_with_a_closed_day_is_not_to_be_completed(closed: int) -> None:
    parts = {"calendar": {day(closed): "must_day_off"}}
    row = "×○" if closed == 0 else "○×"
    assert amounts(row, COMPLETE, **parts) == []
    assert amounts(row, NONE, **parts) == [1]


def test_must_work_days_are_no_exception() -> None:
    calendar = {day(0): "must_work"}
    assert solved(1, 2, start=SATURDAY, weekends=[NONE], calendar=calendar).objective == 30


def test_a_weekend_cut_by_employment_is_not_to_be_completed() -> None:
    parts = {"staff": [{"id": "a", "employed_from": day(1)}], "history": {"a": "○"}}
    assert amounts("·○", COMPLETE, **parts) == []
    assert amounts("·○", NONE, **parts) == [1]


def test_every_entry_applies_whatever_its_scope() -> None:
    weekends = [{**NONE, "scope": scope} for scope in SPECIFIC_FIRST]
    assert charged(judged({"a": "○○"}, start=SATURDAY, weekends=weekends, **PERSON_A), RULE) == [("soft", 1, 30)] * 5


def test_people_on_call_are_left_out() -> None:
    parts = {"start": SATURDAY, **BACKUP_ON_CALL}
    assert charged(judged({"a": "××", "b": "○⊘"}, weekends=[{**NONE, **COMPLETE}], **parts), RULE) == []
    # He comes in to cover, weekend or not.
    parts |= {"weekends": [{**NONE, "hard": True}], "backup_coverage": {}, "prefilled": {"a": "××"}}
    assert row(solved([{"id": "a"}, {"id": "b"}], 2, **parts), "b") == "○○"


def test_explains_a_maximum_by_naming_the_entry_and_the_person() -> None:
    weekends = [{"max_working": 2, "hard": True}, {"max_working": 1, "hard": True}]
    prefilled = {"s0": "○○" + WEEK + "××", "s1": "○×" + WEEK + "×○"}
    result = solved(2, 9, start=SATURDAY, weekends=weekends, prefilled=prefilled)
    assert blamed(result, RULE) == [("/settings/weekends/1", ("s1",), [day(0), day(8)])]
    assert len(blamed(result, "prefilled")) == 2


def test_explains_a_half_by_naming_the_entry_the_person_and_the_weekend() -> None:
    weekends = [{"max_working": 2, "hard": True}, {**COMPLETE, "hard": True}]
    prefilled = {"s0": "○○" + WEEK + "××", "s1": "○○" + WEEK + "×○"}
    result = solved(2, 9, start=SATURDAY, weekends=weekends, prefilled=prefilled)
    assert blamed(result, RULE) == [("/settings/weekends/1", ("s1",), [day(7), day(8)])]
    assert len(blamed(result, "prefilled")) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("None, touched, entry.max_working)", "None, touched, entry.max_working + 1)"),
        Mutant("([saturday, negated(sunday)], [negated(saturday), sunday])", "([saturday, negated(sunday)],)"),
        Mutant("and works[0] != works[1]", "and works[0] and not works[1]"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closed_saturday() -> None:
    agree(document(1, 2, start=SATURDAY, weekends=[COMPLETE], calendar={day(0): "must_day_off"}, prefilled={"s0": "·○"}))


def _three_weekends_where_none_should_be() -> None:
    assert amounts("○○" + WEEK + "○○" + WEEK + "○○", NONE) == [3]


def _saturday_of_history() -> None:
    test_weekends_cut_by_the_period(SUNDAY, "○", "×", [1], [])


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("and not problem.closed(w.saturday)", ""), _agreement_on_a_closed_saturday),
        (Mutant("and not any(map(problem.closed, weekend))", ""), _agreement_on_a_closed_saturday),
        (Mutant("len(working) - entry.max_working, message", "1, message"), _three_weekends_where_none_should_be),
        (Mutant("return None if symbol is None else int(symbol in symbols)", "return None"), _saturday_of_history),
        (Mutant("weekend, strict=True) if day in problem.period):", "weekend, strict=True)):"), _saturday_of_history),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
