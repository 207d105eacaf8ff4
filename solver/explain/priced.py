"""One model in which every change has its price: the cheapest changes that let the hard facts hold together.

Every fact holds unless an edit made for it is chosen, and a bound gives way by as many units as are paid for:

    min Σ_e price(e) · e   such that   fact f holds ∨ ⋁{e for f} e     ∀ hard facts f                                 (1)

CP-SAT solves (1) with all its linear relaxation: a shortage of people is a matter of sums, which contradictions found one
by one approach slowly. Measured on a generated month of 30 people (seed 0, demand against two days off a week, 2 cores): the
usual workers prove in 7 s that 70 is the least, one worker knows 70 and the bound 60 after 12 s, and core-guided search
(Andres et al., ICLP 2012) 315 and no bound.
Where it is not done within its share, the cheapest set that breaks what is known is the next to try, as in MaxHS.

What an edit adds, and what it does to facts that it was not made for, shows only in the patched problem: (1) proposes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Final, NamedTuple

from ortools.sat.python import cp_model

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.fact import Fact
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.explain.edits import Bound, Edit, Editor, Gap
from solver.explain.parts import Parts, Row, state
from solver.search.budget import Budget
from solver.search.cp_sat import new_solver, solve_until
from solver.search.outcome import SearchStatus

PRICE_FIRST = 100_000  # of two sets of one price the smaller wins, then the one that moves dates less far
FEW_FIRST = 400  # for each change; more than the levels that dates of a few changes have
MODEL_SHARE = 0.6  # of the time left, and so much
MODEL_WORK = 6.0  # of CP-SAT's deterministic time, at most, for the one model; then conflicts are learnt one by one
_OF_THEIR_OWN: Final = frozenset({"prefilled", "calendar", "employment", "backup_coverage", "stability"})
"""Rules whose facts have edits of their own; those of another one share what can be done about their entry."""
Need = Mapping[str, int]
"""Target → level from which an edit of it goes far enough."""
NOTHING: Final[Need] = {}


class Choice(NamedTuple):
    """A set of edits, and the schedule they should make possible; None where they just break what is known."""

    edits: list[Edit]
    schedule: Schedule | None

    @property
    def price(self) -> int:
        """What they cost."""
        return sum(edit.price for edit in self.edits)


class Priced:
    """The edits of a problem, what each may break, and what is learnt of sets that did not help."""

    def __init__(self, problem: Problem, parts: Parts, prices: Mapping[str, int]) -> None:
        self._problem, self._parts = problem, parts
        self._editor = Editor(problem, prices)
        self.edits: dict[tuple[str, int], Edit] = {}
        self.bounds: dict[str, Bound] = {}
        self.learnt: list[tuple[Need, list[tuple[str, int]]]] = []
        self.blocked: list[Need] = []
        self._known: list[list[Fact]] = []
        self._takes_long = False
        self.in_hand: Choice | None = None
        """Edits of which (1) knows a roster, where time did not tell whether they are the cheapest."""
        shared: dict[tuple[str, str], Need] = {}
        self.breakers: dict[Fact, Need] = {}
        for fact in parts.facts:
            entry = (fact.rule, fact.path)
            if fact.rule in _OF_THEIR_OWN:
                self.breakers[fact] = self._breakers_of(fact)
            else:
                shared[entry] = shared.get(entry) or self._breakers_of(fact)
                self.breakers[fact] = shared[entry]

    def _breakers_of(self, fact: Fact, levels: Need = NOTHING, gap: Gap = lambda _side, _unit: 1) -> Need:
        """What may break a fact beyond the levels that are applied already, by target; its edits are noted."""
        told = ConflictFact.of(fact)
        least: dict[str, int] = {}
        for edit in self._editor.single_edits(told, levels):
            self.edits.setdefault((edit.target, edit.level), edit)
            least[edit.target] = min(edit.level, least.get(edit.target, edit.level))
        for bound in self._editor.bounds_of(told):
            units = gap(bound.side, bound.unit)
            if units is not None and levels.get(bound.target, 0) + units <= bound.most:
                self.bounds.setdefault(bound.target, bound)
                least[bound.target] = levels.get(bound.target, 0) + units
        return least

    # ---- what is learnt -----------------------------------------------------------------------------

    def know(self, conflicts: Sequence[Conflict]) -> bool:
        """Note the conflicts of the problem itself; False if nothing could break one of them."""
        fact_of = {ConflictFact.of(fact): fact for fact in self._parts.facts}
        self._known = [[fact_of[fact] for fact in conflict.facts] for conflict in conflicts]
        return all(any(self.breakers[fact] for fact in facts) for facts in self._known)

    def learn(self, facts: Sequence[Fact], parts: Parts, edits: Sequence[Edit], given: Sequence[Edit]) -> bool:
        """Note a conflict found where the edits are applied; False if no edit beyond them could break it.

        `given` are the edits without which it may be none.
        """
        levels = {edit.target: edit.level for edit in edits}
        need = _nearest(self._breakers_of(fact, levels, partial(parts.gap, facts, fact)) for fact in facts)
        self.learnt.append((need, [(edit.target, edit.level) for edit in given]))
        return bool(need)

    def block(self, edits: Iterable[Edit]) -> None:
        """Ask for no set again that contains these edits."""
        self.blocked.append({edit.target: edit.level for edit in edits})
        self.in_hand = None

    # ---- the model ------------------------------------------------------------------------------------

    def cheapest(self, budget: Budget, share: float = MODEL_SHARE) -> Choice | None:
        """The cheapest edits by (1) that break what was learnt; only the latter, if (1) takes more than a share of the time.

        None: there are none.
        """
        if not self._takes_long and not budget.spent:
            status, choice = self._by_model(budget.part(share, 0.0))
            if status in ("OPTIMAL", "INFEASIBLE"):
                return choice
            self.in_hand = choice
        if not self._takes_long:
            self._takes_long = True
            for facts in self._known:
                need = _nearest(self._breakers_of(fact, gap=partial(self._parts.gap, facts, fact)) for fact in facts)
                self.learnt.append((need, []))
        hits = _Model(cp_model.CpModel(), self)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._problem.options.seed
        solver.parameters.catch_sigint_signal = False
        if solver.solve(hits.cp) != cp_model.OPTIMAL:
            return None
        choice = Choice(hits.chosen(solver), None)
        # No cheaper set breaks even what is known.
        return self.in_hand if self.in_hand is not None and self.in_hand.price <= choice.price else choice

    def _by_model(self, budget: Budget) -> tuple[SearchStatus, Choice | None]:
        """What CP-SAT makes of (1) within the budget."""
        model = _Model(self._parts.background(), self)
        for fact in self._parts.facts:
            model.hold(fact, self._parts)
        solver = new_solver(self._problem.options, budget)
        solver.parameters.max_deterministic_time = min(MODEL_WORK, budget.work or MODEL_WORK)
        solver.parameters.linearization_level = 2
        solver.parameters.cp_model_probing_level = 0  # these take longer than they save
        solver.parameters.symmetry_level = 0
        status = solve_until(solver, model.cp, budget)
        known = status in ("OPTIMAL", "FEASIBLE")
        return status, Choice(model.chosen(solver), self._parts.schedule(solver)) if known else None

    def eased(self, edits: Sequence[Edit]) -> Parts | None:
        """The facts that remain, as wide as they are then, with all that the edits may touch gone; None: not known."""
        if any(edit.easing is None for edit in edits):
            return None
        stated: dict[Fact, list[Row]] = {}
        for fact, rows in self._parts.stated.items():
            single = [edit for edit in edits if edit.target not in self.bounds]
            if any(edit.easing.touches(fact) for edit in single if edit.easing is not None):
                continue
            wide = [(self.bounds[edit.target], edit.level) for edit in edits if edit.target in self.breakers[fact]]
            wide = [(bound, level) for bound, level in wide if bound.target in self.bounds]
            if wide and any(row.kind != "linear" for row in rows):
                continue
            for bound, level in wide:
                rows = [row.widened(bound.side, level * bound.unit) for row in rows]
            stated[fact] = rows
        return self._parts.stating(stated)

    def breaks(self, fact: Fact, key: tuple[str, int]) -> bool:
        """Whether an edit was made for the fact, or goes as far as one that was."""
        edit = self.edits[key]
        if edit.new_backup and fact.rule == "backup_coverage":
            # A new backup helps on days, too, for which five others were proposed first.
            return edit.easing is not None and edit.easing.touches(fact)
        least = self.breakers[fact].get(edit.target)
        return least is not None and edit.level >= least


class _Model:
    """What is chosen, what it costs and what it must hit, beside whatever the model holds already."""

    def __init__(self, cp: cp_model.CpModel, priced: Priced) -> None:
        self.cp = cp
        self._priced = priced
        edits, bounds = priced.edits, priced.bounds
        self._literals = {key: cp.new_bool_var("") for key in edits}
        self._units = {target: cp.new_int_var(0, bound.most, "") for target, bound in bounds.items()}
        self._reach: dict[tuple[str, int], cp_model.IntVar] = {}
        self._levels: dict[str, list[tuple[int, cp_model.IntVar]]] = {}
        for (target, level), literal in self._literals.items():
            self._levels.setdefault(target, []).append((level, literal))
        for levels in self._levels.values():  # a place is changed once
            cp.add_at_most_one(literal for _, literal in levels)
        for need, given in priced.learnt:
            cp.add_bool_or([*self._beyond(need), *(~self._at_least(*key)[0] for key in given)])
        for blocked in priced.blocked:
            cp.add(cp_model.LinearExpr.sum(list(self._beyond(blocked))) < len(blocked))
        nearer = {
            (target, level): sum(other < level for other, _ in levels)
            for target, levels in self._levels.items()
            for level, _ in levels
        }
        prices = [edits[key].price * PRICE_FIRST + FEW_FIRST + nearer[key] for key in self._literals]
        prices += [bounds[target].price * PRICE_FIRST + FEW_FIRST for target in self._units]
        cp.minimize(cp_model.LinearExpr.weighted_sum([*self._literals.values(), *self._units.values()], prices))

    def _beyond(self, need: Need) -> Iterable[cp_model.IntVar]:
        return chain.from_iterable(self._at_least(target, level) for target, level in need.items())

    def _at_least(self, target: str, level: int) -> list[cp_model.IntVar]:
        """Literals of which one is true exactly if the target is changed so far."""
        if target not in self._units:
            return [literal for far, literal in self._levels.get(target, ()) if far >= level]
        literal = self._reach.get((target, level))
        if literal is None:
            literal = self._reach[target, level] = self.cp.new_bool_var("")
            self.cp.add(self._units[target] >= level).only_enforce_if(literal)
            self.cp.add(self._units[target] < level).only_enforce_if(~literal)
        return [literal]

    def hold(self, fact: Fact, parts: Parts) -> None:
        """Let a fact hold unless it is broken: its sums give way by the units paid for, the rest goes."""
        broken = [literal.index for key, literal in self._literals.items() if self._priced.breaks(fact, key)]
        bounds = [self._priced.bounds[target] for target in self._priced.breakers[fact] if target in self._priced.bounds]
        for row in parts.stated[fact]:
            if row.kind != "linear":
                wide = [self._at_least(bound.target, 1)[0].index for bound in bounds]
                state(self.cp, row, [-index - 1 for index in (*broken, *wide)])
                continue
            for side, part in row.sides():
                terms = [
                    (self._units[bound.target].index, bound.unit if side == "min" else -bound.unit)
                    for bound in bounds
                    if bound.side == side
                ]
                state(self.cp, part, [-index - 1 for index in broken], terms)

    def chosen(self, solver: cp_model.CpSolver) -> list[Edit]:
        """The edits of a solution."""
        edits = [self._priced.edits[key] for key, literal in self._literals.items() if solver.boolean_value(literal)]
        units = ((target, solver.value(variable)) for target, variable in self._units.items())
        return edits + [self._priced.bounds[target].edit(count) for target, count in units if count]


def _nearest(needs: Iterable[Need]) -> Need:
    """By target, the least level that breaks one of several facts."""
    least: dict[str, int] = {}
    for target, level in chain.from_iterable(need.items() for need in needs):
        least[target] = min(level, least.get(target, level))
    return least
