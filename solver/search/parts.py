"""Parts of a model: some cells free, all others as in a solution, and of the constraints only those that are left to decide.

Most of what large neighbourhood search costs on a large team is not thinking but copying and presolving a model of which
next to nothing may change. A part is cut out instead: the variables of the free cells, the auxiliary variables their
constraints reach (and those that these reach), and the constraints on them with everything else folded into constants.
What is optimal in the part is optimal in the whole with the other cells fixed, as the part's constraints share no
variable with those that are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from solver.domain.schedule import Schedule
from solver.model import LOOK_EVERY, OutOfTime, RosterModel

Ints = NDArray[np.int64]
Cells = set[tuple[str, date]]
FAR = cp_model.INT_MAX  # no bound
CLAUSE, LINEAR, AT_MOST_ONE, EXACTLY_ONE = range(4)


@dataclass(frozen=True)
class Part:
    """A small model, which of the whole model's variables are its own, and the solution it lies in."""

    cp: cp_model.CpModel
    own: Ints
    values: Ints

    def whole(self, found: Sequence[int]) -> Ints:
        """A solution of the whole model, from one of the part."""
        values = self.values.copy()
        values[self.own] = found
        return values

    def fix(self, values: Ints, cells: Ints) -> None:
        """Let variables of the whole model, where they are free here, only have a value.

        One that a neighbour outside of the part forbids leaves the part without a solution.
        """
        variables = self.cp.proto.variables
        place = np.searchsorted(self.own, cells)
        inside = place < len(self.own)
        inside[inside] = self.own[place[inside]] == cells[inside]
        for i, value in zip(place[inside].tolist(), values[cells[inside]].tolist(), strict=True):
            domain = variables[i].domain
            if not domain[0] <= value <= domain[1]:
                self.cp.add_bool_or([])
            domain.clear()
            domain.extend((value, value))

    def hint(self, values: Ints | None = None, only: Ints | None = None) -> None:
        """Suggest a solution of the whole model — by default the one the part lies in — or some variables of it."""
        values = self.values if values is None else values
        chosen = np.arange(len(self.own)) if only is None else np.flatnonzero(np.isin(self.own, only))
        suggested = self.cp.proto.solution_hint
        suggested.vars.clear()
        suggested.values.clear()
        suggested.vars.extend(chosen.tolist())
        suggested.values.extend(values[self.own[chosen]].tolist())


class Parts:
    """The constraints of a model as arrays, made once; `part` cuts out what some free cells leave to decide."""

    def __init__(self, model: RosterModel, enough: Callable[[], bool] | None = None) -> None:
        """Read the model; once `enough` says so, `OutOfTime` is raised."""
        self.model = model
        proto = model.cp.proto
        self._variables = len(proto.variables)
        lists = _Lists()
        for i, constraint in enumerate(proto.constraints):
            if i % LOOK_EVERY == 0 and enough is not None and enough():
                raise OutOfTime
            lists.read(constraint)
        self._kind = np.array(lists.kind, np.int8)
        self._low, self._high = np.array(lists.low, np.int64), np.array(lists.high, np.int64)
        self._terms, self._factors = np.array(lists.terms, np.int64), np.array(lists.factors, np.int64)
        self._first = np.array(lists.first, np.int64)  # of a constraint's terms
        self._conditions, self._first_condition = np.array(lists.conditions, np.int64), np.array(lists.first_condition)
        self._lows, self._highs = model.domains()
        self.costs = np.zeros(self._variables, np.int64)
        self._offset = model.soft_cost.constant
        for factor, term in zip(model.soft_cost.coefficients, model.soft_cost.terms, strict=True):
            index = term.index  # type: ignore[union-attr]
            if index < 0:
                self._offset += factor
            self.costs[_variable(index)] += factor if index >= 0 else -factor
        self._is_cell = np.zeros(self._variables, np.bool_)
        self._is_cell[self.cell_variables] = True
        self._cell_of = np.full(self._variables, -1, np.int64)
        self._cell_of[self.cell_variables] = np.repeat(np.arange(len(self.where)), [len(c) for c in self.where.values()])
        self._make_uses()

    def _make_uses(self) -> None:
        """Make the list of constraints each variable is in."""
        owner = np.repeat(np.arange(len(self._kind)), np.diff(self._first))
        owner_of_condition = np.repeat(np.arange(len(self._kind)), np.diff(self._first_condition))
        variables = np.concatenate([_variables(self._terms), _variables(self._conditions)])
        owners = np.concatenate([owner, owner_of_condition])
        order = np.argsort(variables, kind="stable")
        self._uses = owners[order]
        self._first_use = np.searchsorted(variables[order], np.arange(self._variables + 1))

    def cost(self, values: Ints) -> int:
        """What a solution costs."""
        return int(self.costs @ values) + self._offset

    @property
    def variables(self) -> int:
        """How many variables the model has."""
        return self._variables

    # ---- cells ------------------------------------------------------------------------------------

    @cached_property
    def where(self) -> dict[tuple[str, date], list[tuple[str, int]]]:
        """(person, day) → the symbols of the cell and their variables, for cells that are not constants."""
        return cells_of(self.model)

    @cached_property
    def cell_variables(self) -> Ints:
        """The variables of all cells."""
        return np.array([i for cell in self.where.values() for _, i in cell], np.int64)

    def variables_of(self, cells: Iterable[tuple[str, date]]) -> Ints:
        """The variables of some cells."""
        return np.array([i for cell in cells for _, i in self.where.get(cell, ())], np.int64)

    def whole_cells(self, variables: Ints) -> Ints:
        """The variables of the cells that some variables belong to."""
        return np.flatnonzero(np.isin(self._cell_of, self._cell_of[variables]) & self._is_cell)

    def with_roster(self, values: Ints, schedule: Schedule) -> Ints:
        """A solution with its cells as in a roster; its auxiliary variables are left as they are."""
        changed = values.copy()
        changed[self.cell_variables] = [
            symbol == schedule.at(s, d) for (s, d), cell in self.where.items() for symbol, _ in cell
        ]
        return changed

    @property
    def whole(self) -> Part:
        """A copy of the whole model, everything free."""
        return Part(self.model.cp.clone(), np.arange(self._variables), np.zeros(self._variables, np.int64))

    # ---- cutting out ------------------------------------------------------------------------------

    def part(self, cells: Iterable[tuple[str, date]], values: Ints) -> Part:
        """What is left to decide where only some cells may differ from a solution."""
        return self.around(self.variables_of(cells), values)

    def around(self, variables: Ints, values: Ints) -> Part:
        """The same for variables of cells."""
        free, constraints = self._reached(variables)
        own = np.flatnonzero(free)
        place = np.full(self._variables, -1, np.int64)
        place[own] = np.arange(len(own))
        fixed = int(self.costs @ values) - int(self.costs[own] @ values[own])
        return self._made(own, constraints, place, values, self.costs, fixed + self._offset)

    def _made(self, own: Ints, constraints: Ints, place: Ints, values: Ints, costs: Ints, offset: int) -> Part:
        cp = cp_model.CpModel()
        lows, highs = self._lows[own], self._highs[own]
        self._write(cp, constraints, place, values, lows, highs)
        if (lows > highs).any():  # two constraints on one variable contradict each other
            cp.add_bool_or([])
            highs = np.maximum(lows, highs)
        for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
            cp.proto.variables.add().domain.extend((low, high))
        priced = np.flatnonzero(costs[own])
        objective = cp.proto.objective
        objective.vars.extend(priced.tolist())
        objective.coeffs.extend(costs[own][priced].tolist())
        objective.offset = float(offset)
        return Part(cp, own, values)

    def alone(self, variables: Ints, costs: Ints) -> Part:
        """The cells of `variables` by themselves: what speaks of other cells too is left out; `costs`: of all variables.

        It is priced by what its costs come to beyond the least that bounds of single variables tell, so never below 0, which
        is what a solver says that was ended before it knew anything. `least` and that, at the least, of several parts
        among which the `costs` of the model are shared out add up to a lower bound of the whole.
        """
        free, constraints = self._reached(variables, alone=True)
        own = np.flatnonzero(free)
        place = np.full(self._variables, -1, np.int64)
        place[own] = np.arange(len(own))
        beyond = -int(self._at_least(costs)[own].sum())
        return self._made(own, constraints, place, np.zeros(self._variables, np.int64), costs, beyond)

    @property
    def least(self) -> int:
        """The least that the costs come to, as far as bounds of single variables tell; the constant included."""
        return int(self._at_least(self.costs).sum()) + self._offset

    def _at_least(self, costs: Ints) -> Ints:
        found: Ints = np.minimum(costs * self._lows, costs * self._highs)
        return found

    def dear_cells(self, values: Ints) -> tuple[Ints, Ints]:
        """Variables that cost something in a solution, and how much."""
        costs = self.costs * values
        dear = np.flatnonzero(costs > 0)
        return dear, costs[dear]

    def cells_near(self, variable: int) -> list[tuple[str, date]]:
        """The cells that share a constraint with a variable, or with an auxiliary variable beside it."""
        if self._is_cell[variable]:
            return [self._cell_names[self._cell_of[variable]]]
        touched = self._uses[self._first_use[variable] : self._first_use[variable + 1]]
        inside = np.unique(_variables(self._terms[_spans(self._first, touched)]))
        if not self._is_cell[inside].any():
            touched = np.unique(self._uses[_spans(self._first_use, inside)])
            inside = np.unique(_variables(self._terms[_spans(self._first, touched)]))
        return [self._cell_names[i] for i in np.unique(self._cell_of[inside[self._is_cell[inside]]]).tolist()]

    @cached_property
    def _cell_names(self) -> list[tuple[str, date]]:
        return list(self.where)

    def _reached(self, variables: Ints, *, alone: bool = False) -> tuple[NDArray[np.bool_], Ints]:
        """The free variables — those given and the auxiliary ones reached from them — and the constraints they are in.

        `alone`: constraints on other cells are left out.
        """
        free = np.zeros(self._variables, np.bool_)
        seen, kept = np.zeros(len(self._kind), np.bool_), np.zeros(len(self._kind), np.bool_)
        cells = np.zeros(self._variables, np.bool_)
        cells[variables] = True
        foreign = self._is_cell & ~cells
        fresh = variables
        while len(fresh):
            free[fresh] = True
            touched = self._uses[_spans(self._first_use, fresh)]
            touched = np.unique(touched[~seen[touched]])
            seen[touched] = True
            if alone:
                touched = touched[~self._speaks_of(touched, foreign)]
            kept[touched] = True
            inside = np.concatenate(
                [
                    self._terms[_spans(self._first, touched)],
                    self._conditions[_spans(self._first_condition, touched)],
                ]
            )
            inside = np.unique(_variables(inside))
            fresh = inside[~free[inside] & ~self._is_cell[inside]]
        return free, np.flatnonzero(kept)

    def _speaks_of(self, constraints: Ints, variables: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of the constraints have one of the variables in them."""
        found = np.zeros(len(constraints), np.bool_)
        for first, members in ((self._first, self._terms), (self._first_condition, self._conditions)):
            owner = np.repeat(np.arange(len(constraints)), np.diff(first)[constraints])
            found[owner[variables[_variables(members[_spans(first, constraints)])]]] = True
        return found

    def _write(self, cp: cp_model.CpModel, constraints: Ints, place: Ints, values: Ints, lows: Ints, highs: Ints) -> None:
        """Write the constraints with all that is fixed folded away; those on one variable become its bounds."""
        at = _spans(self._first, constraints)
        count = np.diff(self._first)[constraints]
        owner = np.repeat(np.arange(len(constraints)), count)
        terms, factors = self._terms[at], self._factors[at]
        variable, negative = _variables(terms), terms < 0
        loose = place[variable] >= 0
        value = np.where(negative, 1 - values[variable], values[variable])
        constant = np.zeros(len(constraints), np.int64)
        np.add.at(constant, owner[~loose], (factors * value)[~loose])
        refs = np.where(negative, -place[variable] - 1, place[variable])

        at = _spans(self._first_condition, constraints)
        conditioned = np.repeat(np.arange(len(constraints)), np.diff(self._first_condition)[constraints])
        conditions = self._conditions[at]
        variable, negative = _variables(conditions), conditions < 0
        loose_condition = place[variable] >= 0
        off = ~loose_condition & (np.where(negative, 1 - values[variable], values[variable]) == 0)
        kind = self._kind[constraints]
        idle = np.zeros(len(constraints), np.bool_)
        idle[conditioned[off]] = True
        idle |= (kind == CLAUSE) & (constant > 0)
        left = np.bincount(owner[loose], minlength=len(constraints))
        waiting = np.bincount(conditioned[loose_condition], minlength=len(constraints))
        condition_refs = np.where(negative, -place[variable] - 1, place[variable])

        low = np.where(self._low[constraints] <= -FAR, -FAR, self._low[constraints] - constant)
        high = np.where(self._high[constraints] >= FAR, FAR, self._high[constraints] - constant)
        # exactly one and at most one beside a fixed true literal: nothing more
        linear = (kind == LINEAR) | ((kind >= AT_MOST_ONE) & (constant > 0))
        kept = ~idle & (left + waiting > 0)

        single = kept & (left == 1) & (waiting == 0)
        self._bound(single, owner, loose, refs, factors, low, high, lows, highs)
        kept &= ~single
        first_term = np.concatenate([[0], np.cumsum(left)])
        loose_refs, loose_factors = refs[loose], factors[loose]
        first_wait = np.concatenate([[0], np.cumsum(waiting)])
        waits = condition_refs[loose_condition]
        _write_rows(
            cp, np.flatnonzero(kept), kind, linear, (first_term, loose_refs, loose_factors), (first_wait, waits), low, high
        )

    @staticmethod
    def _bound(
        single: NDArray[np.bool_],
        owner: Ints,
        loose: NDArray[np.bool_],
        refs: Ints,
        factors: Ints,
        low: Ints,
        high: Ints,
        lows: Ints,
        highs: Ints,
    ) -> None:
        """Turn unconditional constraints on one variable, factor × literal within bounds, into bounds of the variable."""
        at = loose & single[owner]
        ref, factor, bottom, top = refs[at], factors[at], low[owner[at]], high[owner[at]]
        negative = ref < 0  # f·(1 − x) = f − f·x
        bottom = np.where(negative & (bottom > -FAR), bottom - factor, bottom)
        top = np.where(negative & (top < FAR), top - factor, top)
        factor = np.where(negative, -factor, factor)
        ref = np.where(negative, -ref - 1, ref)
        swapped = factor < 0
        # Divide both sides; infinite ones stay infinite.
        lower = np.where(swapped, np.where(top >= FAR, FAR, top), np.where(bottom <= -FAR, -FAR, bottom))
        upper = np.where(swapped, np.where(bottom <= -FAR, -FAR, bottom), np.where(top >= FAR, FAR, top))
        unbounded_below = np.abs(lower) >= FAR
        unbounded_above = np.abs(upper) >= FAR
        least = -((-lower) // factor)  # rounded up
        most = upper // factor
        np.maximum.at(lows, ref[~unbounded_below], least[~unbounded_below])
        np.minimum.at(highs, ref[~unbounded_above], most[~unbounded_above])


def _write_rows(
    cp: cp_model.CpModel,
    rows: Ints,
    kind: NDArray[np.int8],
    linear: NDArray[np.bool_],
    terms: tuple[Ints, Ints, Ints],
    waits: tuple[Ints, Ints],
    low: Ints,
    high: Ints,
) -> None:
    add = cp.proto.constraints.add
    first, refs, factors = terms[0].tolist(), terms[1].tolist(), terms[2].tolist()
    first_wait, conditions = waits[0].tolist(), waits[1].tolist()
    for i, k, is_linear, bottom, top in zip(
        rows.tolist(), kind[rows].tolist(), linear[rows].tolist(), low[rows].tolist(), high[rows].tolist(), strict=True
    ):
        begin, end = first[i], first[i + 1]
        constraint = add()
        if is_linear:
            literals, coefficients = refs[begin:end], factors[begin:end]
            for j, ref in enumerate(literals):
                if ref < 0:  # f·(1 − x)
                    factor = coefficients[j]
                    bottom = bottom if bottom <= -FAR else bottom - factor
                    top = top if top >= FAR else top - factor
                    literals[j], coefficients[j] = -ref - 1, -factor
            constraint.linear.vars.extend(literals)
            constraint.linear.coeffs.extend(coefficients)
            constraint.linear.domain.extend((max(bottom, cp_model.INT_MIN), top))
        elif k == CLAUSE:
            constraint.bool_or.literals.extend(refs[begin:end])
        elif k == AT_MOST_ONE:
            constraint.at_most_one.literals.extend(refs[begin:end])
        else:
            constraint.exactly_one.literals.extend(refs[begin:end])
        if first_wait[i] < first_wait[i + 1]:
            constraint.enforcement_literal.extend(conditions[first_wait[i] : first_wait[i + 1]])


class _Lists:
    """Constraints read one by one. Conjunctions become clauses, and so do the conditions of clauses."""

    def __init__(self) -> None:
        self.kind: list[int] = []
        self.low: list[int] = []
        self.high: list[int] = []
        self.first: list[int] = [0]
        self.terms: list[int] = []
        self.factors: list[int] = []
        self.first_condition: list[int] = [0]
        self.conditions: list[int] = []

    def read(self, c: object) -> None:
        """Take in one constraint of the model.

        Raises
        ------
        TypeError
            It is of a kind no rule uses.
        """
        conditions = list(c.enforcement_literal)  # type: ignore[attr-defined]
        if c.has_bool_or():  # type: ignore[attr-defined]
            literals = list(c.bool_or.literals)  # type: ignore[attr-defined]
            self._add(CLAUSE, [*literals, *(-lit - 1 for lit in conditions)], None, 1, FAR, [])
        elif c.has_linear():  # type: ignore[attr-defined]
            linear = c.linear  # type: ignore[attr-defined]
            domain = list(linear.domain)
            if len(domain) != 2:
                raise TypeError("a linear constraint with a hole in its domain")
            self._add(LINEAR, list(linear.vars), list(linear.coeffs), domain[0], domain[1], conditions)
        elif c.has_exactly_one():  # type: ignore[attr-defined]
            self._add(EXACTLY_ONE, list(c.exactly_one.literals), None, 1, 1, conditions)  # type: ignore[attr-defined]
        elif c.has_at_most_one():  # type: ignore[attr-defined]
            self._add(AT_MOST_ONE, list(c.at_most_one.literals), None, -FAR, 1, conditions)  # type: ignore[attr-defined]
        elif c.has_bool_and():  # type: ignore[attr-defined]
            for literal in c.bool_and.literals:  # type: ignore[attr-defined]
                self._add(CLAUSE, [literal, *(-lit - 1 for lit in conditions)], None, 1, FAR, [])
        else:
            raise TypeError(f"a constraint of a kind no rule uses: {c}")

    def _add(
        self, kind: int, terms: list[int], factors: list[int] | None, low: int, high: int, conditions: list[int]
    ) -> None:
        self.kind.append(kind)
        self.low.append(max(low, -FAR))
        self.high.append(high)
        self.terms += terms
        self.factors += factors if factors is not None else [1] * len(terms)
        self.first.append(len(self.terms))
        self.conditions += conditions
        self.first_condition.append(len(self.conditions))


def cells_of(model: RosterModel) -> dict[tuple[str, date], list[tuple[str, int]]]:
    """(person, day) → the symbols of the cell and their variables, for cells that are not constants."""
    where: dict[tuple[str, date], list[tuple[str, int]]] = {}
    for (s, d, k), lit in model.cells():
        if not isinstance(lit, int):
            where.setdefault((s, d), []).append((k, lit.index))
    return where


def _variable(reference: int) -> int:
    return reference if reference >= 0 else -reference - 1


def _variables(references: Ints) -> Ints:
    return np.where(references >= 0, references, -references - 1)


def _spans(first: Ints, chosen: Ints) -> Ints:
    """The places of all members of some lists that lie one after the other; `first`: where each begins."""
    begin, count = first[chosen], first[chosen + 1] - first[chosen]
    total = int(count.sum())
    if not total:
        return np.empty(0, np.int64)
    shift = np.repeat(begin - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    return shift + np.arange(total)
