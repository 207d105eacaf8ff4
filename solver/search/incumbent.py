"""The best roster so far and the best bound, shared by searches that run side by side.

A model that takes long is made when somebody first asks for it. Until then the checker judges rosters, so that a large team
has one in the meantime; afterwards every roster is a solution of the model.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property

from ortools.sat.python import cp_model

from solver.check import check
from solver.domain.fact import Score
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel
from solver.search.budget import Budget
from solver.search.interrupter import Interrupter
from solver.search.outcome import Better, Outcome, SearchStatus
from solver.search.parts import Ints, Parts


class Values:
    """A value for every variable of a model, read as a solver's answer is."""

    def __init__(self, values: Ints) -> None:
        self.values = values

    def boolean_value(self, lit: cp_model.LiteralT) -> bool:
        """Whether the literal is true."""
        index = lit.index  # type: ignore[union-attr]
        return bool(self.values[index]) if index >= 0 else not self.values[-index - 1]


class Incumbent:
    """Takes rosters and bounds from any thread, keeps the best and passes on what is better.

    `model`: of the problem, or what makes it.
    """

    def __init__(self, problem: Problem, model: RosterModel | Callable[[], RosterModel], budget: Budget) -> None:
        self.problem, self._budget = problem, budget
        self._model = model if isinstance(model, RosterModel) else None
        self._make = model
        self._better: Better | None = None
        self._lock, self._making = threading.Lock(), threading.RLock()
        self._parts: Parts | None = None
        self.values: Ints | None = None
        self._judged: Schedule | None = None
        self.objective: int | None = None
        self.bound = 0
        self.refuted = False
        self.first: float | None = None
        self.done = threading.Event()
        self.interrupter = Interrupter()

    def tell(self, better: Better | None) -> None:
        """Pass on what is better from now on."""
        self._better = better

    @property
    def modelled(self) -> bool:
        """Whether the model is made."""
        return self._model is not None

    @property
    def model(self) -> RosterModel:
        """The model, made when somebody first asks.

        Raises
        ------
        OutOfTime
            It could not be made in time.
        """
        if self._model is None:
            with self._making:
                if self._model is None and callable(self._make):
                    made = self._make()
                    with self._lock:
                        self._model = made
        assert self._model is not None
        return self._model

    @cached_property
    def parts(self) -> Parts:
        """The model as parts are cut out of it; made when somebody first asks."""
        with self._making:
            if self._parts is None:
                self._parts = Parts(self.model, lambda: self._budget.spent)
            return self._parts

    def offer(self, values: Ints, objective: int) -> bool:
        """A whole solution of the model; whether it is the best so far."""
        with self._lock:
            if self.objective is not None and objective >= self.objective:
                if objective == self.objective:
                    self.values = values  # as good, and elsewhere: the search drifts
                return False
            self.values = values
            self._take(objective, self.schedule_of(values))
            return True

    def offer_to_checker(self, schedule: Schedule) -> bool | None:
        """A roster, before the model is made: whether it is the best so far; None where the model has to be asked."""
        if self._model is not None:
            return None
        score = Score.of(check(self.problem, schedule))
        with self._lock:
            if self._model is not None:
                return None
            if score.hard or (self.objective is not None and score.soft >= self.objective):
                return False
            self._judged = schedule
            self._take(score.soft, schedule)
            return True

    def _take(self, objective: int, schedule: Schedule) -> None:
        if self.first is None:
            self.first = self._budget.elapsed
        self.objective = objective
        self._settle()
        if self._better is not None:
            self._better(objective, self.bound, schedule)

    def prove(self, bound: int) -> None:
        """A lower bound somebody proved."""
        with self._lock:
            if bound > self.bound:
                self.bound = bound
                self._settle()
                if self._better is not None:
                    self._better(self.objective, bound, None)

    def refute(self) -> None:
        """Somebody proved that the hard rules contradict each other."""
        self.refuted = True
        self.done.set()

    def _settle(self) -> None:
        if self.objective is not None and self.bound >= self.objective:
            self.done.set()

    def held(self) -> tuple[Ints, int] | None:
        """The best solution of the model and what it costs; None as long as the checker alone knows the best roster."""
        with self._lock:
            return None if self.values is None or self.objective is None else (self.values, self.objective)

    def schedule(self) -> Schedule | None:
        """The best roster."""
        with self._lock:
            values, judged = self.values, self._judged
        return judged if values is None else self.schedule_of(values)

    def schedule_of(self, values: Ints) -> Schedule:
        """The roster of a solution."""
        return Schedule(self.model.roster_of(values))

    def outcome(self, status: SearchStatus, began: float) -> Outcome:
        """The end of a search that began `began` seconds after the budget; `status`: what a solver said of the whole."""
        status = "INFEASIBLE" if self.refuted else status
        schedule = self.schedule()
        if schedule is None or self.objective is None:
            return Outcome(status, None, None, None, None if status == "INFEASIBLE" else self.bound, None)
        return Outcome(
            status="OPTIMAL" if status == "OPTIMAL" or self.bound >= self.objective else "FEASIBLE",
            schedule=schedule,
            claims=None if self.values is None else self.model.claims(Values(self.values)),
            objective=self.objective,
            bound=min(self.bound, self.objective) if status != "OPTIMAL" else self.objective,
            first_solution_seconds=None if self.first is None else self.first - began,
        )

    @property
    def over(self) -> bool:
        """Whether the search may end: proved, refuted, stopped, or out of time."""
        return self.done.is_set() or self._budget.spent
