"""The default set of each rule: filled in where a rule is absent and its symbols exist, and nowhere else."""

from typing import Any

import pytest

from solver.domain.entry import Demand, PriorityRule
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.settings import Settings

PAIRS = [(("×",), ("×",)), (("△",), ("×",)), (("×",), ("△",)), (("△",), ("△",))]


def read(settings: Any = None, **other: Any) -> Problem:
    document = {"period": {"start": "2025-01-01", "end": "2025-01-07"}, "staff": [{"id": "a"}], **other}
    return read_problem(document if settings is None else {**document, "settings": settings})


def test_what_no_settings_mean() -> None:
    settings = read(
        staff=[{"id": "a", "status": "社員"}, {"id": "b", "status": "派遣"}, {"id": "c", "status": "社員"}]
    ).settings
    assert settings.group_conflict is not None
    assert (settings.group_conflict.symbols, settings.group_conflict.max, settings.group_conflict.hard) == (("×",), 1, False)
    assert [(one.symbols, one.hard, one.weight) for one in settings.forbidden_sequences] == [
        (pair, False, 30) for pair in PAIRS
    ]
    assert [(one.kind, one.min, one.max, one.hard, one.weight) for one in settings.stretches] == [
        ("work", None, 5, False, 200)
    ]
    assert [(one.measure, one.scope.statuses, one.weight) for one in settings.fairness] == [
        ("off", ("社員",), 5),
        ("off", ("派遣",), 5),
    ]
    assert settings.backup_coverage is not None
    assert (settings.backup_coverage.hard, settings.backup_coverage.priority) == (True, "available")
    assert settings.backup_coverage.covers_per_day is None
    assert settings.backup_priority is not None
    assert (settings.backup_priority.hard, settings.backup_priority.weight) == (False, 40)
    assert settings.stability is not None
    empty = (
        "daily_limits",
        "weekly_limits",
        "monthly_limits",
        "allowed_shifts",
        "priority_rules",
        "rest",
        "demand",
        "weekends",
    )
    assert all(getattr(settings, name) == () for name in (*empty, "requests", "after_closure"))


@pytest.mark.parametrize("off", [[], None])
@pytest.mark.parametrize("name", ["forbidden_sequences", "stretches", "fairness", "daily_limits"])
def test_an_empty_list_or_null_switches_a_rule_off(name: str, off: Any) -> None:
    assert getattr(read({name: off}).settings, name) == ()


@pytest.mark.parametrize("name", ["group_conflict", "backup_coverage", "backup_priority", "stability", "holidays"])
def test_null_switches_a_rule_off(name: str) -> None:
    assert getattr(read({name: None}).settings, name) is None


@pytest.mark.parametrize("name", ["prefilled", "history", "history_counts"])
def test_null_is_no_cell(name: str) -> None:
    assert read(**{name: None}) == read(**{name: {}}) == read()


def test_default_sets_apply_only_where_their_symbols_exist() -> None:
    types = [{"symbol": "W", "kind": "work"}, {"symbol": "E", "kind": "work", "role": "early"}]
    settings = read({"shift_types": types}).settings
    assert settings.group_conflict is None
    assert settings.fairness == ()
    assert [one.symbols for one in settings.forbidden_sequences] == [(("E",), ("E",))]
    assert [one.kind for one in settings.stretches] == ["work"]
    only_off = read({"shift_types": [{"symbol": "-", "kind": "off", "role": "off"}]}).settings
    assert only_off.stretches == ()
    assert [one.symbols for one in only_off.forbidden_sequences] == [(("-",), ("-",))]


def test_default_sets_use_the_first_type_of_a_role() -> None:
    types = [{"symbol": s, "kind": "work", "role": "early"} for s in "EF"]
    settings = read({"shift_types": [*types, {"symbol": "-", "kind": "off", "role": "off"}]}).settings
    assert [one.symbols for one in settings.forbidden_sequences][1] == (("E",), ("-",))


@pytest.mark.parametrize(
    ("rule_type", "hard", "weight"),
    [
        ("required_shift", True, 500),
        ("blocked_shift", True, 500),
        ("preferred_shift", False, 20),
        ("avoided_shift", False, 20),
    ],
)
def test_orders_are_hard_and_wishes_are_not(rule_type: str, hard: bool, weight: int) -> None:
    rule = PriorityRule.model_validate({"rule_type": rule_type, "shift": "×"})
    assert (rule.hard, rule.weight) == (hard, weight)
    told = PriorityRule.model_validate({"rule_type": rule_type, "shift": "×", "hard": not hard, "weight": 3})
    assert (told.hard, told.weight) == (not hard, 3)


@pytest.mark.parametrize(
    ("given", "under", "over"),
    [({}, 100, 50), ({"weight": 7}, 7, 7), ({"weight": 7, "over_weight": 3}, 7, 3), ({"under_weight": 9}, 9, 50)],
)
def test_one_weight_of_demand_stands_for_both(given: dict[str, int], under: int, over: int) -> None:
    demand = Demand.model_validate({"symbols": ("○",), **given})
    assert (demand.under_weight, demand.over_weight) == (under, over)


def test_default_weights_are_those_of_the_contract() -> None:
    settings = read(
        {
            "staff_groups": [{"id": "g", "conflict": {"symbols": ["×"]}}],
            "daily_limits": [{"symbols": ["×"], "max": 1}],
            "weekly_limits": [{"symbols": ["×"], "max": 1}],
            "monthly_limits": [{"symbols": ["×"], "max": 1}],
            "allowed_shifts": [{"symbols": ["×"]}],
            "rest": [{"minutes": 660}],
            "weekends": [{"complete": True}],
            "requests": [{"staff_id": "a", "date": "2025-01-01", "symbol": "×"}],
            "after_closure": [{"symbols": ["×"]}],
        }
    ).settings
    lists = (
        "daily_limits",
        "weekly_limits",
        "monthly_limits",
        "allowed_shifts",
        "rest",
        "weekends",
        "requests",
        "after_closure",
    )
    assert [getattr(settings, name)[0].weight for name in lists] == [50, 60, 80, 150, 1, 30, 10, 500]
    assert [getattr(settings, name)[0].hard for name in lists] == [False, False, False, False, True, False, False, False]
    assert settings.staff_groups[0].conflict is not None
    assert settings.staff_groups[0].conflict.weight == 100
    assert (settings.backup_coverage.weight, settings.backup_coverage.no_backup_weight) == (500, 200)  # type: ignore[union-attr]
    assert settings.stability.weight == 10  # type: ignore[union-attr]
    after = settings.after_closure[0]
    assert (after.min_closed_days, after.days) == (3, 1)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().calendar = {}  # type: ignore[misc]
