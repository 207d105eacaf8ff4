"""The Shift Scheduling Benchmarks: their rules as rules of toban, judged alike by a scorer of their own."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.judge_curtois import read_roster, score
from datasets.formats import curtois
from solver import check, read_problem, read_schedule, solve

SMALL = """\
# A comment
SECTION_HORIZON
14

SECTION_SHIFTS
E,480,
L,600,E

SECTION_STAFF
A,E=14|L=14,4800,2880,5,2,2,1
B,E=14|L=0,4800,2880,5,2,2,1
C,E=14|L=3,4800,2880,4,2,3,2

SECTION_DAYS_OFF
A,0
B,5,6

SECTION_SHIFT_ON_REQUESTS
A,2,E,2
A,3,E,2

SECTION_SHIFT_OFF_REQUESTS
C,12,L,3

SECTION_COVER
0,E,2,100,1
1,E,2,100,1
1,L,1,100,1
9,E,0,100,7
"""

RULE_OF = {
    "most_shifts": ("monthly_limit", "shift_allowed"),
    "minutes": ("monthly_limit",),
    "never_after": ("forbidden_sequence",),
    "too_long": ("stretch",),
    "too_short": ("stretch",),
    "weekends": ("weekend",),
    "day_off": ("prefilled",),
}
"""Which of toban's rules stand for a rule of the benchmark."""


@st.composite
def instances(draw: st.DrawFn) -> str:
    """A small file in which every rule can be broken and kept."""
    days = 7 * draw(st.integers(1, 3))
    shifts = ["E", "L", "N"][: draw(st.integers(1, 3))]
    people = [f"p{i}" for i in range(draw(st.integers(1, 3)))]
    number = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    lines = ["SECTION_HORIZON", str(days), "SECTION_SHIFTS"]
    for shift in shifts:
        after = "|".join(draw(st.lists(st.sampled_from(shifts), unique=True, max_size=2)))
        lines.append(f"{shift},{draw(st.sampled_from([480, 600, 720]))},{after}")
    lines.append("SECTION_STAFF")
    for person in people:
        most = "|".join(f"{shift}={draw(st.sampled_from([0, 2, 4, days]))}" for shift in shifts)
        least = 480 * number(0, days // 2)
        minutes = f"{least + 480 * number(0, 4)},{least}"
        lines.append(f"{person},{most},{minutes},{number(3, 6)},{number(1, 3)},{number(1, 3)},{number(0, 2)}")
    lines.append("SECTION_DAYS_OFF")
    for person in people:
        if draw(st.booleans()):
            lines.append(f"{person},{number(0, days - 1)}")
    for section in ("SECTION_SHIFT_ON_REQUESTS", "SECTION_SHIFT_OFF_REQUESTS"):
        lines.append(section)
        asked = draw(st.sets(st.tuples(st.sampled_from(people), st.integers(0, days - 1)), max_size=4))
        for person, day in sorted(asked):
            lines.append(f"{person},{day},{draw(st.sampled_from(shifts))},{number(1, 9)}")
    lines.append("SECTION_COVER")
    for day, shift in sorted(draw(st.sets(st.tuples(st.integers(0, days - 1), st.sampled_from(shifts)), max_size=12))):
        lines.append(f"{day},{shift},{number(0, 3)},{number(1, 100)},{number(1, 9)}")
    return "\n".join(lines)


def rosters(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, dict[int, str]]:
    """Stretches of one shift and of days off, so that now and then a roster keeps every rule."""
    start, end = (date.fromisoformat(document["period"][side]) for side in ("start", "end"))
    days = (end - start).days + 1
    symbols = [shift["symbol"] for shift in document["settings"]["shift_types"] if shift["kind"] == "work"]
    made: dict[str, dict[int, str]] = {}
    for person in document["staff"]:
        row: list[str | None] = []
        while len(row) < days:
            row += [draw(st.sampled_from([None, *symbols]))] * draw(st.integers(1, 5))
        made[person["id"]] = {d: k for d, k in enumerate(row[:days]) if k is not None}
    return made


def as_schedule(document: dict[str, Any], roster: dict[str, dict[int, str]]) -> dict[str, dict[str, str]]:
    start, end = (date.fromisoformat(document["period"][side]) for side in ("start", "end"))
    days = range((end - start).days + 1)
    return {s: {(start + timedelta(days=d)).isoformat(): row.get(d, curtois.OFF) for d in days} for s, row in roster.items()}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(), st.data())
def test_toban_and_the_scorer_agree_on_any_roster(text: str, data: st.DataObject) -> None:
    document = curtois.read(text)
    problem = read_problem(document)
    roster = rosters(data.draw, document)  # type: ignore[arg-type]
    found = check(problem, read_schedule(as_schedule(document, roster), problem))
    penalty, broken = score(text, roster)
    assert sum(v.penalty for v in found if v.severity == "soft") == penalty
    mine = Counter((s, v.rule) for v in found if v.severity == "hard" for s in v.staff_ids)
    theirs = {(s, rule) for s, kind in broken for rule in RULE_OF[kind]}
    assert {pair for pair in mine if pair[1] not in ("monthly_limit", "shift_allowed")} == {
        pair for pair in theirs if pair[1] not in ("monthly_limit", "shift_allowed")
    }
    counts = {s for s, rule in mine if rule in ("monthly_limit", "shift_allowed")}
    assert counts == {s for s, kind in broken if kind in ("most_shifts", "minutes")}


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances())
def test_what_toban_solves_the_scorer_judges_alike(text: str) -> None:
    document = curtois.read(text)
    result = solve(read_problem({**document, "options": {"time_limit": 2, "workers": 1, "on_infeasible": "report"}}))
    if result.schedule is not None:
        xml = curtois.write(document, result.schedule, name="Instance0", penalty=result.objective or 0)
        penalty, broken = score(text, read_roster(xml))
        assert (penalty, broken) == (result.objective, Counter())


def test_an_optimum_worked_out_by_hand() -> None:
    # A and B work E on day 1 or C does; L on day 1 needs A or C. Nobody has to be missing: A is off on day 0 (pinned), so
    # B and C stand on E there. Day 9 wants nobody on E, which L (A, C at most three times) or days off allow.
    result = solve(read_problem({**curtois.read(SMALL), "options": {"time_limit": 20, "workers": 1}}))
    assert (result.status, result.objective) == ("OPTIMAL", 0)


def test_a_solution_file_names_people_days_from_zero_and_shifts() -> None:
    document = curtois.read(SMALL)
    roster = {"A": {2: "E", 13: "L"}, "B": {}, "C": {0: "E"}}
    xml = curtois.write(document, as_schedule(document, roster), name="Instance99", penalty=12)
    assert read_roster(xml) == roster
    assert "<SchedulingPeriodFile>Instance99.ros</SchedulingPeriodFile>" in xml
    assert "<Penalty>12</Penalty>" in xml


def test_equal_covers_are_one_entry_and_people_alike_share_their_limits() -> None:
    made = curtois.read(SMALL)["settings"]
    assert [len(entry["dates"]) for entry in made["demand"]] == [2, 1, 1]
    assert [entry["scope"]["staff_ids"] for entry in made["stretches"]] == [["A", "B"], ["C"], ["A", "B"], ["C"]]
    assert made["allowed_shifts"] == [{"symbols": ["E", "×"], "hard": True, "scope": {"staff_ids": ["B"]}}]


def test_more_wishes_than_a_list_may_hold_cost_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curtois, "MOST_ENTRIES", 2)
    document = curtois.read(SMALL)
    assert [len(document["settings"][name]) for name in ("requests", "priority_rules")] == [1, 1]
    problem = read_problem(document)
    roster = {"A": {2: "L"}, "B": {}, "C": {12: "L"}}
    found = check(problem, read_schedule(as_schedule(document, roster), problem))
    wished = [v for v in found if v.rule in ("request", "priority_rule")]
    assert sum(v.penalty for v in wished) == 2 + 2 + 3


def test_every_line_at_fault_is_told() -> None:
    text = SMALL.replace("A,2,E,2", "A,20,E,2").replace("0,E,2,100,1", "0,X,two,100,1").replace("B,5,6", "Z,5")
    with pytest.raises(curtois.Unreadable) as caught:
        curtois.read(text)
    assert caught.value.faults == [
        "line 16: found 'Z', expected a known person",
        "line 19: found day 20, expected one below 14",
        "line 26: found 'X', expected a known shift",
        "line 26: found 'two', expected a whole number of at least 0",
    ]


@pytest.mark.parametrize("text", ["", "SECTION_HORIZON\n14\n", "{}"])
def test_a_text_that_is_something_else_is_refused(text: str) -> None:
    with pytest.raises(curtois.Unreadable, match="SECTION_STAFF"):
        curtois.read(text)


def test_a_horizon_starts_on_a_monday() -> None:
    with pytest.raises(ValueError, match="expected a Monday"):
        curtois.read(SMALL, start=date(2026, 1, 6))
