"""A roster as a file for people: what a worker writes, for a problem as it is sent or for a kept roster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from threading import Event
from typing import Any, Final
from zoneinfo import ZoneInfo

import solver
from api.solving.requests import inside, parts_of
from solver import Cover, Fault, Problem, ProblemError, Result, Schedule, Stats, read_problem
from solver.domain.codes import Code
from solver.domain.naming import SERVER_NAMES
from solver.domain.shift import DEFAULT_SHIFT_TYPES
from solver.result import engine, version

FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


def export(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Write `{"how", "asked"}`: what was asked for as sent — its problem and schedule —, and how it is to be written."""
    head, _, sent = body.partition(b"\n")
    how = json.loads(head)
    if how["stored"]:
        asked, given = json.loads(sent), None
        problem, schedule = _of_then(asked["problem"], asked["schedule"])
    else:
        parts = parts_of(sent, ("problem", "schedule"), ("covers",))
        with inside("/problem"):
            problem = read_problem(parts["problem"])
        schedule = solver.read_schedule(parts["schedule"], problem, at="/schedule")
        given = solver.read_covers(parts.get("covers"), at="/covers")
    staff = how["staff_id"]
    if staff is not None and staff not in problem.staff_by_id:
        raise ProblemError((Fault(Code.UNKNOWN_STAFF, "", staff, "as staff_id: the id of somebody in the problem's staff"),))
    return written(judged(problem, schedule, staff, given), how)


def judged(
    problem: Problem, schedule: Schedule, staff_id: str | None = None, given: Sequence[Cover] | None = None
) -> Result:
    """Make a result of a roster: judged by the rules, of one person where one is named; `given` are its covers, if sent."""
    violations = solver.check(problem, schedule, given)
    covers = tuple(solver.covers_of(problem, schedule, given))
    cells = schedule.to_json()
    score = solver.Score.of(violations)
    if staff_id is not None:
        cells = {staff: row for staff, row in cells.items() if staff == staff_id}
        violations = [one for one in violations if staff_id in one.staff_ids]
        covers = tuple(one for one in covers if staff_id == one.staff_id or staff_id in one.absent)
    return Result(
        status="FEASIBLE",
        schedule=cells,
        violations=tuple(violations),
        covers=covers,
        objective=score.soft,
        score=score,
        problem=problem.canonical(),
        request_hash=problem.request_hash,
        stats=_NO_STATS,
    )


_NO_STATS: Final = Stats(
    build_seconds=0,
    solve_seconds=0,
    first_solution_seconds=None,
    variables=0,
    constraints=0,
    workers=0,
    seed=0,
    engine=engine(),
    version=version(),
)


def written(result: Result, how: dict[str, Any]) -> bytes:
    """Write it in a format."""
    if how["format"] == "csv":
        from api.render.csv import csv

        return csv(result)
    if how["format"] == "xlsx":
        from api.render.xlsx import xlsx

        return xlsx(result, how["title"])
    if how["format"] == "html":
        from api.render.html import html

        return html(result, how["title"]).encode()
    from api.render.ics import ics

    zone = ZoneInfo(how["timezone"]) if how["timezone"] else None
    stamp = datetime.fromisoformat(how["stamp"]) if how["stamp"] else None
    return ics(result, title=how["title"], calendar=how["calendar"], zone=zone, stamp=stamp)


def _of_then(problem: dict[str, Any], schedule: dict[str, dict[str, str]]) -> tuple[Problem, Schedule]:
    """Read a kept roster with the settings of now: nobody and nothing it holds is left out, only rules may be of today.

    People who left, or were not yet there, are put on the staff as they stand in it; a symbol that is no more is a shift
    without times.
    """
    staff = {row["id"]: {k: v for k, v in row.items() if k not in SERVER_NAMES} for row in problem["staff"]}
    for person, row in schedule.items():
        known = staff.setdefault(person, {"id": person})
        first, last = known.get("employed_from") or "", known.get("employed_until") or "9"
        if row and not (known.get("is_active", True) and first <= min(row) and max(row) <= last):
            staff[person] = {**known, "is_active": True, "employed_from": None, "employed_until": None}
    settings = dict(problem["settings"])
    types = settings.get("shift_types") or [one.model_dump(mode="json") for one in DEFAULT_SHIFT_TYPES]
    known_symbols = {one["symbol"] for one in types}
    unknown = {symbol for row in schedule.values() for symbol in row.values()} - known_symbols
    if unknown:
        settings["shift_types"] = [*types, *({"symbol": one, "kind": "work"} for one in sorted(unknown))]
    whole = {**problem, "staff": list(staff.values()) or [{"id": "?", "is_active": False}], "settings": settings}
    read = read_problem(whole)
    return read, solver.read_schedule(schedule, read)
