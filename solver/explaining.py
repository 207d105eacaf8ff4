"""Explain a problem: whether its hard rules can hold together; if not, which cannot, and what would make them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from solver.domain.base import Frozen
from solver.domain.conflict import Conflict
from solver.domain.problem import Problem
from solver.domain.repair import Repair
from solver.explain.conflicts import conflicts_among, parts_of
from solver.explain.edits import PRICES
from solver.explain.repairs import MOST_REPAIRS, MOST_TRIES, find_repairs, solvable
from solver.search.budget import Budget

FEASIBILITY_SHARE = 0.5  # of the time, at most, to find out whether there is anything to explain
CONFLICTS_SHARE = 0.5  # of the time for explaining, at most; repairs have the rest


class Explanation(Frozen):
    """Why there is no schedule that keeps every hard rule, and what would make one possible.

    `status`: INFEASIBLE; FEASIBLE where such a schedule exists; UNKNOWN where time ran out before either was proved.
    """

    status: Literal["FEASIBLE", "INFEASIBLE", "UNKNOWN"]
    conflicts: tuple[Conflict, ...] = ()
    complete: bool = Field(default=False, description="whether no further conflict without a common fact exists")
    repairs: tuple[Repair, ...] = ()


def explain(
    problem: Problem,
    *,
    prices: Mapping[str, int] | None = None,
    most_repairs: int = MOST_REPAIRS,
    stop: threading.Event | None = None,
) -> Explanation:
    """Explain a problem within the limits of its options.

    `prices` replaces what some kinds of change cost, see `solver.explain.edits.PRICES`. Setting `stop` ends the search
    within a second with what is known.

    Raises
    ------
    ValueError
        A price is of no kind of change there is, or negative.
    """
    known = priced(prices or {})
    budget = Budget(problem.options.time_limit, problem.options.deterministic_limit, stop)
    feasible = solvable(problem, budget.part(FEASIBILITY_SHARE, 0.0))
    if feasible:
        return Explanation(status="FEASIBLE", complete=True)
    conflicts, complete, repairs = why_infeasible(problem, budget, known, most_repairs)
    status: Literal["INFEASIBLE", "UNKNOWN"] = "INFEASIBLE" if conflicts or feasible is False else "UNKNOWN"
    if complete and not conflicts and feasible is None:
        return Explanation(status="FEASIBLE", complete=True)
    return Explanation(status=status, conflicts=conflicts, complete=complete, repairs=repairs)


def priced(prices: Mapping[str, int]) -> dict[str, int]:
    """The usual prices with some of them replaced.

    Raises
    ------
    ValueError
        A price is of no kind of change there is, or negative.
    """
    for kind, price in prices.items():
        if kind not in PRICES:
            raise ValueError(f"{kind}: no kind of change; there are {', '.join(PRICES)}")
        if price < 0:
            raise ValueError(f"{kind}: a price is at least 0")
    return {**PRICES, **prices}


def why_infeasible(
    problem: Problem,
    budget: Budget,
    prices: Mapping[str, int] = PRICES,
    most_repairs: int = MOST_REPAIRS,
    tries: int = MOST_TRIES,
) -> tuple[tuple[Conflict, ...], bool, tuple[Repair, ...]]:
    """Conflicts, whether the family is complete, and repairs, all within the budget."""
    parts = parts_of(problem, budget)
    if parts is None:
        return (), False, ()
    conflicts, complete = conflicts_among(problem, parts.within(budget.part(CONFLICTS_SHARE, 0.0)))
    return conflicts, complete, find_repairs(problem, conflicts, parts, budget, most_repairs, prices, tries)
