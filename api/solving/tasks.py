"""What a worker does: the bytes of a request in, the bytes of the answer out."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from pydantic_core import to_json

import solver
from api.solving import dashboard, export, jobs, questions
from api.solving.prices import prices_and_problem
from api.solving.requests import LONGEST_SOLVE, inside, not_json, parts_of, too_long
from api.solving.wire import Mark, faults_data
from solver import Problem, ProblemError, read_problem
from solver.domain.document import parse


def solve(body: bytes, stop: Event) -> bytes:
    """Solve a problem; the result is the best so far where `stop` is set."""
    return to_json(solver.solve(_read_short_problem(body), stop=stop))


def explain(body: bytes, stop: Event) -> bytes:
    """Explain `{"problem", "prices"}` as `with_prices` makes it; with what is known so far where `stop` is set."""
    prices, problem = prices_and_problem(body)
    return to_json(solver.explain(_read_short_problem(problem), prices=prices, stop=stop))


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
    Mark.COVER: questions.cover,
    Mark.FREE_DAYS: questions.free,
    Mark.DRILL: questions.drilled,
    Mark.CELL: questions.cell,
    Mark.EXPORT: export.export,
    Mark.COVERAGE: dashboard.coverage,
    Mark.NEW_BACKUPS: dashboard.new_backups,
    Mark.JOB: jobs.accept,
    Mark.LINE: jobs.accept_line,
    Mark.REPLAN: jobs.replanned,
}


def _read_short_problem(body: bytes) -> Problem:
    """Read a problem that a client may wait for; its time limit is judged together with everything else."""
    try:
        problem = read_problem(body)
    except ProblemError as error:
        if not_json(error):
            raise
        raise ProblemError((*error.faults, *too_long(parse(body)[0]))) from None
    if problem.options.time_limit > LONGEST_SOLVE:
        raise ProblemError(too_long(parse(body)[0]))
    return problem
