"""Scopes: where contradictions usually live. Most are local: facts of one day, one person, one week, one group."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import chain
from typing import NamedTuple

from solver.domain.conflict import ConflictFact
from solver.domain.fact import Fact
from solver.domain.group import StaffGroup
from solver.domain.problem import Problem
from solver.search.nearby import moved_cells


class Scope(NamedTuple):
    """A name, the same in every version of a problem, and which facts lie within."""

    name: tuple[str, str]
    holds: Callable[[Fact | ConflictFact], bool]


def scopes_of(problem: Problem) -> Iterator[Scope]:
    """The scopes of a problem, small ones first: days, people, groups, weeks.

    Before them, where changes are counted, that count with all about the people and days of what had to change.
    """
    if problem.settings.stability is not None and problem.settings.stability.max_changes is not None:
        yield Scope(("changes", ""), _beside_changes(problem))
    for day in problem.days:
        yield Scope(("day", day.isoformat()), _on(frozenset({day})))
    for person in problem.staff:
        yield Scope(("person", person.id), _about(frozenset({person.id})))
    for group in problem.groups:
        yield Scope(("group", group.id), _around(problem, group))
    for week in problem.period.weeks("monday"):
        yield Scope(("week", week[0].isoformat()), _on(frozenset(week)))


def _beside_changes(problem: Problem) -> Callable[[Fact | ConflictFact], bool]:
    moved = moved_cells(problem)
    about, on = _about({staff for staff, _ in moved}), _on({day for _, day in moved})
    return lambda fact: (fact.rule == "stability" and not fact.staff_ids) or about(fact) or on(fact)


def _on(days: Collection[date]) -> Callable[[Fact | ConflictFact], bool]:
    return lambda fact: bool(fact.dates) and all(day in days for day in fact.dates)


def _about(people: Collection[str]) -> Callable[[Fact | ConflictFact], bool]:
    return lambda fact: bool(fact.staff_ids) and all(person in people for person in fact.staff_ids)


def _around(problem: Problem, group: StaffGroup) -> Callable[[Fact | ConflictFact], bool]:
    """The group, and whoever is a member or a backup of it."""
    near = frozenset(chain(group.members, (a.staff_id for a in problem.assignments_of[group.id])))
    about = _about(near)
    return lambda fact: fact.group_id == group.id or (fact.group_id is None and about(fact))
