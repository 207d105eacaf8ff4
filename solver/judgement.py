"""Judgements that grow: what is known of a schedule, and what some changed cells make of it.

A violation of most rules depends on one person's row or on one day's cells, as the rule's `REACH` says. After a change of
cells C, with P(C) their people and D(C) their days:

    violations(after) =   {v known : v.person ∉ P(C)} ∪ check of P(C)      rules of reach `person`
                        ∪ {v known : v.day ∉ D(C)} ∪ check of D(C)         rules of reach `day`
                        ∪ check of all                                     rules of reach `roster`

The rules' own `check` judges each part; nothing of them is said here again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from solver.covers import Coverage, read_coverage
from solver.domain.fact import Violation
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.rules import Rule, all_rules

Cell = tuple[str, date]
LISTED = {
    "after_closure": "after_closure",
    "daily_limit": "daily_limits",
    "demand": "demand",
    "fairness": "fairness",
    "forbidden_sequence": "forbidden_sequences",
    "monthly_limit": "monthly_limits",
    "request": "requests",
    "rest_time": "rest",
    "shift_allowed": "allowed_shifts",
    "stretch": "stretches",
    "weekend": "weekends",
    "weekly_limit": "weekly_limits",
}
"""Rules that are hard only where an entry of their list is, by the field of the settings that holds it."""


@dataclass(frozen=True)
class Judgement:
    """A schedule, its covers, and what some rules find in it, by rule."""

    rules: Mapping[str, Rule]
    schedule: Schedule
    coverage: Coverage
    found: Mapping[str, tuple[Violation, ...]]

    @cached_property
    def violations(self) -> list[Violation]:
        """All of them, in the order of `check`."""
        return sorted((one for found in self.found.values() for one in found), key=lambda violation: violation.sort_key)

    def after(self, problem: Problem, schedule: Schedule, cells: Collection[Cell]) -> Judgement:
        """The judgement of a schedule that differs in these cells at most.

        The problem may differ from the one judged before in what it has prefilled in these cells, and in nothing else.
        """
        people, days = {staff for staff, _ in cells}, {day for _, day in cells}
        some_people, some_days = problem.seen(people=people), problem.seen(days=days)
        on_days = read_coverage(some_days, schedule)
        kept = {place: trigger for place, trigger in self.coverage.triggers.items() if place[1] not in days}
        coverage = Coverage({**kept, **on_days.triggers})
        found: dict[str, tuple[Violation, ...]] = {}
        for name, rule in self.rules.items():
            if rule.REACH == "person":
                stays = (one for one in self.found[name] if one.staff_ids[0] not in people)
                found[name] = (*stays, *rule.check(some_people, schedule, coverage))
            elif rule.REACH == "day":
                stays = (one for one in self.found[name] if one.dates[0] not in days)
                found[name] = (*stays, *rule.check(some_days, schedule, on_days))
            else:
                found[name] = tuple(rule.check(problem, schedule, coverage))
        return Judgement(self.rules, schedule, coverage, found)


def judgement_of(problem: Problem, schedule: Schedule, rules: Mapping[str, Rule] | None = None) -> Judgement:
    """Judge a whole schedule by the rules: all, if none are named. Without given covers: the best choice is taken."""
    rules = all_rules() if rules is None else rules
    coverage = read_coverage(problem, schedule)
    found = {name: tuple(rule.check(problem, schedule, coverage)) for name, rule in rules.items()}
    return Judgement(rules, schedule, coverage, found)


def rules_ever_hard(problem: Problem) -> dict[str, Rule]:
    """The rules that may forbid something; those all of whose entries are soft are left out."""
    return {
        name: rule
        for name, rule in all_rules().items()
        if name not in LISTED or any(entry.hard is not False for entry in getattr(problem.settings, LISTED[name]))
    }
