"""Small problems in one line, and what tests ask of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from solver import Problem, Result, Violation, check, read_problem, read_schedule, solve, warnings_of
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


SPECIFIC_FIRST = ({"staff_ids": ["a"]}, {"group_ids": ["ga"]}, {"skills": ["grill"]}, {"statuses": ["社員"]}, {})
"""The scopes that name `PERSON_A`, the most specific first."""
PERSON_A = {
    "staff": [{"id": "a", "name": "A", "status": "社員", "skills": ["grill"]}],
    "staff_groups": [{"id": "ga", "members": ["a"]}],
}
BACKUP_ON_CALL = {
    "staff_groups": [{"id": "g", "members": ["a"]}],
    "backup_assignments": [{"id": "b1", "staff_id": "b", "group_id": "g", "assignment_type": "on_call"}],
}
"""Person b is on call for person a."""


def judged_by_default(field: str, rows: dict[str, str], **parts: Any) -> list[Violation]:
    """What the checker says where the settings do not mention a field, so that its default set speaks."""
    made = document([{"id": s, "name": s.upper()} for s in rows], max(map(len, rows.values())), **parts)
    del made["settings"][field]
    team = read_problem(made)
    return check(team, read_schedule({s: _cells(row, parts.get("start", MONDAY)) for s, row in rows.items()}, team))


def blamed(result: Result, rule: str) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """What the only conflict, a proved one, says of a rule: path, staff and dates of each of its facts."""
    assert result.status == "INFEASIBLE"
    (conflict,) = result.conflicts
    assert conflict.proved
    return [(f.path, f.staff_ids, [d.isoformat() for d in f.dates]) for f in conflict.facts if f.rule == rule]


def dates_of(violations: list[Violation], rule: str) -> list[list[str]]:
    """The dates of each of a rule's violations."""
    return [[d.isoformat() for d in v.dates] for v in violations if v.rule == rule]


def people(*ids: str) -> list[dict[str, Any]]:
    """A team of these people, their names their ids in capitals."""
    return [{"id": s, "name": s.upper()} for s in ids]


def backed_up(
    members: str, *backups: str | dict[str, Any], coverage: dict[str, Any] | None = None, **group: Any
) -> dict[str, Any]:
    """Settings of one group, g, with coverage speaking: assignments a0, a1, … of order 1, 2, … unless a row says otherwise.

    `members` holds one letter a person.
    """
    rows = [{"staff_id": backup} if isinstance(backup, str) else backup for backup in backups]
    return {
        "staff_groups": [{"id": "g", "members": [*members], **group}],
        "backup_assignments": [
            {"id": f"a{i}", "group_id": "g", "priority_order": i + 1, **row} for i, row in enumerate(rows)
        ],
        "backup_coverage": coverage or {},
    }


def shared(*pairs: str, **coverage: Any) -> dict[str, Any]:
    """Settings of two groups, g of person m and h of person n; "bg" makes b a backup of g, next in order."""
    orders = {"g": iter(range(1, 9)), "h": iter(range(1, 9))}
    return {
        "staff_groups": [{"id": "g", "members": ["m"]}, {"id": "h", "members": ["n"]}],
        "backup_assignments": [
            {"id": backup + group, "staff_id": backup, "group_id": group, "priority_order": next(orders[group])}
            for backup, group in pairs
        ],
        "backup_coverage": coverage,
    }


def warned(code: str, staff: int | list[dict[str, Any]] = 1, days: int = 7, **parts: Any) -> list[str]:
    """The paths of a problem's warnings of one code."""
    return [notice.path for notice in warnings_of(problem(staff, days, **parts)) if notice.code == code]
