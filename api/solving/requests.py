"""How tasks read a request's body: its parts, and every fault with its path in the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from solver import Fault, ProblemError
from solver.domain.codes import Code
from solver.domain.document import parse

LONGEST_SOLVE: Final = 60  # seconds a client may ask for on one connection


def not_json(error: ProblemError) -> bool:
    """Tell whether the text could not be read at all (as opposed to read and refused)."""
    return any(fault.code is Code.NOT_JSON and fault.path == "" for fault in error.faults)


def parts_of(body: bytes, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    """Read a request whose fields are parts, such as the problem and a schedule; an optional part may be null.

    Raises
    ------
    ProblemError
        Where it is no such object, with every fault.
    """
    sent, faults = parse(body)
    fields = (*required, *optional)
    if not faults and not isinstance(sent, dict):
        faults = [Fault(Code.WRONG_TYPE, "", sent, "an object with " + " and ".join(required))]
    if not faults:
        faults = [Fault(Code.MISSING_FIELD, f"/{name}", None, "a value") for name in required if sent.get(name) is None]
        faults += [
            Fault(Code.UNKNOWN_FIELD, f"/{key}", key, "one of " + ", ".join(fields)) for key in sent if key not in fields
        ]
        if "problem" in sent and not isinstance(sent["problem"], dict):
            faults.append(Fault(Code.WRONG_TYPE, "/problem", sent["problem"], "an object with period, staff and settings"))
    if faults:
        raise ProblemError(tuple(faults))
    assert isinstance(sent, dict)
    return sent


def too_long(sent: Any) -> tuple[Fault, ...]:
    """Find the fault of a problem's time limit that is too long, under the name the client gave it."""
    options = sent.get("options") if isinstance(sent, dict) else None
    for name in ("time_limit", "timeLimit"):
        asked = options.get(name) if isinstance(options, dict) else None
        if isinstance(asked, (int, float)) and not isinstance(asked, bool) and asked > LONGEST_SOLVE:
            expected = f"at most {LONGEST_SOLVE} seconds in one request"
            return (Fault(Code.OUT_OF_RANGE, f"/options/{name}", asked, expected),)
    return ()


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Give faults of a part of the request their paths in the whole."""
    try:
        yield
    except ProblemError as error:
        raise ProblemError(tuple(fault._replace(path=place + fault.path) for fault in error.faults)) from None
