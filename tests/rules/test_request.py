"""Requests: accepts, rejects, costs, explains; wishes on fixed cells and special days; the death of its mutants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import blamed, charged, day, document, judged, row, solved
from tests.mutation import Mutant, assert_dies, killed_by

RULE = "request"


def wish(symbol: str, index: int = 0, staff: str = "a", **more: Any) -> dict[str, Any]:
    """A wish for one of the period's days."""
    return {"staff_id": staff, "date": day(index), "symbol": symbol, **more}


@pytest.mark.parametrize(
    ("symbol", "want", "granted"), [("×", True, True), ("○", True, False), ("×", False, False), ("○", False, True)]
)
def test_accepts_a_granted_wish_and_charges_another(symbol: str, want: bool, granted: bool) -> None:
    violations = judged({"a": "×"}, requests=[wish(symbol, want=want)])
    assert charged(violations, RULE) == ([] if granted else [("soft", 1, 10)])


def test_wishes_for_the_symbol_by_default() -> None:
    assert charged(judged({"a": "×"}, requests=[wish("×")]), RULE) == []


@pytest.mark.parametrize(("pin", "want"), [("○", True), ("×", False)])
def test_rejects_a_prefilled_cell_against_a_hard_wish(pin: str, want: bool) -> None:
    result = solved(1, 1, requests=[wish("×", staff="s0", want=want, hard=True)], prefilled={"s0": pin})
    assert result.status == "INFEASIBLE"


def test_costs_each_cell_at_its_own_weight() -> None:
    wishes = [wish("△", 0, weight=7), wish("△", 1, weight=5), wish("△", 0, "b", weight=3)]
    violations = judged({"a": "××", "b": "△×"}, requests=wishes)
    assert charged(violations, RULE) == [("soft", 1, 7), ("soft", 1, 5)]
    assert [(v.staff_ids, v.dates[0].isoformat(), v.path) for v in violations] == [
        (("a",), day(0), "/settings/requests/0"),
        (("a",), day(1), "/settings/requests/1"),
    ]


def test_the_dearest_wishes_are_granted() -> None:
    # One may be off. Granting s1 (9) leaves s0 (4) and s2 (2): 6.
    wishes = [wish("×", staff=s, weight=w) for s, w in (("s0", 4), ("s1", 9), ("s2", 2))]
    result = solved(3, 1, requests=wishes, daily_limits=[{"symbols": ["×"], "max": 1, "hard": True}])
    assert (result.status, result.objective, row(result, "s1")) == ("OPTIMAL", 6, "×")


def test_a_wish_for_away_can_be_granted() -> None:
    assert row(solved(1, 2, requests=[wish("⊘", 1, "s0")]), "s0")[1] == "⊘"


@pytest.mark.parametrize(("rule", "symbol"), [("must_day_off", "○"), ("must_work", "×")])
def test_what_the_calendar_refuses_costs(rule: str, symbol: str) -> None:
    result = solved(1, 1, requests=[wish(symbol, staff="s0")], calendar={day(0): rule})
    assert (result.status, result.objective) == ("OPTIMAL", 10)


def test_what_a_prefilled_cell_refuses_costs() -> None:
    assert solved(1, 1, requests=[wish("×", staff="s0")], prefilled={"s0": "○"}).objective == 10


@pytest.mark.parametrize("more", [{"is_active": False}, {"scope": {"staff_ids": ["b"]}}])
def test_an_inactive_wish_or_one_out_of_scope_is_silent(more: dict[str, Any]) -> None:
    assert judged({"a": "○", "b": "○"}, requests=[wish("×", **more)]) == []


def test_explains_by_naming_the_wish_the_person_and_the_date() -> None:
    wishes = [wish("△", 1, "s0", hard=True), wish("×", 1, "s1", hard=True)]
    result = solved(2, 2, requests=wishes, prefilled={"s0": "○△", "s1": "×△"})
    assert blamed(result, RULE) == [("/settings/requests/1", ("s1",), [day(1)])]
    assert blamed(result, "prefilled") == [(f"/prefilled/s1/{day(1)}", ("s1",), [day(1)])]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("[negated(stands) if entry.want else stands]", "[negated(stands)]"),
        Mutant("if (symbol == entry.symbol) != entry.want:", "if symbol != entry.symbol:"),
        Mutant("if not entry.is_active or symbol is None or", "if symbol is None or"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_beside_a_closed_day() -> None:
    agree(document(1, 1, requests=[wish("○", staff="s0")], calendar={day(0): "must_day_off"}))


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (
            Mutant("if not entry.is_active or", "if problem.closed(entry.date) or not entry.is_active or"),
            _agreement_beside_a_closed_day,
        ),
        (Mutant("entry.hard, entry.weight,", "entry.hard, 10,"), test_costs_each_cell_at_its_own_weight),
        (Mutant('"requests", i)', '"requests", 0)'), test_explains_by_naming_the_wish_the_person_and_the_date),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
