"""Small problems in one line, and what tests ask of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from solver import Problem, Result, Violation, check, read_problem, read_schedule, solve
from tests.strategies import SILENT

MONDAY = date(2026, 3, 2)


def day(index: int, start: date = MONDAY) -> str:
    """The ISO date `index` days after the start."""
    return (start + timedelta(days=index)).isoformat()


def document(staff: int | list[dict[str, Any]] = 2, days: int = 3, *, start: date = MONDAY, **parts: Any) -> dict[str, Any]:
    """A problem document: people s0, s1, … from a Monday on, all rules silent but those given.

    `prefilled`, `history`, `history_counts`, `baseline` and `options` go where they belong, everything else into
    `settings`. A grid may be written as rows of symbols: prefilled={"s0": "×·○"} (· is a free cell).
    """
    people = [{"id": f"s{i}", "name": f"S{i}"} for i in range(staff)] if isinstance(staff, int) else staff
    made: dict[str, Any] = {"period": {"start": day(0, start), "end": day(days - 1, start)}, "staff": people}
    for name in ("prefilled", "baseline"):
        if name in parts:
            made[name] = {s: _cells(row, start) for s, row in parts.pop(name).items()}
    if "history" in parts:  # the last symbol is the day before the period
        rows = parts.pop("history")
        made["history"] = {
            s: _cells(row, start - timedelta(days=len(row))) if isinstance(row, str) else row for s, row in rows.items()
        }
    made["options"] = {"time_limit": 30, "workers": 1, **parts.pop("options", {})}
    if "history_counts" in parts:
        made["history_counts"] = parts.pop("history_counts")
    made["settings"] = {**SILENT, **parts}
    return made


def _cells(row: str | dict[str, str], start: date) -> dict[str, str]:
    return {day(i, start): k for i, k in enumerate(row) if k != "·"} if isinstance(row, str) else row


def problem(staff: int | list[dict[str, Any]] = 2, days: int = 3, **parts: Any) -> Problem:
    """The same, read."""
    return read_problem(document(staff, days, **parts))


def solved(staff: int | list[dict[str, Any]] = 2, days: int = 3, **parts: Any) -> Result:
    """The same, solved."""
    return solve(problem(staff, days, **parts))


def judged(rows: dict[str, str], **parts: Any) -> list[Violation]:
    """What the checker says of a roster written as rows of symbols; the team is as large as the roster."""
    start = parts.get("start", MONDAY)
    staff = parts.pop("staff", [{"id": s, "name": s.upper()} for s in rows])
    team = problem(staff, max(map(len, rows.values())), **parts)
    return check(team, read_schedule({s: _cells(row, start) for s, row in rows.items()}, team))


def row(result: Result, staff: str) -> str:
    """One person's cells as a string of symbols."""
    assert result.schedule is not None
    return "".join(result.schedule[staff].values())


def charged(violations: list[Violation], rule: str) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of a rule's violations."""
    return [(v.severity, v.amount, v.penalty) for v in violations if v.rule == rule]
