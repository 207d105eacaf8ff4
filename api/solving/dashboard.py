"""What a worker answers about the rosters of a restaurant: the coverage of some dates, and who should become a backup."""

from __future__ import annotations

import json
from datetime import date
from threading import Event
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from solver import Problem, ProblemError, Schedule, coverage_report, read_problem, suggest_backups
from solver.domain.base import nfc
from solver.questions.new_backups import suggestion_faults
from solver.questions.what_if import with_cells_fixed

_USED: Final = (
    "shift_types",
    "staff_groups",
    "backup_assignments",
    "backup_coverage",
    "allowed_shifts",
    "priority_rules",
    "calendar",
    "holidays",
)
"""The settings that say who covers whom. All others stay out: a wish for a date of last month is no fault here."""
_NOBODY: Final = {"id": "?", "is_active": False}  # where there is no staff: a problem needs somebody, figures need not


def coverage(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"period", "stored", "schedule", "prefilled", "rosters", "rostered", "expires_within"}`."""
    sent = json.loads(body)
    board = _board(sent)
    found = coverage_report(board.problem, board.schedule, rostered=board.rostered, expires_within=sent["expires_within"])
    return to_json({**_about(sent, board), **found.to_json()})


def new_backups(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"period", "stored", "schedule", "prefilled", "rosters", "rostered", "group_id", "limit"}`."""
    sent = json.loads(body)
    board = _board(sent)
    asked = {"group_id": sent["group_id"], "limit": sent["limit"]}
    if faults := suggestion_faults(board.problem, **asked):  # parameters of the address, not parts of a document
        raise ProblemError(tuple(fault._replace(path="", expected=f"as group: {fault.expected}") for fault in faults))
    found = suggest_backups(board.problem, board.schedule, rostered=board.rostered, **asked)
    return to_json({**_about(sent, board), "period": sent["period"], **found.to_json()})


class _Board(NamedTuple):
    """The stored team in the period, and its roster as far as the team knows its cells."""

    problem: Problem
    schedule: Schedule
    rostered: tuple[date, ...]
    left_out: int


def _board(sent: dict[str, Any]) -> _Board:
    stored = sent["stored"]
    settings = {name: value for name, value in stored["settings"].items() if name in _USED}
    problem = read_problem({"period": sent["period"], "staff": stored["staff"] or [_NOBODY], "settings": settings})
    schedule, left_out = _known_cells(problem, sent["schedule"])
    fixed, _ = _known_cells(problem, sent["prefilled"])
    pins = {(one, day): symbol for one in fixed.staff_ids for day, symbol in fixed.row(one).items()}
    problem = with_cells_fixed(problem, {cell: symbol for cell, symbol in pins.items() if schedule.at(*cell) == symbol})
    return _Board(problem, schedule, tuple(map(date.fromisoformat, sent["rostered"])), left_out)


def _known_cells(problem: Problem, rows: dict[str, dict[str, str]]) -> tuple[Schedule, int]:
    """Read a roster that may be older than the settings; cells of people and symbols that are no more are left out."""
    known: dict[str, dict[date, str]] = {}
    left_out = 0
    for staff, row in rows.items():
        for text, symbol in row.items():
            day = date.fromisoformat(text)
            if staff in problem.staff_by_id and nfc(symbol) in problem.shift_by_symbol and problem.employed(staff, day):
                known.setdefault(staff, {})[day] = nfc(symbol)
            else:
                left_out += 1
    return Schedule(known), left_out


def _about(sent: dict[str, Any], board: _Board) -> dict[str, Any]:
    return {"revision": sent["stored"]["revision"], "rosters": sent["rosters"], "cells_left_out": board.left_out}
