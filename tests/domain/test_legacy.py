"""The settings object of the old client: every mapping of the contract, and a warning for all that is left out."""

from typing import Any

import pytest

from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from tests.domain import rich

STAFF = [
    {"id": "sato", "status": "社員"},
    {"id": "suzuki", "status": "社員"},
    {"id": "nakata", "status": "派遣"},
]


def document(**settings: Any) -> dict[str, Any]:
    return {"period": {"start": "2025-01-01", "end": "2025-01-31"}, "staff": STAFF, "settings": settings}


def read(**settings: Any) -> Problem:
    return read_problem(document(**settings))


def faults(**settings: Any) -> list[Fault]:
    with pytest.raises(ProblemError) as caught:
        read(**settings)
    return list(caught.value.faults)


def ignored(problem: Problem) -> list[str]:
    assert {notice.code for notice in problem.notices} <= {Code.LEGACY_IGNORED}
    return [notice.path for notice in problem.notices]


# ---- dailyLimits --------------------------------------------------------------------------------------


def test_daily_limits_become_up_to_three() -> None:
    problem = read(
        dailyLimits={
            "enabled": True,
            "minOffPerDay": 0,
            "maxOffPerDay": 4,
            "minEarlyPerDay": 1,
            "maxEarlyPerDay": 2,
            "maxLatePerDay": 3,
        }
    )
    limits = problem.settings.daily_limits
    assert [(limit.symbols, limit.min, limit.max) for limit in limits] == [(("×",), 0, 4), (("△",), 1, 2), (("◇",), None, 3)]
    assert all(limit.is_active and not limit.hard and limit.weight == 50 for limit in limits)
    assert problem.notices == ()


def test_daily_limits_that_are_switched_off_stay_off() -> None:
    limits = read(
        dailyLimits={"enabled": False, "maxOffPerDay": 4, "isHardConstraint": True, "penaltyWeight": 7}
    ).settings.daily_limits
    assert [(limit.is_active, limit.hard, limit.weight) for limit in limits] == [(False, True, 7)]


def test_daily_limits_without_numbers_are_none() -> None:
    assert read(dailyLimits={"enabled": True, "minOffPerDay": None}).settings.daily_limits == ()
    assert read(dailyLimits={}).settings.daily_limits == ()


def test_daily_limits_in_the_other_spelling() -> None:
    assert read(daily_limits={"max_off_per_day": 4}) == read(dailyLimits={"maxOffPerDay": 4})


def test_a_minimum_of_workers_is_not_carried_over() -> None:
    assert ignored(read(dailyLimits={"maxOffPerDay": 4, "minWorkingStaffPerDay": 3})) == [
        "/settings/dailyLimits/minWorkingStaffPerDay"
    ]


def test_limits_of_a_status_become_daily_limits_of_it() -> None:
    by_status = {"社員": {"minOff": 0, "maxOff": 1, "maxEarly": 2, "isHard": True}, "派遣": {"maxLate": 1}}
    rows = [(("×",), 0, 1, True, "社員"), (("△",), None, 2, True, "社員"), (("◇",), None, 1, False, "派遣")]
    for settings in (
        {"staffTypeLimits": by_status},
        {"dailyLimits": {"staffTypeLimits": by_status}},
        {"staff_type_limits": by_status, "daily_limits": None},
    ):
        limits = read(**settings).settings.daily_limits
        assert [(one.symbols, one.min, one.max, one.hard, (one.scope.statuses or ())[0]) for one in limits] == rows
    both = read(dailyLimits={"maxOffPerDay": 4}, staffTypeLimits=by_status).settings.daily_limits
    assert [one.max for one in both] == [4, 1, 2, 1]
    after = read(daily_limits=[{"symbols": ["○"], "max": 2}], staffTypeLimits=by_status).settings.daily_limits
    assert [one.max for one in after] == [2, 1, 2, 1]


def test_faults_of_daily_limits_lie_in_the_old_fields() -> None:
    found = faults(
        dailyLimits={"minOffPerDay": 3, "maxOffPerDay": 2, "maxEarlyPerDay": "2", "maxNight": 1, "enabled": 1},
        staffTypeLimits={"社員": {"maxOff": -1}, "派遣": 3},
    )
    assert [(fault.code, fault.path) for fault in found] == [
        (Code.UNKNOWN_FIELD, "/settings/dailyLimits/maxNight"),
        (Code.WRONG_TYPE, "/settings/staffTypeLimits/派遣"),
        (Code.WRONG_TYPE, "/settings/dailyLimits/enabled"),
        (Code.WRONG_TYPE, "/settings/dailyLimits/maxEarlyPerDay"),
        (Code.OUT_OF_RANGE, "/settings/staffTypeLimits/社員/maxOff"),
        (Code.MIN_ABOVE_MAX, "/settings/dailyLimits/maxOffPerDay"),
    ]


# ---- limits -------------------------------------------------------------------------------------------


def test_fields_of_limits() -> None:
    problem = read(
        weeklyLimits=[
            {
                "id": "w1",
                "minCount": 1,
                "maxCount": 2,
                "scope": "all",
                "targetIds": [],
                "isHardConstraint": True,
                "penaltyWeight": 9,
                "shiftType": "early",
                "excludeCalendarRules": False,
                "isActive": False,
            }
        ]
    )
    (limit,) = problem.settings.weekly_limits
    assert (limit.id, limit.min, limit.max, limit.hard, limit.weight, limit.symbols) == ("w1", 1, 2, True, 9, ("△",))
    assert (limit.include_calendar, limit.is_active, limit.scope.rank) == (True, False, 4)
    assert problem.notices == ()


@pytest.mark.parametrize(
    ("scope", "field"), [("individual", "staff_ids"), ("staff_status", "statuses"), ("staff_group", "group_ids")]
)
def test_scopes_of_limits(scope: str, field: str) -> None:
    target = {"staff_ids": "sato", "statuses": "社員", "group_ids": "g"}[field]
    row = {"maxCount": 2, "scope": scope, "targetIds": [target]}
    (limit,) = read(staffGroups=[{"id": "g"}], monthlyLimits=[row]).settings.monthly_limits
    assert limit.scope.model_dump(exclude_none=True) == {field: (target,)}


def test_a_scope_word_makes_a_row_old_even_among_new_fields() -> None:
    (limit,) = read(weekly_limits=[{"symbols": ["×"], "max": 2, "scope": "all"}]).settings.weekly_limits
    assert limit.scope.rank == 4


def test_an_individual_limit_of_nobody_is_about_nobody() -> None:
    problem = read(
        weeklyLimits=[{"maxCount": 2, "scope": "individual", "targetIds": []}, {"maxCount": 3, "scope": "individual"}]
    )
    assert [problem.in_scope(limit.scope) for limit in problem.settings.weekly_limits] == [(), ()]


def test_targets_that_a_scope_does_not_use_are_named() -> None:
    rows = [{"maxCount": 2, "scope": "all", "targetIds": ["sato"]}, {"maxCount": 2, "targetIds": ["sato"]}]
    assert ignored(read(weeklyLimits=rows)) == ["/settings/weeklyLimits/0/targetIds", "/settings/weeklyLimits/1/targetIds"]


@pytest.mark.parametrize(
    ("row", "measure", "symbols"),
    [
        ({"maxCount": 8}, "count", ("×",)),
        ({"maxCount": 8, "shiftType": "off"}, "count", ("×",)),
        ({"maxCount": 8, "shiftType": "work"}, "count", ("○", "△", "◇")),
        ({"maxCount": 8, "shiftType": "any"}, "count", ("○", "△", "◇", "×", "⊘")),
        ({"maxCount": 8, "shiftType": "○"}, "count", ("○",)),
        ({"maxCount": 8.5}, "off_equivalent", None),
        ({"minCount": 7.5, "maxCount": 8}, "off_equivalent", None),
        ({"maxCount": 8, "countHalfDays": True}, "off_equivalent", None),
        ({"maxCount": 8, "countHalfDays": True, "shiftType": "early"}, "count", ("△",)),
        ({"maxCount": 8, "limitType": "off_days"}, "count", ("×",)),
        ({"maxCount": 8, "limitType": "max_early_shifts"}, "count", ("△",)),
        ({"maxCount": 8, "limitType": "max_work_days"}, "count", ("○", "△", "◇")),
        ({"maxCount": 8, "symbols": ["◇"]}, "count", ("◇",)),
        ({"maxCount": 80, "measure": "minutes"}, "minutes", None),
    ],
)
def test_what_a_monthly_limit_counts(row: dict[str, Any], measure: str, symbols: Any) -> None:
    (limit,) = read(monthlyLimits=[row]).settings.monthly_limits
    assert (limit.measure, limit.symbols) == (measure, symbols)


def test_daily_limits_as_rows() -> None:
    row = {"maxCount": 2, "shiftType": "off", "scope": "all", "daysOfWeek": [0, 6], "excludeCalendarRules": True}
    problem = read(dailyLimits=[row, {**row, "excludeCalendarRules": False}])
    assert [limit.days_of_week for limit in problem.settings.daily_limits] == [("sunday", "saturday")] * 2
    assert ignored(problem) == ["/settings/dailyLimits/1/excludeCalendarRules"]


def test_days_of_a_weekly_limit_are_named_unless_they_are_all() -> None:
    rows = [{"maxCount": 2, "daysOfWeek": days} for days in ([0, 1, 2, 3, 4, 5, 6], [], None, [1, 2])]
    assert ignored(read(weeklyLimits=rows)) == ["/settings/weeklyLimits/3/daysOfWeek"]


def test_what_limits_say_beside_is_named() -> None:
    extra = {"name": "x", "description": "", "distributionRules": {}, "overrideWeeklyLimits": True, "effectiveFrom": None}
    names = ["distributionRules", "overrideWeeklyLimits", "name", "description"]
    assert ignored(read(monthlyLimits=[{"maxCount": 8, **extra}])) == [f"/settings/monthlyLimits/0/{name}" for name in names]


def test_limit_config_repeats_the_row_and_the_row_counts() -> None:
    inner = {"maxCount": 3, "shiftType": "early", "scope": "individual", "targetIds": ["sato"]}
    alone = read(weeklyLimits=[{"limitConfig": inner}])
    assert alone.settings == read(weeklyLimits=[inner]).settings
    assert alone.notices == ()
    differs = read(weeklyLimits=[{"maxCount": 2, "limitConfig": inner}])
    assert differs.settings.weekly_limits[0].max == 2
    assert ignored(differs) == ["/settings/weeklyLimits/0/limitConfig/maxCount"]


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ({"maxCount": "2"}, Code.WRONG_TYPE, "maxCount"),
        ({"minCount": 3, "maxCount": 2}, Code.MIN_ABOVE_MAX, "maxCount"),
        ({"maxCount": 2, "max": 2}, Code.FIELD_TWICE, "maxCount"),
        ({"maxCount": 2, "max_count": 2}, Code.FIELD_TWICE, "max_count"),
        ({"maxCount": 2, "shiftType": "off", "symbols": ["×"]}, Code.FIELD_TWICE, "shiftType"),
        ({"maxCount": 2, "shiftType": 5}, Code.WRONG_TYPE, "shiftType"),
        ({"maxCount": 2, "shiftType": ""}, Code.BAD_VALUE, "shiftType"),
        ({"maxCount": 2, "shiftType": "night"}, Code.UNKNOWN_SYMBOL, "shiftType"),
        ({"maxCount": 2, "scope": "everyone"}, Code.BAD_VALUE, "scope"),
        ({"maxCount": 2, "scope": "individual", "targetIds": "sato"}, Code.WRONG_TYPE, "targetIds"),
        ({"maxCount": 2, "scope": "individual", "targetIds": ["x"]}, Code.UNKNOWN_STAFF, "targetIds/0"),
        ({"maxCount": 2, "excludeCalendarRules": "yes"}, Code.WRONG_TYPE, "excludeCalendarRules"),
        ({"maxCount": 2, "limitType": "nights"}, Code.BAD_VALUE, "limitType"),
        ({"maxCount": 2, "isHardConstraint": 1}, Code.WRONG_TYPE, "isHardConstraint"),
        ({"maxCount": 2, "penaltyWeight": 1.5}, Code.WRONG_TYPE, "penaltyWeight"),
        ({"maxCount": 2, "misspelt": 1}, Code.UNKNOWN_FIELD, "misspelt"),
        ({"maxCount": 2, "limitConfig": []}, Code.WRONG_TYPE, "limitConfig"),
        ({"maxCount": 2, "limitConfig": {"misspelt": 1}}, Code.UNKNOWN_FIELD, "limitConfig/misspelt"),
    ],
)
def test_faults_of_limits_lie_in_the_old_fields(row: dict[str, Any], code: Code, path: str) -> None:
    assert [(fault.code, fault.path) for fault in faults(weeklyLimits=[row])] == [(code, f"/settings/weeklyLimits/0/{path}")]


# ---- priorityRules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "shift", "rule_type", "symbol", "exceptions"),
    [
        ("preferred_shift", "early", "preferred_shift", "△", ()),
        ("prefer_shift", "late", "preferred_shift", "◇", ()),
        ("avoid_shift", "off", "avoided_shift", "×", ()),
        ("avoided_shift", "×", "avoided_shift", "×", ()),
        ("required_shift", "early", "required_shift", "△", ()),
        ("blocked_shift", "late", "blocked_shift", "◇", ()),
        ("required_off", "off", "required_shift", "×", ()),
        ("required_off", None, "required_shift", "×", ()),
        ("preferred_shift", "work", "preferred_shift", "○", ("△", "◇")),
        ("required_shift", "work", "required_shift", "○", ("△", "◇")),
        # not to work is to stand on any of the others
        ("avoid_shift", "work", "preferred_shift", "×", ("⊘",)),
        ("blocked_shift", "work", "required_shift", "×", ("⊘",)),
    ],
)
def test_rules(old: str, shift: str | None, rule_type: str, symbol: str, exceptions: tuple[str, ...]) -> None:
    (rule,) = read(priorityRules=[{"ruleType": old, "shiftType": shift, "staffIds": ["sato"]}]).settings.priority_rules
    assert (rule.rule_type, rule.shift, rule.except_symbols) == (rule_type, symbol, exceptions)
    assert (rule.hard, rule.weight) == ((True, 500) if rule_type in ("required_shift", "blocked_shift") else (False, 20))


def test_fields_of_rules() -> None:
    row = {
        "id": "r1",
        "ruleType": "avoid_shift_with_exceptions",
        "shiftType": "off",
        "allowedShifts": ["early", "late"],
        "staffIds": ["sato", "suzuki"],
        "staffId": "sato",
        "daysOfWeek": [0, 6],
        "isHardConstraint": True,
        "penaltyWeight": 80,
        "isActive": False,
    }
    (rule,) = read(priorityRules=[row]).settings.priority_rules
    assert (rule.id, rule.rule_type, rule.shift, rule.except_symbols) == ("r1", "avoided_shift", "×", ("△", "◇"))
    assert (rule.staff_ids, rule.days_of_week) == (("sato", "suzuki"), ("sunday", "saturday"))
    assert (rule.hard, rule.weight, rule.is_active) == (True, 80, False)


def test_rule_definition_holds_the_same_in_either_spelling() -> None:
    flat = {"ruleType": "required_off", "staffId": "sato", "shiftType": "off", "daysOfWeek": [1]}
    nested = {"type": "required_off", "staff_id": "sato", "shift_type": "off", "days_of_week": [1]}
    expected = read(priorityRules=[flat]).settings
    for row in (
        {"ruleDefinition": nested},
        {"rule_definition": flat},
        {**flat, "ruleDefinition": nested},
        {**flat, "ruleDefinition": None},
        {"ruleType": "required_off", "staffId": None, "ruleDefinition": nested},
    ):
        problem = read(priorityRules=[row])
        assert problem.settings == expected
        assert problem.notices == ()


def test_where_rule_definition_differs_the_row_counts_and_it_is_named() -> None:
    row = {"ruleType": "avoid_shift", "staffId": "sato", "shiftType": "off", "ruleDefinition": {"shift_type": "early"}}
    problem = read(priorityRules=[row])
    assert problem.settings.priority_rules[0].shift == "×"
    assert ignored(problem) == ["/settings/priorityRules/0/ruleDefinition/shift_type"]


def test_a_shift_that_contradicts_required_off_is_named() -> None:
    problem = read(priorityRules=[{"ruleType": "required_off", "shiftType": "early", "staffId": "sato"}])
    assert problem.settings.priority_rules[0].shift == "×"
    assert ignored(problem) == ["/settings/priorityRules/0/shiftType"]


@pytest.mark.parametrize(
    "named", [{"staffId": None}, {"staffIds": []}, {"staffIds": None}, {"staffId": None, "staffIds": None}]
)
def test_a_rule_that_names_nobody_is_about_nobody(named: dict[str, Any]) -> None:
    (rule,) = read(priorityRules=[{"ruleType": "avoid_shift", "shiftType": "off", **named}]).settings.priority_rules
    assert rule.staff_ids == ()


def test_what_rules_say_beside_is_named() -> None:
    row = {"ruleType": "avoid_shift", "shiftType": "off", "staffId": "sato", "priorityLevel": 4, "preferenceStrength": 0.8}
    problem = read(priorityRules=[{**row, "name": "Sundays", "effectiveUntil": "2025-01-15", "_isLocalOnly": False}])
    names = ["effectiveUntil", "preferenceStrength", "priorityLevel", "name", "_isLocalOnly"]
    assert ignored(problem) == [f"/settings/priorityRules/0/{name}" for name in names]
    inside = {"ruleType": "avoid_shift", "shiftType": "off", "staffId": "sato", "ruleDefinition": {"priority_level": 4}}
    assert ignored(read(priorityRules=[inside])) == ["/settings/priorityRules/0/ruleDefinition/priority_level"]


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ({"ruleType": "hate_shift"}, Code.BAD_VALUE, "ruleType"),
        ({"ruleType": ["avoid_shift"]}, Code.BAD_VALUE, "ruleType"),
        ({"staffId": "x"}, Code.UNKNOWN_STAFF, "staffId"),
        ({"staffId": 5}, Code.WRONG_TYPE, "staffId"),
        ({"staffId": "sato", "staffIds": ["suzuki"]}, Code.FIELD_TWICE, "staffId"),
        ({"shiftType": ["off"]}, Code.WRONG_TYPE, "shiftType"),
        ({"shiftType": "off", "shift": "×"}, Code.FIELD_TWICE, "shiftType"),
        ({"allowedShifts": 5}, Code.WRONG_TYPE, "allowedShifts"),
        ({"allowedShifts": ["early", 5]}, Code.WRONG_TYPE, "allowedShifts/1"),
        ({"allowedShifts": ["work", "night", "early"]}, Code.UNKNOWN_SYMBOL, "allowedShifts/1"),
        ({"daysOfWeek": [7]}, Code.BAD_VALUE, "daysOfWeek/0"),
        ({"ruleDefinition": 5}, Code.WRONG_TYPE, "ruleDefinition"),
        ({"ruleDefinition": {"conditions": {}}}, Code.UNKNOWN_FIELD, "ruleDefinition/conditions"),
    ],
)
def test_faults_of_rules_lie_in_the_old_fields(row: dict[str, Any], code: Code, path: str) -> None:
    whole = {"ruleType": "avoid_shift", "shiftType": "off", "priorityLevel": 1, **row}
    if "staffIds" not in row and "staffId" not in row:
        whole["staffId"] = "sato"
    assert (code, f"/settings/priorityRules/0/{path}") in [
        (fault.code, fault.path) for fault in faults(priorityRules=[whole])
    ]
    assert len(faults(priorityRules=[whole])) == 1


def test_a_rule_without_a_shift_is_refused() -> None:
    found = faults(priorityRules=[{"ruleType": "avoid_shift", "staffId": "sato"}])
    assert [(fault.code, fault.path) for fault in found] == [(Code.MISSING_FIELD, "/settings/priorityRules/0/shift")]


def test_not_to_work_needs_something_else_to_do() -> None:
    only_work = [{"symbol": "○", "role": "normal", "kind": "work"}, {"symbol": "△", "role": "early", "kind": "work"}]
    rule = {"ruleType": "avoid_shift", "shiftType": "work", "staffId": "sato"}
    found = faults(shift_types=only_work, priorityRules=[rule])
    assert [(fault.code, fault.path) for fault in found] == [(Code.MISSING_ROLE, "/settings/priorityRules/0/shiftType")]


def test_symbols_are_those_of_the_request() -> None:
    types = [
        {"symbol": "A", "role": "normal", "kind": "work"},
        {"symbol": "B", "role": "early", "kind": "work"},
        {"symbol": "b", "role": "early", "kind": "work"},
        {"symbol": "-", "role": "off", "kind": "off"},
    ]
    problem = read(
        shiftTypes=types,
        dailyLimits={"maxOffPerDay": 1, "maxEarlyPerDay": 2},
        priorityRules=[
            {"ruleType": kind, "shiftType": "early", "staffId": "sato"} for kind in ("prefer_shift", "avoid_shift")
        ],
    )
    assert [limit.symbols for limit in problem.settings.daily_limits] == [("-",), ("B", "b")]
    wanted, unwanted = problem.settings.priority_rules
    assert (wanted.rule_type, wanted.shift, wanted.except_symbols) == ("preferred_shift", "B", ("b",))
    assert (unwanted.rule_type, unwanted.shift, unwanted.except_symbols) == ("preferred_shift", "A", ("-",))


# ---- the rest -----------------------------------------------------------------------------------------


def test_groups_and_backups() -> None:
    problem = read_problem(rich.old())
    first, second = problem.settings.staff_groups
    assert (first.description, first.color) == ("", "#3B82F6")
    assert second.members == ("suzuki",)
    (backup,) = problem.settings.backup_assignments
    assert (backup.priority_order, backup.assignment_type, backup.notes) == (1, "regular", "")


def test_what_settings_say_beside_is_named() -> None:
    extra = {"mlParameters": {}, "ortoolsConfig": {}, "version": 1, "migration_version": 5, "mlModelConfigs": None}
    assert ignored(read(**extra)) == [f"/settings/{name}" for name in list(extra)[:4]]


def test_new_rows_stay_as_they_are() -> None:
    document = rich.snake()
    assert read_problem(document).notices == ()
    found = faults(weekly_limits=[{"symbols": ["×"], "max": 2, "name": "x"}])
    assert [(fault.code, fault.path) for fault in found] == [(Code.UNKNOWN_FIELD, "/settings/weekly_limits/0/name")]


def test_notices_say_what_was_left_out() -> None:
    (notice,) = read(mlParameters={"a": 1}).notices
    assert notice.message == 'the old field "mlParameters" has no meaning here and was left out'
