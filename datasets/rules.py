"""The rules of a generated team: limits its planted roster keeps, cells of it given as fixed, and what people wish."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from datasets.names import SKILLS
from datasets.planting import OFF_IN_A_WEEK, OFF_IN_SEVEN, Roster
from datasets.team import A_MONTH
from solver.domain.base import WEEKDAYS, from_halves
from solver.domain.period import prorated_down, prorated_up
from solver.domain.problem import Problem
from solver.domain.settings import MOST_ENTRIES

Row = dict[str, Any]

WISHES = (
    ("avoided_shift", "△"),
    ("avoided_shift", "◇"),
    ("preferred_shift", "×"),
    ("blocked_shift", "△"),
    ("blocked_shift", "◇"),
)


def limits_of(problem: Problem, roster: Roster, *, hard: bool) -> dict[str, list[Row]]:
    """Draw daily, weekly and monthly limits of days off around the roster, with some room."""
    people = problem.ordinary(roster)
    loads = [_standing(roster, people, day.isoformat(), "×") for day in problem.plain_days]
    room = max(1, len(people) // 20)
    daily: list[Row] = []
    if loads:
        daily = [
            {"id": "off-per-day", "symbols": ["×"], "min": max(0, min(loads) - room), "max": max(loads) + room, "hard": hard}
        ]

    days = len(problem.days)
    least = 2 * prorated_down(OFF_IN_SEVEN, len(problem.plain_days), 7) - 2  # half days: one day of room
    closed = {day.isoformat() for day in problem.closed_days}
    for row in filter(None, (roster[staff] for staff in people)):
        halves = 2 * sum(symbol == "×" and day not in closed for day, symbol in row.items())
        least = min(least, ((halves + 1) * days - 1) // len(row))  # the largest that prorated is at most `halves`
    most = 2 * prorated_up(OFF_IN_SEVEN, days, 7) + 2  # half days: one day of room
    monthly: Row = {"id": "days-off", "measure": "off_equivalent"}
    monthly |= {"min": from_halves(max(0, least)), "max": from_halves(most), "hard": hard}
    weekly: Row = {"id": "off-per-week", "symbols": ["×"], "max": OFF_IN_A_WEEK, "hard": hard}
    return {"daily_limits": daily, "weekly_limits": [weekly], "monthly_limits": [monthly]}


def demand_of(problem: Problem, roster: Roster) -> list[Row]:
    """Ask for a tenth of those at work early, a tenth late, and for half of every skill there is on the weakest day."""
    people = problem.ordinary(roster)

    def least(staff_ids: Sequence[str]) -> int:
        return min((_standing(roster, staff_ids, day.isoformat(), "○") for day in problem.open_days), default=0)

    rows: list[Row] = []
    if least(people) >= 4:
        few = max(1, least(people) // 10)
        rows += [
            {"id": name, "symbols": [symbol], "min": few, "max": few} for name, symbol in (("early", "△"), ("late", "◇"))
        ]
    for skill in SKILLS:
        skilled = least([staff for staff in people if skill in problem.staff_by_id[staff].skills])
        if skilled >= 2:
            rows.append({"id": skill, "symbols": ["○", "△", "◇"], "skill": skill, "min": skilled // 2})
    return rows


def prefilled_of(rng: random.Random, problem: Problem, roster: Roster) -> Roster:
    """Fix some cells of the roster: days off that were promised, days people on call cannot come, a few days of work."""
    plain = [day.isoformat() for day in problem.plain_days]
    cells: Roster = {}
    for staff, row in roster.items():
        idle = "⊘" if staff in problem.on_call else "×"
        free = [day for day in plain if row.get(day) == idle]
        at_work = [day for day in plain if row.get(day) == "○"]
        chosen = rng.sample(free, min(len(free), rng.randint(0, _now_and_then(problem))))
        if idle == "×" and at_work and rng.random() < 1 / 10:
            chosen.append(rng.choice(at_work))
        if chosen:
            cells[staff] = {day: row[day] for day in sorted(chosen)}
    return cells


def wishes_of(rng: random.Random, problem: Problem) -> list[Row]:
    """Give about every fourth person a standing wish for one day of the week, or an order never to plan △ or ◇."""
    rows: list[Row] = []
    for staff in problem.ordinary(person.id for person in problem.staff):
        if rng.random() < 1 / 4:
            rule_type, shift = rng.choice(WISHES)
            row: Row = {"id": f"wish-{len(rows) + 1}", "rule_type": rule_type, "staff_ids": [staff], "shift": shift}
            if rule_type != "blocked_shift":
                row["days_of_week"] = [rng.choice(WEEKDAYS)]
            rows.append(row)
    return rows


def requests_of(rng: random.Random, problem: Problem, prefilled: Roster) -> list[Row]:
    """Let people ask for single cells that are free: mostly days off, now and then a late shift or not an early one."""
    people = problem.ordinary(person.id for person in problem.staff)
    most = min(_now_and_then(problem), MOST_ENTRIES // max(1, len(people)))
    rows: list[Row] = []
    for staff in people:
        pinned = prefilled.get(staff, {})
        days = [day.isoformat() for day in problem.plain_days if problem.employed(staff, day)]
        free = [day for day in days if day not in pinned]
        for day in sorted(rng.sample(free, min(len(free), rng.randint(0, most)))):
            wish: Row = rng.choice(({"symbol": "×"}, {"symbol": "×"}, {"symbol": "◇"}, {"symbol": "△", "want": False}))
            rows.append({"staff_id": staff, "date": day, **wish})
    return rows


def _standing(roster: Roster, staff_ids: Sequence[str], day: str, symbol: str) -> int:
    return sum(roster[staff].get(day) == symbol for staff in staff_ids)


def _now_and_then(problem: Problem) -> int:
    """Say how often something that happens about once a month may happen in the period."""
    return 1 + len(problem.days) // A_MONTH
