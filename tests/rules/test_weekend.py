"""Weekends: accepts, rejects, costs, explains; their halves at borders and on closed days; the death of its mutants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from solver import ProblemError, read_problem
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
from tests.strategies import TYPES

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


LONG = {"days": ["friday", "saturday", "sunday"]}


@pytest.mark.parametrize(
    ("row", "expected"),
    [("○○", []), ("△△", []), ("○△", [1]), ("○×", []), ("×△", []), ("××", []), ("○○" + WEEK + "△○" + WEEK + "○△", [2])],
)
def test_identical_weekends_cost_each_further_shift(row: str, expected: list[int]) -> None:
    assert amounts(row, {"identical": True}) == expected
    agree_on(row, {"identical": True})


@pytest.mark.parametrize(
    ("row", "complete", "identical"),
    [
        ("○○○", [], []),
        ("○△◇", [], [2]),
        ("○△○", [], [1]),
        ("×○○", [1], []),
        ("○×○", [1], []),  # counted by its days off, wherever they lie
        ("×○△", [1], [1]),
        ("×○×", [2], []),
    ],
)
def test_a_weekend_may_be_longer(row: str, complete: list[int], identical: list[int]) -> None:
    friday = SATURDAY - timedelta(days=1)
    types = [*TYPES, {"symbol": "◇", "role": "late", "kind": "work"}]
    for entry, expected in (({"complete": True}, complete), ({"identical": True}, identical)):
        assert amounts(row, {**entry, **LONG}, start=friday, shift_types=types) == expected
        agree_on(row, {**entry, **LONG}, start=friday, shift_types=types)
    assert amounts(row, {**NONE, **LONG}, start=friday, shift_types=types) == [1]


@pytest.mark.parametrize(
    ("worked", "bound", "expected"),
    [
        ("11101", {"max_consecutive": 2}, [1]),
        ("11111", {"max_consecutive": 2}, [3]),
        ("11011", {"max_consecutive": 2}, []),
        ("01010", {"min_consecutive": 3}, [2, 2]),
        ("01101", {"min_consecutive": 3}, [1]),
        ("10001", {"min_consecutive": 3}, []),  # who knows what lies beyond
        ("10011", {"min_consecutive": 3, "border": "closed"}, [2, 1]),
        ("11111", {"min_consecutive": 6, "border": "closed"}, [1]),
        ("11111", {"min_consecutive": 6}, []),
        ("01000", {"min_consecutive": 2, "max_consecutive": 3}, [1]),
    ],
)
def test_costs_weekends_in_a_row(worked: str, bound: dict[str, Any], expected: list[int]) -> None:
    row = WEEK.join("○×" if one == "1" else "××" for one in worked)
    assert sorted(amounts(row, bound), reverse=True) == expected
    agree_on(row, bound)


def agree_on(row: str, entry: dict[str, Any], **parts: Any) -> None:
    """The model judges the row as the checker does; its cells are asked for, so that they stay variables."""
    start = parts.get("start", SATURDAY)
    asked = [{"staff_id": "s0", "date": day_from(i, start), "symbol": k, "hard": True} for i, k in enumerate(row)]
    result = solved(1, len(row), weekends=[entry], requests=asked, **{"start": SATURDAY, **parts})
    assert (result.status, result.bound) == ("OPTIMAL", 30 * sum(amounts(row, entry, **parts)))


def test_the_days_of_a_weekend_follow_each_other() -> None:
    with pytest.raises(ProblemError) as caught:
        document_read(weekends=[{"complete": True, "days": ["friday", "sunday"]}])
    assert [(fault.code, fault.path) for fault in caught.value.faults] == [("bad_value", "/settings/weekends/0/days")]


def test_a_minimum_in_a_row_is_at_most_the_maximum() -> None:
    with pytest.raises(ProblemError) as caught:
        document_read(weekends=[{"min_consecutive": 3, "max_consecutive": 2}])
    (fault,) = caught.value.faults
    assert (fault.code, fault.path) == ("min_above_max", "/settings/weekends/0/max_consecutive")


def document_read(**parts: Any) -> None:
    read_problem(document(1, 7, **parts))


def test_explains_weekends_in_a_row_and_different_shifts() -> None:
    weekends = [{"max_consecutive": 1, "hard": True}, {"identical": True, "hard": True}]
    for cells, entry, dates in (("○×" + WEEK + "○×", 0, [day(0), day(8)]), ("○△" + WEEK + "××", 1, [day(0), day(1)])):
        result = solved(1, 9, start=SATURDAY, weekends=weekends, prefilled={"s0": cells})
        assert blamed(result, RULE) == [(f"/settings/weekends/{entry}", ("s0",), dates)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("None, touched, entry.max_working)", "None, touched, entry.max_working + 1)"),
        Mutant("for off in range(1, len(works)):", "for off in range(2, len(works)):"),
        Mutant("if 0 < len(row) < len(weekend)}", "if 1 < len(row) < len(weekend)}"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closed_saturday() -> None:
    agree(document(1, 2, start=SATURDAY, weekends=[COMPLETE], calendar={day(0): "must_day_off"}, prefilled={"s0": "·○"}))


def _three_weekends_where_none_should_be() -> None:
    assert amounts("○○" + WEEK + "○○" + WEEK + "○○", NONE) == [3]


def _half_a_weekend_is_identical() -> None:
    agree_on("○×", {"identical": True})


def _three_shifts_in_a_row() -> None:
    test_a_weekend_may_be_longer("○△◇", [], [2])


def _weekends_in_a_row() -> None:
    test_costs_weekends_in_a_row("11111", {"max_consecutive": 2}, [3])
    test_costs_weekends_in_a_row("01010", {"min_consecutive": 3}, [2, 2])


def _weekends_at_the_border() -> None:
    test_costs_weekends_in_a_row("10001", {"min_consecutive": 3}, [])
    test_costs_weekends_in_a_row("10011", {"min_consecutive": 3, "border": "closed"}, [2, 1])


def _saturday_of_history() -> None:
    test_weekends_cut_by_the_period(SUNDAY, "○", "×", [1], [])


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("and not any(map(problem.closed, days)):", ":"), _agreement_on_a_closed_saturday),
        (Mutant("and not any(map(problem.closed, w))}", "}"), _agreement_on_a_closed_saturday),
        (Mutant("len(working) - entry.max_working, message", "1, message"), _three_weekends_where_none_should_be),
        (Mutant("return None if symbol is None else int(symbol in symbols)", "return None"), _saturday_of_history),
        (Mutant("weekend, strict=True) if day in problem.period))", "weekend, strict=True)))"), _saturday_of_history),
        (Mutant("works[1], negated(stands(second, k))]", "negated(stands(second, k))]"), _half_a_weekend_is_identical),
        (Mutant("len(set(row)) - 1 for", "1 for"), _three_shifts_in_a_row),
        (Mutant("len(weekends) - entry.max_consecutive if", "1 if"), _weekends_in_a_row),
        (Mutant("pattern, amount=least - length)", "pattern)"), _weekends_in_a_row),
        (Mutant('entry.border == "closed" or not touching', "True"), _weekends_at_the_border),
        (
            Mutant('= entry.min_consecutive or 0, entry.border == "closed"', "= entry.min_consecutive or 0, False"),
            _weekends_at_the_border,
        ),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
