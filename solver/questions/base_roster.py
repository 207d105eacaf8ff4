"""The roster a question is asked of: the one given, else one solved for."""

from __future__ import annotations

from typing import Literal, NamedTuple

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.search import Budget, find_schedule

Source = Literal["given", "OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN"]
SOLVE_SHARE = 0.5  # of the time and work, at most, for a roster to ask about
LONGEST_SOLVE = 2.0  # seconds: the question is not which roster is best


class Base(NamedTuple):
    """A roster, or none, and where it comes from: given, or the status of its solve."""

    schedule: Schedule | None
    source: Source


def base_roster(problem: Problem, schedule: Schedule | None, budget: Budget) -> Base:
    """The roster given; else one that keeps every hard rule, found within a part of the budget."""
    if schedule is not None:
        return Base(schedule, "given")
    outcome, _ = find_schedule(problem, budget.part(SOLVE_SHARE, 0.0, LONGEST_SOLVE))
    return Base(outcome.schedule, outcome.status)
