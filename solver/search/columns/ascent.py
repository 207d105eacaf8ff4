"""Prices by ascent along subgradients of the Lagrangian: a bound near the best long before a master has converged.

Every price moves by a step of its own: the running mean of its subgradients over the root of that of their squares, so that
what points one way moves on and what turns to and fro hardly does, whatever its size. Steps become shorter geometrically
while time passes. Source: Kingma and Ba, *Adam: a method for stochastic optimization*, 2015.
"""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.lagrangian import BREACH, Floats, Lagrangian, OnBound

FIRST, LAST = 0.3, 2e-4  # length of the first and of the last step, of what a unit of a coupling row usually costs
MEMORY = 0.9  # how much of the running means a step leaves
TINY = 1e-3


class Ascended(NamedTuple):
    """The best prices met, and the bound they prove."""

    prices: Floats
    bound: float


def ascend(lagrangian: Lagrangian, budget: Budget, on_bound: OnBound | None = None) -> Ascended | None:
    """Climb until the budget is spent, or no way is up. None where nothing was proved, or slacks give prices no measure."""
    units = np.maximum(lagrangian.most_prices, -lagrangian.least_prices)
    units = units[(units > 0) & (units < BREACH)]
    if not len(units):
        return None
    unit, whole = float(np.median(units)), budget.seconds
    prices = np.zeros(len(lagrangian.lows))
    mean, square = np.zeros_like(prices), np.zeros_like(prices)
    best: Ascended | None = None
    for step in itertools.count(1):
        priced = None if budget.spent else lagrangian.at(prices, budget)
        if priced is None or not math.isfinite(priced.value):
            break
        if best is None or priced.value > best.bound:
            best = Ascended(prices, priced.value)
            if on_bound is not None:
                on_bound(math.ceil(best.bound))
        way = lagrangian.upwards(prices, priced.sums.astype(np.float64))
        if not way.any():
            break
        mean = MEMORY * mean + (1 - MEMORY) * way
        square = MEMORY * square + (1 - MEMORY) * way**2
        known = 1 - MEMORY**step
        length = unit * FIRST * (LAST / FIRST) ** min(1.0, budget.elapsed / whole)
        moved = prices + length * (mean / known) / (np.sqrt(square / known) + TINY)
        prices = np.clip(moved, lagrangian.least_prices, lagrangian.most_prices)
    return best
