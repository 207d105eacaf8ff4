"""Plain CP-SAT, in the style of ortools' `shift_scheduling_sat`: one monolithic model of textbook rows."""

from __future__ import annotations

import time

from ortools.sat.python import cp_model

from benchmarks.peers import Answer, Task
from benchmarks.peers.textbook import Textbook
from solver import read_problem


class _Steps(cp_model.CpSolverSolutionCallback):
    def __init__(self) -> None:
        super().__init__()
        self.started = time.monotonic()
        self.found: list[tuple[float, int | None, int | None]] = []

    def on_solution_callback(self) -> None:
        """Note a better roster."""
        at = time.monotonic() - self.started
        self.found.append((at, round(self.objective_value), round(self.best_objective_bound)))


def solve(task: Task) -> Answer:
    """Build the model and hand it to CP-SAT as it is, eight workers as its default on a small machine would be."""
    steps = _Steps()
    book = Textbook(read_problem(task.document))
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, upper, "") for upper in book.upper]
    for row in book.rows:
        expression = cp_model.LinearExpr.weighted_sum([variables[v] for v, _ in row.terms], [f for _, f in row.terms])
        low = row.low if row.low is not None else cp_model.INT_MIN
        high = row.high if row.high is not None else cp_model.INT_MAX
        model.add_linear_constraint(expression, low, high)
    priced = list(book.costs)
    model.minimize(cp_model.LinearExpr.weighted_sum([variables[v] for v in priced], [book.costs[v] for v in priced]))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, task.seconds - (time.monotonic() - steps.started))
    solver.parameters.random_seed = task.seed
    solver.parameters.num_workers = 8  # on two cores better than two workers
    status = solver.solve(model, steps)
    name = solver.status_name(status)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(name, None, None, None, steps.found)
    values = [solver.value(variable) for variable in variables]
    bound = -(-int(solver.best_objective_bound * 1000) // 1000)
    return Answer(name, book.schedule(values), round(solver.objective_value), bound, steps.found)
