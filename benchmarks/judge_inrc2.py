"""A judge of the Second International Nurse Rostering Competition that reads its files itself and knows nothing of toban.

Day by day and week by week, as the competition counts: hard H1 one assignment a day, H2 least staff, H3 successions,
H4 skills; soft S1 best staff 30, S2 days in a row at work 30 and on one shift 15, S3 days off in a row 30, S4 requests 10,
S5 complete weekends 30, S6 assignments 20 and S7 weekends 30 over the whole horizon. Every day missing or too many in
a row costs once, on the day it happens; a stretch still going on at the end may be short.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
Roster = dict[str, dict[int, tuple[str, str]]]
"""Nurse → day of the horizon → shift and skill."""


def _lines(text: str, head: str) -> list[list[str]]:
    """The words of the lines after a head, up to the next blank one."""
    after = re.split(rf"^{head}\b.*$", text, maxsplit=1, flags=re.MULTILINE)[1].splitlines()[1:]
    found: list[list[str]] = []
    for line in after:
        if not line.strip():
            break
        found.append(line.split())
    return found


def _two(text: str) -> tuple[int, int]:
    low, high = text.strip("()").split(",")
    return int(low), int(high)


def read_solution(texts: Sequence[str]) -> tuple[Roster, int]:
    """Read the weeks of a solution: the roster, and how often somebody was assigned twice on a day (H1)."""
    roster: Roster = {}
    twice = 0
    for week, text in enumerate(texts):
        for nurse, day, shift, skill in _lines(text, "ASSIGNMENTS"):
            row = roster.setdefault(nurse, {})
            at = 7 * week + DAYS.index(day)
            twice += at in row
            row[at] = shift, skill
    return roster, twice


def score(scenario: str, history: str, weeks: Sequence[str], roster: Roster) -> tuple[int, Counter[str]]:
    """Judge a roster: its penalty, and how often each hard rule is broken."""
    costs, broken = judge(scenario, history, weeks, roster)
    return costs.total(), broken


def judge(scenario: str, history: str, weeks: Sequence[str], roster: Roster) -> tuple[Counter[str], Counter[str]]:
    """What each soft rule costs, and how often each hard rule is broken."""
    shifts = {name: _two(bounds) for name, bounds in _lines(scenario, "SHIFT_TYPES")}
    never = {(row[0], after) for row in _lines(scenario, "FORBIDDEN_SHIFT_TYPES_SUCCESSIONS") for after in row[2:]}
    contracts = {row[0]: row[1:] for row in _lines(scenario, "CONTRACTS")}
    nurses = {row[0]: (contracts[row[1]], row[3:]) for row in _lines(scenario, "NURSES")}
    past = {row[0]: row[1:] for row in _lines(history, "NURSE_HISTORY")}
    broken: Counter[str] = Counter()
    costs: Counter[str] = Counter()
    for week, text in enumerate(weeks):
        for shift, skill, *needs in _lines(text, "REQUIREMENTS"):
            for day, need in enumerate(needs):
                there = sum(row.get(7 * week + day) == (shift, skill) for row in roster.values())
                least, best = _two(need)
                broken["H2"] += max(0, least - there)
                costs["S1"] += 30 * max(0, best - there)
        for nurse, shift, name in _lines(text, "SHIFT_OFF_REQUESTS"):
            cell = roster.get(nurse, {}).get(7 * week + DAYS.index(name))
            costs["S4"] += 10 * (cell is not None and shift in ("Any", cell[0]))
    for nurse, (contract, skills) in nurses.items():
        row = [roster.get(nurse, {}).get(day) for day in range(7 * len(weeks))]
        broken["H4"] += sum(cell is not None and cell[1] not in skills for cell in row)
        names = [None if cell is None else cell[0] for cell in row]
        last = None if past[nurse][2] == "None" else past[nurse][2]
        broken["H3"] += sum((one, two) in never for one, two in zip([last, *names], names, strict=False))
        costs += _in_a_row(names, last, [int(n) for n in past[nurse][3:6]], shifts, _two(contract[1]), _two(contract[2]))
        costs += _totals(names, int(past[nurse][0]), int(past[nurse][1]), contract)
    return costs, +broken


def _in_a_row(
    names: list[str | None],
    last: str | None,
    counts: list[int],
    shifts: dict[str, tuple[int, int]],
    work: tuple[int, int],
    off: tuple[int, int],
) -> Counter[str]:
    costs: Counter[str] = Counter()
    same, working, resting = counts
    for name in names:
        if name != last and last is not None:
            costs["S2 shift"] += 15 * max(0, shifts[last][0] - same)
        if name is None:
            if last is not None:
                costs["S2 work"] += 30 * max(0, work[0] - working)
                resting = 0
            same = working = 0
            resting += 1
            costs["S3"] += 30 * (resting > off[1])
        else:
            if last is None and resting:
                costs["S3"] += 30 * max(0, off[0] - resting)
            same = same + 1 if name == last else 1
            working += 1
            resting = 0
            costs["S2 shift"] += 15 * (same > shifts[name][1])
            costs["S2 work"] += 30 * (working > work[1])
        last = name
    return costs


def _totals(names: list[str | None], assigned: int, weekends: int, contract: list[Any]) -> Counter[str]:
    low, high = _two(contract[0])
    total = assigned + sum(name is not None for name in names)
    pairs = [(names[at + 5], names[at + 6]) for at in range(0, len(names), 7)]
    worked = weekends + sum(any(pair) for pair in pairs)
    halves = sum((one is None) != (two is None) for one, two in pairs)
    return Counter(
        {
            "S5": 30 * halves * (contract[4] == "1"),
            "S6": 20 * (max(0, low - total) + max(0, total - high)),
            "S7": 30 * max(0, worked - int(contract[3])),
        }
    )
