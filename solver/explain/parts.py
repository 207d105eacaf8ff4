"""Small models: any set of a problem's hard facts, stated plainly, with only the background it touches.

The whole is built once in `explain` mode. A question about a few facts is answered by a copy that holds their
constraints, without assumption literals, and — found by following shared variables — the definitions beneath them. What
shares no variable with them can be satisfied by itself. Such a model is presolved away in milliseconds; the whole is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from solver.domain.fact import Fact
from solver.domain.problem import Options
from solver.domain.schedule import Schedule
from solver.explain.edits import Side
from solver.model import Assignment, RosterModel
from solver.search.budget import Budget
from solver.search.cp_sat import new_solver, satisfiable, solve_until

_BOOLEAN = (0, 1)
GAP_SHARE = 0.02  # of the time left, for one question about a gap
WIDEST_GAP = 8  # doublings


class Row(NamedTuple):
    """A constraint: its kind, its literals (of `linear`: variables), coefficients and domain, and the conditions on it."""

    kind: str
    literals: tuple[int, ...]
    coefficients: tuple[int, ...]
    domain: tuple[int, ...]
    conditions: tuple[int, ...]

    def widened(self, side: Side, by: int) -> Row:
        """The same sum with a lower minimum or a higher maximum."""
        low, high = self.domain[0], self.domain[-1]
        return self._replace(
            domain=(max(low - by, cp_model.INT_MIN), high) if side == "min" else (low, min(high + by, cp_model.INT_MAX))
        )

    def sides(self) -> Iterator[tuple[Side, Row]]:
        """Its minimum and its maximum apart, where it is a sum."""
        low, high = self.domain[0], self.domain[-1]
        if low > cp_model.INT_MIN:
            yield "min", self._replace(domain=(low, cp_model.INT_MAX))
        if high < cp_model.INT_MAX:
            yield "max", self._replace(domain=(cp_model.INT_MIN, high))

    def variables(self) -> set[int]:
        """Indices of the variables it is about; the literal −i − 1 is the negation of variable i."""
        return {_variable(literal) for literal in (*self.literals, *self.conditions)}


def _variable(literal: int) -> int:
    return literal if literal >= 0 else -literal - 1


class Parts:
    """The hard facts of a problem, and whether some of them can hold together."""

    def __init__(self, model: RosterModel, budget: Budget) -> None:
        self.budget = budget
        self._options: Options = model.problem.options
        self._whole = model  # its proto lives only as long as it does
        self._variables = model.cp.proto.variables
        self._literal = {fact: literal.index for fact, literal in model.assumptions.items()}
        fact_of = {index: fact for fact, index in self._literal.items()}
        self.stated: dict[Fact, list[Row]] = {fact: [] for fact in model.assumptions}
        self._beneath: dict[int, list[Row]] = {}
        for constraint in model.cp.proto.constraints:
            conditions = tuple(constraint.enforcement_literal)
            fact = next((fact_of[c] for c in conditions if c in fact_of), None)
            row = _row(constraint, tuple(c for c in conditions if c not in fact_of))
            if fact is not None:
                self.stated[fact].append(row)
            else:
                for variable in self._defined_by(row):
                    self._beneath.setdefault(variable, []).append(row)
        self.facts = tuple(self.stated)

    def _defined_by(self, row: Row) -> set[int]:
        """The variables whose use makes a background constraint matter.

        A definition (clauses, equations, counts) can always be satisfied by what it defines, so it matters only where that
        is used: the integers of a count, else the variable made last. Any other constraint matters to all it is about.
        """
        touched = row.variables()
        counts = {variable for variable in touched if tuple(self._variables[variable].domain) != _BOOLEAN}
        equation = row.kind == "linear" and (row.conditions or row.domain[0] == row.domain[-1])
        definition = equation or row.kind in ("bool_or", "bool_and")
        return counts or ({max(touched)} if definition else touched)

    def within(self, budget: Budget) -> Parts:
        """The same facts, asked about within another budget."""
        other = copy(self)
        other.budget = budget
        return other

    def without(self, facts: Iterable[Fact]) -> Parts:
        """The other facts alone."""
        other = copy(self)
        gone = set(facts)
        other.facts = tuple(fact for fact in self.facts if fact not in gone)
        return other

    def stating(self, stated: dict[Fact, list[Row]]) -> Parts:
        """Other facts over the same cells."""
        other = copy(self)
        other.stated, other.facts = stated, tuple(stated)
        return other

    def contradict(self, facts: Iterable[Fact], *, share: float = 1.0, workers: int | None = 1) -> bool | None:
        """Whether the facts are proved to contradict each other; None where that was not decided in time.

        `share` is the part of the time left that the question may take; `workers` None: as many as a solve has.
        """
        if self.budget.spent:
            return None
        budget = self.budget.part(share, 0.0) if share < 1 else self.budget
        return self._decide(self._model_of(self._rows(facts)), workers, budget)

    def core(self, contradictory: Sequence[Fact], *, share: float = 1.0) -> list[Fact]:
        """The part of contradictory facts that CP-SAT blames; nothing where it found none in time.

        A lead only: CP-SAT's cores need be neither minimal nor right, so whoever uses one asks about it again.
        """
        if self.budget.spent:
            return []
        budget = self.budget.part(share, 0.0) if share < 1 else self.budget
        assumed = {self._literal[fact]: fact for fact in contradictory}
        rows = [
            row._replace(conditions=(*row.conditions, literal))
            for literal, fact in assumed.items()
            for row in self.stated[fact]
        ]
        number: dict[int, int] = {}
        model = self._model_of(rows, number)
        model.proto.assumptions.extend([number[literal] for literal in assumed])
        solver = new_solver(self._options.model_copy(update={"workers": 1}), budget)
        solver.parameters.linearization_level = 2
        if solve_until(solver, model, budget) != "INFEASIBLE":
            return []
        blamed = set(solver.sufficient_assumptions_for_infeasibility())
        return [fact for literal, fact in assumed.items() if number[literal] in blamed]

    def _decide(self, model: cp_model.CpModel, workers: int | None, budget: Budget) -> bool | None:
        options = self._options if workers is None else self._options.model_copy(update={"workers": workers})
        held = satisfiable(model, options, budget)
        return None if held is None else not held

    def _rows(self, facts: Iterable[Fact]) -> list[Row]:
        return [row for fact in facts for row in self.stated[fact]]

    def gap(self, facts: Sequence[Fact], fact: Fact, side: Side, unit: int) -> int | None:
        """How many units the fact's minimum has to fall, or its maximum to rise, for the facts to hold together.

        None where that does not help (or was not decided in time); 1 for a fact that is no sum.
        """
        rows = self.stated[fact]
        if not all(row.kind == "linear" for row in rows):
            return 1
        others = self._rows(other for other in facts if other != fact)

        def enough(units: int) -> bool:
            if self.budget.spent:
                return False
            model = self._model_of([*others, *(row.widened(side, units * unit) for row in rows)])
            return self._decide(model, 1, self.budget.part(GAP_SHARE, 0.0)) is False

        high = next((2**k for k in range(WIDEST_GAP) if enough(2**k)), None)
        if high is None:
            return None
        return next((units for units in range(high // 2 + 1, high) if enough(units)), high)

    def _model_of(self, rows: list[Row], number: dict[int, int] | None = None) -> cp_model.CpModel:
        """State the rows and what lies beneath them in a model of its own, its variables numbered anew (into `number`)."""
        number = {} if number is None else number
        taken = set(map(id, rows))
        for row in rows:  # grows while it is walked
            for variable in row.variables():
                if variable not in number:
                    number[variable] = len(number)
                    for beneath in self._beneath.get(variable, ()):
                        if id(beneath) not in taken:
                            taken.add(id(beneath))
                            rows.append(beneath)
        model = cp_model.CpModel()
        model.proto.variables.extend([self._variables[variable] for variable in number])
        for row in rows:
            made = model.proto.constraints.add()
            made.enforcement_literal.extend(_renumbered(row.conditions, number))
            part = getattr(made, row.kind)
            if row.kind == "linear":
                part.vars.extend(_renumbered(row.literals, number))
                part.coeffs.extend(row.coefficients)
                part.domain.extend(row.domain)
            else:
                part.literals.extend(_renumbered(row.literals, number))
        return model

    def background(self) -> cp_model.CpModel:
        """A model of all the cells and definitions, without any fact; its variables are numbered as in the rows."""
        model = cp_model.CpModel()
        model.proto.variables.extend(list(self._variables))
        rows = {id(row): row for rows in self._beneath.values() for row in rows}
        for row in rows.values():
            state(model, row)
        return model

    def schedule(self, value: Assignment) -> Schedule:
        """The roster of a solution of a model whose variables are numbered as in the rows."""
        return Schedule(self._whole.solution(value))


def state(model: cp_model.CpModel, row: Row, conditions: Sequence[int] = (), terms: Sequence[tuple[int, int]] = ()) -> None:
    """Write a row into a model with the same variables, under further conditions; `terms` (variable, factor) are added."""
    made = model.proto.constraints.add()
    made.enforcement_literal.extend((*row.conditions, *conditions))
    part = getattr(made, row.kind)
    if row.kind == "linear":
        part.vars.extend((*row.literals, *(variable for variable, _ in terms)))
        part.coeffs.extend((*row.coefficients, *(factor for _, factor in terms)))
        part.domain.extend(row.domain)
    else:
        part.literals.extend(row.literals)


def _renumbered(literals: tuple[int, ...], number: dict[int, int]) -> list[int]:
    return [number[literal] if literal >= 0 else -number[-literal - 1] - 1 for literal in literals]


_KINDS = ("bool_or", "exactly_one", "at_most_one", "bool_and")


def _row(constraint: Any, conditions: tuple[int, ...]) -> Row:
    """Read one constraint of the kinds that `RosterModel` writes."""
    if constraint.has_linear():
        linear = constraint.linear
        return Row("linear", tuple(linear.vars), tuple(linear.coeffs), tuple(linear.domain), conditions)
    kind = next(kind for kind in _KINDS if getattr(constraint, f"has_{kind}")())
    return Row(kind, tuple(getattr(constraint, kind).literals), (), (), conditions)
