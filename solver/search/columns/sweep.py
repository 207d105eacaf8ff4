"""Rosters made person by person: each row the cheapest beside the rows of the others.

They are the master's first columns — columns that fit each other, so that its first prices already mean something — and
a first roster for a team that is coupled by counts alone.
"""

from __future__ import annotations

import random

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.coupling import NO_BOUND, Coupling
from solver.search.columns.generate import BREACH, Generation
from solver.search.columns.master import Column, Floats
from solver.search.columns.pricing import Ints

RESTARTS = 4
SWEEPS = 2


class _Marginals:
    """What one unit more of each coupling row's sum costs or saves, by how far it is filled."""

    def __init__(self, coupling: Coupling) -> None:
        n = len(coupling.rows)
        self.low = np.array([row.low for row in coupling.rows], np.int64)
        self.high = np.array([row.high for row in coupling.rows], np.int64)
        self.under, self.over = np.full(n, float(BREACH)), np.full(n, float(BREACH))
        for i, row in enumerate(coupling.rows):
            for v, factor in row.others.items():
                cost = coupling.costs.get(v, 0) / abs(factor)
                side = self.under if factor > 0 else self.over
                side[i] = min(side[i], cost)
        self.bounded_low, self.bounded_high = self.low > -NO_BOUND, self.high < NO_BOUND

    def at(self, filled: np.ndarray) -> Floats:
        """Prices as the pricing wants them: positive where a unit is welcome."""
        wanted = np.where(self.bounded_low & (filled < self.low), self.under, 0.0)
        return np.where(self.bounded_high & (filled >= self.high), -self.over, wanted)


def sweep(generation: Generation, seed: int, budget: Budget) -> list[dict[str, Ints]]:
    """Give the master the rows of a few such rosters, and hand out the rosters."""
    rng = random.Random(seed)
    marginals = _Marginals(generation.coupling)
    made: list[dict[str, Ints]] = []
    for _ in range(RESTARTS):
        filled = np.zeros(len(generation.coupling.rows), np.int64)
        held: dict[str, Column] = {}
        roster: dict[str, Ints] = {}
        for _ in range(SWEEPS):
            for staff in rng.sample(generation.people, len(generation.people)):
                if budget.spent:
                    return made
                old = held.get(staff)
                if old is not None:
                    filled[old.rows] -= old.factors
                symbols = generation.cheapest(staff, marginals.at(filled))
                if symbols is None:
                    return made
                roster[staff] = symbols
                held[staff] = new = generation.column(staff, symbols)
                filled[new.rows] += new.factors
                generation.master.add(new)
        made.append(roster)
    return made
