"""A roster as rows of people, and what one unit more of each coupling row's sum costs or saves beside them.

That is known exactly where nothing but counts couples people: then the cheapest row of one person beside the others' rows
is the best that can be done with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.search.columns.coupling import NO_BOUND, Coupling
from solver.search.columns.lagrangian import BREACH, Column, Floats, Lagrangian
from solver.search.columns.master import Master
from solver.search.columns.pricing import Ints


class Marginals:
    """What one unit more of each coupling row's sum costs or saves, by how far it is filled.

    No sum is as far off as NO_BOUND, so a side without a bound is neither short nor full.
    `exact`: every priced variable of a row is a slack of its own, so that the rows tell the whole cost.
    """

    def __init__(self, coupling: Coupling) -> None:
        n = len(coupling.rows)
        self.low = np.array([row.low for row in coupling.rows], np.int64)
        self.high = np.array([row.high for row in coupling.rows], np.int64)
        self.under, self.over = np.full(n, float(BREACH)), np.full(n, float(BREACH))
        slacks = list(coupling.slacks())
        for row, factor, cost, _ in slacks:
            side = self.under if factor > 0 else self.over
            side[row] = min(side[row], cost)
        own = list(coupling.totals.values())
        self.under[own] = self.over[own] = 0.0  # of one person's row alone, who keeps them by himself
        self.exact = all(slack.own and abs(slack.factor) == 1 for slack in slacks if slack.cost)

    def at(self, filled: Ints) -> Floats:
        """Prices as the pricing wants them: positive where a unit is welcome."""
        return np.where(filled >= self.high, -self.over, np.where(filled < self.low, self.under, 0.0))

    def cost(self, filled: Ints) -> float:
        """What is missing and what is too much."""
        missing, surplus = self._off(filled)
        return float(missing @ self.under + surplus @ self.over)

    def excess(self, filled: Ints, prices: Floats) -> Floats:
        """What each row's sum costs beyond what prices π prove: c(t) + π·t − π⁺·low + π⁻·high, which is never negative.

        c(t) is what is missing or too much of a sum t. Added up over the rows, and with what rows of people cost beyond the
        cheapest at π, it is how far a roster's cost is above L(π).
        """
        missing, surplus = self._off(filled)
        up, down = (prices > 0) & (self.low > -NO_BOUND), (prices < 0) & (self.high < NO_BOUND)
        prices = np.where(up | down, prices, 0.0)
        excess: Floats = missing * self.under + surplus * self.over + prices * (filled - np.where(up, self.low, self.high))
        return excess

    def broken(self, filled: Ints) -> NDArray[np.bool_]:
        """Which of the hard rows are broken."""
        missing, surplus = self._off(filled)
        return ((missing > 0) & (self.under >= BREACH)) | ((surplus > 0) & (self.over >= BREACH))

    def _off(self, filled: Ints) -> tuple[Ints, Ints]:
        return np.maximum(self.low - filled, 0), np.maximum(filled - self.high, 0)


class Rowwise:
    """A roster as columns of the master, and how far they fill each coupling row."""

    def __init__(self, lagrangian: Lagrangian, marginals: Marginals) -> None:
        self.lagrangian, self.marginals, self.rows = lagrangian, marginals, lagrangian.rows
        self._filled = np.zeros(len(lagrangian.lows), np.int64)
        self._held: dict[str, Column] = {}
        self._own = 0  # what the rows cost by themselves
        self._cost: float | None = None  # None where it has to be added up again

    def put(self, staff: str) -> bool:
        """Give a person the cheapest row beside the others' rows; whether he has one at all."""
        self.take(staff)
        symbols = self.lagrangian.cheapest(staff, self.marginals.at(self._filled))
        if symbols is None:
            return False
        self.put_row(staff, symbols)
        return True

    def put_row(self, staff: str, symbols: Ints) -> None:
        """Give a person a row."""
        self.give(self.lagrangian.column(staff, symbols))

    def prices_beside(self, staff: str) -> Floats:
        """What one unit more of each coupling row's sum saves or costs beside the rows of the others."""
        filled, held = self._filled.copy(), self._held.get(staff)
        if held is not None:
            filled[held.rows] -= held.factors
        return self.marginals.at(filled)

    def wanting(self) -> list[str]:
        """Those without a row, or with one that breaks a hard rule of their own."""
        held, broken = self._held, self.marginals.broken(self._filled) & self.lagrangian.coupling.of_one
        return [
            staff
            for staff in self.lagrangian.people
            if staff not in held or not held[staff].possible or broken[held[staff].rows].any()
        ]

    def take(self, staff: str) -> Column | None:
        """Take a person's row out, if there is one."""
        column = self._held.pop(staff, None)
        if column is not None:
            self._filled[column.rows] -= column.factors
            self._own, self._cost = self._own - column.cost, None
        return column

    def give(self, column: Column) -> None:
        """Put a row in."""
        self.take(column.staff)
        self._held[column.staff] = column
        self._filled[column.rows] += column.factors
        self._own, self._cost = self._own + column.cost, None

    def take_over(self, roster: dict[str, Ints]) -> None:
        """Become another roster."""
        for staff, symbols in roster.items():
            self.put_row(staff, symbols)

    def cost(self) -> float:
        """What the roster costs, as far as the coupling rows see; a broken hard one counts as BREACH."""
        if self._cost is None:
            self._cost = self._own + self.marginals.cost(self._filled) + self.lagrangian.offset
        return self._cost

    def excess(self, prices: Floats) -> Floats:
        """What each coupling row's sum costs beyond what prices prove."""
        return self.marginals.excess(self._filled, prices)

    def teach(self, master: Master) -> None:
        """Give a master the rows."""
        for column in self._held.values():
            master.add(column)

    def roster(self) -> dict[str, Ints]:
        """Everybody's symbols."""
        return {staff: column.row for staff, column in self._held.items()}
