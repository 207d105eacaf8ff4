"""The certificate: who covers whom, why earlier backups do not, and what becomes of covers that are handed in."""

from __future__ import annotations

from typing import Any

import pytest

from solver import Cover, Problem, Schedule, check, covers_of, read_covers, read_schedule
from tests.builders import MONDAY, backed_up, charged, day, people, problem, shared, solved
from tests.rules.test_on_call import CALLED


def roster(rows: dict[str, str], **parts: Any) -> tuple[Problem, Schedule]:
    """A problem and a roster for it, written as rows of symbols."""
    staff = parts.pop("staff", people(*rows))
    made = problem(staff, max(map(len, rows.values())), **parts)
    return made, read_schedule({s: {day(i): k for i, k in enumerate(row)} for s, row in rows.items()}, made)


def certified(rows: dict[str, str], **parts: Any) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(group, who covers, [(who was passed over, why)]) of each row of the certificate."""
    return [
        (c.group_id, c.staff_id, [(p.staff_id, p.reason) for p in c.passed_over]) for c in covers_of(*roster(rows, **parts))
    ]


def claim(group: str, staff: str, index: int = 0) -> Cover:
    """A cover as somebody might hand it in."""
    row = {"date": day(index), "group_id": group, "staff_id": staff}
    (cover,) = read_covers([{**row, "absent": ["m"], "assignment_id": "?", "priority_order": 1}]) or ()
    return cover


def coverage_of(rows: dict[str, str], covers: list[Cover] | None, **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of the coverage violations where these covers are handed in."""
    return charged(check(*roster(rows, **parts), covers), "backup_coverage")


# ---- who covers -----------------------------------------------------------------------------------


def test_a_row_says_who_is_absent_who_covers_and_by_which_assignment() -> None:
    backup = {"id": "b1", "staff_id": "a", "priority_order": 7}
    (cover,) = covers_of(*roster({"m": "○×", "n": "○×", "a": "○○"}, **backed_up("mn", backup)))
    assert cover.model_dump(mode="json") == {
        "date": day(1),
        "group_id": "g",
        "absent": ["m", "n"],
        "staff_id": "a",
        "assignment_id": "b1",
        "priority_order": 7,
        "passed_over": [],
    }


def test_the_first_in_order_who_stands_on_normal_covers() -> None:
    backups = [{"staff_id": "b", "priority_order": 2}, {"staff_id": "a", "priority_order": 1}]
    assert certified({"m": "×", "a": "○", "b": "○"}, **backed_up("m", *backups)) == [("g", "a", [])]


def test_ties_go_by_the_document() -> None:
    backups = [{"staff_id": b, "priority_order": 1} for b in "ba"]
    assert certified({"m": "×", "a": "○", "b": "○"}, **backed_up("m", *backups)) == [("g", "b", [])]


def test_each_has_a_row_for_every_cover_needed_and_no_more() -> None:
    rows = {"m": "×", "n": "×", "a": "○", "b": "○", "c": "○"}
    assert certified(rows, **backed_up("mn", "a", "b", "c", cover="each")) == [("g", "a", []), ("g", "b", [])]
    assert certified(rows, **backed_up("mn", "a", "b", "c", cover="one")) == [("g", "a", [])]


def test_one_backup_has_a_row_in_every_group_that_needs_him() -> None:
    assert certified({"m": "×", "n": "×", "b": "○"}, **shared("bg", "bh")) == [("g", "b", []), ("h", "b", [])]
    assert certified({"m": "×", "n": "○", "b": "○"}, **shared("bg", "bh")) == [("g", "b", [])]


def test_rows_stand_by_date_then_by_group_of_the_document() -> None:
    found = covers_of(*roster({"m": "××", "n": "××", "b": "○○"}, **shared("bh", "bg")))
    assert [(c.date.isoformat(), c.group_id) for c in found] == [(day(i), g) for i in (0, 1) for g in "gh"]


def test_somebody_assigned_twice_covers_by_his_first_assignment() -> None:
    twice = [{"staff_id": s, "priority_order": order} for s, order in (("a", 3), ("b", 2), ("a", 1))]
    (cover,) = covers_of(*roster({"m": "×", "a": "○", "b": "○"}, **backed_up("m", *twice)))
    assert (cover.staff_id, cover.assignment_id, cover.priority_order) == ("a", "a2", 1)


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ({"m": "○", "a": "○"}, backed_up("m", "a")),  # nobody is absent
        ({"m": "×", "a": "×"}, backed_up("m", "a")),  # nobody covers
        ({"m": "×", "a": "○"}, backed_up("m", {"staff_id": "a", "effective_from": day(1)})),
        ({"m": "×", "a": "○"}, {"calendar": {day(0): "must_day_off"}, **backed_up("m", "a")}),
        ({"m": "×", "a": "○"}, backed_up("m", "a", is_active=False)),
    ],
)
def test_where_nobody_covers_there_is_no_row(rows: dict[str, str], parts: dict[str, Any]) -> None:
    assert certified(rows, **parts) == []


def test_the_certificate_is_read_off_also_where_the_rule_is_off() -> None:
    assert certified({"m": "×", "a": "○"}, **backed_up("m", "a") | {"backup_coverage": None}) == [("g", "a", [])]


def test_a_solve_hands_its_certificate_out() -> None:
    result = solved(people("m", "a", "b"), 2, prefilled={"m": "×○", "a": "×·"}, **backed_up("m", "a", "b"))
    (cover,) = result.covers
    assert (cover.date, cover.absent, cover.staff_id) == (MONDAY, ("m",), "b")
    assert [(p.staff_id, p.reason) for p in cover.passed_over] == [("a", "pinned")]


# ---- why not --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "pin", "reason"),
    [
        ("×", True, "pinned"),
        ("△", True, "pinned"),
        ("×", False, "off"),
        ("⊘", False, "away"),
        ("△", False, "at_work"),
    ],
)
def test_why_an_earlier_backup_does_not_cover(symbol: str, pin: bool, reason: str) -> None:
    pins = {"a": symbol} if pin else {}
    found = certified({"m": "×", "a": symbol, "b": "○"}, prefilled=pins, **backed_up("m", "a", "b"))
    assert found == [("g", "b", [("a", reason)])]


def test_a_member_is_passed_over_by_his_own_absence() -> None:
    team = backed_up("m", "m", "b")
    assert certified({"m": "×", "b": "○"}, **team) == [("g", "b", [("m", "absent_member")])]
    assert certified({"m": "×", "b": "○"}, prefilled={"m": "×"}, **team) == [("g", "b", [("m", "pinned")])]


def test_every_earlier_backup_has_a_reason_in_order_and_later_ones_none() -> None:
    rows = {"m": "×", "a": "×", "b": "⊘", "c": "○", "d": "×"}
    assert certified(rows, **backed_up("m", "a", "b", "c", "d")) == [("g", "c", [("a", "off"), ("b", "away")])]


def test_an_idle_on_call_backup_is_away() -> None:
    assert certified({"m": "×", "b": "⊘", "a": "○"}, **backed_up("m", CALLED, "a")) == [("g", "a", [("b", "away")])]


def test_who_is_not_eligible_that_day_is_not_passed_over() -> None:
    gone = {"staff_id": "a", "effective_until": "2026-02-01"}
    assert certified({"m": "×", "a": "×", "b": "○"}, **backed_up("m", gone, "b")) == [("g", "b", [])]


def test_under_a_cap_an_earlier_backup_may_cover_another_group() -> None:
    rows = {"m": "×", "n": "×", "a": "○", "b": "○"}
    found = certified(rows, **shared("ag", "bg", "ah", covers_per_day=1))
    assert found == [("g", "b", [("a", "covering_other")]), ("h", "a", [])]


# ---- covers handed in -----------------------------------------------------------------------------

ONE = {"m": "×○", "a": "○○", "b": "○×"}


def test_true_covers_are_accepted() -> None:
    made, schedule = roster(ONE, **backed_up("m", "a", "b"))
    assert check(made, schedule, covers_of(made, schedule)) == []


def test_saying_nothing_is_no_false_claim() -> None:
    assert coverage_of(ONE, [], **backed_up("m", "a", "b")) == []


@pytest.mark.parametrize(
    ("group", "staff", "index", "why"),
    [
        ("g", "b", 0, "others come first"),
        ("g", "a", 1, "nobody of the group is absent"),
        ("g", "m", 0, "no eligible backup"),
        ("g", "nobody", 0, "no eligible backup"),
        ("nothing", "a", 0, "nobody of the group is absent"),
        ("g", "a", 40, "nobody of the group is absent"),  # long after the period
    ],
)
def test_each_false_claim_is_a_violation(group: str, staff: str, index: int, why: str) -> None:
    violations = check(*roster(ONE, **backed_up("m", "a", "b")), [claim("g", "a"), claim(group, staff, index)])
    assert charged(violations, "backup_coverage") == [("hard", 1, 500)]
    assert [(v.group_id, v.staff_ids, v.dates[0].isoformat()) for v in violations] == [(group, (staff,), day(index))]
    assert why in violations[0].message


def test_nobody_covers_who_does_not_stand_on_normal() -> None:
    team = {"prefilled": {"a": "△"}, **backed_up("m", "a", "b")}
    assert coverage_of({"m": "×", "a": "△", "b": "○"}, [claim("g", "a")], **team) == [("hard", 1, 500)]


def test_claims_on_closed_days_and_for_inactive_groups_are_false() -> None:
    closed = {"calendar": {day(0): "must_day_off"}, **backed_up("m", "a")}
    inactive = backed_up("m", "a", is_active=False)
    assert coverage_of({"m": "×", "a": "×"}, [claim("g", "a")], **closed) == [("hard", 1, 500)]
    assert coverage_of({"m": "×", "a": "○"}, [claim("g", "a")], **inactive) == [("hard", 1, 500)]


def test_false_claims_are_priced_as_coverage_is() -> None:
    team = backed_up("m", "a", "b", coverage={"hard": False, "weight": 7})
    assert coverage_of(ONE, [claim("g", "b")], **team) == [("soft", 1, 7)]


def test_no_claim_is_judged_where_the_rule_is_off() -> None:
    assert coverage_of(ONE, [claim("g", "b")], **backed_up("m", "a", "b") | {"backup_coverage": None}) == []


# ---- covers under a cap ---------------------------------------------------------------------------

BOTH_ABSENT = {"m": "×", "n": "×", "a": "○", "b": "○"}
CAPPED = shared("ag", "bg", "ah", "bh", covers_per_day=1)


def test_given_covers_say_who_covers_whom() -> None:
    crosswise = [claim("g", "b"), claim("h", "a")]
    found = covers_of(*roster(BOTH_ABSENT, **CAPPED), crosswise)
    assert [(c.group_id, c.staff_id, [(p.staff_id, p.reason) for p in c.passed_over]) for c in found] == [
        ("g", "b", [("a", "covering_other")]),
        ("h", "a", []),
    ]
    assert coverage_of(BOTH_ABSENT, crosswise, **CAPPED) == []


def test_given_covers_that_leave_a_group_out_miss_a_cover() -> None:
    assert coverage_of(BOTH_ABSENT, [claim("g", "a")], **CAPPED) == [("hard", 1, 500)]


def test_given_covers_beyond_the_cap_are_false_and_missing() -> None:
    # a cannot cover both: the second claim is false (1), and h is left without a cover (1).
    found = coverage_of(BOTH_ABSENT, [claim("g", "a"), claim("h", "a")], **CAPPED)
    assert found == [("hard", 1, 500), ("hard", 1, 500)]


def test_given_covers_beyond_the_need_are_false() -> None:
    found = coverage_of({**BOTH_ABSENT, "n": "○"}, [claim("g", "a"), claim("g", "b")], **CAPPED)
    assert found == [("hard", 1, 500)]


def test_a_given_choice_may_pass_somebody_over_at_work() -> None:
    rows, team = {"m": "×", "n": "×", "a": "○", "b": "△"}, shared("ag", "bg", "ah", covers_per_day=1)
    # a covers h: for g one cover is missing and b, on △, is passed over
    assert coverage_of(rows, [claim("h", "a")], **team) == [("hard", 2, 1000)]
    # a covers g: b, of larger order, may stay on △; h misses its cover
    assert coverage_of(rows, [claim("g", "a")], **team) == [("hard", 1, 500)]
    # Without given covers the better of the two choices is taken.
    assert coverage_of(rows, None, **team) == [("hard", 1, 500)]


def test_the_best_choice_leaves_nobody_uncovered() -> None:
    # Whoever takes the groups one by one gives a to g and has nobody left for h.
    rows = {"m": "×", "n": "×", "a": "○", "b": "○"}
    assert certified(rows, **shared("ag", "bg", "ah", covers_per_day=1))[1][:2] == ("h", "a")


def test_the_best_choice_passes_the_fewest_over() -> None:
    # b covers g, first in order there; a, second in g and first in h, covers h: nobody is passed over by plan.
    made, schedule = roster(BOTH_ABSENT, **shared("bg", "ag", "ah", "bh", covers_per_day=1))
    assert [(c.group_id, c.staff_id) for c in covers_of(made, schedule)] == [("g", "b"), ("h", "a")]
    assert check(made, schedule) == []


def test_the_best_choice_goes_by_penalty_hard_before_soft() -> None:
    # Covering h with a costs 40 in g (a passed over there) but saves a hard 1 in h.
    rows = {"m": "×", "n": "×", "a": "○", "b": "○"}
    team = shared("ag", "bg", "ah", covers_per_day=1, weight=1)
    assert [(v.rule, v.penalty) for v in check(*roster(rows, **team))] == [("backup_priority", 40)]
    # Where coverage is soft too, h stays uncovered for 1 rather than cost 40 in g.
    soft = shared("ag", "bg", "ah", covers_per_day=1, weight=1, hard=False)
    assert [(v.rule, v.penalty) for v in check(*roster(rows, **soft))] == [("backup_coverage", 1)]


def test_under_a_cap_a_cover_that_costs_more_than_it_saves_is_left_out() -> None:
    # a is off by plan: that b covers would cost 40 in priority, that nobody does costs 1.
    rows = {"m": "×", "a": "×", "b": "○"}
    team = backed_up("m", "a", "b", coverage={"hard": False, "weight": 1, "covers_per_day": 1})
    assert [(v.rule, v.penalty) for v in check(*roster(rows, **team))] == [("backup_coverage", 1)]


def test_a_cap_of_two_lets_a_backup_cover_two_groups() -> None:
    team = shared("ag", "bg", "ah", "bh", covers_per_day=2)
    assert certified(BOTH_ABSENT, **team) == [("g", "a", []), ("h", "a", [])]


def test_the_covers_of_a_solve_under_a_cap_are_its_own() -> None:
    result = solved(people("m", "n", "a", "b"), 1, prefilled={"m": "×", "n": "×"}, **CAPPED)
    made = problem(people("m", "n", "a", "b"), 1, prefilled={"m": "×", "n": "×"}, **CAPPED)
    schedule = read_schedule(result.schedule, made)
    assert sorted(c.staff_id for c in result.covers) == ["a", "b"]
    assert tuple(check(made, schedule, result.covers)) == result.violations
    assert covers_of(made, schedule, result.covers) == result.covers
