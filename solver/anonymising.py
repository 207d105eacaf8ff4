"""Anonymise: the same problem, or the same result, told without a word that could name somebody.

Ids, names, statuses, skills, custom shift names and roles, and symbols of more than one character become s01, g1, …
wherever they occur (`solver.renaming`); notes, descriptions and colours go. What rules are made of stays: dates, numbers,
the other symbols, the holiday calendar. The answer stays the same, for nothing that could break a tie moves.

No sentence of the original is kept or edited. Each is said anew of the renamed problem, and where that cannot be done it is
made of the rule and the place alone.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from solver.check import check
from solver.domain.advice import warnings_of
from solver.domain.codes import Code
from solver.domain.conflict import Conflict, ConflictFact
from solver.domain.errors import TobanError
from solver.domain.fact import Violation
from solver.domain.fault import Notice
from solver.domain.language import LANGUAGES, say, speaking
from solver.domain.problem import Problem
from solver.domain.repair import Repair
from solver.domain.roster import read_schedule
from solver.explain.edits import Edit, Editor
from solver.explain.folding import conflict_message
from solver.explain.repairs import patched, sentence_of
from solver.model import Mode
from solver.renaming import Renaming
from solver.replaying import problem_of
from solver.result import Alternative, Result
from solver.search import Budget, build

_MODEL_SECONDS = 60.0  # at most, to build a model for its facts; the largest takes a fraction of it
_MOST_LEVELS = 31  # units by which a repair may have moved a bound for its sentence to be found


def anonymous_problem(problem: Problem) -> Problem:
    """The same problem without a word that could name somebody."""
    return Renaming(problem).problem


def anonymous_result(result: Result) -> Result:
    """The same result without a word that could name somebody; sentences in the language spoken.

    Warnings about fields that were ignored while the document was read go: they are about that document.

    Raises
    ------
    ProblemError
        With every fault of the problem inside.
    """
    original = problem_of(result)
    renaming = Renaming(original)
    problem, data = renaming.problem, result.to_json()
    data["warnings"] = [notice for notice in data["warnings"] if notice["code"] != Code.LEGACY_IGNORED]
    data |= {name: renaming.renamed(name, data[name]) for name in data.keys() - {"status", "stats", "problem"}}
    data |= {"problem": problem.canonical(), "request_hash": problem.request_hash}
    renamed = Result.model_validate_json(json.dumps(data))
    facts = _Facts(original, problem) if result.conflicts or result.repairs else None
    return renamed.model_copy(
        update={
            "violations": _violations(problem, renamed),
            "alternatives": tuple(
                one.model_copy(update={"violations": _violations(problem, one)}) for one in renamed.alternatives
            ),
            "warnings": _warnings(problem, renamed.warnings),
            "conflicts": tuple(facts.conflict(*pair) for pair in zip(result.conflicts, renamed.conflicts, strict=True))
            if facts
            else (),
            "repairs": tuple(map(facts.repair, renamed.repairs)) if facts else (),
        }
    )


def _violations(problem: Problem, judged: Result | Alternative) -> tuple[Violation, ...]:
    """The violations with their sentences, in order."""
    said: dict[Violation, list[str]] = defaultdict(list)
    if judged.schedule is not None:
        for found in check(problem, read_schedule(judged.schedule, problem), judged.covers):
            said[_wordless(found)].append(found.message)
    made = (
        violation.model_copy(update={"message": said[violation].pop(0) if said.get(violation) else _plain(violation)})
        for violation in judged.violations
    )
    return tuple(sorted(made, key=lambda violation: violation.sort_key))


def _warnings(problem: Problem, warnings: Iterable[Notice]) -> tuple[Notice, ...]:
    """The warnings with their sentences; those of one code and place come in the order they are found in."""
    said: dict[tuple[Code, str], list[str]] = defaultdict(list)
    for notice in warnings_of(problem):
        said[notice.code, notice.path].append(notice.message)
    made = []
    for notice in warnings:
        messages = said.get((notice.code, notice.path))
        message = messages.pop(0) if messages else say("replay.unsaid", rule=notice.code.value, path=notice.path)
        made.append(notice.model_copy(update={"message": message}))
    return tuple(made)


class _Facts:
    """The hard facts of a problem and of the renamed one, in the same order."""

    def __init__(self, original: Problem, problem: Problem) -> None:
        self._problem, self._editor = problem, Editor(problem)
        self._facts = _facts_of(problem)
        self._anew: dict[ConflictFact, str] = {}
        for language in LANGUAGES:  # nobody knows which one the original speaks
            with speaking(language):
                pairs = zip(_facts_of(original), self._facts, strict=True)
                self._anew |= {old: new.message for old, new in pairs}
        self._alike = {_wordless(fact): fact.message for fact in self._facts}

    def conflict(self, original: Conflict, conflict: Conflict) -> Conflict:
        """The renamed conflict with its sentences."""
        said = (
            new.model_copy(update={"message": self._anew.get(old) or self._alike.get(new) or _plain(new)})
            for old, new in zip(original.facts, conflict.facts, strict=True)
        )
        facts = tuple(said)
        return conflict.model_copy(update={"facts": facts, "message": conflict_message(self._problem, facts)})

    def repair(self, repair: Repair) -> Repair:
        """The renamed repair with its sentence."""
        edits = [self._edit(operation, repair.patch) for operation in repair.patch]
        return repair.model_copy(update={"message": sentence_of(self._problem, edits)})

    def _edit(self, operation: dict[str, Any], patch: tuple[dict[str, Any], ...]) -> Edit:
        """The edit that makes one operation of a repair."""
        made = (
            edit
            for fact in self._near(operation["path"], patch, operation)
            for done in range(_MOST_LEVELS if isinstance(operation.get("value"), (int, float)) else 1)
            for edit in self._editor.edits_of(fact, {operation["path"]: done}, lambda _side, _unit: 1)
            if edit.patch == (operation,)
        )
        unsaid = say("replay.unsaid", rule=operation["op"], path=operation["path"])
        return next(made, Edit(operation["path"], 1, 0, (operation,), unsaid, None))

    def _near(self, path: str, patch: tuple[dict[str, Any], ...], operation: dict[str, Any]) -> Iterator[ConflictFact]:
        """Facts that an edit at this place may be about: of the problem, then of what the rest of the patch makes of it."""
        coverage = path.startswith(("/settings/backup_assignments", "/settings/backup_coverage", "/settings/staff_groups"))
        for fact in chain(self._facts, self._facts_beyond(tuple(other for other in patch if other != operation))):
            if path.startswith(fact.path) or (coverage and fact.rule == "backup_coverage"):
                yield fact

    def _facts_beyond(self, patch: tuple[dict[str, Any], ...]) -> Iterator[ConflictFact]:
        try:
            yield from _facts_of(patched(self._problem, patch)) if patch else ()
        except TobanError:  # the rest alone makes no problem
            return


def _facts_of(problem: Problem) -> list[ConflictFact]:
    model = build(problem, Mode.EXPLAIN, Budget(_MODEL_SECONDS, None))
    return [ConflictFact.of(fact) for fact in model.assumptions] if model is not None else []


def _wordless(told: Any) -> Any:
    return told.model_copy(update={"message": ""})


def _plain(told: Violation | ConflictFact) -> str:
    """Stands where a sentence was that cannot be said again, such as of a result of another version."""
    return say("replay.unsaid", rule=told.rule, path=told.path)
