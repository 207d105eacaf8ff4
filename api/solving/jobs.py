"""A job's request: a problem, and beside its fields the job's own `priority`."""

from __future__ import annotations

from threading import Event
from typing import Any, Final

from pydantic_core import to_json

from solver import Fault, Problem, ProblemError, read_problem
from solver.domain.codes import Code
from solver.domain.document import parse

HIGHEST: Final = 100


def read_request(body: bytes) -> tuple[Problem, int]:
    """Read a job's request: the problem, and its priority.

    Raises
    ------
    ProblemError
        With every fault of both.
    """
    sent, faults = parse(body)
    if not isinstance(sent, dict) or "priority" not in sent:
        return read_problem(body), 0
    given: Any = sent.pop("priority")
    fits = isinstance(given, int) and not isinstance(given, bool) and -HIGHEST <= given <= HIGHEST
    if not fits:
        expected = f"a whole number from {-HIGHEST} to {HIGHEST}"
        faults = [*faults, Fault(Code.BAD_VALUE, "/priority", given if isinstance(given, (int, str)) else None, expected)]
    try:
        problem = read_problem(sent)
    except ProblemError as error:
        faults = [*faults, *error.faults]
    if faults:
        raise ProblemError(tuple({(fault.code, fault.path): fault for fault in faults}.values()))
    return problem, given


def accept(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"request_hash", "priority", "cores"}`: a job takes as many cores as it asks for workers, else one."""
    problem, priority = read_request(body)
    return to_json({"request_hash": problem.request_hash, "priority": priority, "cores": problem.options.workers or 1})
