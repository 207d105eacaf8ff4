"""Judges a result by the assertions of a conformance scenario; knows the contract, not the solver."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

OFF_EQUIVALENT = {"×": 1.0, "△": 0.5}


def broken(expect: list[dict[str, Any]], problem: dict[str, Any], status: int, answer: dict[str, Any]) -> list[str]:
    """Sentences about every expectation that does not hold; empty if all do."""
    found: list[str] = []
    for wanted in expect:
        found += _broken(wanted, problem, status, answer)
    schedule = answer.get("schedule")
    if schedule:
        for staff, row in problem.get("prefilled", {}).items():
            found += [f"prefilled {staff} {d}" for d, k in row.items() if k and schedule[staff][d] != k]
    return found


def _broken(wanted: dict[str, Any], problem: dict[str, Any], status: int, answer: dict[str, Any]) -> list[str]:
    schedule: dict[str, dict[str, str]] = answer.get("schedule") or {}
    days = _days(problem)
    if "status" in wanted:
        return _status(wanted, status, answer)
    if "cell" in wanted:
        staff, day = wanted["cell"]
        symbol = schedule.get(staff, {}).get(day)
        fine = (
            symbol == wanted["is"]
            if "is" in wanted
            else symbol in wanted["in"]
            if "in" in wanted
            else symbol is not None and symbol not in wanted["not"]
        )
        return [] if fine else [f"{wanted}: {symbol}"]
    if "cell_absent" in wanted:
        staff, day = wanted["cell_absent"]
        return [f"{wanted}"] if day in schedule.get(staff, {}) else []
    if "count" in wanted:
        c = wanted["count"]
        n = sum(schedule[c["staff"]].get(d) == c["symbol"] for d in _chosen(days, c))
        return _within(n, c, wanted)
    if "off_equiv" in wanted:
        c = wanted["off_equiv"]
        total = sum(OFF_EQUIVALENT.get(schedule[c["staff"]].get(d, ""), 0) for d in _chosen(days, c))
        return _within(total, c, wanted)
    if "daily" in wanted:
        c = wanted["daily"]
        dates = [c["date"]] if "date" in c else [d for d in days if d not in problem["settings"].get("calendar", {})]
        staff = c.get("staff", list(schedule))
        return [
            m for d in dates for m in _within(sum(schedule[s].get(d) == c["symbol"] for s in staff), c, {**wanted, "on": d})
        ]
    if "max_run" in wanted:
        c = wanted["max_run"]
        longest = run = 0
        for d in days:
            run = 0 if schedule[c["staff"]].get(d) in (None, *c["rest"]) else run + 1
            longest = max(longest, run)
        return [] if longest <= c["max"] else [f"{wanted}: {longest}"]
    if "row_length" in wanted:
        c = wanted["row_length"]
        return [] if len(schedule[c["staff"]]) == c["days"] else [f"{wanted}: {len(schedule[c['staff']])}"]
    if "covered" in wanted:
        return _covered(problem, schedule, days)
    return [f"unknown expectation {wanted}"]


def _status(wanted: dict[str, Any], status: int, answer: dict[str, Any]) -> list[str]:
    name = wanted["status"]
    if name == "INVALID_INPUT":
        text = json.dumps(answer.get("errors"), ensure_ascii=False)
        missing = [word for word in wanted.get("error_mentions", []) if word not in text]
        return (
            [f"{status} instead of 422"]
            if status != 422
            else [f"errors do not mention {missing}: {text}"]
            if missing
            else []
        )
    if status != 200:
        return [f"{status}: {json.dumps(answer, ensure_ascii=False)[:500]}"]
    got = answer["status"]
    if name == "OK":
        return [] if got in ("OPTIMAL", "FEASIBLE") else [f"status {got}: {answer['conflicts']}"]
    text = json.dumps(answer["conflicts"], ensure_ascii=False)
    missing = [word for word in wanted.get("conflict_mentions", []) if word not in text]
    return [f"status {got}"] if got != name else [f"conflicts do not mention {missing}: {text[:800]}"] if missing else []


def _covered(problem: dict[str, Any], schedule: dict[str, dict[str, str]], days: list[str]) -> list[str]:
    """Every absence has the group's first available backup on ○."""
    settings, found = problem["settings"], []
    people = {p["id"]: p for p in problem["staff"]}
    closed = {d for d, rule in settings.get("calendar", {}).items() if rule == "must_day_off"}
    for group in settings.get("staff_groups", []):
        rows = [a for a in settings["backup_assignments"] if a["group_id"] == group["id"] and a.get("is_active", True)]
        rows.sort(key=lambda a: a.get("priority_order", 1))
        for day in days if rows else []:
            for member in group["members"]:
                if day in closed or schedule[member].get(day) != "×":
                    continue
                able = [
                    a["staff_id"]
                    for a in rows
                    if (a.get("effective_from") or "") <= day <= (a.get("effective_until") or "9999")
                    and (people[a["staff_id"]].get("employed_from") or "") <= day
                    and day <= (people[a["staff_id"]].get("employed_until") or "9999")
                    and a["staff_id"] != member
                    and problem.get("prefilled", {}).get(a["staff_id"], {}).get(day) in (None, "", "○")
                ]
                if not able or schedule[able[0]].get(day) != "○":
                    found.append(f"{day}: {member} of {group['id']} is off and {able[:1]} does not stand on ○")
    return found


def _within(n: float, c: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    return [] if c.get("min", n) <= n <= c.get("max", n) else [f"{wanted}: {n}"]


def _chosen(days: list[str], c: dict[str, Any]) -> list[str]:
    return [d for d in days if "dates" not in c or c["dates"][0] <= d <= c["dates"][-1]]


def _days(problem: dict[str, Any]) -> list[str]:
    start, end = (date.fromisoformat(problem["period"][side]) for side in ("start", "end"))
    return [(start + timedelta(days=i)).isoformat() for i in range((end - start).days + 1)]
