"""Where the hard rules contradict each other: the schedule that breaks the least of them."""

from __future__ import annotations

from solver.domain.problem import Problem
from solver.model import Mode
from solver.search.budget import Budget
from solver.search.building import build
from solver.search.cp_sat import minimise
from solver.search.outcome import OnProgress, Outcome, reporter
from solver.search.start import first_roster, hint_from

FIRST_SHARE = 0.6  # of the budget, for the least hard penalty


def find_least_breach(problem: Problem, budget: Budget, on_progress: OnProgress | None = None) -> tuple[Outcome, bool]:
    """The schedule of the least hard penalty, then the least soft penalty (lexicographic); structural facts hold.

    The flag tells whether the first stage was proved, without which the second stage's bound means nothing.
    """
    start = first_roster(problem)
    model = build(problem, Mode.RELAX, budget)
    if model is None:
        return Outcome.nothing(start), False
    hint_from(model, start)
    first = minimise(model, model.hard_cost, budget.part(FIRST_SHARE, 0.0), problem.options)
    if first.schedule is None or first.objective is None:
        return Outcome.nothing(start), False
    proved = first.status == "OPTIMAL"
    if budget.spent:
        return first, False
    model.cp.add(model.hard_cost.expression() <= first.objective)
    model.clear_hints()
    hint_from(model, first.schedule)
    second = minimise(model, model.soft_cost, budget, problem.options, reporter(budget, "relax", on_progress))
    return (second, proved) if second.schedule is not None else (first, False)
