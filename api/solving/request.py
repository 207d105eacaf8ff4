"""Requests of several parts: read with every fault at once, each under its place in the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic.alias_generators import to_snake

from solver import Fault, ProblemError
from solver.domain.codes import Code
from solver.domain.document import parse


def parts_of(body: bytes, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Any]:
    """Read an object with certain fields, `problem` among them.

    Raises
    ------
    ProblemError
        The body is no JSON object, a field is missing or unknown.
    """
    sent, faults = parse(body)
    fields = (*required, *optional)
    if not faults and not isinstance(sent, dict):
        faults = [Fault(Code.WRONG_TYPE, "", sent, "an object with " + ", ".join(required))]
    if not faults and isinstance(sent, dict):
        given = {to_snake(key) if to_snake(key) in fields else key: value for key, value in sent.items()}
        faults = [Fault(Code.MISSING_FIELD, f"/{name}", None, "a value") for name in required if given.get(name) is None]
        faults += [
            Fault(Code.UNKNOWN_FIELD, f"/{key}", key, "one of " + ", ".join(fields)) for key in given if key not in fields
        ]
        if given.get("problem") is not None and not isinstance(given["problem"], dict):
            faults.append(Fault(Code.WRONG_TYPE, "/problem", given["problem"], "an object with period, staff and settings"))
        if not faults:
            return given
    raise ProblemError(tuple(faults))


def refuse(faults: list[Fault]) -> None:
    """Raise what was found, if anything was.

    Raises
    ------
    ProblemError
        There is a fault.
    """
    if faults:
        raise ProblemError(tuple(faults))


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Give faults of a part of the request their paths in the whole."""
    try:
        yield
    except ProblemError as error:
        raise ProblemError(tuple(fault._replace(path=place + fault.path) for fault in error.faults)) from None
