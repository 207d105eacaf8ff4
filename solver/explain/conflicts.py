"""Conflicts of an infeasible problem: fact-disjoint sets of hard facts that cannot hold together.

Every hard fact stands behind an assumption literal. CP-SAT's core is a start only (it can be the whole set, or hold
literals that are none of ours); QuickXplain (Junker, AAAI 2004) shrinks it with O(k log(n/k)) solves for k facts of n,
and the set found is solved once more without each of its members. What the budget does not let us prove is marked so.
"""

from __future__ import annotations

from collections.abc import Sequence

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.fact import Fact
from solver.domain.problem import Options, Problem
from solver.model import Mode, RosterModel
from solver.search import build
from solver.search.budget import Budget
from solver.search.cp_sat import new_solver, solve_until

MOST_CONFLICTS = 20
ONE_WORKER = 1  # many small solves; reproducible, and no portfolio to set up


def find_conflicts(problem: Problem, budget: Budget) -> tuple[tuple[Conflict, ...], bool]:
    """Conflicts without a common fact, at most 20, and whether the family is complete: no further disjoint one exists."""
    model = build(problem, Mode.EXPLAIN, budget)
    if model is None:
        return (), False
    prover = _Prover(model, budget)
    left = list(prover.facts)
    found: list[Conflict] = []
    while len(found) < MOST_CONFLICTS:
        core = prover.core(left)
        if core is None:
            return tuple(found), not budget.spent
        facts = prover.minimal(core)
        found.append(_conflict(facts, proved=prover.needs_all(facts)))
        left = [fact for fact in left if fact not in set(facts)]
    return tuple(found), False


def _conflict(facts: Sequence[Fact], *, proved: bool) -> Conflict:
    ordered = sorted(facts, key=lambda fact: (fact.structural, fact.dates, fact.rule, fact.path, fact.staff_ids))
    message = "These cannot hold together: " + "; ".join(fact.message for fact in ordered)
    return Conflict(facts=tuple(map(ConflictFact.of, ordered)), proved=proved, message=message)


class _Prover:
    """Answers, for sets of facts, whether they can hold together."""

    def __init__(self, model: RosterModel, budget: Budget) -> None:
        self._model, self._budget = model, budget
        self._literals = model.assumptions
        self._options: Options = model.problem.options.model_copy(update={"workers": ONE_WORKER})
        self.facts = tuple(self._literals)

    def core(self, facts: Sequence[Fact]) -> list[Fact] | None:
        """A contradictory part of the facts as CP-SAT sees it; None if they can hold together (or time ran out)."""
        if self._budget.spent:
            return None
        cp = self._model.cp
        cp.clear_assumptions()
        cp.add_assumptions([self._literals[fact] for fact in facts])
        solver = new_solver(self._options, self._budget)
        if solve_until(solver, cp, self._budget) != "INFEASIBLE":
            return None
        blamed = set(solver.sufficient_assumptions_for_infeasibility())
        return [fact for fact in facts if self._literals[fact].index in blamed] or list(facts)

    def contradict(self, facts: Sequence[Fact]) -> bool:
        """Whether the facts are proved to contradict each other."""
        return self.core(facts) is not None

    def minimal(self, core: list[Fact]) -> list[Fact]:
        """A part of the core that contradicts itself and of which, within the budget, no fact can be spared."""
        while True:  # cores of cores shrink quickly, and prove the core by the way
            smaller = self.core(core)
            if smaller is None or len(smaller) == len(core):
                break
            core = smaller
        return self._quick([], False, core) if self.contradict(core) else core

    def _quick(self, background: list[Fact], grew: bool, candidates: list[Fact]) -> list[Fact]:
        if grew and self.contradict(background):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        of_second = self._quick(background + first, bool(first), second)
        of_first = self._quick(background + of_second, bool(of_second), first)
        return of_first + of_second

    def needs_all(self, facts: Sequence[Fact]) -> bool:
        """Whether the set contradicts itself and holds without any one of its facts; False also where time ran out."""
        minimal = self.contradict(facts) and not any(
            self.contradict([other for other in facts if other is not fact]) for fact in facts
        )
        return minimal and not self._budget.spent
