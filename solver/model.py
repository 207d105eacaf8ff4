"""RosterModel: the CP-SAT model the rules write into, in one of three modes.

A rule states a Fact and a bound; how the fact is enforced is decided here alone:

* `solve`    hard facts are plain constraints, soft facts priced;
* `relax`    hard facts are priced too (first objective), except structural ones;
* `explain`  hard facts hold under an assumption literal each, soft facts are left out, there is no objective.

Cells are literals x[s, d, k]. Pinned and calendar cells are constants, not variables, so that a rule's sums and
clauses fold before they reach the solver; only `explain` keeps them open, because there they are facts to blame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import cached_property
from itertools import compress
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from solver.domain.fact import Fact
from solver.domain.group import StaffGroup
from solver.domain.problem import Problem

Lit = cp_model.IntVar | cp_model.NotBooleanVariable | int
"""A Boolean of the model, its negation, or the constants 0 and 1. Sums also take the model's integer variables."""


class Assignment(Protocol):
    """What holds a solution: a solver, its callback, or a list of values."""

    def boolean_value(self, lit: cp_model.LiteralT, /) -> bool:
        """Whether the literal is true."""


LOOK_EVERY = 256  # facts, between two looks at the time


class OutOfTime(Exception):
    """There is no time left to make the model."""


class Mode(StrEnum):
    """How hard facts are enforced."""

    SOLVE = "solve"
    RELAX = "relax"
    EXPLAIN = "explain"


def negated(lit: Lit) -> Lit:
    """The opposite literal."""
    return 1 - lit if isinstance(lit, int) else cast(Lit, ~lit)


def impossible(lit: Lit) -> bool:
    """Whether the literal is the constant 0."""
    return isinstance(lit, int) and lit == 0


class Cost:
    """One objective in the making: Σ coefficient × literal + constant."""

    def __init__(self) -> None:
        self.terms: list[Lit] = []
        self.coefficients: list[int] = []
        self.constant = 0

    def add(self, coefficient: int, term: Lit) -> None:
        """Charge `coefficient` for every unit of `term`."""
        if isinstance(term, int):
            self.constant += coefficient * term
        else:
            self.terms.append(term)
            self.coefficients.append(coefficient)

    def expression(self) -> cp_model.LinearExprT:
        """The sum as ortools wants it."""
        return cp_model.LinearExpr.weighted_sum(self.terms, self.coefficients) + self.constant


class RosterModel:
    """The model of one problem: literals to use (`x`, `standing`, …) and ways to state facts (`within`, `forbid`, …)."""

    def __init__(
        self,
        problem: Problem,
        mode: Mode = Mode.SOLVE,
        keep: Callable[[Fact], bool] | None = None,
        enough: Callable[[], bool] | None = None,
        spoken_for: Callable[[Fact], bool] | None = None,
    ) -> None:
        """Make the cells; `keep` tells which facts are stated at all (None: every one).

        `spoken_for` tells whether somebody else takes care of a fact, and so of all facts of its entry about its person.

        `enough` is asked now and then; once it says so, `OutOfTime` is raised from wherever the model is being made.
        """
        self._enough, self._looks = enough, 0
        self.problem = problem
        self.mode = mode
        self._keep, self._spoken_for = keep, spoken_for
        self.cp = cp_model.CpModel()
        self.hard_cost, self.soft_cost = Cost(), Cost()
        self.assumptions: dict[Fact, cp_model.IntVar] = {}
        self._bounds: dict[int, tuple[int, int]] = {}  # of integer variables; Booleans are 0..1
        self._standing: dict[tuple[str, date, tuple[str, ...]], Lit] = {}
        self._absent: dict[tuple[str, date], Lit] = {}
        self._covering: dict[tuple[str, date], dict[str, Lit]] = {}
        self._x: dict[tuple[str, date, str], Lit] = {}
        self._add_cells()

    # ---- cells ------------------------------------------------------------------------------------

    def _add_cells(self) -> None:
        """Literals for every employed person and day, one of them true: Σ_k x[s, d, k] = 1."""
        new_bool, exactly_one, x = self.cp.new_bool_var, self.cp.add_exactly_one, self._x
        for person in self.problem.staff:
            s = person.id
            for d in self.problem.employed_days(s):
                self.look()
                symbols = self._choices(s, d)
                if len(symbols) == 1:
                    x[s, d, symbols[0]] = 1
                    continue
                cell = [new_bool("") for _ in symbols]
                exactly_one(cell)
                for k, lit in zip(symbols, cell, strict=True):
                    x[s, d, k] = lit
        if self.mode is Mode.EXPLAIN:
            self._add_unemployed_cells()

    def _add_unemployed_cells(self) -> None:
        """Cells around employment: Σ_k x[s, d, k] ≤ 1, for the fact that nobody stands there (rule `employment`)."""
        for person in self.problem.staff:
            s = person.id
            if person.is_active:
                for d in self.problem.days:
                    if not self.problem.employed(s, d):
                        cell = {k: self.cp.new_bool_var("") for k in self.problem.open_choices(s)}
                        self.cp.add_at_most_one(cell.values())
                        self._x.update({(s, d, k): lit for k, lit in cell.items()})

    def _choices(self, s: str, d: date) -> tuple[str, ...]:
        problem = self.problem
        if self.mode is not Mode.EXPLAIN:
            return problem.choices(s, d)
        pin, closed = problem.pinned(s, d), d in problem.closed_days
        extra = ((pin,) if pin is not None else ()) + ((problem.off,) if closed and problem.off is not None else ())
        return tuple(dict.fromkeys((*problem.open_choices(s), *extra)))

    def x(self, s: str, d: date, k: str) -> Lit:
        """Whether person s stands on symbol k on day d (0 where he cannot)."""
        return self._x.get((s, d, k), 0)

    def cells(self) -> Iterable[tuple[tuple[str, date, str], Lit]]:
        """Every (person, day, symbol) that may be, and its literal."""
        return self._x.items()

    def cell(self, s: str, d: date, symbols: Iterable[str]) -> list[Lit]:
        """The literals of a cell for several symbols; they exclude each other, so their sum is 0 or 1."""
        get = self._x.get
        return [lit for k in symbols if (lit := get((s, d, k))) is not None]

    def standing(self, s: str, d: date, symbols: tuple[str, ...]) -> Lit:
        """One literal for "s stands on one of the symbols on d"."""
        key = (s, d, symbols)
        lit = self._standing.get(key)
        if lit is None:
            lit = self._standing[key] = self._make_standing(s, d, symbols)
        return lit

    def _make_standing(self, s: str, d: date, symbols: tuple[str, ...]) -> Lit:
        inside = self.cell(s, d, dict.fromkeys(symbols))
        if not inside:
            return 0
        if len(inside) == 1:
            return inside[0]
        if self.mode is Mode.EXPLAIN and not self.problem.employed(s, d):
            return self.any_of(inside)
        others = [k for k in self._choices(s, d) if k not in symbols]
        if not others:
            return 1
        if len(others) == 1:
            return negated(self.x(s, d, others[0]))
        lit = self.cp.new_bool_var("")
        self.cp.add(cp_model.LinearExpr.sum(inside) == lit)
        return lit

    def solution(self, value: Assignment) -> dict[str, dict[date, str]]:
        """The schedule the solver holds."""
        rows: dict[str, dict[date, str]] = {person.id: {} for person in self.problem.staff}
        read = value.boolean_value
        for (s, d, k), lit in self._x.items():
            if isinstance(lit, int) or read(lit):
                rows[s][d] = k
        return {s: row for s, row in rows.items() if row}

    def roster_of(self, values: NDArray[np.int64]) -> dict[str, dict[date, str]]:
        """The schedule of a whole solution, a value for every variable."""
        rows: dict[str, dict[date, str]] = {person.id: {} for person in self.problem.staff}
        cells, constant, variables = self._readable
        held = constant.copy()
        held[variables >= 0] = values[variables[variables >= 0]] != 0
        for s, d, k in compress(cells, held.tolist()):
            rows[s][d] = k
        return {s: row for s, row in rows.items() if row}

    @cached_property
    def _readable(self) -> tuple[list[tuple[str, date, str]], NDArray[np.bool_], NDArray[np.int64]]:
        """Cells, which of them are the constant 1, and their variables (−1: a constant)."""
        lits = self._x.values()
        constant = np.array([isinstance(lit, int) and lit == 1 for lit in lits], np.bool_)
        variables = np.array([-1 if isinstance(lit, int) else lit.index for lit in lits], np.int64)
        return list(self._x), constant, variables

    def claims(self, value: Assignment) -> frozenset[tuple[str, date, str]] | None:
        """(group, day, backup) of the covers decided on; None where covers follow from the schedule."""
        if self.covers_per_day is None:
            return None
        return frozenset(
            (group, day, backup)
            for (group, day), covers in self._covering.items()
            for backup, lit in covers.items()
            if (lit == 1 if isinstance(lit, int) else value.boolean_value(lit))
        )

    def hint_all(self, values: Sequence[int]) -> None:
        """Suggest a value for every variable: a whole solution, auxiliary literals included."""
        self.clear_hints()
        for index, value in enumerate(values):
            self.cp.add_hint(self.cp.get_int_var_from_proto_index(index), value)

    def clear_hints(self) -> None:
        """Forget every suggestion."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]

    def hint(self, s: str, d: date, k: str) -> None:
        """Suggest a symbol for a cell; ignored where the cell cannot hold it."""
        if (s, d, k) not in self._x:
            return
        for symbol in self._choices(s, d):
            lit = self.x(s, d, symbol)
            if not isinstance(lit, int):
                self.cp.add_hint(lit, symbol == k)

    # ---- literals of coverage ---------------------------------------------------------------------

    def absent(self, m: str, d: date) -> Lit:
        """absent(m, d) of the coverage rule: off, or away unless an idle on_call ⊘."""
        key = (m, d)
        lit = self._absent.get(key)
        if lit is None:
            problem = self.problem
            away = problem.of_kind("away")
            if m in problem.on_call:
                away = tuple(k for k in away if k != problem.away)
            lit = self._absent[key] = self.standing(m, d, problem.of_kind("off") + away) if problem.employed(m, d) else 0
        return lit

    def absences(self, group: StaffGroup, d: date) -> list[Lit]:
        """The absence literals of a group's members on a day, impossible ones left out."""
        found = [self.absent(m, d) for m in self.problem.members_on(group, d)]
        return [lit for lit in found if not impossible(lit)]

    def covering(self, group: StaffGroup, d: date) -> dict[str, Lit]:
        """Who covers the group on the day: backup → exact literal, in order.

        Without `covers_per_day` the covers are a function of the schedule: b covers ⇔ x[b, d, ○] ∧ need(g, d) exceeds
        the number of eligible backups before b on ○. With a cap they are decisions: each stands on ○, covers at most
        the cap's number of groups, and no group is covered beyond its need.
        """
        key = (group.id, d)
        if key not in self._covering:
            if self.covers_per_day is not None:
                self._decide_covers(d, self.covers_per_day)
            else:
                self._covering[key] = self._derive_covers(group, d)
        return self._covering[key]

    def _derive_covers(self, group: StaffGroup, d: date) -> dict[str, Lit]:
        problem, absences = self.problem, self.absences(group, d)
        backups = [e.staff_id for e in problem.eligible(group.id, d)]
        on_normal = [self.x(b, d, problem.normal or "") for b in backups]
        if not absences:
            return dict.fromkeys(backups, 0)
        if group.cover == "each":
            return {b: self.all_of([on_normal[i], self.fewer(on_normal[:i], absences)]) for i, b in enumerate(backups)}
        trigger = self.any_of(absences)
        return {b: self.all_of([on_normal[i], trigger, *map(negated, on_normal[:i])]) for i, b in enumerate(backups)}

    def _decide_covers(self, d: date, cap: int) -> None:
        """Cover decisions of all groups on a day, and the cap that couples them."""
        problem = self.problem
        groups_of: dict[str, list[Lit]] = {}
        for group in problem.groups:
            absences = self.absences(group, d)
            covers: dict[str, Lit] = {}
            for e in problem.eligible(group.id, d):
                stands = self.x(e.staff_id, d, problem.normal or "")
                covers[e.staff_id] = 0 if not absences or impossible(stands) else self.cp.new_bool_var("")
                self.imply([covers[e.staff_id]], stands)
                groups_of.setdefault(e.staff_id, []).append(covers[e.staff_id])
            if covers and absences:
                self.at_most([*covers.values()], absences if group.cover == "each" else [self.any_of(absences)])
            self._covering[group.id, d] = covers
        for covers_of_one in groups_of.values():
            if len(covers_of_one) > cap:
                self.at_most(covers_of_one, cap)

    @cached_property
    def covers_per_day(self) -> int | None:
        """The cap on groups one backup covers on a day; None where there is none."""
        coverage = self.problem.settings.backup_coverage
        return coverage.covers_per_day if coverage is not None else None

    # ---- auxiliary literals -----------------------------------------------------------------------

    def all_of(self, lits: Iterable[Lit]) -> Lit:
        """A literal that is true exactly if all are."""
        rest = [lit for lit in lits if not (isinstance(lit, int) and lit == 1)]
        if any(isinstance(lit, int) for lit in rest):
            return 0
        if len(rest) < 2:
            return rest[0] if rest else 1
        made = self.cp.new_bool_var("")
        self.cp.add_bool_and(rest).only_enforce_if(made)
        self.cp.add_bool_or([made, *(negated(lit) for lit in rest)])
        return made

    def any_of(self, lits: Iterable[Lit]) -> Lit:
        """A literal that is true exactly if one of them is."""
        return negated(self.all_of([negated(lit) for lit in lits]))

    def fewer(self, some: Sequence[Lit], than: Sequence[Lit]) -> Lit:
        """A literal that is true exactly if fewer of `some` are true than of `than`."""
        if not some:
            return self.any_of(than)
        made = self.cp.new_bool_var("")
        difference = cp_model.LinearExpr.sum(list(some)) - cp_model.LinearExpr.sum(list(than))
        self.cp.add(difference <= -1).only_enforce_if(made)
        self.cp.add(difference >= 0).only_enforce_if(negated(made))
        return made

    def imply(self, conditions: Iterable[Lit], then: Lit) -> None:
        """Background knowledge, no fact: if all conditions hold, so does `then`."""
        clause = [*(negated(lit) for lit in conditions), then]
        if not any(isinstance(lit, int) and lit == 1 for lit in clause):
            self.cp.add_bool_or([lit for lit in clause if not isinstance(lit, int)])

    def at_most(self, some: Sequence[Lit], than: Sequence[Lit] | int) -> None:
        """Background knowledge, no fact: at most as many of `some` are true as of `than` (or as the number)."""
        limit = than if isinstance(than, int) else cp_model.LinearExpr.sum(list(than))
        self.cp.add(cp_model.LinearExpr.sum(list(some)) <= limit)

    def between(self, low: cp_model.IntVar, lits: Sequence[Lit], constant: int, high: cp_model.IntVar) -> None:
        """Background knowledge, no fact: low ≤ Σ lits + constant ≤ high."""
        total = cp_model.LinearExpr.sum(list(lits)) + constant
        self.cp.add(total >= low)
        self.cp.add(total <= high)

    def count(self, low: int, high: int) -> cp_model.IntVar:
        """A new integer variable."""
        made = self.cp.new_int_var(low, high, "")
        self._bounds[made.index] = (low, high)
        return made

    def domains(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The least and the greatest value of every variable."""
        variables = len(self.cp.proto.variables)
        lows, highs = np.zeros(variables, np.int64), np.ones(variables, np.int64)
        for index, (low, high) in self._bounds.items():
            lows[index], highs[index] = low, high
        return lows, highs

    # ---- facts ------------------------------------------------------------------------------------

    def within(
        self, fact: Fact, low: int | None, terms: Sequence[Lit], high: int | None, coefficients: Sequence[int] | None = None
    ) -> None:
        """Keep low ≤ Σ coefficient × term ≤ high; amount = how far the sum lies outside."""
        if not self._matters(fact):
            return
        variables, factors, constant, least, most = self._folded(terms, coefficients)
        low = None if low is None or least + constant >= low else low - constant
        high = None if high is None or most + constant <= high else high - constant
        if low is None and high is None:
            return
        expression = cp_model.LinearExpr.weighted_sum(variables, factors)
        if self._priced(fact):
            # ≤ suffices: minimising pushes a slack down to the excess.
            if low is not None:
                under = self.count(0, low - least)
                self.cp.add(expression + under >= low)
                self._charge(fact, under)
            if high is not None:
                over = self.count(0, most - high)
                self.cp.add(expression - over <= high)
                self._charge(fact, over)
        else:
            bounds = (low if low is not None else cp_model.INT_MIN, high if high is not None else cp_model.INT_MAX)
            self._enforce(self.cp.add_linear_constraint(expression, *bounds), fact)

    def forbid(self, fact: Fact, *combinations: Iterable[Lit], amount: int = 1) -> Lit:
        """In none of the combinations are all literals true; `amount` units if any of them happens.

        Returns the literal that is charged (0 where the fact is not priced).
        """
        if not self._matters(fact):
            return 0
        folded = [kept for combination in combinations if (kept := _all_true(combination)) is not None]
        if not folded:
            return 0
        if not self._priced(fact):
            for kept in folded:
                self._enforce(self.cp.add_bool_or([negated(lit) for lit in kept]), fact)
            return 0
        happens: Lit
        if not all(folded):
            happens = 1
        elif len(folded) == 1 and len(folded[0]) == 1:
            happens = folded[0][0]
        else:
            happens = self.cp.new_bool_var("")
            for kept in folded:
                self.cp.add_bool_or([happens, *(negated(lit) for lit in kept)])
        self._charge(fact, happens, amount)
        return happens

    def bar(self, fact: Fact, lits: Sequence[Lit]) -> None:
        """None of some literals that exclude each other is true; one unit if one of them is."""
        if not self._matters(fact):
            return
        if self._priced(fact):
            for lit in lits:
                self._charge(fact, lit)
        elif any(isinstance(lit, int) and lit == 1 for lit in lits):
            self._enforce(self.cp.add_bool_or([]), fact)
        elif barred := [negated(lit) for lit in lits if not isinstance(lit, int)]:
            self._enforce(self.cp.add_bool_and(barred), fact)

    def require_if(self, fact: Fact, conditions: Iterable[Lit], some: Sequence[Lit], at_least: Sequence[Lit]) -> Lit:
        """If all conditions hold, as many of `some` are true as of `at_least`; one unit if not.

        Returns the literal that is charged (0 where the fact is not priced).
        """
        kept = _all_true(conditions)
        if kept is None or not self._matters(fact):
            return 0
        difference = cp_model.LinearExpr.sum(list(some)) - cp_model.LinearExpr.sum(list(at_least))
        constraint = self.cp.add(difference >= 0)
        if not self._priced(fact):
            self._enforce(constraint, fact, *kept)
            return 0
        happens = self.cp.new_bool_var("")
        constraint.only_enforce_if([*kept, negated(happens)])
        self._charge(fact, happens)
        return happens

    def assumption(self, fact: Fact) -> cp_model.IntVar:
        """The literal that switches a hard fact on in `explain` mode."""
        lit = self.assumptions.get(fact)
        if lit is None:
            lit = self.assumptions[fact] = self.cp.new_bool_var("")
        return lit

    def look(self) -> None:
        """Raise `OutOfTime` once it is enough, as far as is looked at: every LOOK_EVERY times."""
        self._looks += 1
        if self._looks % LOOK_EVERY == 0 and self._enough is not None and self._enough():
            raise OutOfTime

    def leaves_out(self, fact: Fact) -> bool:
        """Whether somebody else takes care of a fact, as of all of its entry about its person: its literals are spared."""
        return self._spoken_for is not None and self._spoken_for(fact)

    def _matters(self, fact: Fact) -> bool:
        self.look()
        if self.leaves_out(fact) or (self._keep is not None and not self._keep(fact)):
            return False
        if self.mode is Mode.EXPLAIN:
            return fact.hard
        return fact.weight > 0 or not self._priced(fact)

    def _priced(self, fact: Fact) -> bool:
        return not fact.hard or (self.mode is Mode.RELAX and not fact.structural)

    def _enforce(self, constraint: cp_model.Constraint, fact: Fact, *conditions: Lit) -> None:
        needed = list(conditions)
        if self.mode is Mode.EXPLAIN:
            needed.append(self.assumption(fact))
        if needed:
            constraint.only_enforce_if(needed)

    def _charge(self, fact: Fact, term: Lit, amount: int = 1) -> None:
        (self.hard_cost if fact.hard else self.soft_cost).add(fact.weight * amount, term)

    def _folded(
        self, terms: Sequence[Lit], coefficients: Sequence[int] | None
    ) -> tuple[list[Lit], list[int], int, int, int]:
        """Variables and their factors, the constant part, and the least and greatest value of the variable part."""
        variables: list[Lit] = []
        factors: list[int] = []
        constant = least = most = 0
        for i, term in enumerate(terms):
            factor = 1 if coefficients is None else coefficients[i]
            if isinstance(term, int):
                constant += factor * term
                continue
            variables.append(term)
            factors.append(factor)
            bottom, top = self._bounds.get(term.index, (0, 1)) if self._bounds else (0, 1)
            least += factor * (bottom if factor > 0 else top)
            most += factor * (top if factor > 0 else bottom)
        return variables, factors, constant, least, most


def _all_true(lits: Iterable[Lit]) -> list[Lit] | None:
    """The literals a conjunction really depends on; None if it can never be true."""
    kept: list[Lit] = []
    for lit in lits:
        if isinstance(lit, int):
            if lit == 0:
                return None
        else:
            kept.append(lit)
    return kept
