"""Demand: staff needed on certain symbols, with a skill where one is named.

With n(d) = Σ{s∈scope, skill∈s} Σ{k∈symbols} x[s,d,k] on every such open day:

    target − under(d) ≤ n(d) ≤ top + over(d)        top = max, or a stated target where there is no max

Amount: people missing (at `under_weight`) and people too many (at `over_weight`), per entry and day, apart. Default: soft,
100 a person missing and 50 a person too many, target = min. `hard`: min and max are hard, a target above min stays a
wish. A person counts once per entry; people on call and prefilled cells count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import Demand
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import between, on_symbols
from solver.model import RosterModel

REACH: Reach = "day"


class Bound(NamedTuple):
    """One side of an entry: a number of people, and whether breaking it is forbidden."""

    low: int | None
    high: int | None
    hard: bool


def _bounds(entry: Demand) -> list[Bound]:
    target = entry.target if entry.target is not None else entry.min
    top = entry.max if entry.max is not None else entry.target
    if not entry.hard:
        return [Bound(low, high, False) for low, high in ((target, None), (None, top)) if low or high is not None]
    wish = [Bound(entry.target, None, False)] if entry.target is not None and entry.target != entry.min else []
    surplus = [Bound(None, top, entry.max is not None)] if top is not None else []
    return [*([Bound(entry.min, None, True)] if entry.min else []), *wish, *surplus]


def fact(problem: Problem, i: int, bound: Bound, day: date) -> Fact:
    """One side of one entry on one day."""
    entry = problem.settings.demand[i]
    weight = entry.under_weight if bound.high is None else entry.over_weight
    message = say(
        "rules.demand_fact",
        date=day,
        bounds=between(bound.low, bound.high, "people"),
        what=on_symbols(entry.symbols, entry.skill),
    )
    return Fact("demand", pointer("settings", "demand", i), bound.hard, weight, message, dates=(day,))


def _people(problem: Problem, entry: Demand) -> list[str]:
    able = {p.id for p in problem.staff if entry.skill is None or entry.skill in p.skills}
    return [s for s in problem.in_scope(entry.scope) if s in able]


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bound the people there, day by day."""
    for i, entry in enumerate(problem.settings.demand):
        if not entry.is_active:
            continue
        people, bounds = _people(problem, entry), _bounds(entry)
        for day in problem.open_days:
            if problem.matches(entry, day):
                terms = [lit for s in people for lit in model.cell(s, day, entry.symbols)]
                for bound in bounds:
                    model.within(fact(problem, i, bound, day), bound.low, terms, bound.high)


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Count the people there, day by day."""
    for i, entry in enumerate(problem.settings.demand):
        people = _people(problem, entry) if entry.is_active else []
        for day in problem.judged_days:
            if not entry.is_active or problem.closed(day) or not problem.matches(entry, day):
                continue
            found = len([s for s in people if schedule.at(s, day) in entry.symbols])
            for bound in _bounds(entry):
                amount = found - bound.high if bound.high is not None else (bound.low or 0) - found
                if amount > 0:
                    key = "rules.demand_found_over" if bound.high is not None else "rules.demand_found_under"
                    asked = bound.high if bound.high is not None else bound.low
                    message = say(key, date=day, found=found, what=on_symbols(entry.symbols, entry.skill), asked=asked)
                    yield fact(problem, i, bound, day).broken_by(amount, message)
