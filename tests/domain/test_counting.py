"""Counting checks: never a false alarm, and exact to the last half day."""

import copy
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings

import solver
from solver.domain.counting import counting_notices
from solver.domain.language import say
from solver.domain.reading import read_problem
from tests.domain.teams import tight_teams

TYPES = [
    {"symbol": "○", "role": "normal", "kind": "work", "minutes": 480},
    {"symbol": "△", "role": "early", "kind": "work", "minutes": 300, "off_equivalent": 0.5},
    {"symbol": "×", "role": "off", "kind": "off"},
    {"symbol": "⊘", "role": "away", "kind": "away"},
]
Limit = Callable[[Any], dict[str, Any]]
SOFT = say("warnings.soft", message="")


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(tight_teams())
def test_what_is_claimed_is_true(document: dict[str, Any]) -> None:
    """A notice of hard limits: no schedule keeps them. One of soft limits: none keeps all of them."""
    problem = read_problem(document)
    notices = counting_notices(problem)
    if not notices:
        event("nothing claimed")
        return
    result = solver.solve(problem)
    if all(SOFT in notice.message for notice in notices):
        event("soft limits clash")
        assert result.status == "INFEASIBLE" or (result.status == "OPTIMAL" and (result.objective or 0) > 0), notices
    else:
        event("hard limits clash")
        assert result.status == "INFEASIBLE", notices


def team(people: int = 3, days: int = 7, **other: Any) -> dict[str, Any]:
    """A team of equals over the first days of a week that begins on Monday, without any rule."""
    silent = {"group_conflict": None, "forbidden_sequences": [], "stretches": [], "fairness": [], "shift_types": TYPES}
    return {
        "period": {"start": "2025-01-06", "end": f"2025-01-{5 + days:02d}"},
        "staff": [{"id": f"s{i}", "status": "社員"} for i in range(people)],
        **other,
        "settings": {**silent, **other.get("settings", {})},
    }


def hard(**fields: Any) -> dict[str, Any]:
    return {"hard": True, **fields}


def off(**fields: Any) -> dict[str, Any]:
    return hard(symbols=["×"], **fields)


def codes(document: dict[str, Any]) -> set[str]:
    notices = counting_notices(read_problem(document))
    assert all(SOFT not in notice.message for notice in notices)
    return {notice.code.value for notice in notices}


# Each row: a code, the greatest (or least) number that can still be met, the first that cannot, and the problem around it.
# The numbers are derived beside it.
EDGES: list[tuple[str, str, Any, Any, Callable[[Any], dict[str, Any]]]] = [
    # 3 people, 7 days, at most 1 off a day: 7 days off; 2 each make 6, 3 each make 9
    (
        "daily maximum",
        "too_many_off",
        2,
        3,
        lambda n: team(settings={"daily_limits": [off(max=1)], "monthly_limits": [off(min=n)]}),
    ),
    # the same, but on the closed day (Sunday) × does not count: 6 days off for 3 people
    (
        "closed day leaves one day less",
        "too_many_off",
        2,
        3,
        lambda n: team(
            settings={
                "daily_limits": [off(max=1)],
                "monthly_limits": [off(min=n)],
                "calendar": {"2025-01-12": "must_day_off"},
            }
        ),
    ),
    # with include_calendar the closed day gives everybody one: 3 + 6 days off for 3 people
    (
        "closed day counted",
        "too_many_off",
        3,
        4,
        lambda n: team(
            settings={
                "daily_limits": [off(max=1)],
                "monthly_limits": [off(min=n, include_calendar=True)],
                "calendar": {"2025-01-12": "must_day_off"},
            }
        ),
    ),
    # no × on must_work days: 5 days of 1
    (
        "must_work days",
        "too_many_off",
        1,
        2,
        lambda n: team(
            settings={
                "daily_limits": [off(max=1)],
                "monthly_limits": [off(min=n)],
                "calendar": {"2025-01-11": "must_work", "2025-01-12": "must_work"},
            }
        ),
    ),
    # one × (2 halves) and one △ (1 half) a day: 21 halves for 3 people: 7 each, 3.5 days
    (
        "half days under two maxima",
        "too_many_off",
        3.5,
        4,
        lambda n: team(
            settings={
                "daily_limits": [off(max=1), hard(symbols=["△"], max=1)],
                "monthly_limits": [hard(measure="off_equivalent", min=n)],
            }
        ),
    ),
    # the third person is on call: neither needs days off nor may take one
    (
        "on_call people left out",
        "too_many_off",
        3,
        4,
        lambda n: team(
            settings={
                "staff_groups": [{"id": "g", "members": ["s0", "s1"]}],
                "backup_assignments": [{"staff_id": "s2", "group_id": "g", "assignment_type": "on_call"}],
                "daily_limits": [off(max=1)],
                "monthly_limits": [off(min=n)],
            }
        ),
    ),
    # the third person is there on 2 days of 7: ⌊n·2/7⌋; 2+2+0 = 4, 3+3+0 = 6, 4+4+1 = 9 of 7
    (
        "employment prorated",
        "too_many_off",
        3,
        4,
        lambda n: team(
            staff=[{"id": "s0"}, {"id": "s1"}, {"id": "s2", "employed_from": "2025-01-11"}],
            settings={"daily_limits": [off(max=1)], "monthly_limits": [off(min=n)]},
        ),
    ),
    # a week cut by the period to 3 days: ⌊n·3/7⌋ = 1, 2 for n = 4, 5; 1 each of 3 people, 3 days of 1: met; 2 each: not
    (
        "week cut by the period",
        "too_many_off",
        4,
        5,
        lambda n: team(days=3, settings={"daily_limits": [off(max=1)], "weekly_limits": [off(min=n)]}),
    ),
    # 4 people demanded at work leave 1 of 5: 7 days off for 5 people
    (
        "demand leaves the rest",
        "too_many_off",
        1,
        2,
        lambda n: team(people=5, settings={"demand": [hard(symbols=["○", "△"], min=4)], "monthly_limits": [off(min=n)]}),
    ),
    # two groups of two, at most one of each off: 14 days off for 4 people
    (
        "conflicts of two groups add up",
        "too_many_off",
        3,
        4,
        lambda n: team(
            people=4,
            settings={
                "staff_groups": [{"id": "g", "members": ["s0", "s1"]}, {"id": "h", "members": ["s2", "s3"]}],
                "group_conflict": off(max=1),
                "monthly_limits": [off(min=n)],
            },
        ),
    ),
    ("people demanded", "too_few_staff", 3, 4, lambda n: team(settings={"demand": [hard(symbols=["○"], min=n)]})),
    # somebody pinned elsewhere cannot be there
    (
        "people demanded, one pinned",
        "too_few_staff",
        2,
        3,
        lambda n: team(settings={"demand": [hard(symbols=["○"], min=n)]}, prefilled={"s1": {"2025-01-09": "△"}}),
    ),
    # hard priority rules, allowed_shifts and requests keep one away each on Thursday
    (
        "people demanded, three bound otherwise",
        "too_few_staff",
        1,
        2,
        lambda n: team(
            people=4,
            settings={
                "demand": [hard(symbols=["○"], min=n)],
                "priority_rules": [{"rule_type": "required_shift", "staff_ids": ["s0"], "shift": "×", "days_of_week": [4]}],
                "allowed_shifts": [hard(symbols=["△", "×"], scope={"staff_ids": ["s1"]})],
                "requests": [hard(staff_id="s2", date="2025-01-09", symbol="○", want=False)],
            },
        ),
    ),
    (
        "minima together",
        "too_few_staff",
        1,
        2,
        lambda n: team(settings={"demand": [hard(symbols=["○"], min=2), hard(symbols=["△"], min=n)]}),
    ),
    # 3 people with at most 5 days off: 15 of 14 demanded; at most 4: 12 of 14
    (
        "maxima of people",
        "too_few_off",
        5,
        4,
        lambda n: team(settings={"daily_limits": [off(min=2)], "monthly_limits": [off(max=n)]}),
    ),
    # 5.0 days of off-equivalent hold 5 days off, 4.5 only 4: 3·5 ≥ 14 > 3·4
    (
        "maxima of people in half days",
        "too_few_off",
        5,
        4.5,
        lambda n: team(settings={"daily_limits": [off(min=2)], "monthly_limits": [hard(measure="off_equivalent", max=n)]}),
    ),
    # history holds one × of the week for each: 2 days before, ⌈n·7/7⌉ − 1 left on 5 days; 5 demanded of 3 people
    (
        "history counts in the week",
        "too_few_off",
        3,
        2,
        lambda n: {
            **team(settings={"daily_limits": [off(min=1)], "weekly_limits": [off(max=n)]}),
            "period": {"start": "2025-01-08", "end": "2025-01-12"},
            "history": {f"s{i}": {"2025-01-06": "×", "2025-01-07": "○"} for i in range(3)},
        },
    ),
    ("own minimum", "unreachable_limit", 7, 8, lambda n: team(people=1, settings={"monthly_limits": [off(min=n)]})),
    # minutes: 7 days of 480
    (
        "own minimum in minutes",
        "unreachable_limit",
        3360,
        3361,
        lambda n: team(people=1, settings={"monthly_limits": [hard(measure="minutes", min=n)]}),
    ),
    # at most 3 × and any △: 3 + 4·0.5
    (
        "own minimum in half days under an own maximum",
        "unreachable_limit",
        5,
        5.5,
        lambda n: team(people=1, settings={"monthly_limits": [hard(measure="off_equivalent", min=n), off(max=3)]}),
    ),
    # ⌈n·7/7⌉ for the week, 3 pinned
    (
        "own maximum",
        "unreachable_limit",
        3,
        2,
        lambda n: team(
            people=1,
            settings={"weekly_limits": [off(max=n)]},
            prefilled={"s0": {"2025-01-06": "×", "2025-01-07": "×", "2025-01-08": "×"}},
        ),
    ),
    (
        "fixed on a day",
        "too_many_fixed",
        2,
        1,
        lambda n: team(settings={"daily_limits": [off(max=n)]}, prefilled={s: {"2025-01-07": "×"} for s in ("s0", "s1")}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "met", "unmet", "make"), [row[1:] for row in EDGES], ids=[row[0] for row in EDGES])
def test_the_edge_is_exact(code: str, met: Any, unmet: Any, make: Callable[[Any], dict[str, Any]]) -> None:
    assert codes(make(met)) == set()
    assert code in codes(make(unmet))
    assert solver.solve(read_problem(quick(make(met)))).status in ("OPTIMAL", "FEASIBLE")
    assert solver.solve(read_problem(quick(make(unmet)))).status == "INFEASIBLE"


def test_on_call_people_count_in_demand() -> None:
    def document(demanded: int) -> dict[str, Any]:
        return team(
            settings={
                "staff_groups": [{"id": "g", "members": ["s0", "s1"]}],
                "backup_assignments": [{"staff_id": "s2", "group_id": "g", "assignment_type": "on_call"}],
                "demand": [hard(symbols=["○"], min=demanded)],
            }
        )

    assert codes(document(3)) == set()
    assert codes(document(4)) == {"too_few_staff"}


def quick(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "options": {"time_limit": 10, "workers": 1, "on_infeasible": "report"}}


def test_a_soft_limit_that_is_more_specific_hides_a_hard_one() -> None:
    """Nobody is bound by the hard minimum: what governs a person is the more specific one."""
    limits = [off(min=8), {"symbols": ["×"], "min": 1, "scope": {"statuses": ["社員"]}}]
    assert codes(team(settings={"monthly_limits": limits})) == set()


def test_soft_limits_without_a_price_are_no_matter() -> None:
    document = team(settings={"monthly_limits": [{"symbols": ["×"], "min": 8, "weight": 0}]})
    assert counting_notices(read_problem(document)) == []


def test_a_clash_of_hard_limits_is_not_told_again_as_one_of_soft_ones() -> None:
    document = team(settings={"monthly_limits": [off(min=8)]})
    messages = [notice.message for notice in counting_notices(read_problem(document))]
    assert len(messages) == len(set(messages)) == 3  # one a person
    assert not any(SOFT in message for message in messages)


def test_counting_that_is_stopped_claims_nothing_it_has_not_counted() -> None:
    problem = read_problem(team(settings={"daily_limits": [off(max=1)], "monthly_limits": [off(min=3)]}))
    stop = threading.Event()
    assert {notice.code for notice in counting_notices(problem, stop)} == {"too_many_off"}
    stop.set()
    assert counting_notices(problem, stop) == []


def test_a_large_team_is_counted_in_bounded_time() -> None:
    """Past its budget counting claims nothing rather than something false."""
    document = team(people=60, days=20, settings={"daily_limits": [off(max=1, dates=["2025-01-06"])] * 5000})
    plain = copy.deepcopy(document)
    plain["settings"]["daily_limits"] = [off(max=1)] * 5000
    plain["settings"]["monthly_limits"] = [off(min=1)]
    assert codes(plain) <= {"too_many_off"}
