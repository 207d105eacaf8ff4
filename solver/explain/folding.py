"""The sentence of a conflict: facts that differ only in days or people are told in one.

"2026-05-03: 佐藤 is fixed on ×", "2026-05-04: 佐藤 is fixed on ×" -> "2026-05-03 to 2026-05-04: 佐藤 is fixed on ×". The
facts themselves stay single; a sentence whose date or name cannot be found in it is told as it is.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple, TypeVar

from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.language import say
from solver.domain.period import days_between, plus, weekday_of
from solver.domain.problem import Problem
from solver.domain.wording import names, one_by_one, runs, span

Days = tuple[date, ...]
K_ = TypeVar("K_", bound=Hashable)
V_ = TypeVar("V_")

_WHEN, _WHO = "\ufdd0", "\ufdd1"  # no characters: they stand for the date and the name in a sentence
SHORTEST_SERIES = 3  # weeks from which a weekday is told instead of its dates
MOST_NAMES = 3
MOST_SPANS = 3


class _Told(NamedTuple):
    """A fact's sentence, with its date and name cut out where it has them."""

    frame: tuple[str, str]  # rule, sentence
    when: Days
    who: str


class Folded(NamedTuple):
    """One sentence for one fact or several of a rule."""

    rule: str
    sentence: str


class Telling(NamedTuple):
    """A heading, the sentences that belong below it, and whether each of them is proved to be needed."""

    heading: str
    facts: tuple[Folded, ...]
    proved: bool


def conflict_message(problem: Problem, facts: Sequence[ConflictFact]) -> str:
    """One sentence that names everything a conflict is made of; a date they all begin with is told once."""
    day, sentences = _dated(problem, facts)
    told = one_by_one(folded.sentence for folded in sentences)
    return say("explain.conflict", facts=told) if day is None else say("explain.conflict_on", date=day, facts=told)


def told(problem: Problem, conflicts: Sequence[Conflict]) -> list[Telling]:
    """What to print of some conflicts: those that differ only in their date are told in one."""
    same: dict[tuple[bool, bool, tuple[Folded, ...]], list[date]] = {}
    for conflict in conflicts:
        day, sentences = _dated(problem, conflict.facts)
        days = same.setdefault((conflict.proved, day is not None, tuple(sentences)), [])
        days += [day] if day is not None else []
    return [Telling(_heading(problem, days), facts, proved) for (proved, _, facts), days in same.items()]


def _heading(problem: Problem, days: Sequence[date]) -> str:
    if not days:
        return say("explain.conflict", facts="").rstrip()
    if len(days) == 1:
        return say("explain.conflict_on", date=days[0], facts="").rstrip()
    return say("explain.conflict_on_each", dates=runs(sorted(days), problem.days, most=len(days)), facts="").rstrip()


def _dated(problem: Problem, facts: Sequence[ConflictFact]) -> tuple[date | None, list[Folded]]:
    """The date that all sentences begin with, if they do, and the sentences without it."""
    sentences = _folded(problem, facts)
    if len({fact.dates for fact in facts}) != 1 or len(facts[0].dates) != 1:
        return None, sentences
    day = facts[0].dates[0]
    start = say("words.dated", date=day, message="")
    if not all(folded.sentence.startswith(start) for folded in sentences):
        return None, sentences
    return day, [folded._replace(sentence=folded.sentence.removeprefix(start)) for folded in sentences]


def _folded(problem: Problem, facts: Sequence[ConflictFact]) -> list[Folded]:
    """The sentences of the facts in their order, those that differ only in days or people in one."""
    frames: dict[tuple[str, str], dict[str, list[Days]]] = {}
    for told in (_cut(problem, fact) for fact in facts):
        frames.setdefault(told.frame, {}).setdefault(told.who, []).append(told.when)
    sentences = []
    for (rule, frame), whose in frames.items():
        same = _grouped((tuple(sorted(set(days))), who) for who, days in whose.items())
        for days, people in same.items():
            sentences.append(Folded(rule, frame.replace(_WHEN, _when(days)).replace(_WHO, _who(problem, people))))
    return list(dict.fromkeys(sentences))


def _grouped(pairs: Iterable[tuple[K_, V_]]) -> dict[K_, list[V_]]:
    found: dict[K_, list[V_]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _cut(problem: Problem, fact: ConflictFact) -> _Told:
    sentence, who = fact.message, ""
    when: Days = ()
    if fact.dates and span(fact.dates) in sentence:
        sentence, when = sentence.replace(span(fact.dates), _WHEN), fact.dates
    if len(fact.staff_ids) == 1 and problem.label(fact.staff_ids[0]) in sentence:
        sentence, who = sentence.replace(problem.label(fact.staff_ids[0]), _WHO, 1), fact.staff_ids[0]
    return _Told((fact.rule, sentence), when, who)


def _when(spans: Sequence[Days]) -> str:
    if len(spans) > MOST_SPANS and any(len(days) > 1 for days in spans):
        ends = [day for days in spans for day in days]
        return say("explain.spans", count=len(spans), first=min(ends), last=max(ends))
    if len(spans) == 1 or any(len(days) > 1 for days in spans):
        return names([span(days) for days in spans if days])
    days = [day for (day,) in spans]
    if len(days) >= SHORTEST_SERIES and all(later == plus(day, 7) for day, later in pairwise(days)):
        weekday = say(f"explain.{weekday_of(days[0])}")
        return say("explain.every", weekday=weekday, first=days[0], last=days[-1])
    return runs(days, days_between(days[0], days[-1]))


def _who(problem: Problem, people: Sequence[str]) -> str:
    if len(people) == 1:
        return problem.label(people[0]) if people[0] else ""
    group = next((group for group in problem.groups if set(people) <= set(group.members)), None)
    if len(people) > MOST_NAMES and set(people) == set(problem.staff_by_id):
        return say("explain.everybody")
    if len(people) > MOST_NAMES and group is not None and set(people) == set(group.members):
        return say("explain.everybody_of", group=group.label)
    most = MOST_NAMES if len(people) <= MOST_NAMES else MOST_NAMES - 1
    listed = names([problem.label(person) for person in people], most)
    if group is None:
        return say("explain.each", names=listed)
    return say("explain.each_of", names=listed, group=group.label)
