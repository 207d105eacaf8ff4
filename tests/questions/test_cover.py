"""Who can stand in: ranked, judged by the checker, with what each option changes."""

from __future__ import annotations

from typing import Any

import pytest

from solver import ProblemError, read_schedule
from solver.questions.cover import CoverOption, suggest_cover
from solver.questions.plans import CoverPlan
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


def plans(rows: dict[str, str], dates: list[int], limit: int | None = None, **parts: Any) -> list[CoverPlan]:
    """The plans for some days of a roster written as rows of symbols on which a is off."""
    asked = problem(people(*rows), max(map(len, rows.values())), **parts)
    roster = read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked)
    return list(suggest_cover(asked, roster, "a", [day(i) for i in dates], limit=limit).plans)


def who(found: list[CoverPlan]) -> list[tuple[Any, ...]]:
    return [(plan.rank, [one.staff_id for one in plan.stand_ins], plan.same) for plan in found]


def test_one_date_needs_no_plan() -> None:
    assert plans({"a": "○", "b": "△"}, [0], **backed_up("a", "b")) == []


def test_a_limit_over_both_days_is_seen_by_the_plan_alone() -> None:
    # b and c are equal backups, each on △ and on ○ at most once a week: either can come on either day, none on both.
    ones = [{"symbols": ["○"], "max": 1, "hard": True, "scope": {"staff_ids": ["b", "c"]}}]
    equal = [{"staff_id": s, "priority_order": 1} for s in "bc"]
    rows = {"a": "○○", "b": "△△", "c": "△△"}
    found = plans(rows, [0, 1], weekly_limits=ones, **{**backed_up("a", *equal)})
    working = [plan for plan in found if plan.works]
    assert all(not plan.same for plan in working)
    same = [plan for plan in found if plan.same]
    assert {plan.stand_ins[0].staff_id for plan in same} == {"b", "c"}
    assert {plan.new_violations[0].rule for plan in same if plan.new_violations} >= {"weekly_limit"}
    assert all(plan.rank is None for plan in same)


def test_plans_are_ranked_by_their_whole_penalty() -> None:
    # Nobody backs a up; one △ is wanted daily (30). b and c pay 7 for each ○ left, and anyone 100 for △△, as a does before.
    parts: dict[str, Any] = {
        "daily_limits": [{"symbols": ["△"], "min": 1, "weight": 30}],
        "requests": [{"staff_id": s, "date": day(i), "symbol": "○", "weight": 7} for s in "bc" for i in (0, 1)],
        "forbidden_sequences": [{"symbols": ["△", "△"], "weight": 100}],
    }
    found = plans({"a": "△△", "b": "○○", "c": "○○"}, [1, 0], **parts)
    assert [plan.penalty for plan in found] == sorted(plan.penalty for plan in found)
    assert [(plan.penalty, plan.same) for plan in found[:2]] == [(-86, False), (-86, False)]
    assert {tuple(one.staff_id for one in plan.stand_ins) for plan in found[:2]} == {("b", "c"), ("c", "b")}
    assert [one.date.isoformat() for one in found[0].stand_ins] == [day(0), day(1)]
    assert found[0].message.startswith("A is off: ")
    assert plans({"a": "△△", "b": "○○", "c": "○○"}, [0, 1], limit=1, **parts) == found[:1]


def test_the_same_person_on_all_dates_changes_each_cell_once() -> None:
    (best, *_) = plans({"a": "○×○", "b": "△△△"}, [0, 2], **backed_up("a", "b"))
    assert who([best]) == [(1, ["b", "b"], True)]
    assert sorted((c.staff_id, c.date.isoformat(), c.after) for c in best.changes) == [
        ("a", day(0), "×"),
        ("a", day(2), "×"),
        ("b", day(0), "○"),
        ("b", day(2), "○"),
    ]


def test_where_nobody_can_come_on_a_date_there_is_no_plan() -> None:
    assert plans({"a": "○○", "b": "△×"}, [0, 1], prefilled={"b": "·×"}, **backed_up("a", "b")) == []


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
