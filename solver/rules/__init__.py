"""The rules: each module here is one, with two faces written independently of each other.

    constrain(model, problem)            puts it into CP-SAT
    check(problem, schedule, coverage)   judges a finished schedule without looking at the model

They share the rule's `fact` functions (identity, path, price) and nothing else. `REACH` says what a violation depends
on, so that after a change of some cells only what lies near them is judged again (`solver.judgement`). Every module of this
package is a rule; nothing is listed by hand.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Protocol, cast

from solver.covers import Coverage
from solver.domain.fact import Reach, Violation
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel


class Rule(Protocol):
    """What a module of this package offers; its name is the rule's name in facts and violations."""

    __name__: str
    __doc__: str
    REACH: Reach

    def constrain(self, model: RosterModel, problem: Problem) -> None:
        """State the rule's facts in the model."""

    def check(self, problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
        """Find what the schedule does against the rule."""


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by name, in alphabetical order.

    Raises
    ------
    TypeError
        If a module of this package lacks one of the two faces, or its reach.
    """
    found: dict[str, Rule] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for face in ("constrain", "check"):
            if not callable(getattr(module, face, None)):
                raise TypeError(f"solver/rules/{info.name}.py has no {face}()")
        if not hasattr(module, "REACH"):
            raise TypeError(f"solver/rules/{info.name}.py does not say its REACH")
        found[info.name] = cast(Rule, module)
    return found
