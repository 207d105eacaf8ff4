"""The master: the linear programme over the rows of people found so far.

    min Σ_c cost(c)·λ_c + Σ f·v      Σ_{c of s} λ_c = 1 ∀ s,   low ≤ Σ_c (a·c)·λ_c + B·v ≤ high,   λ ≥ 0

Its duals are the prices that columns are made for. Rows may be broken at a high price, so that it can always be solved.
Solved by GLOP, which goes on from its last basis when columns are added.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from ortools.linear_solver import pywraplp

from solver.search.columns.coupling import NO_BOUND
from solver.search.columns.lagrangian import BREACH, Column, Floats, Lagrangian
from solver.search.interrupter import Interrupter

MOST_COLUMNS = 60  # a person; beyond that those that price themselves out of the last optimum are dropped
TINY_WEIGHT = 1e-6
# A basis that is optimal within loose tolerances is as good: bounds are computed from rounded prices anyway.
GLOP_PARAMETERS = "change_status_to_imprecise: false"
AS_IT_IS = pywraplp.MPSolverParameters()
"""Presolve makes another programme each time, so that GLOP could not go on from its last basis; so does scaling."""
AS_IT_IS.SetIntegerParam(pywraplp.MPSolverParameters.PRESOLVE, pywraplp.MPSolverParameters.PRESOLVE_OFF)


class Solved(NamedTuple):
    """An optimum: value, duals of the coupling rows, dual of each person, weight of each column that is in it."""

    value: float
    prices: Floats
    people: dict[str, float]
    weights: list[tuple[Column, float]]


class Master:
    """Grows by columns; each `solve` goes on from the last."""

    def __init__(self, lagrangian: Lagrangian, interrupter: Interrupter | None = None) -> None:
        self.interrupter = interrupter or Interrupter()
        self._lagrangian = lagrangian
        self._scaled = False
        self.columns: dict[tuple[str, bytes], tuple[Column, pywraplp.Variable]] = {}
        self._build()

    def _build(self) -> None:
        coupling = self._lagrangian.coupling
        solver = self._solver = pywraplp.Solver.CreateSolver("GLOP")
        solver.SetSolverSpecificParametersAsString(f"{GLOP_PARAMETERS} use_scaling: {str(self._scaled).lower()}")
        endless = solver.infinity()
        others: dict[int, pywraplp.Variable] = {}
        objective = self._objective = solver.Objective()
        objective.SetMinimization()
        objective.SetOffset(float(self._lagrangian.offset))
        self._rows = []
        lows, highs = self._lagrangian.lows.tolist(), self._lagrangian.highs.tolist()
        for row, low, high in zip(coupling.rows, lows, highs, strict=True):
            made = solver.RowConstraint(_float(low), _float(high), "")
            for v, factor in row.others.items():
                if v not in others:
                    others[v] = solver.NumVar(coupling.lows[v], coupling.highs[v], "")
                    objective.SetCoefficient(others[v], float(coupling.costs.get(v, 0)))
                made.SetCoefficient(others[v], float(factor))
            for sign, bounded in ((1.0, low > -NO_BOUND), (-1.0, high < NO_BOUND)):
                if bounded:
                    slack = solver.NumVar(0.0, endless, "")
                    made.SetCoefficient(slack, sign)
                    objective.SetCoefficient(slack, float(BREACH))
            self._rows.append(made)
        self._one_each = {}
        for staff in self._lagrangian.people:
            one = self._one_each[staff] = solver.RowConstraint(1.0, 1.0, "")
            nobody = solver.NumVar(0.0, endless, "")
            one.SetCoefficient(nobody, 1.0)
            objective.SetCoefficient(nobody, float(BREACH))

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
        began = time.monotonic()
        status = self._run(seconds)
        for scaled in (self._scaled, True):  # from the beginning, then in numbers that are easier
            left = seconds - (time.monotonic() - began)
            if status != pywraplp.Solver.ABNORMAL or left <= 0:
                break
            self._scaled = scaled
            self._rebuild([column for column, _ in self.columns.values()])
            status = self._run(left)
        if status != pywraplp.Solver.OPTIMAL:
            return None
        weights = [(c, w) for c, v in self.columns.values() if (w := v.solution_value()) > TINY_WEIGHT]
        people = {staff: one.dual_value() for staff, one in self._one_each.items()}
        prices = np.array([row.dual_value() for row in self._rows], np.float64)
        return Solved(self._objective.Value(), prices, people, weights)

    def _run(self, seconds: float) -> int:
        solver = self._solver
        solver.SetTimeLimit(max(50, int(seconds * 1000)))
        with self.interrupter.running(solver.InterruptSolve):
            return int(solver.Solve(AS_IT_IS))

    def _rebuild(self, columns: list[Column]) -> None:
        self.columns = {}
        self._build()
        for column in columns:
            self.add(column)

    def best_columns(self, solved: Solved) -> list[Column]:
        """All columns, those that pay best at an optimum's prices first."""

        def reduced(column: Column) -> float:
            return column.cost - solved.people[column.staff] - float(solved.prices[column.rows] @ column.factors)

        return sorted((column for column, _ in self.columns.values()), key=reduced)

    def forget(self, solved: Solved) -> None:
        """Drop the columns that are far from paying, where there are many."""
        if len(self.columns) <= MOST_COLUMNS * len(self._lagrangian.people):
            return
        self._rebuild(self.best_columns(solved)[: len(self.columns) // 2])


def _float(bound: int) -> float:
    return float("inf") if bound >= NO_BOUND else float("-inf") if bound <= -NO_BOUND else float(bound)
