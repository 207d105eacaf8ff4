"""A problem as people keep it in files: bare, or wrapped with a name and a why."""

from __future__ import annotations

from typing import Any

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.document import parse
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault, quoted
from solver.domain.problem import Problem
from solver.domain.reading import read_problem


def read_document(text: bytes) -> tuple[Problem, dict[str, Any]]:
    """Read a problem, and the document that holds it alone.

    Raises
    ------
    ProblemError
        With every fault, paths in the text as it is.
    """
    data, faults = parse(text)
    if not is_wrapped(data):
        return read_problem(text), data
    inner = data["problem"]
    if not isinstance(inner, dict):
        expected = "an object with period, staff and settings"
        raise ProblemError((Fault(Code.WRONG_TYPE, pointer("problem"), quoted(inner), expected),))
    try:
        problem = read_problem(inner)
    except ProblemError as error:
        inside = [fault._replace(path=pointer("problem") + fault.path) for fault in error.faults]
        raise ProblemError(tuple({(fault.code, fault.path): fault for fault in [*inside, *faults]}.values())) from None
    if faults:
        raise ProblemError(tuple(faults))
    return problem, inner


def is_wrapped(data: Any) -> bool:
    """Whether a document is no problem itself but holds one as `problem`, such as a result or a scenario."""
    return isinstance(data, dict) and "problem" in data and not {"period", "staff"} & data.keys()
