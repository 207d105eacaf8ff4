"""Calendar: closed days are days off, must_work days are worked; structural, and second to prefilled cells."""

from __future__ import annotations

from typing import Any

import pytest

from solver import Result, read_problem, solve
from tests.agreement import agree
from tests.builders import BACKUP_ON_CALL, blamed, charged, day, document, judged, people, row, solved
from tests.mutation import Mutant, killed_by

CLOSED, WORKED = {day(0): "must_day_off"}, {day(0): "must_work"}
PAID = {"symbol": "休", "kind": "off"}


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "calendar")


def wishes(symbol: str, **more: Any) -> dict[str, Any]:
    """Person a wishes a symbol on the first day."""
    return {"requests": [{"staff_id": "a", "date": day(0), "symbol": symbol, **more}]}


def test_accepts_off_on_closed_days_and_any_work_on_must_work_days() -> None:
    assert judged({"a": "×○×", "b": "×△○"}, calendar={**CLOSED, day(1): "must_work"}) == []


def test_everybody_is_off_on_closed_days_and_works_on_must_work_days() -> None:
    weighty = [{"staff_id": s, "date": day(i), "symbol": k, "weight": 999} for s in "ab" for i, k in ((0, "○"), (1, "×"))]
    result = solved(people("a", "b"), 2, calendar={**CLOSED, day(1): "must_work"}, requests=weighty)
    assert {row(result, s)[0] for s in "ab"} == {"×"}
    assert {row(result, s)[1] for s in "ab"} <= {"○", "△"}


def test_rejects_a_hard_demand_for_the_opposite() -> None:
    for calendar, symbol in ((CLOSED, "○"), (WORKED, "×")):
        assert solved(people("a"), 1, calendar=calendar, **wishes(symbol, hard=True)).status == "INFEASIBLE"


def test_costs_a_thousand_for_each_cell_of_a_foreign_roster() -> None:
    violations = judged({"a": "○×", "b": "×⊘"}, calendar={**CLOSED, day(1): "must_work"})
    # a works on the closed day, and is off on the must_work day, as is b, who is away
    assert charged(violations, "calendar") == [("hard", 1, 1000)] * 3
    found = {(v.staff_ids[0], v.dates[0].isoformat(), v.path) for v in violations}
    paths = [f"/settings/calendar/{day(i)}" for i in (0, 1)]
    assert found == {("a", day(0), paths[0]), ("a", day(1), paths[1]), ("b", day(1), paths[1])}


def test_on_closed_days_only_the_symbol_of_role_off_will_do() -> None:
    types = [{"symbol": "○", "role": "normal", "kind": "work"}, PAID, {"symbol": "×", "role": "off", "kind": "off"}]
    assert of({"a": "休"}, shift_types=types, calendar=CLOSED) == [("hard", 1, 1000)]
    assert row(solved(people("a"), 1, shift_types=types, calendar=CLOSED, **wishes("休")), "a") == "×"


@pytest.mark.parametrize("calendar", [CLOSED, WORKED])
@pytest.mark.parametrize("symbol", ["○", "△", "×", "⊘"])
def test_prefilled_cells_win(calendar: dict[str, str], symbol: str) -> None:
    result = solved(people("a"), 1, calendar=calendar, prefilled={"a": symbol})
    assert (result.status, row(result, "a"), result.violations) == ("OPTIMAL", symbol, ())


def test_accepts_prefilled_cells_on_any_symbol() -> None:
    assert of({"a": "○⊘"}, calendar={**CLOSED, day(1): "must_work"}, prefilled={"a": "○⊘"}) == []


def test_only_the_prefilled_cell_is_excepted() -> None:
    assert of({"a": "○", "b": "○"}, calendar=CLOSED, prefilled={"a": "○"}) == [("hard", 1, 1000)]


def test_people_on_call_are_off_on_closed_days_but_do_not_have_to_work() -> None:
    assert of({"a": "×", "b": "⊘"}, calendar=CLOSED, **BACKUP_ON_CALL) == [("hard", 1, 1000)]
    assert of({"a": "○", "b": "⊘"}, calendar=WORKED, **BACKUP_ON_CALL) == []


def test_days_before_employment_have_no_cell() -> None:
    staff = [{"id": "a", "employed_from": day(1)}]
    result = solved(staff, 2, calendar={**CLOSED, day(1): "must_work"})
    assert result.schedule == {"a": {day(1): "○"}}


HOLIDAY = {"holidays": {"country": "JP", "rule": "must_day_off"}}
EQUINOX = "2026-03-20"


def equinox(**parts: Any) -> dict[str, Any]:
    """A problem of one person and one day, the vernal equinox of 2026 (a Friday)."""
    made = document(people("a"), 1, **parts)
    made["period"] = {"start": EQUINOX, "end": EQUINOX}
    return made


def solved_equinox(**parts: Any) -> Result:
    return solve(read_problem(equinox(**parts)))


def test_public_holidays_close_the_house_where_told() -> None:
    assert row(solved_equinox(**HOLIDAY), "a") == "×"
    assert row(solved_equinox(holidays={"country": "JP", "rule": "none"}), "a") == "○"
    assert row(solved_equinox(holidays=None), "a") == "○"


def test_an_explicit_entry_wins_over_the_holiday() -> None:
    assert row(solved_equinox(**HOLIDAY, calendar={EQUINOX: "must_work"}), "a") in "○△"


def test_holidays_may_count_as_sundays() -> None:
    sundays = {"priority_rules": [{"rule_type": "required_shift", "staff_ids": ["a"], "shift": "△", "days_of_week": [0]}]}
    assert row(solved_equinox(holidays={"rule": "as_sunday"}, **sundays), "a") == "△"
    assert row(solved_equinox(**sundays), "a") != "△"


def test_explains_by_naming_the_person_and_the_closed_day() -> None:
    result = solved(people("a", "b"), 2, calendar=CLOSED, **wishes("○", hard=True))
    assert blamed(result, "calendar") == [(f"/settings/calendar/{day(0)}", ("a",), [day(0)])]
    assert {f.rule for f in result.conflicts[0].facts} == {"calendar", "request"}


def test_explains_by_naming_the_person_and_the_must_work_day() -> None:
    result = solved(people("a", "b"), 2, calendar=WORKED, **wishes("×", hard=True))
    assert blamed(result, "calendar") == [(f"/settings/calendar/{day(0)}", ("a",), [day(0)])]


def test_explains_a_holiday_by_the_rule_that_closes_it() -> None:
    wish = [{"staff_id": "a", "date": EQUINOX, "symbol": "○", "hard": True}]
    assert blamed(solved_equinox(**HOLIDAY, requests=wish), "calendar") == [("/settings/holidays", ("a",), [EQUINOX])]


def test_is_never_broken_even_where_the_hard_rules_are() -> None:
    result = solved(people("a"), 1, calendar=CLOSED, **wishes("○", hard=True))
    assert (result.status, row(result, "a")) == ("INFEASIBLE", "×")


BOTH = document(
    people("a", "b"), 2, calendar={**CLOSED, day(1): "must_work"}, prefilled={"b": "○×"}, **wishes("○", weight=7)
)


def test_agrees() -> None:
    agree(BOTH)
    agree(document(people("a"), 1, calendar=WORKED, **wishes("×", hard=True)))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (
            test_agrees,
            Mutant('elif staff not in problem.on_call and problem.shift_by_symbol[symbol].kind != "work":', "else:"),
        ),
        (
            test_accepts_prefilled_cells_on_any_symbol,
            Mutant(
                "or problem.pinned(staff, day) is not None:\n                continue", "or False:\n                continue"
            ),
        ),
        (
            test_costs_a_thousand_for_each_cell_of_a_foreign_roster,
            Mutant("for day in problem.judged_days:", "for day in problem.judged_days[1:]:"),
        ),
        (
            test_on_closed_days_only_the_symbol_of_role_off_will_do,
            Mutant("if symbol != problem.off:", 'if problem.shift_by_symbol[symbol].kind != "off":'),
        ),
        (
            test_agrees,
            Mutant("(*sorted(problem.closed_days), *sorted(problem.must_work_days))", "sorted(problem.closed_days)"),
        ),
        (
            test_explains_a_holiday_by_the_rule_that_closes_it,
            Mutant('if listed else pointer("settings", "holidays")', 'if listed else pointer("settings", "calendar")'),
        ),
        (
            test_people_on_call_are_off_on_closed_days_but_do_not_have_to_work,
            Mutant("elif staff not in problem.on_call and", "elif"),
        ),
    ],
)
def test_mutants_die(test: Any, mutant: Mutant) -> None:
    killed_by("calendar", mutant, test)
