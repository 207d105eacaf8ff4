"""Who can stand in: ranked, judged by the checker, with what each option changes."""

from __future__ import annotations

from typing import Any

import pytest

from solver import ProblemError, read_schedule
from solver.questions.cover import CoverOption, suggest_cover
from tests.builders import MONDAY, _cells, backed_up, day, people, problem


def options(rows: dict[str, str], absent: str = "a", **parts: Any) -> list[CoverOption]:
    """The options for the first day of a roster written as rows of symbols."""
    asked = problem(people(*rows), max(map(len, rows.values())), **parts)
    roster = read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked)
    return list(suggest_cover(asked, roster, absent, [MONDAY]).dates[0].options)


def told(found: list[CoverOption]) -> list[tuple[Any, ...]]:
    return [(o.rank, o.staff_id, o.why) for o in found]


def moves(option: CoverOption) -> list[tuple[str, str | None, str]]:
    return [(c.staff_id, c.before, c.after) for c in option.changes]


def test_backups_by_order_then_nobody() -> None:
    # b, the first backup, is on ○; c, the second, would have to come from △. Without anybody nothing breaks: b is there.
    found = options({"a": "○", "b": "○", "c": "△"}, **backed_up("a", "b", "c"))
    assert told(found) == [(1, "b", None), (2, "c", None), (3, None, None)]
    assert moves(found[0]) == [("a", "○", "×")]
    assert moves(found[1]) == [("a", "○", "×"), ("c", "△", "○")]


def test_nobody_is_no_option_where_cover_is_due() -> None:
    found = options({"a": "○", "b": "△"}, **backed_up("a", "b"))
    assert told(found) == [(1, "b", None)]


@pytest.mark.parametrize(
    ("row", "pins", "why"), [("×", {}, "off"), ("⊘", {}, "away"), ("△", {"b": "△"}, "pinned"), ("×", {"b": "×"}, "pinned")]
)
def test_who_cannot_come_is_told_why(row: str, pins: dict[str, str], why: str) -> None:
    found = options({"a": "○", "b": row, "c": "○"}, prefilled=pins, **backed_up("a", "b", "c"))
    assert told(found) == [(1, "c", None), (2, None, None), (None, "b", why)]


def test_a_member_who_is_off_too() -> None:
    found = options({"a": "○", "b": "×", "c": "○"}, **backed_up("ab", "b", "c"))
    assert (None, "b", "absent_member") in told(found)


def test_an_idle_person_on_call_is_called_in() -> None:
    found = options({"a": "○", "b": "⊘"}, **backed_up("a", {"staff_id": "b", "assignment_type": "on_call"}))
    assert told(found) == [(1, "b", None)]
    assert moves(found[0]) == [("a", "○", "×"), ("b", "⊘", "○")]


def test_one_swap_keeps_the_early_shift_filled() -> None:
    # One person must be on △. The backup b stands there, so c on ○ has to take over.
    early = [{"symbols": ["△"], "min": 1, "hard": True}]
    found = options({"a": "○", "b": "△", "c": "○"}, daily_limits=early, **backed_up("a", "b"))
    assert told(found) == [(1, "b", None)]
    assert moves(found[0]) == [("a", "○", "×"), ("b", "△", "○"), ("c", "○", "△")]


def test_a_hard_rule_that_would_break_is_named() -> None:
    early = [{"symbols": ["△"], "min": 1, "hard": True}]
    (only,) = options({"a": "○", "b": "△"}, daily_limits=early, **backed_up("a", "b"))
    assert (only.works, only.why, only.new_violations[0].rule) == (False, "hard_rule", "daily_limit")
    assert only.message == only.new_violations[0].message


def test_others_take_the_shift_itself_and_cost_what_the_soft_rules_say() -> None:
    # Nobody backs a up. △ is to be held by one (soft, 30): with nobody it costs 30, with b it costs nothing.
    early = [{"symbols": ["△"], "min": 1, "weight": 30}]
    found = options({"a": "△", "b": "○"}, daily_limits=early)
    assert [(o.staff_id, o.penalty) for o in found] == [("b", 0), (None, 30)]
    assert moves(found[0]) == [("a", "△", "×"), ("b", "○", "△")]


def test_a_cell_fixed_at_work_gives_way_to_the_sick_call() -> None:
    found = options({"a": "○", "b": "○"}, prefilled={"a": "○"}, **backed_up("a", "b"))
    assert told(found) == [(1, "b", None), (2, None, None)]


def test_the_absent_persons_own_rules_are_held_against_nobody() -> None:
    twice_off = [{"symbols": [["×"], ["×"]], "hard": True}]
    found = options({"a": "○×", "b": "○○"}, forbidden_sequences=twice_off, **backed_up("a", "b"))
    assert told(found) == [(1, "b", None), (2, None, None)]
    assert [v.rule for v in found[0].new_violations] == ["forbidden_sequence"]


def test_every_fault_at_once() -> None:
    asked = problem(people("a"), 2)
    with pytest.raises(ProblemError) as caught:
        suggest_cover(asked, read_schedule({}, asked), "z", [day(0), day(5), "soon"], symbol="○", limit=0)
    assert [(f.code, f.path) for f in caught.value.faults] == [
        ("unknown_staff", "/staff_id"),
        ("outside_period", "/dates/1"),
        ("bad_date", "/dates/2"),
        ("bad_value", "/symbol"),
        ("out_of_range", "/limit"),
    ]


def test_dates_outside_employment() -> None:
    asked = problem([{"id": "a", "employed_from": day(1)}], 2)
    with pytest.raises(ProblemError) as caught:
        suggest_cover(asked, read_schedule({}, asked), "a", [MONDAY])
    assert [f.code for f in caught.value.faults] == ["outside_employment"]
