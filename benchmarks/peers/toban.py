"""toban itself."""

from __future__ import annotations

from benchmarks.peers import Answer, Task
from solver import Progress, read_problem
from solver import solve as solve_problem


def solve(task: Task) -> Answer:
    """Solve as anybody would; options of the document are left aside."""
    steps: list[Progress] = []
    options = {"time_limit": task.seconds, "seed": task.seed}
    result = solve_problem(read_problem({**task.document, "options": options}), on_progress=steps.append)
    shown = [(step.elapsed, step.objective, step.bound) for step in steps]
    return Answer(result.status, result.schedule, result.objective, result.bound, shown)
