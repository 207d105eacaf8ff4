"""Diving: from the fractional optimum to whole rows, a few people at a time, with new rows priced on the way down.

The people whose best row has the most weight are given it for good; the others' rows are priced again beside them, until
nearly nothing can be gained by new ones: where this is cut short, the last people are left with rows that were made for
another roster. The fewer people are left, the fewer are settled at a time, and fewer still where that makes the rest much
dearer; but no more time is taken than there is. Source: Sadykov et al., *Primal heuristics for
branch and price: the assets of diving methods*, INFORMS Journal on Computing 31(2), 2019.
"""

from __future__ import annotations

import math
import random

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.generate import Generation
from solver.search.columns.lagrangian import Column
from solver.search.columns.master import Solved
from solver.search.columns.pricing import Ints

SURE = 0.95  # weight from which a row is taken without asking
SHARE = 6  # one of so many open people is settled at a time
PATIENCE = 3  # rounds of pricing in between that hardly gain
NEAR = 2.5e-4  # of the optimum, how near to it the bound has to come in between
JUMP = 0.005  # how much dearer the rest may become before fewer are settled
TRIES = 4  # single rows that are tried where each makes it so
LUCK = 0.4  # how much chance may take off a weight


def dive(
    generation: Generation, budget: Budget, below: float = math.inf, chance: random.Random | None = None
) -> dict[str, Ints] | None:
    """Everybody's row, or, if time ran out, the rows that were settled by then; None where nothing below a cost was left.

    With `chance` rows of nearly the same weight take turns, so that another dive ends elsewhere.
    """
    settled: list[Column] = []
    left = _run(generation.rest(()), budget)
    while left.people:
        if budget.spent or left.solved is None:
            break
        if left.solved.value >= below:
            return None
        ranked = _ranked(left, left.solved, chance)
        if not ranked:
            return None
        behind = budget.elapsed / (budget.elapsed + budget.seconds) > 1 - len(left.people) / len(generation.people)
        chosen, following = _settle(left, ranked, budget, hurry=behind)
        settled += chosen
        left = following
    return {column.staff: np.frombuffer(column.symbols, np.int8).astype(np.int64) for column in settled}


def _run(left: Generation, budget: Budget) -> Generation:
    left.run(budget, near=NEAR, patience=PATIENCE)
    return left


def _settle(
    left: Generation, ranked: list[tuple[float, Column]], budget: Budget, *, hurry: bool
) -> tuple[list[Column], Generation]:
    """Settle the rows of most weight: as many as do not make the rest much dearer, or else the best one.

    In a `hurry` twice as many whatever comes of it.
    """
    assert left.solved is not None
    at_least = max(1, len(left.people) * (2 if hurry else 1) // SHARE)
    chosen = [column for i, (weight, column) in enumerate(ranked) if i < at_least or weight >= SURE]
    following = _run(left.rest(chosen), budget)
    fair = math.inf if hurry else left.solved.value * (1 + JUMP)
    while len(chosen) > 1 and _value(following) > fair and not budget.spent:
        chosen = chosen[: len(chosen) // 2]
        following = _run(left.rest(chosen), budget)
    for _, column in ranked[1:TRIES]:
        if _value(following) <= fair or budget.spent:
            break
        other = _run(left.rest([column]), budget)
        if _value(other) < _value(following):
            chosen, following = [column], other
    return chosen, following


def _value(left: Generation) -> float:
    return left.solved.value if left.solved is not None else math.inf if left.people else -math.inf


def _ranked(left: Generation, solved: Solved, chance: random.Random | None) -> list[tuple[float, Column]]:
    """Everybody's row of most weight that may be his, those of most weight first."""
    best: dict[str, tuple[float, Column]] = {}
    for column, weight in solved.weights:
        if column.possible and weight > best.get(column.staff, (0.0, None))[0]:
            best[column.staff] = (weight, column)
    luck = {staff: chance.uniform(1 - LUCK, 1) if chance else 1.0 for staff in best}
    ranked = sorted(best.values(), key=lambda pair: -pair[0] * luck[pair[1].staff])
    if ranked:
        return ranked
    made = left.possible(left.people[0], solved.prices)
    return [] if made is None else [(0.0, made)]
