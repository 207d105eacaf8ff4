"""Column generation: rows of people priced until nothing cheaper is left, and the bound that proves.

Prices are smoothed towards the best ones so far, which needs far fewer rounds: Wentges, *Weighted Dantzig–Wolfe
decomposition for linear mixed-integer programming*, 1997. From there they go on by a few steps along a deflected
subgradient of L (`lagrangian`), for as long as the master's optimum took, and each step gives the master a row of
everybody: Huisman, Jans, Peeters and Wagelmans, *Combining column generation and Lagrangian relaxation*, 2005.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection
from itertools import islice

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.ascent import Ascended, ascend
from solver.search.columns.coupling import Coupling
from solver.search.columns.lagrangian import Column, Floats, Lagrangian, OnBound, bound_of
from solver.search.columns.master import Master, Solved
from solver.search.columns.pricing import Ints
from solver.search.columns.rows import Rows
from solver.search.interrupter import Interrupter

SMOOTHING = 0.75  # how far the prices asked for lie towards the best so far
EASED = 0.6  # what a round that proves nothing new leaves of that
MOST_STEPS = 10  # along a subgradient, between two optima of the master
DEFLECTION, SHORTER = 0.3, 0.7  # how much of a new subgradient counts; what a step in vain makes of the next one's length
TINY = 1e-6
CLOSE = 0.02  # of the master's optimum, how near the bound has to be for rows that may be somebody's
REFINED = 4  # tries to make such a row cheaper
SURCHARGE, MOST_SURCHARGE = 5, 100  # what a row costs more that may be nobody's, where no cell is settled; where most are
MANY_ROWS = 1000  # coupling rows from which prices climb to good columns long before a master has found them
KEPT = 50  # columns of a person that are handed on where others are settled


class Generation:
    """Column generation for some people; `run` goes on until it has converged or the budget is spent.

    `bound` is the best lower bound proved so far, None while there is none; `infeasible` where somebody has no row at all.
    With a `surcharge`, which rows that may be nobody's cost more in the master, others are looked for from the start.
    """

    def __init__(self, lagrangian: Lagrangian, interrupter: Interrupter | None = None, *, surcharge: int = 0) -> None:
        self.lagrangian, self._surcharge = lagrangian, surcharge
        self.master = Master(lagrangian, interrupter)
        self.bound: int | None = None
        self.solved: Solved | None = None
        self.converged = self.infeasible = False
        self.rounds = 0
        self.center = np.zeros(len(lagrangian.lows))  # the prices of the best bound
        self._best = self._value = -math.inf
        self._sums = self.center  # of the coupling rows, by the last step
        self._stalls = 0  # rounds in a row that proved nothing new

    @classmethod
    def of(cls, rows: Rows, coupling: Coupling, interrupter: Interrupter | None = None) -> Generation:
        """Everybody's."""
        return cls(Lagrangian.of(rows, coupling), interrupter)

    @property
    def people(self) -> tuple[str, ...]:
        """Whose rows are made."""
        return self.lagrangian.people

    @property
    def large(self) -> bool:
        """Whether an optimum of the master takes so long that there should be few of them."""
        return len(self.lagrangian.lows) >= MANY_ROWS

    @property
    def gap(self) -> float:
        """How far the bound is from the master's optimum, as a share of it."""
        return math.inf if self.solved is None else (self.solved.value - self._best) / (1 + abs(self.solved.value))

    def begin(self, ascended: Ascended) -> None:
        """Go on from prices that climbed: the rows that were cheapest at the last of them make a good optimum."""
        self.center, self._best, self.bound = ascended.prices, ascended.value, bound_of(ascended.value)
        for column in ascended.columns:
            self.master.add(self.dearer(column))

    def climb(self, budget: Budget, on_bound: OnBound | None = None, steps: float = math.inf) -> None:
        """Let the prices it has got climb further, for so many steps or until the budget is spent."""
        ascended = ascend(self.lagrangian, budget, on_bound, begin=self.center, steps=steps)
        if ascended is not None:
            self.begin(ascended)

    def rest(self, cells: dict[str, Ints]) -> Generation:
        """Column generation for a roster with some cells settled: everybody's symbols by day, negative where open.

        Whoever has no open cell is not among its people any more.
        """
        whole = [self.lagrangian.column(s, cells[s]) for s in self.people if (cells[s] >= 0).all()]
        made = Generation(
            self.lagrangian.beside(whole, cells), self.master.interrupter, surcharge=_surcharge(cells.values())
        )
        made.center = self.center
        people = set(made.people)
        waiting = [] if self.solved is None else self.master.best_columns(self.solved)
        fitting = (column for column in waiting if column.staff in people and column.fits(cells[column.staff]))
        for column in islice(fitting, KEPT * len(people)):
            made.master.add(made.dearer(column, self._surcharge))
        return made

    def run(
        self,
        budget: Budget,
        on_bound: OnBound | None = None,
        *,
        enough: float = math.inf,
        near: float = TINY,
        patience: float = math.inf,
    ) -> None:
        """Price rows until none pays any more, the bound is `enough`, or so `near` the master's optimum.

        Or until that optimum has hardly fallen for some rounds, the `patience`.
        """
        self.converged = False
        least, slow = math.inf, 0
        while slow < patience and not (self.converged or self.infeasible or budget.spent or self._best >= enough):
            began = time.monotonic()
            solved = self.master.solve(budget.seconds)
            if solved is None:
                return
            self.solved = solved
            if self.gap > near:
                grown = self._steps(solved, time.monotonic() - began, budget, on_bound)
                grown = self._step(solved.prices, budget, on_bound) if grown == 0 else grown
                if grown is None:
                    return
                self.converged = grown == 0
            self.converged = self.converged or self.gap <= near
            self.rounds += 1
            slow = slow + 1 if solved.value > least - near * (1 + abs(least)) else 0
            least = min(least, solved.value)
            self.master.forget(solved)

    def dearer(self, column: Column, before: int = 0) -> Column:
        """A column as the master has it; `before` is the surcharge it has."""
        return column if column.possible else column._replace(cost=column.cost + self._surcharge - before)

    def possible(self, staff: str, prices: Floats) -> Column | None:
        """A cheap row of a person at some prices that may be his; None where none was found."""
        symbols = self.lagrangian.cheapest(staff, prices, REFINED)
        return None if symbols is None else self.lagrangian.column(staff, symbols)

    def _steps(self, solved: Solved, seconds: float, budget: Budget, on_bound: OnBound | None) -> int | None:
        """Price along a subgradient, for about so many seconds; how many rows were new. None if out of time."""
        before, new = self._best, 0
        share = SMOOTHING * EASED**self._stalls if before > -math.inf else float(self.center.any())
        base = prices = share * self.center + (1 - share) * solved.prices
        highest, length = -math.inf, 1.0
        average: Floats | None = None
        until = time.monotonic() + seconds
        for _ in range(MOST_STEPS):
            grown = self._step(prices, budget, on_bound)
            if grown is None:
                return None
            new += grown
            if self._value > highest:
                highest, base = self._value, prices
            else:
                length *= SHORTER
            if time.monotonic() > until or highest >= solved.value:
                break
            average = self._sums if average is None else DEFLECTION * self._sums + (1 - DEFLECTION) * average
            way = self.lagrangian.upwards(base, average)
            norm = float(way @ way)
            if norm < TINY:
                break
            further = base + length * (solved.value - highest) / norm * way
            prices = np.clip(further, self.lagrangian.least_prices, self.lagrangian.most_prices)
        self._stalls = 0 if self._best > before else self._stalls + 1
        return new

    def _step(self, prices: Floats, budget: Budget, on_bound: OnBound | None) -> int | None:
        """Add everybody's cheapest row at some prices; how many were new. None if out of time or there is none."""
        priced = self.lagrangian.at(prices, budget)
        if priced is None:
            return None
        if not math.isfinite(priced.value):
            self.infeasible = True
            return None
        self._value, self._sums = priced.value, priced.sums.astype(np.float64)
        # Early rows are soon forgotten, and one that may be somebody's takes several times as long to find.
        wanted = self._surcharge > 0 or self.gap < CLOSE
        new = 0
        waiting = []
        for column in priced.columns:
            new += self.master.add(self.dearer(column))
            if wanted and not column.possible:
                waiting.append(column.staff)
        others = self.lagrangian.helpers.each(lambda staff: self.possible(staff, prices), waiting)
        new += sum(self.master.add(other) for other in others if other is not None)
        if self._value > self._best:
            self._best, self.center = self._value, prices
            whole = bound_of(self._value)
            if self.bound is None or whole > self.bound:
                self.bound = whole
                if on_bound is not None:
                    on_bound(whole)
        return new


def _surcharge(cells: Collection[Ints]) -> int:
    """The more is settled, the less can mend what such rows break."""
    every, left = sum(row.size for row in cells), sum(int((row < 0).sum()) for row in cells)
    return min(MOST_SURCHARGE, round(SURCHARGE * every / max(1, left)))
