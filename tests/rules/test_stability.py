"""Stability: accepts, rejects, costs, explains; nearness, gone cells and the number of changes; its mutants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import blamed, charged, dates_of, day, document, judged, judged_by_default, row, solved, warned
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "stability"
KEEP: dict[str, Any] = {"stability": {}}


def changed(now: str, published: str, **parts: Any) -> dict[int, int]:
    """What one person's row is charged: amount by day."""
    parts = {**KEEP, **parts}
    violations = [v for v in judged({"a": now}, baseline={"a": published}, **parts) if v.rule == RULE]
    every = [day(i) for i in range(len(now))]
    return {every.index(v.dates[0].isoformat()): v.amount for v in violations}


def test_accepts_the_published_roster() -> None:
    assert changed("○×△", "○×△") == {}


def test_costs_three_in_the_first_week_two_in_the_next_then_one() -> None:
    published = "○" * 16
    assert changed("×" + published[1:], published) == {0: 3}
    assert changed("○" * 6 + "××" + "○" * 5 + "×××", published) == {6: 3, 7: 2, 13: 2, 14: 1, 15: 1}


def test_is_soft_and_weighs_10_by_default() -> None:
    violations = judged_by_default("stability", {"a": "×○", "b": "○△"}, baseline={"a": "○○", "b": "○○"})
    assert charged(violations, RULE) == [("soft", 3, 30)] * 2
    assert [(v.staff_ids, *map(str, v.dates)) for v in violations] == [(("a",), day(0)), (("b",), day(1))]
    assert charged(judged({"a": "×"}, stability={"weight": 7}, baseline={"a": "○"}), RULE) == [("soft", 3, 21)]


@pytest.mark.parametrize("parts", [{"stability": None, "baseline": {"a": "○"}}, {"stability": {}}])
def test_is_silent_when_off_or_without_baseline(parts: dict[str, Any]) -> None:
    assert judged({"a": "×"}, **parts) == []


def test_a_free_cell_of_the_baseline_is_no_promise() -> None:
    assert changed("×××", "○·○") == {0: 3, 2: 3}
    assert changed("×××", {day(0): None, day(1): "", day(2): "○"}) == {2: 3}  # type: ignore[arg-type]


def test_what_the_input_changed_counts_too() -> None:
    parts = {**KEEP, "calendar": {day(0): "must_day_off"}, "baseline": {"s0": "○○○"}, "prefilled": {"s0": "·×"}}
    result = solved(1, 3, **parts)
    # the closed day and the sick call: 3 + 3 at weight 10; the rest stays
    assert (result.objective, row(result, "s0")) == (60, "××○")


def test_cells_outside_the_period_or_employment_are_not_compared() -> None:
    staff = [{"id": "a", "employed_from": day(1), "employed_until": day(1)}, {"id": "b", "is_active": False}]
    baseline = {"a": {day(i): "×" for i in range(-1, 4)}, "b": {day(0): "×"}}
    violations = judged({"a": "·○·"}, staff=staff, baseline=baseline, **KEEP)
    assert dates_of(violations, RULE) == [[day(1)]]
    warnings = warned("baseline_ignored", staff, 3, baseline=baseline, **KEEP)
    assert {path.split("/")[2] for path in warnings} == {"a", "b"}


def test_the_change_farthest_off_is_taken() -> None:
    # One day off more is ordered; in the third week it costs 1 × 10.
    off = [{"measure": "count", "symbols": ["×"], "min": 1, "hard": True}]
    result = solved(1, 15, baseline={"s0": "○" * 15}, monthly_limits=off, **KEEP)
    assert (result.status, result.objective, row(result, "s0")) == ("OPTIMAL", 10, "○" * 14 + "×")


def test_rejects_more_changes_than_allowed() -> None:
    for most, status in ((1, "INFEASIBLE"), (2, "OPTIMAL")):
        parts = {"stability": {"max_changes": most}, "baseline": {"s0": "○○○", "s1": "○○○"}}
        assert solved(2, 3, prefilled={"s0": "×", "s1": "··×"}, **parts).status == status


def test_costs_each_change_beyond_the_number_allowed() -> None:
    parts = {"stability": {"max_changes": 1, "weight": 0}, "baseline": {"a": "○○", "b": "○○"}}
    violations = [v for v in judged({"a": "××", "b": "○×"}, **parts) if v.severity == "hard"]
    assert [(v.amount, v.staff_ids) for v in violations] == [(2, ())]  # 3 − 1, over the whole roster


def test_rejects_a_change_of_a_hard_baseline() -> None:
    parts = {"stability": {"hard": True}, "baseline": {"s0": "○×"}, "prefilled": {"s0": "×"}}
    assert blamed(solved(1, 2, **parts), RULE) == [("/settings/stability", ("s0",), [day(0)])]


def test_explains_by_naming_the_number_of_changes_and_the_cells() -> None:
    parts = {"stability": {"max_changes": 1}, "baseline": {"s0": "○○○", "s1": "○○○"}}
    result = solved(2, 3, prefilled={"s0": "×○", "s1": "·○×"}, **parts)
    assert blamed(result, RULE) == [("/settings/stability", (), [day(0), day(2)])]
    assert sorted(path for path, _, _ in blamed(result, "prefilled")) == [
        f"/prefilled/s0/{day(0)}",
        f"/prefilled/s1/{day(2)}",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("None, changed, settings.max_changes)", "None, changed, settings.max_changes + 1)"),
        Mutant("[change], amount=_nearness(problem, day))", "[change])"),
        Mutant("and symbol != now:", "and symbol != now and problem.pinned(staff, day) is None:"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_a_closed_day() -> None:
    agree(document(1, 1, baseline={"s0": "○"}, calendar={day(0): "must_day_off"}, **KEEP))


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("NEAR, SOON = 7, 14", "NEAR, SOON = 6, 14"), test_costs_three_in_the_first_week_two_in_the_next_then_one),
        (Mutant("NEAR, SOON = 7, 14", "NEAR, SOON = 7, 15"), test_costs_three_in_the_first_week_two_in_the_next_then_one),
        (Mutant("changes - settings.max_changes, message", "1, message"), test_costs_each_change_beyond_the_number_allowed),
        (Mutant("if problem.employed(staff, day):", "if not problem.closed(day):"), _agreement_on_a_closed_day),
        (Mutant("(settings.hard, settings.weight)", "(settings.hard, 10)"), test_is_soft_and_weighs_10_by_default),
        (Mutant("hard, weight, message, (staff,), None, (day,))", "hard, weight, message, (), None, (day,))"),
         test_rejects_a_change_of_a_hard_baseline),
    ],
)  # fmt: skip
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
