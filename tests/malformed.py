"""Malformed requests, each of another kind, with the code and the place they have to be refused for.

All are made from one small valid problem, by one change each, and are kept as the text that would be sent.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Malformed(NamedTuple):
    """A request that has to be refused with `code` at `path` (among possibly others)."""

    name: str
    body: str
    code: str
    path: str


VALID: dict[str, Any] = {
    "period": {"start": "2025-01-01", "end": "2025-01-14"},
    "staff": [
        {"id": "sato", "name": "佐藤", "status": "社員", "skills": ["grill"], "employed_until": "2025-01-10"},
        {"id": "nakata", "name": "中田", "status": "派遣", "employed_from": "2025-01-02"},
        {"id": "ueda", "name": "上田", "is_active": False},
    ],
    "settings": {
        "shift_types": [
            {"symbol": "○", "role": "normal", "kind": "work", "start": "10:00", "minutes": 480},
            {"symbol": "△", "role": "early", "kind": "work", "off_equivalent": 0.5},
            {"symbol": "×", "role": "off", "kind": "off"},
            {"symbol": "⊘", "role": "away", "kind": "away"},
        ],
        "staff_groups": [{"id": "kitchen", "members": ["sato"]}],
        "backup_assignments": [
            {"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "priority_order": 1, "effective_from": "2025-01-02"},
            {"id": "b2", "staff_id": "nakata", "group_id": "kitchen", "priority_order": 2, "is_active": False},
        ],
        "daily_limits": [{"id": "d1", "symbols": ["×"], "min": 0, "max": 2}],
        "weekly_limits": [{"symbols": ["×"], "max": 2}],
        "monthly_limits": [{"measure": "off_equivalent", "min": 2, "max": 4.5}],
        "priority_rules": [{"rule_type": "avoided_shift", "staff_ids": ["sato"], "shift": "△", "days_of_week": [0]}],
        "demand": [{"symbols": ["○"], "min": 1}],
        "requests": [{"staff_id": "sato", "date": "2025-01-03", "symbol": "×"}],
        "calendar": {"2025-01-05": "must_day_off"},
    },
    "prefilled": {"sato": {"2025-01-08": "×"}},
    "history": {"sato": {"2024-12-31": "○"}},
    "history_counts": {"sato": {"off": 8}},
    "options": {"time_limit": 5, "seed": 1},
}

Edit = Callable[[dict[str, Any]], None]


def _put(value: Any, *place: Any) -> Edit:
    """Put a value at a place."""

    def edit(document: dict[str, Any]) -> None:
        *around, last = place
        inside: Any = document
        for key in around:
            inside = inside[key]
        if isinstance(inside, list) and last == len(inside):
            inside.append(value)
        else:
            inside[last] = value

    return edit


def _drop(*place: Any) -> Edit:
    """Leave a field out."""

    def edit(document: dict[str, Any]) -> None:
        *around, last = place
        inside: Any = document
        for key in around:
            inside = inside[key]
        del inside[last]

    return edit


def _text(*edits: Edit) -> str:
    document = copy.deepcopy(VALID)
    for edit in edits:
        edit(document)
    return json.dumps(document, ensure_ascii=False)


def _inside(old: str, new: str, *edits: Edit) -> str:
    """Text of the valid problem with a piece of it replaced, for what only text can hold."""
    text = _text(*edits)
    assert text.count(old) == 1, old
    return text.replace(old, new)


_S = "settings"
_OLD_RULE = {"ruleType": "avoid_shift", "shiftType": "off", "staffId": "sato", "daysOfWeek": [0]}

MALFORMED: list[Malformed] = [
    # ---- the text ----
    Malformed("empty", "", "not_json", ""),
    Malformed("not json", "{period: 2025}", "not_json", ""),
    Malformed("cut off", _text()[:-40], "not_json", ""),
    Malformed("trailing comma", _text()[:-1] + ",}", "not_json", ""),
    Malformed("nested without end", "[" * 100_000, "not_json", ""),
    Malformed("a list", "[]", "wrong_type", ""),
    Malformed("a text", '"problem"', "wrong_type", ""),
    Malformed("null", "null", "wrong_type", ""),
    Malformed(
        "nested too deeply", _text(_put(json.loads("[" * 80 + "]" * 80), "prefilled")), "not_json", "/prefilled" + "/0" * 59
    ),
    Malformed("key twice at the top", _text()[:-1] + ', "history": {}}', "duplicate_key", "/history"),
    Malformed(
        "cell twice",
        _inside('{"2025-01-08": "×"}', '{"2025-01-08": "×", "2025-01-08": "○"}'),
        "duplicate_key",
        "/prefilled/sato/2025-01-08",
    ),
    Malformed("NaN", _inside('"max": 4.5', '"max": NaN'), "not_finite", f"/{_S}/monthly_limits/0/max"),
    Malformed("Infinity", _inside('"time_limit": 5', '"time_limit": Infinity'), "not_finite", "/options/time_limit"),
    Malformed("number beyond all", _inside('"time_limit": 5', '"time_limit": 1e999'), "not_finite", "/options/time_limit"),
    Malformed("number of 5000 digits", _inside('"seed": 1', '"seed": ' + "1" * 5000), "out_of_range", "/options/seed"),
    Malformed("lone surrogate", _inside('"name": "佐藤"', '"name": "\\ud800"'), "bad_text", "/staff/0/name"),
    Malformed("lone surrogate as a key", _inside('"2025-01-08"', '"\\udfff"'), "bad_text", "/prefilled/sato"),
    # ---- fields ----
    Malformed("no period", _text(_drop("period")), "missing_field", "/period"),
    Malformed("no end", _text(_drop("period", "end")), "missing_field", "/period/end"),
    Malformed("no staff", _text(_drop("staff")), "missing_field", "/staff"),
    Malformed("nobody", _text(_put([], "staff")), "bad_value", "/staff"),
    Malformed("person without id", _text(_drop("staff", 1, "id")), "missing_field", "/staff/1/id"),
    Malformed("misspelt rule", _text(_put([], _S, "daily_limit")), "unknown_field", f"/{_S}/daily_limit"),
    Malformed(
        "misspelt field", _text(_put(1, _S, "daily_limits", 0, "maximum")), "unknown_field", f"/{_S}/daily_limits/0/maximum"
    ),
    Malformed("unknown option", _text(_put(1, "options", "threads")), "unknown_field", "/options/threads"),
    Malformed("field with ~ and /", _text(_put(1, "a/b~c")), "unknown_field", "/a~1b~0c"),
    Malformed("both spellings", _text(_put([], _S, "dailyLimits")), "field_twice", f"/{_S}/dailyLimits"),
    Malformed(
        "both spellings inside", _text(_put("x", _S, "requests", 0, "staffId")), "field_twice", f"/{_S}/requests/0/staffId"
    ),
    # ---- types and values ----
    Malformed("settings as a list", _text(_put([], _S)), "wrong_type", f"/{_S}"),
    Malformed("staff as an object", _text(_put({}, "staff")), "wrong_type", "/staff"),
    Malformed("person as a text", _text(_put("sato", "staff", 0)), "wrong_type", "/staff/0"),
    Malformed("prefilled as a list", _text(_put([], "prefilled")), "wrong_type", "/prefilled"),
    Malformed("row of cells as a text", _text(_put("×", "prefilled", "sato")), "wrong_type", "/prefilled/sato"),
    Malformed("number as id", _text(_put(7, "staff", 1, "id")), "wrong_type", "/staff/1/id"),
    Malformed("empty id", _text(_put("", "staff", 1, "id")), "bad_value", "/staff/1/id"),
    Malformed(
        "true for a number", _text(_put(True, _S, "daily_limits", 0, "max")), "wrong_type", f"/{_S}/daily_limits/0/max"
    ),
    Malformed(
        "text for a number", _text(_put("2", _S, "daily_limits", 0, "max")), "wrong_type", f"/{_S}/daily_limits/0/max"
    ),
    Malformed(
        "2.0 for a number of people",
        _text(_put(2.0, _S, "daily_limits", 0, "max")),
        "wrong_type",
        f"/{_S}/daily_limits/0/max",
    ),
    Malformed("1 for true", _text(_put(1, _S, "daily_limits", 0, "hard")), "wrong_type", f"/{_S}/daily_limits/0/hard"),
    Malformed("negative number", _text(_put(-1, _S, "daily_limits", 0, "min")), "out_of_range", f"/{_S}/daily_limits/0/min"),
    Malformed("time limit 0", _text(_put(0, "options", "time_limit")), "out_of_range", "/options/time_limit"),
    Malformed("time limit as text", _text(_put("5", "options", "time_limit")), "wrong_type", "/options/time_limit"),
    Malformed(
        "a third of a day",
        _text(_put(0.3, _S, "shift_types", 1, "off_equivalent")),
        "not_half_day",
        f"/{_S}/shift_types/1/off_equivalent",
    ),
    Malformed(
        "half a minute",
        _text(_put({"measure": "minutes", "max": 0.5}, _S, "monthly_limits", 0)),
        "not_whole",
        f"/{_S}/monthly_limits/0/max",
    ),
    Malformed(
        "unknown rule type",
        _text(_put("hated_shift", _S, "priority_rules", 0, "rule_type")),
        "bad_value",
        f"/{_S}/priority_rules/0/rule_type",
    ),
    Malformed(
        "unknown calendar word",
        _text(_put("closed", _S, "calendar", "2025-01-05")),
        "bad_value",
        f"/{_S}/calendar/2025-01-05",
    ),
    Malformed(
        "weekday 7",
        _text(_put([7], _S, "priority_rules", 0, "days_of_week")),
        "bad_value",
        f"/{_S}/priority_rules/0/days_of_week/0",
    ),
    Malformed("clock 24:00", _text(_put("24:00", _S, "shift_types", 0, "start")), "bad_value", f"/{_S}/shift_types/0/start"),
    Malformed("blank symbol", _text(_put(" ", _S, "shift_types", 1, "symbol")), "bad_value", f"/{_S}/shift_types/1/symbol"),
    Malformed(
        "unknown country",
        _text(_put({"country": "XX", "rule": "as_sunday"}, _S, "holidays")),
        "bad_value",
        f"/{_S}/holidays/country",
    ),
    Malformed(
        "unknown subdivision",
        _text(_put({"country": "DE", "subdivision": "XX"}, _S, "holidays")),
        "bad_value",
        f"/{_S}/holidays/subdivision",
    ),
    Malformed("scope as a word", _text(_put("all", _S, "demand", 0, "scope")), "wrong_type", f"/{_S}/demand/0/scope"),
    Malformed(
        "scope of two kinds",
        _text(_put({"staff_ids": ["sato"], "statuses": ["社員"]}, _S, "demand", 0, "scope")),
        "scope_ambiguous",
        f"/{_S}/demand/0/scope",
    ),
    Malformed(
        "count without symbols",
        _text(_put({"max": 3}, _S, "monthly_limits", 0)),
        "missing_field",
        f"/{_S}/monthly_limits/0/symbols",
    ),
    # ---- references ----
    Malformed(
        "unknown member",
        _text(_put("satoo", _S, "staff_groups", 0, "members", 0)),
        "unknown_staff",
        f"/{_S}/staff_groups/0/members/0",
    ),
    Malformed(
        "unknown backup",
        _text(_put("x", _S, "backup_assignments", 0, "staff_id")),
        "unknown_staff",
        f"/{_S}/backup_assignments/0/staff_id",
    ),
    Malformed(
        "unknown group",
        _text(_put("x", _S, "backup_assignments", 0, "group_id")),
        "unknown_group",
        f"/{_S}/backup_assignments/0/group_id",
    ),
    Malformed(
        "unknown person prefilled",
        _text(_put({"2025-01-03": "×"}, "prefilled", "satoo")),
        "unknown_staff",
        "/prefilled/satoo",
    ),
    Malformed(
        "unknown person in history_counts", _text(_put({}, "history_counts", "x")), "unknown_staff", "/history_counts/x"
    ),
    Malformed("person twice", _text(_put({"id": "sato"}, "staff", 3)), "duplicate_id", "/staff/3/id"),
    Malformed(
        "group twice", _text(_put({"id": "kitchen"}, _S, "staff_groups", 1)), "duplicate_id", f"/{_S}/staff_groups/1/id"
    ),
    Malformed(
        "assignment twice",
        _text(_put("b1", _S, "backup_assignments", 1, "id")),
        "duplicate_id",
        f"/{_S}/backup_assignments/1/id",
    ),
    Malformed(
        "limit twice",
        _text(_put({"id": "d1", "symbols": ["△"]}, _S, "daily_limits", 1)),
        "duplicate_id",
        f"/{_S}/daily_limits/1/id",
    ),
    Malformed(
        "member twice",
        _text(_put(["sato", "sato"], _S, "staff_groups", 0, "members")),
        "duplicate_entry",
        f"/{_S}/staff_groups/0/members/1",
    ),
    Malformed(
        "symbol twice in a limit",
        _text(_put(["×", "×"], _S, "daily_limits", 0, "symbols")),
        "duplicate_entry",
        f"/{_S}/daily_limits/0/symbols/1",
    ),
    # ---- symbols ----
    Malformed(
        "unknown symbol",
        _text(_put("休", "prefilled", "sato", "2025-01-08")),
        "unknown_symbol",
        "/prefilled/sato/2025-01-08",
    ),
    Malformed(
        "unknown symbol in a rule",
        _text(_put("夜", _S, "priority_rules", 0, "shift")),
        "unknown_symbol",
        f"/{_S}/priority_rules/0/shift",
    ),
    Malformed(
        "〇 for ○", _text(_put("〇", "prefilled", "sato", "2025-01-08")), "lookalike_symbol", "/prefilled/sato/2025-01-08"
    ),
    Malformed("x for ×", _text(_put("x", _S, "requests", 0, "symbol")), "lookalike_symbol", f"/{_S}/requests/0/symbol"),
    Malformed(
        "✕ for ×",
        _text(_put(["✕"], _S, "daily_limits", 0, "symbols")),
        "lookalike_symbol",
        f"/{_S}/daily_limits/0/symbols/0",
    ),
    Malformed(
        "◯ in history", _text(_put("◯", "history", "sato", "2024-12-31")), "lookalike_symbol", "/history/sato/2024-12-31"
    ),
    Malformed(
        "symbol of two types",
        _text(_put("○", _S, "shift_types", 1, "symbol")),
        "duplicate_symbol",
        f"/{_S}/shift_types/1/symbol",
    ),
    Malformed(
        "role of two types", _text(_put("off", _S, "shift_types", 3, "role")), "duplicate_role", f"/{_S}/shift_types/3/role"
    ),
    Malformed(
        "role of another kind", _text(_put("off", _S, "shift_types", 0, "kind")), "role_kind", f"/{_S}/shift_types/0/kind"
    ),
    Malformed("closed day without ×", _text(_drop(_S, "shift_types", 2, "role")), "missing_role", f"/{_S}/shift_types"),
    # ---- dates and numbers ----
    Malformed("30 February", _text(_put("2025-02-30", "period", "end")), "bad_date", "/period/end"),
    Malformed(
        "29 February of a common year",
        _text(_put("2025-02-29", _S, "requests", 0, "date")),
        "bad_date",
        f"/{_S}/requests/0/date",
    ),
    Malformed("date and time", _text(_put("2025-01-01T00:00:00Z", "period", "start")), "bad_date", "/period/start"),
    Malformed("year 1", _text(_put("0001-01-01", "staff", 0, "employed_from")), "bad_date", "/staff/0/employed_from"),
    Malformed(
        "year 9999",
        _text(_put("9999-12-31", _S, "backup_assignments", 0, "effective_until")),
        "bad_date",
        f"/{_S}/backup_assignments/0/effective_until",
    ),
    Malformed(
        "calendar key", _text(_put("must_work", _S, "calendar", "1 January")), "bad_date", f"/{_S}/calendar/1 January"
    ),
    Malformed(
        "free cell without a date", _text(_put(None, "prefilled", "sato", "someday")), "bad_date", "/prefilled/sato/someday"
    ),
    Malformed("period reversed", _text(_put("2024-12-01", "period", "end")), "reversed_dates", "/period/end"),
    Malformed(
        "employment reversed",
        _text(_put("2025-02-01", "staff", 0, "employed_from")),
        "reversed_dates",
        "/staff/0/employed_until",
    ),
    Malformed(
        "assignment reversed",
        _text(_put("2025-01-01", _S, "backup_assignments", 0, "effective_until")),
        "reversed_dates",
        f"/{_S}/backup_assignments/0/effective_until",
    ),
    Malformed(
        "cell after the period",
        _text(_put("×", "prefilled", "sato", "2025-01-15")),
        "outside_period",
        "/prefilled/sato/2025-01-15",
    ),
    Malformed(
        "request before the period",
        _text(_put("2024-12-31", _S, "requests", 0, "date")),
        "outside_period",
        f"/{_S}/requests/0/date",
    ),
    Malformed(
        "cell after employment",
        _text(_put("×", "prefilled", "sato", "2025-01-11")),
        "outside_employment",
        "/prefilled/sato/2025-01-11",
    ),
    Malformed(
        "request of an inactive person",
        _text(_put("ueda", _S, "requests", 0, "staff_id")),
        "outside_employment",
        f"/{_S}/requests/0/date",
    ),
    Malformed(
        "history within the period",
        _text(_put("○", "history", "sato", "2025-01-01")),
        "not_before_period",
        "/history/sato/2025-01-01",
    ),
    Malformed("min above max", _text(_put(3, _S, "daily_limits", 0, "min")), "min_above_max", f"/{_S}/daily_limits/0/max"),
    Malformed(
        "min above max by half a day",
        _text(_put(5, _S, "monthly_limits", 0, "min")),
        "min_above_max",
        f"/{_S}/monthly_limits/0/max",
    ),
    Malformed("target below min", _text(_put(0, _S, "demand", 0, "target")), "min_above_max", f"/{_S}/demand/0/target"),
    Malformed(
        "on call and regular",
        _text(
            _put(True, _S, "backup_assignments", 1, "is_active"),
            _put("on_call", _S, "backup_assignments", 1, "assignment_type"),
        ),
        "mixed_assignment_type",
        f"/{_S}/backup_assignments/1/assignment_type",
    ),
    # ---- sizes ----
    Malformed("367 days", _text(_put("2026-01-02", "period", "end")), "too_large", "/period"),
    Malformed("1001 people", _text(_put([{"id": f"s{i}"} for i in range(1001)], "staff")), "too_large", "/staff"),
    Malformed(
        "product of staff, days and shift types",
        _text(
            _put("2025-12-31", "period", "end"),
            _put([*VALID["staff"], *({"id": f"s{i}"} for i in range(997))], "staff"),
            _put([*VALID[_S]["shift_types"], *({"symbol": f"n{i}", "kind": "work"} for i in range(2))], _S, "shift_types"),
        ),
        "too_large",
        "/staff",
    ),
    Malformed(
        "65 shift types",
        _text(_put([{"symbol": f"n{i}", "kind": "work"} for i in range(65)], _S, "shift_types")),
        "too_large",
        f"/{_S}/shift_types",
    ),
    Malformed(
        "5001 limits", _text(_put([{"symbols": ["×"]}] * 5001, _S, "daily_limits")), "too_large", f"/{_S}/daily_limits"
    ),
    Malformed(
        "5001 dates",
        _text(_put(["2025-01-03"] * 5001, _S, "priority_rules", 0, "dates")),
        "too_large",
        f"/{_S}/priority_rules/0/dates",
    ),
    Malformed("name of 2001 letters", _text(_put("あ" * 2001, "staff", 0, "name")), "too_large", "/staff/0/name"),
    # ---- old forms ----
    Malformed(
        "old limit misspelt",
        _text(_put({"maxOffPerDay": 2, "maxNightPerDay": 1}, _S, "daily_limits")),
        "unknown_field",
        f"/{_S}/daily_limits/maxNightPerDay",
    ),
    Malformed(
        "old daily limit as text",
        _text(_put({"maxOffPerDay": "2"}, _S, "daily_limits")),
        "wrong_type",
        f"/{_S}/daily_limits/maxOffPerDay",
    ),
    Malformed(
        "old daily limits reversed",
        _text(_put({"minOffPerDay": 3, "maxOffPerDay": 2}, _S, "daily_limits")),
        "min_above_max",
        f"/{_S}/daily_limits/maxOffPerDay",
    ),
    Malformed(
        "unknown old scope",
        _text(_put({"maxCount": 2, "scope": "everyone"}, _S, "weekly_limits", 0)),
        "bad_value",
        f"/{_S}/weekly_limits/0/scope",
    ),
    Malformed(
        "unknown person in an old scope",
        _text(_put({"maxCount": 2, "scope": "individual", "targetIds": ["x"]}, _S, "weekly_limits", 0)),
        "unknown_staff",
        f"/{_S}/weekly_limits/0/targetIds/0",
    ),
    Malformed(
        "unknown old rule type",
        _text(_put({**_OLD_RULE, "ruleType": "hate_shift"}, _S, "priority_rules", 0)),
        "bad_value",
        f"/{_S}/priority_rules/0/ruleType",
    ),
    Malformed(
        "old shift without a type for it",
        _text(_put({**_OLD_RULE, "shiftType": "late"}, _S, "priority_rules", 0)),
        "missing_role",
        f"/{_S}/priority_rules/0/shiftType",
    ),
    Malformed(
        "unknown person inside ruleDefinition",
        _text(_put({"ruleDefinition": {**_OLD_RULE, "staffId": "x"}}, _S, "priority_rules", 0)),
        "unknown_staff",
        f"/{_S}/priority_rules/0/ruleDefinition/staffId",
    ),
    Malformed(
        "old and new name of one field",
        _text(_put({"symbols": ["×"], "max": 2, "maxCount": 3}, _S, "weekly_limits", 0)),
        "field_twice",
        f"/{_S}/weekly_limits/0/maxCount",
    ),
]
