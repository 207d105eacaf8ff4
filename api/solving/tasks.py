"""What a worker does: the bytes of a request in, the bytes of the answer out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Final

from pydantic_core import to_json

import solver
from api.solving import questions
from api.solving.request import inside, parts_of
from api.solving.wire import Mark, faults_data
from solver import Fault, Problem, ProblemError, read_problem
from solver.domain.codes import Code
from solver.domain.document import parse

LONGEST_SOLVE: Final = 60  # seconds a client may ask for on one connection


def solve(body: bytes, stop: Event) -> bytes:
    """Solve a problem; the result is the best so far where `stop` is set."""
    return to_json(solver.solve(_read_short_problem(body), stop=stop))


def explain(body: bytes, stop: Event) -> bytes:
    """Explain a problem; with what is known so far where `stop` is set."""
    return to_json(solver.explain(_read_short_problem(body), stop=stop))


def check(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Judge `{"problem", "schedule", "covers"?}`: violations, covers, score and warnings."""
    sent = parts_of(body, ("problem", "schedule"), ("covers",))
    with inside("/problem"):
        problem = read_problem(sent["problem"])
    schedule = solver.read_schedule(sent["schedule"], problem, at="/schedule")
    given = solver.read_covers(sent.get("covers"), at="/covers")
    violations = solver.check(problem, schedule, given)
    return to_json(
        {
            "violations": violations,
            "covers": solver.covers_of(problem, schedule, given),
            "score": solver.Score.of(violations),
            "warnings": solver.warnings_of(problem),
        }
    )


def validate(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Name the faults of a problem, or its warnings and its canonical form."""
    try:
        problem = read_problem(body)
    except ProblemError as error:
        if not_json(error):
            raise
        faults = faults_data(error.faults)
        return to_json({"valid": False, "faults": faults, "warnings": [], "problem": None, "request_hash": None})
    return to_json(
        {
            "valid": True,
            "faults": [],
            "warnings": solver.warnings_of(problem),
            "problem": problem.canonical(),
            "request_hash": problem.request_hash,
        }
    )


TASKS: dict[Mark, Callable[[bytes, Event], bytes]] = {
    Mark.SOLVE: solve,
    Mark.CHECK: check,
    Mark.VALIDATE: validate,
    Mark.EXPLAIN: explain,
    Mark.SUGGEST: questions.suggest_cover,
    Mark.DRILL: questions.drill,
    Mark.FREE_DAYS: questions.free_days,
}


def not_json(error: ProblemError) -> bool:
    """Tell whether the text could not be read at all (as opposed to read and refused)."""
    return any(fault.code is Code.NOT_JSON and fault.path == "" for fault in error.faults)


def _read_short_problem(body: bytes) -> Problem:
    """Read a problem that a client may wait for; its time limit is judged together with everything else."""
    try:
        problem = read_problem(body)
    except ProblemError as error:
        if not_json(error):
            raise
        raise ProblemError((*error.faults, *_too_long(body))) from None
    if problem.options.time_limit > LONGEST_SOLVE:
        raise ProblemError(_too_long(body))
    return problem


def _too_long(body: bytes) -> tuple[Fault, ...]:
    """Find the fault of a time limit that is too long, under the name the client gave it."""
    sent, _ = parse(body)
    options = sent.get("options") if isinstance(sent, dict) else None
    for name in ("time_limit", "timeLimit"):
        asked = options.get(name) if isinstance(options, dict) else None
        if isinstance(asked, (int, float)) and not isinstance(asked, bool) and asked > LONGEST_SOLVE:
            expected = f"at most {LONGEST_SOLVE} seconds in one request"
            return (Fault(Code.OUT_OF_RANGE, f"/options/{name}", asked, expected),)
    return ()
