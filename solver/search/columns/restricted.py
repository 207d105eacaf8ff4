"""The best roster that can be put together from the rows there are: the restricted master as an integer programme.

Of the few hundred rows that are left of a part, CP-SAT tells within a second which fit best, or that none do; diving, which
never takes back a cell, mostly ends too dear there. Source: Joncour, Michel, Sadykov, Sverdlov and Vanderbeck, *Column
generation based primal heuristics*, Electronic Notes in Discrete Mathematics 36, 2010.
"""

from __future__ import annotations

import math

import numpy as np
from ortools.sat.python import cp_model

from solver.search.columns.coupling import NO_BOUND
from solver.search.columns.generate import Generation
from solver.search.columns.pricing import Ints
from solver.search.complete import brief_solver


def best_of_rows(generation: Generation, seconds: float, below: float, seed: int = 0) -> tuple[dict[str, Ints] | None, bool]:
    """The cheapest roster of the master's rows that costs less than `below`, if any; and whether the time sufficed.

    Where it did not, the roster is the best that was found in it.
    """
    lagrangian, coupling = generation.lagrangian, generation.lagrangian.coupling
    columns = [column for column, _ in generation.master.columns.values() if column.possible]
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in columns]
    of: dict[str, list[cp_model.IntVar]] = {staff: [] for staff in generation.people}
    terms: list[list[tuple[cp_model.IntVar, int]]] = [[] for _ in coupling.rows]
    for column, variable in zip(columns, taken, strict=True):
        of[column.staff].append(variable)
        for row, factor in zip(column.rows.tolist(), column.factors.tolist(), strict=True):
            terms[row].append((variable, factor))
    for variables in of.values():
        model.add_exactly_one(variables)
    named = {v for row in coupling.rows for v in row.others}
    others = {v: model.new_int_var(coupling.lows[v], coupling.highs[v], "") for v in named}
    lows = np.maximum(lagrangian.lows, -NO_BOUND).tolist()
    highs = np.minimum(lagrangian.highs, NO_BOUND).tolist()
    for row, low, high, summed in zip(coupling.rows, lows, highs, terms, strict=True):
        whole = _sum(summed + [(others[v], factor) for v, factor in row.others.items()])
        model.add_linear_constraint(whole, low, high)
    charged = [(variable, column.cost) for column, variable in zip(columns, taken, strict=True)]
    cost = _sum(charged + [(variable, coupling.costs.get(v, 0)) for v, variable in others.items()])
    model.add(cost < math.ceil(below) - lagrangian.offset)
    model.minimize(cost)
    solver = brief_solver(seconds, seconds, seed)
    solver.parameters.linearization_level = 2
    with generation.master.interrupter.running(solver.stop_search):
        status = solver.solve(model)
    sufficed = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, sufficed
    chosen = (column for column, variable in zip(columns, taken, strict=True) if solver.boolean_value(variable))
    return {column.staff: column.row for column in chosen}, sufficed


def _sum(terms: list[tuple[cp_model.IntVar, int]]) -> cp_model.LinearExprT:
    return cp_model.LinearExpr.weighted_sum([variable for variable, _ in terms], [factor for _, factor in terms])
