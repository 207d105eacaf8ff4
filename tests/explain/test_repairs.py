"""Edits and repairs: what a manager can change, its price, and that it helps."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import jsonpatch
import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings

from solver import ProblemError, Repair, explain, read_problem, solve
from solver.domain.conflict import ConflictFact
from solver.explain.conflicts import conflicts_among, parts_of
from solver.explain.edits import PRICES, Editor
from solver.explain.repairs import find_repairs
from solver.search import Budget
from tests.builders import backed_up, day, people, problem
from tests.explain.planting import planted
from tests.strategies import problems

OFF_BOTH = {"prefilled": {"a": "×", "b": "×"}}


def repairs(staff: list[dict[str, Any]], days: int, most: int = 5, **parts: Any) -> list[Repair]:
    """Repairs of a problem, each tried here once more."""
    made = problem(staff, days, **parts)
    found = explain(made, most_repairs=most)
    assert found.status == "INFEASIBLE"
    for repair in found.repairs:
        if repair.proved:
            patched = read_problem(jsonpatch.apply_patch(made.canonical(), list(repair.patch)))
            assert solve(patched).status != "INFEASIBLE"
    return list(found.repairs)


def paths(found: list[Repair]) -> list[list[str]]:
    return [[operation["path"] for operation in repair.patch] for repair in found]


def test_a_cell_is_freed() -> None:
    found = repairs(people("a", "b"), 1, **OFF_BOTH, **backed_up("a", "b"))
    assert paths(found)[:2] == [[f"/prefilled/b/{day(0)}"], [f"/prefilled/a/{day(0)}"]] or paths(found)[:2] == [
        [f"/prefilled/a/{day(0)}"],
        [f"/prefilled/b/{day(0)}"],
    ]
    assert found[0].cost == PRICES["prefilled"]


def test_the_cheapest_comes_first_and_no_repair_contains_another() -> None:
    found = repairs(people("a", "b", "c"), 1, most=10, **OFF_BOTH, **backed_up("a", "b"))
    assert [repair.cost for repair in found] == sorted(repair.cost for repair in found)
    sets = [frozenset(map(str, repair.patch)) for repair in found]
    assert not [1 for one in sets for other in sets if one < other]


def test_a_maximum_rises_as_far_as_needed() -> None:
    found = repairs(
        people("a", "b", "c"),
        1,
        most=10,
        daily_limits=[{"symbols": ["×"], "max": 0, "hard": True}],
        prefilled={"a": "×", "b": "×", "c": "×"},
    )
    raised = [r for r in found if r.patch[0]["path"] == "/settings/daily_limits/0/max" and len(r.patch) == 1]
    assert [(r.patch[0]["value"], r.cost) for r in raised] == [(3, 3 * PRICES["daily_limit"])]


def test_a_half_day_minimum_falls_by_half_days() -> None:
    found = repairs(
        people("a"), 2, monthly_limits=[{"measure": "off_equivalent", "min": 1.5, "hard": True}], prefilled={"a": "○×"}
    )
    assert {"op": "replace", "path": "/settings/monthly_limits/0/min", "value": 1} in [r.patch[0] for r in found]


def test_an_assignment_that_has_ended_is_extended() -> None:
    gone = {"staff_id": "b", "effective_until": day(0)}
    found = repairs(people("a", "b"), 3, **backed_up("a", gone, require_backup=True), prefilled={"a": "··×"})
    assert ["/settings/backup_assignments/0/effective_until"] in paths(found)
    assert ["/settings/staff_groups/0/require_backup"] in paths(found)


def test_an_inactive_assignment_is_activated_and_a_new_backup_named() -> None:
    idle = {"staff_id": "b", "is_active": False}
    found = repairs(people("a", "b", "c"), 1, **backed_up("a", idle, require_backup=True), prefilled={"a": "×"})
    assert ["/settings/backup_assignments/0/is_active"] in paths(found)
    (new,) = [r.patch[0]["value"] for r in found if r.patch[0]["path"] == "/settings/backup_assignments/-"]
    assert (new["staff_id"], new["group_id"]) == ("c", "g")


def test_a_closed_day_is_opened_again() -> None:
    wish = {"staff_id": "a", "date": day(0), "symbol": "○", "hard": True}
    found = repairs(people("a"), 1, requests=[wish], calendar={day(0): "must_day_off"})
    assert [f"/settings/calendar/{day(0)}"] in paths(found)
    assert paths(found)[0] == ["/settings/requests/0/is_active"]


def test_somebody_stays_longer() -> None:
    staff = people("a", "b")
    staff[1]["employed_until"] = day(0)
    found = repairs(staff, 2, demand=[{"symbols": ["○"], "min": 2, "hard": True}])
    assert ["/staff/1/employed_until"] in paths(found)


def test_prices_decide_the_order() -> None:
    made = problem(people("a", "b"), 1, **OFF_BOTH, **backed_up("a", "b"))
    found = explain(made, prices={"prefilled": 900}).repairs
    assert found[0].patch == ({"op": "replace", "path": "/settings/backup_coverage/hard", "value": False},)


@pytest.mark.parametrize("prices", [{"nonsense": 1}, {"prefilled": -1}])
def test_impossible_prices_are_refused(prices: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"nonsense|prefilled"):
        explain(problem(1, 1), prices=prices)


def test_what_there_was_no_time_for_is_not_called_proved() -> None:
    made = problem(people("a", "b"), 1, **OFF_BOTH, **backed_up("a", "b"))
    parts = parts_of(made, Budget(10, None))
    assert parts is not None
    conflicts, _ = conflicts_among(made, parts)
    assert [repair.proved for repair in find_repairs(made, conflicts, parts, Budget(0, None))] == [False]


@pytest.mark.parametrize("kind", ["coverage", "no backup", "weekly", "demand", "stretch", "closed", "on call"])
def test_where_one_model_takes_long_conflict_after_conflict_leads_to_the_same_price(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = read_problem(planted(kind, 5)[0])
    at_once = explain(made, most_repairs=1).repairs
    monkeypatch.setattr(import_module("solver.explain.priced"), "solve_until", lambda *_: "UNKNOWN")
    one_by_one = explain(made, most_repairs=1).repairs
    assert [(repair.cost, repair.proved) for repair in one_by_one] == [(at_once[0].cost, True)]


def test_a_solve_tells_repairs_too() -> None:
    result = solve(problem(people("a", "b"), 1, **OFF_BOTH, **backed_up("a", "b")))
    assert result.status == "INFEASIBLE"
    assert result.repairs[0].proved
    patched = jsonpatch.apply_patch(result.problem, list(result.repairs[0].patch))
    assert solve(read_problem(patched)).status != "INFEASIBLE"


def test_every_hard_entry_can_be_made_a_wish() -> None:
    made = problem(people("a"), 1, allowed_shifts=[{"symbols": ["×"], "hard": True}], prefilled={"a": "○"})
    fact = ConflictFact(
        rule="shift_allowed", staff_ids=("a",), group_id=None, dates=(), path="/settings/allowed_shifts/0", message=""
    )
    (edit,) = Editor(made).edits_of(fact, {}, lambda *_: 1)
    assert edit.patch == ({"op": "replace", "path": "/settings/allowed_shifts/0/hard", "value": False},)
    assert edit.price == PRICES["soften"]


def test_a_day_that_a_repair_opens_may_need_repair_itself() -> None:
    wishes = [{"staff_id": s, "date": day(0), "symbol": "△", "hard": True} for s in "ab"]
    rule = {"rule_type": "required_shift", "staff_ids": ["m"], "shift": "×", "dates": [day(0)]}
    found = repairs(
        people("a", "b", "m"),
        1,
        requests=wishes,
        priority_rules=[rule],
        calendar={day(0): "must_day_off"},
        **backed_up("m", "b", require_backup=True),
    )
    assert found


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=problems())
def test_no_change_of_a_repair_can_be_spared(sent: dict[str, Any]) -> None:
    try:
        made = read_problem(sent)
    except ProblemError:
        assume(False)
    for repair in explain(made).repairs:
        for spared in repair.patch if repair.proved and len(repair.patch) > 1 else ():
            rest = [operation for operation in repair.patch if operation is not spared]
            try:
                less = read_problem(jsonpatch.apply_patch(made.canonical(), rest))
            except ProblemError:
                continue
            assert solve(less).status == "INFEASIBLE", spared


def test_a_backup_whom_a_rule_keeps_off_the_normal_shift_may_be_let_on_it() -> None:
    never = {"rule_type": "blocked_shift", "staff_ids": ["b"], "shift": "○"}
    found = repairs(
        people("a", "b"), 1, **backed_up("a", "b", require_backup=True), prefilled={"a": "×"}, priority_rules=[never]
    )
    assert ["/settings/priority_rules/0/is_active"] in paths(found)
    only = {"scope": {"staff_ids": ["b"]}, "symbols": ["△", "×"], "hard": True}
    found = repairs(
        people("a", "b"), 1, **backed_up("a", "b", require_backup=True), prefilled={"a": "×"}, allowed_shifts=[only]
    )
    assert ["/settings/allowed_shifts/0/hard"] in paths(found)
