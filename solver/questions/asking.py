"""One model for many questions: built once, asked with some cells fixed, and left as it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from ortools.sat.python import cp_model

from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Cost, Mode, RosterModel, negated
from solver.search import Budget, Outcome, build
from solver.search.cp_sat import any_schedule, minimise

Cell = tuple[str, date, str]


class Asker:
    """Asks for schedules that keep every hard rule with certain cells fixed; `problem` has to pin none of them.

    Somebody who is suddenly off is fixed as by a prefilled cell. Where the model itself depends on that — of on-call
    people, and with `strict` priority, where a backup who is held elsewhere is not obliged — a question has its own.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._options = problem.options.model_copy(update={"workers": 1})
        self._model: RosterModel | None = None
        coverage = problem.settings.backup_coverage
        self._strict = coverage is not None and coverage.priority == "strict"

    def exists(self, off: Cell, others: Iterable[Cell], budget: Budget) -> Outcome | None:
        """Some schedule with the one cell and the others as given; None where time ran out before it was asked."""
        model = self._ready(off, budget)
        if model is None:
            return None
        model.clear_hints()
        model.cp.clear_objective()  # type: ignore[no-untyped-call]
        with _fixed(model, (off, *others)) as possible:
            if not possible:
                return Outcome("INFEASIBLE", None, None, None, None, 0.0, None)
            return any_schedule(model, model.soft_cost, budget, self._options)

    def nearest(self, off: Cell, to: Schedule, budget: Budget) -> Outcome | None:
        """The schedule with the one cell as given that differs from another in the fewest cells."""
        model = self._ready(off, budget)
        if model is None:
            return None
        cost = Cost()
        model.clear_hints()
        for staff in to.staff_ids:
            for day, symbol in to.row(staff).items():
                cost.add(1, negated(model.x(staff, day, symbol)))
                model.hint(staff, day, symbol)
        with _fixed(model, (off,)) as possible:
            if not possible:
                return Outcome("INFEASIBLE", None, None, None, None, 0.0, None)
            return minimise(model, cost, budget, self._options)

    def _ready(self, off: Cell, budget: Budget) -> RosterModel | None:
        if budget.spent:
            return None
        staff, day, symbol = off
        if self._strict or staff in self._problem.on_call:
            return build(self._problem.with_pins({staff: {day: symbol}}), Mode.SOLVE, budget)
        if self._model is None:
            self._model = build(self._problem, Mode.SOLVE, budget)
        return self._model


@contextmanager
def _fixed(model: RosterModel, cells: Iterable[Cell]) -> Iterator[bool]:
    """Fix cells for a while; false where one of them cannot be."""
    variables, changed, possible = model.cp.proto.variables, [], True
    for cell in cells:
        lit = model.x(*cell)
        if isinstance(lit, cp_model.IntVar):
            changed.append(lit.index)
        elif isinstance(lit, int) and lit == 0:
            possible = False
    for index in changed:
        variables[index].domain[0] = 1
    try:
        yield possible
    finally:
        for index in changed:
            variables[index].domain[0] = 0
