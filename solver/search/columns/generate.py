"""Column generation: rows of people priced until nothing cheaper is left, and the bound that proves.

For any prices π of the coupling rows (not negative for a lower side, not positive for an upper one)

    L(π) = Σ π⁺·low − Σ π⁻·high + Σ_v min (f − πB)·v + Σ_s min_{row of s} (cost − πA)·row

is a lower bound of the penalty (Lagrange). It is computed in integers, from prices rounded to 1/SCALE, so that no floating
point error can spoil it. Prices are smoothed towards the best ones so far, which needs far fewer rounds: Wentges, *Weighted
Dantzig–Wolfe decomposition for linear mixed-integer programming*, 1997; Pessoa et al., *Automation and combination of
linear-programming based stabilization techniques in column generation*, 2018.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.coupling import NO_BOUND, Coupling
from solver.search.columns.master import Column, Floats, Interrupter, Master, Solved
from solver.search.columns.pricing import Ints, cheapest_possible_row, cheapest_row, cost_of
from solver.search.columns.rows import FORBIDDEN, SCALE, Rows

BREACH = 100_000
"""What a broken row costs in the master."""
SMOOTHING = 0.75  # how far the prices asked for lie towards the best so far
TINY = 1e-6


class Matrix:
    """Integer coefficients of the coupling rows, by their places."""

    def __init__(self, rows: Iterable[dict[int, int]], columns: int) -> None:
        entries = [(i, at, factor) for i, row in enumerate(rows) for at, factor in row.items()]
        table = np.array(entries, np.int64).reshape(-1, 3)
        table = table[np.argsort(table[:, 1], kind="stable")]
        self._row, self._column, self._factor = table.T
        self._first = np.searchsorted(self._column, np.arange(columns + 1))
        self._columns = columns

    def transposed_times(self, vector: Ints) -> Ints:
        """Aᵀ·vector."""
        found = np.zeros(self._columns, np.int64)
        np.add.at(found, self._column, vector[self._row] * self._factor)
        return found

    def sum_of(self, columns: Ints) -> tuple[Ints, Ints]:
        """The sum of some columns: the rows it touches and by how much."""
        total: dict[int, int] = {}
        for column in columns.tolist():
            for j in range(self._first[column], self._first[column + 1]):
                i = int(self._row[j])
                total[i] = total.get(i, 0) + int(self._factor[j])
        return np.array(list(total), np.int64), np.array(list(total.values()), np.int64)


class Generation:
    """One problem's column generation; `run` goes on until it has converged or the budget is spent.

    `bound` is the best lower bound proved so far, None while there is none; `infeasible` where somebody has no row at all.
    """

    def __init__(self, rows: Rows, coupling: Coupling, interrupter: Interrupter | None = None) -> None:
        self.rows, self.coupling = rows, coupling
        self.people = list(coupling.prices)
        self.master = Master(coupling, self.people, BREACH, interrupter)
        self.bound: int | None = None
        self.solved: Solved | None = None
        self.converged = self.infeasible = False
        self.rounds = 0
        self._best = -math.inf
        self._center = np.zeros(len(coupling.rows))
        self._cells = Matrix((row.cells for row in coupling.rows), coupling.places)
        others = sorted({v for row in coupling.rows for v in row.others} | set(coupling.costs))
        at = {v: j for j, v in enumerate(others)}
        self._others = Matrix(({at[v]: b for v, b in row.others.items()} for row in coupling.rows), len(others))
        self._other_costs = np.array([coupling.costs.get(v, 0) for v in others], np.int64)
        self._other_lows = np.array([coupling.lows[v] for v in others], np.int64)
        self._other_highs = np.array([coupling.highs[v] for v in others], np.int64)
        self._lows = np.array([row.low for row in coupling.rows], np.int64)
        self._highs = np.array([row.high for row in coupling.rows], np.int64)
        self._scaled = rows.scaled
        self._counted: dict[str, list[int]] = {staff: [] for staff in self.people}

    def run(self, budget: Budget, on_bound: Callable[[int], None] | None = None, enough: float = math.inf) -> None:
        """Price rows until none pays any more, or the bound is `enough`."""
        while not (self.converged or self.infeasible or budget.spent or self._best >= enough):
            self.solved = solved = self.master.solve(budget.seconds)
            if solved is None:
                return
            for share in (SMOOTHING if self.rounds else 0.0, 0.0):
                grown = self._round(share * self._center + (1 - share) * solved.prices, budget, on_bound)
                if grown is None:
                    return
                if grown:
                    break
            else:
                self.converged = True
            self.rounds += 1
            if self._best >= solved.value - TINY * (1 + abs(solved.value)):
                self.converged = True
            self.master.forget(solved)

    def _round(self, prices: Floats, budget: Budget, on_bound: Callable[[int], None] | None) -> bool | None:
        """Add everybody's cheapest row at some prices; whether any was new. None if out of time."""
        priced = self.price(prices, budget)
        if priced is None:
            return None
        proved, rows = priced
        if proved > self._best:
            self._best, self._center = proved, prices
            if not math.isfinite(proved):
                self.infeasible = True
                return None
            whole = max(0, math.ceil(proved))
            if self.bound is None or whole > self.bound:
                self.bound = whole
                if on_bound is not None:
                    on_bound(whole)
        added = [self.master.add(self.column(staff, symbols)) for staff, symbols in rows]
        return any(added)

    def column(self, staff: str, symbols: Ints) -> Column:
        """A row of a person as a column of the master: its own cost, and what it adds to the coupling rows.

        Raises
        ------
        ValueError
            If a hard rule of the person's own refuses the row.
        """
        charged = cost_of(self.rows.of[staff], symbols)
        if charged is None:
            raise ValueError(f"{staff} cannot stand so: {symbols}")
        own = charged[0] + int(self.coupling.prices[staff][np.arange(len(symbols)), symbols].sum())
        touched, factors = self._cells.sum_of(self.coupling.places_of(staff, symbols))
        return Column(staff, symbols.astype(np.int8).tobytes(), own, touched, factors, charged[1])

    def cheapest(self, staff: str, prices: Floats) -> Ints | None:
        """One person's cheapest row at some prices, of those that may be his as far as his own rules go."""
        saved = self._cells.transposed_times(np.rint(prices * SCALE).astype(np.int64))
        return cheapest_possible_row(self._scaled[staff], self._reduced(staff, saved))

    def add_cheapest(self, staff: str, prices: Floats) -> bool:
        """Add one person's cheapest row at some prices to the master; whether it is new there."""
        symbols = self.cheapest(staff, prices)
        return symbols is not None and self.master.add(self.column(staff, symbols))

    def _reduced(self, staff: str, saved: Ints) -> Ints:
        own = self.coupling.prices[staff]
        return np.where(own >= FORBIDDEN, FORBIDDEN, own * SCALE - saved[self.coupling.span(staff)].reshape(own.shape))

    def price(self, prices: Floats, budget: Budget) -> tuple[float, list[tuple[str, Ints]]] | None:
        """The bound that prices prove, and everybody's cheapest row at them; None if out of time."""
        whole = np.rint(prices * SCALE).astype(np.int64)
        whole = np.where(self._lows <= -NO_BOUND, np.minimum(whole, 0), whole)
        whole = np.where(self._highs >= NO_BOUND, np.maximum(whole, 0), whole)
        up, down = whole > 0, whole < 0
        total = int(whole[up] @ self._lows[up]) + int(whole[down] @ self._highs[down])
        left = self._other_costs * SCALE - self._others.transposed_times(whole)
        total += int(np.minimum(left * self._other_lows, left * self._other_highs).sum())
        saved = self._cells.transposed_times(whole)
        rows = []
        for staff in self.people:
            if budget.spent:
                return None
            found = cheapest_row(self._scaled[staff], self._reduced(staff, saved), self._counted[staff])
            if found is None:
                return math.inf, []  # nobody can stand so: the hard rules contradict each other
            total += found[0]
            rows.append((staff, found[1]))
        return total / SCALE + self.coupling.offset, rows
