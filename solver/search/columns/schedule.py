"""Rosters as schedules, and as the rows column generation works with."""

from __future__ import annotations

import numpy as np

from solver.domain.schedule import Schedule
from solver.search.columns.pricing import Ints
from solver.search.columns.rows import Rows


def roster_of(rows: Rows, schedule: Schedule) -> dict[str, Ints]:
    """Everybody's symbols, by their place in `rows.symbols`, day by day."""
    index = {symbol: i for i, symbol in enumerate(rows.symbols)}
    return {
        staff: np.array([index[schedule.row(staff)[day]] for day in row.days], np.int64) for staff, row in rows.of.items()
    }


def schedule_of(rows: Rows, roster: dict[str, Ints]) -> Schedule:
    """The same as a schedule."""
    return Schedule(
        {s: {d: rows.symbols[k] for d, k in zip(rows.of[s].days, row, strict=True)} for s, row in roster.items()}
    )
