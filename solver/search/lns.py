"""Large neighbourhood search: a part of the best roster is thought over while the rest stays as it is.

Which part is asked of several neighbourhoods, and thinking is done in two ways: by CP-SAT in a copy of the one model with
all other cells fixed, or by column generation (`columns.rethink`). Those pairs that gained more per second of work are
asked more often; each grows while its parts are settled to the end and shrinks while they are not. Whatever is found is
completed in the model before it counts, so no rule can be lost on the way. Source: Shaw, *Using constraint programming
and local search methods to solve vehicle routing problems*, 1998; adaptive choice after Ropke and Pisinger, 2006.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from solver.check import check
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.search.budget import LEAST_SECONDS, Budget
from solver.search.columns.coupling import Coupling
from solver.search.columns.master import Interrupter
from solver.search.columns.rows import Rows
from solver.search.complete import brief_solver, offer_cells, offer_change
from solver.search.incumbent import Incumbent
from solver.search.neighbourhoods import NEIGHBOURHOODS, Neighbourhood, Team
from solver.search.parts import Cells, Ints
from solver.search.threads import POLL_SECONDS

FIRST_CELLS, LEAST_CELLS = 250, 30
GROWTH, QUICK_GROWTH = 1.15, 1.5
QUICK = 0.25  # of the time a step may take
STEP_SECONDS = 2.0
STEP_SHARE = 0.05  # of the whole time, at most
FORGETS = 0.85  # how much of a record the next try leaves
HOPE = 0.1  # chance everybody has beside the record


class Columns(NamedTuple):
    """What column generation needs of a problem."""

    rows: Rows
    coupling: Coupling
    interrupter: Interrupter  # ends linear programmes under way


@dataclass
class Arm:
    """A neighbourhood, the way its parts are thought over, the size it is asked for, and its record."""

    make: Neighbourhood
    by_columns: bool
    cells: float = FIRST_CELLS
    gain: float = 1.0
    seconds: float = 1.0


class Improver:
    """One thread's search around the shared best roster; while `rests` is set it waits."""

    def __init__(
        self,
        problem: Problem,
        incumbent: Incumbent,
        budget: Budget,
        seed: int,
        columns: Columns | None = None,
        neighbourhoods: Sequence[Neighbourhood] = NEIGHBOURHOODS,
        rests: threading.Event | None = None,
    ) -> None:
        self.problem, self.incumbent, self.budget, self.columns = problem, incumbent, budget, columns
        self.model = incumbent.model
        self.team = Team(problem)
        self.chance = random.Random(seed)
        self.seed = seed
        ways = (False, True) if columns is not None else (False,)
        self.arms = [Arm(make, way) for make in neighbourhoods for way in ways]
        self.step_seconds = max(0.3, min(STEP_SECONDS, budget.seconds * STEP_SHARE))
        self._rests = rests or threading.Event()
        self._schedule: Schedule | None = None
        self._values: Ints | None = None

    def run(self, until: threading.Event | None = None) -> None:
        """Improve until the search is over, or until something happens."""
        while not (self.incumbent.over or self.budget.spent or (until is not None and until.is_set())):
            if self._rests.is_set():
                time.sleep(POLL_SECONDS)
                continue
            held = self.incumbent.held()
            if held is None:
                return
            values, objective = held
            schedule = self._look_at(values)
            arm = self._choose()
            free = arm.make(self.team, self.chance, round(arm.cells))
            if not free:
                self.arms.remove(arm)
                if not self.arms:
                    return
                continue
            began = time.monotonic()
            settled = (
                self._by_columns(free, schedule, values) if arm.by_columns else self._by_cp_sat(free, values, objective)
            )
            after = self.incumbent.objective
            gain = 0 if after is None else max(0, objective - after)
            arm.gain = FORGETS * arm.gain + gain
            arm.seconds = FORGETS * arm.seconds + time.monotonic() - began
            if settled:
                quick = time.monotonic() - began < QUICK * self.step_seconds
                arm.cells = min(arm.cells * (QUICK_GROWTH if quick else GROWTH), float(len(self.incumbent.parts.where)))
            elif not gain:
                arm.cells = max(arm.cells / GROWTH, LEAST_CELLS)

    def _look_at(self, values: Ints) -> Schedule:
        """The best roster; what it does wrong is judged when somebody asks."""
        if self._schedule is None or values is not self._values:
            self._schedule = schedule = self.incumbent.schedule_of(values)
            self._values = values
            self.team.look_at(lambda: tuple(check(self.problem, schedule)))
        return self._schedule

    def _choose(self) -> Arm:
        rates = [arm.gain / max(arm.seconds, 1e-3) for arm in self.arms]
        most = max(rates) or 1.0
        return self.chance.choices(self.arms, [HOPE + rate / most for rate in rates])[0]

    def _by_cp_sat(self, free: Cells, values: Ints, objective: int) -> bool:
        """Whether the part was settled to the end."""
        self.seed += 1
        seconds = max(LEAST_SECONDS, min(self.budget.seconds, 2 * self.step_seconds))
        solver = brief_solver(seconds, self.step_seconds, self.seed)
        part = self.incumbent.parts.part(free, values)
        part.hint()
        with self.incumbent.running(solver):
            status = solver.solve(part.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found = round(solver.objective_value)
            if found <= objective:
                found_values = part.whole(solver.response_proto.solution)
                offer_change(self.incumbent, part, found_values, found, self.budget.seconds)
        return status == cp_model.OPTIMAL

    def _by_columns(self, free: Cells, schedule: Schedule, values: Ints) -> bool:
        """Whether the part was settled to the end, or something better was found."""
        from solver.search.columns.rethink import rethink  # here, because its compiler takes a second to load
        from solver.search.columns.schedule import roster_of, schedule_of

        assert self.columns is not None
        rows, coupling, interrupter = self.columns
        days: dict[str, list[int]] = {}
        for staff, day in free:
            days.setdefault(staff, []).append((day - rows.of[staff].days[0]).days)
        part = {staff: np.array(sorted(found), np.int64) for staff, found in days.items()}
        step = self.budget.part(1.0, 0.0, at_most=2 * self.step_seconds)
        found, settled = rethink(rows, coupling, roster_of(rows, schedule), part, step, interrupter, self.chance)
        if found is None:
            return settled
        return offer_cells(self.incumbent, schedule_of(rows, found), free, values, self.budget.seconds)
