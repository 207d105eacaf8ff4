"""After closure: accepts, rejects, costs, explains; closures long enough, near enough or begun before; its mutants."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import PERSON_A, SPECIFIC_FIRST, blamed, charged, dates_of, day, document, judged, solved
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "after_closure"
BACK_AT_WORK = {"symbols": ["×"]}


def closed(*days: int) -> dict[str, str]:
    """A calendar with these days of the period (or before it) closed."""
    return {day(i): "must_day_off" for i in days}


def offending(row: str, entry: dict[str, Any], *days: int, **parts: Any) -> list[int]:
    """The days on which one person's row goes against an entry, where the given days are closed."""
    calendar = {**closed(*days), **parts.pop("calendar", {})}
    violations = judged({"a": row}, after_closure=[{**BACK_AT_WORK, **entry}], calendar=calendar, **parts)
    every = [day(i) for i in range(len(row))]
    return sorted(every.index(dates[0]) for dates in dates_of(violations, RULE))


def test_accepts_work_after_a_closure() -> None:
    assert offending("×××○×", {}, 0, 1, 2) == []


def test_rejects_a_prefilled_day_off_when_hard() -> None:
    for hard, status in ((True, "INFEASIBLE"), (False, "OPTIMAL")):
        entry = [{**BACK_AT_WORK, "hard": hard}]
        assert solved(1, 4, after_closure=entry, calendar=closed(0, 1, 2), prefilled={"s0": "···×"}).status == status


def test_costs_one_for_each_cell() -> None:
    rows = {"a": "××××××", "b": "×××○×○", "c": "×××△○○"}
    violations = judged(rows, after_closure=[{**BACK_AT_WORK, "days": 2, "weight": 7}], calendar=closed(0, 1, 2))
    assert charged(violations, RULE) == [("soft", 1, 7)] * 3
    assert [(v.staff_ids, *map(str, v.dates)) for v in violations] == [(("a",), day(3)), (("a",), day(4)), (("b",), day(4))]


def test_is_soft_and_weighs_500_after_three_closed_days_by_default() -> None:
    rows = {"a": "×××××"}
    assert charged(judged(rows, after_closure=[BACK_AT_WORK], calendar=closed(0, 1, 2)), RULE) == [("soft", 1, 500)]
    assert charged(judged(rows, after_closure=[BACK_AT_WORK], calendar=closed(0, 1)), RULE) == []


def test_the_fewest_days_off_are_found() -> None:
    # Two of three have to be off on the first day after: twice 500.
    off = [{"symbols": ["×"], "min": 2, "hard": True}]
    result = solved(3, 4, after_closure=[BACK_AT_WORK], daily_limits=off, calendar=closed(0, 1, 2))
    assert (result.status, result.objective) == ("OPTIMAL", 1000)


@pytest.mark.parametrize(
    ("entry", "days", "row", "expected"),
    [
        ({"min_closed_days": 2}, (1, 2), "××××", [3]),
        ({"min_closed_days": 2}, (1,), "××××", []),
        ({"min_closed_days": 1}, (0, 2), "××××", [1, 3]),
        ({"min_closed_days": 2}, (0, 1, 3, 4), "××××××", [2, 5]),
        ({"min_closed_days": 2}, (0, 2), "××××", []),  # not in a row
        ({"days": 2}, (0, 1, 2), "××××××", [3, 4]),
        ({"days": 2}, (0, 1, 2, 4), "××××××", [3]),  # the second date after is closed itself
        ({"days": 3}, (0, 1, 2, 4), "××××××", [3, 5]),  # dates are counted, closed ones too
        ({"symbols": ["△", "×"]}, (0, 1, 2), "×××△", [3]),
        ({"is_active": False}, (0, 1, 2), "××××", []),
        ({}, (1, 2, 3), "××××", []),  # the period ends with it
    ],
)
def test_closures_long_enough_bind_the_days_after(
    entry: dict[str, Any], days: tuple[int, ...], row: str, expected: list[int]
) -> None:
    assert offending(row, entry, *days) == expected
    asked = [{"staff_id": "s0", "date": day(i), "symbol": k, "weight": 1} for i, k in enumerate(row)]
    agree(document(1, len(row), after_closure=[{**BACK_AT_WORK, **entry}], calendar=closed(*days), requests=asked))


@pytest.mark.parametrize(
    ("days", "entry", "expected"),
    [
        ((-1, 0, 1), {}, [2]),  # begun before the period
        ((-3, -2, -1), {}, [0]),  # wholly before it
        ((-4, -3, -2), {}, []),
        ((-4, -3, -2), {"days": 2}, [0]),
        ((-2, -1), {}, []),
        ((-368, -367, -366), {"days": 366}, [0]),  # however long ago
    ],
)
def test_a_closure_may_begin_before_the_period(days: tuple[int, ...], entry: dict[str, Any], expected: list[int]) -> None:
    assert offending("××××", entry, *days) == expected
    # In the model the same cells have their price: everything else wants ×.
    wish = [{"rule_type": "preferred_shift", "shift": "×", "weight": 1}]
    parts = {"calendar": closed(*days), "priority_rules": wish}
    result = solved(1, 4, after_closure=[{**BACK_AT_WORK, **entry}], **parts)
    assert result.objective == len(expected)


def test_holidays_close_too() -> None:
    golden_week = {"start": date(2027, 5, 3), "holidays": {"country": "JP", "rule": "must_day_off"}}  # three holidays
    assert dates_of(judged({"a": "××××"}, after_closure=[BACK_AT_WORK], **golden_week), RULE) == [["2027-05-06"]]


def test_a_must_work_day_is_open() -> None:
    must_work = {day(3): "must_work"}
    assert offending("××××", {}, 0, 1, 2, calendar=must_work, prefilled={"a": "···×"}) == [3]


def test_outside_employment_nothing_is_asked() -> None:
    assert offending("····×", {"days": 2}, 0, 1, 2, staff=[{"id": "a", "employed_from": day(4)}]) == [4]


def test_every_entry_applies_whatever_its_scope() -> None:
    entries = [{**BACK_AT_WORK, "scope": scope} for scope in SPECIFIC_FIRST]
    entries.append({**BACK_AT_WORK, "scope": {"statuses": ["パート"]}})
    violations = judged({"a": "××××"}, after_closure=entries, calendar=closed(0, 1, 2), **PERSON_A)
    assert charged(violations, RULE) == [("soft", 1, 500)] * 5


def test_explains_by_naming_the_entry_the_person_and_the_date() -> None:
    entries = [{"symbols": ["△"], "hard": True}, {**BACK_AT_WORK, "hard": True}]
    result = solved(2, 5, after_closure=entries, calendar=closed(0, 1, 2), prefilled={"s0": "···○×", "s1": "···×"})
    assert blamed(result, RULE) == [("/settings/after_closure/1", ("s1",), [day(3)])]
    assert blamed(result, "prefilled") == [(f"/prefilled/s1/{day(3)}", ("s1",), [day(3)])]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("if closed >= entry.min_closed_days:", "if closed > entry.min_closed_days:"),
        Mutant("(day - since).days <= entry.days", "(day - since).days < entry.days"),
        Mutant("range(1, entry.days + 1)", "range(1, entry.days + 2)"),
        Mutant(
            "problem.closed(plus(last, -j)) for j in range(length)",
            "problem.closed(plus(last, -j)) for j in range(length - 1)",
        ),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closure_before() -> None:
    off = [{"symbols": ["×"], "min": 1, "hard": True}]
    agree(document(1, 1, after_closure=[BACK_AT_WORK], calendar=closed(-3, -2, -1), daily_limits=off))


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (
            Mutant("for j in range(-reach, len(problem.days))", "for j in range(len(problem.days))"),
            _agreement_on_a_closure_before,
        ),
        (Mutant("entry.hard, entry.weight,", "entry.hard, 500,"), test_costs_one_for_each_cell),
        (Mutant('"after_closure", i)', '"after_closure", 0)'), test_explains_by_naming_the_entry_the_person_and_the_date),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
