"""Why this symbol: what each one would make of a cell, held against the checker."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import ProblemError, check, explain_cell, read_problem, read_schedule, speaking
from solver.domain.schedule import Schedule
from solver.questions.cell import CellOption
from tests.builders import MONDAY, _cells, backed_up, day, people, problem
from tests.strategies import problems

TUESDAY = date.fromisoformat(day(1))


def options(rows: dict[str, str], **parts: Any) -> dict[str, CellOption]:
    """What each symbol would make of a's Monday."""
    asked = problem(people(*rows), max(map(len, rows.values())), **parts)
    roster = read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked)
    return {one.symbol: one for one in explain_cell(asked, roster, "a", MONDAY).options}


def rules(violations: Any) -> list[tuple[str, str]]:
    return [(one.rule, one.severity) for one in violations]


def test_a_day_off_without_cover_is_forbidden_and_says_why() -> None:
    found = options({"a": "○", "b": "△"}, **backed_up("a", "b"))
    assert (found["○"].current, found["○"].allowed, found["○"].penalty) == (True, True, 0)
    assert not found["×"].allowed
    assert rules(found["×"].new_violations)[0] == ("backup_coverage", "hard")
    assert found["×"].new_violations[0].message in found["×"].message
    assert found["△"].allowed


def test_costs_and_what_comes_and_goes() -> None:
    limits = [{"symbols": ["△"], "max": 0, "weight": 7}, {"symbols": ["×"], "max": 0, "weight": 3}]
    found = options({"a": "△", "b": "○"}, daily_limits=limits)
    assert {symbol: one.penalty for symbol, one in found.items() if symbol != "⊘"} == {"△": 0, "○": -7, "×": -4}
    assert rules(found["×"].gone_violations) == rules(found["×"].new_violations) == [("daily_limit", "soft")]
    assert [*found][:2] == ["△", "○"], "the present symbol comes first, then the best"
    assert "7" in found["○"].message


def test_a_cell_that_is_filled_in_is_told_so() -> None:
    asked = problem(people("a"), 1, prefilled={"a": "×"})
    answer = explain_cell(asked, read_schedule({"a": _cells("×", MONDAY)}, asked), "a", MONDAY)
    assert (answer.symbol, answer.pinned) == ("×", "×")
    normal = next(one for one in answer.options if one.symbol == "○")
    assert not normal.allowed
    assert ("prefilled", "hard") in rules(normal.new_violations)
    assert {one.symbol for one in answer.options if one.offered} == {"○", "△", "×"}, "as if it were free"


def test_a_missing_cell_may_become_anything() -> None:
    answer = explain_cell(problem(people("a"), 2), Schedule({"a": {TUESDAY: "○"}}), "a", str(MONDAY))
    assert answer.symbol is None
    assert not any(one.current for one in answer.options)


@pytest.mark.parametrize(
    ("staff", "when", "codes"),
    [
        ("x", MONDAY, {("unknown_staff", "/staff_id")}),
        ("a", day(9), {("outside_period", "/date")}),
        (None, "soon", {("wrong_type", "/staff_id"), ("bad_date", "/date")}),
        ("b", MONDAY, {("outside_employment", "/date")}),
    ],
)
def test_bad_questions_are_refused(staff: Any, when: Any, codes: set[tuple[str, str]]) -> None:
    asked = problem([{"id": "a"}, {"id": "b", "employed_from": str(TUESDAY)}], 2)
    with pytest.raises(ProblemError) as refused:
        explain_cell(asked, Schedule({}), staff, when)
    assert {(one.code.value, one.path) for one in refused.value.faults} == codes


def test_japanese() -> None:
    with speaking("ja"):
        found = options({"a": "○", "b": "△"}, **backed_up("a", "b"))
    assert "できない" in found["×"].message


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_it_agrees_with_the_checker(data: st.DataObject) -> None:
    asked = read_problem(data.draw(problems()))
    symbols = [shift.symbol for shift in asked.settings.shift_types]
    cells = [(one.id, when) for one in asked.staff for when in asked.employed_days(one.id)]
    if not cells:
        return
    rows: dict[str, dict[Any, str]] = {}
    for who, when in cells:
        rows.setdefault(who, {})[when] = data.draw(st.sampled_from(symbols))
    roster, (staff, when) = Schedule(rows), data.draw(st.sampled_from(cells))
    now = check(asked, roster)

    def charged(violations: Any, severity: str) -> int:
        return sum(one.penalty for one in violations if one.severity == severity)

    for one in explain_cell(asked, roster, staff, when).options:
        then = check(asked, roster.with_cell(staff, when, one.symbol))
        assert one.penalty == charged(then, "soft") - charged(now, "soft")
        assert not (one.allowed and charged(then, "hard") > charged(now, "hard"))
        if then == now:
            assert (one.new_violations, one.gone_violations, one.allowed) == ((), (), True)
        assert [v for v in one.new_violations if v not in then] == []
        assert [v for v in one.gone_violations if v not in now] == []
