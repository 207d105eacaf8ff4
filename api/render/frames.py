"""A result as data frames: the roster (staff × dates), its violations and its covers. Text is as it was given."""

from __future__ import annotations

import pandas as pd

from api.render.plain import plain
from api.render.words import reason
from solver.result import Result

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def roster_frame(result: Result) -> pd.DataFrame:
    """One row a person (`staff_id`, `name`), one column an ISO date; "" where there is no cell."""
    schedule = result.schedule or {}
    days = sorted({day for row in schedule.values() for day in row})
    rows = [
        [person["id"], person["name"], *(schedule[person["id"]].get(day, "") for day in days)]
        for person in result.problem["staff"]
        if schedule.get(person["id"])
    ]
    return pd.DataFrame(rows, columns=["staff_id", "name", *days], dtype=object)


def violations_frame(result: Result) -> pd.DataFrame:
    """One row a violation, in the order of the result."""
    columns = ["severity", "penalty", "amount", "rule", "message", "dates", "staff_ids", "group_id", "path"]
    rows = [
        [
            v.severity,
            v.penalty,
            v.amount,
            v.rule,
            v.message,
            ", ".join(day.isoformat() for day in v.dates),
            ", ".join(v.staff_ids),
            v.group_id or "",
            v.path,
        ]
        for v in result.violations
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def covers_frame(result: Result) -> pd.DataFrame:
    """One row a cover: the date, the group, who is absent, who covers, and who was passed over and why."""
    names = {person["id"]: person["name"] or person["id"] for person in result.problem["staff"]}
    groups = {group["id"]: group["name"] or group["id"] for group in result.problem["settings"]["staff_groups"]}
    columns = ["date", "group", "absent", "covered_by", "order", "passed_over", "staff_id", "group_id", "assignment_id"]
    rows = [
        [
            cover.date,
            groups.get(cover.group_id, cover.group_id),
            ", ".join(names.get(one, one) for one in cover.absent),
            names.get(cover.staff_id, cover.staff_id),
            cover.priority_order,
            ", ".join(f"{names.get(p.staff_id, p.staff_id)} ({reason(p.reason)})" for p in cover.passed_over),
            cover.staff_id,
            cover.group_id,
            cover.assignment_id,
        ]
        for cover in result.covers
    ]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def harmless(value: object) -> object:
    """Text that a spreadsheet keeps as text: on one line, and never taken for a formula when a CSV file is opened."""
    if not isinstance(value, str):
        return value
    text = plain(value)
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA) else text
