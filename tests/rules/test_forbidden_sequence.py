"""Forbidden sequence: accepts, rejects, costs, explains; places, history and closed days; the death of its mutants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import (
    BACKUP_ON_CALL,
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

RULE = "forbidden_sequence"
NO_OFF_OFF = {"symbols": ["×", "×"]}


def starts(row: str, entry: dict[str, Any], **parts: Any) -> list[int]:
    """The days (0 = the period's first) on which the sequence begins in one person's row; negative in history."""
    found = dates_of(judged({"a": row}, forbidden_sequences=[entry], **parts), RULE)
    every = [day(i) for i in range(-5, len(row))]
    return sorted(every.index(dates[0]) - 5 for dates in found)


def test_accepts_the_symbols_in_another_order_or_apart() -> None:
    assert starts("×○×○△△×", {"symbols": ["×", "△"]}) == []


def test_rejects_a_prefilled_sequence_when_hard() -> None:
    entry = [{**NO_OFF_OFF, "hard": True}]
    assert solved(1, 3, forbidden_sequences=entry, prefilled={"s0": "○××"}).status == "INFEASIBLE"
    assert solved(1, 3, forbidden_sequences=entry, prefilled={"s0": "×○×"}).status == "OPTIMAL"


def test_costs_one_for_each_occurrence() -> None:
    violations = judged({"a": "×××○", "b": "○○××"}, forbidden_sequences=[{**NO_OFF_OFF, "weight": 7}])
    # ××× holds two occurrences, which overlap
    assert charged(violations, RULE) == [("soft", 1, 7)] * 3
    assert [(v.staff_ids, *map(str, v.dates)) for v in violations] == [
        (("a",), day(0), day(1)),
        (("a",), day(1), day(2)),
        (("b",), day(2), day(3)),
    ]


def test_is_soft_and_weighs_30_by_default() -> None:
    assert charged(judged({"a": "××"}, forbidden_sequences=[NO_OFF_OFF]), RULE) == [("soft", 1, 30)]


def test_the_fewest_occurrences_are_found() -> None:
    # Four days off in five: however they are spread, ×× stands twice (××○××).
    off = [{"measure": "count", "symbols": ["×"], "min": 4, "hard": True}]
    result = solved(1, 5, forbidden_sequences=[NO_OFF_OFF], monthly_limits=off)
    assert (result.status, result.objective) == ("OPTIMAL", 60)


def test_the_default_set_is_four_pairs_of_off_and_early() -> None:
    every_pair = {"a": "××", "b": "△×", "c": "×△", "d": "△△", "e": "○×", "f": "×○", "g": "○△", "h": "△○", "i": "○○"}
    violations = judged_by_default("forbidden_sequences", every_pair)
    assert [(v.staff_ids[0], v.severity, v.penalty) for v in violations] == [(s, "soft", 30) for s in "abcd"]


def test_the_default_set_stands_only_where_its_symbols_exist() -> None:
    types = [{"symbol": "○", "role": "normal", "kind": "work"}, {"symbol": "×", "role": "off", "kind": "off"}]
    violations = judged_by_default("forbidden_sequences", {"a": "××"}, shift_types=types)
    assert [v.path for v in violations] == ["/settings/forbidden_sequences/0"]


@pytest.mark.parametrize("off", [[], None])
def test_an_empty_list_switches_the_rule_off(off: list[Any] | None) -> None:
    assert judged({"a": "××△△"}, forbidden_sequences=off) == []


@pytest.mark.parametrize(
    ("symbols", "row", "expected"),
    [
        ([["×", "△"], "○"], "×○△○○", [0, 2]),  # a place may be a list
        (["△", "○", "△"], "△○△○△", [0, 2]),
        (["×"], "×○×", [0, 2]),  # a sequence of one
        (["×", "×", "×"], "××", []),  # longer than the period
    ],
)
def test_places_are_symbols_or_lists(symbols: list[Any], row: str, expected: list[int]) -> None:
    assert starts(row, {"symbols": symbols}) == expected


@pytest.mark.parametrize(
    ("filtered", "history", "expected"),
    [
        ({"days_of_week": ["monday", "wednesday"]}, "", [0, 2]),
        ({"days_of_week": ["sunday"]}, "×", [-1]),  # Sunday lies in history
        ({"days_of_week": ["saturday"]}, "×", []),
        ({"dates": [day(1)]}, "×", [1]),
        ({"days_of_week": ["monday"], "dates": [day(1)]}, "×", []),
    ],
)
def test_may_be_about_the_days_on_which_it_begins(filtered: dict[str, Any], history: str, expected: list[int]) -> None:
    assert starts("××××", {**NO_OFF_OFF, **filtered}, history={"a": history}) == expected
    entry = {**NO_OFF_OFF, **filtered}
    result = solved(1, 4, forbidden_sequences=[entry], history={"s0": history}, requests=[
        {"staff_id": "s0", "date": day(i), "symbol": "×", "hard": True} for i in range(4)
    ])  # fmt: skip
    assert (result.status, result.bound) == ("OPTIMAL", 30 * len(expected))


def test_days_on_which_it_never_begins_are_told() -> None:
    assert warned("never_applies", 1, 2, forbidden_sequences=[{**NO_OFF_OFF, "days_of_week": ["saturday"]}]) == [
        "/settings/forbidden_sequences/0/days_of_week"
    ]
    assert not warned("never_applies", 1, 2, forbidden_sequences=[{**NO_OFF_OFF, "days_of_week": ["sunday"]}])


@pytest.mark.parametrize(
    ("history", "row", "expected"),
    [
        ("×", "×○○", [-1]),
        ("△×", "×○○", [-1]),
        ("××", "○○○", []),  # wholly past
        ("○", "×○○", []),
        ("", "×○○", []),  # nothing known, nothing held against anybody
    ],
)
def test_may_begin_in_history(history: str, row: str, expected: list[int]) -> None:
    assert starts(row, NO_OFF_OFF, history={"a": history}) == expected


def test_a_longer_one_may_lie_mostly_in_history_but_not_across_a_gap_in_it() -> None:
    three = {"symbols": ["×", "×", "×"]}
    assert starts("×○", three, history={"a": "××"}) == [-2]
    assert starts("×○", three, history={"a": {day(-2): "×"}}) == []


def test_history_binds_the_model_too() -> None:
    entry = [{**NO_OFF_OFF, "hard": True}]
    result = solved(1, 1, forbidden_sequences=entry, history={"s0": "×"}, prefilled={"s0": "×"})
    assert blamed(result, RULE) == [("/settings/forbidden_sequences/0", ("s0",), [day(-1), day(0)])]


@pytest.mark.parametrize(
    ("closed", "row", "history", "expected"),
    [
        (1, "×××", "", []),  # neither into the closed day nor out of it nor over it
        (1, "×××××", "", [2, 3]),
        (-1, "×○○", "×", []),  # the calendar knows the day before the period
    ],
)
def test_does_not_reach_across_closed_days(closed: int, row: str, history: str, expected: list[int]) -> None:
    parts = {"calendar": {day(closed): "must_day_off"}, "history": {"a": history}}
    assert starts(row, NO_OFF_OFF, **parts) == expected


def test_must_work_days_are_no_exception() -> None:
    assert starts("△△○", {"symbols": ["△", "△"]}, calendar={day(1): "must_work"}) == [0]


def test_employment_cuts_the_row() -> None:
    employed = {"staff": [{"id": "a", "employed_from": day(1), "employed_until": day(2)}], "history": {"a": "×"}}
    assert starts("·××·", NO_OFF_OFF, **employed) == [1]


def test_binds_the_people_in_scope_by_every_active_entry() -> None:
    entries = [{**NO_OFF_OFF, "scope": {"staff_ids": ["b"]}}, {**NO_OFF_OFF, "is_active": False}, NO_OFF_OFF]
    violations = judged({"a": "××", "b": "××"}, forbidden_sequences=entries)
    assert [(v.staff_ids[0], v.path[-1]) for v in violations] == [("a", "2"), ("b", "0"), ("b", "2")]


def test_people_on_call_are_bound() -> None:
    violations = judged({"a": "××", "b": "○○"}, forbidden_sequences=[{"symbols": ["○", "○"]}], **BACKUP_ON_CALL)
    assert [v.staff_ids for v in violations] == [("b",)]


def test_explains_by_naming_the_sequence_the_person_and_the_dates() -> None:
    entries = [{"symbols": ["△", "△"], "hard": True}, {**NO_OFF_OFF, "hard": True}]
    result = solved(2, 4, forbidden_sequences=entries, prefilled={"s0": "×○××", "s1": "○△○△"})
    assert blamed(result, RULE) == [("/settings/forbidden_sequences/1", ("s0",), [day(2), day(3)])]
    assert len(blamed(result, "prefilled")) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("len(problem.days) - n + 1)]", "len(problem.days) - n)]"),
        Mutant("return int(problem.before(staff, day) in symbols)", "return 1"),
        Mutant("for last in problem.employed_days(staff):", "for last in problem.employed_days(staff)[1:]:"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_history() -> None:
    agree(document(1, 1, forbidden_sequences=[NO_OFF_OFF], history={"s0": "×"}, prefilled={"s0": "×"}))


def _agreement_across_a_closed_day() -> None:
    agree(document(1, 2, forbidden_sequences=[NO_OFF_OFF], calendar={day(0): "must_day_off"}, prefilled={"s0": "·×"}))


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("for j in range(1 - n, len", "for j in range(0, len"), _agreement_on_history),
        (Mutant("if not any(problem.closed(d) for d in window)", "if window"), _agreement_across_a_closed_day),
        (Mutant("and not any(problem.closed(day) for day in dates)", ""), _agreement_across_a_closed_day),
        (Mutant("entry.hard, entry.weight,", "entry.hard, 30,"), test_costs_one_for_each_occurrence),
        (
            Mutant('"forbidden_sequences", i)', '"forbidden_sequences", 0)'),
            test_explains_by_naming_the_sequence_the_person_and_the_dates,
        ),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
