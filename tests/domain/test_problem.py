"""What the rules ask of a problem: days, people, cells, scopes, and who may back up whom."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.domain.base import WEEKDAYS
from solver.domain.errors import ProblemError
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.staff import EVERYBODY, Scope, Staff

PEOPLE = [
    {"id": "sato", "name": "佐藤", "status": "社員", "skills": ["grill"]},
    {"id": "suzuki", "status": "社員", "employed_until": "2025-01-10"},
    {"id": "nakata", "name": "中田", "status": "派遣", "employed_from": "2025-01-03", "skills": ["grill", "sushi"]},
    {"id": "gone", "status": "派遣", "is_active": False},
]


def read(settings: Any = None, **other: Any) -> Problem:
    return read_problem(
        {"period": {"start": "2025-01-01", "end": "2025-01-14"}, "staff": PEOPLE, "settings": settings or {}, **other}
    )


def day(number: int) -> date:
    return date(2025, 1, number)


def dates(days: Any) -> list[int]:
    return [one.day for one in days]


# ---- days ---------------------------------------------------------------------------------------------


def test_closed_and_must_work_days() -> None:
    problem = read({"calendar": {"2025-01-02": "must_day_off", "2025-01-03": "must_work", "2025-02-01": "must_day_off"}})
    assert dates(problem.closed_days) == [2]
    assert dates(problem.must_work_days) == [3]
    assert dates(problem.open_days) == [1, *range(3, 15)]
    assert dates(problem.plain_days) == [1, *range(4, 15)]
    assert problem.closed(day(2))
    assert not problem.closed(day(3))
    assert problem.closed(date(2025, 2, 1))


def test_holidays_close_the_house_unless_the_calendar_says_otherwise() -> None:
    rule = {"country": "JP", "rule": "must_day_off"}  # 1 and 13 January 2025
    assert sorted(dates(read({"holidays": rule}).closed_days)) == [1, 13]
    problem = read({"holidays": rule, "calendar": {"2025-01-13": "must_work"}})
    assert (dates(problem.closed_days), dates(problem.must_work_days)) == ([1], [13])
    assert problem.closed(date(2024, 11, 4))  # before the period, 文化の日 observed


def test_holidays_count_as_sundays_under_as_sunday_only() -> None:
    plain, sunday = read(), read({"holidays": {"country": "JP", "rule": "as_sunday"}})
    assert (plain.weekday(day(13)), sunday.weekday(day(13))) == ("monday", "sunday")
    assert sunday.weekday(day(14)) == "tuesday"
    assert sunday.closed_days == frozenset()


def test_day_filters_have_both_to_be_satisfied() -> None:
    rules = [{"days_of_week": ["monday"]}, {"dates": ["2025-01-06", "2025-01-07"]}]
    rules += [{**rules[0], **rules[1]}, {}, {"days_of_week": []}]
    problem = read({"daily_limits": [{"symbols": ["×"], "max": 1, **rule} for rule in rules]})
    found = [[d.day for d in problem.days if problem.matches(limit, d)] for limit in problem.settings.daily_limits]
    assert found == [[6, 13], [6, 7], [6], list(range(1, 15)), []]


# ---- people -------------------------------------------------------------------------------------------


def test_employment_is_inclusive() -> None:
    problem = read()
    assert dates(problem.employed_days("sato")) == list(range(1, 15))
    assert dates(problem.employed_days("suzuki")) == list(range(1, 11))
    assert dates(problem.employed_days("nakata")) == list(range(3, 15))
    assert problem.employed_days("gone") == ()
    assert problem.employed("suzuki", day(10))
    assert not problem.employed("suzuki", day(11))
    assert not problem.employed("sato", date(2025, 1, 15))  # no cell outside the period


@given(st.dates(date(2024, 12, 25), date(2025, 1, 20)), st.dates(date(2024, 12, 25), date(2025, 1, 20)))
def test_employment_by_its_dates(start: date, end: date) -> None:
    if start > end:
        with pytest.raises(ProblemError):
            read(staff=[{"id": "a", "employed_from": start, "employed_until": end}])
        return
    problem = read(staff=[{"id": "a", "employed_from": start, "employed_until": end}])
    assert list(problem.employed_days("a")) == [d for d in problem.days if start <= d <= end]


def test_labels() -> None:
    assert [read().label(one) for one in ("sato", "suzuki")] == ["佐藤", "suzuki"]
    assert Staff(id="x").label == "x"


@pytest.mark.parametrize(
    ("scope", "people"),
    [
        ({}, ["sato", "suzuki", "nakata", "gone"]),
        ({"staff_ids": ["nakata", "sato"]}, ["sato", "nakata"]),
        ({"group_ids": ["g", "idle"]}, ["suzuki", "nakata"]),
        ({"skills": ["sushi", "grill"]}, ["sato", "nakata"]),
        ({"statuses": ["派遣"]}, ["nakata", "gone"]),
        ({"statuses": []}, []),
    ],
)
def test_scopes(scope: dict[str, Any], people: list[str]) -> None:
    groups = [{"id": "g", "members": ["nakata", "suzuki"]}, {"id": "idle", "members": ["sato"], "is_active": False}]
    problem = read({"staff_groups": groups, "daily_limits": [{"symbols": ["×"], "max": 1, "scope": scope}]})
    assert list(problem.in_scope(problem.settings.daily_limits[0].scope)) == people


def test_scopes_by_rank() -> None:
    scopes = [Scope(staff_ids=()), Scope(group_ids=()), Scope(skills=()), Scope(statuses=()), EVERYBODY]
    assert [scope.rank for scope in scopes] == [0, 1, 2, 3, 4]


def governing(*scopes: dict[str, Any], **fields: Any) -> dict[str, int]:
    """Which of some limits governs whom."""
    rows = [{"symbols": ["×"], "max": 1, "scope": scope, **fields} for scope in scopes]
    problem = read({"staff_groups": [{"id": "g", "members": ["sato"]}], "weekly_limits": rows})
    found = problem.most_specific(problem.settings.weekly_limits, lambda limit: [limit.symbols] if limit.max else [])
    return {staff: i for (staff, _), i in found.items()}


def test_the_most_specific_limit_wins_wherever_it_stands() -> None:
    everybody, status, skill = {}, {"statuses": ["社員", "派遣"]}, {"skills": ["grill"]}
    group, staff = {"group_ids": ["g"]}, {"staff_ids": ["nakata"]}
    assert governing(everybody, status, skill, group, staff) == {"sato": 3, "suzuki": 1, "nakata": 4, "gone": 1}
    assert governing(staff, group, skill, status, everybody) == {"sato": 1, "suzuki": 3, "nakata": 0, "gone": 3}


def test_among_equals_the_first_listed_wins() -> None:
    assert governing({"statuses": ["社員"]}, {"statuses": ["社員", "派遣"]}) == {
        "sato": 0,
        "suzuki": 0,
        "nakata": 1,
        "gone": 1,
    }


def test_inactive_limits_govern_nobody() -> None:
    assert governing({"staff_ids": ["sato"]}, is_active=False) == {}


@given(st.permutations([{}, {"statuses": ["社員"]}, {"skills": ["grill"]}, {"group_ids": ["g"]}, {"staff_ids": ["sato"]}]))
def test_order_decides_nothing_between_ranks(scopes: list[dict[str, Any]]) -> None:
    assert governing(*scopes)["sato"] == scopes.index({"staff_ids": ["sato"]})


# ---- cells --------------------------------------------------------------------------------------------


def test_what_a_cell_may_hold() -> None:
    problem = read(
        {"calendar": {"2025-01-02": "must_day_off", "2025-01-03": "must_work"}},
        prefilled={"sato": {"2025-01-02": "○", "2025-01-03": "×", "2025-01-04": ""}},
    )
    assert [problem.choices("sato", day(n)) for n in (1, 2, 3)] == [("○", "△", "◇", "×"), ("○",), ("×",)]
    assert [problem.choices("suzuki", day(n)) for n in (2, 3)] == [("×",), ("○", "△", "◇")]
    assert problem.pinned("sato", day(2)) == "○"
    assert problem.pinned("sato", day(4)) is None
    assert problem.pinned("nakata", day(4)) is None


def test_people_on_call_cover_or_stay_away() -> None:
    assignment = {"staff_id": "nakata", "group_id": "g", "assignment_type": "on_call"}
    groups = [{"id": "g", "members": ["sato"]}]
    problem = read(
        {
            "staff_groups": groups,
            "backup_assignments": [assignment],
            "calendar": {"2025-01-05": "must_day_off", "2025-01-06": "must_work"},
        }
    )
    assert problem.on_call == {"nakata"}
    assert [problem.choices("nakata", day(n)) for n in (4, 5, 6)] == [("○", "⊘"), ("×",), ("○", "⊘")]
    assert problem.ordinary(["sato", "nakata"]) == ("sato",)
    assert read({"staff_groups": groups, "backup_assignments": [{**assignment, "is_active": False}]}).on_call == frozenset()


def test_history() -> None:
    problem = read(history={"sato": {"2024-12-31": "△"}})
    assert problem.before("sato", date(2024, 12, 31)) == "△"
    assert problem.before("sato", date(2024, 12, 30)) is None
    assert problem.before("suzuki", date(2024, 12, 31)) is None


def test_symbols_by_kind_and_role() -> None:
    problem = read({"shift_types": [
        {"symbol": "W", "kind": "work", "role": "normal"},
        {"symbol": "E", "kind": "work", "role": "early"},
        {"symbol": "-", "kind": "off", "role": "off"},
        {"symbol": "有", "kind": "off"},
    ]})  # fmt: skip
    assert (problem.normal, problem.off, problem.away) == ("W", "-", None)
    assert (problem.of_kind("work"), problem.of_kind("off"), problem.of_kind("away")) == (("W", "E"), ("-", "有"), ())
    assert problem.of_role("early") == ("E",)


# ---- backups ------------------------------------------------------------------------------------------


def backed(*rows: dict[str, Any], **settings: Any) -> Problem:
    """The group of sato, backed up by some of nakata, suzuki and ueda."""
    assignments = [{"id": f"b{i}", "group_id": "g", **row} for i, row in enumerate(rows)]
    return read(
        {"staff_groups": [{"id": "g", "members": ["sato"]}], "backup_assignments": assignments, **settings},
        staff=[*PEOPLE, {"id": "ueda"}],
    )


def eligible(problem: Problem, number: int) -> list[str]:
    return [one.staff_id for one in problem.eligible("g", day(number))]


def test_effective_dates_are_inclusive() -> None:
    problem = backed({"staff_id": "ueda", "effective_from": "2025-01-04", "effective_until": "2025-01-06"})
    assert [n for n in range(1, 15) if eligible(problem, n)] == [4, 5, 6]


@given(st.none() | st.integers(1, 14), st.none() | st.integers(1, 14))
def test_effective_dates(first: int | None, last: int | None) -> None:
    if first and last and first > last:
        return
    fields = {name: day(n) for name, n in (("effective_from", first), ("effective_until", last)) if n}
    problem = backed({"staff_id": "ueda", **fields})
    assert [n for n in range(1, 15) if eligible(problem, n)] == list(range(first or 1, (last or 14) + 1))


def test_backups_come_by_order_and_ties_as_listed() -> None:
    problem = backed(
        {"staff_id": "nakata", "priority_order": 2},
        {"staff_id": "ueda", "priority_order": 1},
        {"staff_id": "suzuki", "priority_order": 2},
    )
    assert eligible(problem, 5) == ["ueda", "nakata", "suzuki"]
    assert eligible(problem, 1) == ["ueda", "suzuki"]  # nakata begins on the 3rd
    assert eligible(problem, 11) == ["ueda", "nakata"]  # suzuki left on the 10th


def test_a_person_counts_once_by_his_smallest_order() -> None:
    problem = backed(
        {"staff_id": "ueda", "priority_order": 3},
        {"staff_id": "nakata", "priority_order": 2},
        {"staff_id": "ueda", "priority_order": 1, "effective_from": "2025-01-08"},
    )
    assert [(one.staff_id, one.order, one.assignment_id) for one in problem.eligible("g", day(5))] == [
        ("nakata", 2, "b1"),
        ("ueda", 3, "b0"),
    ]
    assert [(one.staff_id, one.order, one.assignment_id) for one in problem.eligible("g", day(8))] == [
        ("ueda", 1, "b2"),
        ("nakata", 2, "b1"),
    ]


@pytest.mark.parametrize("row", [{"staff_id": "gone"}, {"staff_id": "ueda", "is_active": False}])
def test_inactive_people_and_assignments_back_nobody(row: dict[str, Any]) -> None:
    assert eligible(backed(row), 5) == []


def test_hard_rules_against_the_normal_shift_bar_a_backup() -> None:
    def barred(**settings: Any) -> list[int]:
        problem = backed({"staff_id": "ueda"}, **settings)
        return [n for n in range(1, 15) if not eligible(problem, n)]

    ueda = {"staff_ids": ["ueda"]}
    blocked = {"rule_type": "blocked_shift", "shift": "○", **ueda, "days_of_week": ["sunday"]}
    assert barred(allowed_shifts=[{"symbols": ["△", "×"], "hard": True, "scope": ueda}]) == list(range(1, 15))
    assert barred(allowed_shifts=[{"symbols": ["○"], "hard": True, "scope": ueda}]) == []
    assert barred(allowed_shifts=[{"symbols": ["△"], "scope": ueda}]) == []  # soft
    assert barred(priority_rules=[blocked]) == [5, 12]
    assert barred(priority_rules=[{**blocked, "hard": False}]) == []
    assert barred(priority_rules=[{**blocked, "is_active": False}]) == []
    assert barred(priority_rules=[{**blocked, "shift": "△"}]) == []
    assert barred(priority_rules=[{**blocked, "except_symbols": ["○"]}]) == []
    assert barred(priority_rules=[blocked], calendar={"2025-01-05": "must_work"}) == [12]


def test_nobody_is_eligible_on_a_closed_day_for_there_is_nothing_to_cover() -> None:
    problem = backed({"staff_id": "ueda"}, calendar={"2025-01-05": "must_day_off"})
    with pytest.raises(KeyError):
        problem.eligible("g", day(5))


def test_assignments_without_an_id_are_named_after_what_they_say() -> None:
    rows = [{"staff_id": "ueda"}, {"staff_id": "nakata"}, {"staff_id": "ueda", "effective_from": "2025-01-08"}]
    problem = read(
        {"staff_groups": [{"id": "g"}], "backup_assignments": [{"group_id": "g", **row} for row in rows]},
        staff=[*PEOPLE, {"id": "ueda"}],
    )
    assert [one.id for one in problem.settings.backup_assignments] == ["ueda@g", "nakata@g", "ueda@g@2025-01-08"]


# ---- identity -----------------------------------------------------------------------------------------


def test_a_problem_built_from_types_is_reviewed_too() -> None:
    from solver.domain.period import Period

    with pytest.raises(ProblemError) as caught:
        Problem(period=Period(start=day(2), end=day(1)), staff=(Staff(id="a"), Staff(id="a")))
    assert [fault.path for fault in caught.value.faults] == ["/period/end", "/staff/1/id"]


def test_the_hash_tells_problems_apart_and_spellings_not() -> None:
    problem = read()
    assert len(problem.request_hash) == 64
    assert problem.request_hash == read({"daily_limits": []}).request_hash == read({"daily_limits": None}).request_hash
    assert problem.request_hash == read(options={"time_limit": 10.0}).request_hash
    assert problem.request_hash != read({"daily_limits": [{"symbols": ["×"], "max": 1}]}).request_hash
    assert problem.request_hash != read(options={"seed": 1}).request_hash


@pytest.mark.parametrize("name", WEEKDAYS)
def test_weekday_numbers_begin_with_sunday(name: str) -> None:
    number = WEEKDAYS.index(name)
    by_number = read({"daily_limits": [{"symbols": ["×"], "max": 1, "days_of_week": [number]}]})
    by_name = read({"daily_limits": [{"symbols": ["×"], "max": 1, "days_of_week": [name]}]})
    assert by_number == by_name
