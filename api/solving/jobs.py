"""A job's request: a problem, and beside its fields the job's own `priority`; or a patch of an earlier job's problem."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Event
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from solver import Fault, Problem, ProblemError, read_problem, replan
from solver.domain.codes import Code
from solver.domain.document import parse
from solver.domain.fault import quoted

HIGHEST: Final = 100
MOST_CHANGES: Final = 1_000_000


class Own(NamedTuple):
    """What a request says of the job itself."""

    priority: int = 0


def read_request(body: bytes) -> tuple[Problem, Own]:
    """Read a job's request: the problem, and what it says of the job.

    Raises
    ------
    ProblemError
        With every fault of both.
    """
    sent, faults = parse(body)
    if not isinstance(sent, dict) or not _OWN & sent.keys():
        return read_problem(body), Own()
    own, wrong = _own({name: sent.pop(name) for name in _OWN & sent.keys()})
    faults = [*faults, *wrong]
    try:
        problem = read_problem(sent)
    except ProblemError as error:
        faults = [*faults, *error.faults]
    if faults:
        raise ProblemError(tuple({(fault.code, fault.path): fault for fault in faults}.values()))
    return problem, own


def accept(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"request_hash", …}` with the fields of `Own`."""
    problem, own = read_request(body)
    return to_json({"request_hash": problem.request_hash, **own._asdict()})


def as_replan(request: bytes, schedule: dict[str, dict[str, str]] | None, priority: int, sent: bytes) -> bytes:
    """What the worker gets: on a line of its own the length of the earlier request, the roster and its job's priority."""
    head = json.dumps({"length": len(request), "schedule": schedule, "priority": priority}).encode()
    return head + b"\n" + request + sent


def replanned(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer what `accept` does, and as `request` the problem that the patch makes."""
    line, _, rest = body.partition(b"\n")
    head = json.loads(line)
    earlier, _ = read_request(rest[: head["length"]])
    patch, place, most, own, faults = _read_replan(rest[head["length"] :], Own(head["priority"]))
    try:
        problem = replan(earlier, head["schedule"], patch, max_changes=most, at=place)
    except ProblemError as error:
        faults = [*faults, *error.faults]
    if faults:
        raise ProblemError(tuple(faults))
    return to_json({"request_hash": problem.request_hash, **own._asdict(), "request": problem.canonical()})


def _read_replan(body: bytes, earlier: Own) -> tuple[Any, str, int | None, Own, list[Fault]]:
    """Read the patch, its place in the body, how much may change, what is said of the job, and the faults of all that.

    Raises
    ------
    ProblemError
        There is no patch in it.
    """
    sent, faults = parse(body)
    if isinstance(sent, list):
        sent, place = {"patch": sent}, ""
    else:
        place = "/patch"
    if faults or not isinstance(sent, dict):
        wrong = Fault(Code.WRONG_TYPE, "", quoted(sent), "a list of operations (RFC 6902), or an object with it as patch")
        raise ProblemError(tuple(faults) or (wrong,))
    fields = {"patch", "max_changes", *_OWN}
    expected = "one of " + ", ".join(sorted(fields))
    faults = [Fault(Code.UNKNOWN_FIELD, f"/{name}", name, expected) for name in sent if name not in fields]
    if "patch" not in sent:
        faults.append(Fault(Code.MISSING_FIELD, "/patch", None, "a list of operations (RFC 6902); may be []"))
    most = sent.get("max_changes")
    if most is not None and not _whole(most, 0, MOST_CHANGES):
        expected = f"a whole number from 0 to {MOST_CHANGES}: how many cells of the roster may change"
        faults.append(Fault(Code.BAD_VALUE, "/max_changes", quoted(most), expected))
        most = None
    own, wrong_own = _own({name: sent[name] for name in _OWN & sent.keys()}, earlier)
    return sent.get("patch", []), place, most, own, [*faults, *wrong_own]


def _own(given: dict[str, Any], otherwise: Own = Own()) -> tuple[Own, list[Fault]]:  # noqa: B008 — immutable
    faults = [
        Fault(Code.BAD_VALUE, f"/{name}", quoted(value), expected)
        for name, value in given.items()
        for expected in [_FAULT_OF[name](value)]
        if expected
    ]
    return otherwise._replace(**given), faults


def _priority_fault(value: Any) -> str | None:
    fits = _whole(value, -HIGHEST, HIGHEST)
    return None if fits else f"a whole number from {-HIGHEST} to {HIGHEST}"


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_FAULT_OF: Final[dict[str, Callable[[Any], str | None]]] = {"priority": _priority_fault}
_OWN: Final = _FAULT_OF.keys()
