"""From a request to a `Problem`: every fault at once, each with the path in the document as sent.

The steps: text → data → old settings object translated → field names translated → types → the whole reviewed. A
part that fails its type is set aside so that the review can still look at the rest.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.document import Path, Paths, data_faults, parse
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.legacy import from_legacy
from solver.domain.naming import Naming
from solver.domain.problem import Problem
from solver.domain.review import faults_of

_CODES = {
    "missing": Code.MISSING_FIELD,
    "extra_forbidden": Code.UNKNOWN_FIELD,
    "greater_than": Code.OUT_OF_RANGE,
    "greater_than_equal": Code.OUT_OF_RANGE,
    "less_than": Code.OUT_OF_RANGE,
    "less_than_equal": Code.OUT_OF_RANGE,
    "finite_number": Code.NOT_FINITE,
    "literal_error": Code.BAD_VALUE,
    "string_pattern_mismatch": Code.BAD_VALUE,
    "string_too_short": Code.BAD_VALUE,
    "too_short": Code.BAD_VALUE,
    "string_too_long": Code.TOO_LARGE,
    "too_long": Code.TOO_LARGE,
}
_OURS = frozenset(code.value for code in Code)
_SETTLED_AFTER = 6  # rounds of setting faulty parts aside


def read_problem(document: str | bytes | dict[str, Any]) -> Problem:
    """Read a problem from JSON text or data.

    Raises:
        ProblemError: with every fault found: code, path (RFC 6901, into the document as sent), found, expected.
    """
    raw, faults = parse(document) if isinstance(document, (str, bytes)) else (document, data_faults(document))
    if faults:
        raise ProblemError(tuple(faults))
    if not isinstance(raw, dict):
        raise ProblemError((Fault(Code.WRONG_TYPE, "", raw, "an object with period, staff and settings"),))
    translated = from_legacy(raw)
    naming = Naming()
    data = naming.translate(translated.document, Problem)
    reading = _Reading(data)
    problem = reading.problem()
    typed = [_resent(fault, naming.paths) for fault in reading.faults]
    faults = [*translated.faults, *(_resent(fault, translated.paths) for fault in [*naming.faults, *typed])]
    if faults or problem is None:
        raise ProblemError(tuple(dict.fromkeys(_hashable(fault) for fault in faults)))
    return problem.model_copy(update={"notices": tuple(translated.notices)}) if translated.notices else problem


def _hashable(fault: Fault) -> Fault:
    """Found values may be lists or objects; quote those so that equal faults can be told."""
    found = fault.found
    return (
        fault
        if isinstance(found, (str, int, float, bool, type(None)))
        else fault._replace(found=json.dumps(found, ensure_ascii=False, default=str)[:200])
    )


def _resent(fault: Fault, paths: Paths) -> Fault:
    """The fault with its path translated back by one step."""
    return fault._replace(path=pointer(*paths.before(_parts(fault.path))))


def _parts(path: str) -> Path:
    """A pointer's parts; numbers as list indices (no declared field is a number)."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    return tuple(int(part) if part.isdecimal() and part.isascii() else part for part in parts)


class _Reading:
    """Types and review of one document, faulty parts set aside."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.faults: list[Fault] = []
        self.aside: set[Path] = set()
        self.ghosts: set[str] = set()  # ids and symbols of entries set aside: references to them are not dangling
        self.paths = Paths()

    def problem(self) -> Problem | None:
        for _ in range(_SETTLED_AFTER):
            try:
                problem = Problem.model_validate(self.data, context={"collect_faults": True})
            except ValidationError as error:
                if not self._set_aside(error):
                    return None
            else:
                for fault in faults_of(problem):
                    if fault.found not in self.ghosts:
                        self.faults.append(_resent(fault, self.paths))
                return problem
        return None

    def _set_aside(self, error: ValidationError) -> bool:
        """Note the faults and cut them out of the data; False where the rest cannot stand without them."""
        cuts: set[Path] = set()
        for one in error.errors(include_url=False):
            path = _existing(self.data, one["loc"], missing=one["type"] == "missing")
            sent = self.paths.before(path)
            if not any(sent[: len(gone)] == gone for gone in self.aside):
                found = None if one["type"] == "missing" else one["input"]
                self.faults.append(Fault(_code(one["type"]), pointer(*sent), found, _expected(one)))
            cut = path if one["type"] != "missing" else _entry_around(path)
            if not cut:
                return False
            cuts.add(cut)
        self.aside.update(self.paths.before(cut) for cut in cuts)
        paths = Paths()
        self.data = self._without(self.data, cuts, (), (), paths)
        self.paths = paths
        return True

    def _without(self, value: Any, cuts: set[Path], old: Path, new: Path, paths: Paths) -> Any:
        if isinstance(value, dict):
            kept: dict[str, Any] = {}
            for key, item in value.items():
                if (*old, key) in cuts:
                    self._remember(item)
                else:
                    kept[key] = self._without(item, cuts, (*old, key), (*new, key), paths)
            return kept
        if isinstance(value, tuple):
            items: list[Any] = []
            for i, item in enumerate(value):
                if (*old, i) in cuts:
                    self._remember(item)
                    continue
                place = (*new, len(items))
                if self.paths.before((*old, i)) != place:
                    paths.moved(place, self.paths.before((*old, i)))
                items.append(self._without(item, cuts, (*old, i), place, paths))
            return tuple(items)
        return value

    def _remember(self, item: Any) -> None:
        if isinstance(item, dict):
            self.ghosts.update(value for value in (item.get("id"), item.get("symbol")) if isinstance(value, str))


def _existing(data: Any, loc: tuple[int | str, ...], *, missing: bool) -> Path:
    """The part of pydantic's location that exists in the data (its marks for keys and unions do not)."""
    path: list[str | int] = []
    for part in loc[:-1] if missing else loc:
        if isinstance(data, dict) and part in data:
            data = data[part]
        elif isinstance(data, tuple) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            break
        path.append(part)
    return (*path, loc[-1]) if missing else tuple(path)


def _entry_around(path: Path) -> Path:
    """The list entry that lacks a required field; empty where it stands in no list."""
    for cut in range(len(path) - 1, 0, -1):
        if isinstance(path[cut - 1], int):
            return path[:cut]
    return ()


def _code(kind: str) -> Code:
    return Code(kind) if kind in _OURS else _CODES.get(kind, Code.WRONG_TYPE)


def _expected(error: Any) -> str:
    """What pydantic wanted, as a sentence part."""
    context = error.get("ctx") or {}
    if error["type"] in _OURS:
        return str(context["expected"])
    message = str(error["msg"])
    for prefix in ("Input should be ", "Field "):
        message = message.removeprefix(prefix)
    return {"required": "a value"}.get(message, message)
