"""A judge of the First International Nurse Rostering Competition that reads its files itself and knows nothing of toban.

Hard: one assignment a day, and exactly the preferred number on each shift. Soft, by the weights of each contract: all
else. Nothing lies beyond the period: stretches at its edges are as long as they are. Of a weekend that is worked each
day off costs "complete" (and "identical" as well, as the competition's evaluator counts), each shift type beyond the
first costs "identical"; weekends cut by the period are judged by neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
Roster = dict[str, dict[str, str]]
"""Employee → ISO date → shift type."""


def read_solution(xml: str) -> tuple[Roster, int]:
    """Read a solution file: the roster, and how often somebody was assigned twice on a day."""
    roster: Roster = {}
    twice = 0
    for cell in ElementTree.fromstring(xml).iter("Assignment"):
        row = roster.setdefault(cell.findtext("Employee", ""), {})
        day = cell.findtext("Date", "")
        twice += day in row
        row[day] = cell.findtext("ShiftType", "")
    return roster, twice


def score(instance: str, roster: Roster) -> tuple[int, int]:
    """Judge a roster: its penalty, and how many people are missing or too many."""
    costs, wrong = judge(instance, roster)
    return costs.total(), wrong


def judge(instance: str, roster: Roster) -> tuple[Counter[str], int]:
    """What each soft rule costs, and how many people are missing or too many."""
    root = ElementTree.fromstring(instance)
    start, end = (date.fromisoformat(root.findtext(tag, "")) for tag in ("StartDate", "EndDate"))
    days = [start + timedelta(days=i) for i in range((end - start).days + 1)]
    costs: Counter[str] = Counter()
    contracts = {e.attrib["ID"]: e for e in root.iter("Contract")}
    patterns = {e.attrib["ID"]: e for e in root.findall("Patterns/Pattern")}
    needs = {e.attrib["ID"]: {s.text for s in e.findall("Skills/Skill")} for e in root.findall("ShiftTypes/Shift")}
    nights = {
        e.attrib["ID"] for e in root.findall("ShiftTypes/Shift") if e.findtext("StartTime", "") > e.findtext("EndTime", "")
    }
    for person in root.findall("Employees/Employee"):
        cells = roster.get(person.attrib["ID"], {})
        row = [cells.get(day.isoformat()) for day in days]
        contract = contracts[person.findtext("ContractID", "")]
        costs += _lengths(contract, row)
        costs += _weekends(contract, row, days, nights)
        has = {e.text for e in person.findall("Skills/Skill")}
        costs["skill"] += _on(contract, "AlternativeSkillCategory") * sum(
            shift is not None and not needs[shift] <= has for shift in row
        )
        free = _on(contract, "TwoFreeDaysAfterNightShifts")
        if free:
            for at, shift in enumerate(row[:-1]):
                after = row[at + 1 : at + 3]
                worked = next((k for k in after if k is not None), None)
                costs["two free days"] += free * (shift in nights and worked is not None and worked not in nights)
        for name in contract.findall("UnwantedPatterns/Pattern"):
            costs["pattern"] += _pattern(patterns[name.text or ""], row, days)
    costs += _requests(root, roster)
    return costs, _cover(root, roster, days)


def _on(contract: Element, tag: str) -> int:
    found = contract.find(tag)
    return int(found.get("weight", 0)) if found is not None and found.text == "true" else 0


def _beyond(contract: Element, what: str, numbers: Sequence[int]) -> int:
    """What numbers below the minimum and above the maximum cost."""
    cost = 0
    for side, sign in (("Min", 1), ("Max", -1)):
        found = contract.find(side + what)
        if found is not None and found.get("on") == "1":
            cost += sum(int(found.get("weight", 0)) * max(0, sign * (int(found.text or 0) - n)) for n in numbers)
    return cost


def _lengths(contract: Element, row: list[str | None]) -> Counter[str]:
    runs = [(works, len(list(run))) for works, run in groupby(shift is not None for shift in row)]
    return Counter(
        {
            "assignments": _beyond(contract, "NumAssignments", [sum(shift is not None for shift in row)]),
            "working days": _beyond(contract, "ConsecutiveWorkingDays", [n for works, n in runs if works]),
            "free days": _beyond(contract, "ConsecutiveFreeDays", [n for works, n in runs if not works]),
        }
    )


def _weekends(contract: Element, row: list[str | None], days: list[date], nights: set[str]) -> Counter[str]:
    name = contract.findtext("WeekendDefinition", "")
    weekend = [day for day in ("Friday", "Saturday", "Sunday", "Monday") if day in name]
    first = DAYS.index(weekend[0])
    shifts = dict(zip(days, row, strict=True))
    begin = days[0] - timedelta(days=(days[0].weekday() - first) % 7)
    found: list[list[str | None]] = []
    costs: Counter[str] = Counter()
    while begin <= days[-1]:
        dates = [begin + timedelta(days=i) for i in range(len(weekend))]
        begin += timedelta(days=7)
        inside = [shifts[d] for d in dates if d in shifts]
        if not inside:
            continue
        found.append(inside)
        works = [shift for shift in inside if shift is not None]
        eve = dates[0] - timedelta(days=1)
        if len(inside) == len(dates):
            both = _on(contract, "CompleteWeekends") + _on(contract, "IdenticalShiftTypesDuringWeekend")
            costs["complete"] += both * (len(inside) - len(works)) * bool(works)
            costs["identical"] += _on(contract, "IdenticalShiftTypesDuringWeekend") * max(0, len(set(works)) - 1)
            night = not works and shifts.get(eve) in nights
            costs["night before"] += _on(contract, "NoNightShiftBeforeFreeWeekend") * night
    worked = [any(shift is not None for shift in inside) for inside in found]
    in_a_row = [len(list(run)) for works, run in groupby(worked) if works]
    costs["weekends in a row"] += _beyond(contract, "ConsecutiveWorkingWeekends", in_a_row)
    costs["weekends"] += _beyond(contract, "WorkingWeekendsInFourWeeks", [sum(worked)])
    return costs


def _pattern(pattern: Element, row: list[str | None], days: list[date]) -> int:
    entries = sorted(pattern.iter("PatternEntry"), key=lambda entry: int(entry.get("index", 0)))
    wanted = [(entry.findtext("ShiftType", ""), entry.findtext("Day", "")) for entry in entries]
    found = 0
    for at in range(len(row) - len(wanted) + 1):
        found += all(
            day in ("Any", DAYS[days[at + i].weekday()])
            and (shift == (row[at + i] or "None") or (shift == "Any" and row[at + i] is not None))
            for i, (shift, day) in enumerate(wanted)
        )
    return found * int(pattern.get("weight", 0))


def _requests(root: Element, roster: Roster) -> Counter[str]:
    costs: Counter[str] = Counter()
    for tag in ("DayOff", "DayOn", "ShiftOff", "ShiftOn"):
        for wish in root.iter(tag):
            shift = roster.get(wish.findtext("EmployeeID", ""), {}).get(wish.findtext("Date", ""))
            has = shift is not None if tag.startswith("Day") else shift == wish.findtext("ShiftTypeID")
            costs[tag] += int(wish.get("weight", 1)) * (has if tag.endswith("Off") else not has)
    return costs


def _cover(root: Element, roster: Roster, days: list[date]) -> int:
    weekly = {e.findtext("Day"): e for e in root.iter("DayOfWeekCover")}
    special = {e.findtext("Date"): e for e in root.iter("DateSpecificCover")}
    wrong = 0
    for day in days:
        element = special.get(day.isoformat(), weekly.get(DAYS[day.weekday()]))
        needed: Counter[str | None] = Counter()
        for cover in element.iter("Cover") if element is not None else ():
            needed[cover.findtext("Shift")] = int(cover.findtext("Preferred", "0"))
        there: Counter[str | None] = Counter(row[day.isoformat()] for row in roster.values() if day.isoformat() in row)
        wrong += sum(abs(needed[shift] - there[shift]) for shift in {*needed, *there})
    return wrong
