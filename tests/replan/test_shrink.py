"""Shrinking: the smallest problem that shows the same conflict, and an honest word where time ran out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import datasets
from solver import Conflict, Problem, explain, read_problem
from solver.domain.base import WEEKDAYS
from solver.shrinking import Part, ddmin, shrink, without
from tests.builders import backed_up, day, document, people
from tests.explain.planting import PLANTS, planted

AMPLE = 60.0  # seconds


def rules(conflict: Conflict) -> Counter[str]:
    return Counter(fact.rule for fact in conflict.facts)


def shows(problem: Problem, wanted: Counter[str]) -> bool:
    return any(rules(conflict) == wanted for conflict in explain(problem, most_repairs=0).conflicts)


# ---- ddmin --------------------------------------------------------------------------------------------


@given(count=st.integers(1, 24), needed=st.sets(st.integers(0, 23)))
def test_ddmin_finds_exactly_the_parts_that_are_needed(count: int, needed: set[int]) -> None:
    parts: list[Part] = [(str(i),) for i in range(count)]
    wanted = [part for part in parts if int(part[0]) in needed]
    assert ddmin(parts, lambda kept: set(wanted) <= set(kept)) == wanted


@given(st.sets(st.sets(st.integers(0, 9), min_size=1).map(frozenset), min_size=1), st.lists(st.integers(0, 9)))
def test_ddmin_is_1_minimal_where_there_are_several_ways(ways: set[frozenset[int]], guess: list[int]) -> None:
    parts: list[Part] = [(str(i),) for i in range(10)]

    def shown(kept: Sequence[Part]) -> bool:
        return any(way <= {int(part[0]) for part in kept} for way in ways)

    found = ddmin(parts, shown, [(str(i),) for i in dict.fromkeys(guess)])
    assert shown(found)
    assert not any(shown([other for other in found if other != part]) for part in found)


def test_ddmin_asks_few_questions_where_few_parts_matter() -> None:
    asked = []

    def shown(kept: Sequence[Part]) -> bool:
        asked.append(kept)
        return ("400",) in kept

    assert ddmin([(str(i),) for i in range(1000)], shown) == [("400",)]
    assert len(asked) <= 21  # two halves each of ten times, and nothing at all


# ---- planted conflicts --------------------------------------------------------------------------------

SMALLEST = {  # people, days and filled-in cells at most, of 5 people and 7 days
    "daily": (2, 1, 2),
    "group": (2, 1, 2),
    "coverage": (2, 1, 2),
    "no backup": (1, 1, 1),
    "allowed": (1, 1, 1),
    "priority": (1, 1, 1),
    "sequence": (1, 2, 2),
    "stretch": (1, 3, 3),
    "rest": (1, 2, 2),
    "demand": (5, 1, 2),  # 4 needed, two of five off
    "left": (5, 1, 0),  # 5 needed, one of five gone
    "weekend": (1, 2, 2),
    "request": (1, 1, 1),
    "closed": (1, 1, 0),
    "after closure": (1, 1, 1),
    "fairness": (2, 7, 10),
    "on call": (2, 1, 1),
    "stability": (1, 7, 2),
    "monthly": (1, 7, 5),
    "weekly": (1, 7, 3),
}


@pytest.mark.parametrize("kind", PLANTS)
def test_a_planted_conflict_is_what_is_left(kind: str) -> None:
    problem = read_problem(planted(kind, 3)[0])
    (conflict, *_) = explain(problem, most_repairs=0).conflicts
    found = shrink(problem, conflict, AMPLE)
    assert found is not None
    assert (found.minimal, found.conflict.proved, rules(found.conflict)) == (True, True, rules(conflict))
    left = found.problem
    size = (len(left.staff), len(left.days), sum(map(len, left.prefilled.values())))
    assert all(one <= most for one, most in zip(size, SMALLEST[kind], strict=True)), size
    assert shows(read_problem(left.canonical()), rules(conflict))


def test_nothing_can_be_left_out_of_what_is_left() -> None:
    problem = read_problem(planted("coverage", 2)[0])
    (conflict, *_) = explain(problem, most_repairs=0).conflicts
    found = shrink(problem, conflict, AMPLE)
    assert found is not None
    left = found.problem.canonical()
    parts: list[Part] = [
        *(("staff", person["id"]) for person in left["staff"]),
        *(("prefilled", staff, date) for staff, row in left["prefilled"].items() for date in row),
        ("group", "g"),
        ("assignments", "row", "0"),
        ("settings", "backup_coverage"),
    ]
    assert len(parts) == 7
    for part in parts:
        assert not shows(read_problem(without(left, {part})), rules(conflict)), part


def test_fields_that_do_not_matter_go_back_to_their_defaults() -> None:
    crowded = [{"symbols": ["×"], "min": 0, "max": 1, "hard": True, "weight": 7, "days_of_week": [*WEEKDAYS]}]
    staff = [{"id": one, "name": one.upper(), "skills": ["grill"], "employed_until": day(5)} for one in "abc"]
    problem = read_problem(document(staff, 3, daily_limits=crowded, prefilled={"a": {day(1): "×"}, "b": {day(1): "×"}}))
    (conflict, *_) = explain(problem, most_repairs=0).conflicts
    found = shrink(problem, conflict, AMPLE)
    assert found is not None
    assert found.minimal
    left = found.problem.model_dump(mode="json", exclude_defaults=True)
    assert left["staff"] == [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]
    assert left["settings"]["daily_limits"] == [{"symbols": ["×"], "max": 1, "hard": True}]


# ---- the choice, time, order --------------------------------------------------------------------------


def test_the_chosen_conflict_is_the_one_that_stays() -> None:
    problem = read_problem(datasets.load("impossible"))
    covered, uncovered = explain(problem, most_repairs=0).conflicts
    two, one = shrink(problem, covered, AMPLE), shrink(problem, uncovered, AMPLE)
    assert two is not None
    assert one is not None
    assert [person.id for person in two.problem.staff] == ["sato", "nakata"]
    assert [person.id for person in one.problem.staff] == ["suzuki"]
    assert (len(two.problem.days), len(one.problem.days)) == (1, 1)


def test_it_is_the_same_every_time() -> None:
    problem = read_problem(planted("fairness", 4)[0])
    (conflict, *_) = explain(problem, most_repairs=0).conflicts
    once, again = (shrink(problem, conflict, AMPLE) for _ in range(2))
    assert once is not None
    assert again is not None
    assert (once.problem, once.conflict, once.tried) == (again.problem, again.conflict, again.tried)


def test_without_time_it_says_that_it_was_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_problem(planted("coverage", 1)[0])
    (conflict, *_) = explain(problem, most_repairs=0).conflicts
    looked = 0
    real = read_problem

    def slow(made: dict[str, Any]) -> Problem:
        nonlocal looked
        looked += 1
        if looked == 4:
            stop.set()
        return real(made)

    stop = threading.Event()
    monkeypatch.setattr("solver.shrinking.read_problem", slow)
    found = shrink(problem, conflict, AMPLE, stop)
    assert found is not None
    assert (found.minimal, found.conflict.proved) == (False, False)
    assert shows(found.problem, rules(conflict))


def test_a_conflict_the_problem_does_not_have_is_not_found() -> None:
    (conflict, *_) = explain(read_problem(planted("coverage", 1)[0]), most_repairs=0).conflicts
    assert shrink(read_problem(document(2, 2)), conflict, AMPLE) is None


# ---- what goes with a part ----------------------------------------------------------------------------

TEAM = document(
    people("a", "b", "c"),
    3,
    **backed_up("ab", "c"),
    prefilled={"a": {day(0): "×"}, "b": {day(1): "×"}},
    history={"a": "××"},
    history_counts={"a": {"off": 1}},
    requests=[{"staff_id": "a", "date": day(1), "symbol": "×"}],
    allowed_shifts=[
        {"scope": {"staff_ids": ["a", "b"]}, "symbols": ["○"]},
        {"scope": {"staff_ids": ["a"]}, "symbols": ["○"]},
    ],
    weekends=[{"scope": {"group_ids": ["g"]}, "complete": True}],
)


def test_with_a_person_goes_what_is_about_that_person_alone() -> None:
    left = read_problem(without(read_problem(TEAM).canonical(), {("staff", "a")}))
    assert [person.id for person in left.staff] == ["b", "c"]
    assert left.settings.staff_groups[0].members == ("b",)
    assert [entry.scope.staff_ids for entry in left.settings.allowed_shifts] == [("b",)]
    assert (left.settings.requests, left.history, left.history_counts, [*left.prefilled]) == ((), {}, {}, ["b"])
    assert len(left.settings.weekends) == 1


@pytest.mark.parametrize(
    ("part", "gone"),
    [
        (("group", "g"), lambda left: not left.settings.staff_groups and not left.settings.backup_assignments),
        (("group", "g"), lambda left: not left.settings.weekends),
        (("settings", "requests", "0"), lambda left: not left.settings.requests),
        (("prefilled", "a", day(0)), lambda left: [*left.prefilled] == ["b"]),
        (("member", "g", "b"), lambda left: left.settings.staff_groups[0].members == ("a",)),
        (("history_counts", "a"), lambda left: not left.history_counts),
        (("settings", "backup_coverage"), lambda left: left.settings.backup_coverage is None),
    ],
)
def test_a_part_goes_whole(part: Part, gone: Callable[[Problem], bool]) -> None:
    assert gone(read_problem(without(read_problem(TEAM).canonical(), {part})))
