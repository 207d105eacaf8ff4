"""Reading: every fault at once, each in its place in the document as sent, and none that only follows from another."""

import json
from typing import Any

import pytest

from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from tests.domain import rich


def faults(document: Any) -> list[tuple[str, str]]:
    with pytest.raises(ProblemError) as caught:
        read_problem(document)
    return [(fault.code.value, fault.path) for fault in caught.value.faults]


def test_the_smallest_request_is_complete() -> None:
    problem = read_problem(rich.tiny())
    assert isinstance(problem, Problem)
    assert [one.staff_id for one in problem.eligible("kitchen", problem.days[0])] == ["nakata"]


@pytest.mark.parametrize("make", [rich.snake, rich.camel, rich.old, rich.tiny])
def test_text_bytes_and_data_read_alike(make: Any) -> None:
    document = make()
    text = json.dumps(document)
    assert read_problem(document) == read_problem(text) == read_problem(text.encode())


@pytest.mark.parametrize("make", [rich.snake, rich.camel, rich.old, rich.tiny])
def test_the_canonical_form_reads_as_the_same_problem(make: Any) -> None:
    problem = read_problem(make())
    again = read_problem(json.dumps(problem.canonical(), ensure_ascii=False))
    assert again == problem.model_copy(update={"notices": ()})
    assert again.canonical() == problem.canonical()
    assert again.request_hash == problem.request_hash


def test_the_canonical_form_fills_in_what_was_left_out() -> None:
    canonical = read_problem(rich.tiny()).canonical()
    assert canonical["settings"]["group_conflict"] == {
        "symbols": ["×"], "max": 1, "hard": False, "weight": 100, "is_active": True,
    }  # fmt: skip
    assert canonical["settings"]["forbidden_sequences"][0]["symbols"] == ["×", "×"]
    assert canonical["options"]["seed"] == 0
    assert canonical["baseline"] is None
    assert "notices" not in canonical


def test_half_days_and_free_cells_in_the_canonical_form() -> None:
    canonical = read_problem(rich.snake()).canonical()
    assert [one["max"] for one in canonical["settings"]["monthly_limits"]] == [8.5, 10000, None]
    assert canonical["prefilled"] == {"sato": {"2025-01-15": "×"}, "12": {"2025-01-02": "○"}}


def test_reading_changes_nothing_in_what_was_handed_in() -> None:
    for make in (rich.snake, rich.camel, rich.old):
        document = make()
        read_problem(document)
        assert document == make()


def test_symbols_are_compared_after_nfc() -> None:
    document = rich.tiny()
    document["settings"]["shift_types"] = [
        {"symbol": "ガ", "kind": "work", "role": "normal"},
        {"symbol": "休", "kind": "off", "role": "off"},
    ]
    document["prefilled"] = {"sato": {"2025-01-02": "ガ"}}  # as two code points: カ and a voiced sound mark
    document["settings"]["daily_limits"] = [{"symbols": ["ガ"], "max": 2}]
    assert read_problem(document).prefilled["sato"] == {read_problem(document).days[1]: "ガ"}
    document["settings"]["shift_types"].append({"symbol": "ガ", "kind": "work"})
    assert faults(document) == [("duplicate_symbol", "/settings/shift_types/2/symbol")]


def test_every_fault_is_told_at_once() -> None:
    document = rich.snake()
    document["period"]["end"] = "2024-12-31"
    document["staff"][0]["employed_from"] = "2025-99-01"
    document["staff"].append({"id": "sato"})
    del document["staff"][2]["id"]
    settings = document["settings"]
    settings["daily_limit"] = []
    settings["daily_limits"][0]["max"] = "3"
    settings["daily_limits"][1]["symbols"] = ["〇"]
    settings["weekly_limits"][0]["min"] = 3
    settings["staff_groups"][0]["members"].append("nobody")
    settings["priority_rules"][0]["rule_type"] = "hated_shift"
    settings["demand"][0]["scope"] = {"group_ids": ["lobby"]}
    document["history_counts"]["nobody"] = {}
    document["options"]["seed"] = -1
    assert faults(document) == [
        ("unknown_field", "/settings/daily_limit"),
        ("bad_date", "/staff/0/employed_from"),
        ("missing_field", "/staff/2/id"),
        ("wrong_type", "/settings/daily_limits/0/max"),
        ("bad_value", "/settings/priority_rules/0/rule_type"),
        ("out_of_range", "/options/seed"),
        ("reversed_dates", "/period/end"),
        ("duplicate_id", "/staff/5/id"),
        ("lookalike_symbol", "/settings/daily_limits/1/symbols/0"),
        ("min_above_max", "/settings/weekly_limits/0/max"),
        ("unknown_group", "/settings/demand/0/scope/group_ids/0"),
    ] + [(code, path) for code, path in faults(document) if code in ("outside_period", "not_before_period")]


def test_faults_of_text_do_not_hide_the_others() -> None:
    text = json.dumps(rich.tiny())[:-1] + ', "options": {"seed": NaN, "seed": -1, "workers": NaN}, "staf": []}'
    assert faults(text) == [
        ("duplicate_key", "/options/seed"),
        ("not_finite", "/options/workers"),
        ("unknown_field", "/staf"),
        ("out_of_range", "/options/seed"),
    ]


def test_places_hold_after_other_entries_were_set_aside() -> None:
    document = rich.tiny()
    document["staff"] = [{"name": "no id"}, *document["staff"], 5, {"id": "sato"}]
    document["settings"]["daily_limits"] = [
        {"max": 1},
        {"symbols": ["×"], "min": 2, "max": 1},
        "x",
        {"symbols": ["×", "夜"], "max": 1},
    ]
    assert faults(document) == [
        ("missing_field", "/staff/0/id"),
        ("wrong_type", "/staff/3"),
        ("missing_field", "/settings/daily_limits/0/symbols"),
        ("wrong_type", "/settings/daily_limits/2"),
        ("duplicate_id", "/staff/4/id"),
        ("min_above_max", "/settings/daily_limits/1/max"),
        ("unknown_symbol", "/settings/daily_limits/3/symbols/1"),
    ]


def test_places_are_those_of_the_spelling_that_was_sent() -> None:
    document = rich.camel()
    settings = document["settings"]
    settings["dailyLimits"][0]["daysOfWeek"][1] = "someday"
    settings["backupAssignments"][0]["effectiveUntil"] = "2024-01-01"
    settings["priorityRules"][0]["staffIds"][0] = "nobody"
    document["historyCounts"]["sato"] = {"nights": 3}
    assert faults(document) == [
        ("bad_value", "/settings/dailyLimits/0/daysOfWeek/1"),
        ("bad_value", "/historyCounts/sato/nights"),
        ("reversed_dates", "/settings/backupAssignments/0/effectiveUntil"),
        ("unknown_staff", "/settings/priorityRules/0/staffIds/0"),
    ]


def test_ids_that_look_like_indices_or_hold_slashes() -> None:
    document = rich.snake()
    document["prefilled"] = {"12": {"2025-01-02": "夜"}, "0": {}, "a/b~c": {"2025-01-02": "○"}}
    assert faults(document) == [
        ("unknown_symbol", "/prefilled/12/2025-01-02"),
        ("unknown_staff", "/prefilled/0"),
        ("outside_employment", "/prefilled/a~1b~0c/2025-01-02"),
    ]


def spoil(*place: Any, value: Any = None, drop: bool = False) -> dict[str, Any]:
    document = rich.snake()
    inside: Any = document
    for key in place[:-1]:
        inside = inside[key]
    if drop:
        del inside[place[-1]]
    else:
        inside[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        # nobody can be told to be unknown where it is not known who there is
        (spoil("staff", value={}), ("wrong_type", "/staff")),
        (spoil("staff", drop=True), ("missing_field", "/staff")),
        (spoil("staff", 0, "id", value=5), ("wrong_type", "/staff/0/id")),
        (spoil("staff", 0, "id", drop=True), ("missing_field", "/staff/0/id")),
        (spoil("staff", 0, value=None), ("wrong_type", "/staff/0")),
        # nor can dates lie outside a period that is none
        (spoil("period", value=None), ("wrong_type", "/period")),
        (spoil("period", drop=True), ("missing_field", "/period")),
        (spoil("period", "end", value="soon"), ("bad_date", "/period/end")),
        (spoil("period", "start", drop=True), ("missing_field", "/period/start")),
        # nor symbols, groups and roles be missing from lists that cannot be read
        (spoil("settings", "shift_types", value={}), ("wrong_type", "/settings/shift_types")),
        (spoil("settings", "shift_types", 0, "kind", value="wrok"), ("bad_value", "/settings/shift_types/0/kind")),
        (spoil("settings", "shift_types", 3, "symbol", drop=True), ("missing_field", "/settings/shift_types/3/symbol")),
        (spoil("settings", "staff_groups", value="kitchen"), ("wrong_type", "/settings/staff_groups")),
        (spoil("settings", "staff_groups", 0, "members", value=5), ("wrong_type", "/settings/staff_groups/0/members")),
        (spoil("settings", value=[]), ("wrong_type", "/settings")),
        # an entry that loses its only symbol, kind or date is not blamed for having none
        (spoil("settings", "daily_limits", 0, "symbols", 0, value=5), ("wrong_type", "/settings/daily_limits/0/symbols/0")),
        (spoil("settings", "stretches", 0, "kind", value="rest"), ("bad_value", "/settings/stretches/0/kind")),
        (spoil("settings", "monthly_limits", 2, "symbols", value=[]), ("bad_value", "/settings/monthly_limits/2/symbols")),
        (spoil("settings", "requests", 0, "date", value="soon"), ("bad_date", "/settings/requests/0/date")),
        (spoil("settings", "group_conflict", value={"max": 1}), ("missing_field", "/settings/group_conflict/symbols")),
        (
            spoil("settings", "backup_assignments", 1, "assignment_type", value="oncall"),
            ("bad_value", "/settings/backup_assignments/1/assignment_type"),
        ),
        (spoil("prefilled", "sato", "2025-01-15", value=5), ("wrong_type", "/prefilled/sato/2025-01-15")),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_what_only_follows_is_not_told(document: Any, fault: tuple[str, str]) -> None:
    assert faults(document) == [fault]


def test_a_doubtful_type_of_assignment_is_not_called_mixed() -> None:
    document = rich.tiny()
    document["settings"]["backup_assignments"] = [
        {"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "assignment_type": "oncall"},
        {"id": "b2", "staff_id": "nakata", "group_id": "kitchen", "assignment_type": "on_call"},
    ]
    assert faults(document) == [("bad_value", "/settings/backup_assignments/0/assignment_type")]


def test_what_cannot_follow_is_told_all_the_same() -> None:
    document = spoil("staff", 0, "employed_from", value="soon")
    document["prefilled"]["nobody"] = {}
    document["prefilled"]["sato"]["2025-02-01"] = "×"
    assert faults(document) == [
        ("bad_date", "/staff/0/employed_from"),
        ("unknown_staff", "/prefilled/nobody"),
        ("outside_period", "/prefilled/sato/2025-02-01"),
    ]


@pytest.mark.parametrize(
    ("document", "found", "expected"),
    [
        (spoil("settings", "daily_limits", 0, "max", value=True), True, "a whole number"),
        (spoil("settings", "daily_limits", 0, "hard", value="no"), "no", "true or false"),
        (spoil("settings", "daily_limits", value={"a": [1]}), "a", "one of minOffPerDay, maxOffPerDay"),
        (spoil("staff", 0, "id", drop=True), None, "a value, as this field is required"),
        (spoil("staff", 0, "id", value=""), "", "text that is not empty"),
        (spoil("staff", 0, "name", value="x" * 2001), "2001 characters", "at most 2000 characters"),
        (spoil("staff", value=[]), "[]", "at least one entry"),
        (
            spoil("settings", "daily_limits", value=[{"symbols": ["×"], "max": 1}] * 5001),
            "5001 entries",
            "at most 5000 entries",
        ),
        (spoil("settings", "holidays", "rule", value="x"), "x", "'none', 'must_day_off' or 'as_sunday'"),
        (spoil("options", "time_limit", value=0), 0, "greater than 0"),
        (spoil("options", "workers", value=257), 257, "less than or equal to 256"),
        (spoil("period", "end", value="2025-02-30"), "2025-02-30", "a date that exists, as YYYY-MM-DD"),
        (spoil("period", "end", value="2024-12-31"), "2024-12-31", "2025-01-01 or later"),
        (spoil("prefilled", "sato", "2025-01-15", value="x"), "x", "× (U+00D7), which it looks like"),
        (spoil("prefilled", "sato", "2025-01-15", value="休"), "休", "one of ○ △ ◇ × 有 ⊘"),
        (
            spoil("prefilled", "suzuki", value={"2025-01-26": "×"}),
            "2025-01-26",
            "a date on which suzuki is employed until 2025-01-25",
        ),
        (
            spoil("prefilled", "a/b~c", value={"2025-01-26": "×"}),
            "2025-01-26",
            "a date on which a/b~c is active (is_active is false)",
        ),
        (spoil("settings", "weekly_limits", 0, "max", value=0), 0, "at least the minimum (1)"),
        (spoil("settings", "monthly_limits", 0, "max", value=6.5), 6.5, "at least the minimum (7)"),
        (spoil("settings", "monthly_limits", 2, "min", value=4.5), 4.5, "a whole number, as count has no halves"),
        (spoil("settings", "demand", 0, "target", value=9), 4, "at least the minimum (9)"),
    ],
    ids=lambda value: str(value) if not isinstance(value, dict) else "",
)
def test_sentences(document: Any, found: Any, expected: str) -> None:
    with pytest.raises(ProblemError) as caught:
        read_problem(document)
    told = [(fault.found, fault.expected) for fault in caught.value.faults]
    assert any(one == found and type(one) is type(found) and text.startswith(expected) for one, text in told), told


def test_the_exception_shows_the_first_faults_and_has_them_all() -> None:
    document = rich.tiny()
    document["prefilled"] = {"sato": {f"2025-02-{day:02d}": "×" for day in range(1, 29)}}
    with pytest.raises(ProblemError) as caught:
        read_problem(document)
    assert len(caught.value.faults) == 28
    assert str(caught.value).splitlines()[-1] == "… and 8 more"
    assert len(str(caught.value).splitlines()) == 21


def test_legacy_notices_go_with_the_problem() -> None:
    assert {notice.code for notice in read_problem(rich.old()).notices} == {Code.LEGACY_IGNORED}
    assert read_problem(rich.snake()).notices == ()
