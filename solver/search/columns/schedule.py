"""Rosters as schedules, and as the rows column generation works with."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from solver.domain.schedule import Schedule
from solver.search.columns.pricing import Ints
from solver.search.columns.rows import Rows


def roster_of(rows: Rows, schedule: Schedule, people: Iterable[str] | None = None) -> dict[str, Ints]:
    """Everybody's symbols, or some people's, by their place in `rows.symbols`, day by day."""
    index = {symbol: i for i, symbol in enumerate(rows.symbols)}
    return {
        staff: np.array([index[schedule.row(staff)[day]] for day in rows.of[staff].days], np.int64)
        for staff in (rows.of if people is None else people)
    }


def schedule_of(rows: Rows, roster: dict[str, Ints]) -> Schedule:
    """The same as a schedule."""
    return Schedule(
        {s: {d: rows.symbols[k] for d, k in zip(rows.of[s].days, row, strict=True)} for s, row in roster.items()}
    )
