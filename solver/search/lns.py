"""Large neighbourhood search: a part of the best roster is thought over while the rest stays as it is.

Which part is asked of several neighbourhoods, and thinking is done in several ways: by CP-SAT in a copy of the one model
with all other cells fixed, by column generation (`columns.rethink`), or, where nothing but counts couples people, by making
everybody's rows anew one after the other (`columns.renewal`). Those pairs that gain more in a second are given more of the
time, by what they gained of late and by how often they ever did; each grows while its parts are settled to the end
and shrinks while they are not. Whatever is found is completed in the model before it counts, so no rule can be lost on the
way. Source: Shaw, *Using constraint programming and local search methods to solve vehicle routing problems*, 1998; adaptive
choice after Ropke and Pisinger, 2006.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from solver.check import check
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.search.budget import LEAST_SECONDS, Budget
from solver.search.columns.coupling import Coupling
from solver.search.columns.lagrangian import Floats
from solver.search.columns.pool import Pool
from solver.search.columns.renewal import Renewal
from solver.search.columns.rethink import rethink
from solver.search.columns.rows import Rows
from solver.search.columns.rowwise import Rowwise
from solver.search.columns.schedule import roster_of, schedule_of
from solver.search.complete import brief_solver, offer_cells, offer_change, offer_roster
from solver.search.incumbent import Incumbent
from solver.search.neighbourhoods import (
    BLOCK_DAYS,
    NEIGHBOURHOODS,
    Excess,
    Neighbourhood,
    Team,
    days_of_everybody,
    days_of_two_weeks,
    everything,
)
from solver.search.parts import Cells, Ints
from solver.search.threads import POLL_SECONDS

FIRST_CELLS, LEAST_CELLS = 250, 30
GROWTH, QUICK_GROWTH = 1.15, 1.5
QUICK, SLOW = 0.25, 0.5  # of the time a step may take: parts settled more slowly are large enough
STEP_SECONDS = 2.0
STEP_SHARE = 0.05  # of the whole time, at most
TRUSTED = 5.0  # successes a second expected of rows made anew: they seldom gain, but what no window of days can
WINDOWS = {days_of_everybody: (500, BLOCK_DAYS), days_of_two_weeks: (720, 2 * 8)}
"""How many cells, and days, parts of everybody by columns begin with at most, where nothing but counts couples people."""
TRUSTED_WINDOW = 100.0  # the same of those
LEAST_EXCESS = 0.5  # of a penalty; prices are not exact
CYCLE_SHARE = 0.7  # of the time that is left, at most, for a cycle of that: what it found has to be offered too
FORGETS = 0.85  # how much of a record the next try leaves


class Thought(NamedTuple):
    """Whether a part was settled, so that a larger one may be tried; whether a better roster was found."""

    settled: bool
    better: bool


Way = Callable[[Cells, Schedule, Ints, int], Thought]
"""How a part is thought over: its cells; the best roster, its values, what it costs."""


@dataclass
class Columns:
    """What column generation needs of a problem, and the best prices of the coupling rows there are.

    They `guide` rows made anew where no master finds rosters; after dives days of the week do as well (measured).
    """

    rows: Rows
    coupling: Coupling
    prices: Floats | None = None
    guide: Floats | None = None

    @cached_property
    def days(self) -> list[tuple[date, ...]]:
        """On which days the cells of each coupling row are."""
        of_place = np.zeros(self.coupling.places, np.int64)
        for staff, row in self.rows.of.items():
            of_place[self.coupling.span(staff)] = np.repeat(
                [day.toordinal() for day in row.days], self.coupling.prices[staff].shape[1]
            )
        rows = self.coupling.rows
        return [tuple(date.fromordinal(int(at)) for at in np.unique(of_place[list(row.cells)])) for row in rows]


@dataclass
class Arm:
    """A neighbourhood, the way its parts are thought over, the size it is asked for, and its record, late and whole."""

    make: Neighbourhood
    think: Way
    cells: float = FIRST_CELLS
    gain: float = 0.0
    seconds: float = 1.0
    trust: float = 1.0
    successes: int = 0
    all_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """What it gained in a second of late."""
        return self.gain / self.seconds

    @property
    def hope(self) -> float:
        """Successes in a second, as far as is known: the mean after a gamma distribution of mean `trust` before any try."""
        return (self.trust + self.successes) / (1 + self.all_seconds)

    def note(self, gain: int, seconds: float) -> None:
        """What a try has brought, and how long it took."""
        self.gain = FORGETS * self.gain + math.log1p(gain)
        self.seconds = FORGETS * self.seconds + seconds
        self.successes += gain > 0
        self.all_seconds += seconds

    def resize(self, thought: Thought, share: float, most: int) -> None:
        """Larger parts where the last one was settled soon, smaller ones where it was not; `share`: of a step's time."""
        if thought.settled:
            growth = QUICK_GROWTH if share < QUICK else GROWTH if share < SLOW else 1.0
            self.cells = min(self.cells * growth, float(most))
        elif not thought.better:
            self.cells = max(self.cells / GROWTH, LEAST_CELLS)


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
        renewal: Renewal | None = None,
    ) -> None:
        self.problem, self.incumbent, self.budget = problem, incumbent, budget
        self.columns, self.renewal = columns, renewal
        self.team = Team(problem)
        self.chance = random.Random(seed)
        self.seed = seed
        self.pool = Pool()
        ways: list[Way] = [self._by_cp_sat] if columns is None else [self._by_cp_sat, self._by_columns]
        self.arms = [Arm(make, way) for make in neighbourhoods for way in ways]
        if renewal is not None:
            self.arms.append(Arm(everything, self._by_renewal, trust=TRUSTED))
            for arm in self.arms:
                if arm.make in WINDOWS and arm.think == self._by_columns:
                    cells, days = WINDOWS[arm.make]
                    arm.cells, arm.trust = min(cells, days * len(self.team.staff)), TRUSTED_WINDOW
        self.step_seconds = max(0.3, min(STEP_SECONDS, budget.seconds * STEP_SHARE))
        self._rests = rests or threading.Event()
        self._schedule: Schedule | None = None
        self._values: Ints | None = None

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Improve until the search is over, or until something is so."""
        while not (self.incumbent.over or self.budget.spent or until()):
            if self._rests.is_set():
                time.sleep(POLL_SECONDS)
                continue
            held = self.incumbent.held()
            if held is None:
                return
            values, objective = held
            schedule = self._look_at(values, objective)
            arm = self._choose()
            free = arm.make(self.team, self.chance, round(arm.cells))
            if not free:
                self.arms.remove(arm)
                if not self.arms:
                    return
                continue
            began = time.monotonic()
            thought = arm.think(free, schedule, values, objective)
            after = self.incumbent.objective
            gain = objective - after if thought.better and after is not None else 0
            seconds = time.monotonic() - began
            arm.note(gain, seconds)
            arm.resize(thought, seconds / self.step_seconds, len(self.incumbent.parts.where))

    def _look_at(self, values: Ints, objective: int) -> Schedule:
        """The best roster; what it does wrong is judged when somebody asks."""
        if self._schedule is None or values is not self._values:
            self._schedule = schedule = self.incumbent.schedule_of(values)
            self._values = values
            self.team.look_at(
                lambda: tuple(check(self.problem, schedule)),
                lambda: self._excess(schedule),
                objective - self.incumbent.bound,
            )
        return self._schedule

    def _excess(self, schedule: Schedule) -> list[Excess]:
        """Where a roster costs more than prices prove, if they are known and counts alone couple people."""
        if self.columns is None or self.renewal is None or self.columns.prices is None:
            return []
        roster = Rowwise(self.renewal.roster.lagrangian, self.renewal.roster.marginals)
        roster.take_over(roster_of(self.columns.rows, schedule))
        costs = roster.excess(self.columns.prices).tolist()
        return [
            Excess(days, cost) for days, cost in zip(self.columns.days, costs, strict=True) if days and cost > LEAST_EXCESS
        ]

    def _choose(self) -> Arm:
        return self.chance.choices(self.arms, [(arm.rate + arm.hope) / arm.seconds for arm in self.arms])[0]

    def _by_cp_sat(self, free: Cells, _schedule: Schedule, values: Ints, objective: int) -> Thought:
        """The part of the model; settled where it was solved to the optimum."""
        self.seed += 1
        seconds = max(LEAST_SECONDS, min(self.budget.seconds, 2 * self.step_seconds))
        solver = brief_solver(seconds, self.step_seconds, self.seed)
        part = self.incumbent.parts.part(free, values)
        part.hint()
        with self.incumbent.interrupter.running(solver.stop_search):
            status = solver.solve(part.cp)
        better = False
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found = round(solver.objective_value)
            if found <= objective:
                found_values = part.whole(solver.response_proto.solution)
                better = offer_change(self.incumbent, part, found_values, found, self.budget.seconds)
        return Thought(status == cp_model.OPTIMAL, better)

    def _by_columns(self, free: Cells, schedule: Schedule, values: Ints, _objective: int) -> Thought:
        """New rows around the part; settled where none pays, or those found make a better roster."""
        assert self.columns is not None
        columns, rows = self.columns, self.columns.rows
        days: dict[str, list[int]] = {}
        for staff, day in free:
            days.setdefault(staff, []).append((day - rows.of[staff].days[0]).days)
        part = {staff: np.array(sorted(found), np.int64) for staff, found in days.items()}
        step = self.budget.part(1.0, 0.0, at_most=2 * self.step_seconds)
        roster = roster_of(rows, schedule)
        found, settled = rethink(
            rows, columns.coupling, roster, part, step, self.incumbent.interrupter, self.chance, columns.prices, self.pool
        )
        if found is None:
            return Thought(settled, better=False)
        better = offer_cells(self.incumbent, schedule_of(rows, found), free, values, self.budget.seconds)
        return Thought(better, better)

    def _by_renewal(self, _free: Cells, schedule: Schedule, _values: Ints, objective: int) -> Thought:
        """One cycle from the best roster; it has no size, and is settled where it gains."""
        assert self.columns is not None
        assert self.renewal is not None
        rows, renewal = self.columns.rows, self.renewal
        renewal.take_over(roster_of(rows, schedule))
        renewal.run(self.budget.part(CYCLE_SHARE, 0.0), cycles=1, guide=self.columns.guide)
        found, cost = renewal.held() or ({}, objective)
        better = cost < objective and offer_roster(self.incumbent, schedule_of(rows, found), self.budget.seconds)
        return Thought(better, better)
