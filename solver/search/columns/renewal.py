"""Rosters whose rows are made anew one by one, where nothing but counts couples people.

Whoever's turn it is gets a cheap row beside the others' rows, which `multipliers` finds. Rows soon are each the best beside
the others' and would stay, so three things keep them moving, and the best roster is remembered. Chance changes what each
cell costs by a little, so that of many rows that cost nearly the same it is another one each time. A roster that became a
little dearer goes on. And for some sweeps a guide adds to what a cell costs a share of what it costs on such days of the
week on the average — or of prices that nearly prove the best bound, where they are known: rows come to stand where the
team is mostly short, even where it is not short just now, and so set others free for where it is. The share falls to
nothing, some sweeps go without, and it all begins again.
"""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Iterator
from copy import copy

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.lagrangian import BREACH, Floats
from solver.search.columns.multipliers import Multipliers
from solver.search.columns.pricing import Ints
from solver.search.columns.rows import FORBIDDEN, SCALE
from solver.search.columns.rowwise import Rowwise

NOISE = 0.25  # of what the roster costs a cell, by how much chance changes what a cell costs
DRIFT = 3e-4  # of the cost, about how much dearer a row may make the roster
GUIDE, GUIDE_BY_PRICES = 0.4, 1.0  # the share of the average, at first; of prices that bound the whole
PLAIN_SWEEPS, GUIDED_SWEEPS = 8, 16  # over everybody, in a cycle
WORTH, PATIENCE = 0.001, 3  # of the cost, what so many cycles together have to gain


class Renewal:
    """Gives everybody a row in a roster, then better ones, where everybody has one; several threads may work at it.

    `slow`: the last cycles hardly gained.
    """

    def __init__(self, roster: Rowwise, seed: int) -> None:
        self.roster = roster
        self.slow = False
        self._lock = threading.Lock()
        self._chance, self._noise = random.Random(seed), np.random.default_rng(seed)
        self._turns = self._endless()
        self._multipliers = {staff: Multipliers() for staff in roster.rows.of}
        self._weekdays = {staff: np.array([day.weekday() for day in row.days]) for staff, row in roster.rows.of.items()}
        self._cells = sum(len(row.days) for row in roster.rows.of.values())
        self._best: tuple[dict[str, Ints], float] | None = None
        self._keep()

    def beside(self, seed: int) -> Renewal:
        """Another one, that knows what was learnt about everybody's totals and is without a roster."""
        made = Renewal(Rowwise(self.roster.lagrangian, self.roster.marginals), seed)
        made._multipliers = {staff: copy(multipliers) for staff, multipliers in self._multipliers.items()}
        return made

    def held(self) -> tuple[dict[str, Ints], float] | None:
        """Everybody's symbols in the best roster in which everybody has a row, and what they cost."""
        return self._best

    def take_over(self, roster: dict[str, Ints]) -> None:
        """Go on from another roster, as if it were the first."""
        with self._lock:
            self.roster.take_over(roster)
            self.slow, self._turns, self._best = False, self._endless(), None
            self._keep()

    def run(self, budget: Budget, cycles: float = math.inf, guide: Floats | None = None) -> None:
        """Make one row after another until time is up, so many cycles are done, or the last ones hardly gained.

        `guide`: prices that nearly prove the best bound there is, where they are known.
        """
        left = cycles * (PLAIN_SWEEPS + GUIDED_SWEEPS) * len(self._multipliers)
        while left > 0 and not (budget.spent or self.slow):
            left -= 1
            with self._lock:
                staff, share = next(self._turns)
                prices = self.roster.prices_beside(staff)
                unit = SCALE * min(self.roster.cost(), BREACH) / self._cells
            if guide is None:
                self._renew(staff, prices, unit, GUIDE * share)
            else:
                self._renew(staff, prices + GUIDE_BY_PRICES * share * guide, unit, 0.0)

    def _renew(self, staff: str, prices: Floats, unit: float, share: float) -> None:
        automaton, cells = self.roster.lagrangian.priced(staff, prices)
        with self._lock:
            noise = self._noise.integers(-round(NOISE * unit), round(NOISE * unit) + 1, cells.shape)
        cells = np.where(cells < FORBIDDEN, cells + noise, FORBIDDEN)
        cells = guided(cells, self._weekdays[staff], share)
        found = self._multipliers[staff].cheapest(automaton, cells, max(1, round(unit)))
        assert found is not None  # whether there is a row does not hang on prices
        column = self.roster.lagrangian.column(staff, found.symbols)
        with self._lock:
            cost, before = self.roster.cost(), self.roster.take(staff)
            self.roster.give(column)
            if before is not None and (
                column.possible < before.possible
                or (column.possible == before.possible and not self._bearable(cost, self.roster.cost()))
            ):
                self.roster.give(before)
            self._keep()

    def _bearable(self, before: float, after: float) -> bool:
        """Whether a roster that a row made dearer may stand: a little, as chance has it."""
        return after <= before + self._chance.expovariate(1.0) * DRIFT * min(before, BREACH)

    def _keep(self) -> None:
        cost = self.roster.cost()
        if (self._best is None or cost < self._best[1]) and not self.roster.wanting():
            self._best = self.roster.roster(), cost

    def _endless(self) -> Iterator[tuple[str, float]]:
        """Whose turn it is, and how much of the guide is left."""
        people = list(self._multipliers)
        costs = [math.inf] * PATIENCE
        while True:
            for sweep in range(PLAIN_SWEEPS + GUIDED_SWEEPS):
                for i, staff in enumerate(self._chance.sample(people, len(people))):
                    done = (sweep - PLAIN_SWEEPS + i / len(people)) / GUIDED_SWEEPS
                    yield staff, 1 - done if done >= 0 else 0.0
            cost = math.inf if self._best is None else self._best[1]
            self.slow = cost > (1 - WORTH) * costs[-PATIENCE]
            costs.append(cost)


def guided(cells: Ints, weekdays: Ints, share: float) -> Ints:
    """What cells cost, with a share of what the symbol costs on such days of the week on the average."""
    if not share:
        return cells
    allowed, same = cells < FORBIDDEN, (weekdays == np.arange(7)[:, None]).astype(np.int64)
    sums, counts = same @ np.where(allowed, cells, 0), same @ allowed
    added = np.rint(share * sums / np.maximum(counts, 1)).astype(np.int64)
    return np.where(allowed, cells + added[weekdays], FORBIDDEN)
