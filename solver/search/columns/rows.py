"""What one person's row may be and what it costs, as an automaton that reads the row day by day.

The automata of the single rules (`automata`) run side by side; a `RowAutomaton` is the table of the states they reach
together. Totals over the period (minutes, weekends, counts) are counters beside the state.

`spoken_for` says of a fact whether the person's automaton takes care of it, so that nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.domain.fact import Fact
from solver.domain.problem import Problem
from solver.search.columns.automata import FORBIDDEN, Counter, Key, Part, State, counters_of, parts_of

__all__ = ["FOLLOWED", "FORBIDDEN", "SCALE", "Reach", "RowAutomaton", "Rows"]

SCALE = 1 << 16
"""Prices are multiples of 1/SCALE: a bound computed from them in integers is exact."""
MOST_STATES = 600
MOST_MOVES = 1 << 16  # a state and a symbol, as one number of a path; see `pricing`
MOST_COUNTERS = 12
FOLLOWED = 3  # counters at a time; see `pricing`
MOST_WORK = 200_000  # days × symbols × combinations of counter values; with more, counters are left to the linear rows


Steps = dict[tuple[State, Hashable, str], tuple[State, int] | None]
"""What a part's steps from a state, on such a day, by a symbol lead to."""


class Reach(NamedTuple):
    """By day and state: the least and the greatest total of the first counter that leads there and can still end in bounds.

    `place`: of each day and state, in a row, where those totals begin if all stand one after another; and the end.
    """

    least: NDArray[np.int64]
    most: NDArray[np.int64]
    place: NDArray[np.int64]


@dataclass(frozen=True)
class RowAutomaton:
    """Tables of a person's row. F kinds of days, Q states, K symbols; −1 in `after` is a refusal.

    `penalty[j][r]` is what counter j costs at total r; its length bounds the counter. The first `counters` of them are
    followed whenever they have to be. The others, which would take long, are hard; the master keeps those with `limits`
    (counter → least and greatest total), linear rows the rest, and a row of a person that must keep them by itself is
    looked for by prices.
    """

    symbols: tuple[str, ...]
    days: tuple[date, ...]
    kind_of_day: NDArray[np.int64]
    after: NDArray[np.int64]  # F × Q × K
    charge: NDArray[np.int64]  # F × Q × K
    adds: NDArray[np.int64]  # F × Q × K × J
    penalty: tuple[NDArray[np.int64], ...]  # J of them
    counters: int
    start: int
    limits: dict[int, tuple[int, int]] = field(default_factory=dict)
    spoken_for: frozenset[Key] = field(default=frozenset())
    reach: list[Reach] = field(default_factory=list)  # worked out once, by `pricing`


class Rows:
    """The automata of everybody, made once for people of whom the same is asked."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.symbols = tuple(problem.shift_by_symbol)
        self._made: dict[Hashable, RowAutomaton] = {}
        self._steps: dict[Hashable, Steps] = {}  # by what a part is: most are many people's
        self.of = {p.id: self._automaton(p.id) for p in problem.staff if problem.employed_days(p.id)}

    @cached_property
    def scaled(self) -> dict[str, RowAutomaton]:
        """The same automata with charges in 1/SCALE, as prices come."""
        made = {id(row): _scaled(row) for row in self._made.values()}
        return {staff: made[id(row)] for staff, row in self.of.items()}

    def spoken_for(self, fact: Fact) -> bool:
        """Whether somebody's automaton takes care of the fact."""
        if len(fact.staff_ids) != 1 or fact.staff_ids[0] not in self.of:
            return False
        return (fact.rule, fact.path) in self.of[fact.staff_ids[0]].spoken_for

    def _automaton(self, staff: str) -> RowAutomaton:
        parts, counters = parts_of(self.problem, staff), counters_of(self.problem, staff)
        days = self.problem.employed_days(staff)
        counters, fitting = _fitting(counters, MOST_WORK // (len(days) * len(self.symbols)))
        signature = (days, tuple(map(_signature, parts)), tuple(map(_signature, counters)))
        if signature not in self._made:
            while (made := _compile(self.symbols, days, parts, counters, fitting, self._steps)) is None:
                parts = parts[:-1]
            self._made[signature] = made
        return self._made[signature]


def _scaled(row: RowAutomaton) -> RowAutomaton:
    penalty = tuple(np.where(p >= FORBIDDEN, FORBIDDEN, p * SCALE) for p in row.penalty)
    return replace(row, charge=row.charge * SCALE, penalty=penalty)


def _signature(part: object) -> Hashable:
    return repr(part)


def _fitting(counters: list[Counter], most: int) -> tuple[list[Counter], int]:
    """The counters worth having, and how many of them are quick enough to follow together; the first is in any case.

    Of the others the hard ones are kept at the end.
    """
    quick: list[Counter] = []
    slow: list[Counter] = []
    size = 1
    for counter in counters:
        values = _top(counter) + 2
        if not quick or (len(quick) < FOLLOWED and size * values <= most):
            size *= values
            quick.append(counter)
        elif counter.high_price == FORBIDDEN:
            slow.append(counter)
    return [*quick, *slow[: MOST_COUNTERS - len(quick)]], len(quick)


def _top(counter: Counter) -> int:
    """The greatest total worth telling apart."""
    most = max(counter.values.values(), default=1) * max(1, len(counter.days))
    if counter.high_price == FORBIDDEN:
        return min(counter.high, most) // counter.unit
    return most // counter.unit


def _penalties(counter: Counter | None) -> NDArray[np.int64]:
    if counter is None:
        return np.zeros(1, np.int64)
    totals = np.arange(_top(counter) + 2, dtype=np.int64) * counter.unit  # one beyond, so that a counter has two at least
    below, above = np.maximum(counter.low - totals, 0), np.maximum(totals - counter.high, 0)
    made = np.zeros(len(totals), np.int64)
    for amount, price in ((below, counter.low_price), (above, counter.high_price)):
        made += np.where(amount > 0, FORBIDDEN, 0) if price == FORBIDDEN else amount * price
    return np.minimum(made, FORBIDDEN)


def _compile(
    symbols: tuple[str, ...],
    days: tuple[date, ...],
    parts: Sequence[Part],
    counters: Sequence[Counter],
    fitting: int,
    known: dict[Hashable, Steps],
) -> RowAutomaton | None:
    """Run the parts side by side over the days; None where they reach too many states. `known`: steps they have taken."""
    steppers = [*parts, *(c.steps for c in counters if c.steps is not None)]
    remembered = [(part, known.setdefault(_signature(part), {})) for part in steppers]
    counted = [c.steps is not None for c in counters]
    features = [(*(p.feature(d) for p in steppers), *(d in c.days for c in counters)) for d in days]
    kinds = {f: i for i, f in enumerate(dict.fromkeys(features))}
    order = [tuple(p.start() for p in steppers)]
    states: dict[tuple[State, ...], int] = {order[0]: 0}
    rows: dict[tuple[int, int], list[tuple[int, int, tuple[int, ...]]]] = {}  # (kind of day, state) → by symbol
    targets: dict[tuple[int, int], set[int]] = {}
    reached = {0}
    for feature in features:
        following: set[int] = set()
        for q in reached:
            key = (kinds[feature], q)
            if key in rows:
                following |= targets[key]
                continue
            row = rows[key] = []
            leads = targets[key] = set()
            for symbol in symbols:
                taken = _step(remembered, len(parts), order[q], feature, symbol)
                if taken is None:
                    row.append((-1, 0, (0,) * MOST_COUNTERS))
                    continue
                new, cost, ones = taken
                if new not in states:
                    states[new] = len(order)
                    order.append(new)
                    if len(order) > min(MOST_STATES, MOST_MOVES // len(symbols)):
                        return None
                leads.add(states[new])
                units = iter(ones)
                adds = [
                    next(units) if counted[j] else (c.values.get(symbol, 0) // c.unit if feature[len(steppers) + j] else 0)
                    for j, c in enumerate(counters)
                ]
                row.append((states[new], cost, (*adds, *(0,) * (MOST_COUNTERS - len(adds)))))
            following |= leads
        reached = following
    shape = (len(kinds), len(states), len(symbols))
    after, charge = np.full(shape, -1, np.int64), np.zeros(shape, np.int64)
    added = np.zeros((*shape, MOST_COUNTERS), np.int64)
    for (kind, q), row in rows.items():
        for k, (target, cost, counts) in enumerate(row):
            after[kind, q, k], charge[kind, q, k], added[kind, q, k] = target, cost, counts
    padded = [*counters, *[None] * (MOST_COUNTERS - len(counters))]
    penalty = tuple(map(_penalties, padded))
    limits = {j: found for j in range(fitting, len(counters)) if (found := _limits(penalty[j])) is not None}
    kept = [c.keys for j, c in enumerate(counters) if j < fitting or j in limits]
    return RowAutomaton(
        symbols,
        days,
        np.array([kinds[f] for f in features], np.int64),
        after,
        charge,
        added,
        penalty,
        fitting,
        0,
        limits,
        frozenset(key for keys in [*(p.keys for p in parts), *kept] for key in keys),
    )


def _limits(penalty: NDArray[np.int64]) -> tuple[int, int] | None:
    """The least and the greatest total allowed, of a counter that costs nothing in between."""
    free, allowed = np.flatnonzero(penalty == 0), np.flatnonzero(penalty < FORBIDDEN)
    if len(free) == 0 or not np.array_equal(free, allowed):
        return None
    return int(free[0]), int(free[-1])


def _step(
    steppers: Sequence[tuple[Part, Steps]],
    priced: int,
    state: tuple[State, ...],
    feature: tuple[Hashable, ...],
    symbol: str,
) -> tuple[tuple[State, ...], int, list[int]] | None:
    """All parts read a symbol; the charges of those beyond the first `priced` are counts, not costs."""
    new: list[State] = []
    cost, ones = 0, []
    for i, (part, steps) in enumerate(steppers):
        step = (state[i], feature[i], symbol)
        if step not in steps:
            steps[step] = part.step(*step)
        taken = steps[step]
        if taken is None:
            return None
        new.append(taken[0])
        if i < priced:
            cost += taken[1]
        else:
            ones.append(taken[1])
    return tuple(new), cost, ones
