"""Diving: from the fractional optimum to whole rows, a few people at a time, with new rows priced on the way down.

The people whose best row has the most weight are given it for good; the others' rows are priced again beside them. So the
last people are not left with rows that were made for another roster. Source: Sadykov et al., *Primal heuristics for
branch and price: the assets of diving methods*, INFORMS Journal on Computing 31(2), 2019.
"""

from __future__ import annotations

import math
import random

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.generate import Generation
from solver.search.columns.master import Column
from solver.search.columns.pricing import Ints

SURE = 0.95  # weight from which a row is taken without asking
STEPS = 16  # about so many times people are settled
ROUNDS = 3  # of pricing in between
LUCK = 0.4  # how much chance may take off a weight


def dive(
    generation: Generation, budget: Budget, below: float = math.inf, chance: random.Random | None = None
) -> dict[str, Ints] | None:
    """Everybody's row; None if time ran out or nothing below a cost was left. The master keeps the new columns.

    With `chance` rows of nearly the same weight take turns, so that another dive ends elsewhere.
    """
    master = generation.master
    settled: dict[str, Column] = {}
    at_least = max(1, len(generation.people) // STEPS)
    master.allow(only_possible=True)
    try:
        while len(settled) < len(generation.people):
            solved = None
            for round_ in range(ROUNDS + 1):
                if budget.spent:
                    return None
                solved = master.solve(budget.seconds)
                if solved is None or (solved.value >= below and round_ == ROUNDS):
                    return None
                open_people = [staff for staff in generation.people if staff not in settled]
                if round_ == ROUNDS or not settled:
                    break
                grown = [generation.add_cheapest(staff, solved.prices) for staff in open_people]
                if not any(grown):
                    break
            assert solved is not None
            best: dict[str, tuple[float, Column]] = {}
            for column, weight in solved.weights:
                if column.staff not in settled and weight > best.get(column.staff, (0.0, None))[0]:
                    best[column.staff] = (weight, column)
            luck = {staff: chance.uniform(1 - LUCK, 1) if chance else 1.0 for staff in best}
            ranked = sorted(best.values(), key=lambda pair: -pair[0] * luck[pair[1].staff])
            if not ranked:
                return None
            chosen = [pair for i, pair in enumerate(ranked) if i < at_least or pair[0] >= SURE]
            for _, column in chosen:
                settled[column.staff] = column
                master.settle(column, whole=True)
    finally:
        for column in settled.values():
            master.settle(column, whole=False)
        master.allow(only_possible=False)
    return {staff: np.frombuffer(column.symbols, np.int8).astype(np.int64) for staff, column in settled.items()}
