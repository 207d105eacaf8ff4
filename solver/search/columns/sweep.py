"""Rosters made person by person: each row the cheapest beside the rows of the others.

They are the master's first columns — columns that fit each other, so that its first prices already mean something — and
a first roster for a team that is coupled by counts alone.
"""

from __future__ import annotations

import random

from solver.search.budget import Budget
from solver.search.columns.generate import Generation
from solver.search.columns.rowwise import Marginals, Rowwise

RESTARTS = 4
SWEEPS = 2


def sweep(generation: Generation, marginals: Marginals, seed: int, budget: Budget) -> list[Rowwise]:
    """Give the master the rows of a few such rosters, and hand out the rosters."""
    rng = random.Random(seed)
    made: list[Rowwise] = []
    for _ in range(RESTARTS):
        roster = Rowwise(generation.lagrangian, marginals)
        for _ in range(SWEEPS):
            for staff in rng.sample(generation.people, len(generation.people)):
                if budget.spent or not roster.put(staff):
                    return made
            roster.teach(generation.master)
        made.append(roster)
    return made
