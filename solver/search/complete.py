"""From a roster to a whole solution of the model, and back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ortools.sat.python import cp_model

from solver.domain.schedule import Schedule
from solver.model import RosterModel
from solver.search.incumbent import Incumbent

Cells = set[tuple[str, date]]
Where = dict[tuple[str, date], list[tuple[str, int]]]
"""(person, day) → the symbols of the cell and their variables."""
REPAIR_SECONDS = 5.0


def cells_of(model: RosterModel) -> Where:
    """The cells that are not constants."""
    where: Where = {}
    for (s, d, k), lit in model.cells():
        if not isinstance(lit, int):
            where.setdefault((s, d), []).append((k, lit.index))
    return where


def fixed_outside(model: RosterModel, where: Where, free: Cells, schedule: Schedule) -> cp_model.CpModel:
    """A copy of the model in which only some cells may differ from a roster."""
    part = model.cp.clone()
    variables = part.proto.variables
    for (s, d), cell in where.items():
        if (s, d) not in free:
            held = schedule.at(s, d)
            for symbol, i in cell:
                domain = variables[i].domain
                domain.clear()
                value = int(symbol == held)
                domain.extend((value, value))
    return part


def hint(part: cp_model.CpModel, values: Sequence[int]) -> None:
    """Suggest a whole solution."""
    suggested = part.proto.solution_hint
    suggested.vars.clear()
    suggested.values.clear()
    suggested.vars.extend(range(len(values)))
    suggested.values.extend(values)


def brief_solver(seconds: float, work: float, seed: int) -> cp_model.CpSolver:
    """A solver of one worker for a part of a model; probing such a part costs more than it saves."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = 1
    parameters.random_seed = seed % 2_000_000_000
    parameters.max_time_in_seconds = seconds
    parameters.max_deterministic_time = work
    parameters.cp_model_probing_level = 0
    parameters.symmetry_level = 0
    parameters.catch_sigint_signal = False
    return solver


def offer_roster(incumbent: Incumbent, where: Where, schedule: Schedule, seconds: float, free: Cells | None = None) -> bool:
    """Offer a roster to the incumbent if it keeps every hard rule; whether it is the best so far.

    `free`: cells that may be changed to make it so.
    """
    part = fixed_outside(incumbent.model, where, free or set(), schedule)
    if free:
        hint(part, ())
        for (s, d), cell in where.items():
            for symbol, i in cell:
                part.add_hint(part.get_int_var_from_proto_index(i), int(schedule.at(s, d) == symbol))
    solver = brief_solver(min(seconds, REPAIR_SECONDS), REPAIR_SECONDS, 0)
    with incumbent.running(solver):
        status = solver.solve(part)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return False
    return incumbent.offer(list(solver.response_proto.solution), round(solver.objective_value))
