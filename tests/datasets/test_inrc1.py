"""INRC-I: its rules as rules of toban, judged alike by a scorer of the format that is written apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.judge_inrc1 import judge, read_solution, score
from datasets.formats import inrc1
from solver import Problem, check, read_problem, read_schedule, solve
from tests.datasets import rosters

SHIFT = """<Shift ID="{id}"><StartTime>{start}</StartTime><EndTime>{end}</EndTime><Description>{id}</Description>
<Skills><Skill>{skill}</Skill></Skills></Shift>"""
ROWS = ("NumAssignments", "ConsecutiveWorkingDays", "ConsecutiveFreeDays", "ConsecutiveWorkingWeekends")
BOUNDS = [*(side + row for row in ROWS for side in ("Max", "Min")), "MaxWorkingWeekendsInFourWeeks"]
FLAGS = [
    "CompleteWeekends",
    "IdenticalShiftTypesDuringWeekend",
    "NoNightShiftBeforeFreeWeekend",
    "TwoFreeDaysAfterNightShifts",
    "AlternativeSkillCategory",
]


def contract(bounds: dict[str, tuple[int, int]], flags: dict[str, int], weekend: str, patterns: list[str], name: str) -> str:
    """A contract: (value, weight) of its bounds, weights of what is true."""
    parts = [f'<Contract ID="{name}"><SingleAssignmentPerDay weight="1">true</SingleAssignmentPerDay>']
    for tag in BOUNDS:
        value, weight = bounds.get(tag, (0, 0))
        parts.append(f'<{tag} on="{int(tag in bounds)}" weight="{weight}">{value}</{tag}>')
    parts.append(f"<WeekendDefinition>{weekend}</WeekendDefinition>")
    for tag in FLAGS:
        parts.append(f'<{tag} weight="{flags.get(tag, 0)}">{"true" if tag in flags else "false"}</{tag}>')
    listed = "".join(f"<Pattern>{pattern}</Pattern>" for pattern in patterns)
    return "\n".join([*parts, f"<UnwantedPatterns>{listed}</UnwantedPatterns></Contract>"])


def instance(
    contracts: str,
    people: list[tuple[str, list[str]]],
    *,
    patterns: str = "",
    covers: str = "",
    wishes: str = "",
    days: int = 14,
) -> str:
    """A file with an early, a night and a head nurse's shift from Friday 1 January 2010 on."""
    shifts = [
        ("E", "06:30:00", "14:30:00", "Nurse"),
        ("N", "22:30:00", "06:30:00", "Nurse"),
        ("H", "08:00:00", "16:00:00", "Head"),
    ]
    staff = "".join(
        f'<Employee ID="{i}"><ContractID>{c}</ContractID><Name>{i}</Name><Skills>'
        + "".join(f"<Skill>{skill}</Skill>" for skill in skills)
        + "</Skills></Employee>"
        for i, (c, skills) in enumerate(people)
    )
    made = "".join(SHIFT.format(id=k, start=a, end=b, skill=s) for k, a, b, s in shifts)
    return f"""<?xml version="1.0"?><SchedulingPeriod ID="small"><StartDate>2010-01-01</StartDate>
<EndDate>2010-01-{days:02}</EndDate><Skills><Skill>Nurse</Skill></Skills><ShiftTypes>{made}</ShiftTypes>
<Patterns>{patterns}</Patterns><Contracts>{contracts}</Contracts><Employees>{staff}</Employees>
<CoverRequirements>{covers}</CoverRequirements>{wishes}</SchedulingPeriod>"""


def pattern(name: str, entries: list[tuple[str, str]], weight: int) -> str:
    listed = "".join(
        f'<PatternEntry index="{i}"><ShiftType>{shift}</ShiftType><Day>{day}</Day></PatternEntry>'
        for i, (shift, day) in enumerate(entries)
    )
    return f'<Pattern ID="{name}" weight="{weight}"><PatternEntries>{listed}</PatternEntries></Pattern>'


def wish(tag: str, person: int, day: int, weight: int, shift: str = "E") -> str:
    kind = f"<ShiftTypeID>{shift}</ShiftTypeID>" if tag.startswith("Shift") else ""
    cell = f"<EmployeeID>{person}</EmployeeID><Date>2010-01-{day:02}</Date>"
    return f'<{tag}Requests><{tag} weight="{weight}">{kind}{cell}</{tag}></{tag}Requests>'


def cover(day: str, **shifts: int) -> str:
    rows = "".join(f"<Cover><Shift>{k}</Shift><Preferred>{n}</Preferred></Cover>" for k, n in shifts.items())
    return f"<DayOfWeekCover><Day>{day}</Day>{rows}</DayOfWeekCover>"


@st.composite
def instances(draw: st.DrawFn) -> str:
    """A small file in which every rule can be broken and kept."""
    number = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    shifts = st.sampled_from(["E", "N", "H", "None", "Any"])
    weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    patterns = ""
    for name in ("p0", "p1"):
        entries = [(draw(shifts), "Any") for _ in range(number(1, 3))]
        if draw(st.booleans()):
            first = number(0, 6)
            entries = [(shift, weekdays[(first + i) % 7]) for i, (shift, _) in enumerate(entries)]
        patterns += pattern(name, entries, number(1, 9))
    contracts = ""
    for name in ("A", "B"):
        bounds: dict[str, tuple[int, int]] = {}
        for what in ROWS:
            low = number(0, 3)
            for side, value in (("Min", low), ("Max", low + number(1, 2))):
                if draw(st.booleans()):
                    bounds[side + what] = value, number(0, 9)
        if draw(st.booleans()):
            bounds["MaxWorkingWeekendsInFourWeeks"] = number(0, 2), number(1, 9)
        flags = {tag: number(1, 9) for tag in draw(st.lists(st.sampled_from(FLAGS), unique=True))}
        weekend = draw(st.sampled_from(list(inrc1.WEEKENDS)))
        used = draw(st.lists(st.sampled_from(["p0", "p1"]), unique=True))
        contracts += contract(bounds, flags, weekend, used, name)
    people = [
        (draw(st.sampled_from(["A", "B"])), draw(st.sampled_from([["Nurse"], ["Nurse", "Head"]])))
        for _ in range(number(1, 3))
    ]
    covers = "".join(cover(day, E=number(0, 1), N=number(0, 1)) for day in draw(st.sets(st.sampled_from(weekdays))))
    wishes = "".join(
        wish(tag, number(0, len(people) - 1), number(1, 14), number(1, 9), draw(st.sampled_from(["E", "N"])))
        for tag in draw(st.lists(st.sampled_from(["DayOff", "DayOn", "ShiftOff", "ShiftOn"]), max_size=4))
    )
    return instance(contracts, people, patterns=patterns, covers=covers, wishes=wishes)


def soft(problem: Problem, schedule: dict[str, dict[str, str]]) -> tuple[int, int]:
    """Soft penalty, and people missing or too many, as toban's checker says."""
    found = check(problem, read_schedule(schedule, problem))
    assert {v.rule for v in found if v.severity == "hard"} <= {"demand"}
    wrong = sum(v.amount for v in found if v.severity == "hard")
    return sum(v.penalty for v in found if v.severity == "soft"), wrong


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(), st.data())
def test_toban_and_the_scorer_agree_on_any_roster(text: str, data: st.DataObject) -> None:
    document = inrc1.read(text)
    schedule = data.draw(rosters.of(document))
    roster, twice = read_solution(inrc1.write(document, schedule, name="small", penalty=0))
    assert twice == 0
    assert soft(read_problem(document), schedule) == score(text, roster)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances())
def test_what_toban_solves_the_scorer_judges_alike(text: str) -> None:
    document = inrc1.read(text)
    result = solve(read_problem({**document, "options": {"time_limit": 2, "workers": 1, "on_infeasible": "report"}}))
    if result.schedule is not None:
        roster, _ = read_solution(inrc1.write(document, result.schedule, name="small", penalty=0))
        assert score(text, roster) == (result.objective, 0)


def judged(contract_: str, rows: str, patterns: str = "") -> Counter[str]:
    """What the scorer charges one person; · is a day off, the first day a Friday."""
    text = instance(contract_, [("A", ["Nurse"])], patterns=patterns, days=len(rows))
    costs, _ = judge(text, {"0": {f"2010-01-{i + 1:02}": k for i, k in enumerate(rows) if k != "·"}})
    return +costs


def test_rosters_judged_by_hand() -> None:
    lengths = {"MinConsecutiveWorkingDays": (3, 5), "MaxConsecutiveFreeDays": (1, 7), "MaxNumAssignments": (4, 1)}
    # Two days at the edge are one too few; of the two days off one is too many; the five days at work are one too many.
    assert judged(contract(lengths, {}, "SaturdaySunday", [], "A"), "EE··EEE") == {
        "working days": 5, "free days": 7, "assignments": 1,
    }  # fmt: skip
    flags = {"CompleteWeekends": 2, "IdenticalShiftTypesDuringWeekend": 3, "NoNightShiftBeforeFreeWeekend": 11}
    two = contract({}, flags, "SaturdaySunday", [], "A")
    assert judged(two, "·E······EN") == {"complete": 5, "identical": 3}
    assert judged(two, "N······") == {"night before": 11}
    three = contract({}, flags, "FridaySaturdaySunday", [], "A")
    assert judged(three, "·E·") == {"complete": 10}
    unwanted = pattern("p", [("None", "Friday"), ("Any", "Saturday"), ("E", "Sunday")], 4)
    assert judged(contract({}, {}, "SaturdaySunday", ["p"], "A"), "·NE·····", unwanted) == {"pattern": 4}
    rows = contract({"MinConsecutiveWorkingWeekends": (2, 6)}, {}, "SaturdaySunday", [], "A")
    assert judged(rows, "·E·············E·") == {"weekends in a row": 6 + 6}


def test_everything_at_fault_is_told() -> None:
    text = instance(
        contract({"MaxConsecutiveWorkingDays": (0, 1)}, {}, "Weekend", ["nothing"], "A"),
        [("C", ["Nurse"])],
        covers=cover("Mondag", X=1),
        wishes=wish("DayOff", 7, 30, 1),
    )
    with pytest.raises(inrc1.Unreadable) as caught:
        inrc1.read(text)
    assert caught.value.faults == [
        "DayOfWeekCover: found 'mondag', expected a day of the week",
        "Cover: found 'X', expected a known shift type",
        "DayOff: found 2010-01-30, expected a date of the period",
        "DayOff: found '7', expected a known employee",
        "Employee 0: found 'C', expected a known contract",
        "Contract A/MaxConsecutiveWorkingDays: found 0, expected at least 1",
        "Contract A: found 'Weekend', expected a known definition of a weekend",
        "Contract A: found 'nothing', expected a known pattern",
    ]


@pytest.mark.parametrize("text", ["", "SECTION_HORIZON", "<Solution/>"])
def test_a_text_that_is_something_else_is_refused(text: str) -> None:
    with pytest.raises(inrc1.Unreadable, match="found no"):
        inrc1.read(text)


SHARED = Path(__file__).parents[3] / "shared" / "data" / "inrc1"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public instances are not here")
@pytest.mark.parametrize("name", ["sprint01", "sprint02", "sprint03", "medium01"])
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_toban_and_the_scorer_agree_on_public_instances(name: str, data: st.DataObject) -> None:
    text = (SHARED / f"{name}.xml").read_text(encoding="utf-8")
    document: dict[str, Any] = inrc1.read(text)
    schedule = data.draw(rosters.of(document))
    roster, _ = read_solution(inrc1.write(document, schedule, name=name, penalty=0))
    assert soft(read_problem(document), schedule) == score(text, roster)
