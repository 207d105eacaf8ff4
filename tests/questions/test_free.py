"""Free days: what can be derived by hand, and every cell against all rosters of tiny problems."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from solver import ProblemError, Schedule, check, read_problem, read_schedule
from solver.questions.free import FreeDays, free_days
from solver.search import Budget
from tests.brute_force import rosters
from tests.builders import MONDAY, _cells, backed_up, day, people, problem
from tests.strategies import problems

TUESDAY = MONDAY + timedelta(days=1)


def asked_of(rows: dict[str, str], **parts: object) -> FreeDays:
    """The matrix of a roster written as rows of symbols."""
    asked = problem(people(*rows), max(map(len, rows.values())), **parts)
    return free_days(asked, read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked))


def marks(found: FreeDays) -> dict[str, list[str]]:
    return {staff: [cell.mark for cell in row.values()] for staff, row in found.cells.items()}


def test_a_backup_on_normal_makes_a_member_free_one_elsewhere_must_move() -> None:
    # a may go where b is on ○ already; on Tuesday b has to come from △. b is nobody's member: he is free while a works.
    found = asked_of({"a": "○○", "b": "○△"}, **backed_up("a", "b"))
    assert marks(found) == {"a": ["free", "only_if"], "b": ["free", "free"]}
    cell = found.cells["a"][TUESDAY]
    assert [(c.staff_id, c.date, c.before, c.after) for c in cell.changes] == [("b", TUESDAY, "△", "○")]
    assert cell.fewest


def test_impossible_names_the_facts() -> None:
    # b, the only backup, is fixed on △: a can never be off, and b himself stands where he is fixed.
    found = asked_of({"a": "○", "b": "△"}, prefilled={"b": "△"}, **backed_up("a", "b"))
    assert marks(found) == {"a": ["impossible"], "b": ["impossible"]}
    cell = found.cells["a"][MONDAY]
    assert cell.proved
    assert {fact.rule for fact in cell.facts} == {"backup_coverage", "prefilled"}
    assert found.cells["b"][MONDAY].facts[0].path == f"/prefilled/b/{day(0)}"


def test_a_must_work_day_and_somebody_on_call() -> None:
    row = {"staff_id": "b", "assignment_type": "on_call"}
    found = asked_of({"a": "○○", "b": "⊘⊘"}, calendar={day(1): "must_work"}, **backed_up("a", row))
    assert marks(found) == {"a": ["only_if", "impossible"], "b": ["impossible", "impossible"]}
    assert [found.cells[s][TUESDAY].facts[0].rule for s in "ab"] == ["calendar", "on_call"]


def test_without_time_every_cell_is_unknown() -> None:
    asked = problem(people("a", "b"), 1, **backed_up("a", "b"))
    assert marks(free_days(asked, budget=Budget(0, None))) == {"a": ["unknown"], "b": ["unknown"]}


def test_an_infeasible_problem_lets_nobody_off_and_says_why() -> None:
    asked = problem(people("a", "b"), 1, prefilled={"a": "×", "b": "×"}, **backed_up("a", "b"))
    found = free_days(asked)
    assert (found.roster, marks(found)) == ("INFEASIBLE", {"a": ["impossible"], "b": ["impossible"]})
    assert found.cells["a"][MONDAY].facts


def test_some_people_and_dates_only() -> None:
    found = free_days(problem(people("a", "b"), 3), staff_ids=["b"], dates=[day(1)])
    assert {staff: [*row] for staff, row in found.cells.items()} == {"b": [TUESDAY]}


def test_every_fault_at_once() -> None:
    with pytest.raises(ProblemError) as caught:
        free_days(problem(people("a"), 1), staff_ids=["a", "z", "a"], dates=[day(3), "x"])
    assert [(f.code, f.path) for f in caught.value.faults] == [
        ("unknown_staff", "/staff_ids/1"),
        ("duplicate_entry", "/staff_ids/2"),
        ("outside_period", "/dates/0"),
        ("bad_date", "/dates/1"),
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(cells=5))
def test_every_cell_agrees_with_all_rosters(document: dict) -> None:
    asked = read_problem(document)
    clean = [roster for roster in rosters(asked) if not _broken(asked, roster)]
    if asked.off is None:
        return
    base = clean[0] if clean else None
    found = free_days(asked, base)
    for person in asked.staff:
        for d in asked.employed_days(person.id):
            cell = found.cells[person.id][d]
            there = [roster for roster in clean if roster.at(person.id, d) == asked.off]
            assert (cell.mark == "impossible") == (not there), (person.id, d, cell)
            if base is not None and there:
                fewest = min(_differ(base, roster) - (base.at(person.id, d) != asked.off) for roster in there)
                assert cell.mark == ("only_if" if fewest else "free")
                assert len(cell.changes) == fewest


def _broken(asked: object, roster: Schedule) -> bool:
    return any(v.severity == "hard" for v in check(asked, roster))  # type: ignore[arg-type]


def _differ(one: Schedule, other: Schedule) -> int:
    return sum(other.at(staff, d) != symbol for staff in one.staff_ids for d, symbol in one.row(staff).items())
