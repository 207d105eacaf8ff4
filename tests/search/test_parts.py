"""Parts of a model: what is best in a part is best in the whole with all other cells fixed."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from datasets.generate import generate
from solver import check, read_problem, read_schedule
from solver.domain.schedule import Schedule
from solver.model import Mode, RosterModel
from solver.search import Budget, build
from solver.search.complete import offer_cells, offer_change, offer_roster
from solver.search.cp_sat import values_of
from solver.search.incumbent import Incumbent
from solver.search.parts import Cells, Ints, Part, Parts
from tests.builders import day, document
from tests.strategies import problems


def solved(cp: cp_model.CpModel, **parameters: Any) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    for name, value in parameters.items():
        setattr(solver.parameters, name, value)
    return solver if solver.solve(cp) in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def started(document: dict[str, Any]) -> tuple[RosterModel, Ints] | None:
    """The model of a problem and some solution of it; None where it has none."""
    model = build(read_problem(document), Mode.SOLVE, Budget(60, None))
    assert model is not None
    model.cp.minimize(model.soft_cost.expression())
    solver = solved(model.cp, stop_after_first_solution=True)
    return None if solver is None else (model, values_of(solver))


def least_outside_fixed(model: RosterModel, part: Part) -> int | None:
    """The least cost of the whole model where variables that are not the part's are fixed."""
    whole = model.cp.clone()
    for i in np.setdiff1d(np.arange(len(part.values)), part.own).tolist():
        domain = whole.proto.variables[i].domain
        domain.clear()
        domain.extend((int(part.values[i]), int(part.values[i])))
    solver = solved(whole)
    return None if solver is None else round(solver.objective_value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(cells=8), st.randoms(use_true_random=False))
def test_a_part_is_worth_what_the_whole_is(made: dict[str, Any], chance: random.Random) -> None:
    found = started({**made, "options": {}})
    assume(found is not None)
    assert found is not None
    model, values = found
    parts = Parts(model)
    cells = sorted(parts.where)
    part = parts.part(chance.sample(cells, chance.randint(0, len(cells))), values)
    assert not part.cp.validate()
    solver = solved(part.cp)
    assert solver is not None  # the solution it lies in is one of its own
    assert round(solver.objective_value) == least_outside_fixed(model, part)
    found_values = part.whole(solver.response_proto.solution)
    assert model.cp.validate() == ""
    fixed = model.cp.clone()
    for i, value in enumerate(found_values.tolist()):
        fixed.add(fixed.get_int_var_from_proto_index(i) == value)
    again = solved(fixed)
    assert again is not None  # and it is a solution of the whole
    assert round(again.objective_value) == round(solver.objective_value)


@pytest.fixture(scope="module")
def team() -> tuple[RosterModel, Ints]:
    found = started(generate(20, 14, seed=3))
    assert found is not None
    return found


def test_what_two_found_in_different_places_is_joined(team: tuple[RosterModel, Ints]) -> None:
    model, values = team
    incumbent = Incumbent(model.problem, model, Budget(60, None))
    incumbent.offer(values, int(Parts(model).cost(values)))
    people = sorted({staff for staff, _ in incumbent.parts.where})
    gains = []
    parts = []
    for some in (people[:3], people[-3:]):
        part = incumbent.parts.part([cell for cell in incumbent.parts.where if cell[0] in some], values)
        solver = solved(part.cp)
        assert solver is not None
        parts.append((part, part.whole(solver.response_proto.solution), round(solver.objective_value)))
        gains.append(incumbent.parts.cost(values) - round(solver.objective_value))
    assert all(gain > 0 for gain in gains)
    for part, whole, objective in parts:
        offer_change(incumbent, part, whole, objective, 10)
    assert incumbent.objective is not None
    assert incumbent.objective < min(objective for _, _, objective in parts)
    assert incumbent.values is not None
    assert incumbent.parts.cost(incumbent.values) == incumbent.objective


def test_a_roster_is_completed_with_and_without_one_before(team: tuple[RosterModel, Ints]) -> None:
    model, values = team
    incumbent = Incumbent(model.problem, model, Budget(60, None))
    schedule = incumbent.schedule_of(values)
    assert offer_roster(incumbent, schedule, 10)
    first = incumbent.objective
    part = incumbent.parts.part(list(incumbent.parts.where)[:60], incumbent.values)  # type: ignore[arg-type]
    solver = solved(part.cp)
    assert solver is not None
    better = incumbent.schedule_of(part.whole(solver.response_proto.solution))
    assert offer_roster(incumbent, better, 10)
    assert first is not None
    assert incumbent.objective is not None
    assert incumbent.objective < first
    assert incumbent.schedule() == better


def test_before_the_model_is_made_the_checker_judges_and_then_its_roster_becomes_a_solution() -> None:
    wishes = [{"staff_id": "s0", "date": day(0), "symbol": "△"}]
    never = [{"symbols": ["×", "×"], "hard": True}]
    problem = read_problem(document(1, 2, requests=wishes, forbidden_sequences=never))
    made = list[RosterModel]()

    def make() -> RosterModel:
        model = build(problem, Mode.SOLVE, Budget(60, None))
        assert model is not None
        made.append(model)
        return model

    incumbent, told = Incumbent(problem, make, Budget(60, None)), list[int | None]()
    incumbent.tell(lambda objective, _bound, _schedule: told.append(objective))
    best, worse, broken = (read_schedule({"s0": {day(0): a, day(1): b}}, problem) for a, b in ("△○", "○○", "××"))
    assert [offer_roster(incumbent, roster, 10) for roster in (broken, worse, best, worse)] == [False, True, True, False]
    assert told == [10, 0]
    assert (incumbent.schedule(), incumbent.held(), made) == (best, None, [])
    assert incumbent.outcome("UNKNOWN", 0.0).schedule == best
    assert incumbent.model is incumbent.model
    assert len(made) == 1
    assert not offer_roster(incumbent, best, 10)  # no better than itself
    held = incumbent.held()
    assert held is not None
    assert (incumbent.schedule_of(held[0]), held[1], told) == (best, 0, [10, 0])


def test_what_a_neighbour_forbids_is_not_taken() -> None:
    never = [{"symbols": ["△", "×"], "hard": True}]
    wishes = [{"staff_id": "s0", "date": day(0), "symbol": "△"}, {"staff_id": "s0", "date": day(1), "symbol": "×"}]
    problem = read_problem(document(1, 2, forbidden_sequences=never, requests=wishes))
    model = build(problem, Mode.SOLVE, Budget(60, None))
    assert model is not None
    incumbent = Incumbent(model.problem, model, Budget(60, None))
    kept, worse = (read_schedule({"s0": {day(0): first, day(1): "×"}}, problem) for first in ("○", "△"))
    assert offer_roster(incumbent, kept, 10)
    assert not offer_roster(incumbent, worse, 10)
    assert incumbent.schedule() == kept


def test_rosters_found_in_different_places_are_joined_and_whoever_breaks_a_total_is_thought_over() -> None:
    never_more = [{"symbols": ["○"], "measure": "count", "per": "period", "max": 2, "hard": True}]
    wishes = [{"staff_id": s, "date": day(i), "symbol": "○"} for s in ("s0", "s1") for i in range(6)]
    problem = read_problem(document(2, 6, monthly_limits=never_more, requests=wishes))
    model = build(problem, Mode.SOLVE, Budget(60, None))
    assert model is not None
    model.cp.minimize(model.soft_cost.expression())
    incumbent = Incumbent(model.problem, model, Budget(60, None))

    def roster(s0: str, s1: str) -> Schedule:
        return read_schedule({s: {day(i): k for i, k in enumerate(row)} for s, row in (("s0", s0), ("s1", s1))}, problem)

    def cells(first: int, last: int) -> Cells:
        return {(s, d) for s in ("s0", "s1") for d in problem.days[first:last]}

    assert offer_roster(incumbent, roster("××××××", "×××××○"), 10)
    assert incumbent.values is not None
    before = incumbent.values
    assert offer_cells(incumbent, roster("○○××××", "×××××○"), cells(0, 3), before, 10)
    # Found beside the first roster: s0 would have three ○ by now, s1 two.
    assert offer_cells(incumbent, roster("×××○××", "×××○×○"), cells(3, 6), before, 10)
    joined = incumbent.schedule()
    assert joined is not None
    assert joined.row("s1") == roster("××××××", "×××○×○").row("s1")
    assert [i for i, d in enumerate(problem.days) if joined.at("s0", d) == "○"] == [0, 1]
    assert not [v for v in check(problem, joined) if v.severity == "hard"]
