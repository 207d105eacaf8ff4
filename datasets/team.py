"""The team of a generated problem: people, groups, chains of backups, and the calendar of the house."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from datasets.names import FULL, PLACES, SHORT, SKILLS
from solver.domain.period import plus

Row = dict[str, Any]

A_MONTH = 31  # days
FORTNIGHT = 14  # days; in shorter periods nobody joins, leaves or hands over


def people_of(rng: random.Random, staff: int, on_call: int, days: int, start: date) -> list[Row]:
    """Make the people, those on call last. About one in twelve of the others joins or leaves within the period."""
    names = rng.sample(SHORT if staff <= len(SHORT) else FULL, staff)
    people: list[Row] = []
    for i, name in enumerate(names):
        person: Row = {"id": f"s{i + 1:0{len(str(staff))}}", "name": name, "status": "パート"}
        person["skills"] = sorted(rng.sample(SKILLS, rng.choice((1, 1, 2))))
        if i < staff - on_call:
            person["status"] = rng.choices(("社員", "派遣", "パート"), (6, 3, 1))[0]
            if days >= FORTNIGHT and rng.random() < 1 / 12:
                moment = plus(start, rng.randrange(days // 4, days * 3 // 4))
                person[rng.choice(("employed_from", "employed_until"))] = moment.isoformat()
        people.append(person)
    return people


def groups_of(rng: random.Random, core: Sequence[str], count: int, *, hard: bool) -> list[Row]:
    """Make `count` groups of two to five, smaller where people do not suffice; some people stay outside all groups.

    In larger groups two may be off at once; the largest want a backup for each of them.
    """
    sizes = [rng.choice((2, 2, 3, 3, 4, 5)) for _ in range(count)]
    while sum(sizes) > max(len(core) - 1, count):
        sizes[sizes.index(max(sizes))] -= 1
    waiting = iter(rng.sample(core, len(core)))
    rows: list[Row] = []
    for i, size in enumerate(sizes):
        number = f" {i // len(PLACES) + 1}" if count > len(PLACES) else ""
        row: Row = {"id": f"g{i + 1:0{len(str(count))}}", "name": PLACES[i % len(PLACES)] + number}
        row["members"] = sorted(next(waiting) for _ in range(size))
        if size >= 4:
            row["conflict"] = {"symbols": ["×"], "max": 2, "hard": hard}
        if size >= 5:
            row["cover"] = "each"
        rows.append(row)
    return rows


def assignments_of(groups: Sequence[Row], core: Sequence[str], on_call: Sequence[str], days: int, start: date) -> list[Row]:
    """Give each group its chain: a colleague first, then one or two people on call, whom many groups share.

    Colleagues come from outside all groups, else from the group before in the list, so that nobody backs each other's
    group. Every fourth colleague begins a quarter into the period; in every third group one person on call hands over
    to another in the middle of it.
    """
    inside = {member for group in groups for member in group["members"]}
    outside = [person for person in core if person not in inside]
    rows: list[Row] = []

    def add(group: Row, person: str, order: int, **more: str) -> None:
        who = {"id": f"b{len(rows) + 1}", "staff_id": person, "group_id": group["id"], "priority_order": order}
        rows.append({**who, **more})

    quarter, half = plus(start, days // 4), plus(start, days // 2)
    for i, group in enumerate(groups):
        colleagues = outside[i % len(outside) :] if outside else groups[i - 1]["members"] if i else []
        if colleagues:
            later = {"effective_from": quarter.isoformat()} if i % 4 == 3 and on_call else {}
            add(group, colleagues[0], 1, **later)
        called = [on_call[(i + k) % len(on_call)] for k in range(min(len(on_call), 3))]
        dates: list[dict[str, str]] = [{}]
        if i % 3 == 2 and len(called) >= 2 and days >= FORTNIGHT:
            dates = [{"effective_until": plus(half, -1).isoformat()}, {"effective_from": half.isoformat()}]
        for person, effective in zip(called, dates, strict=False):
            add(group, person, 2, assignment_type="on_call", **effective)
        if len(group["members"]) >= 4 and len(called) > len(dates):
            add(group, called[len(dates)], 3, assignment_type="on_call")
    return rows


def calendar_of(rng: random.Random, days: int, start: date) -> dict[str, str]:
    """Close the house for one to three days about once a month, and call all hands on one day."""
    rules: dict[str, str] = {}
    for first in range(0, days - A_MONTH // 2, A_MONTH):
        month = range(first, min(first + A_MONTH, days))
        closes, length, all_hands = rng.choice(month), rng.choice((1, 1, 2, 3)), rng.choice(month)
        rules[plus(start, all_hands).isoformat()] = "must_work"
        for i in range(closes, min(closes + length, days)):
            rules[plus(start, i).isoformat()] = "must_day_off"
    return dict(sorted(rules.items()))
