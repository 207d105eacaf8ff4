"""Repairs: the cheapest changes that make a problem feasible, one set after another.

Reiter (1987): the minimal sets of changes that break every conflict are the minimal hitting sets of the conflicts. As in
MaxHS (Davies & Bacchus, CP 2011) the conflicts are found as needed, most of them by CP-SAT itself (`priced`):

1. H = the cheapest set of edits with which, as far as the original can tell, the facts hold together.
2. Apply H to the problem. If it is feasible now, H is a repair, and no set that contains it is asked for again. The roster
   that came with H mostly shows it: the checker judges it by the patched problem. Else that is solved.
3. Else a conflict of the patched problem must be hit too, by an edit beyond H. Go to 1.

What time did not let us solve is no proved repair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

import jsonpatch

from solver.check import check
from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.errors import ProblemError, TobanError
from solver.domain.fact import Fact
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.repair import Repair
from solver.domain.schedule import Schedule
from solver.domain.wording import one_by_one, runs
from solver.explain.conflicts import Finder, parts_of
from solver.explain.edits import PRICES, Edit
from solver.explain.parts import Parts
from solver.explain.priced import MODEL_SHARE, Choice, Priced
from solver.explain.scopes import Scope, scopes_of
from solver.model import Mode
from solver.search.budget import Budget
from solver.search.building import build
from solver.search.cp_sat import satisfiable

MOST_REPAIRS = 5
MOST_TRIES = 1000
FURTHER_SECONDS = 1.5  # for repairs beyond the first, unless work is limited
PATIENCE = 5  # sets of edits that help nothing, after which no further repair is looked for
CONFLICTS_AT_ONCE = 5  # of a patched problem that is still infeasible


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

    `tries` bounds how many sets of edits are tried for the first. Where time or tries ran out before that, a single one is
    told: a set that is proved to help but perhaps not the cheapest, nor free of what could be spared; without such a set, an
    unproved one, the cheapest that breaks all conflicts known by then.
    """
    search = _Search(problem, Priced(problem, parts, prices), budget)
    found: list[Repair] = []
    if not conflicts or not search.know(conflicts):
        return ()
    in_vain = 0
    while len(found) < most:
        # Further ones have little time, and are the cheapest or none.
        choice = search.priced.cheapest(search.budget, 1.0 if found else MODEL_SHARE)
        if choice is None:
            break
        in_hand = search.priced.in_hand
        spent = search.budget.spent or in_vain >= (PATIENCE if found or in_hand is not None else tries)
        if spent and not found and in_hand is not None and search.feasible(in_hand):
            return (_repair(problem, in_hand, proved=True),)
        feasible = None if spent else search.feasible(choice)
        if feasible is None:
            return tuple(found) or (_repair(problem, choice, proved=False),)
        in_vain += 1
        if feasible:
            if not found:
                search.budget = budget.part(1.0, 0.0, FURTHER_SECONDS)
            found.append(_repair(problem, choice, proved=True))
            search.priced.block(choice.edits)
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


def _repair(problem: Problem, choice: Choice, *, proved: bool) -> Repair:
    patch = tuple(chain.from_iterable(edit.patch for edit in choice.edits))
    return Repair(patch=patch, cost=choice.price, proved=proved, message=sentence_of(problem, choice.edits))


class _Search:
    """Tries sets of edits, and learns from those that do not help."""

    def __init__(self, problem: Problem, priced: Priced, budget: Budget) -> None:
        self._problem, self.priced, self.budget = problem, priced, budget
        self._scopes = tuple(scopes_of(problem))
        self._suspects: dict[Scope, None] = {}

    def know(self, conflicts: Sequence[Conflict]) -> bool:
        """Note the conflicts of the problem itself; False if nothing could break one of them."""
        for conflict in conflicts:
            self._suspect(conflict.facts)
        return self.priced.know(conflicts)

    def _suspect(self, facts: Sequence[Fact | ConflictFact]) -> None:
        # An edit takes demands away: what holds together now nearly always does then. So these are asked about first.
        self._suspects |= dict.fromkeys([scope for scope in self._scopes if all(map(scope.holds, facts))][:1])

    def feasible(self, choice: Choice) -> bool | None:
        """Whether the problem with these edits has a schedule; if not, its conflicts are learnt. None: no time."""
        edits = choice.edits
        if choice.schedule is None:
            parts = self.priced.eased(edits)
            if parts is not None and self._learn_from(parts, edits, ()):
                return False
        try:
            problem = patched(self._problem, tuple(chain.from_iterable(edit.patch for edit in edits)))
        except ProblemError:  # two edits that do not go together
            self.priced.block(edits)
            return False
        if choice.schedule is not None and keeps_hard_rules(problem, choice.schedule):
            return True
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
            self._suspect(core)
            if self.budget.spent:  # perhaps in the middle of shrinking it: much too large
                break
            if not self.priced.learn(core, parts, edits, given):
                self.priced.block(edits)
        return bool(cores)


def keeps_hard_rules(problem: Problem, schedule: Schedule) -> bool:
    """Whether the checker finds no hard rule broken."""
    return not any(violation.severity == "hard" for violation in check(problem, schedule))


def solvable(problem: Problem, budget: Budget) -> bool | None:
    """Whether some schedule keeps every hard rule; None where that was not decided in time."""
    model = build(problem, Mode.SOLVE, budget, keep=lambda fact: fact.hard)
    if model is None or budget.spent:
        return None
    return satisfiable(model.cp, problem.options, budget)
