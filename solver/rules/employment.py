"""Employment: one shift on every employed day, and no cell outside employment.

    Σ_k x[s, d, k] = 1      ∀ s ∈ S, d ∈ employed(s)

Structural, always hard. Amount: cells missing or too many, per person. The model has literals for employed days only,
exactly one of which is true (`RosterModel`), so there is nothing left to state here.
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import STRUCTURAL_WEIGHT, Fact, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import RosterModel


def constrain(model: RosterModel, problem: Problem) -> None:
    """Nothing to state: the model's cells are this rule."""


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Compare each person's cells with the days he is employed."""
    for i, person in enumerate(problem.staff):
        expected, found = set(problem.employed_days(person.id)), set(schedule.row(person.id))
        for dates, key in (
            (sorted(expected - found), "rules.employment_missing"),
            (sorted(found - expected), "rules.employment_outside"),
        ):
            if dates:
                message = say(key, name=person.label, days=len(dates))
                path = pointer("staff", i)
                fact = Fact("employment", path, True, STRUCTURAL_WEIGHT, message, (person.id,), None, tuple(dates), True)
                yield fact.broken_by(len(dates), message)
