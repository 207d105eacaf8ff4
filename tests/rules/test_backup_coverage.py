"""Backup coverage: when a member is off, the first backup who can stands on ○. Tests are numbered by the clauses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from solver import Problem, Schedule, check, read_problem
from solver.domain.group import StaffGroup
from solver.rules.backup_coverage import no_backup_fact
from tests.agreement import agree
from tests.builders import backed_up, blamed, charged, dates_of, day, document, judged, people, problem, row, shared, solved
from tests.mutation import Mutant, assert_dies, killed_by
from tests.strategies import TYPES, problems

SOFT = {"hard": False}
STRICT = {"priority": "strict"}
TUESDAY = 2  # day(0) is a Monday


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "backup_coverage")


def required(staff: str, symbol: str, **more: Any) -> list[dict[str, Any]]:
    """An order that is no prefilled cell: the person stands on the symbol by plan."""
    return [{"rule_type": "required_shift", "staff_ids": [staff], "shift": symbol, **more}]


# ---- absence and trigger --------------------------------------------------------------------------


def test_nobody_absent_asks_for_nobody() -> None:
    assert of({"m": "○△", "a": "△×"}, **backed_up("m", "a")) == []  # △ counts half a day off, but is no absence


def test_every_kind_of_day_off_is_an_absence() -> None:
    paid = {"symbol": "休", "kind": "off"}
    trip = {"symbol": "張", "kind": "away"}
    types = [{"symbol": "○", "role": "normal", "kind": "work"}, {"symbol": "×", "role": "off", "kind": "off"}, paid, trip]
    assert of({"m": "×休張○", "a": "××××"}, shift_types=types, **backed_up("m", "a")) == [("hard", 1, 500)] * 3


def on_call_for_another_group(**parts: Any) -> dict[str, Any]:
    """Group g of m, backed up by a; m himself is on call for a group h."""
    settings = backed_up("m", "a")
    settings["staff_groups"].append({"id": "h", "members": ["a"]})
    settings["backup_assignments"].append({"id": "a9", "staff_id": "m", "group_id": "h", "assignment_type": "on_call"})
    return settings | parts


def test_an_ordinary_person_on_away_is_absent_and_an_idle_on_call_one_is_not() -> None:
    assert of({"m": "⊘", "a": "×"}, **backed_up("m", "a")) == [("hard", 1, 500)]
    assert of({"m": "⊘", "a": "○"}, **on_call_for_another_group()) == []


def test_an_on_call_member_on_a_day_off_or_away_elsewhere_is_absent() -> None:
    trip = [*TYPES, {"symbol": "張", "kind": "away"}]
    for symbol in "×張":
        team = on_call_for_another_group(shift_types=trip, prefilled={"m": symbol})
        assert of({"m": symbol, "a": "△"}, **team) == [("hard", 2, 1000)]


def test_closed_days_trigger_nothing() -> None:
    calendar = {day(0): "must_day_off"}
    assert of({"m": "××", "a": "×○"}, calendar=calendar, **backed_up("m", "a")) == []
    assert solved(people("m", "a"), 1, calendar=calendar, **backed_up("m", "a")).covers == ()


def test_must_work_days_trigger_as_any_open_day() -> None:
    settings = {"calendar": {day(0): "must_work"}, "prefilled": {"m": "×"}, **backed_up("m", "a")}
    assert row(solved(people("m", "a"), 1, **settings), "a") == "○"
    assert of({"m": "×", "a": "△"}, **settings) == [("hard", 2, 1000)]


def test_people_who_have_left_are_not_absent() -> None:
    staff = [{"id": "m", "employed_until": day(0)}, {"id": "a"}]
    assert of({"m": "○", "a": "○×"}, staff=staff, **backed_up("m", "a")) == []
    assert of({"m": "○×", "a": "○×"}, staff=staff, **backed_up("m", "a")) == []  # the cell itself is another rule's matter


def test_inactive_groups_ask_for_nobody() -> None:
    assert of({"m": "×", "a": "×"}, **backed_up("m", "a", is_active=False)) == []


def test_null_switches_the_rule_off() -> None:
    assert judged({"m": "×", "a": "×"}, **backed_up("m", "a") | {"backup_coverage": None}) == []


# ---- clause 1: covered ----------------------------------------------------------------------------


def test_1_an_absence_puts_the_backup_on_normal() -> None:
    # Left to himself a would rather stand on △ (10) on every day; only the absence moves him, on that day alone.
    wish = [{"staff_id": "a", "date": day(i), "symbol": "△"} for i in range(3)]
    result = solved(people("m", "a"), 3, prefilled={"m": "○×○"}, requests=wish, **backed_up("m", "a"))
    assert (result.status, row(result, "a"), result.objective) == ("OPTIMAL", "△○△", 10)


def test_1_a_member_stays_where_nobody_can_cover_him() -> None:
    wish = [{"staff_id": "m", "date": day(0), "symbol": "×", "weight": 1000}]
    result = solved(people("m", "a"), 1, prefilled={"a": "×"}, requests=wish, **backed_up("m", "a"))
    assert (result.status, result.objective) == ("OPTIMAL", 1000)


def test_1_one_cover_does_for_two_absences() -> None:
    assert of({"m": "×", "n": "×", "a": "○", "b": "×"}, **backed_up("mn", "a", "b", cover="one")) == []


def test_1_each_needs_a_cover_for_every_absent_member() -> None:
    roster = {"m": "××", "n": "×○", "a": "○○", "b": "××"}
    # day 0: two absent, one on ○, one missing; day 1: one absent, one on ○
    assert of(roster, **backed_up("mn", "a", "b", cover="each")) == [("hard", 1, 500)]
    result = solved(people("m", "n", "a", "b"), 1, prefilled={"m": "×", "n": "×"}, **backed_up("mn", "a", "b", cover="each"))
    assert (row(result, "a"), row(result, "b")) == ("○", "○")


def test_1_fewer_eligible_than_needed_breaks_it() -> None:
    team = {"prefilled": {"m": "×", "n": "×"}, **backed_up("mn", "a", cover="each")}
    assert solved(people("m", "n", "a"), 1, **team).status == "INFEASIBLE"
    assert of({"m": "×", "n": "×", "a": "○"}, **team) == [("hard", 1, 500)]


def test_1_nobody_covers_his_own_absence() -> None:
    team = {"prefilled": {"m": "×"}, **backed_up("m", "m")}
    assert solved(people("m"), 1, **team).status == "INFEASIBLE"
    assert of({"m": "×"}, **team) == [("hard", 1, 500)]


def test_1_a_member_covers_his_colleague() -> None:
    assert of({"m": "○×", "n": "×○"}, **backed_up("mn", "m", "n")) == []


def test_1_a_prefilled_backup_is_as_fixed_as_anyone() -> None:
    team = backed_up("m", "a")
    assert solved(people("m", "a"), 1, prefilled={"m": "×", "a": "△"}, **team).status == "INFEASIBLE"
    assert solved(people("m", "a"), 1, prefilled={"m": "×", "a": "○"}, **team).status == "OPTIMAL"
    # Pinned to △ he is excused from clause 2, so that only the missing cover is left.
    assert of({"m": "×", "a": "△"}, prefilled={"a": "△"}, **team) == [("hard", 1, 500)]


def test_1_a_backup_on_normal_stands_in_for_every_group() -> None:
    result = solved(people("m", "n", "b"), 1, prefilled={"m": "×", "n": "×"}, **shared("bg", "bh"))
    assert result.status == "OPTIMAL"
    assert [(c.group_id, c.staff_id) for c in result.covers] == [("g", "b"), ("h", "b")]


@pytest.mark.parametrize(("cap", "status"), [(1, "INFEASIBLE"), (2, "OPTIMAL")])
def test_1_covers_per_day_caps_the_groups(cap: int, status: str) -> None:
    result = solved(people("m", "n", "b"), 1, prefilled={"m": "×", "n": "×"}, **shared("bg", "bh", covers_per_day=cap))
    assert result.status == status


def test_1_a_cap_of_one_costs_the_second_group() -> None:
    violations = judged({"m": "×", "n": "×", "b": "○"}, **shared("bg", "bh", covers_per_day=1))
    assert charged(violations, "backup_coverage") == [("hard", 1, 500)]


def test_1_a_cap_calls_a_second_backup() -> None:
    team = {"prefilled": {"m": "×", "n": "×"}, **shared("bg", "cg", "bh", covers_per_day=1)}
    result = solved(people("m", "n", "b", "c"), 1, **team)
    assert (row(result, "b"), row(result, "c")) == ("○", "○")
    assert [(c.group_id, c.staff_id) for c in result.covers] == [("g", "c"), ("h", "b")]


def test_1_the_cap_holds_for_each_day_anew() -> None:
    result = solved(people("m", "n", "b"), 2, prefilled={"m": "×○", "n": "○×"}, **shared("bg", "bh", covers_per_day=1))
    assert (result.status, row(result, "b")) == ("OPTIMAL", "○○")


# ---- clause 2: nobody who could come is passed over -----------------------------------------------


def test_2_a_backup_on_another_shift_is_passed_over() -> None:
    # Clause 1 is met by b; that a, who comes first, stands on △ breaks clause 2 once.
    assert of({"m": "×", "a": "△", "b": "○"}, **backed_up("m", "a", "b")) == [("hard", 1, 500)]


def test_2_the_only_backup_at_other_work_breaks_both_clauses() -> None:
    assert of({"m": "×", "a": "△"}, **backed_up("m", "a")) == [("hard", 2, 1000)]  # one missing, one passed over


def test_2_everybody_passed_over_counts() -> None:
    # nobody on ○: one cover missing, and both a and b could have come
    assert of({"m": "×", "a": "△", "b": "△"}, **backed_up("m", "a", "b")) == [("hard", 3, 1500)]


def test_2_a_prefilled_cell_excuses() -> None:
    assert of({"m": "×", "a": "△", "b": "○"}, prefilled={"a": "△"}, **backed_up("m", "a", "b")) == []


@pytest.mark.parametrize(("orders", "amounts"), [((1, 2), []), ((1, 1), []), ((2, 1), [1])])
def test_2_backups_of_the_same_or_smaller_order_meet_the_need(orders: tuple[int, int], amounts: list[int]) -> None:
    backups = ({"staff_id": "a", "priority_order": orders[0]}, {"staff_id": "b", "priority_order": orders[1]})
    found = of({"m": "×", "a": "○", "b": "△"}, **backed_up("m", *backups))
    assert [amount for _, amount, _ in found] == amounts


def test_2_whichever_of_equal_order_comes() -> None:
    backups = [{"staff_id": b, "priority_order": 1} for b in "ab"]
    early = [{"symbols": ["△"], "min": 1, "hard": True}]
    for first in (backups, backups[::-1]):
        result = solved(people("m", "a", "b"), 1, prefilled={"m": "×", "b": "○"}, demand=early, **backed_up("m", *first))
        assert (result.status, row(result, "a"), result.objective) == ("OPTIMAL", "△", 0)


def test_2_the_first_comes_and_the_second_is_left_at_other_work() -> None:
    early = [{"symbols": ["△"], "min": 1, "hard": True}]
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×"}, demand=early, **backed_up("m", "a", "b"))
    assert (row(result, "a"), row(result, "b")) == ("○", "△")


def test_2_each_asks_for_the_first_as_many_as_are_absent() -> None:
    team = backed_up("mn", "a", "b", "c", cover="each")
    assert of({"m": "×", "n": "×", "a": "○", "b": "○", "c": "△"}, **team) == []
    # Two covers are there, but one of them, c, comes after b, who stands on △.
    assert of({"m": "×", "n": "×", "a": "○", "b": "△", "c": "○"}, **team) == [("hard", 1, 500)]


def test_2_an_idle_on_call_backup_is_passed_over() -> None:
    called = {"staff_id": "a", "assignment_type": "on_call"}
    assert of({"m": "×", "a": "⊘", "b": "○"}, **backed_up("m", called, "b")) == [("hard", 1, 500)]
    assert of({"m": "×", "b": "○", "a": "⊘"}, **backed_up("m", "b", called)) == []
    assert of({"m": "×", "a": "⊘", "b": "○"}, prefilled={"a": "⊘"}, **backed_up("m", called, "b")) == []


def test_2_who_is_off_or_away_is_not_at_work() -> None:
    roster = {"m": "××", "a": "×⊘", "b": "○○"}
    assert of(roster, **backed_up("m", "a", "b")) == []


def test_2_under_a_cap_only_covers_meet_the_need() -> None:
    # a alone can cover h, so that his ○ is no cover for g any more, and b has to leave △.
    wish = [{"staff_id": "b", "date": day(0), "symbol": "△", "weight": 1000}]
    team = {"prefilled": {"m": "×", "n": "×"}, **shared("ag", "bg", "ah", covers_per_day=1)}
    result = solved(people("m", "n", "a", "b"), 1, requests=wish, **team)
    assert (row(result, "a"), row(result, "b")) == ("○", "○")


# ---- clause 3: available or strict ----------------------------------------------------------------


def test_3_available_lets_a_backup_have_his_day_off() -> None:
    wish = [{"staff_id": "a", "date": day(0), "symbol": "×", "weight": 1000}]
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×"}, requests=wish, **backed_up("m", "a", "b"))
    assert (row(result, "a"), row(result, "b")) == ("×", "○")


def test_3_strict_takes_the_first_backup_s_planned_day_off() -> None:
    wish = [{"staff_id": "a", "date": day(0), "symbol": "×", "weight": 1000}]
    team = backed_up("m", "a", "b", coverage=STRICT)
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×"}, requests=wish, **team)
    assert (result.status, row(result, "a"), result.objective) == ("OPTIMAL", "○", 1000)
    assert of({"m": "×", "a": "×", "b": "○"}, **team) == [("hard", 1, 500)]


def test_3_strict_goes_on_to_the_next_where_the_first_is_pinned() -> None:
    team = {"prefilled": {"m": "×", "a": "×"}, **backed_up("m", "a", "b", "c", coverage=STRICT)}
    assert of({"m": "×", "a": "×", "b": "○", "c": "×"}, **team) == []
    assert of({"m": "×", "a": "×", "b": "×", "c": "○"}, **team) == [("hard", 1, 500)]


def test_3_strict_leaves_a_backup_pinned_on_normal_obliged() -> None:
    team = {"prefilled": {"m": "×", "a": "○"}, **backed_up("m", "a", "b", coverage=STRICT)}
    assert row(solved(people("m", "a", "b"), 1, **team), "a") == "○"
    assert of({"m": "×", "a": "○", "b": "×"}, **team) == []


def test_3_strict_is_content_with_any_of_equal_order() -> None:
    backups = [{"staff_id": b, "priority_order": 1} for b in "ab"]
    team = backed_up("m", *backups, {"staff_id": "c", "priority_order": 2}, coverage=STRICT)
    assert of({"m": "×", "a": "×", "b": "○", "c": "×"}, **team) == []
    assert of({"m": "×", "a": "○", "b": "×", "c": "×"}, **team) == []
    assert of({"m": "×", "a": "×", "b": "×", "c": "○"}, **team) == [("hard", 1, 500)]


def test_3_strict_never_obliges_somebody_by_his_own_absence() -> None:
    team = backed_up("m", "m", "b", coverage=STRICT)
    assert of({"m": "×", "b": "○"}, **team) == []
    wish = [{"staff_id": "m", "date": day(0), "symbol": "×"}]
    assert solved(people("m", "b"), 1, requests=wish, **team).objective == 0


def test_3_strict_obliges_an_absent_member_by_the_absence_of_another() -> None:
    team = backed_up("mn", "n", "b", coverage=STRICT)
    # m's absence obliges n, whose own day off was only planned; n's obliges b, who stands on ○.
    assert of({"m": "×", "n": "×", "b": "○"}, **team) == [("hard", 1, 500)]
    assert of({"m": "×", "n": "×", "b": "○"}, prefilled={"n": "×"}, **team) == []


def test_3_strict_counts_nobody_twice() -> None:
    # a on △ is passed over at work (2); that he is also the first (3) is the same breach; b covers (1).
    assert of({"m": "×", "a": "△", "b": "○"}, **backed_up("m", "a", "b", coverage=STRICT)) == [("hard", 1, 500)]


def test_3_strict_calls_an_on_call_backup_who_comes_first() -> None:
    called = {"staff_id": "a", "assignment_type": "on_call"}
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×"}, **backed_up("m", called, "b", coverage=STRICT))
    assert row(result, "a") == "○"


# ---- nobody eligible ------------------------------------------------------------------------------

GONE = {"staff_id": "a", "effective_until": "2026-02-01"}


def test_no_backup_is_soft_in_a_group_with_an_assignment() -> None:
    violations = judged({"m": "××", "a": "××"}, **backed_up("m", GONE))
    assert charged(violations, "backup_coverage") == [("soft", 1, 200), ("soft", 1, 200)]  # per group and day
    assert dates_of(violations, "backup_coverage") == [[day(0)], [day(1)]]
    assert {v.group_id for v in violations} == {"g"}


def test_no_backup_costs_one_however_many_are_absent() -> None:
    team = backed_up("mn", GONE, cover="each", coverage={"no_backup_weight": 7})
    assert of({"m": "×", "n": "×", "a": "○"}, **team) == [("soft", 1, 7)]


def test_no_backup_is_weighed_against_the_wish_to_be_off() -> None:
    for weight, cell, objective in ((199, "○", 199), (201, "×", 200)):
        wish = [{"staff_id": "m", "date": day(0), "symbol": "×", "weight": weight}]
        result = solved(people("m", "a"), 1, requests=wish, prefilled={"a": "○"}, **backed_up("m", GONE))
        assert (row(result, "m") == "×", result.objective) == (cell == "×", objective)


def test_require_backup_makes_it_hard() -> None:
    team = backed_up("m", GONE, require_backup=True)
    assert of({"m": "×", "a": "○"}, **team) == [("hard", 1, 200)]
    assert solved(people("m", "a"), 1, prefilled={"m": "×"}, **team).status == "INFEASIBLE"
    wish = [{"staff_id": "m", "date": day(0), "symbol": "×", "weight": 1000}]
    assert solved(people("m", "a"), 1, requests=wish, **team).objective == 1000


def test_require_backup_is_hard_also_without_any_assignment() -> None:
    assert of({"m": "×"}, **backed_up("m", require_backup=True)) == [("hard", 1, 200)]
    assert solved(people("m"), 1, prefilled={"m": "×"}, **backed_up("m", require_backup=True)).status == "INFEASIBLE"


@pytest.mark.parametrize("backups", [(), ({"staff_id": "a", "is_active": False},)])
def test_a_group_without_any_active_assignment_is_not_charged(backups: tuple[dict[str, Any], ...]) -> None:
    assert of({"m": "×", "a": "△"}, **backed_up("m", *backups)) == []
    result = solved(people("m", "a"), 1, prefilled={"m": "×"}, **backed_up("m", *backups))
    assert (result.status, result.objective) == ("OPTIMAL", 0)


def test_a_group_without_any_assignment_is_warned_of_once() -> None:
    result = solved(people("m", "a"), 3, prefilled={"m": "××○"}, **backed_up("m"))
    assert [(w.code, w.path) for w in result.warnings] == [("group_without_backup", "/settings/staff_groups/0")]


# ---- eligible -------------------------------------------------------------------------------------


def test_effective_dates_include_both_ends() -> None:
    dated = {"staff_id": "a", "effective_from": day(1), "effective_until": day(2)}
    violations = judged({"m": "××××", "a": "××××"}, **backed_up("m", dated))
    assert charged(violations, "backup_coverage") == [("hard", 1, 500)] * 2 + [("soft", 1, 200)] * 2
    assert dates_of(violations, "backup_coverage") == [[day(1)], [day(2)], [day(0)], [day(3)]]


def test_open_effective_dates() -> None:
    since, until = {"staff_id": "a", "effective_from": day(1)}, {"staff_id": "a", "effective_until": day(1)}
    for backup, uncovered in ((since, [[day(0)]]), (until, [[day(2)]])):
        assert dates_of(judged({"m": "×××", "a": "○○○"}, **backed_up("m", backup)), "backup_coverage") == uncovered


def test_assignments_succeed_each_other() -> None:
    team = backed_up("m", {"staff_id": "a", "effective_until": day(0)}, {"staff_id": "b", "effective_from": day(1)})
    result = solved(people("m", "a", "b"), 2, prefilled={"m": "××", "a": "·△", "b": "△·"}, **team)
    assert (row(result, "a"), row(result, "b"), result.objective) == ("○△", "△○", 0)


@pytest.mark.parametrize(
    "backup",
    [{"employed_from": day(1)}, {"employed_until": "2026-02-28"}, {"is_active": False}],
)
def test_a_backup_who_is_not_employed_is_not_eligible(backup: dict[str, Any]) -> None:
    staff = [{"id": "m"}, {"id": "a", **backup}]
    assert of({"m": "×"}, staff=staff, **backed_up("m", "a")) == [("soft", 1, 200)]


def test_inactive_assignments_are_no_assignments() -> None:
    team = backed_up("m", {"staff_id": "a", "is_active": False}, "b")
    assert of({"m": "×", "a": "△", "b": "○"}, **team) == []


def test_a_hard_allowance_without_normal_makes_a_backup_ineligible() -> None:
    team = backed_up("m", "a", "b")
    hard = [{"scope": {"staff_ids": ["a"]}, "symbols": ["△", "×"], "hard": True}]
    assert of({"m": "×", "a": "△", "b": "○"}, allowed_shifts=hard, **team) == []
    # A soft one asks no less of him: passed over on △.
    soft = [{**hard[0], "hard": False}]
    assert of({"m": "×", "a": "△", "b": "○"}, allowed_shifts=soft, **team) == [("hard", 1, 500)]
    inactive = [{**hard[0], "is_active": False}]
    assert of({"m": "×", "a": "△", "b": "○"}, allowed_shifts=inactive, **team) == [("hard", 1, 500)]


def test_a_hard_block_of_normal_makes_a_backup_ineligible_on_its_days() -> None:
    blocked = [{"rule_type": "blocked_shift", "staff_ids": ["a"], "shift": "○", "days_of_week": [TUESDAY]}]
    violations = judged({"m": "××", "a": "△△"}, priority_rules=blocked, **backed_up("m", "a"))
    assert charged(violations, "backup_coverage") == [("hard", 2, 1000), ("soft", 1, 200)]
    assert dates_of(violations, "backup_coverage") == [[day(0)], [day(1)]]


@pytest.mark.parametrize(
    ("change", "calendar"),
    [
        ({"hard": False}, None),
        ({"shift": "△"}, None),
        ({"except_symbols": ["○"]}, None),
        ({"rule_type": "avoided_shift"}, None),
        ({}, "must_work"),
    ],
)
def test_what_does_not_forbid_normal_leaves_a_backup_eligible(change: dict[str, Any], calendar: str | None) -> None:
    rule = {"rule_type": "blocked_shift", "staff_ids": ["a"], "shift": "○", **change}
    days = {day(0): calendar} if calendar else {}
    assert of({"m": "×", "a": "○"}, priority_rules=[rule], calendar=days, prefilled={"m": "×"}, **backed_up("m", "a")) == []
    missing = of({"m": "×", "a": "×"}, priority_rules=[rule], calendar=days, prefilled={"m": "×"}, **backed_up("m", "a"))
    assert missing == [("hard", 1, 500)]


def test_required_other_work_does_not_release_a_backup() -> None:
    settings = {"prefilled": {"m": "×"}, "priority_rules": required("a", "△"), **backed_up("m", "a")}
    assert solved(people("m", "a"), 1, **settings).status == "INFEASIBLE"


# ---- prices, limits, conflicts --------------------------------------------------------------------


def test_soft_coverage_costs_weight_times_amount() -> None:
    # a has to stay on △: one cover missing (1) and one passed over at work (2), 2 × 500.
    settings = {"prefilled": {"m": "×"}, "priority_rules": required("a", "△"), **backed_up("m", "a", coverage=SOFT)}
    result = solved(people("m", "a"), 1, **settings)
    assert (result.status, result.objective) == ("OPTIMAL", 1000)
    # Planned off he is only missing, 1 × 3.
    settings |= {"priority_rules": required("a", "×"), "backup_coverage": {**SOFT, "weight": 3}}
    assert solved(people("m", "a"), 1, **settings).objective == 3


def test_soft_coverage_counts_every_missing_cover() -> None:
    pins = {"m": "×", "n": "×", "a": "×"}
    result = solved(people("m", "n", "a"), 1, prefilled=pins, **backed_up("mn", "a", cover="each", coverage=SOFT))
    assert (result.status, result.objective) == ("OPTIMAL", 1000)  # two needed, none there


def test_a_backup_s_cell_counts_once_in_every_limit() -> None:
    limits = {"daily_limits": [{"symbols": ["×"], "max": 0}], "monthly_limits": [{"symbols": ["×"], "max": 0}]}
    violations = judged({"m": "○", "n": "○", "b": "×"}, prefilled={"b": "×"}, **limits, **shared("bg", "bh"))
    assert charged(violations, "daily_limit") == [("soft", 1, 50)]
    assert charged(violations, "monthly_limit") == [("soft", 1, 80)]


def test_explains_by_naming_the_group_its_people_and_the_day() -> None:
    pins = {"m": "○×", "a": "○×"}
    result = solved(people("m", "a", "x"), 2, prefilled=pins, **backed_up("m", "a"))
    assert blamed(result, "backup_coverage") == [("/settings/staff_groups/0", ("m", "a"), [day(1)])]
    assert blamed(result, "prefilled") == [(f"/prefilled/{s}/{day(1)}", (s,), [day(1)]) for s in "am"]
    (fact,) = (f for f in result.conflicts[0].facts if f.rule == "backup_coverage")
    assert fact.group_id == "g"
    assert "A" in fact.message


def test_explains_a_day_without_backup() -> None:
    result = solved(people("m", "a"), 2, prefilled={"m": "○×"}, **backed_up("m", GONE, require_backup=True))
    assert blamed(result, "backup_coverage") == [("/settings/staff_groups/0", ("m", "a"), [day(1)])]


def test_explains_a_cap_by_both_groups() -> None:
    pins = {"m": "×", "n": "×"}
    result = solved(people("m", "n", "b"), 1, prefilled=pins, **shared("bg", "bh", covers_per_day=1))
    groups = {path for path, _, _ in blamed(result, "backup_coverage")}
    assert groups == {"/settings/staff_groups/0", "/settings/staff_groups/1"}


def test_the_least_breach_is_found_where_it_cannot_be_kept() -> None:
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×", "a": "×"}, **backed_up("m", "a"))
    assert (result.status, result.score.hard if result.score else None) == ("INFEASIBLE", 500)


# ---- the clauses, read once more ------------------------------------------------------------------


def literally(problem: Problem, roster: Schedule, group: StaffGroup, on: date) -> tuple[int, int, int]:
    """Amounts of coverage and of priority for a group and an open day, and the obligations of strict that are not met."""
    kinds = {t.symbol: t.kind for t in problem.settings.shift_types}
    cell = {p.id: roster.at(p.id, on) for p in problem.staff if p.employed_on(on)}
    calls = {a.staff_id for a in problem.assignments if a.assignment_type == "on_call"}

    def idle(s: str) -> bool:
        return s in calls and cell[s] == "⊘"

    absent = [m for m in group.members if m in cell and kinds[cell[m]] != "work" and not idle(m)]
    need = len(absent) if group.cover == "each" else min(1, len(absent))
    order: dict[str, int] = {}
    for a in sorted(problem.settings.backup_assignments, key=lambda a: a.priority_order):
        started = a.effective_from is None or a.effective_from <= on
        ended = a.effective_until is not None and a.effective_until < on
        if a.is_active and a.group_id == group.id and started and not ended and a.staff_id in cell:
            order.setdefault(a.staff_id, a.priority_order)
    if not absent or not order:
        return 0, 0, 0
    pins = {s: row.get(on) for s, row in problem.prefilled.items() if on in row}
    standing = [s for s in order if cell[s] == "○"]
    covers = standing[:need]
    could_come = [s for s in order if s not in pins and (idle(s) or (kinds[cell[s]] == "work" and cell[s] != "○"))]
    at_work = [s for s in could_come if sum(order[b] <= order[s] for b in standing) < need]
    last = max((order[s] for s in covers), default=0)
    by_plan = [s for s in order if order[s] < last and s not in covers and pins.get(s, "○") == "○"]
    unmet = 0
    for m in absent:
        free = [s for s in order if s != m and pins.get(s, "○") == "○"]
        first = [s for s in free if order[s] == order[free[0]]]
        unmet += bool(first) and not any(cell[s] == "○" for s in first)
    return need - len(covers) + len(at_work), len(by_plan), unmet


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(rules=("backup_coverage", "backup_priority"), cells=9), st.data())
def test_finds_what_the_clauses_say(made: dict[str, Any], data: st.DataObject) -> None:
    strict = data.draw(st.booleans())
    made["settings"]["backup_coverage"] = {"priority": "strict" if strict else "available"}
    problem = read_problem(made)
    cells = {(p.id, d): problem.choices(p.id, d) for p in problem.staff for d in problem.employed_days(p.id)}
    rows: dict[str, dict[date, str]] = {}
    for (s, d), choices in cells.items():
        rows.setdefault(s, {})[d] = data.draw(st.sampled_from(choices))
    roster = Schedule(rows)
    amounts = {(v.rule, v.group_id, v.dates[0]): v.amount for v in check(problem, roster) if v.penalty and v.group_id}
    for group in problem.groups:
        for on in problem.open_days:
            coverage, priority, unmet = literally(problem, roster, group, on)
            if not problem.eligible(group.id, on):
                continue
            found = amounts.get(("backup_coverage", group.id, on), 0)
            assert (found > 0) == (coverage + unmet > 0) if strict else found == coverage
            assert amounts.get(("backup_priority", group.id, on), 0) == (0 if strict else priority)


# ---- agreement with the checker, and the death of mutants -----------------------------------------

CALLED = {"staff_id": "a", "assignment_type": "on_call"}
CASES = {
    "the only backup wants a day off": document(
        people("m", "a"),
        1,
        prefilled={"m": "×"},
        requests=[{"staff_id": "a", "date": day(0), "symbol": "×"}],
        **backed_up("m", "a"),
    ),
    "two absent, one backup": document(
        people("m", "n", "a"), 1, prefilled={"m": "×", "n": "×"}, **backed_up("mn", "a", cover="each")
    ),
    "one backup, two groups, one cover a day": document(
        people("m", "n", "b"), 1, prefilled={"m": "×", "n": "×"}, **shared("bg", "bh", covers_per_day=1)
    ),
    "the first is pinned to other work": document(
        people("m", "a", "b"), 1, prefilled={"m": "×", "a": "△"}, **backed_up("m", "a", "b")
    ),
    "on call and unwanted": document(
        people("m", "a", "b"),
        1,
        prefilled={"m": "×"},
        backup_priority=None,
        requests=[{"staff_id": "a", "date": day(0), "symbol": "○", "want": False}],
        **backed_up("m", CALLED, "b"),
    ),
    "strict, soft, and the first at other work": document(
        people("m", "a", "b"),
        1,
        prefilled={"m": "×"},
        priority_rules=required("a", "△"),
        **backed_up("m", "a", "b", coverage={**STRICT, **SOFT}),
    ),
    "strict and a backup who is a member": document(
        people("m", "b"),
        1,
        requests=[{"staff_id": "m", "date": day(0), "symbol": "×"}],
        **backed_up("m", "m", "b", coverage=STRICT),
    ),
    "equal order": document(
        people("m", "a", "b"),
        1,
        prefilled={"m": "×", "b": "○"},
        demand=[{"symbols": ["△"], "min": 1}],
        **backed_up("m", *({"staff_id": b, "priority_order": 1} for b in "ab")),
    ),
    "nobody eligible": document(people("m", "a"), 2, prefilled={"m": "×"}, **backed_up("m", GONE)),
}


@pytest.mark.parametrize("case", CASES)
def test_agrees(case: str) -> None:
    agree(CASES[case])


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        (
            "the only backup wants a day off",
            Mutant("for a in absences))\n    passed:", "for a in absences[1:]))\n    passed:"),
        ),
        ("two absent, one backup", Mutant("within(fact, 0, [*stands", "within(fact, -1, [*stands")),
        ("two absent, one backup", Mutant("amount = missing + len(passed)", "amount = len(passed)")),
        ("the first is pinned to other work", Mutant("if problem.pinned(backup.staff_id, day) is not None:", "if False:")),
        ("on call and unwanted", Mutant('return model.x(backup.staff_id, day, problem.away or "")', "return 0")),
        ("strict, soft, and the first at other work", Mutant("for b in first]\n", "for b in first[:0]]\n")),
        ("strict and a backup who is a member", Mutant("if e.staff_id == member or (pin", "if (pin")),
        ("strict and a backup who is a member", Mutant("if e.staff_id != member and problem", "if problem")),
        ("equal order", Mutant("if e.order <= b.order and e is not b", "if e.order < b.order and e is not b")),
        (
            "one backup, two groups, one cover a day",
            Mutant(
                "stands = model.covering(group, day) if model.covers_per_day is not None else on_normal",
                "stands = on_normal",
            ),
        ),
        ("nobody eligible", Mutant("if problem.assignments_of[group.id] or group", "if group")),
    ],
)
def test_mutants_die(case: str, mutant: Mutant) -> None:
    killed_by("backup_coverage", mutant, lambda: agree(CASES[case]))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_require_backup_makes_it_hard, Mutant("group.require_backup, settings.no_b", "False, settings.no_b")),
        (
            test_no_backup_costs_one_however_many_are_absent,
            Mutant("require_backup, settings.no_backup_weight", "require_backup, settings.weight"),
        ),
        (test_explains_by_naming_the_group_its_people_and_the_day, Mutant("problem.group_index[group.id])", "1)")),
    ],
)
def test_mutants_of_the_facts_die(test: Any, mutant: Mutant) -> None:
    killed_by("backup_coverage", mutant, test)


@pytest.mark.slow
def test_a_skipped_day_is_noticed() -> None:
    every = "        for day in problem.open_days:\n            absences"
    assert_dies("backup_coverage", Mutant(every, every.replace("open_days", "open_days[1:]")))


def test_a_day_without_backup_says_why_each_of_them_cannot_come() -> None:
    staff = people("a", "b", "c", "d", "e")
    staff[3]["employed_until"] = day(0)
    rows = [
        {"staff_id": "b", "effective_until": day(0)},
        {"staff_id": "c", "effective_from": day(2)},
        {"staff_id": "d"},
        {"staff_id": "e"},
    ]
    never = {"scope": {"staff_ids": ["e"]}, "symbols": ["△", "×"], "hard": True}
    made = problem(staff, 3, **backed_up("a", *rows, require_backup=True), allowed_shifts=[never])
    group, settings = made.groups[0], made.settings.backup_coverage
    assert settings is not None
    assert no_backup_fact(made, settings, group, made.days[1]).message == (
        f"{day(1)}: nobody of g is absent, as no backup can come "
        f"(B only until {day(0)}, C only from {day(2)} on, D not employed, E never on ○)"
    )
