"""Problems that draw a warning, each made by one change from one that draws none."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple


class Warned(NamedTuple):
    """A problem that has to be warned of with `code` at `path`, in a sentence that holds all the `words`."""

    name: str
    document: dict[str, Any]
    code: str
    path: str
    words: tuple[str, ...]


QUIET: dict[str, Any] = {
    "period": {"start": "2025-01-06", "end": "2025-01-19"},  # two weeks, Monday to Sunday
    "staff": [
        {"id": "sato", "name": "佐藤", "status": "社員", "skills": ["grill"]},
        {"id": "suzuki", "name": "鈴木", "status": "社員"},
        {"id": "nakata", "name": "中田", "status": "派遣"},
        {"id": "ueda", "name": "上田", "status": "派遣", "skills": ["grill"]},
    ],
    "settings": {
        "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato", "suzuki"]}],
        "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        "group_conflict": {"symbols": ["×"], "max": 1, "hard": True},
        "daily_limits": [{"symbols": ["×"], "min": 1, "max": 2, "hard": True}],
        "weekly_limits": [{"symbols": ["×"], "min": 1, "max": 2, "hard": True}],
        "monthly_limits": [{"symbols": ["×"], "min": 2, "max": 4, "hard": True}],
        "demand": [{"symbols": ["○"], "min": 1, "hard": True}],
        "allowed_shifts": [{"scope": {"statuses": ["社員"]}, "symbols": ["○", "△", "×"], "hard": True}],
        "priority_rules": [
            {"rule_type": "blocked_shift", "staff_ids": ["nakata"], "shift": "△", "days_of_week": ["sunday"]}
        ],
    },
    "baseline": {"sato": {"2025-01-06": "×"}},
}
_S = "settings"
_MANY = [{"id": f"p{i}", "status": "パート"} for i in range(6)]


def _with(*changes: tuple[Any, ...]) -> dict[str, Any]:
    """Make the quiet problem with values put at places: (key, …, value); a list takes one more at its end."""
    document = copy.deepcopy(QUIET)
    for *around, last, value in changes:
        inside: Any = document
        for key in around:
            inside = inside[key]
        if isinstance(inside, list) and last == len(inside):
            inside.append(value)
        else:
            inside[last] = value
    return document


def _group(**fields: Any) -> tuple[Any, ...]:
    return (_S, "staff_groups", 1, {"id": "hall", "name": "ホール", "members": ["ueda"], **fields})


def _backup(at: int = 1, **fields: Any) -> tuple[Any, ...]:
    return (_S, "backup_assignments", at, {"id": f"b{at + 1}", "staff_id": "ueda", "group_id": "kitchen", **fields})


def _rule(**fields: Any) -> tuple[Any, ...]:
    return (_S, "priority_rules", 1, {"rule_type": "preferred_shift", "shift": "○", **fields})


WARNED: list[Warned] = [
    # ---- timelines ----
    Warned(
        "group without backup", _with(_group()), "group_without_backup", "/settings/staff_groups/1", ("ホール", "no backup")
    ),
    Warned(
        "group of nobody", _with(_group(members=[])), "never_applies", "/settings/staff_groups/1", ("ホール", "no member")
    ),
    Warned(
        "gap before",
        _with((_S, "backup_assignments", 0, "effective_from", "2025-01-08")),
        "assignment_gap",
        "/settings/staff_groups/0",
        ("キッチン", "2025-01-06 to 2025-01-07"),
    ),
    Warned(
        "gap between two assignments, closed days aside",
        _with(
            (_S, "backup_assignments", 0, "effective_until", "2025-01-08"),
            _backup(effective_from="2025-01-13"),
            (_S, "calendar", {"2025-01-10": "must_day_off"}),
        ),
        "assignment_gap",
        "/settings/staff_groups/0",
        ("2025-01-09 to 2025-01-12",),
    ),
    Warned(
        "gap, as the backup leaves",
        _with(("staff", 2, "employed_until", "2025-01-17")),
        "assignment_gap",
        "/settings/staff_groups/0",
        ("2025-01-18 to 2025-01-19",),
    ),
    Warned(
        "overlap",
        _with(
            (_S, "backup_assignments", 0, "effective_until", "2025-01-10"),
            _backup(staff_id="nakata", effective_from="2025-01-10", priority_order=2),
        ),
        "assignment_overlap",
        "/settings/backup_assignments/1/effective_from",
        ("中田", "キッチン", "2025-01-10:"),
    ),
    Warned(
        "same order",
        _with((_S, "backup_assignments", 0, "effective_until", "2025-01-10"), _backup(effective_from="2025-01-09")),
        "same_order",
        "/settings/backup_assignments/1/priority_order",
        ("中田 and 上田", "order 1", "2025-01-09 to 2025-01-10", "中田 is asked first"),
    ),
    Warned(
        "never in effect in the period",
        _with(_backup(priority_order=2, effective_from="2025-01-20", effective_until="2025-02-01")),
        "assignment_never_effective",
        "/settings/backup_assignments/1/effective_from",
        ("上田", "キッチン", "from 2025-01-20 until 2025-02-01", "2025-01-06 to 2025-01-19"),
    ),
    Warned(
        "backup inactive",
        _with(_backup(priority_order=2), ("staff", 3, "is_active", False)),
        "assignment_never_effective",
        "/settings/backup_assignments/1/effective_from",
        ("上田", "not active"),
    ),
    Warned(
        "backup not employed while the assignment lasts",
        _with(_backup(priority_order=2, effective_until="2025-01-10"), ("staff", 3, "employed_from", "2025-01-11")),
        "assignment_never_effective",
        "/settings/backup_assignments/1/effective_from",
        ("not employed",),
    ),
    Warned(
        "assignment of closed days",
        _with(
            _backup(priority_order=2, effective_from="2025-01-07", effective_until="2025-01-07"),
            (_S, "calendar", {"2025-01-07": "must_day_off"}),
        ),
        "assignment_never_effective",
        "/settings/backup_assignments/1/effective_from",
        ("closed",),
    ),
    Warned(
        "backup is a member",
        _with(_backup(staff_id="sato", priority_order=2)),
        "backup_is_member",
        "/settings/backup_assignments/1/staff_id",
        ("佐藤", "キッチン", "own absence"),
    ),
    Warned(
        "circle",
        _with(_group(members=["nakata"]), _backup(staff_id="sato", group_id="hall")),
        "backup_circle",
        "/settings/backup_assignments/0/group_id",
        ("中田 backs up キッチン, where 佐藤 is a member", "佐藤 backs up ホール"),
    ),
    Warned(
        "backup never on ○",
        _with((_S, "allowed_shifts", 1, {"scope": {"staff_ids": ["nakata"]}, "symbols": ["△", "×"], "hard": True})),
        "backup_never_normal",
        "/settings/backup_assignments/0/staff_id",
        ("中田 cannot back up キッチン:", "○"),
    ),
    Warned(
        "backup not on ○ on Sundays",
        _with((_S, "priority_rules", 0, "shift", "○")),
        "backup_never_normal",
        "/settings/backup_assignments/0/staff_id",
        ("中田 cannot back up キッチン on 2025-01-12, 2025-01-19",),
    ),
    # ---- settings without effect ----
    Warned(
        "old field",
        _with((_S, "mlParameters", {"populationSize": 100})),
        "legacy_ignored",
        "/settings/mlParameters",
        ("mlParameters",),
    ),
    Warned(
        "weekly limit shadowed",
        _with((_S, "weekly_limits", 1, {"symbols": ["×"], "max": 3})),
        "limit_shadowed",
        "/settings/weekly_limits/1/max",
        ("maximum", "佐藤, 鈴木, 中田 and 1 more", "weekly_limits/0"),
    ),
    Warned(
        "monthly limit shadowed for one person",
        _with(
            (_S, "monthly_limits", 1, {"symbols": ["×"], "min": 3, "scope": {"staff_ids": ["sato", "ueda"]}}),
            (_S, "monthly_limits", 2, {"symbols": ["×"], "min": 2, "scope": {"staff_ids": ["ueda"]}}),
        ),
        "limit_shadowed",
        "/settings/monthly_limits/2/min",
        ("minimum has no effect on 上田:", "monthly_limits/1"),
    ),
    Warned(
        "stretch shadowed, named by symbols",
        _with((_S, "stretches", [{"kind": "work", "max": 5}, {"symbols": ["◇", "△", "○"], "max": 4}])),
        "limit_shadowed",
        "/settings/stretches/1/max",
        ("stretches/0",),
    ),
    Warned(
        "limit without bounds",
        _with((_S, "daily_limits", 1, {"symbols": ["△"]})),
        "never_applies",
        "/settings/daily_limits/1",
        ("daily limit asks for nothing",),
    ),
    Warned(
        "demand without numbers",
        _with((_S, "demand", 1, {"symbols": ["△"]})),
        "never_applies",
        "/settings/demand/1",
        ("nothing",),
    ),
    Warned("weekends without a wish", _with((_S, "weekends", [{}])), "never_applies", "/settings/weekends/0", ("nothing",)),
    Warned(
        "stretch without bounds",
        _with((_S, "stretches", [{"kind": "off"}])),
        "never_applies",
        "/settings/stretches/0",
        ("nothing",),
    ),
    Warned(
        "rest without times",
        _with(
            (_S, "rest", [{"minutes": 660}]),
            (_S, "shift_types", [{"symbol": s, "kind": "work"} for s in "△◇"]),
            (_S, "shift_types", 2, {"symbol": "○", "kind": "work", "role": "normal"}),
            (_S, "shift_types", 3, {"symbol": "×", "kind": "off", "role": "off"}),
        ),
        "never_applies",
        "/settings/rest/0",
        ("rest time",),
    ),
    Warned(
        "rule that excepts its own shift",
        _with(_rule(rule_type="avoided_shift", except_symbols=["○"])),
        "never_applies",
        "/settings/priority_rules/1",
        ("priority rule asks for nothing",),
    ),
    Warned(
        "skill nobody has",
        _with((_S, "demand", 1, {"symbols": ["○"], "min": 1, "skill": "sushi", "weight": 0})),
        "never_applies",
        "/settings/demand/1/skill",
        ('"sushi"',),
    ),
    Warned(
        "status nobody has",
        _with(_rule(scope={"statuses": ["派遣", "社印"]})),
        "never_applies",
        "/settings/priority_rules/1/scope/statuses/1",
        ('nobody has the status "社印"',),
    ),
    Warned(
        "skill of a scope nobody has",
        _with(_rule(scope={"skills": ["wine"]})),
        "never_applies",
        "/settings/priority_rules/1/scope/skills/0",
        ('"wine"',),
    ),
    Warned(
        "scope of people who have left",
        _with(("staff", 4, {"id": "old", "employed_until": "2024-12-31"}), _rule(scope={"staff_ids": ["old"]})),
        "never_applies",
        "/settings/priority_rules/1/scope",
        ("nobody",),
    ),
    Warned(
        "rule for nobody",
        _with(_rule(staff_ids=[])),
        "never_applies",
        "/settings/priority_rules/1/staff_ids",
        ("names nobody",),
    ),
    Warned(
        "limit of an on_call person",
        _with(
            (_S, "backup_assignments", 0, "assignment_type", "on_call"),
            (_S, "weekly_limits", 1, {"symbols": ["△"], "max": 1, "scope": {"staff_ids": ["nakata"]}}),
        ),
        "never_applies",
        "/settings/weekly_limits/1/scope",
        ("weekly limit applies to nobody",),
    ),
    Warned(
        "request of somebody outside its scope",
        _with(
            (_S, "requests", [{"staff_id": "sato", "date": "2025-01-07", "symbol": "×", "scope": {"statuses": ["派遣"]}}])
        ),
        "never_applies",
        "/settings/requests/0/scope",
        ("request applies to nobody",),
    ),
    Warned(
        "dates outside the period",
        _with(_rule(dates=["2025-02-01"])),
        "never_applies",
        "/settings/priority_rules/1/dates",
        ("no day of this period",),
    ),
    Warned(
        "days that are all closed",
        _with(
            (_S, "daily_limits", 1, {"symbols": ["△"], "max": 1, "days_of_week": ["sunday"]}),
            (_S, "calendar", {"2025-01-12": "must_day_off", "2025-01-19": "must_work"}),
        ),
        "never_applies",
        "/settings/daily_limits/1/days_of_week",
        ("no day of this period",),
    ),
    Warned(
        "holidays beyond what is known",
        _with(
            ("period", {"start": "2150-01-05", "end": "2150-01-18"}),
            ("baseline", None),
            (_S, "holidays", {"country": "JP", "rule": "must_day_off"}),
        ),
        "never_applies",
        "/settings/holidays/rule",
        ("JP", "2150"),
    ),
    Warned(
        "baseline outside the period",
        _with(("baseline", "sato", "2025-01-20", "×")),
        "baseline_ignored",
        "/baseline/sato/2025-01-20",
        ("佐藤", "2025-01-20"),
    ),
    Warned(
        "baseline of somebody who has left",
        _with(("staff", 0, "employed_until", "2025-01-18"), ("baseline", "sato", "2025-01-19", "×")),
        "baseline_ignored",
        "/baseline/sato/2025-01-19",
        ("佐藤",),
    ),
    # ---- counting ----
    Warned(
        "more days off than the group may have",
        _with((_S, "monthly_limits", 0, {"symbols": ["×"], "min": 8, "max": 9, "hard": True}), (_S, "weekly_limits", [])),
        "too_many_off",
        "/settings/monthly_limits/0/min",
        ("16 days off needed in キッチン, 14 possible", "at most 1 of キッチン on × on each of 14 open days"),
    ),
    Warned(
        "more days off than the team may have",
        _with(
            (_S, "monthly_limits", 0, {"symbols": ["×"], "min": 7, "hard": True}),
            (_S, "weekly_limits", []),
            (_S, "daily_limits", 0, {"symbols": ["×"], "max": 1, "hard": True}),
        ),
        "too_many_off",
        "/settings/monthly_limits/0/min",
        ("28 days off needed in the whole team, 14 possible", "at most 1 on ×"),
    ),
    Warned(
        "half days beyond the maxima",
        _with(
            (_S, "monthly_limits", 0, {"measure": "off_equivalent", "min": 7.5, "hard": True}),
            (_S, "weekly_limits", []),
            (_S, "daily_limits", [{"symbols": [symbol], "max": 1, "hard": True} for symbol in "×△"]),
            (_S, "allowed_shifts", []),
        ),
        "too_many_off",
        "/settings/monthly_limits/0/min",
        ("30 days off needed in the whole team, 21 possible",),
    ),
    Warned(
        "more days off in a week than demand leaves",
        _with(
            (_S, "weekly_limits", 0, {"symbols": ["×"], "min": 2, "hard": True}),
            (_S, "demand", 0, {"symbols": ["○", "△", "◇"], "min": 3, "hard": True}),
            (_S, "monthly_limits", []),
            (_S, "daily_limits", []),
        ),
        "too_many_off",
        "/settings/weekly_limits/0/min",
        ("8 days off needed in the whole team from 2025-01-06 to 2025-01-12, 7 possible", "at least 3 on ○/△/◇"),
    ),
    Warned(
        "soft limits that cannot all be met",
        _with(
            (_S, "monthly_limits", 0, {"symbols": ["×"], "min": 8, "max": 9}),
            (_S, "weekly_limits", []),
        ),
        "too_many_off",
        "/settings/monthly_limits/0/min",
        ("16 days off needed in キッチン, 14 possible", "not all of these limits are hard"),
    ),
    Warned(
        "more people than there are",
        _with((_S, "demand", 0, {"symbols": ["○"], "min": 5, "hard": True})),
        "too_few_staff",
        "/settings/demand/0/min",
        ("2025-01-06: 5 on ○ needed, 3 possible: at least 1 on ×", "13 more days"),
    ),
    Warned(
        "more people with a skill than there are",
        _with(
            (_S, "demand", 0, {"symbols": ["○"], "min": 2, "skill": "grill", "hard": True}),
            ("prefilled", {"ueda": {"2025-01-08": "△"}}),
        ),
        "too_few_staff",
        "/settings/demand/0/min",
        ("2025-01-08: 2 on ○ with grill needed, 1 possible",),
    ),
    Warned(
        "minima that together need too many",
        _with(
            (_S, "demand", [{"symbols": [symbol], "min": 2, "hard": True} for symbol in "○◇"]),
            (_S, "allowed_shifts", []),
        ),
        "too_few_staff",
        "/settings/daily_limits/0/min",
        ("2025-01-06: 1 on ×, 2 on ○, 2 on ◇ make 5 people, 4 can be there",),
    ),
    Warned(
        "more people off on a day than may be",
        _with((_S, "daily_limits", 0, {"symbols": ["×"], "min": 4, "hard": True}), (_S, "demand", [])),
        "too_few_off",
        "/settings/daily_limits/0/min",
        ("2025-01-06: 4 on × needed, 3 possible: at most 1 of キッチン on ×",),
    ),
    Warned(
        "more days off than the people may have",
        _with(
            (_S, "daily_limits", 0, {"symbols": ["×"], "min": 2, "hard": True}),
            (_S, "monthly_limits", 0, {"symbols": ["×"], "max": 6, "hard": True}),
            (_S, "weekly_limits", []),
        ),
        "too_few_off",
        "/settings/daily_limits/0/min",
        ("28 on × needed on 14 open days from 2025-01-06 to 2025-01-19, 24 possible",),
    ),
    Warned(
        "more people fixed than may be",
        _with(("prefilled", {"sato": {"2025-01-08": "×"}, "suzuki": {"2025-01-08": "×"}})),
        "too_many_fixed",
        "/settings/group_conflict",
        ("2025-01-08: 2 of キッチン on × are fixed (佐藤 and 鈴木), at most 1",),
    ),
    Warned(
        "more days off than days",
        _with(
            (_S, "monthly_limits", 0, {"symbols": ["△"], "min": 10, "hard": True, "scope": {"staff_ids": ["sato"]}}),
            *(
                (
                    _S,
                    "priority_rules",
                    1,
                    {"rule_type": "blocked_shift", "staff_ids": ["sato"], "shift": "△", "days_of_week": [1, 2, 3]},
                ),
            ),
        ),
        "unreachable_limit",
        "/settings/monthly_limits/0/min",
        ("佐藤 needs 10 days on △ from 2025-01-06 to 2025-01-19, 8 possible",),
    ),
    Warned(
        "minimum of the month above the maxima of its weeks",
        _with((_S, "monthly_limits", 0, {"symbols": ["×"], "min": 5, "hard": True})),
        "unreachable_limit",
        "/settings/monthly_limits/0/min",
        ("佐藤 needs 5 days off from 2025-01-06 to 2025-01-19, 4 possible",),
    ),
    Warned(
        "more half days fixed than allowed",
        _with(
            (_S, "monthly_limits", 0, {"measure": "off_equivalent", "max": 1.5, "hard": True}),
            (_S, "weekly_limits", []),
            (_S, "daily_limits", []),
            ("prefilled", {"sato": {"2025-01-06": "×", "2025-01-08": "△", "2025-01-10": "△"}}),
        ),
        "unreachable_limit",
        "/settings/monthly_limits/0/max",
        ("佐藤: 2 days off are fixed", "at most 1.5"),
    ),
    # ---- many ----
    Warned(
        "warnings without end",
        _with(
            (_S, "staff_groups", [{"id": f"g{i}", "members": ["sato"]} for i in range(250)]), (_S, "backup_assignments", [])
        ),
        "more_warnings",
        "",
        ("50 more",),
    ),
]

WARNED_WHEN_SOLVED = [
    Warned(
        "more alternatives than there are",
        {
            "period": {"start": "2025-01-06", "end": "2025-01-06"},
            "staff": [{"id": "a"}],
            "settings": {"staff_groups": [], "allowed_shifts": [{"symbols": ["○", "×"], "hard": True}], "fairness": []},
            "prefilled": {"a": {"2025-01-06": "○"}},
            "options": {"alternatives": 3, "workers": 1},
        },
        "fewer_alternatives",
        "/options/alternatives",
        ("1 of the 3 rosters",),
    ),
]
"""What only the answer can warn of."""
