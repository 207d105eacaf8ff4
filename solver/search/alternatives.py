"""Alternatives: schedules of near-equal penalty that differ from each other as much as they can.

One after another, each minimises the cells it shares with those found so far (max-sum diversity, found greedily; Hebrard,
Hnich, O'Sullivan and Walsh, "Finding Diverse and Similar Solutions in Constraint Programming", AAAI 2005):

    min Σ_i Σ_{s,d} x[s, d, roster_i(s, d)]      subject to   soft penalty ≤ best + ⌊best · NEAR⌋
"""

from __future__ import annotations

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Cost, Mode
from solver.search.budget import Budget
from solver.search.building import build
from solver.search.cp_sat import minimise
from solver.search.outcome import Outcome
from solver.search.start import hint_from

NEAR = 0.05  # above the best penalty


def find_alternatives(
    problem: Problem, first: Schedule, penalty: int, count: int, budget: Budget
) -> tuple[list[Outcome], bool]:
    """At most `count` further schedules, none twice; the flag tells whether it is proved that there are no more."""
    found: list[Outcome] = []
    model = None if budget.spent else build(problem, Mode.SOLVE, budget)
    if model is None:
        return found, False
    model.cp.add(model.soft_cost.expression() <= penalty + int(penalty * NEAR))
    shared, last = Cost(), first
    while len(found) < count and not budget.spent:
        cells = [model.x(staff, day, symbol) for staff in last.staff_ids for day, symbol in last.row(staff).items()]
        for lit in cells:
            shared.add(1, lit)
        model.at_most(cells, len(cells) - 1)
        model.clear_hints()
        hint_from(model, last)
        outcome = minimise(model, shared, budget.part(1 / (count - len(found)), 0.0), problem.options)
        if outcome.schedule is None:
            return found, outcome.status == "INFEASIBLE"
        found.append(outcome)
        last = outcome.schedule
    return found, False
