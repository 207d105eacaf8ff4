"""Allowed shifts: accepts, rejects, costs, explains; agreement with the checker and the death of its mutants."""

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
    people,
    row,
    solved,
)
from tests.mutation import Mutant, killed_by


def only(*symbols: str, **more: Any) -> dict[str, Any]:
    """Settings with one entry: nobody stands on any other symbol."""
    return {"allowed_shifts": [{"symbols": [*symbols], **more}]}


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "shift_allowed")


def test_accepts_the_listed_symbols() -> None:
    assert of({"a": "○×○", "b": "○○○"}, **only("○", "×")) == []


def test_rejects_any_other_where_hard() -> None:
    assert solved(1, 2, prefilled={"s0": "○△"}, **only("○", "×", hard=True)).status == "INFEASIBLE"
    assert solved(1, 2, prefilled={"s0": "○×"}, **only("○", "×", hard=True)).status == "OPTIMAL"


def test_costs_every_cell_of_a_person_at_once() -> None:
    violations = judged({"a": "△○△", "b": "○○△"}, **only("○"))
    assert charged(violations, "shift_allowed") == [("soft", 2, 300), ("soft", 1, 150)]
    assert [(v.staff_ids, v.path) for v in violations] == [((s,), "/settings/allowed_shifts/0") for s in "ab"]
    assert dates_of(violations, "shift_allowed") == [[day(0), day(2)], [day(2)]]


def test_the_cheapest_way_is_found() -> None:
    # A hard minimum of two days off, which are not allowed: 2 × 7; the third day may as well be allowed.
    month = {"monthly_limits": [{"symbols": ["×"], "min": 2, "hard": True}]}
    result = solved(1, 3, **month, **only("○", "△", weight=7))
    assert (result.status, result.objective, row(result, "s0").count("×")) == ("OPTIMAL", 14, 2)


def test_stands_are_kept_where_hard() -> None:
    wishes = [{"staff_id": "s0", "date": day(i), "symbol": "△", "weight": 999} for i in (0, 1)]
    assert row(solved(1, 2, requests=wishes, **only("○", hard=True)), "s0") == "○○"


def test_every_entry_applies() -> None:
    entries = [{"symbols": ["○", "△"]}, {"symbols": ["○", "×"], "weight": 7}]
    # × offends the first, △ the second, ⊘ both.
    violations = judged({"a": "○×△⊘"}, allowed_shifts=entries)
    assert sorted(charged(violations, "shift_allowed")) == [("soft", 2, 14), ("soft", 2, 300)]


@pytest.mark.parametrize("scope", SPECIFIC_FIRST)
def test_speaks_of_its_scope(scope: dict[str, Any]) -> None:
    staff = [*PERSON_A["staff"], {"id": "x"}]
    violations = judged({"a": "△", "x": "△"}, staff=staff, staff_groups=PERSON_A["staff_groups"], **only("○", scope=scope))
    assert [v.staff_ids[0] for v in violations] == (["a"] if scope else ["a", "x"])


def test_a_broader_entry_is_not_displaced_by_a_narrower_one() -> None:
    entries = [{"symbols": ["△"], "scope": {"staff_ids": ["a"]}}, {"symbols": ["○"]}]
    assert of({"a": "△"}, allowed_shifts=entries) == [("soft", 1, 150)]


def test_inactive_entries_do_not_speak() -> None:
    assert of({"a": "△"}, **only("○", is_active=False)) == []
    assert solved(1, 1, prefilled={"s0": "△"}, **only("○", hard=True, is_active=False)).status == "OPTIMAL"


def test_closed_days_do_not_count() -> None:
    calendar = {day(0): "must_day_off"}
    assert of({"a": "×○"}, calendar=calendar, **only("○")) == []
    assert solved(1, 2, calendar=calendar, **only("○", hard=True)).status == "OPTIMAL"


def test_must_work_days_count() -> None:
    calendar = {day(0): "must_work"}
    assert of({"a": "○"}, calendar=calendar, **only("×")) == [("soft", 1, 150)]
    assert solved(1, 1, calendar=calendar, **only("×", hard=True)).status == "INFEASIBLE"
    assert row(solved(1, 1, calendar=calendar, **only("△", "×", hard=True)), "s0") == "△"


def test_prefilled_cells_count() -> None:
    assert of({"a": "△"}, prefilled={"a": "△"}, **only("○")) == [("soft", 1, 150)]
    assert solved(1, 1, prefilled={"s0": "△"}, **only("○")).objective == 150


def test_days_outside_employment_do_not_count() -> None:
    staff = [{"id": "a", "employed_from": day(1)}]
    violations = judged({"a": "△△"}, staff=staff, **only("○"))
    assert dates_of(violations, "shift_allowed") == [[day(1)]]


def test_an_idle_on_call_person_is_allowed_his_away() -> None:
    assert of({"a": "○", "b": "⊘"}, **only("○"), **BACKUP_ON_CALL) == []
    assert solved(people("a", "b"), 1, prefilled={"a": "○"}, **only("○", hard=True), **BACKUP_ON_CALL).status == "OPTIMAL"
    assert of({"a": "⊘"}, prefilled={"a": "⊘"}, **only("○")) == [("soft", 1, 150)]  # anybody else's away is no idleness


def test_explains_by_naming_the_entry_the_person_and_the_day() -> None:
    entries = [{"symbols": ["○", "△"], "hard": True, "scope": {"staff_ids": ["a"]}}, {"symbols": ["○"], "hard": True}]
    result = solved(people("a", "b"), 2, prefilled={"b": "○△"}, allowed_shifts=entries)
    assert blamed(result, "shift_allowed") == [("/settings/allowed_shifts/1", ("b",), [day(1)])]
    assert {f.rule for f in result.conflicts[0].facts} == {"shift_allowed", "prefilled"}


REST = {"monthly_limits": [{"symbols": ["×"], "min": 1, "hard": True}]}
CASES = {
    "a day off is due": document(2, 2, **REST, **only("○", weight=3)),
    "pinned": document(2, 2, prefilled={"s0": "△○"}, **only("○", "×")),
    "pinned and hard": document(1, 2, prefilled={"s0": "△·"}, **only("○", "×", hard=True)),
    "closed": document(1, 2, calendar={day(1): "must_day_off"}, **only("○", hard=True)),
    "on call": document(people("a", "b"), 1, prefilled={"a": "○"}, **only("○", hard=True), **BACKUP_ON_CALL),
}


@pytest.mark.parametrize("case", CASES)
def test_agrees(case: str) -> None:
    agree(CASES[case])


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        (
            "a day off is due",
            Mutant("for day in problem.employed_days(staff):", "for day in problem.employed_days(staff)[1:]:"),
        ),
        (
            "a day off is due",
            Mutant("if t.symbol not in entry.symbols)", "if t.symbol not in entry.symbols and t.kind == 'work')"),
        ),
        (
            "pinned",
            Mutant(
                "and symbol not in entry.symbols and",
                "and problem.pinned(staff, day) is None and symbol not in entry.symbols and",
            ),
        ),
        ("pinned and hard", Mutant("if wrong:", "if wrong[1:]:")),
        ("closed", Mutant("and not problem.closed(day):", "and True:")),
        ("closed", Mutant("if day not in problem.closed_days:", "if True:")),
        ("on call", Mutant("(k for k in others if k != idle)", "others")),
        ("on call", Mutant("if not idle and", "if")),
    ],
)
def test_mutants_die(case: str, mutant: Mutant) -> None:
    killed_by("shift_allowed", mutant, lambda: agree(CASES[case]))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_costs_every_cell_of_a_person_at_once, Mutant("broken_by(len(wrong),", "broken_by(1,")),
        (test_the_cheapest_way_is_found, Mutant("entry.hard, entry.weight", "entry.hard, 150")),
        (test_explains_by_naming_the_entry_the_person_and_the_day, Mutant('"allowed_shifts", i)', '"allowed_shifts", 0)')),
    ],
)
def test_mutants_of_the_facts_die(test: Any, mutant: Mutant) -> None:
    killed_by("shift_allowed", mutant, test)
