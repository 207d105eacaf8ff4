"""Daily limit: accepts, rejects, costs, explains; agreement with the checker and the death of its mutants."""

from __future__ import annotations

import pytest

from tests.builders import charged, day, judged, solved
from tests.mutation import Mutant, assert_dies

AT_MOST_ONE_OFF = [{"symbols": ["×"], "max": 1, "hard": True}]


def test_accepts_a_day_within_bounds() -> None:
    assert judged({"a": "×", "b": "○"}, daily_limits=[{"symbols": ["×"], "min": 1, "max": 1}]) == []


def test_rejects_prefilled_cells_above_a_hard_maximum() -> None:
    result = solved(2, 1, daily_limits=AT_MOST_ONE_OFF, prefilled={"s0": "×", "s1": "×"})
    assert result.status == "INFEASIBLE"


def test_costs_each_person_above_and_below() -> None:
    limit = [{"symbols": ["×"], "min": 2, "max": 2, "weight": 7}]
    # day 0: 3 on ×, one above; day 1: none, two below; day 2: two, fine
    violations = judged({"a": "×○×", "b": "×○×", "c": "×○○"}, daily_limits=limit)
    assert charged(violations, "daily_limit") == [("soft", 2, 14), ("soft", 1, 7)]


def test_the_least_excess_is_found() -> None:
    # Two people are off by hand and one more has to be: 3 − 2 = 1 above, weight 50 by default.
    month = [{"measure": "count", "symbols": ["×"], "min": 1, "hard": True}]
    result = solved(3, 1, daily_limits=[{"symbols": ["×"], "max": 2}], monthly_limits=month)
    assert (result.status, result.objective) == ("OPTIMAL", 50)


def test_explains_by_naming_the_limit_and_the_day() -> None:
    result = solved(2, 2, daily_limits=AT_MOST_ONE_OFF, prefilled={"s0": "○×", "s1": "○×"})
    (conflict,) = result.conflicts
    assert conflict.proved
    fact = next(f for f in conflict.facts if f.rule == "daily_limit")
    assert fact.path == "/settings/daily_limits/0"
    assert [d.isoformat() for d in fact.dates] == [day(1)]
    assert {f.rule for f in conflict.facts} == {"daily_limit", "prefilled"}


def test_closed_and_must_work_days_have_no_limit() -> None:
    calendar = {day(0): "must_day_off", day(1): "must_work"}
    limit = [{"symbols": ["×"], "min": 1, "max": 1, "hard": True}]
    result = solved(2, 3, daily_limits=limit, calendar=calendar)
    assert result.status == "OPTIMAL"
    assert judged({"a": "×○×", "b": "×○○"}, daily_limits=limit, calendar=calendar) == []


def test_two_limits_are_two_budgets() -> None:
    limits = [{"symbols": ["×"], "max": 0}, {"symbols": ["×"], "max": 0, "weight": 1}]
    assert charged(judged({"a": "×"}, daily_limits=limits), "daily_limit") == [("soft", 1, 50), ("soft", 1, 1)]


def test_people_on_call_are_left_out() -> None:
    group = {"staff_groups": [{"id": "g", "members": ["a"]}]}
    backup = {"backup_assignments": [{"staff_id": "b", "group_id": "g", "assignment_type": "on_call"}]}
    limit = [{"symbols": ["○"], "max": 0}]
    violations = judged({"a": "×", "b": "○"}, daily_limits=limit, **group, **backup)
    assert charged(violations, "daily_limit") == []


def test_day_filters_join() -> None:
    limit = [{"symbols": ["×"], "max": 0, "days_of_week": ["monday"], "dates": [day(0), day(1)]}]
    violations = judged({"a": "××"}, daily_limits=limit)  # only the Monday is named by both
    assert [v.dates[0].isoformat() for v in violations] == [day(0)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("limit.min, terms, limit.max)", "None, terms, limit.max)"),
        Mutant("for day in problem.plain_days:", "for day in problem.plain_days[1:]:"),
        Mutant("found - limit.max if limit.max", "found - limit.max - 1 if limit.max"),
        Mutant("problem.day_rule(day) is not None or", "problem.closed(day) or"),
    ],
)
def test_mutants_die(mutant: Mutant) -> None:
    assert_dies("daily_limit", mutant)
