"""The Lagrangian of the coupling rows: what prices prove, and everybody's cheapest row at them.

For any prices π of the coupling rows (not negative for a lower side, not positive for an upper one)

    L(π) = Σ π⁺·low − Σ π⁻·high + Σ_v min (f − πB)·v + Σ_s min_{row of s} (cost − πA)·row

is a lower bound of the penalty. It is computed in integers, from prices rounded to 1/SCALE, so that no floating point
error can spoil it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.search.budget import Budget
from solver.search.columns.coupling import NO_BOUND, Coupling
from solver.search.columns.helpers import Helpers
from solver.search.columns.pricing import Ints, cheapest_possible_row, cheapest_row, cost_of, dearer
from solver.search.columns.rows import FORBIDDEN, MOST_COUNTERS, SCALE, RowAutomaton, Rows

Floats = NDArray[np.float64]
OnBound = Callable[[int], None]
"""Told of bounds that were proved."""
BREACH = 100_000
"""What a broken row costs in the master, so the most that a unit of one is worth."""

MOST_MADE = 10_000  # columns remembered, as the same ones are the cheapest again and again


class Column(NamedTuple):
    """One row of a person: the symbols on his days and its own cost; what it adds to the coupling rows.

    `possible`: whether it may be his, as far as his own hard rules go; some columns only serve the bound.
    """

    staff: str
    symbols: bytes
    cost: int
    rows: Ints
    factors: Ints
    possible: bool

    @property
    def row(self) -> Ints:
        """The symbols by day."""
        return np.frombuffer(self.symbols, np.int8).astype(np.int64)

    def fits(self, cells: Ints) -> bool:
        """Whether it has the symbols of settled cells; negative where they are open."""
        return bool(((cells < 0) | (np.frombuffer(self.symbols, np.int8) == cells)).all())


class Priced(NamedTuple):
    """What prices prove, everybody's cheapest row at them, what these and the other variables add to the coupling rows."""

    value: float
    columns: list[Column]
    sums: Ints


def bound_of(value: float) -> int:
    """The lower bound that a value of L proves of a penalty, which is whole and never negative."""
    return max(0, math.ceil(value))


class Matrix:
    """Integer coefficients of the coupling rows, by their places."""

    def __init__(self, rows: Sequence[dict[int, int]], columns: int) -> None:
        entries = [(i, at, factor) for i, row in enumerate(rows) for at, factor in row.items()]
        table = np.array(entries, np.int64).reshape(-1, 3)
        table = table[np.argsort(table[:, 1], kind="stable")]
        self._row, self._column, self._factor = table.T
        self._first = np.searchsorted(self._column, np.arange(columns + 1))
        self._rows, self._columns = len(rows), columns

    def transposed_times(self, vector: Ints, part: slice | None = None) -> Ints:
        """Aᵀ·vector, all of it or a part."""
        first, last = (0, self._columns) if part is None else (part.start, part.stop)
        entries = slice(self._first[first], self._first[last])
        found = np.zeros(last - first, np.int64)
        np.add.at(found, self._column[entries] - first, vector[self._row[entries]] * self._factor[entries])
        return found

    def times(self, vector: Ints) -> Ints:
        """A·vector."""
        found = np.zeros(self._rows, np.int64)
        np.add.at(found, self._row, vector[self._column] * self._factor)
        return found

    def sum_of(self, columns: Ints) -> tuple[Ints, Ints]:
        """The sum of some columns: the rows it touches and by how much."""
        first, last = self._first[columns], self._first[columns + 1]
        entries = np.repeat(last - (last - first).cumsum(), last - first) + np.arange((last - first).sum())
        total = np.bincount(self._row[entries], self._factor[entries], self._rows)
        touched = np.flatnonzero(total)
        return touched, total[touched].astype(np.int64)


@dataclass(frozen=True)
class Others:
    """The variables beside the cells: where they stand in the rows, what they cost, between which values they lie."""

    matrix: Matrix
    costs: Ints
    lows: Ints
    highs: Ints

    @classmethod
    def of(cls, coupling: Coupling) -> Others:
        """Read off the coupling."""
        others = sorted({v for row in coupling.rows for v in row.others} | set(coupling.costs))
        at = {v: j for j, v in enumerate(others)}
        return cls(
            Matrix([{at[v]: b for v, b in row.others.items()} for row in coupling.rows], len(others)),
            np.array([coupling.costs.get(v, 0) for v in others], np.int64),
            np.array([coupling.lows[v] for v in others], np.int64),
            np.array([coupling.highs[v] for v in others], np.int64),
        )


@dataclass(frozen=True)
class Lagrangian:
    """The coupling of some people, as prices need it. `lows`, `highs`: of the rows, beyond ±NO_BOUND none.

    An optimum lies between `least_prices` and `most_prices`: no unit is worth more than its slack costs, or a breach.
    """

    rows: Rows
    coupling: Coupling
    people: tuple[str, ...]
    lows: Ints
    highs: Ints
    least_prices: Floats
    most_prices: Floats
    offset: int
    cells: Matrix
    others: Others
    totals: dict[str, list[tuple[int, int]]]  # counters of each person whose totals a row bounds, and the rows
    followed: dict[str, list[int]]  # counters of each person that pricing has had to follow
    helpers: Helpers
    made: dict[tuple[str, bytes], Column] = field(default_factory=dict)  # columns, which are the same beside settled rows

    @classmethod
    def of(cls, rows: Rows, coupling: Coupling, helpers: Helpers | None = None) -> Lagrangian:
        """Everybody's."""
        people = tuple(coupling.prices)
        totals: dict[str, list[tuple[int, int]]] = {staff: [] for staff in people}
        for (staff, j), row in coupling.totals.items():
            totals[staff].append((j, row))
        lows = np.array([row.low for row in coupling.rows], np.int64)
        highs = np.array([row.high for row in coupling.rows], np.int64)
        return cls(
            rows,
            coupling,
            people,
            lows,
            highs,
            *_price_bounds(coupling, lows, highs),
            coupling.offset,
            Matrix([row.cells for row in coupling.rows], coupling.places),
            Others.of(coupling),
            totals,
            {staff: [] for staff in people},
            helpers or Helpers(),
        )

    def beside(self, settled: Iterable[Column], cells: dict[str, Ints]) -> Lagrangian:
        """The same of everybody else, beside rows some people are given for good, with some cells settled too."""
        filled = np.zeros(len(self.lows), np.int64)
        offset, gone = self.offset, set[str]()
        for column in settled:
            filled[column.rows] += column.factors
            offset += column.cost
            gone.add(column.staff)
        people = tuple(staff for staff in self.people if staff not in gone)
        return replace(
            self,
            coupling=self.coupling.narrowed({staff: cells[staff] for staff in people}),
            people=people,
            lows=np.where(self.lows > -NO_BOUND, self.lows - filled, self.lows),
            highs=np.where(self.highs < NO_BOUND, self.highs - filled, self.highs),
            offset=offset,
        )

    def column(self, staff: str, symbols: Ints) -> Column:
        """A row of a person as a column of the master: its own cost, and what it adds to the coupling rows.

        Raises
        ------
        ValueError
            If a hard rule of the person's own refuses the row.
        """
        key = (staff, symbols.astype(np.int8).tobytes())
        known = self.made.get(key)
        if known is not None:
            return known
        charged = cost_of(self.rows.of[staff], symbols)
        if charged is None:
            raise ValueError(f"{staff} cannot stand so: {symbols}")
        own = charged.cost + int(self.coupling.prices[staff][np.arange(len(symbols)), symbols].sum())
        touched, factors = self.cells.sum_of(self.coupling.places_of(staff, symbols))
        counted = [(row, total) for j, row in self.totals[staff] if (total := int(charged.totals[j]))]
        if counted:
            touched = np.concatenate([touched, [row for row, _ in counted]])
            factors = np.concatenate([factors, [total for _, total in counted]])
        if len(self.made) >= MOST_MADE:
            self.made.clear()
        made = self.made[key] = Column(*key, own, touched, factors, charged.possible)
        return made

    def cheapest(self, staff: str, prices: Floats, refined: int = 0) -> Ints | None:
        """One person's cheap row at some prices, of those that may be his; None where none was found."""
        return cheapest_possible_row(*self.priced(staff, prices), refined)

    def priced(self, staff: str, prices: Floats) -> tuple[RowAutomaton, Ints]:
        """One person's row as pricing is asked for it at some prices: the automaton, and what each cell costs."""
        whole = np.rint(prices * SCALE).astype(np.int64)
        saved = self.cells.transposed_times(whole, self.coupling.span(staff))
        return dearer(self.rows.scaled[staff], self._extra(staff, whole)), self._reduced(staff, saved)

    def at(self, prices: Floats, budget: Budget) -> Priced | None:
        """L(π), infinite where somebody has no row at all; None if out of time."""
        whole = np.rint(prices * SCALE).astype(np.int64)
        whole = np.where(self.lows <= -NO_BOUND, np.minimum(whole, 0), whole)
        whole = np.where(self.highs >= NO_BOUND, np.maximum(whole, 0), whole)
        up, down = whole > 0, whole < 0
        total = int(whole[up] @ self.lows[up]) + int(whole[down] @ self.highs[down])
        others = self.others
        left = others.costs * SCALE - others.matrix.transposed_times(whole)
        taken = np.where(left < 0, others.highs, others.lows)
        total += int((left * taken).sum())
        sums = others.matrix.times(taken)
        saved = self.cells.transposed_times(whole)

        def cheapest(staff: str) -> tuple[int, Ints] | None:
            if budget.spent:
                return None
            reduced = self._reduced(staff, saved[self.coupling.span(staff)])
            return cheapest_row(self.rows.scaled[staff], reduced, self.followed[staff], self._extra(staff, whole))

        columns = []
        for staff, found in zip(self.people, self.helpers.each(cheapest, self.people), strict=True):
            if found is None:  # nobody can stand so: the hard rules contradict each other
                return None if budget.spent else Priced(math.inf, [], sums)
            total += found[0]
            column = self.column(staff, found[1])
            sums[column.rows] += column.factors
            columns.append(column)
        return Priced(total / SCALE + self.offset, columns, sums)

    def upwards(self, prices: Floats, sums: Floats) -> Floats:
        """A subgradient of L at some prices, by the sums of the coupling rows there: what is missing, or too much."""
        short = np.where(self.lows > -NO_BOUND, self.lows - sums, -math.inf)
        surplus = np.where(self.highs < NO_BOUND, self.highs - sums, math.inf)
        free = np.maximum(short, 0) + np.minimum(surplus, 0)
        return np.where(prices > 0, short, np.where(prices < 0, surplus, free))

    def _extra(self, staff: str, prices: Ints) -> Ints:
        """What each unit that a person's counters count costs more: less what the rows that bound his totals give for it."""
        extra = np.zeros(MOST_COUNTERS, np.int64)
        for j, row in self.totals[staff]:
            extra[j] -= prices[row]
        return extra

    def _reduced(self, staff: str, saved: Ints) -> Ints:
        """What a person's cells cost, less what the rows give for each; `saved`: of his cells, in a row."""
        own = self.coupling.prices[staff]
        return np.where(own >= FORBIDDEN, FORBIDDEN, own * SCALE - saved.reshape(own.shape))


def _price_bounds(coupling: Coupling, lows: Ints, highs: Ints) -> tuple[Floats, Floats]:
    least = np.where(highs < NO_BOUND, -float(BREACH), 0.0)
    most = np.where(lows > -NO_BOUND, float(BREACH), 0.0)
    for row, factor, cost, own in coupling.slacks():
        if own and factor > 0:
            most[row] = min(most[row], cost)
        elif own:
            least[row] = max(least[row], -cost)
    return least, most
