"""Diving: from the fractional optimum to whole rows, some cells at a time, with new rows priced on the way down.

Each person is led by the heaviest row that may be his; its cells on which his other rows agree the most are settled for
good, and everybody's rows are priced again around what is settled, until nearly nothing can be gained by new ones. A row
that is settled whole leaves the others' rows to fit it; cells let all rows bend. The fewer cells are open, the fewer are
settled at a time, and fewer still where that makes the rest much dearer; but no more time is taken than there is. Around
a large master prices climb first (`ascent`), and one optimum over the rows they lead to has to do. Source:
Sadykov et al., *Primal heuristics for branch and price: the assets of diving methods*, INFORMS Journal on Computing
31(2), 2019; cells in place of columns after Burke and Curtois, *New approaches to nurse rostering benchmark instances*,
European Journal of Operational Research 237, 2014.
"""

from __future__ import annotations

import math
import random
from typing import NamedTuple

import numpy as np

from solver.search.budget import Budget
from solver.search.columns.generate import Generation
from solver.search.columns.lagrangian import Column
from solver.search.columns.pricing import Ints

SURE = 0.9  # weight from which a cell is settled without asking
SHARE = 0.2  # of the open cells, at least, settled at a time
FREE = 0.02  # how much dearer the rest may become where settling is said to cost nothing
TRIES = 3  # how often that is halved
LUCK = 0.4  # how much chance may take off a weight


class Manner(NamedTuple):
    """How a dive goes about it.

    `climbs`: for how many steps prices climb before the master's first optimum. `near`: how near to that the bound has to
    come in between, or, for rounds that hardly gain, until `patience` is at an end; `nearer` and `longer` where the rest
    became dearer by a share, the `jump`, before fewer cells are settled. `share`: of the open cells settled at a time, the
    most there is when it costs nothing.
    """

    climbs: int
    near: float
    patience: int
    nearer: float
    longer: int
    jump: float
    share: float


CAREFUL = Manner(0, 5e-4, 2, 5e-4, 3, 0.05, SHARE)
QUICK = Manner(30, math.inf, 1, 5e-3, 1, 0.25, 0.5)
"""Where the master is large: one optimum takes seconds, and what is lost is won back by rows made anew."""


class Cell(NamedTuple):
    """An open cell of a person, the symbol of his leading row there, and how much of his rows agree."""

    weight: float
    staff: str
    day: int
    symbol: int


def dive(
    generation: Generation, budget: Budget, below: float = math.inf, chance: random.Random | None = None
) -> dict[str, Ints] | None:
    """A roster; None where none below a cost seems to be left. If time runs out, everybody has his leading row.

    With `chance` cells of nearly the same weight take turns, so that another dive ends elsewhere.
    """
    cells = {s: np.full(len(generation.lagrangian.rows.of[s].days), -1, np.int64) for s in generation.people}
    total = sum(row.size for row in cells.values())
    left = generation
    manner = QUICK if generation.large else CAREFUL
    began, share = budget.elapsed, SHARE
    while left.people:
        if left.solved is None or left.solved.value >= below:
            return None
        leading = leading_rows(left)
        if leading is None:
            return None
        ranked = _ranked(left, leading, cells, chance)
        spent = budget.elapsed - began
        # What is settled first is beyond doubt; it halves the work before anything is asked of it.
        behind = left is generation or spent / (spent + budget.seconds) > 1 - len(ranked) / total
        settled, following = _settle(left, ranked, cells, budget, manner, share, hurry=behind)
        if following.people and budget.spent:
            return cells | {staff: column.row for staff, column in leading.items()}
        free = _value(following) <= left.solved.value * (1 + FREE)
        share = min(manner.share, 2 * share) if free else SHARE
        cells, left = settled, following
    return cells


def _settle(
    left: Generation,
    ranked: list[Cell],
    cells: dict[str, Ints],
    budget: Budget,
    manner: Manner,
    share: float,
    *,
    hurry: bool,
) -> tuple[dict[str, Ints], Generation]:
    """Settle the cells of most weight: as many as do not make the rest much dearer; in a `hurry` whatever comes of it."""
    assert left.solved is not None
    at_least = max(1, int(len(ranked) * share))
    chosen = [cell for i, cell in enumerate(ranked) if i < at_least or cell.weight >= SURE]
    fair = math.inf if hurry else left.solved.value * (1 + manner.jump)
    for _ in range(TRIES + 1):
        settled = {staff: row.copy() for staff, row in cells.items()}
        for cell in chosen:
            settled[cell.staff][cell.day] = cell.symbol
        following = left.rest(settled)
        if manner.climbs:
            following.climb(budget, steps=manner.climbs)
        following.run(budget, near=manner.near, patience=1 if hurry else manner.patience)
        if _value(following) > fair:
            following.run(budget, near=manner.nearer, patience=manner.longer)
        if len(chosen) == 1 or _value(following) <= fair or budget.spent:
            break
        chosen = chosen[: len(chosen) // 2]
    return settled, following


def _value(left: Generation) -> float:
    return left.solved.value if left.solved is not None else math.inf if left.people else -math.inf


def leading_rows(left: Generation) -> dict[str, Column] | None:
    """Everybody's row of most weight in the last optimum that may be his; None where somebody has none."""
    assert left.solved is not None
    best: dict[str, tuple[float, Column]] = {}
    for column, weight in left.solved.weights:
        if column.possible and weight > best.get(column.staff, (0.0, None))[0]:
            best[column.staff] = (weight, column)
    found = {staff: column for staff, (_, column) in best.items()}
    for staff in left.people:
        if staff not in found:
            made = left.possible(staff, left.solved.prices)
            if made is None:
                return None
            found[staff] = made
    return found


def _ranked(
    left: Generation, leading: dict[str, Column], cells: dict[str, Ints], chance: random.Random | None
) -> list[Cell]:
    """The open cells, those of most weight first."""
    assert left.solved is not None
    agreeing = {staff: np.zeros(len(cells[staff])) for staff in left.people}
    for column, weight in left.solved.weights:
        agreeing[column.staff] += weight * (column.row == leading[column.staff].row)
    found = [
        Cell(float(agreeing[staff][day]), staff, int(day), int(leading[staff].row[day]))
        for staff in left.people
        for day in np.flatnonzero(cells[staff] < 0)
    ]
    return sorted(found, key=lambda cell: -cell.weight * (chance.uniform(1 - LUCK, 1) if chance else 1.0))
