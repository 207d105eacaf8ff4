"""Rows met in parts thought over before, for the next part's master to begin with.

Parts overlap, and a roster changes little from one to the next: with them a third of the rounds are saved (measured).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from solver.search.columns.lagrangian import Column
from solver.search.columns.pricing import Ints

MOST = 300  # rows of a person that are kept
MOST_FITTING = 40  # of them that a part begins with: with more its first optimum takes longer than they save


class Pool:
    """Everybody's latest rows; for one thread."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, dict[bytes, None]] = defaultdict(dict)

    def keep(self, columns: Iterable[Column]) -> None:
        """Keep the rows of some columns that may be somebody's, and let go of the oldest."""
        for column in columns:
            if column.possible:
                rows = self._rows[column.staff]
                rows.pop(column.symbols, None)
                rows[column.symbols] = None
                if len(rows) > MOST:
                    del rows[next(iter(rows))]

    def fitting(self, staff: str, row: Ints, free: Ints) -> list[Ints]:
        """The latest rows of a person that differ from a row on `free` days only."""
        known = list(self._rows[staff])
        if not known:
            return []
        symbols = np.frombuffer(b"".join(known), np.int8).reshape(len(known), len(row))
        differs = symbols != row.astype(np.int8)
        differs[:, free] = False
        return list(symbols[np.flatnonzero(~differs.any(axis=1))[-MOST_FITTING:]].astype(np.int64))
