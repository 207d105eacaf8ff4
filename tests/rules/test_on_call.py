"""On call: ○ only to cover, × on closed days, ⊘ otherwise; left out of most limits."""

from __future__ import annotations

from typing import Any

import pytest

from solver import ProblemError
from tests.agreement import agree
from tests.builders import backed_up, blamed, charged, day, document, judged, people, problem, row, solved
from tests.mutation import Mutant, killed_by
from tests.strategies import OFF

CALLED = {"staff_id": "b", "assignment_type": "on_call"}
TEAM = backed_up("m", CALLED)


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "on_call")


def test_accepts_normal_to_cover_and_away_otherwise() -> None:
    assert judged({"m": "×○△", "b": "○⊘⊘"}, **TEAM) == []


@pytest.mark.parametrize("symbol", ["○", "△", "×"])
def test_rejects_any_other_free_cell(symbol: str) -> None:
    assert of({"m": "○", "b": symbol}, **TEAM) == [("hard", 1, 1000)]


def test_counts_each_cell() -> None:
    violations = judged({"m": "○○○", "b": "○⊘△"}, **TEAM)
    assert charged(violations, "on_call") == [("hard", 1, 1000)] * 2
    assert sorted((v.staff_ids, v.dates[0].isoformat()) for v in violations) == [(("b",), day(0)), (("b",), day(2))]


def test_comes_in_for_absences_alone() -> None:
    result = solved(people("m", "b"), 4, prefilled={"m": "○×△⊘"}, **TEAM)
    assert (result.status, row(result, "b")) == ("OPTIMAL", "⊘○⊘○")


def test_does_not_come_in_to_meet_a_demand() -> None:
    demand = [{"symbols": ["○"], "min": 1, "under_weight": 9}]
    result = solved(people("m", "b"), 1, prefilled={"m": "△"}, demand=demand, **TEAM)
    assert (row(result, "b"), result.objective) == ("⊘", 9)


def test_is_idle_also_on_must_work_days_and_off_on_closed_ones() -> None:
    calendar = {day(0): "must_work", day(1): "must_day_off"}
    result = solved(people("m", "b"), 2, calendar=calendar, prefilled={"m": "○×"}, **TEAM)
    assert row(result, "b") == "⊘×"


def test_accepts_away_on_must_work_days_and_off_on_closed_ones() -> None:
    calendar = {day(0): "must_work", day(1): "must_day_off"}
    assert judged({"m": "○×", "b": "⊘×"}, calendar=calendar, **TEAM) == []


def test_comes_in_on_must_work_days_too() -> None:
    result = solved(people("m", "b"), 1, calendar={day(0): "must_work"}, prefilled={"m": "×"}, **TEAM)
    assert row(result, "b") == "○"


def test_is_called_in_by_order_like_anyone() -> None:
    first = solved(people("m", "a", "b"), 1, prefilled={"m": "×"}, **backed_up("m", CALLED, "a"))
    assert [(c.staff_id, c.passed_over) for c in first.covers] == [("b", ())]
    second = solved(people("m", "a", "b"), 1, prefilled={"m": "×"}, **backed_up("m", "a", CALLED))
    assert (row(second, "a"), row(second, "b"), second.objective) == ("○", "⊘", 0)


def test_comes_in_where_those_before_him_are_off() -> None:
    result = solved(people("m", "a", "b"), 1, prefilled={"m": "×", "a": "×"}, **backed_up("m", "a", CALLED))
    assert row(result, "b") == "○"


def test_is_on_call_for_the_whole_period_whatever_the_dates_say() -> None:
    dated = {**CALLED, "effective_from": day(1), "effective_until": day(1)}
    result = solved(people("m", "b"), 3, prefilled={"m": "○×○"}, **backed_up("m", dated))
    assert row(result, "b") == "⊘○⊘"


def test_an_inactive_assignment_makes_nobody_on_call() -> None:
    assert of({"m": "○", "b": "△"}, **backed_up("m", {**CALLED, "is_active": False})) == []


def test_without_an_eligible_assignment_he_never_comes() -> None:
    gone = {**CALLED, "effective_until": "2026-02-01"}
    assert row(solved(people("m", "b"), 1, prefilled={"m": "×"}, **backed_up("m", gone)), "b") == "⊘"


def test_several_on_call_come_as_far_as_they_are_needed() -> None:
    calls = ({"staff_id": s, "assignment_type": "on_call"} for s in "abc")
    team = backed_up("mn", *calls, cover="each")
    result = solved(people("m", "n", "a", "b", "c"), 2, prefilled={"m": "××", "n": "×○"}, **team)
    assert [row(result, s) for s in "abc"] == ["○○", "○⊘", "⊘⊘"]


@pytest.mark.parametrize("symbol", ["○", "△", "×", "⊘"])
def test_a_prefilled_cell_wins(symbol: str) -> None:
    result = solved(people("m", "b"), 1, prefilled={"m": "○", "b": symbol}, **TEAM)
    assert (result.status, row(result, "b")) == ("OPTIMAL", symbol)


def test_mixed_with_an_active_regular_assignment_is_a_fault() -> None:
    regular = {"staff_id": "b", "assignment_type": "regular"}
    with pytest.raises(ProblemError) as error:
        problem(people("m", "b"), 1, **backed_up("m", CALLED, regular))
    assert [(f.code, f.path) for f in error.value.faults] == [
        ("mixed_assignment_type", "/settings/backup_assignments/1/assignment_type")
    ]
    assert problem(people("m", "b"), 1, **backed_up("m", CALLED, {**regular, "is_active": False})).on_call == {"b"}


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("daily_limit", {"daily_limits": [{"symbols": ["○"], "max": 0}]}),
        ("weekly_limit", {"weekly_limits": [{"symbols": ["○"], "max": 0}]}),
        ("monthly_limit", {"monthly_limits": [{"symbols": ["○"], "max": 0}]}),
        ("weekend", {"weekends": [{"max_working": 0}]}),
        ("fairness", {"fairness": [{"measure": "weekend"}], "history_counts": {"b": {"weekend": 9}}}),
    ],
)
def test_is_left_out_of(rule: str, settings: dict[str, Any]) -> None:
    roster = {"m": "△△△△△××", "b": "⊘⊘⊘⊘⊘○○"}  # from a Monday on
    assert charged(judged(roster, **settings, **TEAM), rule) == []


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("group_conflict", {"group_conflict": {"symbols": [OFF], "max": 0}}),
        ("daily_limit", {"daily_limits": [{"symbols": [OFF], "max": 0}]}),
        ("monthly_limit", {"monthly_limits": [{"measure": "off_equivalent", "max": 0}]}),
        ("fairness", {"fairness": [{"measure": "off"}]}),
    ],
)
def test_his_days_off_are_left_out_of(rule: str, settings: dict[str, Any]) -> None:
    team = backed_up("m", CALLED)
    team["staff_groups"].append({"id": "h", "members": ["b"]})
    roster = {"m": "○○○", "b": "×××"}
    assert charged(judged(roster, prefilled={"b": "×××"}, **settings, **team), rule) == []


@pytest.mark.parametrize(
    ("rule", "settings", "found"),
    [
        ("demand", {"demand": [{"symbols": ["○"], "max": 0, "over_weight": 9}]}, [("soft", 1, 9), ("soft", 1, 9)]),
        ("stretch", {"stretches": [{"kind": "work", "max": 2, "scope": {"staff_ids": ["b"]}}]}, [("soft", 1, 200)]),
        # 480 + 480 + 600 minutes are 560 above 1000.
        ("monthly_limit", {"monthly_limits": [{"measure": "minutes", "max": 1000}]}, [("soft", 560, 560 * 80)]),
        # ○ ends at 18:00, △ begins at 5:00: 660 minutes, one short.
        ("rest_time", {"rest": [{"minutes": 661}]}, [("hard", 1, 1)]),
    ],
)
def test_counts_in(rule: str, settings: dict[str, Any], found: list[tuple[str, int, int]]) -> None:
    violations = judged({"m": "×××", "b": "○○△"}, prefilled={"b": "··△"}, **settings, **TEAM)
    assert charged(violations, rule) == found


def test_explains_why_he_does_not_come() -> None:
    demand = [{"symbols": ["○"], "min": 1, "hard": True}]
    result = solved(people("m", "b"), 2, prefilled={"m": "○△"}, demand=demand, **TEAM)
    assert blamed(result, "on_call") == [("/settings/backup_assignments/0", ("b",), [day(1)])]
    assert {f.rule for f in result.conflicts[0].facts} == {"on_call", "demand", "prefilled"}


def test_is_never_broken_even_where_the_hard_rules_are() -> None:
    demand = [{"symbols": ["○"], "min": 1, "hard": True}]
    result = solved(people("m", "b"), 1, prefilled={"m": "△"}, demand=demand, **TEAM)
    assert (result.status, row(result, "b")) == ("INFEASIBLE", "⊘")
    assert charged(list(result.violations), "on_call") == []


NEEDED_OTHERWISE = document(people("m", "b"), 2, prefilled={"m": "×△"}, demand=[{"symbols": ["○"], "min": 1}], **TEAM)
TWO_GROUPS = document(
    people("m", "n", "b"),
    1,
    prefilled={"n": "×"},
    demand=[{"symbols": ["△"], "min": 1}],
    **backed_up("m", CALLED)
    | {
        "staff_groups": [{"id": "g", "members": ["m"]}, {"id": "h", "members": ["n"]}],
        "backup_assignments": [{**CALLED, "group_id": "g"}, {**CALLED, "group_id": "h"}],
    },
)


@pytest.mark.parametrize("case", [NEEDED_OTHERWISE, TWO_GROUPS], ids=["needed otherwise", "two groups"])
def test_agrees(case: dict[str, Any]) -> None:
    agree(case)


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        (NEEDED_OTHERWISE, Mutant("for day in problem.open_days:", "for day in problem.open_days[:1]:")),
        (NEEDED_OTHERWISE, Mutant("if (staff, day) not in covering:", "if True:")),
        (TWO_GROUPS, Mutant("*map(negated, covers)]", "*map(negated, covers[:1])]")),
        (NEEDED_OTHERWISE, Mutant("elif symbol != problem.away:", "else:")),
    ],
)
def test_mutants_die(case: dict[str, Any], mutant: Mutant) -> None:
    killed_by("on_call", mutant, lambda: agree(case))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_explains_why_he_does_not_come, Mutant('"backup_assignments", first)', '"backup_assignments", first + 1)')),
        (test_accepts_away_on_must_work_days_and_off_on_closed_ones, Mutant("or problem.closed(day) or", "or")),
    ],
)
def test_mutants_of_the_facts_die(test: Any, mutant: Mutant) -> None:
    killed_by("on_call", mutant, test)
