"""The schedule of the least soft penalty: looks at the problem and decides which searches have a go at it, and when.

A roster made day by day stands before any model is built. CP-SAT on the whole proves small problems; then come blocks,
or column generation and large neighbourhood search, around one best roster.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

from solver.check import check
from solver.domain.fact import Score
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Mode, OutOfTime, RosterModel
from solver.search.budget import Budget
from solver.search.building import build
from solver.search.columns.warm import warm_up
from solver.search.complete import offer_roster
from solver.search.cp_sat import Patience, any_schedule, minimise, minimise_near, minimise_while, threads_of, workers_of
from solver.search.daily import day_by_day
from solver.search.incumbent import Incumbent
from solver.search.nearby import all_cells, kept_cells
from solver.search.outcome import Better, OnProgress, Outcome, SearchStatus, Size, reporter
from solver.search.start import first_roster, hint_from, is_large, is_wide

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


def find_schedule(
    problem: Problem, budget: Budget, on_progress: OnProgress | None = None, given: Schedule | None = None
) -> tuple[Outcome, Size]:
    """The schedule of the least soft penalty that keeps every hard rule, and the size of the model built for it.

    One that is `given` is where the search begins; it is judged by the model first, and left aside if it does not fit.
    A roster made day by day is the answer where nothing better comes.
    Where work is limited CP-SAT alone searches (from the roster made day by day, where the team is large): blocks, column
    generation and large neighbourhood search share their time by the clock, so with them two runs would differ.
    """
    better = reporter(budget, "solve", on_progress)
    large, planned = is_large(problem), _Planned(first_roster(problem))
    hint = planned.roster
    if given is None and problem.baseline is None and (large or budget.work is None):
        planned = _plan(problem, hint, budget, better)
        budget = budget.sooner(JUDGING * planned.checking)
        hint = planned.roster if large else hint  # of a small team CP-SAT does better without the plan from the start
    two_phases = budget.work is None and budget.seconds > LEAST_FOR_TWO
    # Without groups people are mostly coupled by counts, and columns have a first roster sooner.
    by_columns = two_phases and not problem.groups
    kept = kept_cells(problem) if given is None else all_cells(problem, given)
    making = _Making(problem, budget, hint)
    if by_columns and is_wide(problem) and kept is None and planned.outcome is None:
        return _columns_first(problem, making, budget, better), making.size
    try:
        model = making()
    except OutOfTime:
        return planned.outcome or Outcome.nothing(), making.size
    start = planned.outcome if large else None
    if start is not None and budget.work is None and budget.seconds < WORTH_IT * making.size.build_seconds:
        return start, making.size
    if kept is not None:
        start = _found(minimise_near(model, kept, model.soft_cost, budget.part(NEAR_SHARE, 0.0), problem.options, better))
    if start is None and making.size.variables > START_ABOVE and not by_columns:
        start = any_schedule(model, model.soft_cost, budget.part(START_SHARE, 0.0), problem.options, better)
        if start.status == "INFEASIBLE":
            return start, making.size
        start = _found(start)
    if two_phases:
        outcome = _in_two_phases(problem, model, budget, better, start)
    else:
        outcome = minimise(model, model.soft_cost, budget, problem.options, better)
    for known in (start, planned.outcome):
        outcome = outcome if known is None else outcome.after(known)
    return outcome, making.size


def _found(outcome: Outcome) -> Outcome | None:
    return None if outcome.schedule is None else outcome


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


class _Planned(NamedTuple):
    """A roster to hint at; the same as an outcome, if no hard rule is broken; the seconds the checker takes for one."""

    roster: Schedule
    outcome: Outcome | None = None
    checking: float = 0.0


def _plan(problem: Problem, roster: Schedule, budget: Budget, better: Better | None) -> _Planned:
    """A roster made day by day, with care if that keeps every hard rule; the one given where none can be made."""
    planned, began = _Planned(roster), budget.elapsed
    for careful in (True, False):
        made = day_by_day(problem, budget, careful=careful)
        roster, checked_from = made or planned.roster, budget.elapsed
        score, now = Score.of(check(problem, roster)), budget.elapsed
        planned = _Planned(roster, None, now - checked_from)
        if made is None:
            break
        if not score.hard:
            if better is not None:
                better(score.soft, 0, made)
            return planned._replace(outcome=Outcome("FEASIBLE", made, None, score.soft, 0, now - began))
    return planned


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
