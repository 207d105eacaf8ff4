"""Prefilled: a cell the manager filled in stays exactly as given; structural, and first among the structural rules."""

from __future__ import annotations

from typing import Any

import pytest

from solver import ProblemError
from tests.agreement import agree
from tests.builders import BACKUP_ON_CALL, blamed, charged, day, document, judged, people, problem, row, solved
from tests.mutation import Mutant, killed_by

PINS = {"a": "×·△"}


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "prefilled")


def test_accepts_the_cells_as_given_and_any_other() -> None:
    assert of({"a": "×○△"}, prefilled=PINS) == of({"a": "×△△"}, prefilled=PINS) == []


def test_costs_a_thousand_for_each_changed_cell() -> None:
    violations = judged({"a": "○○○"}, prefilled=PINS)
    assert charged(violations, "prefilled") == [("hard", 1, 1000), ("hard", 1, 1000)]
    assert [(v.staff_ids, v.path) for v in violations] == [(("a",), f"/prefilled/a/{day(i)}") for i in (0, 2)]


@pytest.mark.parametrize("symbol", ["○", "△", "×", "⊘"])
def test_stays_whatever_is_wished(symbol: str) -> None:
    wish = [{"staff_id": "a", "date": day(0), "symbol": symbol, "want": False, "weight": 1000}]
    result = solved(people("a"), 1, prefilled={"a": symbol}, requests=wish)
    assert (row(result, "a"), result.objective) == (symbol, 1000)


@pytest.mark.parametrize("order", ["must_day_off", "must_work"])
def test_wins_over_the_calendar(order: str) -> None:
    result = solved(people("a"), 2, prefilled={"a": "⊘·"}, calendar={day(i): order for i in (0, 1)})
    assert row(result, "a")[0] == "⊘"
    assert row(result, "a")[1] != "⊘"


def test_wins_over_being_on_call() -> None:
    result = solved(people("a", "b"), 1, prefilled={"a": "○", "b": "△"}, **BACKUP_ON_CALL)
    assert (result.status, row(result, "b")) == ("OPTIMAL", "△")


@pytest.mark.parametrize("free", [None, ""])
def test_null_and_empty_text_are_free_cells(free: str | None) -> None:
    made = problem(people("a"), 2, prefilled={"a": {day(0): free, day(1): "×"}})
    assert list(made.prefilled["a"].values()) == ["×"]


def test_rejects_what_no_hard_rule_allows() -> None:
    only = [{"symbols": ["○"], "hard": True}]
    assert solved(people("a"), 1, prefilled={"a": "×"}, allowed_shifts=only).status == "INFEASIBLE"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"a": {day(5): "×"}}, "outside_period"),
        ({"a": {day(0): "?"}}, "unknown_symbol"),
        ({"a": {day(0): "x"}}, "lookalike_symbol"),
        ({"z": {day(0): "×"}}, "unknown_staff"),
        ({"left": {day(0): "×"}}, "outside_employment"),
    ],
)
def test_a_cell_that_cannot_be_is_a_fault(cells: dict[str, dict[str, str]], code: str) -> None:
    staff = [{"id": "a"}, {"id": "left", "employed_until": "2026-02-28"}]
    with pytest.raises(ProblemError) as error:
        problem(staff, 2, prefilled=cells)
    ((staff_id, (date,)),) = cells.items()
    assert (code, f"/prefilled/{staff_id}") in {(f.code, f.path.removesuffix(f"/{date}")) for f in error.value.faults}


def test_explains_by_naming_the_cell() -> None:
    only = [{"symbols": ["○", "△"], "hard": True}]
    result = solved(people("a", "b"), 3, prefilled={"a": "○×·", "b": "○○○"}, allowed_shifts=only)
    assert blamed(result, "prefilled") == [(f"/prefilled/a/{day(1)}", ("a",), [day(1)])]
    (fact,) = (f for f in result.conflicts[0].facts if f.rule == "prefilled")
    assert fact.message == f"{day(1)}: A is fixed on ×"


def test_a_path_escapes_what_json_pointers_use() -> None:
    only = [{"symbols": ["○"], "hard": True}]
    result = solved([{"id": "a/b~c"}], 1, prefilled={"a/b~c": "×"}, allowed_shifts=only)
    assert [path for path, _, _ in blamed(result, "prefilled")] == [f"/prefilled/a~1b~0c/{day(0)}"]


def test_is_never_broken_even_where_the_hard_rules_are() -> None:
    result = solved(people("a"), 1, prefilled={"a": "×"}, allowed_shifts=[{"symbols": ["○"], "hard": True}])
    assert (result.status, row(result, "a")) == ("INFEASIBLE", "×")


def test_agrees() -> None:
    only = [{"symbols": ["○"], "hard": True}]
    agree(document(people("a", "b"), 2, prefilled={"a": "×·"}, allowed_shifts=only))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_costs_a_thousand_for_each_changed_cell, Mutant("and found != symbol:", "and found == symbol:")),
        (test_accepts_the_cells_as_given_and_any_other, Mutant("and found != symbol:", "and True:")),
        (test_agrees, Mutant("[negated(model.x(staff, day, symbol))]", "[model.x(staff, day, symbol)]")),
        (
            test_explains_by_naming_the_cell,
            Mutant('pointer("prefilled", staff, day.isoformat())', 'pointer("prefilled", staff)'),
        ),
        (test_costs_a_thousand_for_each_changed_cell, Mutant("True, STRUCTURAL_WEIGHT", "True, 1")),
    ],
)
def test_mutants_die(test: Any, mutant: Mutant) -> None:
    killed_by("prefilled", mutant, test)
