"""The master: the linear programme over the rows of people found so far.

    min Σ_c cost(c)·λ_c + Σ f·v      Σ_{c of s} λ_c = 1 ∀ s,   low ≤ Σ_c (a·c)·λ_c + B·v ≤ high,   λ ≥ 0

Its duals are the prices that columns are made for. Rows may be broken at a high price, so that it can always be solved.
Solved by GLOP, which goes on from its last basis when columns are added.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from solver.search.columns.coupling import NO_BOUND, Coupling

Floats = NDArray[np.float64]
MOST_COLUMNS = 60  # a person; beyond that those that price themselves out of the last optimum are dropped
TINY_WEIGHT = 1e-6
# A basis that is optimal within loose tolerances is as good: bounds are computed from rounded prices anyway.
GLOP_PARAMETERS = "change_status_to_imprecise: false"


class Column(NamedTuple):
    """One row of a person: the symbols on his days and its own cost; what it adds to the coupling rows.

    `possible`: whether it may be his, as far as his own hard rules go; some columns only serve the bound.
    """

    staff: str
    symbols: bytes
    cost: int
    rows: NDArray[np.int64]
    factors: NDArray[np.int64]
    possible: bool


class Solved(NamedTuple):
    """An optimum: value, duals of the coupling rows, dual of each person, weight of each column that is in it."""

    value: float
    prices: Floats
    people: dict[str, float]
    weights: list[tuple[Column, float]]


class Interrupter:
    """Ends linear programmes that are under way in other threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[pywraplp.Solver] = set()

    def begin(self, solver: pywraplp.Solver) -> None:
        """A programme begins."""
        with self._lock:
            self._running.add(solver)

    def end(self, solver: pywraplp.Solver) -> None:
        """It has ended."""
        with self._lock:
            self._running.discard(solver)

    def interrupt(self) -> None:
        """End those under way; called again and again, as one may only just begin."""
        with self._lock:
            for solver in self._running:
                solver.InterruptSolve()


class Master:
    """Grows by columns; each `solve` goes on from the last."""

    def __init__(self, coupling: Coupling, people: list[str], breach: int, interrupter: Interrupter | None = None) -> None:
        self.coupling, self.people, self._breach = coupling, people, breach
        self._interrupter = interrupter or Interrupter()
        self.columns: dict[tuple[str, bytes], tuple[Column, pywraplp.Variable]] = {}
        self._build()

    def _build(self) -> None:
        coupling, breach = self.coupling, self._breach
        solver = self._solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.SetSolverSpecificParametersAsString(GLOP_PARAMETERS)
        endless = solver.infinity()
        others: dict[int, pywraplp.Variable] = {}
        objective = self._objective = solver.Objective()
        objective.SetMinimization()
        objective.SetOffset(float(coupling.offset))
        self._rows = []
        for row in coupling.rows:
            made = solver.RowConstraint(_float(row.low), _float(row.high), "")
            for v, factor in row.others.items():
                if v not in others:
                    others[v] = solver.NumVar(coupling.lows[v], coupling.highs[v], "")
                    objective.SetCoefficient(others[v], float(coupling.costs.get(v, 0)))
                made.SetCoefficient(others[v], float(factor))
            for sign, bounded in ((1.0, row.low > -NO_BOUND), (-1.0, row.high < NO_BOUND)):
                if bounded:
                    slack = solver.NumVar(0.0, endless, "")
                    made.SetCoefficient(slack, sign)
                    objective.SetCoefficient(slack, float(breach))
            self._rows.append(made)
        self._one_each = {}
        for staff in self.people:
            one = self._one_each[staff] = solver.RowConstraint(1.0, 1.0, "")
            nobody = solver.NumVar(0.0, endless, "")
            one.SetCoefficient(nobody, 1.0)
            objective.SetCoefficient(nobody, float(breach))

    def add(self, column: Column) -> bool:
        """Take a column in; whether it is new."""
        key = (column.staff, column.symbols)
        if key in self.columns:
            return False
        variable = self._solver.NumVar(0.0, self._solver.infinity(), "")
        self._objective.SetCoefficient(variable, float(column.cost))
        self._one_each[column.staff].SetCoefficient(variable, 1.0)
        for row, factor in zip(column.rows.tolist(), column.factors.tolist(), strict=True):
            self._rows[row].SetCoefficient(variable, float(factor))
        self.columns[key] = (column, variable)
        return True

    def solve(self, seconds: float) -> Solved | None:
        """The optimum; None where time did not suffice or the numbers were beyond GLOP."""
        solver = self._solver
        solver.SetTimeLimit(max(50, int(seconds * 1000)))
        self._interrupter.begin(solver)
        try:
            status = solver.Solve()
        finally:
            self._interrupter.end(solver)
        if status != pywraplp.Solver.OPTIMAL:
            return None
        weights = [(c, w) for c, v in self.columns.values() if (w := v.solution_value()) > TINY_WEIGHT]
        people = {staff: one.dual_value() for staff, one in self._one_each.items()}
        prices = np.array([row.dual_value() for row in self._rows], np.float64)
        return Solved(self._objective.Value(), prices, people, weights)

    def allow(self, *, only_possible: bool) -> None:
        """Let columns that cannot be anybody's row count, for the bound, or not, for a roster."""
        for column, variable in self.columns.values():
            if not column.possible:
                variable.SetUb(0.0 if only_possible else self._solver.infinity())

    def settle(self, column: Column, *, whole: bool) -> None:
        """Give a person a column for good, or take that back."""
        _, variable = self.columns[column.staff, column.symbols]
        variable.SetLb(1.0 if whole else 0.0)

    def forget(self, solved: Solved) -> None:
        """Drop the columns that are far from paying, where there are many."""
        if len(self.columns) <= MOST_COLUMNS * len(self.people):
            return

        def reduced(column: Column) -> float:
            return column.cost - solved.people[column.staff] - float(solved.prices[column.rows] @ column.factors)

        kept = sorted((column for column, _ in self.columns.values()), key=reduced)[: len(self.columns) // 2]
        self.columns = {}
        self._build()
        for column in kept:
            self.add(column)


def _float(bound: int) -> float:
    return float("inf") if bound >= NO_BOUND else float("-inf") if bound <= -NO_BOUND else float(bound)
