"""The questions a worker answers about a roster: who can stand in, who can be off when, what a sick call breaks."""

from __future__ import annotations

from threading import Event
from typing import Any

from pydantic_core import to_json

from api.solving.requests import inside, parts_of, too_long
from solver import Fault, Problem, ProblemError, Schedule, read_problem, read_schedule
from solver.questions.cell import cell_faults, explain_cell
from solver.questions.cover import cover_faults, suggest_cover
from solver.questions.drill import drill, drill_faults
from solver.questions.free import free_days, free_days_faults
from solver.search import Budget


def cover(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"problem", "schedule", "staff_id", "dates", "symbol"?, "limit"?}`: who can stand in."""
    sent = parts_of(body, ("problem", "schedule", "staff_id", "dates"), ("symbol", "limit"))
    problem = _problem(sent["problem"])
    staff_id, dates, symbol, limit = sent["staff_id"], sent["dates"], sent.get("symbol"), sent.get("limit")
    schedule = _schedule(sent, problem, cover_faults(problem, staff_id, dates, symbol, limit))
    assert schedule is not None
    return to_json(suggest_cover(problem, schedule, staff_id, dates, symbol=symbol, limit=limit).to_json())


def cell(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"problem", "schedule", "staff_id", "date"}`: what each symbol would make of a cell."""
    sent = parts_of(body, ("problem", "schedule", "staff_id", "date"), ())
    problem = _problem(sent["problem"])
    schedule = _schedule(sent, problem, cell_faults(problem, sent["staff_id"], sent["date"]))
    assert schedule is not None
    return to_json(explain_cell(problem, schedule, sent["staff_id"], sent["date"]).to_json())


def free(body: bytes, stop: Event) -> bytes:
    """Answer `{"problem", "schedule"?, "staff_ids"?, "dates"?}`: who can be off when."""
    sent = parts_of(body, ("problem",), ("schedule", "staff_ids", "dates"))
    problem = _problem(sent["problem"])
    staff_ids, dates = sent.get("staff_ids"), sent.get("dates")
    schedule = _schedule(sent, problem, free_days_faults(problem, staff_ids, dates))
    return to_json(free_days(problem, schedule, staff_ids=staff_ids, dates=dates, budget=_budget(problem, stop)).to_json())


def drilled(body: bytes, stop: Event) -> bytes:
    """Answer `{"problem", "schedule"?}`: which sick calls the roster survives."""
    sent = parts_of(body, ("problem",), ("schedule",))
    problem = _problem(sent["problem"])
    schedule = _schedule(sent, problem, drill_faults(problem))
    return to_json(drill(problem, schedule, budget=_budget(problem, stop)).to_json())


def _problem(sent: Any) -> Problem:
    """Read the problem; its time limit is judged together with everything else."""
    with inside("/problem"):
        try:
            problem = read_problem(sent)
        except ProblemError as error:
            raise ProblemError((*error.faults, *too_long(sent))) from None
        if late := too_long(sent):
            raise ProblemError(late)
    return problem


def _schedule(sent: dict[str, Any], problem: Problem, faults: list[Fault]) -> Schedule | None:
    """Read the schedule, its faults told together with those of the question."""
    schedule: Schedule | None = None
    if sent.get("schedule") is not None:
        try:
            schedule = read_schedule(sent["schedule"], problem, at="/schedule")
        except ProblemError as error:
            faults = [*error.faults, *faults]
    if faults:
        raise ProblemError(tuple(faults))
    return schedule


def _budget(problem: Problem, stop: Event) -> Budget:
    return Budget(problem.options.time_limit, problem.options.deterministic_limit, stop)
