"""Which cells of a grid a team still knows: rosters and filled-in cells may be older than its people and symbols."""

from __future__ import annotations

from typing import Any, NamedTuple

from solver.domain.base import nfc
from solver.domain.shift import DEFAULT_SHIFT_TYPES

Grid = dict[str, dict[str, str]]
"""Staff id → date → symbol."""


class Team(NamedTuple):
    """The people of some settings, each with the first and last date of employment, and their symbols."""

    employment: dict[str, tuple[str, str]]
    symbols: frozenset[str]

    @classmethod
    def of(cls, parts: dict[str, Any]) -> Team:
        """Find them in `{"staff", "settings"}`."""
        employment = {
            row["id"]: (row["employed_from"] or "", row["employed_until"] or "9") if row["is_active"] else ("9", "")
            for row in parts["staff"]
        }
        types = parts["settings"].get("shift_types")
        symbols = [one["symbol"] for one in types] if types else [one.symbol for one in DEFAULT_SHIFT_TYPES]
        return cls(employment, frozenset(symbols))

    def known_cells(self, grid: Grid) -> Grid:
        """Keep the cells whose person and symbol are known."""
        return {
            staff: cells
            for staff, row in grid.items()
            if staff in self.employment and (cells := {day: one for day, one in row.items() if nfc(one) in self.symbols})
        }

    def employed_cells(self, grid: Grid) -> Grid:
        """Keep the cells in which their person is active and employed."""
        kept: Grid = {}
        for staff, row in grid.items():
            first, last = self.employment.get(staff, ("9", ""))
            if cells := {day: symbol for day, symbol in row.items() if first <= day <= last}:
                kept[staff] = cells
        return kept
