"""Employment: one shift on every employed day, and no cell outside employment.

    Σ_k x[s, d, k] = 1      ∀ s ∈ S, d ∈ employed(s)

Structural, always hard. Amount: cells missing or too many, per person. The model has literals for employed days only,
exactly one of which is true (`RosterModel`); in `explain` mode it has some for the other days too, so that a conflict can
say that somebody is not there. They are fact by fact forbidden here:

    x[s, d, k] = 0          ∀ active s, d ∉ employed(s), k
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import STRUCTURAL_WEIGHT, Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Mode, RosterModel

REACH: Reach = "roster"


def fact(problem: Problem, i: int, dates: tuple[date, ...], message: str) -> Fact:
    """Some days of the i-th person, on which he is employed or not."""
    path, staff = pointer("staff", i), problem.staff[i].id
    return Fact("employment", path, True, STRUCTURAL_WEIGHT, message, (staff,), None, dates, True)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Keep the days around employment empty where the model has cells for them; else they are this rule already."""
    if model.mode is not Mode.EXPLAIN:
        return
    symbols = tuple(problem.shift_by_symbol)
    for i, person in enumerate(problem.staff):
        for day in problem.days:
            if not problem.employed(person.id, day):
                cells = model.cell(person.id, day, symbols)
                if cells:
                    message = say("explain.not_employed", date=day, name=person.label)
                    model.forbid(fact(problem, i, (day,), message), *([lit] for lit in cells))


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
                yield fact(problem, i, tuple(dates), message).broken_by(len(dates), message)
