"""The Shift Scheduling Benchmarks of T. Curtois and R. Qu: their text files as problems, rosters as their solution files.

`read` gives a problem document in which each rule of the benchmark is a rule of toban, hard unless it says so:

| of the benchmark | here |
|---|---|
| one shift a day | a cell; a day without a shift is × |
| shifts that cannot follow this shift | `forbidden_sequences` |
| most shifts of a type | `monthly_limits`, measure `count`; `allowed_shifts` where it is none at all |
| least and most minutes | `monthly_limits`, measure `minutes` |
| consecutive shifts, consecutive days off | `stretches`; without history never too short at the edge of the horizon |
| most weekends (Saturday or Sunday worked) | `weekends` |
| days off | `prefilled` × |
| shift on and shift off requests | `requests`, soft; above 5,000 one person's equal ones are a soft `priority_rules` entry |
| cover, its weights for under and over | `demand`, soft |

The penalty of a roster is thereby the benchmark's own. The horizon starts on a Monday; which one does not matter.

Source: T. Curtois, R. Qu, *Computational results on new staff scheduling benchmark instances*, 2014;
http://www.schedulingbenchmarks.org.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar
from xml.etree import ElementTree

from datasets.formats.unreadable import Unreadable
from solver.domain.base import MOST_ENTRIES
from solver.domain.period import plus

__all__ = ["Unreadable", "read", "write"]

START = date(2026, 1, 5)  # a Monday
OFF = "×"

Line = tuple[int, list[str]]
"""The number of a line, and its fields."""
T = TypeVar("T")


class Shift(NamedTuple):
    """A line of SECTION_SHIFTS."""

    symbol: str
    minutes: int
    never_followed_by: tuple[str, ...]


class Person(NamedTuple):
    """A line of SECTION_STAFF."""

    id: str
    most_shifts: dict[str, int]
    most_minutes: int
    least_minutes: int
    longest_work: int
    shortest_work: int
    shortest_off: int
    most_weekends: int


class Wish(NamedTuple):
    """A line of SECTION_SHIFT_ON_REQUESTS or, with `on` false, of SECTION_SHIFT_OFF_REQUESTS."""

    staff: str
    day: int
    shift: str
    weight: int
    on: bool


class Cover(NamedTuple):
    """A line of SECTION_COVER."""

    day: int
    shift: str
    needed: int
    under: int
    over: int


class Instance(NamedTuple):
    """What a file says; days count from zero."""

    horizon: int
    shifts: list[Shift]
    staff: list[Person]
    days_off: dict[str, list[int]]
    wishes: list[Wish]
    covers: list[Cover]


def read(text: str, *, start: date = START) -> dict[str, Any]:
    """Make the problem document of a benchmark file.

    Raises
    ------
    Unreadable
        The text is not in the format; it tells of every line at fault.
    ValueError
        `start` is no Monday.
    """
    if start.isoweekday() != 1:
        raise ValueError(f"start: found {start}, expected a Monday")
    instance = parse(text)
    settings = {
        "shift_types": [
            *({"symbol": shift.symbol, "kind": "work", "minutes": shift.minutes} for shift in instance.shifts),
            {"symbol": OFF, "name": "day off", "role": "off", "kind": "off", "minutes": 0},
        ],
        "forbidden_sequences": [
            {"symbols": [shift.symbol, list(shift.never_followed_by)], "hard": True}
            for shift in instance.shifts
            if shift.never_followed_by
        ],
        "allowed_shifts": list(_allowed(instance)),
        "monthly_limits": list(_limits(instance)),
        "stretches": list(_stretches(instance)),
        "weekends": list(_entries(instance.staff, lambda p: p.most_weekends, lambda most: {"max_working": most})),
        "demand": list(_demand(instance, start)),
        "fairness": [],
    }
    return {
        "period": {"start": start.isoformat(), "end": plus(start, instance.horizon - 1).isoformat()},
        "staff": [{"id": person.id} for person in instance.staff],
        "settings": settings | _wishes(instance, start),
        "prefilled": {s: {_iso(start, d): OFF for d in days} for s, days in instance.days_off.items()},
    }


def write(document: Mapping[str, Any], schedule: Mapping[str, Mapping[str, str]], *, name: str, penalty: int) -> str:
    """Write a schedule (staff id → ISO date → symbol) as the benchmark's solution file, a roster in XML.

    `name` is the instance's (its file without `.txt`), `penalty` what the roster costs.
    """
    start = date.fromisoformat(document["period"]["start"])
    root = ElementTree.Element("Roster")
    ElementTree.SubElement(root, "SchedulingPeriodFile").text = f"{name}.ros"
    ElementTree.SubElement(root, "Penalty").text = str(penalty)
    for person in document["staff"]:
        row = ElementTree.SubElement(root, "Employee", ID=person["id"])
        for day, symbol in sorted(schedule.get(person["id"], {}).items()):
            if symbol != OFF:
                cell = ElementTree.SubElement(row, "Assign")
                ElementTree.SubElement(cell, "Day").text = str((date.fromisoformat(day) - start).days)
                ElementTree.SubElement(cell, "Shift").text = symbol
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


# ---- the document ---------------------------------------------------------------------------------


def _iso(start: date, day: int) -> str:
    return plus(start, day).isoformat()


def _entries(
    staff: Iterable[Person], value: Callable[[Person], T | None], entry: Callable[[T], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """One hard entry for everybody of whom the same is asked; people without a value have none."""
    people: dict[T, list[str]] = {}
    for person in staff:
        asked = value(person)
        if asked is not None:
            people.setdefault(asked, []).append(person.id)
    for asked, ids in people.items():
        yield {**entry(asked), "hard": True, "scope": {"staff_ids": ids}}


def _allowed(instance: Instance) -> Iterator[dict[str, Any]]:
    def symbols(person: Person) -> tuple[str, ...] | None:
        never = [shift.symbol for shift in instance.shifts if person.most_shifts.get(shift.symbol) == 0]
        return tuple(s.symbol for s in instance.shifts if s.symbol not in never) if never else None

    return _entries(instance.staff, symbols, lambda allowed: {"symbols": [*allowed, OFF]})


def _limits(instance: Instance) -> Iterator[dict[str, Any]]:
    for shift in instance.shifts:
        people: dict[int, list[str]] = {}
        for person in instance.staff:
            most = person.most_shifts.get(shift.symbol, 0)
            if 0 < most < instance.horizon:
                people.setdefault(most, []).append(person.id)
        for most, ids in people.items():
            limit = {"measure": "count", "symbols": [shift.symbol], "max": most}
            yield {**limit, "hard": True, "scope": {"staff_ids": ids}}
    minutes = _entries(
        instance.staff,
        lambda person: (person.least_minutes, person.most_minutes),
        lambda bounds: {"measure": "minutes", "min": bounds[0], "max": bounds[1]},
    )
    yield from minutes


def _stretches(instance: Instance) -> Iterator[dict[str, Any]]:
    yield from _entries(
        instance.staff,
        lambda person: (person.shortest_work, person.longest_work),
        lambda bounds: {"kind": "work", "min": max(1, bounds[0]), "max": bounds[1]},
    )
    yield from _entries(
        instance.staff, lambda person: max(1, person.shortest_off), lambda least: {"kind": "off", "min": least}
    )


def _demand(instance: Instance, start: date) -> Iterator[dict[str, Any]]:
    """Equal covers are one entry on several dates."""
    dates: dict[tuple[str, int, int, int], list[str]] = {}
    for cover in instance.covers:
        dates.setdefault((cover.shift, cover.needed, cover.under, cover.over), []).append(_iso(start, cover.day))
    for (shift, needed, under, over), days in dates.items():
        weights = {"under_weight": under, "over_weight": over}
        yield {"symbols": [shift], "target": needed, **weights, "dates": days}


def _wishes(instance: Instance, start: date) -> dict[str, Any]:
    """Wishes as requests; where those would be too many, one person's equal wishes are one rule on several dates."""
    rules: list[dict[str, Any]] = []
    single = instance.wishes
    if len(single) > MOST_ENTRIES:
        alike: defaultdict[tuple[str, str, int, bool], list[Wish]] = defaultdict(list)
        for wish in instance.wishes:
            alike[wish.staff, wish.shift, wish.weight, wish.on].append(wish)
        single = [wish for wishes in alike.values() if len(wishes) == 1 for wish in wishes]
        for (staff, shift, weight, on), wishes in alike.items():
            if len(wishes) > 1:
                what = {"rule_type": "preferred_shift" if on else "avoided_shift", "shift": shift, "weight": weight}
                rules.append({**what, "staff_ids": [staff], "dates": [_iso(start, wish.day) for wish in wishes]})
    requests = [
        {"staff_id": w.staff, "date": _iso(start, w.day), "symbol": w.shift, "want": w.on, "weight": w.weight}
        for w in single
    ]
    return {"requests": requests, "priority_rules": rules}


# ---- the text -------------------------------------------------------------------------------------


def parse(text: str) -> Instance:
    """Read the sections of a file.

    Raises
    ------
    Unreadable
        With every line at fault.
    """
    return _Parser(text).instance()


class _Parser:
    """Collects faults while it reads, so that all are told at once."""

    def __init__(self, text: str) -> None:
        self.faults: list[str] = []
        self.sections: dict[str, list[Line]] = {}
        current: list[Line] = []
        for number, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if line.startswith("SECTION_"):
                current = self.sections.setdefault(line, [])
            elif line and not line.startswith("#"):
                current.append((number, [field.strip() for field in line.split(",")]))

    def instance(self) -> Instance:
        horizon = next(iter(self.rows("SECTION_HORIZON", 1, lambda n, f: self.number(n, f[0], 1))), 0)
        shifts = self.rows("SECTION_SHIFTS", 2, self.shift)
        staff = self.rows("SECTION_STAFF", 8, self.person)
        self.symbols, self.ids, self.horizon = {s.symbol for s in shifts}, {p.id for p in staff}, horizon
        for shift in shifts:
            for follower in shift.never_followed_by:
                self.known(0, follower, self.symbols, f"shift after {shift.symbol}")
        for person in staff:
            for symbol in person.most_shifts:
                self.known(0, symbol, self.symbols, f"shift of {person.id}")
        off = dict(self.rows("SECTION_DAYS_OFF", 2, self.day_off, needed=False))
        wishes = [
            *self.rows("SECTION_SHIFT_ON_REQUESTS", 4, lambda n, f: self.wish(n, f, on=True), needed=False),
            *self.rows("SECTION_SHIFT_OFF_REQUESTS", 4, lambda n, f: self.wish(n, f, on=False), needed=False),
        ]
        covers = self.rows("SECTION_COVER", 5, self.cover, needed=False)
        if self.faults:
            raise Unreadable(self.faults)
        return Instance(horizon, shifts, staff, off, wishes, covers)

    def rows(self, section: str, fields: int, make: Callable[[int, list[str]], T], *, needed: bool = True) -> list[T]:
        """What `make` reads from each line of a section that has enough fields."""
        lines = self.sections.get(section, [])
        if needed and not lines:
            self.faults.append(f"{section}: found nothing, expected at least one line")
        made = []
        for number, line in lines:
            if len(line) < fields:
                self.faults.append(f"line {number}: found {len(line)} fields, expected {fields} of {section}")
            else:
                made.append(make(number, line))
        return made

    def number(self, line: int, text: str, least: int = 0) -> int:
        digits = text.removeprefix("-") if text == "-0" else text  # which some of the files do say
        if digits.isascii() and digits.isdigit() and int(digits) >= least:
            return int(digits)
        self.faults.append(f"line {line}: found {text!r}, expected a whole number of at least {least}")
        return least

    def known(self, line: int, text: str, names: set[str], what: str) -> str:
        if text not in names:
            self.faults.append(
                f"line {line}: found {text!r}, expected a known {what}" if line else f"unknown {what}: {text!r}"
            )
        return text

    def day(self, line: int, text: str) -> int:
        day = self.number(line, text)
        if self.horizon and day >= self.horizon:
            self.faults.append(f"line {line}: found day {day}, expected one below {self.horizon}")
        return day

    def shift(self, line: int, fields: list[str]) -> Shift:
        after = fields[2].split("|") if len(fields) > 2 and fields[2] else []
        return Shift(fields[0], self.number(line, fields[1]), tuple(follower.strip() for follower in after))

    def person(self, line: int, fields: list[str]) -> Person:
        most = {}
        for pair in filter(None, fields[1].split("|")):
            symbol, _, count = pair.partition("=")
            most[symbol.strip()] = self.number(line, count.strip())
        return Person(fields[0], most, *(self.number(line, field) for field in fields[2:8]))

    def day_off(self, line: int, fields: list[str]) -> tuple[str, list[int]]:
        days = [self.day(line, field) for field in fields[1:] if field]
        return self.known(line, fields[0], self.ids, "person"), days

    def wish(self, line: int, fields: list[str], *, on: bool) -> Wish:
        staff = self.known(line, fields[0], self.ids, "person")
        shift = self.known(line, fields[2], self.symbols, "shift")
        return Wish(staff, self.day(line, fields[1]), shift, self.number(line, fields[3]), on)

    def cover(self, line: int, fields: list[str]) -> Cover:
        shift = self.known(line, fields[1], self.symbols, "shift")
        needed, under, over = (self.number(line, field) for field in fields[2:5])
        return Cover(self.day(line, fields[0]), shift, needed, under, over)
