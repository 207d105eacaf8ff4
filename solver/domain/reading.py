"""From a request to a `Problem`: every fault at once, each with the path in the document as sent.

The steps: text → data → old settings object translated → field names translated → types → the whole reviewed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from solver.domain.base import Path
from solver.domain.codes import Code
from solver.domain.document import read_data, read_text
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault, Flaw, Notice
from solver.domain.legacy import from_legacy
from solver.domain.naming import Naming
from solver.domain.problem import Problem
from solver.domain.review import flaws_of
from solver.domain.sieve import Sieve


def read_problem(document: str | bytes | dict[str, Any]) -> Problem:
    """Read a problem from JSON text or data.

    Raises
    ------
    ProblemError
        With every fault found: code, path (RFC 6901, into the document as sent), found, expected.
    """
    raw, flaws = read_text(document) if isinstance(document, (str, bytes, bytearray)) else read_data(document)
    if not flaws and not isinstance(raw, dict):
        flaws = [Flaw(Code.WRONG_TYPE, (), raw, "an object with period, staff and settings")]
    if not isinstance(raw, dict) or any(flaw.place == () for flaw in flaws):
        raise ProblemError(faults_in(flaws, raw))
    typed = read_types(raw)
    flaws += typed.flaws
    problem = typed.problem
    if problem is not None:
        told = [flaw for flaw in flaws_of(problem) if typed.sieve.tells(flaw)]
        flaws += [flaw._replace(place=typed.sieve.sent(flaw.place)) for flaw in told]
    if flaws or problem is None:
        raise ProblemError(faults_in(flaws, raw))
    return problem.model_copy(update={"notices": typed.notices}) if typed.notices else problem


class Typed(NamedTuple):
    """A request whose parts have their types, but that was not reviewed as a whole; flaws are at places as sent."""

    problem: Problem | None
    given: dict[str, Any]  # what was sent, under the names of the fields
    sieve: Sieve
    flaws: list[Flaw]
    notices: tuple[Notice, ...]


def read_types(raw: dict[str, Any]) -> Typed:
    """Translate a request and judge each part by itself."""
    old = from_legacy(raw)
    naming = Naming()
    data = naming.translate(old.document, Problem)
    flaws = [*old.flaws, *(flaw._replace(place=old.paths.before(flaw.place)) for flaw in naming.flaws)]
    sieve = Sieve(data, lambda place: old.paths.before(naming.paths.before(place)), [flaw.place for flaw in old.flaws])
    problem = sieve.problem()
    return Typed(problem, data, sieve, [*flaws, *sieve.flaws], tuple(old.notices))


def faults_in(flaws: Iterable[Flaw], raw: Any) -> tuple[Fault, ...]:
    """Each fault once, at a place that the document has (or that a field is missing from)."""
    found = (flaw._replace(place=_within(raw, flaw.place)) for flaw in flaws)
    return tuple(dict.fromkeys(flaw.fault() for flaw in found))


def _within(raw: Any, place: Path) -> Path:
    """Cut a place down to what was sent: a translated part may hold more levels than the one it was made from."""
    for depth, part in enumerate(place):
        known = part in raw if isinstance(raw, dict) else isinstance(raw, list) and part in range(len(raw))
        if not known:
            field_missing = isinstance(raw, dict) and depth == len(place) - 1
            return place[: depth + 1] if field_missing else place[:depth]
        raw = raw[part]
    return place
