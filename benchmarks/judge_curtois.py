"""A judge of the Shift Scheduling Benchmarks that reads the files themselves and knows nothing of toban.

Rules: one shift a day; shifts that may not follow; most shifts of a type; least and most minutes; longest and shortest
work; shortest time off; most weekends; days off. What lies outside the horizon satisfies every minimum and counts for no
maximum. Penalty: unmet requests and cover, by their weights.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby, pairwise
from xml.etree import ElementTree


def sections(text: str) -> dict[str, list[list[str]]]:
    """The fields of every line, by section."""
    found: dict[str, list[list[str]]] = {}
    name = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("SECTION"):
            name = line
            found[name] = []
        elif line and line[0] != "#":
            found[name].append(line.split(","))
    return found


def score(instance: str, roster: dict[str, dict[int, str]]) -> tuple[int, Counter[tuple[str, str]]]:
    """Judge a roster (person → day → shift, days off left out): its penalty, and who breaks which hard rule how often."""
    data = sections(instance)
    horizon = int(data["SECTION_HORIZON"][0][0])
    minutes = {row[0]: int(row[1]) for row in data["SECTION_SHIFTS"]}
    never = {(row[0], after) for row in data["SECTION_SHIFTS"] if len(row) > 2 for after in row[2].split("|") if after}
    broken: Counter[tuple[str, str]] = Counter()
    for person, most, *numbers in data["SECTION_STAFF"]:
        most_minutes, least_minutes, longest, shortest, rest, weekends = map(int, numbers)
        days = [roster[person].get(day) for day in range(horizon)]
        for pair in most.split("|"):
            shift, count = pair.split("=")
            broken[person, "most_shifts"] += days.count(shift) > int(count)
        worked = sum(minutes[shift] for shift in days if shift is not None)
        broken[person, "minutes"] += not least_minutes <= worked <= most_minutes
        broken[person, "never_after"] += sum(pair in never for pair in pairwise(days))
        at = 0
        for works, run in groupby(days, lambda shift: shift is not None):
            length = len(list(run))
            inside = at > 0 and at + length < horizon
            broken[person, "too_long"] += works and length > longest
            broken[person, "too_short"] += inside and length < (shortest if works else rest)
            at += length
        touched = {day // 7 for day, shift in enumerate(days) if shift is not None and day % 7 >= 5}
        broken[person, "weekends"] += len(touched) > weekends
    for person, *off in data.get("SECTION_DAYS_OFF", []):
        broken[person, "day_off"] += sum(int(day) in roster[person] for day in off)
    penalty = 0
    for person, day, shift, weight in data.get("SECTION_SHIFT_ON_REQUESTS", []):
        penalty += int(weight) * (roster[person].get(int(day)) != shift)
    for person, day, shift, weight in data.get("SECTION_SHIFT_OFF_REQUESTS", []):
        penalty += int(weight) * (roster[person].get(int(day)) == shift)
    for day, shift, needed, under, over in data.get("SECTION_COVER", []):
        missing = int(needed) - sum(row.get(int(day)) == shift for row in roster.values())
        penalty += missing * int(under) if missing > 0 else -missing * int(over)
    return penalty, +broken


def read_roster(xml: str) -> dict[str, dict[int, str]]:
    """Read a solution file: person → day → shift.

    Raises
    ------
    ValueError
        If an assignment lacks its day or its shift.
    """
    rows: dict[str, dict[int, str]] = {}
    for person in ElementTree.fromstring(xml).iter("Employee"):
        row = rows[person.attrib["ID"]] = {}
        for cell in person.iter("Assign"):
            day, shift = cell.findtext("Day"), cell.findtext("Shift")
            if day is None or shift is None:
                raise ValueError(f"an assignment of {person.attrib['ID']} lacks its day or its shift")
            row[int(day)] = shift
    return rows
