"""The absence drill: what can be derived by hand, and every sick call against an oracle of all rosters of that date."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from solver import Problem, ProblemError, Schedule, check, read_problem, read_schedule
from solver.questions.drill import Drill, drill
from solver.questions.what_if import mark_of, with_cells_fixed
from solver.search import Budget
from tests.brute_force import rosters
from tests.builders import MONDAY, _cells, backed_up, people, problem
from tests.strategies import problems


def drilled(rows: dict[str, str], **parts: object) -> Drill:
    """The drill of a roster written as rows of symbols."""
    asked = problem(people(*rows), max(map(len, rows.values())), **parts)
    return drill(asked, read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked))


def failed(found: Drill) -> list[str]:
    return [failure.staff_id for failure in found.failures]


def test_a_chain_of_one_breaks_at_its_backup_only_where_a_member_is_off() -> None:
    # Day 1: a is off and b covers; b's sick call leaves nobody. Day 2: all at work, so one call of either is survived.
    found = drilled({"a": "×○", "b": "○○"}, **backed_up("a", "b"))
    assert [(f.staff_id, f.date, f.group_ids) for f in found.failures] == [("b", MONDAY, ("g",))]
    assert (found.tried, found.survived, found.untried, found.share) == (3, 2, 0, 0.6666)
    assert [(c.minimum, [*c.by_date.values()]) for c in found.slack] == [(0, [0, 1])]
    assert (found.weakest.staff[0].staff_id, found.weakest.dates[0].date, found.weakest.groups[0].group_id) == (
        "b",
        MONDAY,
        "g",
    )


def test_a_backup_on_another_shift_is_moved() -> None:
    assert failed(drilled({"a": "○", "b": "△"}, **backed_up("a", "b"))) == []


def test_a_backup_who_is_fixed_elsewhere_is_not() -> None:
    assert failed(drilled({"a": "○", "b": "△"}, prefilled={"b": "△"}, **backed_up("a", "b"))) == ["a"]


def test_people_who_are_off_are_not_called_in() -> None:
    assert failed(drilled({"a": "○", "b": "×"}, **backed_up("a", "b"))) == ["a"]


def test_somebody_on_call_is() -> None:
    found = drilled({"a": "○", "b": "⊘"}, **backed_up("a", {"staff_id": "b", "assignment_type": "on_call"}))
    assert (found.tried, found.survived) == (1, 1)


def test_a_fixed_cell_and_a_must_work_day_give_way_to_the_sick_call() -> None:
    day = MONDAY.isoformat()
    found = drilled({"a": "○", "b": "△"}, prefilled={"a": "○"}, calendar={day: "must_work"}, **backed_up("a", "b"))
    assert (found.tried, found.survived) == (2, 2)


def test_the_sick_persons_own_rules_do_not_count() -> None:
    twice_off = [{"symbols": [["×"], ["×"]], "hard": True}]
    assert failed(drilled({"a": "○×"}, forbidden_sequences=twice_off)) == []


def test_what_the_roster_breaks_already_is_no_failure() -> None:
    # Nobody of two is on △ although one should be: that was so before.
    early = [{"symbols": ["△"], "min": 1, "hard": True}]
    assert failed(drilled({"a": "○", "b": "○"}, daily_limits=early)) == []
    assert failed(drilled({"a": "△"}, daily_limits=early)) == ["a"]


def test_without_time_nothing_counts_as_survived() -> None:
    asked = problem(people("a", "b"), 1, **backed_up("a", "b"))
    roster = read_schedule({"a": _cells("○", MONDAY), "b": _cells("○", MONDAY)}, asked)
    found = drill(asked, roster, budget=Budget(0, None))
    assert (found.tried, found.survived, found.untried, found.share) == (0, 0, 2, None)


def test_without_a_roster_one_is_solved_for() -> None:
    found = drill(problem(people("a", "b"), 1, **backed_up("a", "b")))
    assert found.roster == "OPTIMAL"
    assert found.schedule is not None


def test_a_problem_without_absences_is_refused() -> None:
    only_work = [{"symbol": "○", "role": "normal", "kind": "work"}]
    with pytest.raises(ProblemError) as caught:
        drill(problem(people("a"), 1, shift_types=only_work))
    assert [fault.code for fault in caught.value.faults] == ["missing_role"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(cells=5))
def test_every_call_agrees_with_all_rosters_of_its_date(document: dict) -> None:
    asked = read_problem(document)
    roster = next(iter(rosters(asked)), None)
    if roster is None or (asked.off or asked.away) is None or _cap(asked):
        return
    found = drill(asked, roster)
    failures = {(f.staff_id, f.date) for f in found.failures}
    assert found.untried == 0
    for person in asked.staff:
        for day in asked.employed_days(person.id):
            shift = asked.shift_by_symbol[roster.at(person.id, day) or ""]
            if shift.kind == "work":
                assert _survives(asked, roster, person.id, day) == ((person.id, day) not in failures)


def _cap(asked: Problem) -> bool:
    coverage = asked.settings.backup_coverage
    return coverage is not None and coverage.covers_per_day is not None


def _survives(asked: Problem, roster: Schedule, sick: str, day: date) -> bool:
    """By the definition: some change of that date's working cells breaks nothing hard that was kept before."""
    absence = asked.off or asked.away or ""
    fixed = with_cells_fixed(asked, {(sick, day): absence})
    before = {mark_of(v) for v in check(asked, roster) if v.severity == "hard"}
    others: list[tuple[str, tuple[str, ...]]] = []
    for person in asked.staff:
        symbol = roster.at(person.id, day)
        if person.id == sick or symbol is None:
            continue
        idle = person.id in asked.on_call and symbol == asked.away
        shift = asked.shift_by_symbol[symbol]
        work = tuple(k for k in asked.choices(person.id, day) if asked.shift_by_symbol[k].kind == "work")
        if asked.pinned(person.id, day) is not None or not (idle or shift.kind == "work"):
            work = (symbol,)
        elif person.id in asked.on_call:
            work = asked.choices(person.id, day)
        others.append((person.id, work))
    for symbols in product(*(work for _, work in others)):
        tried = roster.with_cell(sick, day, absence)
        for (staff, _), symbol in zip(others, symbols, strict=True):
            tried = tried.with_cell(staff, day, symbol)
        new = [
            v
            for v in check(fixed, tried)
            if v.severity == "hard" and mark_of(v) not in before and (v.group_id is not None or v.staff_ids != (sick,))
        ]
        if not new:
            return True
    return False
