"""One CP-SAT run: parameters, seed, limits, progress with every better solution and bound, cancel within a second."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from solver.domain.errors import TobanError
from solver.domain.problem import Options
from solver.domain.schedule import Schedule
from solver.model import Cost, RosterModel
from solver.search.budget import LEAST_SECONDS, Budget
from solver.search.incumbent import Incumbent
from solver.search.nearby import Cell
from solver.search.outcome import Better, Outcome, SearchStatus
from solver.search.parts import Ints

PORTFOLIO = 8
"""Workers by default: CP-SAT's subsolvers complement each other, so eight beat two even on two cores."""
INTERLEAVED = ("no_lp", "core")
"""What one worker takes in turns, beside the neighbourhood searches: measured, the pair that finds and proves most."""
LARGE = 10_000
"""Variables from which probing and symmetry detection take longer than they save."""
LONGEST_WAIT = 0.5  # of the time, for CP-SAT on the whole where it has nearly a proof
NEARLY = 0.02  # gap
POLL_SECONDS = 0.05
BRIEF_WORK = 0.5  # of CP-SAT's deterministic time, about as many seconds
_STATUS: dict[cp_model.CpSolverStatus, SearchStatus] = {
    cp_model.OPTIMAL: "OPTIMAL",
    cp_model.FEASIBLE: "FEASIBLE",
    cp_model.INFEASIBLE: "INFEASIBLE",
    cp_model.UNKNOWN: "UNKNOWN",
}


def workers_of(options: Options) -> int:
    """How many workers a run uses."""
    return options.workers if options.workers is not None else PORTFOLIO


def threads_of(workers: int) -> int:
    """How many searches of ours run side by side: more than there are cores only take time from each other."""
    return max(1, min(workers, os.cpu_count() or 1))


def new_solver(options: Options, budget: Budget) -> cp_model.CpSolver:
    """A solver with the parameters of the request and what is left of the budget."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers_of(options)
    solver.parameters.random_seed = options.seed
    solver.parameters.max_time_in_seconds = max(budget.seconds, LEAST_SECONDS)
    solver.parameters.catch_sigint_signal = False
    if budget.work is not None:
        solver.parameters.max_deterministic_time = budget.work
    return solver


def solve_until(
    solver: cp_model.CpSolver, model: cp_model.CpModel, budget: Budget, callback: _Solutions | None = None
) -> SearchStatus:
    """Run the solver; a set stop event ends it within a second.

    Raises
    ------
    TobanError
        If CP-SAT refuses the model, which is a defect of ours.
    """
    done = threading.Event()

    def watch() -> None:
        while not done.wait(POLL_SECONDS):
            if budget.stop.is_set():
                solver.stop_search()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        status = solver.solve(model, callback) if callback is not None else solver.solve(model)
    finally:
        done.set()
        watcher.join()
    budget.did(solver.deterministic_time)
    if status not in _STATUS:
        raise TobanError(f"CP-SAT refused the model: {model.validate()}")
    return _STATUS[status]


def solve_briefly(solver: cp_model.CpSolver, model: cp_model.CpModel, budget: Budget) -> SearchStatus:
    """Run the solver for about half a second at most, without the thread that watches for a stop.

    For questions of whether, not how well. Many small models are done sooner than that thread has started.

    Raises
    ------
    TobanError
        If CP-SAT refuses the model, which is a defect of ours.
    """
    solver.parameters.linearization_level = 2  # contradictions of many sums: tenths of a second; seconds without
    solver.parameters.cp_model_probing_level = 0  # these take longer than most such questions
    solver.parameters.symmetry_level = 0
    solver.parameters.max_deterministic_time = BRIEF_WORK if budget.work is None else min(BRIEF_WORK, budget.work)
    status = solver.solve(model)
    budget.did(solver.deterministic_time)
    if status not in _STATUS:
        raise TobanError(f"CP-SAT refused the model: {model.validate()}")
    return _STATUS[status]


def satisfiable(model: cp_model.CpModel, options: Options, budget: Budget) -> bool | None:
    """Whether a model without objective has a solution, asked briefly of one worker first; None: not decided in time."""
    status = solve_briefly(new_solver(options.model_copy(update={"workers": 1}), budget), model, budget)
    if status == "UNKNOWN" and not budget.spent:
        status = solve_until(new_solver(options, budget), model, budget)
    return None if status == "UNKNOWN" else status != "INFEASIBLE"


def minimise(model: RosterModel, cost: Cost, budget: Budget, options: Options, better: Better | None = None) -> Outcome:
    """Find the schedule of the least cost within the budget."""
    model.cp.minimize(cost.expression())
    return _best(model, model.cp, _tuned(model, options, budget), budget, better)


def minimise_near(
    model: RosterModel, kept: Iterable[Cell], cost: Cost, budget: Budget, options: Options, better: Better | None = None
) -> Outcome:
    """Find the schedule of the least cost among those that keep some cells; it becomes the model's hint.

    What is said of so narrow a search says nothing of the whole: the outcome is FEASIBLE with bound 0, or UNKNOWN.
    """
    narrow = model.cp.clone()
    for staff, day, symbol in kept:
        lit = model.x(staff, day, symbol)
        if not isinstance(lit, int):
            narrow.add_bool_and([lit])
    narrow.minimize(cost.expression())
    solver = _tuned(model, options, budget)
    outcome = _best(model, narrow, solver, budget, None if better is None else _without_bounds(better))
    if outcome.schedule is None:
        return replace(outcome, status="UNKNOWN", bound=None)
    model.hint_all(solver.response_proto.solution)
    return replace(outcome, status="FEASIBLE", bound=0)


def _without_bounds(better: Better) -> Better:
    def told(objective: int | None, bound: int | None, schedule: Schedule | None) -> None:  # noqa: ARG001
        if schedule is not None:
            better(objective, 0, schedule)

    return told


def _best(
    model: RosterModel, cp: cp_model.CpModel, solver: cp_model.CpSolver, budget: Budget, better: Better | None
) -> Outcome:
    """Run the solver on a roster model, or on a narrower one with the same variables."""
    began = budget.elapsed
    solutions = _Solutions(model, budget, better)
    solver.best_bound_callback = solutions.on_bound
    status = solve_until(solver, cp, budget, solutions)
    found = status in ("OPTIMAL", "FEASIBLE")
    first = solutions.first if solutions.first is not None else budget.elapsed
    return Outcome(
        status=status,
        schedule=Schedule(model.solution(solver)) if found else None,
        claims=model.claims(solver) if found else None,
        objective=round(solver.objective_value) if found else None,
        bound=None if status == "INFEASIBLE" else whole_bound(solver.best_objective_bound),
        first_solution_seconds=first - began if found else None,
    )


class Patience(NamedTuple):
    """How long a run may go on that is not close to a proof: a share of the time, and at least so many seconds."""

    share: float
    seconds: float


def minimise_while(
    model: RosterModel, incumbent: Incumbent, budget: Budget, options: Options, patience: Patience
) -> SearchStatus:
    """Find the schedule of the least cost, as long as patience lasts, and longer while it is nearly proved.

    The model has its objective already; what is found goes to the incumbent.
    """
    solver = _tuned(model, options, budget)
    began, seconds = budget.elapsed, max(budget.seconds, LEAST_SECONDS)
    enough = threading.Event()

    def get_on() -> bool:
        past = (budget.elapsed - began) / seconds
        held = incumbent.objective
        early = past < patience.share or budget.elapsed - began < patience.seconds
        nearly = held is not None and held - incumbent.bound <= NEARLY * held
        return early or (past < LONGEST_WAIT and nearly)

    def watch() -> None:
        while not enough.wait(POLL_SECONDS):
            if budget.stop.is_set() or not get_on():
                solver.stop_search()

    solver.best_bound_callback = lambda bound: incumbent.prove(whole_bound(bound))
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        status = solver.solve(model.cp, _Offers(incumbent))
    finally:
        enough.set()
        watcher.join()
    if status not in _STATUS:
        raise TobanError(f"CP-SAT refused the model: {model.cp.validate()}")
    if status == cp_model.OPTIMAL:
        incumbent.offer(values_of(solver), round(solver.objective_value))
        incumbent.prove(round(solver.objective_value))
    elif status != cp_model.INFEASIBLE:
        incumbent.prove(whole_bound(solver.best_objective_bound))
    return _STATUS[status]


def values_of(solver: cp_model.CpSolver) -> Ints:
    """The value of every variable."""
    return np.array(list(solver.response_proto.solution), np.int64)


def any_schedule(model: RosterModel, cost: Cost, budget: Budget, options: Options, better: Better | None = None) -> Outcome:
    """Find some schedule, whatever it costs, and leave it in the model as the next run's hint."""
    began = budget.elapsed
    solver = _tuned(model, options, budget)
    status = solve_until(solver, model.cp, budget)
    seconds = budget.elapsed - began
    if status not in ("OPTIMAL", "FEASIBLE"):
        return Outcome(status, None, None, None, None, None)
    schedule, objective = Schedule(model.solution(solver)), int(solver.value(cost.expression()))
    model.hint_all(solver.response_proto.solution)
    if better is not None:
        better(objective, 0, schedule)
    return Outcome("FEASIBLE", schedule, model.claims(solver), objective, 0, seconds)


def _tuned(model: RosterModel, options: Options, budget: Budget) -> cp_model.CpSolver:
    """A solver for rosters: how one worker shares its time, how long a large model is pondered before the search."""
    solver = new_solver(options, budget)
    if workers_of(options) == 1:
        # One worker alone would run one strategy; taking turns is as deterministic and finds far better rosters.
        solver.parameters.interleave_search = True
        solver.parameters.subsolvers.extend(INTERLEAVED)
    if len(model.cp.proto.variables) > LARGE:
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.symmetry_level = 0
    return solver


def whole_bound(bound: float) -> int:
    """A lower bound of an integer cost that is never negative, rounded up with care for floating point."""
    return max(0, math.ceil(bound - 1e-6)) if math.isfinite(bound) else 0


class _Solutions(cp_model.CpSolverSolutionCallback):
    """Collects what CP-SAT finds on the way and passes on what is better; called from its threads."""

    def __init__(self, model: RosterModel, budget: Budget, better: Better | None) -> None:
        super().__init__()
        self._model, self._budget, self._better = model, budget, better
        self._lock = threading.Lock()
        self._objective: int | None = None
        self._bound = 0
        self.first: float | None = None

    def on_solution_callback(self) -> None:
        """CP-SAT found a better solution."""
        with self._lock:
            if self.first is None:
                self.first = self._budget.elapsed
            objective = round(self.objective_value)
            if self._better is None or (self._objective is not None and objective >= self._objective):
                return
            self._objective = objective
            self._bound = max(self._bound, whole_bound(self.best_objective_bound))
            self._better(objective, self._bound, Schedule(self._model.solution(self)))

    def on_bound(self, bound: float) -> None:
        """CP-SAT proved a better bound."""
        with self._lock:
            proved = whole_bound(bound)
            if self._better is not None and proved > self._bound:
                self._bound = proved
                self._better(self._objective, proved, None)


class _Offers(cp_model.CpSolverSolutionCallback):
    """Hands every solution of CP-SAT to the incumbent; called from its threads."""

    def __init__(self, incumbent: Incumbent) -> None:
        super().__init__()
        self._incumbent = incumbent

    def on_solution_callback(self) -> None:
        """CP-SAT found a better solution."""
        self._incumbent.offer(np.array(list(self.response_proto.solution), np.int64), round(self.objective_value))
