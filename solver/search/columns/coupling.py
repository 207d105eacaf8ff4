"""What couples people, as linear rows: the compiled model of all facts no person's automaton speaks for.

    low ≤ Σ a·x + Σ b·v ≤ high,   v the model's other variables (slacks, literals of coverage), continuous here

Clauses, implications and enforced sums become the rows of their linear relaxation, so the whole is a relaxation of the
problem whatever rules it has: coverage stays in, as its clauses say it. Costs of single cells (requests, wishes) and cells
a hard rule forbids are read off the same model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.model import RosterModel
from solver.search.columns.rows import FORBIDDEN, Rows

Ints = NDArray[np.int64]
NO_BOUND = 1 << 50


@dataclass
class Row:
    """One linear row, its terms by index: cells (place in `Coupling.cells`) and other variables."""

    low: int
    high: int
    cells: dict[int, int] = field(default_factory=dict)
    others: dict[int, int] = field(default_factory=dict)


class Slack(NamedTuple):
    """A variable beside the cells: the row it stands in, its factor there, what a unit of the row's sum costs by it.

    `own`: it has no other row and begins at zero, so that nobody pays more for a unit.
    """

    row: int
    factor: int
    cost: float
    own: bool


@dataclass
class Coupling:
    """Linear rows over cells and other variables, and what single cells cost.

    A cell's symbol has a place: `where[staff]` + day × symbols + symbol. `prices`: days × symbols for each person, FORBIDDEN
    where a cell cannot hold the symbol. `costs`, `lows`, `highs`: of the other variables. `totals`: (person, counter of his
    automaton) → the row that bounds its total, which has no terms of its own.
    """

    rows: list[Row]
    prices: dict[str, Ints]
    where: dict[str, int]
    places: int
    costs: dict[int, int]
    lows: Sequence[int]
    highs: Sequence[int]
    offset: int
    totals: dict[tuple[str, int], int] = field(default_factory=dict)

    def places_of(self, staff: str, symbols: Ints) -> Ints:
        """The places of the cells a row stands on."""
        width = self.prices[staff].shape[1]
        places: Ints = self.where[staff] + np.arange(len(symbols)) * width + symbols
        return places

    def span(self, staff: str) -> slice:
        """Where a person's cells lie among all."""
        return slice(self.where[staff], self.where[staff] + self.prices[staff].size)

    def part(self, free: dict[str, Ints], roster: dict[str, Ints]) -> tuple[Coupling, Ints]:
        """The same with all cells but some as in a roster, and which of the rows it has; `free`: person → days.

        A roster of the part costs as much more or less than the given one as in the whole, as far as these rows see;
        rows that no free cell touches are left out.
        """
        prices: dict[str, Ints] = {}
        loose = np.zeros(self.places, np.bool_)
        held = np.zeros(self.places, np.int64)
        for staff, symbols in roster.items():
            if staff not in free:
                held[self.places_of(staff, symbols)] = 1
                continue
            open_days = np.zeros(len(symbols), np.bool_)
            open_days[free[staff]] = True
            prices[staff] = _settled(self.prices[staff], np.where(open_days, -1, symbols))
            loose[self.span(staff)] = np.repeat(open_days, self.prices[staff].shape[1])
        rows: list[Row] = []
        whole: list[int] = []
        totals: dict[tuple[str, int], int] = {}
        for i, (row, (at, factors)) in enumerate(zip(self.rows, self._tables, strict=True)):
            if i in self._total_of:
                if self._total_of[i][0] in prices:  # fixed cells count too: a row of the person is whole
                    totals[self._total_of[i]] = len(rows)
                    rows.append(row)
                    whole.append(i)
            elif loose[at].any():
                fixed = int(held[at] @ factors)
                kept = {int(i): int(f) for i, f in zip(at, factors, strict=True) if self._owner[i] in prices}
                rows.append(Row(_shifted(row.low, -fixed), _shifted(row.high, -fixed), kept, row.others))
                whole.append(i)
        used = {v for row in rows for v in row.others}
        costs = {v: cost for v, cost in self.costs.items() if v in used}
        where = {staff: self.where[staff] for staff in prices}
        part = Coupling(rows, prices, where, self.places, costs, self.lows, self.highs, 0, totals)
        return part, np.array(whole, np.int64)

    def narrowed(self, cells: dict[str, Ints]) -> Coupling:
        """The same with some cells settled: for each person the symbol of each day, negative where it is open."""
        settled = {staff: _settled(self.prices[staff], symbols) for staff, symbols in cells.items()}
        return replace(self, prices=self.prices | settled)

    def slacks(self) -> Iterator[Slack]:
        """Every other variable in every row."""
        uses = Counter(v for row in self.rows for v in row.others)
        for i, row in enumerate(self.rows):
            for v, factor in row.others.items():
                cost = self.costs.get(v, 0) / abs(factor)
                yield Slack(i, factor, cost, uses[v] == 1 and self.lows[v] == 0 and cost >= 0)

    @cached_property
    def of_one(self) -> NDArray[np.bool_]:
        """Which rows speak of one person alone."""
        return np.array([len({self._owner[at] for at in row.cells}) == 1 for row in self.rows], np.bool_)

    @cached_property
    def _total_of(self) -> dict[int, tuple[str, int]]:
        return {row: which for which, row in self.totals.items()}

    @cached_property
    def _tables(self) -> list[tuple[Ints, Ints]]:
        return [(np.array(list(row.cells), np.int64), np.array(list(row.cells.values()), np.int64)) for row in self.rows]

    @cached_property
    def _owner(self) -> list[str]:
        owner = [""] * self.places
        for staff, prices in self.prices.items():
            owner[self.where[staff] : self.where[staff] + prices.size] = [staff] * prices.size
        return owner


def couple(model: RosterModel, rows: Rows) -> Coupling:
    """Read the coupling off a model built without the facts the automata speak for.

    Raises
    ------
    OutOfTime
        The model's time is up.
    """
    return _Reader(model, rows).coupling()


class _Reader:
    """Turns the constraints of a model into rows."""

    def __init__(self, model: RosterModel, rows: Rows) -> None:
        self.offset = model.soft_cost.constant
        self._cell: dict[int, tuple[int, int]] = {}  # variable → place of its cell's symbol, place of the cell
        self.prices: dict[str, Ints] = {}  # days × symbols
        self.where: dict[str, int] = {}  # first place of a person's cells
        self._width = len(rows.symbols)
        place = 0
        index = {k: i for i, k in enumerate(rows.symbols)}
        day_of: dict[str, dict[date, int]] = {}
        for staff, automaton in rows.of.items():
            self.prices[staff] = np.full((len(automaton.days), len(rows.symbols)), FORBIDDEN, np.int64)
            self.where[staff] = place
            day_of[staff] = {d: i for i, d in enumerate(automaton.days)}
            place += self.prices[staff].size
        self.places = place
        for (s, d, k), lit in model.cells():
            i, j = day_of[s][d], index[k]
            self.prices[s][i, j] = 0
            if not isinstance(lit, int):
                at = self.where[s] + i * len(rows.symbols) + j
                self._cell[lit.index] = (at, i)
        lows, highs = model.domains()
        self.lows, self.highs = lows.tolist(), highs.tolist()
        self.costs: dict[int, int] = {}
        self._cell_costs: dict[int, int] = {}
        for coefficient, term in zip(model.soft_cost.coefficients, model.soft_cost.terms, strict=True):
            self._price(coefficient, term.index)  # type: ignore[union-attr]
        self.rows: list[Row] = []
        self._forbidden: set[int] = set()
        for constraint in model.cp.proto.constraints:
            model.look()
            self._read(constraint)
        self._drop_idle()
        self._join_sides()
        self.totals: dict[tuple[str, int], int] = {}
        for staff, automaton in rows.of.items():
            for j, (low, high) in automaton.limits.items():
                self.totals[staff, j] = len(self.rows)
                self.rows.append(Row(low, high))
        extra = np.zeros(self.places, np.int64)
        extra[list(self._cell_costs)] = list(self._cell_costs.values())
        barred = np.zeros(self.places, np.bool_)
        barred[list(self._forbidden)] = True
        for staff, prices in self.prices.items():
            own = slice(self.where[staff], self.where[staff] + prices.size)
            shut = barred[own].reshape(prices.shape) | (prices >= FORBIDDEN)
            self.prices[staff] = np.where(shut, FORBIDDEN, prices + extra[own].reshape(prices.shape))

    def coupling(self) -> Coupling:
        return Coupling(
            self.rows, self.prices, self.where, self.places, self.costs, self.lows, self.highs, self.offset, self.totals
        )

    # ---- reading ----------------------------------------------------------------------------------

    def _price(self, coefficient: int, reference: int) -> None:
        if reference < 0:
            self.offset += coefficient
            coefficient, reference = -coefficient, -reference - 1
        if reference in self._cell:
            at = self._cell[reference][0]
            self._cell_costs[at] = self._cell_costs.get(at, 0) + coefficient
        else:
            self.costs[reference] = self.costs.get(reference, 0) + coefficient

    def _read(self, c: object) -> None:
        """Turn one constraint of the model into rows."""
        conditions = list(c.enforcement_literal)  # type: ignore[attr-defined]
        if c.has_linear():  # type: ignore[attr-defined]
            linear = c.linear  # type: ignore[attr-defined]
            domain = list(linear.domain)
            self._add(domain[0], list(linear.vars), list(linear.coeffs), domain[-1], conditions)
        elif c.has_bool_or():  # type: ignore[attr-defined]
            lits = list(c.bool_or.literals)  # type: ignore[attr-defined]
            self._add(1, lits, [1] * len(lits), NO_BOUND, conditions)
        elif c.has_bool_and():  # type: ignore[attr-defined]
            for lit in c.bool_and.literals:  # type: ignore[attr-defined]
                self._add(1, [lit], [1], NO_BOUND, conditions)
        elif c.has_at_most_one():  # type: ignore[attr-defined]
            lits = list(c.at_most_one.literals)  # type: ignore[attr-defined]
            self._add(-NO_BOUND, lits, [1] * len(lits), 1, conditions)
        elif c.has_exactly_one():  # type: ignore[attr-defined]
            lits = list(c.exactly_one.literals)  # type: ignore[attr-defined]
            days = {self._cell.get(lit, (0, -1))[1] for lit in lits}
            if len(days) != 1 or -1 in days:  # else a cell's own: the row of a person knows it
                self._add(1, lits, [1] * len(lits), 1, conditions)

    def _add(self, low: int, references: Sequence[int], factors: Sequence[int], high: int, conditions: list[int]) -> None:
        low, high = max(low, -NO_BOUND), min(high, NO_BOUND)
        sides = []
        if conditions:  # enforced: relaxed by as much as it could be broken
            least, most = self._range(references, factors)
            if low > -NO_BOUND and least < low:
                sides.append((low, NO_BOUND, [(c, least - low) for c in conditions], (low - least) * len(conditions)))
            if high < NO_BOUND and most > high:
                sides.append((-NO_BOUND, high, [(c, most - high) for c in conditions], (high - most) * len(conditions)))
            for bottom, top, extra, shift in sides:
                # e all true: as stated; k of them false: looser by k times the greatest breach.
                row = Row(bottom if bottom == -NO_BOUND else bottom - shift, top if top == NO_BOUND else top - shift)
                self._fill(row, references, factors)
                self._fill(row, [c for c, _ in extra], [f for _, f in extra])
                self._keep(row)
            return
        row = Row(low, high)
        self._fill(row, references, factors)
        self._keep(row)

    def _fill(self, row: Row, references: Sequence[int], factors: Sequence[int]) -> None:
        for reference, factor in zip(references, factors, strict=True):
            if reference < 0:  # a negation: 1 − x
                row.low, row.high = _shifted(row.low, -factor), _shifted(row.high, -factor)
                reference, factor = -reference - 1, -factor
            cell = self._cell.get(reference)
            if cell is not None:
                row.cells[cell[0]] = row.cells.get(cell[0], 0) + factor
            else:
                row.others[reference] = row.others.get(reference, 0) + factor

    def _range(self, references: Sequence[int], factors: Sequence[int]) -> tuple[int, int]:
        least = most = 0
        for reference, factor in zip(references, factors, strict=True):
            low, high = (0, 1) if reference < 0 else (self.lows[reference], self.highs[reference])
            least += factor * (low if factor > 0 else high)
            most += factor * (high if factor > 0 else low)
        return least, most

    def _keep(self, row: Row) -> None:
        if len(row.cells) == 1 and not row.others:
            ((at, factor),) = row.cells.items()
            if not row.low <= factor <= row.high and row.low <= 0 <= row.high:
                self._forbidden.add(at)
                return
        if row.cells or row.others:
            self.rows.append(row)

    def _drop_idle(self) -> None:
        """Leave out rows that only define a variable nobody else asks for: they bind nothing."""
        rows_of: dict[int, list[Row]] = {}
        for row in self.rows:
            for v in row.others:
                rows_of.setdefault(v, []).append(row)
        dropped: set[int] = set()
        idle = [v for v in rows_of if not self.costs.get(v)]
        for v in reversed(idle):  # the last made first: literals are made of earlier ones
            around = [row for row in rows_of[v] if id(row) not in dropped]
            if all(set(row.others) == {v} for row in around) and self._can_always_choose(v, around):
                dropped.update(map(id, around))
        self.rows = [row for row in self.rows if id(row) not in dropped]

    def _can_always_choose(self, v: int, around: list[Row]) -> bool:
        """Whether for all cells some value of `v` keeps the rows: each lower bound of it lies below each upper bound."""
        floors: list[tuple[int, dict[int, int]]] = [(self.lows[v], {})]
        ceilings: list[tuple[int, dict[int, int]]] = [(self.highs[v], {})]
        for row in around:
            factor = row.others[v]
            if abs(factor) != 1:
                return False
            terms = {at: -a * factor for at, a in row.cells.items()}
            bounds = (row.low, row.high) if factor > 0 else (-row.high, -row.low)
            if bounds[0] > -NO_BOUND:
                floors.append((bounds[0], terms))
            if bounds[1] < NO_BOUND:
                ceilings.append((bounds[1], terms))
        for base, low in floors:
            for top, high in ceilings:
                # A person stands on one symbol a day, so of a cell's terms only the least can count.
                least: dict[int, int] = {}
                for at in {*low, *high}:
                    cell = at // self._width
                    least[cell] = min(least.get(cell, 0), high.get(at, 0) - low.get(at, 0))
                if top - base + sum(least.values()) < 0:
                    return False
        return True

    def _join_sides(self) -> None:
        """Make one row of the two that bound the same sum from below and from above, each with a slack of its own.

        Costs of slacks are not negative, so both can be had at once: low ≤ Σ + under − over ≤ high.
        """
        uses: dict[int, int] = {}
        for row in self.rows:
            for v in row.others:
                uses[v] = uses.get(v, 0) + 1
        waiting: dict[frozenset[tuple[int, int]], Row] = {}
        kept: list[Row] = []
        for row in self.rows:
            slack = all(uses[v] == 1 and self.lows[v] == 0 and self.costs.get(v, 0) >= 0 for v in row.others)
            one_sided = (row.high == NO_BOUND and all(f == 1 for f in row.others.values())) or (
                row.low == -NO_BOUND and all(f == -1 for f in row.others.values())
            )
            if not (slack and one_sided and row.cells):
                kept.append(row)
                continue
            key = frozenset(row.cells.items())
            other = waiting.get(key)
            if other is None or (other.low > -NO_BOUND) == (row.low > -NO_BOUND):
                waiting.setdefault(key, row)
                kept.append(row)
                continue
            low, high = max(other.low, row.low), min(other.high, row.high)
            if low > high:
                kept.append(row)
                continue
            other.low, other.high = low, high
            other.others.update(row.others)
            del waiting[key]
        self.rows = kept


def _settled(prices: Ints, symbols: Ints) -> Ints:
    """A person's prices where some of his cells are settled: the symbol of each day, negative where it is open."""
    others = np.arange(prices.shape[1])[None, :] != symbols[:, None]
    return np.where(others & (symbols >= 0)[:, None], FORBIDDEN, prices)


def _shifted(bound: int, by: int) -> int:
    return bound if abs(bound) >= NO_BOUND else bound + by
