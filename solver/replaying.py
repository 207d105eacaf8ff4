"""Solve again what a result holds, and hold the two answers against each other, field by field and cell by cell."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from solver.domain.codes import Code
from solver.domain.document import data_faults, parse
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.mismatch import flaw_of
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.result import Result

NOT_COMPARED = frozenset({"stats"})  # times differ from run to run, also where the answer is the same
_SENTENCE = "message"  # says in some language what the fields beside it say


class Difference(NamedTuple):
    """One thing two answers tell differently. `place`: a field, or `schedule/STAFF/DATE`; None where it is absent."""

    place: str
    before: Any
    after: Any


def read_result(document: str | bytes | Mapping[str, Any]) -> Result:
    """A result from JSON text or data, as `solve` wrote it or a server sent it. The problem inside is not read yet.

    Raises
    ------
    ProblemError
        With every fault.
    """
    raw, faults = parse(document) if isinstance(document, (str, bytes)) else (document, data_faults(document))
    if faults:
        raise ProblemError(tuple(faults))
    try:
        return Result.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        data = _tuples(raw)
        found = (flaw_of(one, data).fault() for one in error.errors(include_url=False))
        raise ProblemError(tuple(dict.fromkeys(found))) from None


def problem_of(result: Result) -> Problem:
    """The problem a result answers, with the warnings there were when its document was read.

    Raises
    ------
    ProblemError
        With every fault, paths in the result.
    """
    try:
        problem = read_problem(result.problem)
    except ProblemError as error:
        inside = (Fault(fault.code, f"/problem{fault.path}", fault.found, fault.expected) for fault in error.faults)
        raise ProblemError(tuple(inside)) from None
    met = tuple(notice for notice in result.warnings if notice.code is Code.LEGACY_IGNORED)
    return problem.model_copy(update={"notices": met}) if met else problem


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Compare two results as JSON data: the cells of the schedules, each other field as a whole.

    `stats` are left out, and sentences: they may be in another language, and say nothing that their fields do not.
    """
    found: list[Difference] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = _without_sentences(before.get(name)), _without_sentences(after.get(name))
        if name in NOT_COMPARED or (old == new and (name in before) == (name in after)):
            continue
        if name == "schedule" and isinstance(old, dict) and isinstance(new, dict):
            found += _cells(old, new)
        else:
            found.append(Difference(name, old, new))
    return tuple(found)


def _without_sentences(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_without_sentences(item) for item in value]
    if isinstance(value, dict):
        return {name: _without_sentences(item) for name, item in value.items() if name != _SENTENCE}
    return value


def _cells(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    found = []
    for staff in dict.fromkeys([*before, *after]):
        old, new = before.get(staff) or {}, after.get(staff) or {}
        for day in sorted({*old, *new}):
            if old.get(day) != new.get(day):
                found.append(Difference(f"schedule/{staff}/{day}", old.get(day), new.get(day)))
    return found


def _tuples(value: Any) -> Any:
    """Lists as tuples, in which pydantic's places can be followed."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    return {key: _tuples(item) for key, item in value.items()} if isinstance(value, dict) else value
