"""Fairness: accepts, rejects, costs, explains; agreement with the checker and the death of its mutants."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from solver import read_problem
from tests.agreement import agree
from tests.builders import (
    BACKUP_ON_CALL,
    backed_up,
    blamed,
    charged,
    day,
    document,
    judged,
    judged_by_default,
    people,
    shared,
    solved,
)
from tests.mutation import Mutant, killed_by

FRIDAY = date(2026, 3, 6)


def fair(measure: str, **more: Any) -> dict[str, Any]:
    """Settings with one entry."""
    return {"fairness": [{"measure": measure, **more}]}


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "fairness")


def test_accepts_a_difference_of_one() -> None:
    assert of({"a": "×○○", "b": "○○○"}, **fair("off")) == []


def test_costs_what_the_extremes_differ_by_beyond_one() -> None:
    # 3, 1 and 0 days off: 3 − 0 − 1 = 2, whatever lies between
    violations = judged({"a": "×××", "b": "×○○", "c": "○○○"}, **fair("off"))
    assert charged(violations, "fairness") == [("soft", 2, 10)]
    assert (violations[0].staff_ids, violations[0].path) == (("a", "c"), "/settings/fairness/0")
    assert "A 3" in violations[0].message
    assert "C 0" in violations[0].message


def test_rejects_an_unequal_share_where_hard() -> None:
    assert solved(2, 2, prefilled={"s0": "××", "s1": "○○"}, **fair("off", hard=True)).status == "INFEASIBLE"
    assert solved(2, 2, prefilled={"s0": "××", "s1": "○"}, **fair("off", hard=True)).status == "OPTIMAL"


def test_the_fairest_share_is_found() -> None:
    # s0 has four days off; s1 may have two at most, so that the least difference is 4 − 2 − 1 = 1.
    month = {"monthly_limits": [{"symbols": ["×"], "max": 2, "hard": True, "scope": {"staff_ids": ["s1"]}}]}
    result = solved(2, 4, prefilled={"s0": "××××"}, **month, **fair("off", weight=7))
    assert (result.objective, "".join(result.schedule["s1"].values()).count("×") if result.schedule else None) == (7, 2)


def test_by_default_days_off_are_shared_within_each_status() -> None:
    staff = [{"id": "a", "status": "社員"}, {"id": "b", "status": "社員"}, {"id": "c", "status": "パート"}]
    made = document(staff, 1)
    del made["settings"]["fairness"]
    defaults = read_problem(made).settings.fairness
    assert [(e.measure, e.scope.statuses, e.hard, e.weight) for e in defaults] == [
        ("off", ("社員",), False, 5),
        ("off", ("パート",), False, 5),
    ]


def test_by_default_three_days_off_against_none_cost_ten() -> None:
    assert charged(judged_by_default("fairness", {"a": "×××", "b": "○○○"}), "fairness") == [("soft", 2, 10)]


def test_only_people_of_the_scope_are_compared() -> None:
    staff = [{"id": s, "status": status} for s, status in (("a", "社員"), ("b", "社員"), ("c", "パート"))]
    rows = {"a": "×××", "b": "××○", "c": "○○○"}
    assert of(rows, staff=staff, **fair("off", scope={"statuses": ["社員"]})) == []
    assert of(rows, staff=staff, **fair("off", scope={"staff_ids": ["a", "c"]})) == [("soft", 2, 10)]


@pytest.mark.parametrize("settings", [fair("off", is_active=False), {"fairness": []}, {"fairness": None}])
def test_is_switched_off(settings: dict[str, Any]) -> None:
    assert of({"a": "×××", "b": "○○○"}, **settings) == []


def compared(**employment: Any) -> bool:
    """Whether a, off on all three days, is compared with b, who works on those he is employed."""
    staff = [{"id": "a"}, {"id": "b", **employment}]
    return of({"a": "×××", "b": "○○○"}, staff=staff, **fair("off")) == [("soft", 2, 10)]


def test_only_people_employed_the_whole_period_are_compared() -> None:
    assert compared(employed_from=day(0), employed_until=day(2))
    assert not compared(employed_from=day(1))
    assert not compared(employed_until=day(1))
    assert not compared(is_active=False)


def test_people_on_call_are_not_compared() -> None:
    assert of({"a": "○○○", "b": "×××"}, prefilled={"b": "×××"}, **fair("off"), **BACKUP_ON_CALL) == []


def test_earlier_counts_are_added() -> None:
    counts = {"a": {"off": 4, "early": 9}, "b": {"off": 1}}
    # 4 + 0 against 1 + 1: 4 − 2 − 1 = 1
    assert of({"a": "○○", "b": "×○"}, history_counts=counts, **fair("off")) == [("soft", 1, 5)]
    # s0 had four days off, s1 one: with three more for s1, they are even.
    result = solved(2, 3, history_counts={"s0": {"off": 4}, "s1": {"off": 1}}, **fair("off", weight=100))
    assert result.objective == 0


def test_half_days_are_no_days_off() -> None:
    assert of({"a": "△△△", "b": "○○○"}, **fair("off")) == []


def test_every_symbol_of_kind_off_is_a_day_off() -> None:
    paid = [
        {"symbol": "○", "role": "normal", "kind": "work"},
        {"symbol": "×", "role": "off", "kind": "off"},
        {"symbol": "休", "kind": "off"},
    ]
    assert of({"a": "×休休", "b": "○○○"}, shift_types=paid, **fair("off")) == [("soft", 2, 10)]


def test_prefilled_cells_count_and_closed_days_do_not() -> None:
    calendar = {day(0): "must_day_off", day(1): "must_day_off"}
    pins = {"a": "··×××", "b": "○○···"}
    # On the closed days b, who works, is no less off than a: 3 against 0 on the open days.
    assert of({"a": "×××××", "b": "○○○○○"}, prefilled=pins, calendar=calendar, **fair("off")) == [("soft", 2, 10)]


def test_early_and_late_shifts_go_by_role() -> None:
    types = [
        {"symbol": "○", "role": "normal", "kind": "work"},
        {"symbol": "△", "role": "early", "kind": "work"},
        {"symbol": "▽", "role": "early", "kind": "work"},
        {"symbol": "◇", "role": "late", "kind": "work"},
    ]
    rows = {"a": "△▽△◇", "b": "○○○◇", "c": "○○△◇"}
    assert of(rows, shift_types=types, **fair("early")) == [("soft", 2, 10)]  # 3 − 0 − 1
    assert of(rows, shift_types=types, **fair("late")) == []


def test_a_weekend_counts_once_however_much_of_it_is_worked() -> None:
    # Friday to the Sunday after next: a works one day of each weekend, b both days of one, c none.
    rows = {"a": "○○×○○○○○×○", "b": "○○○○○○○○××", "c": "○××○○○○○××"}
    assert of(rows, start=FRIDAY, **fair("weekend")) == [("soft", 1, 5)]  # 2 − 0 − 1


def test_covers_are_compared_among_backups_of_equal_order() -> None:
    same = [{"staff_id": b, "priority_order": 1} for b in "ab"]
    roster = {"m": "×××", "a": "○○○", "b": "×××"}
    (violation,) = (v for v in judged(roster, **fair("cover"), **backed_up("m", *same)) if v.rule == "fairness")
    assert (violation.amount, violation.penalty, violation.group_id) == (2, 10, "g")  # 3 − 0 − 1
    assert of(roster, **fair("cover"), **backed_up("m", "a", "b")) == []  # the second is there to cover less


def test_only_covers_count_not_every_normal_shift() -> None:
    same = [{"staff_id": b, "priority_order": 1} for b in "ab"]
    # Both stand on ○ all the time; a, listed first, covers. Two absences: 2 − 0 − 1 = 1.
    assert of({"m": "××○", "a": "○○○", "b": "○○○"}, **fair("cover"), **backed_up("m", *same)) == [("soft", 1, 5)]


def test_covers_of_one_group_are_not_set_against_another_s() -> None:
    roster = {"m": "×××", "n": "○○○", "a": "○○○", "b": "○○○"}
    assert of(roster, **fair("cover"), **shared("ag", "bh")) == []


def test_earlier_covers_are_added() -> None:
    same = [{"staff_id": b, "priority_order": 1} for b in "ab"]
    team = {"history_counts": {"a": {"cover": 3}}, **fair("cover", weight=100), **backed_up("m", *same)}
    # a covered three times before; so b covers both times now, and 3 − 2 − 1 = 0.
    result = solved(people("m", "a", "b"), 2, prefilled={"m": "××"}, **team)
    assert ([c.staff_id for c in result.covers], result.objective) == (["b", "b"], 0)


def test_one_person_alone_is_not_compared() -> None:
    assert of({"a": "×××"}, **fair("off")) == []


def test_explains_by_naming_the_entry_its_people_and_the_period() -> None:
    entries = [{"measure": "early"}, {"measure": "off", "hard": True, "scope": {"staff_ids": ["a", "b"]}}]
    result = solved(people("a", "b", "x"), 2, prefilled={"a": "××", "b": "○○"}, fairness=entries)
    assert blamed(result, "fairness") == [("/settings/fairness/1", ("a", "b"), [day(0), day(1)])]
    assert {f.rule for f in result.conflicts[0].facts} == {"fairness", "prefilled"}


SAME = [{"staff_id": b, "priority_order": 1} for b in "ab"]
CASES = {
    "off": document(
        2, 3, prefilled={"s0": "×××", "s1": "○··"}, daily_limits=[{"symbols": ["×"], "max": 1, "hard": True}], **fair("off")
    ),
    "closed": document(2, 3, prefilled={"s0": "·××", "s1": "○○○"}, calendar={day(0): "must_day_off"}, **fair("off")),
    "history": document(2, 2, history_counts={"s0": {"off": 4}}, **fair("off")),
    "part time": document(
        [{"id": "a"}, {"id": "b", "employed_from": day(1)}], 3, prefilled={"a": "×××", "b": "·○○"}, **fair("off")
    ),
    "weekend": document(
        2, 3, start=FRIDAY, prefilled={"s0": "○·○", "s1": "○××"}, history_counts={"s0": {"weekend": 1}}, **fair("weekend")
    ),
    "cover": document(
        people("m", "a", "b"),
        2,
        prefilled={"m": "××", "a": "○○"},
        history_counts={"a": {"cover": 1}},
        **fair("cover"),
        **backed_up("m", *SAME),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_agrees(case: str) -> None:
    agree(CASES[case])


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        ("off", Mutant("[highest, lowest], 1, [1, -1])", "[highest, lowest], 2, [1, -1])")),
        ("off", Mutant("counts[most] - counts[least] - 1\n", "counts[most] - counts[least]\n")),
        ("closed", Mutant("for day, symbol in row.items() if not problem.closed(day))", "for day, symbol in row.items())")),
        ("closed", Mutant("return [lit for d in problem.open_days for", "return [lit for d in problem.open_days[1:] for")),
        (
            "history",
            Mutant(
                "model.between(lowest, lits, _earlier(problem, entry, staff), highest)",
                "model.between(lowest, lits, 0, highest)",
            ),
        ),
        ("weekend", Mutant("bool(working.intersection(weekend))", "len(working.intersection(weekend))")),
        ("cover", Mutant("{e.staff_id for e in t.coverers}", "{e.staff_id for e in t.eligible}")),
    ],
)
def test_mutants_die(case: str, mutant: Mutant) -> None:
    killed_by("fairness", mutant, lambda: agree(CASES[case]))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_the_fairest_share_is_found, Mutant("entry.hard, entry.weight", "entry.hard, 5")),
        (test_explains_by_naming_the_entry_its_people_and_the_period, Mutant('"fairness", i)', '"fairness", 0)')),
        (test_people_on_call_are_not_compared, Mutant("if s not in problem.on_call and", "if")),
        (
            test_only_people_employed_the_whole_period_are_compared,
            Mutant("len(problem.employed_days(s)) == len(problem.days)", "problem.employed_days(s)"),
        ),
        (
            test_covers_are_compared_among_backups_of_equal_order,
            Mutant("by_order.setdefault(a.priority_order,", "by_order.setdefault(1,"),
        ),
    ],
)
def test_mutants_of_the_facts_die(test: Any, mutant: Mutant) -> None:
    killed_by("fairness", mutant, test)
