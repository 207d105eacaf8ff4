"""Search: from a problem to a schedule and a bound.

`find_schedule` keeps every hard rule; `find_least_breach` is for problems where that cannot be. Both take a budget and
answer with an `Outcome`, so that other searches can stand beside plain CP-SAT.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from solver.check import check
from solver.domain.fact import Fact, Score
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Mode, OutOfTime, RosterModel
from solver.rules import all_rules
from solver.search.budget import Budget
from solver.search.columns.warm import warm_up
from solver.search.complete import offer_roster
from solver.search.cp_sat import Patience, any_schedule, minimise, minimise_near, minimise_while, threads_of, workers_of
from solver.search.daily import day_by_day
from solver.search.incumbent import Better, Incumbent
from solver.search.nearby import all_cells, kept_cells
from solver.search.outcome import OnProgress, Outcome, Phase, Progress, SearchStatus, Size
from solver.search.start import first_roster, hint_from, is_large, is_wide

__all__ = ["Budget", "OnProgress", "Outcome", "Progress", "Size", "build", "find_least_breach", "find_schedule"]

START_ABOVE = 100_000
"""Variables from which CP-SAT, burdened with the objective, may find no schedule at all in its time. Below, starting
from a schedule that was found without the objective costs more quality than it saves time (measured)."""
LEAST_FOR_TWO = 2.0  # seconds; with less a second phase would hardly have begun
DIRECT = Patience(share=0.05, seconds=3.0)
"""How long CP-SAT works on the whole before it has to be close to a proof."""
DIRECT_COUPLED = Patience(share=0.3, seconds=8.0)
"""The same where groups and their backups couple people closely: there it gets further by itself (measured)."""
START_SHARE = 0.5  # of the budget, at most, for such a first schedule
WORTH_IT = 1.5  # times as long as building took: with less left, a large model would hardly have been read
JUDGING = 2.0  # times as long as a check: what the answer takes at the end
WARM_AFTER = 1.5  # seconds of CP-SAT on the whole; most problems are done by then and need no pricing
NEAR_SHARE = 0.3  # of the budget, at most, for a first schedule near a published one


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


def find_schedule(
    problem: Problem, budget: Budget, on_progress: OnProgress | None = None, given: Schedule | None = None
) -> tuple[Outcome, Size]:
    """The schedule of the least soft penalty that keeps every hard rule, and the size of the model built for it.

    One that is `given` is where the search begins; it is judged by the model first, and left aside if it does not fit.
    A roster made day by day stands before any model is built, and is the answer where nothing better comes.
    Where work is limited CP-SAT alone searches (from the roster made day by day, where the team is large): blocks, column
    generation and large neighbourhood search share their time by the clock, so with them two runs would differ.
    """
    better = _reporter(budget, "solve", on_progress)
    start: Outcome | None = None
    spare: Outcome | None = None  # a roster for the case that none is found; CP-SAT does better without it from the start
    roster, large = first_roster(problem), is_large(problem)
    if given is None and problem.baseline is None and (large or budget.work is None):
        planned, found, seconds = _without_model(problem, budget, roster, better)
        roster, start, spare = (planned, found, None) if large else (roster, None, found)
        budget = budget.sooner(JUDGING * seconds)
    two_phases = budget.work is None and budget.seconds > LEAST_FOR_TWO
    # Without groups people are mostly coupled by counts, and columns have a first roster sooner.
    by_columns = two_phases and not problem.groups
    making = _Making(problem, budget, roster)
    kept = kept_cells(problem) if given is None else all_cells(problem, given)
    if by_columns and is_wide(problem) and kept is None and start is None and spare is None:
        return _columns_first(problem, making, budget, better), making.size
    try:
        model = making()
    except OutOfTime:
        return start or spare or Outcome.nothing(making.size.build_seconds), making.size
    size = making.size
    if start is not None and budget.work is None and budget.seconds < WORTH_IT * size.build_seconds:
        return start, size
    if kept is not None:
        start = minimise_near(model, kept, model.soft_cost, budget.part(NEAR_SHARE, 0.0), problem.options, better)
    if (start is None or start.schedule is None) and size.variables > START_ABOVE and not by_columns:
        start = any_schedule(model, model.soft_cost, budget.part(START_SHARE, 0.0), problem.options, better)
        if start.status == "INFEASIBLE":
            return start, size
    if two_phases:
        outcome = _in_two_phases(problem, model, budget, better, start)
    else:
        outcome = minimise(model, model.soft_cost, budget, problem.options, better)
    for known in (start, spare):
        if known is not None and known.schedule is not None:
            outcome = outcome.after(known)
    return outcome, size


class _Making:
    """Makes the model of a problem with a hint in it, and knows its size from then on; `OutOfTime` if that took too long."""

    def __init__(self, problem: Problem, budget: Budget, hint: Schedule) -> None:
        self._problem, self._budget, self._hint = problem, budget, hint
        self.size = Size(0, 0, 0.0)

    def __call__(self) -> RosterModel:
        began = self._budget.elapsed
        model = build(self._problem, Mode.SOLVE, self._budget)
        seconds = self._budget.elapsed - began
        if model is None:
            self.size = Size(0, 0, seconds)
            raise OutOfTime
        self.size = Size(len(model.cp.proto.variables), len(model.cp.proto.constraints), seconds)
        hint_from(model, self._hint)
        return model


def _without_model(
    problem: Problem, budget: Budget, roster: Schedule, better: Better | None
) -> tuple[Schedule, Outcome | None, float]:
    """A roster made day by day, as an outcome if the checker finds no hard rule broken; and the seconds a check takes."""
    began, checking = budget.elapsed, 0.0
    for careful in (True, False):
        made = day_by_day(problem, budget, careful=careful)
        roster, planned = made or roster, budget.elapsed
        score = Score.of(check(problem, roster))
        now = budget.elapsed
        checking = now - planned
        if made is None:
            break
        if not score.hard:
            if better is not None:
                better(score.soft, 0, made)
            return made, Outcome("FEASIBLE", made, None, score.soft, 0, now - began, now - began), checking
    return roster, None, checking


def _in_two_phases(
    problem: Problem, model: RosterModel, budget: Budget, better: Better | None, start: Outcome | None
) -> Outcome:
    """CP-SAT on the whole while it gets on, which small problems need no more than; then column generation and LNS."""
    began = budget.elapsed
    incumbent = Incumbent(problem, model, budget)
    model.cp.minimize(model.soft_cost.expression())
    direct: SearchStatus = "UNKNOWN"
    if start is not None and start.schedule is not None:
        try:
            offer_roster(incumbent, start.schedule, budget.seconds)
        except OutOfTime:
            return start
    incumbent.tell(better)  # only now: a start has been told already
    by_blocks = incumbent.held() is not None and bool(problem.groups) and is_large(problem)
    if by_blocks:
        from solver.search.blocks import improve_by_blocks

        improve_by_blocks(problem, incumbent, budget, threads_of(workers_of(problem.options)))
        return incumbent.outcome("UNKNOWN", began)
    if len(model.cp.proto.variables) <= START_ABOVE or incumbent.held() is None:
        patience = DIRECT_COUPLED if problem.groups else DIRECT
        warming = threading.Timer(WARM_AFTER, warm_up)
        warming.daemon = True
        warming.start()
        try:
            direct = minimise_while(model, incumbent, budget, problem.options, patience)
        finally:
            warming.cancel()
    if direct in ("OPTIMAL", "INFEASIBLE") or budget.spent or incumbent.over:
        return incumbent.outcome(direct, began)
    return _by_columns(problem, incumbent, budget, better, began)


def _columns_first(problem: Problem, making: _Making, budget: Budget, better: Better | None) -> Outcome:
    """Column generation and LNS at once, the model made beside them: of a large team it takes long."""

    def make() -> RosterModel:
        model = making()
        model.cp.minimize(model.soft_cost.expression())
        return model

    incumbent = Incumbent(problem, make, budget)
    incumbent.tell(better)
    return _by_columns(problem, incumbent, budget, better, budget.elapsed)


def _by_columns(problem: Problem, incumbent: Incumbent, budget: Budget, better: Better | None, began: float) -> Outcome:
    """Column generation and LNS; CP-SAT on the whole, if no roster came of it before time was up."""
    from solver.search.improve import improve  # here, because its compiler takes a second to load

    improve(problem, incumbent, budget, threads_of(workers_of(problem.options)))
    if incumbent.objective is None and not (incumbent.refuted or budget.spent):
        try:
            return minimise(incumbent.model, incumbent.model.soft_cost, budget, problem.options, better)
        except OutOfTime:
            pass
    return incumbent.outcome("UNKNOWN", began)


def find_least_breach(problem: Problem, budget: Budget, on_progress: OnProgress | None = None) -> tuple[Outcome, bool]:
    """The schedule of the least hard penalty, then the least soft penalty (lexicographic); structural facts hold.

    The flag tells whether the first stage was proved, without which the second stage's bound means nothing.
    """
    start = first_roster(problem)
    model = build(problem, Mode.RELAX, budget)
    if model is None:
        return Outcome.nothing(budget.elapsed, start), False
    hint_from(model, start)
    first = minimise(model, model.hard_cost, budget.part(0.6, 0.0), problem.options)
    if first.schedule is None or first.objective is None:
        return Outcome.nothing(first.seconds, start), False
    proved = first.status == "OPTIMAL"
    if budget.spent:
        return first, False
    model.cp.add(model.hard_cost.expression() <= first.objective)
    model.clear_hints()
    hint_from(model, first.schedule)
    second = minimise(model, model.soft_cost, budget, problem.options, _reporter(budget, "relax", on_progress))
    return (second, proved) if second.schedule is not None else (first, False)


def _reporter(budget: Budget, phase: Phase, on_progress: OnProgress | None) -> Better | None:
    """Passes on what is better than everything before, whichever of several searches found it."""
    if on_progress is None:
        return None
    tell = on_progress
    best: tuple[int | None, int] = (None, 0)

    def better(objective: int | None, bound: int | None, schedule: Schedule | None) -> None:
        nonlocal best
        least, proved = best
        improves = objective is not None and (least is None or objective < least)
        if not improves and (bound or 0) <= proved:
            return
        best = (objective if improves else least, max(proved, bound or 0))
        tell(Progress(budget.elapsed, *best, schedule if improves else None, phase))

    return better
