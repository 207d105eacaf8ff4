"""Search: from a problem to a schedule and a bound.

`find_schedule` keeps every hard rule; `find_least_breach` is for problems where that cannot be. Both take a budget and
answer with an `Outcome`, so that other searches can stand beside plain CP-SAT.
"""

from __future__ import annotations

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Mode, RosterModel
from solver.rules import all_rules
from solver.search.budget import Budget
from solver.search.cp_sat import Better, minimise
from solver.search.outcome import OnProgress, Outcome, Phase, Progress
from solver.search.start import first_roster, hint_from

__all__ = ["Budget", "OnProgress", "Outcome", "Progress", "build", "find_least_breach", "find_schedule"]


def build(problem: Problem, mode: Mode) -> RosterModel:
    """The model of a problem with every rule in it."""
    model = RosterModel(problem, mode)
    for rule in all_rules().values():
        rule.constrain(model, problem)
    return model


def find_schedule(model: RosterModel, budget: Budget, on_progress: OnProgress | None = None) -> Outcome:
    """The schedule of the least soft penalty that keeps every hard rule."""
    problem = model.problem
    hint_from(model, first_roster(problem))
    return minimise(model, model.soft_cost, budget, problem.options, _reporter(budget, "solve", on_progress))


def find_least_breach(problem: Problem, budget: Budget, on_progress: OnProgress | None = None) -> tuple[Outcome, bool]:
    """The schedule of the least hard penalty, then the least soft penalty (lexicographic); structural facts hold.

    The flag tells whether the first stage was proved, without which the second stage's bound means nothing.
    """
    model = build(problem, Mode.RELAX)
    start = first_roster(problem)
    hint_from(model, start)
    first = minimise(model, model.hard_cost, budget.part(0.6, 0.0), problem.options)
    if first.schedule is None or first.objective is None:
        return Outcome("UNKNOWN", start, None, None, None, first.seconds, None, first.work), False
    proved = first.status == "OPTIMAL"
    if budget.spent:
        return first, False
    model.cp.add(model.hard_cost.expression() <= first.objective)
    model.clear_hints()
    hint_from(model, first.schedule)
    second = minimise(model, model.soft_cost, budget, problem.options, _reporter(budget, "relax", on_progress))
    return (second, proved) if second.schedule is not None else (first, False)


def _reporter(budget: Budget, phase: Phase, on_progress: OnProgress | None) -> Better | None:
    if on_progress is None:
        return None
    tell = on_progress

    def better(objective: int | None, bound: int | None, schedule: Schedule | None) -> None:
        tell(Progress(budget.elapsed, objective, bound, schedule, phase))

    return better
