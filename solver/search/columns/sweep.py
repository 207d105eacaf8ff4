"""Rosters made person by person: each row the cheapest beside the rows of the others.

They are the master's first columns — columns that fit each other, so that its first prices already mean something — and
a first roster for a team that is coupled by counts alone.
"""

from __future__ import annotations

import random

from solver.search.budget import Budget
from solver.search.columns.lagrangian import Lagrangian
from solver.search.columns.master import Master
from solver.search.columns.rowwise import Marginals, Rowwise

RESTARTS = 4
SWEEPS = 2


def sweep(
    lagrangian: Lagrangian, marginals: Marginals, seed: int, budget: Budget, master: Master | None = None
) -> list[Rowwise]:
    """Make a few such rosters, and give a master their rows."""
    rng = random.Random(seed)
    made: list[Rowwise] = []
    for _ in range(RESTARTS):
        roster = Rowwise(lagrangian, marginals)
        for _ in range(SWEEPS):
            for staff in rng.sample(lagrangian.people, len(lagrangian.people)):
                if budget.spent or not roster.put(staff):
                    return made
            if master is not None:
                roster.teach(master)
        made.append(roster)
    return made
