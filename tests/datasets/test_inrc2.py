"""INRC-II: its rules as rules of toban, judged alike by a scorer of the format that is written apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.judge_inrc2 import Roster, read_solution, score
from datasets.formats import inrc2
from solver import Problem, Violation, check, read_problem, read_schedule, solve
from tests.datasets import rosters

SCENARIO = """\
SCENARIO = n003w1

WEEKS = 1

SKILLS = 2
HeadNurse
Nurse

SHIFT_TYPES = 2
Early (2,4)
Night (1,2)

FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Early 0
Night 1 Early

CONTRACTS = 2
Full (4,5) (2,4) (1,2) 1 1
Half (2,3) (2,3) (2,4) 1 0

NURSES = 3
Ann Full 2 HeadNurse Nurse
Bob Full 1 Nurse
Cem Half 1 Nurse
"""
HISTORY = """\
HISTORY
0 n003w1

NURSE_HISTORY
Ann 0 0 Night 1 1 0
Bob 0 0 None 0 0 2
Cem 0 0 Early 3 3 0
"""
WEEK = """\
WEEK_DATA
n003w1

REQUIREMENTS
Early HeadNurse (0,0) (0,1) (0,0) (0,0) (0,0) (0,0) (0,0)
Early Nurse (0,1) (1,1) (1,1) (1,2) (0,1) (0,0) (0,0)
Night HeadNurse (0,0) (0,0) (0,0) (0,0) (0,0) (0,0) (0,0)
Night Nurse (0,0) (0,0) (0,1) (0,0) (1,1) (0,1) (0,0)

SHIFT_OFF_REQUESTS = 2
Ann Any Thu
Bob Night Fri
"""
RULE_OF = {"H2": "demand", "H3": "forbidden_sequence", "H4": "shift_allowed"}


@st.composite
def instances(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A small scenario, a history and some weeks, in which every rule can be broken and kept."""
    number = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    shifts = ["Early", "Late", "Night"][: number(1, 3)]
    skills = ["HeadNurse", "Nurse"][: number(1, 2)]
    people = ["Ann", "Bob", "Cem"][: number(1, 3)]

    def pair(least: int, most: int) -> str:
        low = number(least, most)
        return f"({low},{number(max(1, low), most + 1)})"

    lines = ["SCENARIO = x", "", "WEEKS = 2", "", f"SKILLS = {len(skills)}", *skills, "", f"SHIFT_TYPES = {len(shifts)}"]
    most = {shift: pair(1, 3) for shift in shifts}
    lines += [*(f"{k} {b}" for k, b in most.items()), "", "FORBIDDEN_SHIFT_TYPES_SUCCESSIONS"]
    for i, shift in enumerate(shifts):
        lines.append(" ".join([shift, str(i), *shifts[:i]]))
    contracts = {c: [pair(0, 9), pair(1, 4), pair(1, 3), str(number(0, 2)), str(number(0, 1))] for c in ("F", "H")}
    lines += ["", "CONTRACTS = 2", *(" ".join([c, *row]) for c, row in contracts.items()), "", f"NURSES = {len(people)}"]
    past = ["HISTORY", "0 x", "", "NURSE_HISTORY"]
    for person in people:
        contract = draw(st.sampled_from(["F", "H"]))
        own = draw(st.lists(st.sampled_from(skills), min_size=1, unique=True))
        lines.append(" ".join([person, contract, str(len(own)), *own]))
        last = draw(st.sampled_from(["None", *shifts]))
        totals = f"{person} {number(0, 4)} {number(0, 2)} {last}"
        if last == "None":
            past.append(f"{totals} 0 0 {number(0, 5)}")
        else:
            at_work = number(1, 5)
            within = min(at_work, int(contracts[contract][1].strip("()").split(",")[1]))
            past.append(f"{totals} {number(1, within)} {at_work} 0")
    weeks = []
    for _ in range(number(1, 2)):
        rows = ["WEEK_DATA", "x", "", "REQUIREMENTS"]
        rows += [f"{k} {q} " + " ".join(pair(0, 2) for _ in range(7)) for k in shifts for q in skills]
        wishes = [
            f"{draw(st.sampled_from(people))} {draw(st.sampled_from(['Any', *shifts]))} {draw(st.sampled_from(inrc2.DAYS))}"
            for _ in range(number(0, 4))
        ]
        weeks.append("\n".join([*rows, "", f"SHIFT_OFF_REQUESTS = {len(wishes)}", *wishes]))
    return "\n".join(lines), "\n".join(past), weeks


def soft_of(problem: Problem, found: list[Violation]) -> int:
    """The soft penalty; staff missing below the least count as missing to the best, also where the two are the same."""
    demand = problem.settings.demand
    entries = [(v, demand[int(v.path.split("/")[3])]) for v in found if v.rule == "demand" and v.severity == "hard"]
    least = sum(v.amount for v, entry in entries if entry.min == entry.target)
    return inrc2.OPTIMUM * least + sum(v.penalty for v in found if v.severity == "soft")


def judged(document: dict[str, Any], schedule: dict[str, dict[str, str]], texts: tuple[str, str, list[str]]) -> Any:
    """What the scorer says of a schedule, by way of the solution files."""
    roster, twice = read_solution(inrc2.write(document, schedule, scenario="x"))
    assert twice == 0
    return score(*texts, roster)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(), st.data())
def test_toban_and_the_scorer_agree_on_any_roster(texts: tuple[str, str, list[str]], data: st.DataObject) -> None:
    document, constant = inrc2.read(*texts)
    problem = read_problem(document)
    schedule = data.draw(rosters.of(document))
    found = check(problem, read_schedule(schedule, problem))
    penalty, broken = judged(document, schedule, texts)
    assert soft_of(problem, found) + constant == penalty
    assert {v.rule for v in found if v.severity == "hard"} == {RULE_OF[rule] for rule in broken}


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances())
def test_what_toban_solves_the_scorer_judges_alike(texts: tuple[str, str, list[str]]) -> None:
    document, constant = inrc2.read(*texts)
    result = solve(read_problem({**document, "options": {"time_limit": 2, "workers": 1, "on_infeasible": "report"}}))
    if result.schedule is not None:
        assert judged(document, result.schedule, texts) == ((result.objective or 0) + constant, Counter())


def test_a_solution_judged_by_hand() -> None:
    # Ann worked one night: Early may not follow, so she is off on Monday, which ends her one day at work: 30 short.
    roster: Roster = {
        "Ann": {1: ("Early", "HeadNurse"), 2: ("Early", "Nurse"), 3: ("Early", "Nurse")},
        "Bob": {1: ("Early", "Nurse"), 2: ("Night", "Nurse"), 4: ("Night", "Nurse"), 5: ("Night", "Nurse")},
        "Cem": {0: ("Early", "Nurse"), 3: ("Early", "Nurse"), 4: ("Night", "Nurse")},
    }
    penalty, broken = score(SCENARIO, HISTORY, [WEEK], roster)
    assert broken == Counter()
    best = 30 * 1  # Thursday wants two on Early: Ann and Cem are there; Friday's Early has nobody
    ann = 30 + 10 + 30 + 20 * 1  # 1 < 2 at work, Thursday though she wished it off, off for 3 > 2 days, 3 < 4 assignments
    # Bob: off on Monday, his third day > 2, Early for 1 < 2 days, one Saturday without its Sunday, Friday's night not wished
    bob = 30 + 15 + 30 + 10
    # Cem: off for 2 days, Early for 1 < 2 days, 4 days at work > 3 when Monday comes
    cem = 30 + 15
    assert penalty == best + ann + bob + cem


def test_a_history_with_too_much_already_costs_a_constant() -> None:
    history = HISTORY.replace("Bob 0 0", "Bob 7 3")
    document, constant = inrc2.read(SCENARIO, history, [WEEK])
    assert constant == 20 * (7 - 5) + 30 * (3 - 1)
    assert inrc2.read(SCENARIO, HISTORY, [WEEK]).constant == 0
    limits = {tuple(e["scope"]["staff_ids"]): (e["min"], e["max"]) for e in document["settings"]["monthly_limits"]}
    assert limits["Bob",] == (0, 0)


def test_symbols_are_shifts_with_skills_and_as_short_as_can_be() -> None:
    document, _ = inrc2.read(SCENARIO, HISTORY, [WEEK])
    types = {shift["symbol"]: shift["name"] for shift in document["settings"]["shift_types"]}
    assert types["E.H"] == "Early HeadNurse"
    assert inrc2.shortened(["Early", "East", "Late"]) == {"Early": "Ear", "East": "Eas", "Late": "Lat"}
    assert inrc2.shortened(["Nightshift1", "Nightshift2"]) == {"Nightshift1": "1", "Nightshift2": "2"}


def test_every_line_at_fault_is_told() -> None:
    scenario = SCENARIO.replace("Night (1,2)", "Night (3,2)").replace("Bob Full 1 Nurse", "Bob Some 1 Doctor")
    history = HISTORY.replace("Ann 0 0 Night 1 1 0", "Zoe 0 0 Night 1 1 0")
    week = WEEK.replace("Bob Night Fri", "Bob Dusk Freitag").replace("(1,2)", "(1-2)")
    with pytest.raises(inrc2.Unreadable) as caught:
        inrc2.read(scenario, history, [WEEK, week])
    assert caught.value.faults == [
        "scenario line 11: found '(3,2)', expected a maximum of at least 1 and at least the minimum",
        "scenario line 23: found 'Doctor', expected a known skill",
        "scenario line 23: found 'Some', expected a known contract",
        "history line 5: found 'Zoe', expected a known nurse",
        "history: found no line of Ann, expected one",
        "week 1 line 6: found '(1-2)', expected a pair of numbers such as (2,5)",
        "week 1 line 12: found 'Dusk', expected a known shift type or Any",
        "week 1 line 12: found 'Freitag', expected one of Mon Tue Wed Thu Fri Sat Sun",
    ]


@pytest.mark.parametrize("text", ["", "{}", "SECTION_HORIZON\n14\n"])
def test_a_text_that_is_something_else_is_refused(text: str) -> None:
    with pytest.raises(inrc2.Unreadable, match="NURSES"):
        inrc2.read(text, text, [text])


SHARED = Path(__file__).parents[3] / "shared" / "data" / "inrc2"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the public instances are not here")
@pytest.mark.parametrize("name", ["n005w4", "n012w8", "n030w4"])
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_toban_and_the_scorer_agree_on_public_instances(name: str, data: st.DataObject) -> None:
    folder = SHARED / name
    text = lambda file: (folder / file).read_text(encoding="utf-8")  # noqa: E731
    weeks = data.draw(st.lists(st.integers(0, 9), min_size=1, max_size=3))
    texts = (
        text(f"Sc-{name}.txt"),
        text(f"H0-{name}-{data.draw(st.integers(0, 2))}.txt"),
        [text(f"WD-{name}-{week}.txt") for week in weeks],
    )
    document, constant = inrc2.read(*texts)
    problem = read_problem(document)
    schedule = data.draw(rosters.of(document))
    found = check(problem, read_schedule(schedule, problem))
    penalty, broken = judged(document, schedule, texts)
    assert (constant, soft_of(problem, found)) == (0, penalty)
    assert {v.rule for v in found if v.severity == "hard"} == {RULE_OF[rule] for rule in broken}
