"""The cheapest row of a person for given prices of the cells: an exact dynamic programme over days.

    V[d+1][q′, r′] = min { V[d][q, r] + price[d, k] + charge(q, k) : k takes (q, r) to (q′, r′) }

q is the state of the row's automaton, r the totals of its counters; the answer is min V[D][q, r] + Σ_j penalty_j(r_j).
Totals that no longer can end within their bounds are not followed. Integers throughout, so that the answer is exact.
Cost: days × states × totals × symbols steps of a nanosecond, less where there are many totals, which are taken several in
one step; compiled by numba, which releases the interpreter's lock, so that pricing runs beside CP-SAT's threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from solver.search.columns.rows import FOLLOWED, FORBIDDEN, MOST_COUNTERS, SCALE, Reach, RowAutomaton

Ints = NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., Any])
NOBODY = FORBIDDEN // 2
"""Costs from which nothing was reached: an unreached state stays beyond it however much the prices give back."""
TRIES = 15
NARROW = SCALE // 4
FIRST_EXTRA, FIRST_REFINED = 20 * SCALE, SCALE
"""What one unit of a broken slow counter costs first, also where that is refined; it triples with each try."""


def _compiled(function: F) -> F:
    """Compile at the first call; kept on disk for the next process where there is a place to write."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, njit(nogil=True)(function))


def cheapest_row(
    row: RowAutomaton, prices: Ints, counted: list[int] | None = None, extra: Ints | None = None
) -> tuple[int, Ints] | None:
    """The least cost of a row and the symbols on its days, the slow counters left aside; None where no row is possible.

    `prices`: days × symbols, FORBIDDEN where a cell cannot hold the symbol. `counted`: the counters to follow from the
    start, beside the first; one that turns out to be needed takes its place there for the next time. `extra`: what each
    unit that a counter counts costs more.
    """
    reach = _reach(row)
    followed = [0, *(counted or [])]
    while True:
        # A counter that is not followed makes the row cheaper or leaves it as it is: if the row keeps it, it is the answer.
        spare = FOLLOWED - len(followed)
        slots = followed + [-1] * spare
        one, two, three = (row.penalty[j] if j >= 0 else NOTHING for j in slots)
        picked = np.array(slots, np.int64)
        value, symbols = _cheapest(
            prices,
            row.kind_of_day,
            row.after,
            row.charge,
            row.adds,
            NO_EXTRA if extra is None else extra,
            picked,
            one,
            two,
            three,
            *reach,
            row.start,
        )
        if value >= FORBIDDEN:
            return None
        missed = _broken(row, symbols, followed)
        if not missed:
            return int(value), symbols
        followed = [*followed, *missed]
        if counted is not None:
            counted[:] = followed[1:]


def cheapest_possible_row(row: RowAutomaton, prices: Ints, refined: int = 0) -> Ints | None:
    """A cheap row that keeps the slow counters as well; None where none was found.

    What they count is made dearer, or cheaper, until they are kept, which is quick and mostly exact, but proves nothing. So
    many more tries, `refined`, halve what was done needlessly.
    """
    low, high = bounds_of(row)
    extra = before = np.zeros(len(row.penalty), np.int64)
    lower, upper = np.full(len(extra), -FORBIDDEN), np.full(len(extra), FORBIDDEN)  # too cheap, too dear
    first = FIRST_REFINED if refined else FIRST_EXTRA
    found = cheapest_at(row, prices, extra)
    for _ in range(TRIES):
        if found is None:
            return None
        way = away(totals_of(row, found[1]), low, high)
        if not way.any():
            break
        lower, upper = np.where(way > 0, extra, lower), np.where(way < 0, extra, upper)
        enclosed = (lower > -FORBIDDEN) & (upper < FORBIDDEN)
        narrow = enclosed & (upper - lower < NARROW)  # what was true beside the others' old prices is so no longer
        lower, upper = np.where(narrow & (way < 0), -FORBIDDEN, lower), np.where(narrow & (way > 0), FORBIDDEN, upper)
        outside = np.where((extra == 0) | narrow, extra + way * first, extra * 3)
        further = np.where(enclosed & ~narrow, (lower + upper) // 2, outside)
        before, extra = extra, np.where(way == 0, extra, further)
        found = cheapest_at(row, prices, extra)
    else:
        return None
    best = found
    for _ in range(refined if extra.any() else 0):
        between = (before + extra) // 2
        found = cheapest_at(row, prices, between)
        if found is None or away(totals_of(row, found[1]), low, high).any():
            before = between
            continue
        extra = between
        best = min(best, found, key=lambda pair: pair[0])
    return best[1]


def bounds_of(row: RowAutomaton) -> tuple[Ints, Ints]:
    """The least and the greatest total each slow counter may end with; other counters are not bounded here."""
    low, high = np.full(len(row.penalty), -FORBIDDEN), np.full(len(row.penalty), FORBIDDEN)
    for j in range(row.counters, len(row.penalty)):
        if len(row.penalty[j]) > 1:
            allowed = np.flatnonzero(row.penalty[j] < FORBIDDEN)
            low[j], high[j] = (allowed[0], allowed[-1]) if len(allowed) else (0, -1)
    return low, high


def totals_of(row: RowAutomaton, symbols: Ints) -> Ints:
    """What all counters come to."""
    return _totals(symbols, row.kind_of_day, row.after, row.adds, row.start)


def away(totals: Ints, low: Ints, high: Ints) -> Ints:
    """Of each counter: 1 if its total is too great, −1 if too small, else 0."""
    return (totals > high).astype(np.int64) - (totals < low)


def cheapest_at(row: RowAutomaton, prices: Ints, extra: Ints) -> tuple[int, Ints] | None:
    """The cheapest row where each unit counted costs so much more, and its value without that."""
    found = cheapest_row(row, prices, extra=extra)
    if found is None:
        return None
    return found[0] - int(totals_of(row, found[1]) @ extra), found[1]


def dearer(row: RowAutomaton, extra: Ints) -> RowAutomaton:
    """The automaton where each unit counted costs so much more; what can be reached, which is the same, is shared."""
    return replace(row, charge=_dearer(row.charge, row.adds, extra)) if extra.any() else row


def _broken(row: RowAutomaton, symbols: Ints, followed: list[int]) -> list[int]:
    """The quick counters, not followed, whose total costs something or is too high to be followed at all."""
    others = [j for j in range(row.counters) if j not in followed and len(row.penalty[j]) > 1]
    if not others:
        return []
    totals = totals_of(row, symbols)
    return [j for j in others if totals[j] >= len(row.penalty[j]) or row.penalty[j][totals[j]] > 0]


NOTHING = np.zeros(1, np.int64)
"""The penalties of a counter that is not followed."""
NO_EXTRA = np.zeros(MOST_COUNTERS, np.int64)


@_compiled
def _totals(symbols: Ints, kind_of_day: Ints, after: Ints, adds: Ints, start: int) -> Ints:
    totals = np.zeros(adds.shape[3], np.int64)
    q = start
    for d in range(len(symbols)):
        totals += adds[kind_of_day[d], q, symbols[d]]
        q = after[kind_of_day[d], q, symbols[d]]
    return totals


def _reach(row: RowAutomaton) -> Reach:
    if not row.reach:
        allowed = np.flatnonzero(row.penalty[0] < FORBIDDEN)
        bounds = (int(allowed[0]), int(allowed[-1])) if len(allowed) else (0, -1)
        least, most = _so_far(row.kind_of_day, row.after, row.adds, row.start)
        low, high = _still_possible(row.kind_of_day, row.after, row.adds, *bounds)
        least, most = np.maximum(least, low), np.minimum(most, high)
        ends = np.maximum(most - least + 1, 0).cumsum()
        row.reach.append(Reach(least, most, np.concatenate([[0], ends])))
    return row.reach[0]


@_compiled
def _so_far(kind_of_day: Ints, after: Ints, adds: Ints, start: int) -> tuple[Ints, Ints]:
    days, states, symbols = len(kind_of_day), after.shape[1], after.shape[2]
    least, most = np.full((days + 1, states), 1 << 40), np.full((days + 1, states), -1)
    least[0, start] = most[0, start] = 0
    for d in range(days):
        f = kind_of_day[d]
        for q in range(states):
            if most[d, q] < 0:
                continue
            for k in range(symbols):
                target = after[f, q, k]
                if target >= 0:
                    least[d + 1, target] = min(least[d + 1, target], least[d, q] + adds[f, q, k, 0])
                    most[d + 1, target] = max(most[d + 1, target], most[d, q] + adds[f, q, k, 0])
    return least, most


@_compiled
def _still_possible(kind_of_day: Ints, after: Ints, adds: Ints, low: int, high: int) -> tuple[Ints, Ints]:
    days, states, symbols = len(kind_of_day), after.shape[1], after.shape[2]
    least, most = np.zeros((days + 1, states), np.int64), np.zeros((days + 1, states), np.int64)
    for d in range(days - 1, -1, -1):
        f = kind_of_day[d]
        for q in range(states):
            small, great = 1 << 40, -(1 << 40)
            for k in range(symbols):
                target = after[f, q, k]
                if target >= 0:
                    small = min(small, least[d + 1, target] + adds[f, q, k, 0])
                    great = max(great, most[d + 1, target] + adds[f, q, k, 0])
            least[d, q], most[d, q] = small, great
    return np.maximum(low - most, 0), high - least


@_compiled
def _dearer(charge: Ints, adds: Ints, extra: Ints) -> Ints:
    for j in np.flatnonzero(extra):
        charge = charge + adds[:, :, :, j] * extra[j]
    return charge


@_compiled
def _take(
    old: Ints, here: int, new: Ints, there: int, came: NDArray[np.uint16], trace: int, size: int, cost: int, code: int
) -> None:
    i, j, t = np.uintp(here), np.uintp(there), np.uintp(trace)
    for r in range(np.uintp(size)):
        value = old[i + r] + cost
        if value < new[j + r]:
            new[j + r] = value
            came[t + r] = code


@_compiled
def _cheapest(
    prices: Ints,
    kind_of_day: Ints,
    after: Ints,
    charge: Ints,
    adds: Ints,
    extra: Ints,
    picked: Ints,
    penalty0: Ints,
    penalty1: Ints,
    penalty2: Ints,
    least: Ints,
    most: Ints,
    place: Ints,
    start: int,
) -> tuple[int, Ints]:
    days, states, symbols = len(kind_of_day), after.shape[1], after.shape[2]
    n0, n1, n2 = len(penalty0), len(penalty1), len(penalty2)
    size = n2 * n1 * n0
    came = np.empty(place[-1] * n2 * n1, np.uint16)
    now, then = np.empty(states * size, np.int64), np.empty(states * size, np.int64)
    alive, coming = np.zeros(states, np.bool_), np.zeros(states, np.bool_)
    now[start * size : (start + 1) * size] = FORBIDDEN
    now[start * size] = 0
    alive[start] = True
    charge = _dearer(charge, adds, extra)
    for d in range(days):
        f = kind_of_day[d]
        coming[:] = False
        for q in range(states):
            if not alive[q]:
                continue
            for k in range(symbols):
                target = after[f, q, k]
                if target < 0 or prices[d, k] >= FORBIDDEN:
                    continue
                a0 = adds[f, q, k, 0]
                a1 = adds[f, q, k, picked[1]] if n1 > 1 else 0
                a2 = adds[f, q, k, picked[2]] if n2 > 1 else 0
                first, last = max(least[d, q], least[d + 1, target] - a0), min(most[d, q], most[d + 1, target] - a0)
                if first > last:
                    continue
                if not coming[target]:
                    coming[target] = True
                    for block in range(target * size, (target + 1) * size, n0):
                        then[block + least[d + 1, target] : block + most[d + 1, target] + 1] = FORBIDDEN
                cost = prices[d, k] + charge[f, q, k]
                code = q * symbols + k
                at = place[(d + 1) * states + target]
                width = place[(d + 1) * states + target + 1] - at
                for r2 in range(n2 - a2):
                    for r1 in range(n1 - a1):
                        old, new = r2 * n1 + r1, (r2 + a2) * n1 + r1 + a1
                        i, j = q * size + old * n0 + first, target * size + new * n0 + first + a0
                        t = at * n2 * n1 + new * width + first + a0 - least[d + 1, target]
                        _take(now, i, then, j, came, t, last + 1 - first, cost, code)
        now, then = then, now
        alive, coming = coming, alive
    best = NOBODY
    end = (-1, 0, 0, 0)
    for q in range(states):
        if alive[q]:
            for r2 in range(n2):
                for r1 in range(n1):
                    for r0 in range(least[days, q], most[days, q] + 1):
                        value = now[q * size + (r2 * n1 + r1) * n0 + r0] + penalty0[r0] + penalty1[r1] + penalty2[r2]
                        if value < best:
                            best, end = value, (q, r2, r1, r0)
    chosen = np.full(days, -1, np.int64)
    if end[0] < 0:
        return FORBIDDEN, chosen
    q, r2, r1, r0 = end
    for d in range(days - 1, -1, -1):
        at = place[(d + 1) * states + q]
        width = place[(d + 1) * states + q + 1] - at
        q, k = divmod(np.int64(came[at * n2 * n1 + (r2 * n1 + r1) * width + r0 - least[d + 1, q]]), symbols)
        f = kind_of_day[d]
        chosen[d] = k
        r0 -= adds[f, q, k, 0]
        r1 -= adds[f, q, k, picked[1]] if n1 > 1 else 0
        r2 -= adds[f, q, k, picked[2]] if n2 > 1 else 0
    return best, chosen


class Charge(NamedTuple):
    """What the automaton charges for a row; whether the row keeps the slow counters too; the totals of all counters."""

    cost: int
    possible: bool
    totals: Ints


def cost_of(row: RowAutomaton, symbols: Ints) -> Charge | None:
    """What the automaton says of a row; None where it is refused."""
    totals, cost, refused = _charged(symbols, row.kind_of_day, row.after, row.charge, row.adds, row.start)
    if refused:
        return None
    possible = True
    for j, (total, penalty) in enumerate(zip(totals.tolist(), row.penalty, strict=True)):
        if len(penalty) == 1:
            continue
        if total >= len(penalty) or penalty[total] >= FORBIDDEN:
            if j < row.counters:
                return None
            possible = False
        elif j < row.counters:
            cost += int(penalty[total])
    return Charge(cost, possible, totals)


@_compiled
def _charged(symbols: Ints, kind_of_day: Ints, after: Ints, charge: Ints, adds: Ints, start: int) -> tuple[Ints, int, bool]:
    totals = np.zeros(adds.shape[3], np.int64)
    q, cost = start, 0
    for d in range(len(symbols)):
        f, k = kind_of_day[d], symbols[d]
        if after[f, q, k] < 0:
            return totals, 0, True
        cost += charge[f, q, k]
        totals += adds[f, q, k]
        q = after[f, q, k]
    return totals, cost, False
