"""`toban explain`: sentences, numbered repairs, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Answer

Toban = Callable[..., Answer]


def test_tells_conflicts_and_repairs(toban: Toban) -> None:
    answer = toban("explain", "impossible")
    assert answer.code == 1
    assert answer.out.startswith("INFEASIBLE, 2 conflicts\n")
    assert "On 2026-12-17 these cannot hold together:\n  • nobody of 焼き場 is absent" in answer.out
    assert "  1. " in answer.out
    assert "cost " in answer.out


def test_a_price_changes_what_is_proposed_first(toban_here: Toban) -> None:
    found = toban_here("explain", "impossible", "--price", "assignment=1000", "--format", "json").json
    assert found["repairs"][0]["patch"][0]["path"].startswith("/prefilled/")


def test_a_price_of_nothing_is_refused(toban_here: Toban) -> None:
    assert toban_here("explain", "impossible", "--price", "nonsense=1").code == 2
    assert toban_here("explain", "impossible", "--price", "prefilled").code == 2


def test_nothing_to_explain_is_an_answer(toban_here: Toban) -> None:
    answer = toban_here("explain", "kitchen")
    assert (answer.code, answer.out) == (0, "FEASIBLE, some roster keeps every hard rule\n")


def test_writes_json_into_a_file(toban_here: Toban, tmp_path: Path) -> None:
    answer = toban_here("explain", "impossible", "-o", tmp_path / "why.json")
    assert (answer.code, answer.out) == (1, "")
    found = json.loads((tmp_path / "why.json").read_text(encoding="utf-8"))
    assert set(found) == {"status", "conflicts", "complete", "repairs"}
    assert "written to" in answer.err
