"""Conflicts of an infeasible problem: fact-disjoint sets of hard facts that cannot hold together.

Most contradictions are local: facts of one day, of one person, of one group with its backups. Those scopes are tried
first, each in a small model of its own (`Parts`); a scope found consistent stays so when facts are taken away, so each is
tried until then only. Last comes the whole. A contradictory set is shrunk, first by whole rules, people and days, then by
QuickXplain (Junker, AAAI 2004) with O(k log(n/k)) questions for k facts of n. The set found is solved once more, and
again without each of its members. What the budget does not let us prove is marked so.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import chain

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.fact import Fact
from solver.domain.problem import Problem
from solver.explain.folding import conflict_message
from solver.explain.parts import Parts
from solver.model import Mode
from solver.search import build
from solver.search.budget import Budget

MOST_CONFLICTS = 20
WHOLE_SHARE = 0.5  # of the time left, for one question about all facts
SHRINK_SHARE = 0.1  # of the time left, for one question while shrinking
COARSE_ABOVE = 40  # facts from which whole rules, people and days are tried before single facts


def find_conflicts(problem: Problem, budget: Budget) -> tuple[tuple[Conflict, ...], bool]:
    """Conflicts without a common fact, at most 20, and whether the family is complete: no further disjoint one exists."""
    model = build(problem, Mode.EXPLAIN, budget)
    if model is None:
        return (), False
    found, complete = find_cores(problem, Parts(model, budget), MOST_CONFLICTS)
    return tuple(conflict_of(problem, facts, proved=proved) for facts, proved in found), complete


def find_cores(
    problem: Problem,
    parts: Parts,
    most: int,
    *,
    prove: bool = True,
    enough: Callable[[list[Fact]], bool] = lambda _: False,
) -> tuple[list[tuple[list[Fact], bool]], bool]:
    """At most so many contradictory sets without a common fact, each with whether it is proved minimal (if asked to prove).

    After a set that is `enough` no further ones are looked for. The flag tells whether the facts outside of the sets are
    proved to hold together.
    """
    finder = _Finder(problem, parts)
    found: list[tuple[list[Fact], bool]] = []
    while len(found) < most:
        core = finder.next_core()
        if core is None:
            break
        facts = finder.minimal(core)
        found.append((facts, prove and finder.needs_all(facts)))
        finder.leave_out(facts)
        if enough(facts):
            break
    return found, finder.nothing_left


def conflict_of(problem: Problem, facts: Sequence[Fact], *, proved: bool) -> Conflict:
    """The conflict of some facts: what was asked first, then what is fixed, each by date."""
    ordered = sorted(facts, key=lambda fact: (fact.structural, fact.dates, fact.rule, fact.path, fact.staff_ids))
    listed = tuple(map(ConflictFact.of, ordered))
    return Conflict(facts=listed, proved=proved, message=conflict_message(problem, listed))


class _Finder:
    """Looks for contradictory sets among the facts that are left."""

    def __init__(self, problem: Problem, parts: Parts) -> None:
        self._parts = parts
        self._left = dict.fromkeys(parts.facts)
        self._scopes = [scope for scope in _scopes(problem, parts.facts) if len(scope) > 1]
        self.nothing_left = False

    def leave_out(self, facts: Sequence[Fact]) -> None:
        """Take the facts of a conflict away, so that the next one shares none of them."""
        for fact in facts:
            del self._left[fact]

    def next_core(self) -> list[Fact] | None:
        """A contradictory set of the facts left; None where there is none, or none was found in time."""
        while self._scopes:
            scope = [fact for fact in self._scopes[0] if fact in self._left]
            if self._parts.contradict(scope, share=SHRINK_SHARE):
                return scope
            self._scopes.pop(0)
        whole = list(self._left)
        contradict = self._parts.contradict(whole, share=WHOLE_SHARE, workers=None)
        self.nothing_left = contradict is False
        return whole if contradict else None

    def minimal(self, core: list[Fact]) -> list[Fact]:
        """A part of a contradictory set of which, within the budget, no fact can be spared."""
        for kind in (_rule, _person, _day):
            core = self._without_whole(kind, core) if len(core) > COARSE_ABOVE else core
        return self._quick([], False, core)

    def _without_whole(self, kind: Callable[[Fact], Hashable], core: list[Fact]) -> list[Fact]:
        """Leave out all facts of one kind where the rest still contradicts itself, kind by kind."""
        for value in dict.fromkeys(map(kind, core)):
            rest = [fact for fact in core if kind(fact) != value]
            if rest and self._contradict(rest):
                core = rest
        return core

    def _contradict(self, facts: Sequence[Fact]) -> bool:
        workers = 1 if len(facts) <= COARSE_ABOVE else None
        return self._parts.contradict(facts, share=SHRINK_SHARE, workers=workers) is True

    def _quick(self, background: list[Fact], grew: bool, candidates: list[Fact]) -> list[Fact]:
        if grew and self._contradict(background):
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
        contradict = self._parts.contradict
        return contradict(facts) is True and all(
            contradict([other for other in facts if other is not fact]) is False for fact in facts
        )


def _rule(fact: Fact) -> str:
    return fact.rule


def _person(fact: Fact) -> tuple[str, ...]:
    return fact.staff_ids


def _day(fact: Fact) -> tuple[object, ...]:
    return fact.dates


def _scopes(problem: Problem, facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """Sets of facts that are likely to contradict themselves, small ones first: days, people, groups."""
    for day in problem.days:
        yield [fact for fact in facts if fact.dates == (day,)]
    for person in problem.staff:
        yield [fact for fact in facts if fact.staff_ids == (person.id,)]
    for group in problem.groups:
        backups = (a.staff_id for a in problem.assignments_of[group.id])
        near = set(chain(group.members, backups))
        yield [fact for fact in facts if fact.group_id == group.id or _only_of(near, fact)]


def _only_of(people: set[str], fact: Fact) -> bool:
    """Whether the fact is about some of these people and nobody else."""
    return fact.group_id is None and bool(fact.staff_ids) and people.issuperset(fact.staff_ids)
