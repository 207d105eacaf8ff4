"""Rosters made person by person like those of `sweep`, where pricing finds no row that may be somebody's: by CP-SAT.

Whoever has more totals to keep than pricing follows is given a row by the person's part of the model, which has every
rule of that row in it. What it is to cost comes from the others' rows, as in `sweep`. Once everybody has one, each is
looked at again beside what the others have now, and again as long as that gains much.
"""

from __future__ import annotations

import itertools
import math
import queue
import random
import threading
from collections.abc import Iterator
from datetime import date

import numpy as np
from ortools.sat.python import cp_model

from solver.search.budget import Budget
from solver.search.columns.lagrangian import Floats
from solver.search.columns.pricing import Ints
from solver.search.columns.rowwise import Rowwise
from solver.search.columns.schedule import roster_of
from solver.search.complete import brief_solver
from solver.search.incumbent import Incumbent
from solver.search.threads import POLL_SECONDS

ENOUGH, NEARLY = 0.03, 0.003  # how near its bound a row's cost has to be, at first and once the others have rows
WEIGHT = 2
"""At first, of what a symbol saves beside the others' rows; what it would save if nobody had one counts once.

By the former alone most symbols soon are worth nothing, and CP-SAT, without a lead, took three times as long (measured).
"""
LEAST_SECONDS, MOST_SECONDS = 1.0, 2.5  # for a row at first; most take two, a few very long, but seldom again
TRIES = 8
AGAIN_SECONDS = 3.0  # for a row that has a predecessor
WORTH = 0.005  # of the cost, what a sweep over all rows has to gain for another one
FINE, NOISE = 10, 15
"""Chance changes what a symbol saves by up to NOISE / FINE: of many rows that cost the same it is another one each time.

Without, rows soon are each the best beside the others' and stay; with it, a year of 50 people went on from there by 50 a
second (measured).
"""


class ExactSweep:
    """Gives rows to all who want one in a roster, then better ones; several threads may work at it.

    `infeasible`: somebody has no row at all; `vain`: for somebody none was found.
    """

    def __init__(self, roster: Rowwise, incumbent: Incumbent, seed: int) -> None:
        self.roster, self._incumbent, self._seed = roster, incumbent, itertools.count(seed)
        self.infeasible = self.vain = False
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[tuple[str, int]] = queue.SimpleQueue()
        self._left = set(roster.wanting())
        for staff in sorted(self._left):
            self._waiting.put((staff, 1))
        self._chance = np.random.default_rng(seed)
        self._once_more = self._sweeps(random.Random(seed))
        self._cells: dict[str, list[tuple[date, list[tuple[str, int]]]]] = {staff: [] for staff in roster.rows.of}
        for (staff, day), cell in incumbent.parts.where.items():
            self._cells[staff].append((day, cell))

    @property
    def whole(self) -> bool:
        """Whether everybody has a row."""
        return not self._left

    def held(self) -> tuple[dict[str, Ints], float]:
        """Everybody's symbols as they stand, and what they cost."""
        with self._lock:
            return self.roster.roster(), self.roster.cost()

    def begin(self, budget: Budget) -> None:
        """Make one row after another until everybody has one, or time is up."""
        while self._left and not (budget.spent or self._incumbent.over or self.infeasible or self.vain):
            try:
                staff, tries = self._waiting.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            seconds = min(MOST_SECONDS, budget.seconds / max(1, len(self._left)))
            with self._lock:
                saved = WEIGHT * self.roster.saved(staff) + self.roster.saved(staff, alone=True)
            row = self._row(staff, saved, max(LEAST_SECONDS, seconds) * tries, ENOUGH)
            if row is not None:
                try:
                    with self._lock:
                        self.roster.put_row(staff, row)
                        self._left.discard(staff)
                except ValueError:  # what is fixed breaks a rule, which no part of the model with free cells tells
                    self.vain = True
            elif tries < TRIES:
                self._waiting.put((staff, tries + 1))
            else:
                self.vain = True

    def go_on(self, budget: Budget) -> bool:
        """Make one row after another better until time is up; whether there is more to gain."""
        while not (budget.spent or self._incumbent.over):
            with self._lock:
                staff = next(self._once_more, None)
                if staff is None:
                    return False
                before = self.roster.take(staff)
                assert before is not None
                saved = self.roster.saved(staff)
                self.roster.give(before)
                chance = self._chance.integers(-NOISE, NOISE + 1, saved.shape)
            row = self._row(staff, saved + chance / FINE, AGAIN_SECONDS, NEARLY, before.row)
            if row is not None:
                with self._lock:
                    cost = self.roster.cost()
                    self.roster.put_row(staff, row)
                    if self.roster.cost() > cost:  # by chance, or as others have moved
                        self.roster.give(before)
        return True

    def _sweeps(self, chance: random.Random) -> Iterator[str]:
        before = math.inf
        while (cost := self.roster.cost()) < (1 - WORTH) * before:
            before = cost
            yield from chance.sample(list(self._cells), len(self._cells))

    def _row(self, staff: str, saved: Ints | Floats, seconds: float, enough: float, hint: Ints | None = None) -> Ints | None:
        """A good row for somebody, by what each symbol on each day saves; None where none was found in time."""
        parts, rows, cells = self._incumbent.parts, self.roster.rows, self._cells[staff]
        costs, hinted = FINE * parts.costs, np.zeros(parts.variables, np.int64)
        fine, first = np.rint(FINE * saved).astype(np.int64), rows.of[staff].days[0]
        for day, cell in cells:
            i = (day - first).days
            for symbol, variable in cell:
                k = rows.symbols.index(symbol)
                costs[variable] -= fine[i, k]
                hinted[variable] = hint is not None and hint[i] == k
        part = parts.alone(parts.variables_of((staff, day) for day, _ in cells), costs)
        if hint is not None:
            part.hint(hinted, parts.cell_variables)
        solver = brief_solver(seconds, float("inf"), next(self._seed))
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 2  # without, three rows of a year in four take over ten seconds
        solver.parameters.relative_gap_limit = enough
        with self._incumbent.running(solver):
            status = solver.solve(part.cp)
        self.infeasible = self.infeasible or status == cp_model.INFEASIBLE
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        schedule = self._incumbent.schedule_of(part.whole(solver.response_proto.solution))
        return roster_of(rows, schedule, (staff,))[staff]
