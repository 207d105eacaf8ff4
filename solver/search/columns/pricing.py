"""The cheapest row of a person for given prices of the cells: an exact dynamic programme over days.

    V[d][q, r] = min { price[d, k] + charge(q, k) + V[d+1][q′, r′] : k takes (q, r) to (q′, r′) }
    V[D][q, r] = penalty_0(r)

q is the state of the row's automaton, r the total of its first counter; V[0][start, 0] is the answer where the other
counters cost nothing. Where they do, labels (q, all totals) are followed from the first day on, and V tells which of them
can no longer lead to a row within a limit: Desaulniers, Desrosiers and Solomon (eds.), *Column Generation*, 2005, ch. 2.
Integers throughout, so that the answer is exact. Cost: days × states × totals × symbols steps of about a nanosecond, and
some ten for each label; compiled by numba, which releases the interpreter's lock, so that pricing runs beside CP-SAT's
threads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from solver.search.columns.rows import FORBIDDEN, SCALE, RowAutomaton

Ints = NDArray[np.int64]
F = TypeVar("F", bound=Callable[..., Any])
NOBODY = FORBIDDEN // 2
"""Costs from which nothing was reached: an unreached state stays beyond it however much the prices give back."""
FIRST_MORE, MORE = SCALE // 4, 4  # how much dearer than the least possible a row may be at first, and how that grows
TRIES = 15
FIRST_EXTRA = 20 * SCALE  # what one unit of a broken slow counter costs first; it triples with each try


def _compiled(function: F) -> F:
    """Compile at the first call; kept on disk for the next process where there is a place to write."""
    try:
        return cast(F, njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast(F, njit(nogil=True)(function))


def cheapest_row(
    row: RowAutomaton, prices: Ints, counted: list[int] | None = None, known: int | None = None
) -> tuple[int, Ints] | None:
    """The least cost of a row and the symbols on its days, the slow counters left aside; None where no row is possible.

    `prices`: days × symbols, FORBIDDEN where a cell cannot hold the symbol. `counted`: the counters to follow beside the
    first as soon as one has to be; those that turn out to be needed are added for the next time. `known`: what some row is
    known to cost.
    """
    low, high = _reach(row)
    tables = (prices, row.kind_of_day, row.after, row.charge, row.adds)
    ahead = _costs_ahead(*tables, row.penalty[0], low, high)
    value = int(ahead[0, row.start, 0])
    if value >= NOBODY:
        return None
    symbols = _first_best(*tables, ahead, row.start)
    followed: list[int] = []
    while True:
        # A counter that is not followed makes the row cheaper or leaves it as it is: if the row keeps it, it is the answer.
        missed = [j for j in _broken(row, symbols) if 0 < j < row.counters and j not in followed]
        if not missed:
            return value, symbols
        followed = list(dict.fromkeys([*followed, *(counted or []), *missed]))
        if counted is not None:
            counted[:] = followed
        found = _counting(row, prices, ahead, followed, value, known)
        if found is None:
            return None
        value, symbols = found


def _counting(
    row: RowAutomaton, prices: Ints, ahead: Ints, followed: list[int], least: int, known: int | None
) -> tuple[int, Ints] | None:
    """The cheapest row with some counters followed, of which it is known that it costs `least` or more.

    Rows are looked for within a limit that grows until there is one.
    """
    width = max(len(row.penalty[j]) for j in followed)
    penalties = np.full((len(followed), width), FORBIDDEN, np.int64)
    for i, j in enumerate(followed):
        penalties[i, : len(row.penalty[j])] = row.penalty[j]
    tops = np.array([len(row.penalty[j]) for j in followed], np.int64)
    more = FIRST_MORE
    while True:
        limit = least + more if known is None or known < least else min(least + more, known)
        value, symbols, pruned = _cheapest_within(
            prices,
            row.kind_of_day,
            row.after,
            row.charge,
            row.adds,
            row.penalty[0],
            np.array(followed, np.int64),
            tops,
            penalties,
            ahead,
            row.start,
            limit,
        )
        if value <= limit or not pruned:
            return None if value >= NOBODY else (int(value), symbols)
        if value < NOBODY:
            known = int(value) if known is None else min(known, int(value))
        elif known is not None and limit >= known:
            known = None  # it was no row's after all
        more *= MORE


def cheapest_possible_row(row: RowAutomaton, prices: Ints) -> Ints | None:
    """A cheap row that keeps the slow counters as well; None where none was found.

    What they count is made dearer until they are kept, which is quick and mostly exact, but proves nothing.
    """
    extra = dict.fromkeys(range(row.counters, len(row.penalty)), 0)
    for _ in range(TRIES):
        dearer = sum((price * row.adds[..., j] for j, price in extra.items() if price), row.charge)
        found = cheapest_row(row if dearer is row.charge else with_charge(row, dearer), prices)
        if found is None:
            return None
        broken = [j for j in _broken(row, found[1]) if j >= row.counters]
        if not broken:
            return found[1]
        for j in broken:
            extra[j] = extra[j] * 3 or FIRST_EXTRA
    return None


def with_charge(row: RowAutomaton, charge: Ints) -> RowAutomaton:
    """The automaton with other charges; it shares what can still be reached, which does not depend on them."""
    return replace(row, charge=charge)


def _broken(row: RowAutomaton, symbols: Ints) -> list[int]:
    """The counters whose total costs something, or is too high to be followed at all."""
    totals = _totals(symbols, row.kind_of_day, row.after, row.adds, row.start)
    return [
        j
        for j, (penalty, total) in enumerate(zip(row.penalty, totals.tolist(), strict=True))
        if len(penalty) > 1 and (total >= len(penalty) or penalty[total] > 0)
    ]


@_compiled
def _totals(symbols: Ints, kind_of_day: Ints, after: Ints, adds: Ints, start: int) -> Ints:
    totals = np.zeros(adds.shape[3], np.int64)
    q = start
    for d in range(len(symbols)):
        totals += adds[kind_of_day[d], q, symbols[d]]
        q = after[kind_of_day[d], q, symbols[d]]
    return totals


def _reach(row: RowAutomaton) -> tuple[Ints, Ints]:
    """Least and greatest total of the first counter a state on a day can have, and still end within bounds."""
    if row.reach:
        return row.reach[0]
    allowed = np.flatnonzero(row.penalty[0] < FORBIDDEN)
    bounds = (int(allowed[0]), int(allowed[-1])) if len(allowed) else (0, -1)
    row.reach.append(_still_possible(row.kind_of_day, row.after, row.adds, row.start, *bounds))
    return row.reach[0]


@_compiled
def _still_possible(kind_of_day: Ints, after: Ints, adds: Ints, start: int, lowest: int, highest: int) -> tuple[Ints, Ints]:
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
    low, high = np.maximum(lowest - most, 0), highest - least
    small_so_far = np.full((days + 1, states), 1 << 40, np.int64)
    great_so_far = np.full((days + 1, states), -(1 << 40), np.int64)
    small_so_far[0, start] = great_so_far[0, start] = 0
    for d in range(days):
        f = kind_of_day[d]
        for q in range(states):
            for k in range(symbols):
                target = after[f, q, k]
                if target >= 0 and great_so_far[d, q] >= 0:
                    small_so_far[d + 1, target] = min(small_so_far[d + 1, target], small_so_far[d, q] + adds[f, q, k, 0])
                    great_so_far[d + 1, target] = max(great_so_far[d + 1, target], great_so_far[d, q] + adds[f, q, k, 0])
    return np.maximum(low, small_so_far), np.minimum(high, great_so_far)


@_compiled
def _costs_ahead(
    prices: Ints, kind_of_day: Ints, after: Ints, charge: Ints, adds: Ints, penalty: Ints, low: Ints, high: Ints
) -> Ints:
    """By day, state and total of the first counter: the least cost of all that follows, with that counter alone."""
    days, states, symbols, totals = len(kind_of_day), after.shape[1], after.shape[2], len(penalty)
    ahead = np.full((days + 1, states, totals), FORBIDDEN, np.int64)
    for q in range(states):
        ahead[days, q] = penalty
    for d in range(days - 1, -1, -1):
        f = kind_of_day[d]
        for q in range(states):
            here = ahead[d, q]
            for k in range(symbols):
                target = after[f, q, k]
                if target < 0 or prices[d, k] >= FORBIDDEN:
                    continue
                cost = prices[d, k] + charge[f, q, k]
                add = adds[f, q, k, 0]
                then = ahead[d + 1, target]
                first, last = max(0, low[d, q]), min(totals - 1 - add, high[d, q])
                for r in range(first, last + 1):
                    here[r] = min(here[r], cost + then[r + add])
            for r in range(totals):
                if here[r] >= NOBODY:
                    here[r] = FORBIDDEN
    return ahead


@_compiled
def _first_best(prices: Ints, kind_of_day: Ints, after: Ints, charge: Ints, adds: Ints, ahead: Ints, start: int) -> Ints:
    """The row that the costs ahead lead to."""
    days, symbols = len(kind_of_day), after.shape[2]
    chosen = np.full(days, -1, np.int64)
    q, r = start, 0
    for d in range(days):
        f = kind_of_day[d]
        for k in range(symbols):
            target = after[f, q, k]
            if target < 0 or prices[d, k] >= FORBIDDEN:
                continue
            total = r + adds[f, q, k, 0]
            if total < ahead.shape[2] and prices[d, k] + charge[f, q, k] + ahead[d + 1, target, total] == ahead[d, q, r]:
                chosen[d] = k
                break
        r += adds[f, q, chosen[d], 0]
        q = after[f, q, chosen[d]]
    return chosen


@_compiled
def _cheapest_within(
    prices: Ints,
    kind_of_day: Ints,
    after: Ints,
    charge: Ints,
    adds: Ints,
    penalty: Ints,
    picked: Ints,
    tops: Ints,
    penalties: Ints,
    ahead: Ints,
    start: int,
    limit: int,
) -> tuple[int, Ints, bool]:
    """The cheapest row with all counters followed, of those that cost no more than the limit; whether any was left aside.

    Labels: a state and all totals, with the least cost that leads there; those whose cost and costs ahead are beyond the
    limit are left aside.
    """
    days, symbols, first_totals, others = len(kind_of_day), after.shape[2], ahead.shape[2], len(picked)
    radix = np.ones(others + 1, np.int64)
    for j in range(others):
        radix[j + 1] = radix[j] * tops[j]
    combined = radix[others]
    room = 1 << 12
    keys, values, came = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    keys[0], values[0], came[0] = start * first_totals * combined, 0, -1
    begin, end = 0, 1
    table = np.full(1 << 12, -1, np.int64)
    totals = np.zeros(others, np.int64)
    pruned = False
    for d in range(days):
        f = kind_of_day[d]
        mask = len(table) - 1
        table[:] = -1
        count = end
        for i in range(begin, end):
            rest = keys[i] % combined
            r0 = (keys[i] // combined) % first_totals
            q = keys[i] // (combined * first_totals)
            for j in range(others):
                totals[j] = (rest // radix[j]) % tops[j]
            for k in range(symbols):
                target = after[f, q, k]
                if target < 0 or prices[d, k] >= FORBIDDEN:
                    continue
                total = r0 + adds[f, q, k, 0]
                if total >= first_totals:
                    continue
                value = values[i] + prices[d, k] + charge[f, q, k]
                if value + ahead[d + 1, target, total] > limit:
                    pruned = pruned or ahead[d + 1, target, total] < NOBODY
                    continue
                key = rest
                fits = True
                for j in range(others):
                    add = adds[f, q, k, picked[j]]
                    if add:
                        fits = fits and totals[j] + add < tops[j]
                        key += add * radix[j]
                if not fits:
                    continue
                key += (target * first_totals + total) * combined
                slot = key * 1000003
                slot = (slot ^ (slot >> 17)) & mask
                while table[slot] >= 0 and keys[table[slot]] != key:
                    slot = (slot + 1) & mask
                at = table[slot]
                if at >= 0:
                    if value < values[at]:
                        values[at], came[at] = value, i * symbols + k
                    continue
                if count == len(keys):
                    keys, values, came = _grown(keys), _grown(values), _grown(came)
                keys[count], values[count], came[count] = key, value, i * symbols + k
                table[slot] = count
                count += 1
                if 2 * (count - end) > len(table):
                    table = np.full(2 * len(table), -1, np.int64)
                    mask = len(table) - 1
                    for at in range(end, count):
                        slot = keys[at] * 1000003
                        slot = (slot ^ (slot >> 17)) & mask
                        while table[slot] >= 0:
                            slot = (slot + 1) & mask
                        table[slot] = at
        begin, end = end, count
    best, last = FORBIDDEN, -1
    for i in range(begin, end):
        rest = keys[i] % combined
        value = values[i] + penalty[(keys[i] // combined) % first_totals]
        for j in range(others):
            value += penalties[j, (rest // radix[j]) % tops[j]]
        if value < min(best, NOBODY):
            best, last = value, i
    chosen = np.full(days, -1, np.int64)
    for d in range(days - 1, -1, -1):
        if last >= 0:
            chosen[d] = came[last] % symbols
            last = came[last] // symbols
    return best, chosen, pruned


@_compiled
def _grown(values: Ints) -> Ints:
    grown = np.empty(2 * len(values), np.int64)
    grown[: len(values)] = values
    return grown


def cost_of(row: RowAutomaton, symbols: Ints) -> tuple[int, bool] | None:
    """What the automaton charges for a row, and whether the row keeps the slow counters too; None where it is refused."""
    totals, cost, refused = _charged(symbols, row.kind_of_day, row.after, row.charge, row.adds, row.start)
    if refused:
        return None
    keeps = True
    for j, (total, penalty) in enumerate(zip(totals.tolist(), row.penalty, strict=True)):
        if len(penalty) == 1:
            continue
        if total >= len(penalty) or penalty[total] >= FORBIDDEN:
            if j < row.counters:
                return None
            keeps = False
        elif j < row.counters:
            cost += int(penalty[total])
    return cost, keeps


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
