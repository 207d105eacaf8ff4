"""The questions about a roster as worker tasks: requests read with every fault at once, answers as JSON."""

from __future__ import annotations

from datetime import date
from threading import Event
from typing import Any

from pydantic_core import to_json

import solver
from api.solving.request import inside, parts_of, refuse
from solver import Fault, Problem, Schedule
from solver.domain.codes import Code


def suggest_cover(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Tell who can stand in: `{"problem", "schedule", "staff_id", "dates", "symbol"?}`."""
    sent = parts_of(body, ("problem", "schedule", "staff_id", "dates"), ("symbol",))
    problem, schedule = _roster(sent)
    assert schedule is not None
    faults = _unknown_staff(problem, [sent["staff_id"]], "/staff_id", one=True)
    days = _days(problem, sent["dates"], faults)
    if not faults:
        employed = set(problem.employed_days(sent["staff_id"]))
        expected = "a date on which he is employed"
        faults += [
            Fault(Code.OUTSIDE_EMPLOYMENT, f"/dates/{i}", day.isoformat(), expected)
            for i, day in enumerate(days)
            if day not in employed
        ]
    symbol, absences = sent.get("symbol"), problem.of_kind("off") + problem.of_kind("away")
    if symbol is not None and symbol not in absences:
        faults.append(Fault(Code.UNKNOWN_SYMBOL, "/symbol", symbol, f"one of {' '.join(absences)}"))
    if symbol is None and problem.off is None:
        faults.append(Fault(Code.MISSING_FIELD, "/symbol", None, "a symbol, as no shift type has the role off"))
    refuse(faults)
    return to_json(solver.suggest_cover(problem, schedule, sent["staff_id"], days, symbol))


def drill(body: bytes, stop: Event) -> bytes:
    """Try every sick call: `{"problem", "schedule"?}`."""
    problem, schedule = _roster(parts_of(body, ("problem",), ("schedule",)))
    return to_json(solver.drill(problem, _some(problem, schedule, stop), stop))


def free_days(body: bytes, stop: Event) -> bytes:
    """Tell who can be off when: `{"problem", "schedule"?, "staff_ids"?, "dates"?}`."""
    sent = parts_of(body, ("problem",), ("schedule", "staff_ids", "dates"))
    problem, schedule = _roster(sent)
    people, faults = sent.get("staff_ids"), []
    if people is not None:
        faults = _unknown_staff(problem, people, "/staff_ids")
    days = _days(problem, sent["dates"], faults) if sent.get("dates") is not None else None
    refuse(faults)
    return to_json(solver.free_days(problem, _some(problem, schedule, stop), people, days, stop))


def _roster(sent: dict[str, Any]) -> tuple[Problem, Schedule | None]:
    with inside("/problem"):
        problem = solver.read_problem(sent["problem"])
    given = sent.get("schedule")
    return problem, solver.read_schedule(given, problem, at="/schedule") if given is not None else None


def _some(problem: Problem, schedule: Schedule | None, stop: Event) -> Schedule:
    """Take the given schedule, or else solve for one."""
    if schedule is None:
        found = solver.solve(problem, stop=stop).schedule
        if found is None:
            refuse([Fault(Code.MISSING_FIELD, "/schedule", None, "a schedule, as none was found within options.time_limit")])
        schedule = solver.read_schedule(found, problem)
    return schedule


def _unknown_staff(problem: Problem, ids: Any, path: str, *, one: bool = False) -> list[Fault]:
    if not isinstance(ids, list):
        return [Fault(Code.WRONG_TYPE, path, str(ids), "a list of staff ids")]
    return [
        Fault(Code.UNKNOWN_STAFF, path if one else f"{path}/{i}", str(id_), "the id of somebody in the problem's staff")
        for i, id_ in enumerate(ids)
        if not isinstance(id_, str) or id_ not in problem.staff_by_id
    ]


def _days(problem: Problem, dates: Any, faults: list[Fault]) -> list[date]:
    """Read dates of the period; what is none becomes a fault."""
    if not isinstance(dates, list) or not dates:
        faults.append(Fault(Code.WRONG_TYPE, "/dates", str(dates), "a list of at least one date"))
        return []
    known = {day.isoformat(): day for day in problem.days}
    for i, text in enumerate(dates):
        if text not in known:
            code = Code.OUTSIDE_PERIOD if isinstance(text, str) else Code.WRONG_TYPE
            faults.append(Fault(code, f"/dates/{i}", str(text), f"a date from {problem.days[0]} to {problem.days[-1]}"))
    return [known[text] for text in dates if text in known]
