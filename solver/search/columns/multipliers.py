"""Cheap rows that keep many totals at once, by what was learnt from the person's rows before.

    L(λ) = min over rows of cost + Σ_j λ_j · total_j − Σ_j max(λ_j, 0) · high_j − Σ_j min(λ_j, 0) · low_j

The slow counters j are relaxed: a unit more costs λ_j, and L(λ) bounds what the cheapest row that keeps them all costs. Each
multiplier moves by a step of its own, longer while it goes on in one direction, shorter when it turns: Riedmiller and
Braun, *A direct adaptive method for faster backpropagation learning: the RPROP algorithm*, 1993. The cheapest row met on
the way that keeps every total is the answer. Multipliers hardly change from one row of a person to the next, so that few
pricings are enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.search.columns.pricing import Ints, away, bounds_of, cheapest_at, totals_of
from solver.search.columns.rows import RowAutomaton

MOST_PRICINGS = 12
LONGER, SHORTER = 1.5, 0.5
LEAST_STEP = 1 / 32  # of the first


class Found(NamedTuple):
    """A row and whether it keeps every total."""

    symbols: Ints
    possible: bool


class Multipliers:
    """What each unit of a person's slow counters is charged."""

    def __init__(self) -> None:
        self._extra: Ints | None = None

    def cheapest(self, row: RowAutomaton, prices: Ints, step: int) -> Found | None:
        """A cheap row, at prices as in `pricing`; where none that keeps every total was met, the nearest to that.

        `step`: by how much a multiplier is changed first; a row as near its bound is good enough. None where nobody can
        stand so, by the rules that pricing follows exactly.
        """
        low, high = bounds_of(row)
        extra = np.zeros(len(low), np.int64) if self._extra is None else self._extra
        steps, before = np.full(len(low), float(step)), np.zeros(len(low), np.int64)
        best: tuple[int, int, Ints] | None = None
        bound: int | None = None
        for _ in range(MOST_PRICINGS):
            found = cheapest_at(row, prices, extra)
            if found is None:
                return None
            cost, symbols = found
            totals, side = totals_of(row, symbols), np.where(extra > 0, high, low)
            charged = extra != 0
            least = cost + int((totals - side)[charged] @ extra[charged])
            bound = least if bound is None else max(bound, least)
            off = away(totals, low, high)
            broken = int((np.maximum(totals - high, 0) + np.maximum(low - totals, 0)).sum())
            if best is None or (broken, cost) < best[:2]:
                best = broken, cost, symbols
            if best[0] == 0 and best[1] - bound <= step:
                break
            # What is kept with something to spare is charged for needlessly.
            way = np.where((off == 0) & charged & (totals != side), -np.sign(extra), off)
            turn = way * before
            steps = np.maximum(steps * np.select([turn > 0, turn < 0], [LONGER, SHORTER], 1.0), LEAST_STEP * step)
            before = np.where(way == 0, before, way)
            moved = extra + np.rint(way * steps).astype(np.int64)
            extra = np.where((off == 0) & (moved * extra < 0), 0, moved)
        self._extra = extra
        assert best is not None
        return Found(best[2], best[0] == 0)
