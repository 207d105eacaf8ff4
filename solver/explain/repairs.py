"""Repairs: the cheapest changes that make a problem feasible, by implicit hitting sets.

Reiter (1987): the minimal sets of changes that break every conflict are the minimal hitting sets of the conflicts. As in
MaxHS (Davies & Bacchus, CP 2011) the conflicts are found as needed:

1. H = the cheapest set of edits that hits every known conflict (a tiny CP-SAT model; an edit that goes farther hits what a
   nearer one of the same place hits; a place is changed once).
2. Apply H to the problem. If it is feasible now, H is a repair, and no set that contains it is asked for again.
3. Else a conflict of the patched problem must be hit too, by an edit beyond H. Go to 1.

What time did not let us solve is no proved repair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import jsonpatch
from ortools.sat.python import cp_model

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.errors import ProblemError, TobanError
from solver.domain.fact import Fact
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.repair import Repair
from solver.domain.wording import one_by_one, runs
from solver.explain.conflicts import Finder, parts_of
from solver.explain.edits import PRICES, Edit, Editor
from solver.explain.parts import Parts
from solver.explain.scopes import Scope, scopes_of
from solver.model import Mode
from solver.search import build
from solver.search.budget import Budget
from solver.search.cp_sat import satisfiable

MOST_REPAIRS = 5
MOST_TRIES = 1000
FURTHER_SECONDS = 2.0  # for repairs beyond the first, unless work is limited
PATIENCE = 5  # sets of edits that help nothing, after which no further repair is looked for
CONFLICTS_AT_ONCE = 5  # of a patched problem that is still infeasible
PRICE_FIRST = 1000  # of two sets of one price the smaller wins; no set has more edits

Chosen = Mapping[str, int]
"""Target → level."""


def find_repairs(
    problem: Problem,
    conflicts: tuple[Conflict, ...],
    parts: Parts,
    budget: Budget,
    most: int = MOST_REPAIRS,
    prices: Mapping[str, int] = PRICES,
    tries: int = MOST_TRIES,
) -> tuple[Repair, ...]:
    """At most so many repairs, the cheapest first; `conflicts` are the known ones among the problem's facts, `parts`.

    `tries` bounds how many sets of edits are tried for the first. A single one may be unproved: the cheapest set of edits
    that breaks all conflicts known when time or tries ran out.
    """
    search = _Search(problem, parts, budget, prices)
    found: list[Repair] = []
    if not conflicts or not search.know(conflicts):
        return ()
    in_vain = 0
    while len(found) < most and (edits := search.cheapest()) is not None:
        spent = search.budget.spent or in_vain >= (PATIENCE if found else tries)
        feasible = None if spent else search.feasible(edits)
        if feasible is None:
            return tuple(found) or (_repair(problem, edits, proved=False),)
        in_vain += 1
        if feasible:
            if not found:
                search.budget = budget.part(1.0, 0.0, FURTHER_SECONDS)
            found.append(_repair(problem, edits, proved=True))
            search.block(edits)
            in_vain = 0
    return tuple(found)


def patched(problem: Problem, patch: tuple[dict[str, Any], ...]) -> Problem:
    """The problem after a JSON Patch of its canonical form.

    Raises
    ------
    ProblemError
        With every fault of the patched problem.
    TobanError
        If the patch leads nowhere, which is a defect: a fact named a place that the problem does not have.
    """
    try:
        document = jsonpatch.apply_patch(problem.canonical(), list(patch))
    except jsonpatch.JsonPatchException as error:
        raise TobanError(f"a repair leads nowhere: {error}") from error
    return read_problem(document)


def sentence_of(problem: Problem, edits: Sequence[Edit]) -> str:
    """What the edits change; several cells of one person are told together."""
    return one_by_one(dict.fromkeys(_sentences(problem, edits)))


def _sentences(problem: Problem, edits: Sequence[Edit]) -> Iterator[str]:
    cells: dict[tuple[str, str], list[date]] = {}
    for edit in edits:
        if edit.freed is not None:
            staff, symbol, day = edit.freed
            cells.setdefault((staff, symbol), []).append(day)
    for edit in edits:
        days = sorted(cells[edit.freed[:2]]) if edit.freed is not None else []
        if edit.freed is None or len(days) == 1:
            yield edit.message
        else:
            staff, symbol, _ = edit.freed
            dates = runs(days, problem.days, most=len(days))
            yield say("explain.unpin_several", name=problem.label(staff), dates=dates, symbol=symbol)


def _repair(problem: Problem, edits: list[Edit], *, proved: bool) -> Repair:
    patch = tuple(chain.from_iterable(edit.patch for edit in edits))
    cost = sum(edit.price for edit in edits)
    return Repair(patch=patch, cost=cost, proved=proved, message=sentence_of(problem, edits))


class _Search:
    """The edits and conflicts known so far."""

    def __init__(self, problem: Problem, parts: Parts, budget: Budget, prices: Mapping[str, int]) -> None:
        self._problem, self._parts, self.budget = problem, parts, budget
        self._editor = Editor(problem, prices)
        self._edits: dict[tuple[str, int], Edit] = {}
        self._conflicts: list[tuple[Chosen, list[tuple[str, int]]]] = []
        self._blocked: list[Chosen] = []
        self._scopes = tuple(scopes_of(problem))
        self._suspects: dict[Scope, None] = {}

    def know(self, conflicts: tuple[Conflict, ...]) -> bool:
        """Note the conflicts of the problem itself; False if nothing could break one of them."""
        fact_of = {ConflictFact.of(fact): fact for fact in self._parts.facts}
        return all(self.learn([fact_of[fact] for fact in conflict.facts], self._parts) for conflict in conflicts)

    def learn(self, facts: list[Fact], parts: Parts, edits: Sequence[Edit] = (), given: Sequence[Edit] = ()) -> bool:
        """Note a conflict that was found where the edits are applied; False if nothing could break it.

        `given` are the edits without which it may be none.
        """
        found: list[Edit] = []
        levels = {edit.target: edit.level for edit in edits}
        for fact in facts:
            found += self._editor.edits_of(ConflictFact.of(fact), levels, partial(parts.gap, facts, fact))
        least: dict[str, int] = {}
        for edit in found:
            self._edits.setdefault((edit.target, edit.level), edit)
            least[edit.target] = min(edit.level, least.get(edit.target, edit.level))
        self._conflicts.append((least, [(edit.target, edit.level) for edit in given]))
        # An edit takes demands away: what holds together now nearly always does then. So these are asked about first.
        self._suspects |= dict.fromkeys([s for s in self._scopes if all(map(s.holds, facts))][:1])
        return bool(found)

    def block(self, edits: list[Edit]) -> None:
        """Ask for no set again that contains these edits."""
        self._blocked.append({edit.target: edit.level for edit in edits})

    def cheapest(self) -> list[Edit] | None:
        """The cheapest edits that hit every known conflict; None where there are none."""
        model = cp_model.CpModel()
        literals = {key: model.new_bool_var("") for key in self._edits}

        def beyond(target: str, level: int) -> list[cp_model.IntVar]:
            return [lit for (place, far), lit in literals.items() if place == target and far >= level]

        for conflict, given in self._conflicts:
            hits = chain.from_iterable(beyond(*need) for need in conflict.items())
            model.add_bool_or([*hits, *(~literals[key] for key in given)])
        for repair in self._blocked:
            model.add(cp_model.LinearExpr.sum([lit for need in repair.items() for lit in beyond(*need)]) < len(repair))
        for target in dict.fromkeys(place for place, _ in literals):
            model.add_at_most_one(beyond(target, 0))
        prices = [self._edits[key].price * PRICE_FIRST + 1 for key in literals]
        model.minimize(cp_model.LinearExpr.weighted_sum(list(literals.values()), prices))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._problem.options.seed
        solver.parameters.catch_sigint_signal = False
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        return [self._edits[key] for key, lit in literals.items() if solver.boolean_value(lit)]

    def feasible(self, edits: list[Edit]) -> bool | None:
        """Whether the problem with these edits has a schedule; if not, its conflicts are learnt. None: no time.

        Where the original, with all that the edits ease taken away, contradicts itself already, no other model is built.
        """
        easings = [edit.easing for edit in edits if edit.easing is not None]
        if len(easings) == len(edits) and self._learn_from(self._parts.eased(easings), edits, ()):
            return False
        try:
            problem = patched(self._problem, tuple(chain.from_iterable(edit.patch for edit in edits)))
        except ProblemError:  # two edits that do not go together
            self.block(edits)
            return False
        proved = solvable(problem, self.budget)
        if proved is not False:
            return proved
        parts = parts_of(problem, self.budget)
        given = [edit for edit in edits if edit.easing is None or not edit.easing.pure]
        return False if parts is not None and self._learn_from(parts, edits, given) else None

    def _learn_from(self, parts: Parts, edits: list[Edit], given: Sequence[Edit]) -> bool:
        """Whether these facts, which hold where the edits are applied, contradict themselves; the conflicts are learnt."""
        parts = parts.within(self.budget)
        cores = Finder(parts, self._suspects).disjoint(CONFLICTS_AT_ONCE)
        for core, _ in cores:
            if self.budget.spent:  # perhaps in the middle of shrinking it: much too large
                break
            if not self.learn(core, parts, edits, given):
                self.block(edits)
        return bool(cores)


def solvable(problem: Problem, budget: Budget) -> bool | None:
    """Whether some schedule keeps every hard rule; None where that was not decided in time."""
    model = build(problem, Mode.SOLVE, budget, keep=lambda fact: fact.hard)
    if model is None or budget.spent:
        return None
    return satisfiable(model.cp, problem.options, budget)
