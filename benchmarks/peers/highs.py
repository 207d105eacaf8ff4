"""HiGHS, the open mixed-integer solver, on textbook rows; it comes inside ortools' own wheel.

(`highspy` cannot be loaded beside ortools in one process, so it is reached by MathOpt.)
"""

from __future__ import annotations

import datetime
import math
import time

from ortools.math_opt.python import mathopt

from benchmarks.peers import Answer, Task
from benchmarks.peers.textbook import Textbook
from solver import read_problem


def solve(task: Task) -> Answer:
    """Build the model and hand it to HiGHS as it is."""
    started = time.monotonic()
    book = Textbook(read_problem(task.document))
    model = mathopt.Model()
    variables = [model.add_integer_variable(lb=0, ub=upper) for upper in book.upper]
    for row in book.rows:
        made = model.add_linear_constraint(
            lb=-math.inf if row.low is None else row.low, ub=math.inf if row.high is None else row.high
        )
        for v, factor in _summed(row.terms).items():
            made.set_coefficient(variables[v], factor)
    model.minimize(mathopt.fast_sum(cost * variables[v] for v, cost in book.costs.items()))
    left = max(0.1, task.seconds - (time.monotonic() - started))
    # MathOpt cannot tell HiGHS a number of threads; the process is confined to its cores in any case.
    parameters = mathopt.SolveParameters(
        time_limit=datetime.timedelta(seconds=left), random_seed=task.seed, relative_gap_tolerance=0.0
    )
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=parameters)
    reason = result.termination.reason
    names = {mathopt.TerminationReason.OPTIMAL: "OPTIMAL", mathopt.TerminationReason.INFEASIBLE: "INFEASIBLE"}
    bound = result.termination.objective_bounds.dual_bound
    proved = math.ceil(bound - 1e-6) if math.isfinite(bound) else None
    if not result.has_primal_feasible_solution():
        return Answer(names.get(reason, "UNKNOWN"), None, None, proved, [])
    values = result.variable_values(variables)
    objective = round(result.objective_value())
    at = time.monotonic() - started
    return Answer(names.get(reason, "FEASIBLE"), book.schedule(values), objective, proved, [(at, objective, proved)])


def _summed(terms: list[tuple[int, int]]) -> dict[int, int]:
    """The factor of each variable, one that comes several times taken together."""
    found: dict[int, int] = {}
    for v, factor in terms:
        found[v] = found.get(v, 0) + factor
    return found
