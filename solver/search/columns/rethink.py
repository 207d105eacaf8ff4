"""A neighbourhood thought over by column generation: cells of some people on some days, all others as they are.

The linear programme over whole rows is so tight that it mostly tells at once whether anything can be gained; where it
can, diving finds it, or else, in as much time as all that took, an integer programme over the same rows. Fixed cells make
the dynamic programme nearly free.
"""

from __future__ import annotations

import random

from solver.search.budget import Budget
from solver.search.columns.coupling import Coupling
from solver.search.columns.dive import dive
from solver.search.columns.generate import Generation
from solver.search.columns.lagrangian import Floats
from solver.search.columns.pool import Pool
from solver.search.columns.pricing import Ints
from solver.search.columns.restricted import best_of_rows
from solver.search.columns.rows import Rows
from solver.search.interrupter import Interrupter

LESS = 1 - 1e-6  # penalties are whole numbers
DRIFTS = 0.25  # how often a roster that costs the same is welcome too, if there is chance


def rethink(
    rows: Rows,
    coupling: Coupling,
    roster: dict[str, Ints],
    free: dict[str, Ints],
    budget: Budget,
    interrupter: Interrupter | None = None,
    chance: random.Random | None = None,
    prices: Floats | None = None,
    pool: Pool | None = None,
) -> tuple[dict[str, Ints] | None, bool]:
    """A roster that costs less, as far as the coupling rows see; and whether the part was thought over to the end.

    It was where it is proved that there is none, or where all rosters of the rows that were found have been looked at.
    With `chance` it now and then is one that costs the same, so that the search does not stay where it is.

    `roster`: everybody's symbols by day; `free`: the days that may change, by person; `prices`: of the rows of the whole,
    where the search for those of the part begins; `pool`: rows met before, to begin with where they fit; those met here
    join them.
    """
    drifts = chance is not None and chance.random() < DRIFTS
    part, whole = coupling.part(free, roster)
    generation = Generation.of(rows, part, interrupter)
    if prices is not None:
        generation.center = prices[whole]
    held = [generation.lagrangian.column(staff, roster[staff]) for staff in generation.people]
    for column in held:
        generation.master.add(column)
    start = generation.master.solve(budget.seconds)
    if start is None:
        return None, False
    below = start.value + (1 - LESS if drifts else -LESS)
    pool = Pool() if pool is None else pool
    for staff in generation.people:
        for row in pool.fitting(staff, roster[staff], free[staff]):
            generation.master.add(generation.lagrangian.column(staff, row))
    generation.run(budget, enough=below)
    pool.keep(column for column, _ in generation.master.columns.values())
    if generation.infeasible or (generation.converged and (generation.solved is None or generation.solved.value > below)):
        return None, True
    if generation.bound is not None and generation.bound > below:
        return None, True
    if budget.spent:
        return None, False
    found, settled = dive(generation, budget, below, chance), False
    if found is None:
        seconds, seed = min(budget.seconds, budget.elapsed), 0 if chance is None else chance.getrandbits(31)
        found, settled = best_of_rows(generation, seconds, start.value - LESS, seed)
    return (None if found is None else {**roster, **found}), settled
