"""Stretch: accepts, rejects, costs, explains; the borders of the period, history and closed days; its mutants."""

from __future__ import annotations

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
    judged_by_default,
    solved,
    warned,
)
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "stretch"
WORK, OFF = {"kind": "work"}, {"kind": "off"}


def amounts(row: str, entry: dict[str, Any], **parts: Any) -> list[int]:
    """By how many days one person's stretches are too long or too short, in the order of their dates."""
    violations = [v for v in judged({"a": row}, stretches=[entry], **parts) if v.rule == RULE]
    return [v.amount for v in sorted(violations, key=lambda v: v.dates)]


def the_model_agrees(row: str, entry: dict[str, Any], **parts: Any) -> None:
    """The model judges the row as the checker does; its cells are not fixed but asked for, so that they stay variables."""
    asked = [{"staff_id": "s0", "date": day(i), "symbol": k, "hard": True} for i, k in enumerate(row)]
    agree(document(1, len(row), stretches=[entry], requests=asked, **parts))


def test_accepts_stretches_within_bounds() -> None:
    assert amounts("×○○×○△○×", {**WORK, "min": 2, "max": 3}) == []


def test_rejects_prefilled_stretches_when_hard() -> None:
    for bound, bad, good in (({"max": 2}, "×○○○×", "×○○×○"), ({"min": 2}, "×○×○○", "×○○×○")):
        entry = [{**WORK, **bound, "hard": True}]
        assert solved(1, 5, stretches=entry, prefilled={"s0": bad}).status == "INFEASIBLE"
        assert solved(1, 5, stretches=entry, prefilled={"s0": good}).status == "OPTIMAL"


def test_costs_the_days_too_long_of_each_stretch() -> None:
    violations = judged({"a": "○○○○×○△○", "b": "○×○○○×○○"}, stretches=[{**WORK, "max": 2, "weight": 7}])
    # a: 4 − 2 and 3 − 2, △ is work; b: 3 − 2
    assert charged(violations, RULE) == [("soft", 2, 14), ("soft", 1, 7), ("soft", 1, 7)]
    assert [(v.staff_ids, v.dates[0].isoformat(), len(v.dates)) for v in violations] == [
        (("a",), day(0), 4),
        (("b",), day(2), 3),
        (("a",), day(5), 3),
    ]


def test_costs_the_days_too_short_of_each_stretch() -> None:
    violations = judged({"a": "×○×○○×○"}, stretches=[{**WORK, "min": 4, "weight": 7}])
    # ○ lacks 3 and ○○ lacks 2; the last ○ touches the end
    assert charged(violations, RULE) == [("soft", 3, 21), ("soft", 2, 14)]
    assert dates_of(violations, RULE) == [[day(1)], [day(3), day(4)]]


def test_is_soft_and_weighs_200_by_default() -> None:
    assert charged(judged({"a": "○○"}, stretches=[{**WORK, "max": 1}]), RULE) == [("soft", 1, 200)]


def test_the_default_is_five_working_days() -> None:
    violations = judged_by_default("stretches", {"a": "○△○△○××", "b": "○△○△○○○", "c": "×××××××"})
    assert [(v.staff_ids[0], v.severity, v.amount, v.penalty) for v in violations] == [("b", "soft", 2, 400)]


@pytest.mark.parametrize("off", [[], None])
def test_an_empty_list_switches_the_rule_off(off: list[Any] | None) -> None:
    assert judged({"a": "○○○○○○○"}, stretches=off) == []


def test_the_least_excess_is_found() -> None:
    # Seven days, one off: in the middle it leaves 3 and 3, each 1 above 2: 2 × 200.
    off = [{"measure": "count", "symbols": ["×"], "max": 1, "hard": True}]
    result = solved(1, 7, stretches=[{**WORK, "max": 2}], monthly_limits=off)
    assert (result.status, result.objective) == ("OPTIMAL", 400)


def test_the_least_shortage_is_found() -> None:
    # × is fixed on both sides of two cells, one of which has to be worked: work both, 3 − 2 = 1 short.
    work = [{"symbols": ["○", "△"], "min": 1, "dates": [day(2)], "hard": True}]
    result = solved(1, 5, stretches=[{**WORK, "min": 3}], daily_limits=work, prefilled={"s0": "○×··×"})
    assert (result.status, result.objective) == ("OPTIMAL", 200)


@pytest.mark.parametrize(
    ("entry", "row", "expected"),
    [
        ({**OFF, "max": 1}, "○××○×", [1]),
        ({**OFF, "min": 2}, "○×○××", [1]),
        ({**OFF, "max": 1}, "×⊘×", []),  # ⊘ is no day off
        ({"symbols": ["△"], "max": 1}, "△△○△", [1]),
        ({"symbols": ["×", "△"], "min": 2}, "○×○△×○", [1]),
    ],
)
def test_is_about_days_off_or_given_symbols_too(entry: dict[str, Any], row: str, expected: list[int]) -> None:
    assert amounts(row, entry) == expected


@pytest.mark.parametrize(
    ("history", "row", "bound", "expected"),
    [
        ("○○", "○○×○", {"max": 3}, [1]),  # 2 + 2 − 3
        ("×○○", "○×○○", {"max": 3}, []),
        ("○○○○○", "○×", {"max": 3}, [3]),  # it was too long already, and goes on: 6 − 3
        ("○○○○○", "×○", {"max": 3}, []),  # past
        ("○×", "○○○", {"max": 3}, []),
        ("×○", "○×○", {"min": 3}, [1]),  # 1 + 1
        ("×○○", "○×○", {"min": 3}, []),
        ("×", "○×○", {"min": 3}, [2]),  # it is known to begin in the period
        ("×○", "×○○○", {"min": 3}, []),  # past
        ("○", "○×○", {"min": 3}, [1]),  # it counts what history says: 1 + 1
        ("", "○×○", {"min": 3}, []),  # nothing known of its start
        ("", "×○○", {"min": 3}, []),  # nothing known of its end
        ("", "○○○", {"min": 9}, []),
        ("", "○○○○", {"max": 3}, [1]),
    ],
)
def test_the_borders_of_the_period(history: str, row: str, bound: dict[str, int], expected: list[int]) -> None:
    assert amounts(row, {**WORK, **bound}, history={"a": history}) == expected
    the_model_agrees(row, {**WORK, **bound}, history={"s0": history})


@pytest.mark.parametrize(
    ("history", "row", "bound", "expected"),
    [
        ("", "○×○", {"min": 3}, [2, 2]),  # nothing lies beyond
        ("", "○○○", {"min": 5}, [2]),
        ("", "×○○", {"min": 2}, []),
        ("○○", "○×○", {"min": 3}, [2]),  # what history says still counts
        ("", "○○○○", {"min": 2, "max": 3}, [1]),
    ],
)
def test_with_a_closed_border_nothing_lies_beyond(
    history: str, row: str, bound: dict[str, int], expected: list[int]
) -> None:
    entry = {**WORK, **bound, "border": "closed"}
    assert amounts(row, entry, history={"a": history}) == expected
    the_model_agrees(row, entry, history={"s0": history})


def test_a_closed_border_lies_at_the_ends_of_employment_too() -> None:
    staff = [{"id": "a", "employed_from": day(1), "employed_until": day(3)}]
    assert amounts("·○×○", {**WORK, "min": 2, "border": "closed"}, staff=staff) == [1, 1]
    assert amounts("·○×○", {**WORK, "min": 2}, staff=staff) == []


@pytest.mark.parametrize(
    ("history", "row", "expected"),
    [
        ("×○", "×○○", [2]),  # the first day ends it
        ("×○", "○×○", [1]),
        ("×○○○", "×○○", []),
        ("○", "×○○", [2]),  # it counts what history says
        ("×", "×○○", []),
        ("", "×○○", []),
        ("×○", "○○○", []),
    ],
)
def test_a_stretch_of_history_that_the_first_day_ends_may_count(history: str, row: str, expected: list[int]) -> None:
    entry = {**WORK, "min": 3, "include_history": True}
    assert amounts(row, entry, history={"a": history}) == expected
    the_model_agrees(row, entry, history={"s0": history})


def test_what_the_first_day_ends_is_told_on_that_day() -> None:
    entry = {**WORK, "min": 3, "include_history": True}
    found = judged({"a": "×○○"}, stretches=[entry], history={"a": "×○"})
    assert dates_of(found, RULE) == [[day(0)]]


def test_history_with_a_gap_ends_where_it_begins() -> None:
    history = {"a": {day(-1): "○", day(-3): "○"}}
    assert amounts("○○×", {**WORK, "max": 3}, history=history) == []
    assert amounts("○○○", {**WORK, "max": 3}, history=history) == [1]


@pytest.mark.parametrize(
    ("row", "entry", "pins", "expected"),
    [
        ("○○×○○", {**WORK, "max": 2}, "", []),
        ("○○○○○", {**WORK, "max": 2}, "··○", []),  # whatever is fixed there
        ("○○○○○", {"symbols": ["○"], "max": 2}, "··○", []),
        ("×○×○×", {**WORK, "min": 2}, "", [1, 1]),  # ended by the closed day: ○ alone on both sides
        ("○××○○", {**OFF, "max": 1}, "", [1]),  # days off go on through it
    ],
)
def test_a_closed_day_ends_a_work_stretch(row: str, entry: dict[str, Any], pins: str, expected: list[int]) -> None:
    parts = {"calendar": {day(2): "must_day_off"}}
    assert amounts(row, entry, prefilled={"a": pins}, **parts) == expected
    the_model_agrees(row, entry, prefilled={"s0": pins}, **parts)


def test_a_closed_day_of_history_ends_a_work_stretch() -> None:
    parts = {"calendar": {day(-1): "must_day_off"}, "history": {"a": "○○○"}}
    assert amounts("○○", {**WORK, "max": 2}, **parts) == []


def test_must_work_days_are_no_exception() -> None:
    calendar = {day(i): "must_work" for i in range(4)}
    assert solved(1, 4, stretches=[{**WORK, "max": 3}], calendar=calendar).objective == 200


@pytest.mark.parametrize(
    ("row", "bound", "expected"),
    [("·○×··", {"min": 2}, []), ("·×○··", {"min": 2}, []), ("·○○··", {"max": 1}, [1])],
)
def test_at_the_ends_of_employment_a_stretch_is_never_too_short(
    row: str, bound: dict[str, int], expected: list[int]
) -> None:
    employed = [{"id": "a", "employed_from": day(1), "employed_until": day(2)}]
    assert amounts(row, {**WORK, **bound}, staff=employed, history={"a": "×"}) == expected


@pytest.mark.parametrize("place", range(len(SPECIFIC_FIRST) - 1))
def test_the_most_specific_scope_governs(place: int) -> None:
    specific, general = SPECIFIC_FIRST[place : place + 2]
    for given, expected in (((7, 1), []), ((1, 7), [("soft", 1, 200)])):
        entries = [{**WORK, "max": m, "scope": s} for m, s in zip(given, (specific, general), strict=True)]
        assert charged(judged({"a": "○○"}, stretches=entries[::-1], **PERSON_A), RULE) == expected


@pytest.mark.parametrize(
    ("other", "replaced"),
    [
        ({"symbols": ["△", "○"], "max": 1}, True),  # the symbols of kind work
        ({"symbols": ["○"], "max": 1}, False),
        ({**WORK, "min": 4}, False),  # the other side
        ({**OFF, "max": 1}, False),
    ],
)
def test_each_side_and_each_set_of_symbols_is_governed_apart(other: dict[str, Any], replaced: bool) -> None:
    own = {**WORK, "max": 9, "scope": {"staff_ids": ["a"]}}
    violations = judged({"a": "×○○××"}, stretches=[other, own])
    assert [v.path for v in violations] == ([] if replaced else ["/settings/stretches/0"])


def test_among_equals_the_first_listed_governs_and_an_inactive_one_does_not() -> None:
    strict, loose = {**WORK, "max": 1}, {**WORK, "max": 7}
    assert judged({"a": "○○"}, stretches=[loose, strict]) == []
    assert charged(judged({"a": "○○"}, stretches=[{**loose, "is_active": False}, strict]), RULE) == [("soft", 1, 200)]
    assert warned("limit_shadowed", stretches=[loose, strict]) == ["/settings/stretches/1/max"]


def test_people_on_call_are_counted() -> None:
    violations = judged({"a": "×××", "b": "○○⊘"}, stretches=[{**WORK, "max": 1}], **BACKUP_ON_CALL)
    assert [(v.staff_ids, v.amount) for v in violations if v.rule == RULE] == [(("b",), 1)]


def test_explains_a_maximum_by_naming_the_entry_the_person_and_the_dates() -> None:
    entries = [{**OFF, "max": 2, "hard": True}, {**WORK, "max": 2, "hard": True}]
    result = solved(2, 5, stretches=entries, prefilled={"s0": "○○×○○", "s1": "×○○○×"})
    assert blamed(result, RULE) == [("/settings/stretches/1", ("s1",), [day(1), day(2), day(3)])]
    assert len(blamed(result, "prefilled")) == 3


def test_explains_a_minimum_by_naming_the_entry_the_person_and_the_dates() -> None:
    entries = [{**OFF, "max": 2, "hard": True}, {**WORK, "min": 2, "hard": True}]
    result = solved(2, 5, stretches=entries, prefilled={"s0": "○○×○○", "s1": "××○×○"})
    assert blamed(result, RULE) == [("/settings/stretches/1", ("s1",), [day(2)])]
    assert len(blamed(result, "prefilled")) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("if at < longest:", "if at < longest + 1:"),
        Mutant("for length in range(1, min(", "for length in range(2, min("),
        Mutant("resting if day in problem.closed_days else symbols)", "symbols)"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _too_long_in_history() -> None:
    test_the_borders_of_the_period("○○○○○", "○×", {"max": 3}, [3])


def _two_days_too_short() -> None:
    test_the_borders_of_the_period("×", "○×○", {"min": 3}, [2])


def _nothing_known_of_its_start() -> None:
    test_the_borders_of_the_period("", "○×○", {"min": 3}, [])


def _ends_of_what_lies_in_history() -> None:
    test_a_stretch_of_history_that_the_first_day_ends_may_count("×○", "×○○", [2])
    test_a_stretch_of_history_that_the_first_day_ends_may_count("×○", "○○○", [])


def _nothing_beyond() -> None:
    test_with_a_closed_border_nothing_lies_beyond("", "○×○", {"min": 3}, [2, 2])


def _kind_work_by_its_symbols() -> None:
    test_each_side_and_each_set_of_symbols_is_governed_apart({"symbols": ["△", "○"], "max": 1}, True)


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("[*lits, *reaching])", "[0])"), _too_long_in_history),
        (Mutant("amount = length - (entry.max or 0)", "amount = len(dates) - (entry.max or 0)"), _too_long_in_history),
        (Mutant("amount=shortest - length)", "amount=1)"), _two_days_too_short),
        (Mutant("if length and not unknown and not goes_on:", "if length and not unknown:"), _ends_of_what_lies_in_history),
        (Mutant("start if entry.include_history else", "start if False else"), _ends_of_what_lies_in_history),
        (Mutant('unknown = entry.border == "open" and', "unknown ="), _nothing_beyond),
        (Mutant("**row, plus(days[-1], 1): 0}", "**row}"), _nothing_beyond),
        (Mutant("(open_start or open_end)", "open_end"), _nothing_known_of_its_start),
        (Mutant("entry.hard, entry.weight,", "entry.hard, 200,"), test_costs_the_days_too_long_of_each_stretch),
        (Mutant('"stretches", i)', '"stretches", 0)'), test_explains_a_maximum_by_naming_the_entry_the_person_and_the_dates),
        (
            Mutant("frozenset(_symbols(problem, entry))", "frozenset(entry.symbols or (entry.kind,))"),
            _kind_work_by_its_symbols,
        ),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
