"""Prices by ascent along subgradients of the Lagrangian: a bound near the best long before a master has converged.

Every price moves by a step of its own: the running mean of its subgradients over the root of that of their squares, so that
what points one way moves on and what turns to and fro hardly does, whatever its size. Steps become shorter geometrically
while time passes. The rows that are cheapest at the last prices are close to those of an optimum of the master, so that it
finds nearly the best value in one go. Source: Kingma and Ba, *Adam: a method for stochastic optimization*, 2015.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from typing import NamedTuple

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.lagrangian import BREACH, Column, Floats, Lagrangian, OnBound, bound_of

FIRST, LAST = 0.3, 2e-4  # length of the first and of the last step, of what a unit of a coupling row usually costs
FURTHER, LAST_FURTHER = 0.1, 2e-3  # the same from prices that are good already
MEMORY = 0.9  # how much of the running means a step leaves
TINY = 1e-3
LATE = 50  # steps, the last, whose rows are kept


class Ascended(NamedTuple):
    """The best prices met, the value of L there, and everybody's cheapest rows at the last ones."""

    prices: Floats
    value: float
    columns: list[Column]


def ascend(
    lagrangian: Lagrangian,
    budget: Budget,
    on_bound: OnBound | None = None,
    *,
    begin: Floats | None = None,
    steps: float = math.inf,
) -> Ascended | None:
    """Climb, from prices that are good already or from none, until no way is up, the steps are done or the budget is spent.

    None where nothing was proved, or slacks give prices no measure.
    """
    units = np.maximum(lagrangian.most_prices, -lagrangian.least_prices)
    units = units[(units > 0) & (units < BREACH)]
    if not len(units):
        return None
    unit, began, whole = float(np.median(units)), budget.elapsed, budget.seconds
    first, last = (FIRST, LAST) if begin is None else (FURTHER, LAST_FURTHER)
    prices = np.zeros(len(lagrangian.lows)) if begin is None else begin
    mean, square = np.zeros_like(prices), np.zeros_like(prices)
    best: tuple[Floats, float] | None = None
    late = deque[list[Column]](maxlen=LATE)
    for step in itertools.count(1):
        priced = None if budget.spent or step > steps else lagrangian.at(prices, budget)
        if priced is None or not math.isfinite(priced.value):
            break
        late.append(priced.columns)
        if best is None or priced.value > best[1]:
            best = prices, priced.value
            if on_bound is not None:
                on_bound(bound_of(priced.value))
        way = lagrangian.upwards(prices, priced.sums.astype(np.float64))
        if not way.any():
            break
        mean = MEMORY * mean + (1 - MEMORY) * way
        square = MEMORY * square + (1 - MEMORY) * way**2
        known = 1 - MEMORY**step
        done = min(1.0, max((budget.elapsed - began) / whole, step / steps))
        length = unit * first * (last / first) ** done
        moved = prices + length * (mean / known) / (np.sqrt(square / known) + TINY)
        prices = np.clip(moved, lagrangian.least_prices, lagrangian.most_prices)
    return None if best is None else Ascended(*best, [column for columns in late for column in columns])
