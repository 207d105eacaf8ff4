"""From a problem to its model, within a budget."""

from __future__ import annotations

from collections.abc import Callable

from solver.domain.fact import Fact
from solver.domain.problem import Problem
from solver.model import Mode, OutOfTime, RosterModel
from solver.rules import all_rules
from solver.search.budget import Budget


def build(
    problem: Problem,
    mode: Mode,
    budget: Budget,
    keep: Callable[[Fact], bool] | None = None,
    spoken_for: Callable[[Fact], bool] | None = None,
) -> RosterModel | None:
    """The model of a problem with every rule in it; None where the budget does not last. See `RosterModel` for the rest."""
    try:
        model = RosterModel(problem, mode, keep, lambda: budget.spent, spoken_for)
        for rule in all_rules().values():
            rule.constrain(model, problem)
    except OutOfTime:
        return None
    return None if budget.spent else model
