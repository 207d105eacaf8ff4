"""Conflicts of an infeasible problem: fact-disjoint sets of hard facts that cannot hold together.

Most contradictions are local, so the facts of one day, person, group or week are asked about first, each in a small model
of its own (`Parts`); a scope found consistent stays so when facts are taken away, so each is tried until then only. Last
comes the whole. Of a contradictory set CP-SAT names a core, which is a lead and asked about again; a large one is shrunk
by QuickXplain (Junker, AAAI 2004), O(k log(n/k)) questions for k facts of n; then every fact is left out in turn (the
deletion filter of Chinneck & Dravnieks, 1991): where the rest holds together the fact is needed, in every part of the set
too, so what remains is proved minimal by the questions that found it. What the budget does not let us prove is marked so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.fact import Fact
from solver.domain.problem import Problem
from solver.explain.folding import conflict_message
from solver.explain.parts import Parts
from solver.explain.scopes import Scope, scopes_of
from solver.model import Mode
from solver.search.budget import Budget
from solver.search.building import build

MOST_CONFLICTS = 20
WHOLE_SHARE = 0.5  # of the time left, for one question about all facts
SHRINK_SHARE = 0.1  # of the time left, for one question while shrinking
COARSE_ABOVE = 40  # facts from which halves are tried before single facts
APART = frozenset({"day", "person"})  # kinds of scopes whose facts share no cells, so that all are asked about at once
OFTEN = 4  # conflicts up to which the whole is asked about after each; then after 8, 16
MANY_SCOPES = 10  # left, from which one question about the whole is cheaper


def find_conflicts(problem: Problem, budget: Budget) -> tuple[tuple[Conflict, ...], bool]:
    """Conflicts without a common fact, at most 20, and whether the family is complete: no further disjoint one exists."""
    parts = parts_of(problem, budget)
    return ((), False) if parts is None else conflicts_among(problem, parts)


def parts_of(problem: Problem, budget: Budget) -> Parts | None:
    """The hard facts of a problem, to be asked about; None where the budget does not last."""
    model = build(problem, Mode.EXPLAIN, budget)
    return None if model is None else Parts(model, budget)


def conflicts_among(problem: Problem, parts: Parts) -> tuple[tuple[Conflict, ...], bool]:
    """As `find_conflicts`, of a problem whose facts are at hand."""
    finder = Finder(parts, scopes_of(problem))
    found = finder.disjoint(MOST_CONFLICTS)
    return tuple(conflict_of(problem, facts, proved=proved) for facts, proved in found), finder.nothing_left


def conflict_of(problem: Problem, facts: Sequence[Fact], *, proved: bool) -> Conflict:
    """The conflict of some facts: what was asked first, then what is fixed, each by date."""
    ordered = sorted(facts, key=lambda fact: (fact.structural, fact.dates, fact.rule, fact.path, fact.staff_ids))
    listed = tuple(map(ConflictFact.of, ordered))
    return Conflict(facts=listed, proved=proved, message=conflict_message(problem, listed))


class Finder:
    """Looks for contradictory sets without a common fact.

    Parameters
    ----------
    parts
        The facts.
    scopes
        Where to look before the whole is asked about.
    whole
        Whether that is asked about at all.
    """

    def __init__(self, parts: Parts, scopes: Iterable[Scope], *, whole: bool = True) -> None:
        self._parts, self._whole = parts, whole
        self._left = dict.fromkeys(parts.facts)
        self._scopes = [(scope.name[0], held) for scope in scopes if len(held := [*filter(scope.holds, parts.facts)]) > 1]
        self._asked: set[str] = set()
        self.nothing_left = False
        """Whether the facts outside of what was found are proved to hold together."""

    def disjoint(self, most: int, enough: Callable[[list[Fact]], bool] = lambda _: False) -> list[tuple[list[Fact], bool]]:
        """At most so many contradictory sets, each with whether it is proved minimal; none after one that is `enough`."""
        found: list[tuple[list[Fact], bool]] = []
        while len(found) < most and not self._nothing_after(len(found)):
            contradictory = self._local() or (self._anywhere() if self._whole else [])
            if not contradictory:
                break
            facts, proved = self._minimal(contradictory)
            found.append((facts, proved))
            for fact in facts:  # so that the next one shares none of them
                del self._left[fact]
            if enough(facts):
                break
        return found

    def _nothing_after(self, count: int) -> bool:
        """Whether what is left holds together: mostly it does after few conflicts, which saves asking about every scope."""
        if not self._whole or not count or (count > OFTEN and count & (count - 1)) or len(self._scopes) < MANY_SCOPES:
            return False
        self.nothing_left = self._parts.contradict(self._left, share=SHRINK_SHARE, workers=None) is False
        return self.nothing_left

    def _local(self) -> list[Fact]:
        """A contradictory set within one scope; nothing where there is none, or none was found in time."""
        while self._scopes:
            if self._none_like_first():
                continue
            _, held = self._scopes[0]
            scope = [fact for fact in held if fact in self._left]
            if self._contradict(scope):
                return self._core(scope) or scope
            self._scopes.pop(0)
        return []

    def _none_like_first(self) -> bool:
        """Whether all scopes of the first one's kind, which share next to nothing, hold together; then they are dropped."""
        kind = self._scopes[0][0]
        if kind not in APART or kind in self._asked:
            return False
        self._asked.add(kind)
        alike = chain.from_iterable(held for other, held in self._scopes if other == kind)
        if self._parts.contradict(filter(self._left.__contains__, dict.fromkeys(alike)), share=SHRINK_SHARE) is not False:
            return False
        self._scopes = [scope for scope in self._scopes if scope[0] != kind]
        return True

    def _anywhere(self) -> list[Fact]:
        """A contradictory set of all the facts left; nothing where there is none, or none was found in time."""
        whole = list(self._left)
        contradict = self._parts.contradict(whole, share=WHOLE_SHARE, workers=None)
        self.nothing_left = contradict is False
        return self._core(whole) or whole if contradict else []

    def _core(self, contradictory: list[Fact]) -> list[Fact]:
        """What CP-SAT blames of a contradictory set, where it turns out to be right."""
        blamed = self._parts.core(contradictory, share=SHRINK_SHARE)
        return blamed if blamed and self._contradict(blamed) else []

    def _minimal(self, contradictory: list[Fact]) -> tuple[list[Fact], bool]:
        """A part of a contradictory set, and whether it is proved that no fact of it can be spared."""
        facts = self._quick([], False, contradictory) if len(contradictory) > COARSE_ABOVE else contradictory
        proved = True
        for fact in facts:
            others = [other for other in facts if other is not fact]
            spared = self._parts.contradict(others, share=SHRINK_SHARE)
            if spared:
                facts = others
            proved = proved and spared is not None
        return facts, proved

    def _contradict(self, facts: Sequence[Fact]) -> bool:
        workers = 1 if len(facts) <= COARSE_ABOVE else None
        return self._parts.contradict(facts, share=SHRINK_SHARE, workers=workers) is True

    def _quick(self, background: list[Fact], grew: bool, candidates: list[Fact]) -> list[Fact]:
        """QuickXplain: what of the candidates is needed beside the background for a contradiction."""
        if grew and self._contradict(background):
            return []
        if len(candidates) == 1:
            return candidates
        half = len(candidates) // 2
        first, second = candidates[:half], candidates[half:]
        of_second = self._quick(background + first, bool(first), second)
        of_first = self._quick(background + of_second, bool(of_second), first)
        return of_first + of_second
