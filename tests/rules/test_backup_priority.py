"""Backup priority: what it costs to plan an earlier backup off so that a later one covers (clause 3 of coverage)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import backed_up, blamed, charged, day, document, judged, people, row, shared, solved
from tests.mutation import Mutant, killed_by


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "backup_priority")


def off_wish(staff: str, weight: int) -> list[dict[str, Any]]:
    return [{"staff_id": staff, "date": day(0), "symbol": "×", "weight": weight}]


def test_accepts_backups_who_come_in_order() -> None:
    assert of({"m": "×", "a": "○", "b": "×"}, **backed_up("m", "a", "b")) == []
    assert of({"m": "○", "a": "×", "b": "○"}, **backed_up("m", "a", "b")) == []  # nobody is absent


def test_costs_every_backup_passed_over_by_plan() -> None:
    team = backed_up("m", "a", "b", "c")
    assert of({"m": "×", "a": "×", "b": "○", "c": "○"}, **team) == [("soft", 1, 40)]
    assert of({"m": "×", "a": "×", "b": "⊘", "c": "○"}, **team) == [("soft", 2, 80)]  # a off and b away


def test_names_who_was_passed_over() -> None:
    (violation,) = judged({"m": "×", "a": "×", "b": "○"}, **backed_up("m", "a", "b"))
    assert (violation.rule, violation.staff_ids, violation.group_id) == ("backup_priority", ("a",), "g")
    assert violation.path == "/settings/backup_priority"
    assert [d.isoformat() for d in violation.dates] == [day(0)]


@pytest.mark.parametrize("symbol", ["×", "△", "⊘"])
def test_a_prefilled_cell_costs_nothing(symbol: str) -> None:
    assert of({"m": "×", "a": symbol, "b": "○"}, prefilled={"a": symbol}, **backed_up("m", "a", "b")) == []


def test_backups_of_equal_order_do_not_pass_each_other_over() -> None:
    backups = [{"staff_id": b, "priority_order": 1} for b in "ab"]
    assert of({"m": "×", "a": "×", "b": "○"}, **backed_up("m", *backups)) == []


def test_nobody_is_passed_over_where_nobody_covers() -> None:
    assert of({"m": "×", "a": "×", "b": "×"}, **backed_up("m", "a", "b")) == []


def test_who_is_not_eligible_is_not_passed_over() -> None:
    gone = {"staff_id": "a", "effective_until": "2026-02-01"}
    assert of({"m": "×", "a": "×", "b": "○"}, **backed_up("m", gone, "b")) == []


def test_an_absent_member_is_passed_over_by_his_own_plan() -> None:
    roster, team = {"m": "×", "b": "○"}, backed_up("m", "m", "b")
    assert of(roster, **team) == [("soft", 1, 40)]
    assert of(roster, prefilled={"m": "×"}, **team) == []


def test_somebody_at_other_work_is_passed_over_too() -> None:
    assert of({"m": "×", "a": "△", "b": "○"}, **backed_up("m", "a", "b")) == [("soft", 1, 40)]


def test_each_counts_everybody_before_the_last_coverer_once() -> None:
    team = backed_up("mn", "a", "b", "c", cover="each")
    # Two covers are needed: b and c stand in, a was passed over by both of them, and counts once.
    assert of({"m": "×", "n": "×", "a": "×", "b": "○", "c": "○"}, **team) == [("soft", 1, 40)]
    assert of({"m": "×", "n": "×", "a": "○", "b": "×", "c": "○"}, **team) == [("soft", 1, 40)]
    assert of({"m": "×", "n": "○", "a": "○", "b": "×", "c": "○"}, **team) == []  # one absent: a does, c just works


def test_each_group_and_day_is_charged_by_itself() -> None:
    roster = {"m": "××", "n": "×○", "a": "××", "b": "○○"}
    # day 0: a passed over for g and for h; day 1: for g alone
    assert of(roster, **shared("ag", "bg", "ah", "bh")) == [("soft", 1, 40)] * 3


def test_under_a_cap_who_covers_another_group_is_passed_over() -> None:
    # Only a can cover h, so that b has to cover g: a, of smaller order there, stands on ○ by plan, not by a prefilled cell.
    team = shared("ag", "bg", "ah", covers_per_day=1)
    result = solved(people("m", "n", "a", "b"), 1, prefilled={"m": "×", "n": "×"}, **team)
    assert (result.status, result.objective) == ("OPTIMAL", 40)
    pinned = solved(people("m", "n", "a", "b"), 1, prefilled={"m": "×", "n": "×", "a": "○"}, **team)
    assert pinned.objective == 40


@pytest.mark.parametrize(("weight", "cells", "objective"), [(39, "○○", 39), (41, "×○", 40)])
def test_is_weighed_against_the_backup_s_wish(weight: int, cells: str, objective: int) -> None:
    team = backed_up("m", "a", "b")
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×", "b": "○"}, requests=off_wish("a", weight), **team)
    assert (row(result, "a") + row(result, "b"), result.objective) == (cells, objective)


def test_a_weight_of_one_s_own() -> None:
    assert of({"m": "×", "a": "×", "b": "○"}, backup_priority={"weight": 7}, **backed_up("m", "a", "b")) == [("soft", 1, 7)]


STRICT = {"priority": "strict"}


@pytest.mark.parametrize("off", [{"backup_priority": None}, {"backup_coverage": None}, {"backup_coverage": STRICT}])
def test_says_nothing_where_it_does_not_apply(off: dict[str, Any]) -> None:
    assert of({"m": "×", "a": "×", "b": "○"}, **backed_up("m", "a", "b") | off) == []


def test_closed_days_have_no_order() -> None:
    assert of({"m": "×", "a": "×", "b": "○"}, calendar={day(0): "must_day_off"}, **backed_up("m", "a", "b")) == []


HARD = {"backup_priority": {"hard": True, "weight": 40}}
REST = [{"rule_type": "required_shift", "staff_ids": ["a"], "shift": "×", "dates": [day(1)]}]


def test_rejects_passing_over_by_plan_where_hard() -> None:
    team = HARD | backed_up("m", "a", "b")
    assert solved(people("m", "a", "b"), 2, prefilled={"m": "○×"}, priority_rules=REST, **team).status == "INFEASIBLE"
    assert solved(people("m", "a", "b"), 2, prefilled={"m": "○×", "a": "·×"}, **team).status == "OPTIMAL"


def test_explains_by_naming_the_group_the_backups_and_the_day() -> None:
    result = solved(people("m", "a", "b"), 2, prefilled={"m": "○×"}, priority_rules=REST, **HARD, **backed_up("m", "a", "b"))
    assert blamed(result, "backup_priority") == [("/settings/backup_priority", ("a", "b"), [day(1)])]
    facts = {f.rule: f for f in result.conflicts[0].facts}
    assert set(facts) == {"backup_priority", "backup_coverage", "prefilled", "priority_rule"}
    assert facts["backup_priority"].group_id == "g"


CASES = {
    "two before, one of them planned off": document(
        people("m", "a", "b", "c"),
        1,
        prefilled={"m": "×", "b": "×"},
        requests=off_wish("a", 99),
        **backed_up("m", "a", "b", "c"),
    ),
    "equal order": document(
        people("m", "a", "b"),
        1,
        prefilled={"m": "×"},
        requests=off_wish("a", 99),
        **backed_up("m", *({"staff_id": b, "priority_order": 1} for b in "ab")),
    ),
    "each": document(
        people("m", "n", "a", "b", "c"),
        1,
        prefilled={"m": "×", "n": "×"},
        requests=off_wish("a", 99),
        **backed_up("mn", "a", "b", "c", cover="each"),
    ),
    "a cap, and two passed over": document(
        people("m", "n", "a", "b", "c"),
        1,
        prefilled={"m": "×", "n": "×", "a": "○"},
        requests=off_wish("b", 99),
        **shared("ag", "bg", "cg", "ah", covers_per_day=1),
    ),
    "two days": document(
        people("m", "a", "b"), 2, prefilled={"m": "××"}, requests=off_wish("a", 99), **backed_up("m", "a", "b")
    ),
    "strict": document(
        people("m", "a", "b"), 1, prefilled={"m": "×", "a": "×"}, **backed_up("m", "a", "b", coverage=STRICT)
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_agrees(case: str) -> None:
    agree(CASES[case])


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        (
            "two before, one of them planned off",
            Mutant("if e.order < b.order and _free(problem, e, day)", "if e.order < b.order"),
        ),
        ("two before, one of them planned off", Mutant(".broken_by(len(passed),", ".broken_by(0 * len(passed),")),
        (
            "two before, one of them planned off",
            Mutant("*nobody_before] for a in absences)", "*nobody_before] for a in absences[1:])"),
        ),
        ("two days", Mutant("for day in problem.open_days:", "for day in problem.open_days[1:]:")),
        ("equal order", Mutant("if e.order < b.order", "if e.order <= b.order")),
        ("each", Mutant("later = [b for b, passed in earlier.items() if e in passed]", "later = []")),
        (
            "a cap, and two passed over",
            Mutant(
                "[model.covering(group, day)[b.staff_id]], amount=len(passed)", "[model.covering(group, day)[b.staff_id]]"
            ),
        ),
        ("a cap, and two passed over", Mutant("in (None, problem.normal)\n", "in (None,)\n")),
    ],
)
def test_mutants_die(case: str, mutant: Mutant) -> None:
    killed_by("backup_priority", mutant, lambda: agree(CASES[case]))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_costs_every_backup_passed_over_by_plan, Mutant("settings.hard, settings.weight", "settings.hard, 50")),
        (
            test_explains_by_naming_the_group_the_backups_and_the_day,
            Mutant("message, people, group.id, (day,))", "message, people[:1], group.id, (day,))"),
        ),
        (test_names_who_was_passed_over, Mutant("_replace(staff_ids=tuple(passed))", "_replace()")),
    ],
)
def test_mutants_of_the_facts_die(test: Any, mutant: Mutant) -> None:
    killed_by("backup_priority", mutant, test)
