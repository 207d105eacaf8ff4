"""From a roster to a whole solution of the model, and back."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from solver.check import check
from solver.domain.schedule import Schedule
from solver.search.incumbent import Incumbent
from solver.search.parts import Cells, Ints, Part

REPAIR_WORK = 5.0  # units of CP-SAT's deterministic time
REPAIR_SECONDS = 1.0  # at most, where there is a roster already: what takes longer mostly fails (measured)


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


def offer_roster(incumbent: Incumbent, schedule: Schedule, seconds: float, free: Cells | None = None) -> bool:
    """Offer a roster to the incumbent if it keeps every hard rule; whether it is the best so far.

    `free`: cells that may be changed to make it so; the model is made for that if it has to be.
    """
    judged = incumbent.offer_to_checker(schedule)
    if judged or (judged is not None and free is None):
        return judged
    parts, held = incumbent.parts, incumbent.held()
    loose = parts.variables_of(free or ())
    if held is None:
        part, wished = parts.whole, parts.with_roster(parts.whole.values, schedule)
        part.fix(wished, np.setdiff1d(parts.cell_variables, loose))
    else:
        wished = parts.with_roster(held[0], schedule)
        changed = np.flatnonzero(wished != held[0])
        part = parts.around(np.union1d(changed, loose), held[0])
        part.fix(wished, np.setdiff1d(changed, loose))
    if free:
        part.hint(wished, parts.cell_variables)
    return _offer(incumbent, part, seconds if held is None else min(seconds, REPAIR_SECONDS))


def offer_cells(incumbent: Incumbent, schedule: Schedule, cells: Cells, before: Ints, seconds: float) -> bool:
    """Offer what was found for some cells around a solution; beside what others found elsewhere in the meantime.

    Those whose rows no longer keep every hard rule then have these cells thought over once more.
    """
    held = incumbent.held()
    if held is not None and held[0] is not before:
        both, variables = held[0].copy(), incumbent.parts.variables_of(cells)
        both[variables] = incumbent.parts.with_roster(both, schedule)[variables]
        joined = incumbent.schedule_of(both)
        broken = {s for v in check(incumbent.problem, joined) if v.severity == "hard" for s in v.staff_ids}
        free = {cell for cell in cells if cell[0] in broken}
        if offer_roster(incumbent, joined, seconds, free):
            return True
    return offer_roster(incumbent, schedule, seconds)


def offer_change(incumbent: Incumbent, part: Part, found: Ints, objective: int, seconds: float) -> bool:
    """Offer what was found in a part; beside what others found elsewhere in the meantime, as far as both fit together."""
    held = incumbent.held()
    if held is None or held[0] is part.values:
        return incumbent.offer(found, objective)
    parts, now = incumbent.parts, held[0]
    moved = parts.cell_variables[found[parts.cell_variables] != part.values[parts.cell_variables]]
    moved = parts.whole_cells(moved)
    both = now.copy()
    both[moved] = found[moved]
    joined = parts.around(moved, now)
    joined.fix(both, moved)
    return _offer(incumbent, joined, min(seconds, REPAIR_SECONDS)) or (
        objective < held[1] and incumbent.offer(found, objective)
    )


def _offer(incumbent: Incumbent, part: Part, seconds: float) -> bool:
    solver = brief_solver(seconds, REPAIR_WORK, 0)
    with incumbent.interrupter.running(solver.stop_search):
        status = solver.solve(part.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return False
    return incumbent.offer(part.whole(solver.response_proto.solution), round(solver.objective_value))
