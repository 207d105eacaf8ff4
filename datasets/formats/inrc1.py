"""The First International Nurse Rostering Competition (INRC 2010): its XML files as problems, rosters as its solutions.

`read` gives a problem document in which each rule of the competition is a rule of toban; weights are those of the file:

| of the competition | here |
|---|---|
| one assignment a day | a cell; a day without one is × |
| cover requirements, hard: exactly as many as preferred | `demand`, hard, `min` = `max` |
| assignments of a contract, least and most | `monthly_limits`, measure `count` |
| consecutive working days and free days | `stretches` whose `border` is closed: nothing lies beyond the period |
| consecutive working weekends | `weekends`, `min_consecutive` and `max_consecutive`, `border` closed |
| working weekends in four weeks | `weekends`, `max_working` |
| complete weekends | `weekends`, `complete`: each day off in a worked weekend |
| identical shift types during weekends | `weekends`, `identical`; as the competition's evaluator counts, also `complete` |
| no night shift before a free weekend | `forbidden_sequences` that begin on the day before it |
| two free days after night shifts | `forbidden_sequences`: night, work; night, off, work (not a night) |
| alternative skill category | `allowed_shifts`, soft |
| unwanted patterns, some of certain days | `forbidden_sequences` with `days_of_week` |
| days and shifts on and off | `requests` |

The penalty of a roster is thereby the competition's own score.

Source: S. Haspeslagh, P. De Causmaecker, A. Schaerf, M. Stølevik, *The first international nurse rostering competition
2010*, Annals of Operations Research 218, 2014, doi:10.1007/s10479-012-1062-0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from datasets.formats.unreadable import Unreadable
from solver.domain.base import WEEKDAYS
from solver.domain.period import days_between, weekday_of

__all__ = ["Unreadable", "read", "write"]

OFF = "×"
NO_SHIFT, ANY = "None", "Any"
FOUR_WEEKS = 28
WEEKENDS = {
    "SaturdaySunday": ("saturday", "sunday"),
    "FridaySaturdaySunday": ("friday", "saturday", "sunday"),
    "SaturdaySundayMonday": ("saturday", "sunday", "monday"),
    "FridaySaturdaySundayMonday": ("friday", "saturday", "sunday", "monday"),
}

Rules = dict[str, list[dict[str, Any]]]
"""Field of the settings → entries."""


class Pattern(NamedTuple):
    """An unwanted pattern: what stands on consecutive days, the weekday on which it begins (None: any), its weight."""

    places: list[list[str]]
    begins: str | None
    weight: int


def read(text: str) -> dict[str, Any]:
    """Make the problem document of a competition file.

    Raises
    ------
    Unreadable
        The text is not in the format; it tells of everything at fault.
    """
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise Unreadable([f"found no XML: {error}"]) from error
    reader = _Reader(root)
    document = reader.document()
    if reader.faults:
        raise Unreadable(reader.faults)
    return document


def write(document: Mapping[str, Any], schedule: Mapping[str, Mapping[str, str]], *, name: str, penalty: int) -> str:
    """Write a schedule (staff id → ISO date → symbol) as the competition's solution file.

    `name` is the instance's id, `penalty` what the roster costs.
    """
    root = ElementTree.Element("Solution")
    for tag, value in (("SchedulingPeriodID", name), ("Competitor", "toban"), ("SoftConstraintsPenalty", str(penalty))):
        ElementTree.SubElement(root, tag).text = value
    for person in document["staff"]:
        for day, symbol in sorted(schedule.get(person["id"], {}).items()):
            if symbol != OFF:
                cell = ElementTree.SubElement(root, "Assignment")
                for tag, value in (("Date", day), ("Employee", person["id"]), ("ShiftType", symbol)):
                    ElementTree.SubElement(cell, tag).text = value
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


class _Reader:
    """Makes the document; collects faults while it reads, so that all are told at once."""

    def __init__(self, root: Element) -> None:
        self.root, self.faults = root, list[str]()
        self.shifts = {e.get("ID", ""): e for e in root.findall("ShiftTypes/Shift")}
        self.work = list(self.shifts)
        times = {k: (self.text(e, "StartTime"), self.text(e, "EndTime")) for k, e in self.shifts.items()}
        self.nights = [k for k, (start, end) in times.items() if start > end]
        self.people = {e.get("ID", ""): e for e in root.findall("Employees/Employee")}
        self.skills = {s: frozenset(self.texts(e, "Skills/Skill")) for s, e in self.people.items()}
        for what, found in (("shift type", self.shifts), ("employee", self.people)):
            if not found:
                self.faults.append(f"found no {what}, expected at least one")
        start, end = self.date(root, "StartDate"), self.date(root, "EndDate")
        self.days = days_between(start, end) if start and end else ()
        if start and end and not self.days:
            self.faults.append(f"EndDate: found {end}, expected {start} or later")
        self.patterns = {e.get("ID", ""): self.pattern(e) for e in root.findall("Patterns/Pattern")}

    # ---- values -----------------------------------------------------------------------------------

    def text(self, element: Element, path: str) -> str:
        found = element.findtext(path)
        if found is None or not found.strip():
            self.faults.append(f"{_named(element)}: found no {path}, expected one")
            return ""
        return found.strip()

    def texts(self, element: Element, path: str) -> list[str]:
        return [(e.text or "").strip() for e in element.findall(path)]

    def number(self, element: Element, text: str | None) -> int:
        text = (text or "").strip()
        if text.isascii() and text.isdigit():
            return int(text)
        self.faults.append(f"{_named(element)}: found {text!r}, expected a whole number")
        return 0

    def date(self, element: Element, path: str) -> date | None:
        text = self.text(element, path)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.faults.append(f"{_named(element)}/{path}: found {text!r}, expected a date as YYYY-MM-DD")
            return None

    def known(self, element: Element, path: str, names: Mapping[str, Any], what: str) -> str:
        text = self.text(element, path)
        if text and text not in names:
            self.faults.append(f"{_named(element)}: found {text!r}, expected a known {what}")
        return text

    # ---- parts ------------------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """The whole document; of no use if there are faults."""
        settings: dict[str, Any] = {
            "shift_types": [
                *(
                    {"symbol": k, "name": (e.findtext("Description") or k).strip(), "kind": "work"}
                    for k, e in self.shifts.items()
                ),
                {"symbol": OFF, "name": "day off", "role": "off", "kind": "off"},
            ],
            "demand": list(self.demand()),
            "requests": list(self.requests()),
            "fairness": [],
            "forbidden_sequences": [],
            "stretches": [],
        }
        contracts = self.root.findall("Contracts/Contract")
        hired: dict[str, list[str]] = {e.get("ID", ""): [] for e in contracts}
        for person, element in self.people.items():
            contract = self.known(element, "ContractID", hired, "contract")
            hired.get(contract, []).append(person)
        for element in contracts:
            people = hired[element.get("ID", "")]
            for field, entry in self.contract(element, people):
                if people and entry.get("weight", 1):
                    settings.setdefault(field, []).append({"scope": {"staff_ids": people}, **entry})
        start, end = (self.days[0], self.days[-1]) if self.days else ("", "")
        return {
            "period": {"start": str(start), "end": str(end)},
            "staff": [{"id": s, "skills": sorted(self.skills[s])} for s in self.people],
            "settings": settings,
        }

    def demand(self) -> Iterator[dict[str, Any]]:
        """Exactly as many as preferred; nobody on a shift of which a day says nothing."""
        by_weekday: dict[str, dict[str, int]] = {}
        by_date: dict[date, dict[str, int]] = {}
        for element in self.root.findall("CoverRequirements/DayOfWeekCover"):
            weekday = self.text(element, "Day").lower()
            if weekday not in WEEKDAYS:
                self.faults.append(f"{_named(element)}: found {weekday!r}, expected a day of the week")
            by_weekday[weekday] = self.covers(element)
        for element in self.root.findall("CoverRequirements/DateSpecificCover"):
            day = self.date(element, "Date")
            if day is not None:
                by_date[day] = self.covers(element)
        dates: dict[tuple[str, int], list[str]] = {}
        for day in self.days:
            needed = by_date.get(day, by_weekday.get(weekday_of(day), {}))
            for shift in self.shifts:
                dates.setdefault((shift, needed.get(shift, 0)), []).append(day.isoformat())
        for (shift, number), days in dates.items():
            yield {"symbols": [shift], "min": number, "max": number, "hard": True, "dates": days}

    def covers(self, element: Element) -> dict[str, int]:
        return {
            self.known(cover, "Shift", self.shifts, "shift type"): self.number(cover, cover.findtext("Preferred"))
            for cover in element.findall("Cover")
        }

    def requests(self) -> Iterator[dict[str, Any]]:
        for path, want in (("DayOffRequests/DayOff", True), ("DayOnRequests/DayOn", False)):
            for element in self.root.findall(path):
                yield {**self.cell(element), "symbol": OFF, "want": want}
        for path, want in (("ShiftOffRequests/ShiftOff", False), ("ShiftOnRequests/ShiftOn", True)):
            for element in self.root.findall(path):
                shift = self.known(element, "ShiftTypeID", self.shifts, "shift type")
                yield {**self.cell(element), "symbol": shift, "want": want}

    def cell(self, element: Element) -> dict[str, Any]:
        day = self.date(element, "Date")
        if day is not None and self.days and day not in self.days:
            self.faults.append(f"{_named(element)}: found {day}, expected a date of the period")
        person = self.known(element, "EmployeeID", self.people, "employee")
        return {"staff_id": person, "date": str(day), "weight": self.number(element, element.get("weight", "1"))}

    def pattern(self, element: Element) -> Pattern:
        entries = sorted(element.findall("PatternEntries/PatternEntry"), key=lambda e: self.number(e, e.get("index")))
        places: list[list[str]] = []
        begins: str | None = None
        for i, entry in enumerate(entries):
            shift, day = self.text(entry, "ShiftType"), self.text(entry, "Day").lower()
            if shift not in (NO_SHIFT, ANY) and shift not in self.shifts:
                self.faults.append(f"{_named(element)}: found {shift!r}, expected a known shift type, {NO_SHIFT} or {ANY}")
            places.append({NO_SHIFT: [OFF], ANY: self.work}.get(shift, [shift]))
            if day == ANY.lower():
                continue
            if day not in WEEKDAYS:
                self.faults.append(f"{_named(element)}: found {day!r}, expected a day of the week or {ANY}")
                continue
            first = WEEKDAYS[(WEEKDAYS.index(day) - i) % 7]
            if begins not in (None, first):
                self.faults.append(f"{_named(element)}: found {day} in place {i}, expected days that follow each other")
            begins = first
        if not places:
            self.faults.append(f"{_named(element)}: found no PatternEntry, expected at least one")
        return Pattern(places, begins, self.number(element, element.get("weight")))

    # ---- contracts --------------------------------------------------------------------------------

    def contract(self, element: Element, people: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The entries of one contract: field of the settings and entry, without its scope."""
        total = {"measure": "count", "symbols": self.work}
        for field, tag, entry in (
            ("monthly_limits", "NumAssignments", total),
            ("stretches", "ConsecutiveWorkingDays", {"kind": "work", "border": "closed"}),
            ("stretches", "ConsecutiveFreeDays", {"kind": "off", "border": "closed"}),
        ):
            for side in ("min", "max"):
                bound = self.bound(element, side.capitalize() + tag)
                if bound is not None and (side == "max" or bound[0] > 0):
                    if field == "stretches" and bound[0] == 0:
                        self.faults.append(f"{_named(element)}/Max{tag}: found 0, expected at least 1")
                    yield field, {**entry, side: bound[0], "weight": bound[1]}
        yield from self.weekends(element)
        weight = self.flag(element, "AlternativeSkillCategory")
        for symbols, ids in self.able(people).items():
            if len(symbols) < len(self.work):
                yield "allowed_shifts", {"symbols": [*symbols, OFF], "weight": weight, "scope": {"staff_ids": ids}}
        others = [k for k in self.work if k not in self.nights]
        weight = self.flag(element, "TwoFreeDaysAfterNightShifts")
        if weight and self.nights and others:
            for between in ([], [[OFF]]):
                yield "forbidden_sequences", {"symbols": [self.nights, *between, others], "weight": weight}
        for name in self.texts(element, "UnwantedPatterns/Pattern"):
            if name not in self.patterns:
                self.faults.append(f"{_named(element)}: found {name!r}, expected a known pattern")
                continue
            pattern = self.patterns[name]
            only = {"days_of_week": [pattern.begins]} if pattern.begins else {}
            yield "forbidden_sequences", {"symbols": pattern.places, **only, "weight": pattern.weight}

    def weekends(self, element: Element) -> Iterator[tuple[str, dict[str, Any]]]:
        name = self.known(element, "WeekendDefinition", WEEKENDS, "definition of a weekend")
        days = WEEKENDS.get(name, WEEKENDS["SaturdaySunday"])
        for tag, field in (
            ("MaxConsecutiveWorkingWeekends", "max_consecutive"),
            ("MinConsecutiveWorkingWeekends", "min_consecutive"),
            ("MaxWorkingWeekendsInFourWeeks", "max_working"),
        ):
            bound = self.bound(element, tag)
            if bound is None or (field == "min_consecutive" and bound[0] < 2):
                continue
            if field == "max_working" and len(self.days) > FOUR_WEEKS:
                self.faults.append(
                    f"{_named(element)}: found a period of {len(self.days)} days, expected four weeks at most"
                )
            if field == "max_consecutive" and bound[0] == 0:
                field = "max_working"  # none in a row is none at all
            border = {"border": "closed"} if field == "min_consecutive" else {}
            yield "weekends", {field: bound[0], "days": days, **border, "weight": bound[1]}
        complete, identical = self.flag(element, "CompleteWeekends"), self.flag(element, "IdenticalShiftTypesDuringWeekend")
        yield "weekends", {"complete": True, "days": days, "weight": complete + identical}
        yield "weekends", {"identical": True, "days": days, "weight": identical}
        weight = self.flag(element, "NoNightShiftBeforeFreeWeekend")
        if self.nights:
            eve = WEEKDAYS[WEEKDAYS.index(days[0]) - 1]
            free = [[OFF]] * len(days)
            yield "forbidden_sequences", {"symbols": [self.nights, *free], "days_of_week": [eve], "weight": weight}

    def able(self, people: list[str]) -> dict[tuple[str, ...], list[str]]:
        """Who has the skills of which shifts."""
        found: dict[tuple[str, ...], list[str]] = {}
        needed = {k: set(self.texts(e, "Skills/Skill")) for k, e in self.shifts.items()}
        for person in people:
            able = tuple(k for k, skills in needed.items() if skills <= self.skills[person])
            found.setdefault(able, []).append(person)
        return found

    def bound(self, element: Element, tag: str) -> tuple[int, int] | None:
        """The bound and the weight of a rule of a contract; None where it is off."""
        found = element.find(tag)
        if found is None or found.get("on") != "1":
            return None
        return self.number(found, found.text), self.number(found, found.get("weight"))

    def flag(self, element: Element, tag: str) -> int:
        """The weight of a rule that is true or false; 0 where it is false."""
        found = element.find(tag)
        if found is None or (found.text or "").strip() != "true":
            return 0
        return self.number(found, found.get("weight"))


def _named(element: Element) -> str:
    """What to call an element in a sentence: its tag, and its ID where it has one."""
    return f"{element.tag} {element.get('ID')}" if element.get("ID") is not None else element.tag
