"""Documents that use every field of a request: as the contract spells it, in camelCase, and as the old client sent it."""

from __future__ import annotations

import copy
from typing import Any

PERIOD_DAYS = [f"2025-01-{day:02d}" for day in range(1, 32)]


def snake() -> dict[str, Any]:
    """A valid request with every rule and every field, in snake_case."""
    return copy.deepcopy(_SNAKE)


def camel() -> dict[str, Any]:
    """The same request with every declared field name in camelCase; ids, dates and symbols stay."""
    return {_camel(key): value if key in _MAPS else _camelled(value) for key, value in snake().items()}


def old() -> dict[str, Any]:
    """A valid request whose settings are those of the old browser client."""
    return copy.deepcopy(_OLD)


def tiny() -> dict[str, Any]:
    """The smallest useful request: a period, two people, one group with one backup."""
    return {
        "period": {"start": "2025-01-01", "end": "2025-01-07"},
        "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
        "settings": {
            "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}],
            "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        },
    }


_MAPS = ("prefilled", "history", "history_counts", "baseline", "calendar")  # keyed by ids, dates or measures


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _camelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel(key): item if key in _MAPS else _camelled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_camelled(item) for item in value]
    return value


_SNAKE: dict[str, Any] = {
    "period": {"start": "2025-01-01", "end": "2025-01-31"},
    "staff": [
        {"id": "sato", "name": "佐藤", "status": "社員", "skills": ["grill"], "employed_from": None, "is_active": True},
        {"id": "suzuki", "name": "鈴木", "status": "社員", "employed_until": "2025-01-25"},
        {"id": "nakata", "name": "中田", "status": "派遣", "employed_from": "2025-01-03"},
        {"id": "12", "name": "上田", "status": "パート", "skills": ["grill", "sushi"]},
        {"id": "a/b~c", "status": "パート", "is_active": False},
    ],
    "settings": {
        "shift_types": [
            {"symbol": "○", "name": "normal", "role": "normal", "kind": "work", "start": "10:00", "minutes": 480},
            {"symbol": "△", "role": "early", "kind": "work", "start": "06:00", "minutes": 480, "off_equivalent": 0.5},
            {"symbol": "◇", "role": "late", "kind": "work", "start": "14:00", "minutes": 480},
            {"symbol": "×", "role": "off", "kind": "off", "off_equivalent": 1},
            {"symbol": "有", "kind": "off"},
            {"symbol": "⊘", "role": "away", "kind": "away"},
        ],
        "staff_groups": [
            {"id": "kitchen", "name": "キッチン", "members": ["sato", "suzuki"], "cover": "each", "require_backup": True},
            {
                "id": "hall",
                "members": ["nakata"],
                "conflict": {"symbols": ["×", "有"], "max": 1, "hard": True, "weight": 100, "is_active": True},
                "is_active": True,
                "description": "front",
                "color": "#fff",
            },
        ],
        "backup_assignments": [
            {
                "id": "b1",
                "staff_id": "nakata",
                "group_id": "kitchen",
                "assignment_type": "regular",
                "priority_order": 1,
                "effective_from": "2025-01-01",
                "effective_until": "2025-01-20",
                "is_active": True,
                "notes": "first",
            },
            {"staff_id": "12", "group_id": "hall", "assignment_type": "on_call", "notes": None},
        ],
        "backup_coverage": {"hard": True, "weight": 500, "priority": "strict", "covers_per_day": 2, "no_backup_weight": 200},
        "backup_priority": {"hard": False, "weight": 40},
        "group_conflict": {"symbols": ["×"], "max": 1},
        "daily_limits": [
            {"id": "d1", "symbols": ["×"], "min": 1, "max": 3, "days_of_week": [0, "monday"], "dates": ["2025-01-05"]},
            {"symbols": ["△"], "max": 2, "scope": {"statuses": ["社員"]}, "hard": True, "weight": 7, "is_active": False},
        ],
        "weekly_limits": [{"symbols": ["×"], "min": 1, "max": 2, "week_start": "sunday", "include_calendar": True}],
        "monthly_limits": [
            {"measure": "off_equivalent", "min": 7, "max": 8.5, "scope": {"group_ids": ["kitchen"]}},
            {"measure": "minutes", "max": 10000, "per": "calendar_month", "include_calendar": True},
            {"symbols": ["×", "有"], "min": 4, "scope": {"skills": ["grill"]}},
        ],
        "allowed_shifts": [{"scope": {"staff_ids": ["12"]}, "symbols": ["○", "⊘", "×"], "hard": True}],
        "priority_rules": [
            {"id": "p1", "staff_ids": ["sato"], "rule_type": "avoided_shift", "shift": "△", "days_of_week": ["sunday"]},
            {"rule_type": "required_shift", "shift": "×", "scope": {"statuses": ["派遣"]}, "except_symbols": ["有"]},
        ],
        "forbidden_sequences": [{"symbols": ["×", ["×", "有"]]}],
        "stretches": [{"kind": "work", "max": 5}, {"symbols": ["△"], "min": 1, "max": 2}],
        "rest": [{"minutes": 660, "hard": False}],
        "demand": [
            {"symbols": ["○"], "skill": "grill", "min": 1, "target": 2, "max": 4, "under_weight": 9, "over_weight": 3},
            {"symbols": ["◇"], "min": 1, "weight": 30},
        ],
        "weekends": [
            {"max_working": 2, "complete": True, "symbols": ["○", "△", "◇"]},
            {"identical": True, "max_consecutive": 1},
        ],
        "requests": [{"staff_id": "sato", "date": "2025-01-11", "symbol": "×", "want": True, "weight": 10}],
        "after_closure": [{"min_closed_days": 3, "days": 1, "symbols": ["×"]}],
        "fairness": [{"measure": "off", "scope": {"statuses": ["社員"]}}],
        "stability": {"weight": 10, "hard": False, "max_changes": 5},
        "calendar": {"2025-01-01": "must_day_off", "2025-01-20": "must_work"},
        "holidays": {"country": "JP", "subdivision": None, "rule": "as_sunday"},
    },
    "prefilled": {"sato": {"2025-01-15": "×", "2025-01-16": None, "2025-01-17": ""}, "12": {"2025-01-02": "○"}},
    "history": {"sato": {"2024-12-31": "○", "2024-12-30": "△"}},
    "history_counts": {"sato": {"off": 8, "cover": 0}, "12": {"weekend": 1}},
    "baseline": {"sato": {"2025-01-05": "×"}, "suzuki": {"2025-01-28": "○"}},
    "options": {
        "time_limit": 10,
        "deterministic_limit": 2.5,
        "workers": 1,
        "seed": 3,
        "on_infeasible": "report",
        "alternatives": 1,
    },
}

_OLD: dict[str, Any] = {
    "period": {"start": "2025-01-01", "end": "2025-01-31"},
    "staff": [
        {"id": "sato", "name": "佐藤", "status": "社員"},
        {"id": "suzuki", "name": "鈴木", "status": "社員"},
        {"id": "nakata", "name": "中田", "status": "派遣"},
    ],
    "settings": {
        "staffGroups": [
            {"id": "g1", "name": "Group 1", "members": ["sato", "suzuki"], "description": "", "color": "#3B82F6"},
            {"id": "g2", "name": "Group 2", "groupConfig": {"members": ["suzuki"]}, "restaurantId": "r", "versionId": "v"},
        ],
        "backupAssignments": [
            {"id": "a1", "staffId": "nakata", "groupId": "g1", "assignmentType": "regular", "priority": 1, "notes": None},
        ],
        "dailyLimits": {
            "enabled": True,
            "minOffPerDay": 0,
            "maxOffPerDay": 2,
            "minEarlyPerDay": None,
            "maxEarlyPerDay": 2,
            "minLatePerDay": 0,
            "maxLatePerDay": 3,
            "minWorkingStaffPerDay": 3,
        },
        "staffTypeLimits": {"社員": {"minOff": 0, "maxOff": 1, "maxEarly": 2, "isHard": True}},
        "weeklyLimits": [
            {
                "id": "w1",
                "name": "Weekly",
                "limitConfig": {"maxCount": 2, "shiftType": "off", "daysOfWeek": [0, 1, 2, 3, 4, 5, 6], "scope": "all"},
                "maxCount": 2,
                "shiftType": "off",
                "scope": "all",
                "targetIds": [],
                "penaltyWeight": 50,
                "isHardConstraint": False,
                "effectiveFrom": None,
                "isActive": True,
            }
        ],
        "monthlyLimits": [
            {
                "id": "m1",
                "name": "Monthly",
                "limitType": "off_days",
                "minCount": 7,
                "maxCount": 8,
                "countHalfDays": True,
                "excludeCalendarRules": True,
                "overrideWeeklyLimits": True,
                "scope": "individual",
                "targetIds": ["sato"],
                "isHardConstraint": True,
                "penaltyWeight": 50,
            },
            {"id": "m2", "minCount": 1, "maxCount": 3, "scope": "staff_status", "targetIds": ["社員"], "shiftType": "early"},
        ],
        "priorityRules": [
            {
                "id": "r1",
                "name": "Sundays",
                "description": "",
                "ruleType": "avoid_shift_with_exceptions",
                "shiftType": "off",
                "allowedShifts": ["early"],
                "staffIds": ["sato", "suzuki"],
                "staffId": "sato",
                "daysOfWeek": [0],
                "priorityLevel": 4,
                "preferenceStrength": 0.8,
                "isHardConstraint": False,
                "penaltyWeight": 50,
                "effectiveFrom": None,
                "isActive": True,
            },
            {
                "id": "r2",
                "isHardConstraint": True,
                "ruleDefinition": {"type": "required_off", "staff_id": "nakata", "shift_type": "off", "days_of_week": [1]},
            },
            {"id": "r3", "ruleType": "blocked_shift", "shiftType": "work", "staffId": "suzuki", "daysOfWeek": [6]},
        ],
        "mlParameters": {"model_name": "genetic", "parameters": {"populationSize": 100}},
        "ortoolsConfig": {"preset": "balanced"},
        "version": {"versionNumber": 3},
        "migrationVersion": 5,
    },
    "prefilled": {"sato": {"2025-01-15": "×"}},
}
