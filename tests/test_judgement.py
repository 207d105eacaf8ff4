"""What is judged again after a change of some cells is what the checker finds in the whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from solver import Problem, Schedule, check, read_problem
from solver.judgement import judgement_of, rules_ever_hard
from solver.questions.what_if import with_cells_fixed
from solver.rules import all_rules
from tests.strategies import RULES, problems

relaxed = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


def any_roster(draw: Any, problem: Problem) -> Schedule:
    """Any symbol in any cell: rules of the structure are to be broken too."""
    symbols = st.sampled_from([*problem.shift_by_symbol])
    return Schedule({p.id: {day: draw(symbols) for day in problem.employed_days(p.id)} for p in problem.staff})


def agree(document: dict[str, Any], data: st.DataObject) -> None:
    """Three changes, one after the other, each of one to three cells; some of them become facts."""
    problem = read_problem(document)
    schedule = any_roster(data.draw, problem)
    known = judgement_of(problem, schedule)
    assert known.violations == check(problem, schedule)
    places = [(p.id, day) for p in problem.staff for day in problem.employed_days(p.id)]
    if not places:
        return
    symbols = st.sampled_from([*problem.shift_by_symbol])
    for _ in range(3):
        cells = data.draw(st.dictionaries(st.sampled_from(places), symbols, min_size=1, max_size=3))
        for (staff, day), symbol in cells.items():
            schedule = schedule.with_cell(staff, day, symbol)
        if data.draw(st.booleans()):
            problem = with_cells_fixed(problem, cells)
        known = known.after(problem, schedule, cells)
        assert known.violations == check(problem, schedule)
        triggers = {(group, day) for group, day in known.coverage.triggers}
        assert triggers == {(c.group.id, c.day) for c in judgement_of(problem, schedule).coverage.triggers.values()}


@hypothesis_settings(max_examples=200, **relaxed)
@given(problems(cells=12), st.data())
def test_all_rules_together(document: dict[str, Any], data: st.DataObject) -> None:
    agree(document, data)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_each_rule_beside_coverage(rule: str) -> None:
    @hypothesis_settings(max_examples=40, **relaxed)
    @given(problems(rules=("backup_coverage", rule), cells=12), st.data())
    def agrees(document: dict[str, Any], data: st.DataObject) -> None:
        agree(document, data)

    agrees()


@hypothesis_settings(max_examples=100, **relaxed)
@given(problems(cells=12), st.data())
def test_rules_left_out_as_soft_find_nothing_hard(document: dict[str, Any], data: st.DataObject) -> None:
    problem = read_problem(document)
    schedule = any_roster(data.draw, problem)
    asked = judgement_of(problem, schedule, rules_ever_hard(problem)).violations
    hard = [one for one in check(problem, schedule) if one.severity == "hard"]
    assert [one for one in asked if one.severity == "hard"] == hard


def test_every_rule_says_how_far_it_reaches() -> None:
    assert {rule.REACH for rule in all_rules().values()} == {"person", "day", "roster"}
