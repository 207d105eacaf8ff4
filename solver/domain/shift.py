"""Shift types: the symbols that may stand in a cell, and the default five."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

from pydantic import Field, model_validator

from solver.domain.base import Clock, Frozen, Halves, Label, Symbol

Kind = Literal["work", "off", "away"]
UNIQUE_ROLES = ("normal", "off", "away")


class ShiftType(Frozen):
    """One symbol and what it means.

    `kind`: `work`; `off`, a day off; `away`, not on the roster that day. `role` names what the type is for:
    `normal` (○, the shift a backup covers on), `off` (×) and `away` (⊘) at most once each, `early` and `late` any
    number of times. `start` ("HH:MM") and `minutes` place the shift on the clock. `off_equivalent` is how much of a
    day off it counts as, in steps of 0.5 (default: 1 for kind `off`, else 0).
    """

    symbol: Symbol
    name: Label = ""
    kind: Kind
    role: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    start: Clock | None = None
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    off_equivalent: Halves = 0

    @model_validator(mode="before")
    @classmethod
    def _a_day_off_counts_as_one(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("kind") == "off" and "off_equivalent" not in data:
            return {**data, "off_equivalent": 1}
        return data

    @property
    def starts_at(self) -> int | None:
        """Minutes after midnight at which the shift begins; None where it has no times."""
        if self.start is None or self.minutes is None:
            return None
        hours, minutes = self.start.split(":")
        return int(hours) * 60 + int(minutes)


DEFAULT_SHIFT_TYPES = (
    ShiftType(symbol="○", name="normal", role="normal", kind="work", start="10:00", minutes=480),
    ShiftType(symbol="△", name="early", role="early", kind="work", start="06:00", minutes=480, off_equivalent=0.5),  # type: ignore[arg-type]
    ShiftType(symbol="◇", name="late", role="late", kind="work", start="14:00", minutes=480),
    ShiftType(symbol="×", name="day off", role="off", kind="off"),
    ShiftType(symbol="⊘", name="unavailable", role="away", kind="away"),
)
LOOKALIKES = {
    "○": "〇◯oO0⚪⭕Οо",  # noqa: RUF001
    "△": "▲▵∆Δ",
    "◇": "◆⋄♢⬦",
    "×": "✕✖xXхХ⨯╳❌Ｘｘ",  # noqa: RUF001
    "⊘": "∅Ø⦸🚫",
}
"""Characters that are taken for one of the default symbols when typed or copied."""
_STYLE = str.maketrans("", "", "\ufe0e\ufe0f")  # how to draw the character before: as text or as a picture


def likely_symbol(text: str, symbols: tuple[str, ...]) -> str | None:
    """Guess which symbol somebody meant by `text`; None where there is no telling."""
    plain = text.strip().translate(_STYLE)
    drawn = (real for real, fakes in LOOKALIKES.items() if real in symbols and len(plain) == 1 and plain in fakes)
    typed = (real for real in symbols if _folded(real) == _folded(plain))
    return next(drawn, None) or next(typed, None)


def _folded(text: str) -> str:
    """Text without the differences of width, case and style."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_STYLE)
