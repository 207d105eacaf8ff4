"""Shift types: the default five, and the symbol somebody meant."""

import pytest

from solver.domain.shift import DEFAULT_SHIFT_TYPES, LOOKALIKES, ShiftType, likely_symbol

FIVE = tuple(shift.symbol for shift in DEFAULT_SHIFT_TYPES)


def test_the_default_five() -> None:
    assert [(t.symbol, t.role, t.kind, t.off_equivalent) for t in DEFAULT_SHIFT_TYPES] == [
        ("○", "normal", "work", 0),
        ("△", "early", "work", 1),  # half a day, in halves
        ("◇", "late", "work", 0),
        ("×", "off", "off", 2),
        ("⊘", "away", "away", 0),
    ]


@pytest.mark.parametrize(("kind", "halves"), [("work", 0), ("off", 2), ("away", 0)])
def test_a_day_off_counts_as_one_unless_told_otherwise(kind: str, halves: int) -> None:
    assert ShiftType.model_validate({"symbol": "s", "kind": kind}).off_equivalent == halves
    assert ShiftType.model_validate({"symbol": "s", "kind": kind, "off_equivalent": 0.5}).off_equivalent == 1


@pytest.mark.parametrize(
    ("start", "minutes", "starts_at"), [("06:30", 480, 390), ("00:00", 0, 0), (None, 480, None), ("06:30", None, None)]
)
def test_when_a_shift_begins(start: str | None, minutes: int | None, starts_at: int | None) -> None:
    assert ShiftType(symbol="s", kind="work", start=start, minutes=minutes).starts_at == starts_at


@pytest.mark.parametrize(("real", "fakes"), LOOKALIKES.items())
def test_every_lookalike_leads_to_its_symbol(real: str, fakes: str) -> None:
    for fake in fakes:
        assert likely_symbol(fake, FIVE) == real
        assert likely_symbol(f" {fake}\ufe0f", FIVE) == real
        assert likely_symbol(fake, tuple(s for s in FIVE if s != real)) is None


@pytest.mark.parametrize("text", ["休", "xx", "", " ", "✕✖", "有休"])
def test_what_looks_like_nothing(text: str) -> None:
    assert likely_symbol(text, FIVE) is None


@pytest.mark.parametrize(("text", "meant"), [("n", "N"), ("Ｎ", "N"), (" N ", "N"), ("ﾔ", "ヤ"), ("D2", "d2")])
def test_own_symbols_are_guessed_by_case_and_width(text: str, meant: str) -> None:
    assert likely_symbol(text, ("N", "ヤ", "d2")) == meant
