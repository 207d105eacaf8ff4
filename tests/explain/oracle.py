"""An own model of some hard facts, stated plainly: what a conflict says is checked without the code that found it."""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model

from solver import ConflictFact, Problem
from solver.model import Mode, RosterModel
from solver.rules import all_rules


def hold_together(problem: Problem, facts: Iterable[ConflictFact]) -> bool:
    """Whether these facts alone can hold together."""
    wanted = set(facts)
    model = RosterModel(problem, Mode.EXPLAIN, keep=lambda fact: ConflictFact.of(fact) in wanted)
    for rule in all_rules().values():
        rule.constrain(model, problem)
    assert {ConflictFact.of(fact) for fact in model.assumptions} == wanted, "a fact that is none of the problem's"
    for literal in model.assumptions.values():
        model.cp.add(literal == 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return bool(status == cp_model.OPTIMAL)


def assert_minimal(problem: Problem, facts: tuple[ConflictFact, ...]) -> None:
    """The facts contradict each other, and no longer do so without any one of them."""
    assert not hold_together(problem, facts)
    for spared in facts:
        assert hold_together(problem, [fact for fact in facts if fact is not spared]), spared
