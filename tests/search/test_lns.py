"""Large neighbourhood search: who is asked, and that what is found by rows made anew counts."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from solver import check
from solver.model import Mode
from solver.search.budget import Budget
from solver.search.building import build
from solver.search.columns.renewal import Renewal
from solver.search.columns.rowwise import Marginals, Rowwise
from solver.search.columns.schedule import schedule_of
from solver.search.complete import offer_roster
from solver.search.incumbent import Incumbent
from solver.search.lns import LEAST_CELLS, Arm, Columns, Improver, Thought
from solver.search.neighbourhoods import everything
from tests.search.test_columns import counted_team, generated, generation_of
from tests.search.test_renewal import as_wished


def never(*_: Any) -> Thought:
    raise AssertionError


def test_hope_grows_with_what_is_gained_and_falls_with_the_time_that_takes() -> None:
    fresh, vain, quick, slow = (Arm(everything, never) for _ in range(4))
    vain.note(0, 2.0)
    quick.note(1, 1.0)
    slow.note(1, 3.0)
    assert fresh.hope > vain.hope
    assert quick.hope > slow.hope > vain.hope
    trusted = Arm(everything, never, trust=3.0)
    trusted.note(0, 2.0)
    assert trusted.hope > vain.hope
    assert quick.rate > slow.rate > vain.rate == fresh.rate == 0


@pytest.mark.parametrize(
    ("settled", "better", "share", "cells"),
    [
        (True, False, 0.1, 150),  # quick
        (True, True, 0.3, 115),
        (True, False, 0.9, 100),  # large enough
        (False, True, 0.9, 100),
        (False, False, 0.1, 100 / 1.15),
    ],
)
def test_parts_grow_while_they_are_settled_soon_and_shrink_where_they_are_not(
    settled: bool, better: bool, share: float, cells: float
) -> None:
    arm = Arm(everything, never, cells=100)
    arm.resize(Thought(settled, better), share, most=1000)
    assert arm.cells == pytest.approx(cells)


def test_a_part_is_never_larger_than_the_whole_nor_smaller_than_the_least() -> None:
    large, small = Arm(everything, never, cells=90), Arm(everything, never, cells=LEAST_CELLS + 1)
    large.resize(Thought(settled=True, better=False), 0.0, most=100)
    small.resize(Thought(settled=False, better=False), 0.0, most=100)
    assert large.cells == 100
    assert small.cells == LEAST_CELLS


@pytest.fixture
def improver() -> Improver:
    """One whose only way is to make rows anew, from the rows that people like best."""
    team = counted_team()
    budget = Budget(60, None)
    model = build(team, Mode.SOLVE, budget)
    assert model is not None
    model.cp.minimize(model.soft_cost.expression())
    incumbent = Incumbent(model.problem, model, budget)
    lagrangian = generation_of(team).lagrangian
    rows, marginals = lagrangian.rows, Marginals(lagrangian.coupling)
    assert offer_roster(incumbent, schedule_of(rows, as_wished(lagrangian, marginals).roster()), 5.0)
    renewal = Renewal(Rowwise(lagrangian, marginals), 0)
    columns = Columns(rows, lagrangian.coupling)
    return Improver(team, incumbent, Budget(2, None), 0, columns, neighbourhoods=(), renewal=renewal)


def test_rows_made_anew_are_a_way_of_their_own(improver: Improver) -> None:
    incumbent = improver.incumbent
    before = incumbent.objective
    assert before is not None
    improver.run()
    (arm,) = improver.arms
    assert arm.successes
    assert incumbent.objective is not None
    assert incumbent.objective < before
    schedule = incumbent.schedule()
    assert schedule is not None
    violations = check(improver.problem, schedule)
    assert sum(v.penalty for v in violations) == incumbent.objective
    assert not [v for v in violations if v.severity == "hard"]


@pytest.mark.parametrize("priced", [True, False])
def test_where_prices_are_known_it_looks_where_more_is_paid(improver: Improver, priced: bool) -> None:
    """The excess of all days is at most the whole gap."""
    assert improver.columns is not None
    best = generated(improver.problem)
    assert best.bound is not None
    improver.columns.prices = best.center if priced else None
    held = improver.incumbent.held()
    assert held is not None
    values, objective = held
    improver._look_at(values, objective)
    assert bool(improver.team.excess) == priced
    assert sum(excess.cost for excess in improver.team.excess) <= objective - best.bound + 1
    assert {day for excess in improver.team.excess for day in excess.days} <= set(improver.problem.days)


@pytest.mark.parametrize("own", [True, False])
def test_what_others_gain_meanwhile_is_no_gain_of_a_way(improver: Improver, own: bool) -> None:
    done = threading.Event()

    def gained(*_: Any) -> Thought:
        assert improver.incumbent.objective is not None
        improver.incumbent.objective -= 1
        done.set()
        return Thought(settled=False, better=own)

    improver.arms = [Arm(everything, gained)]
    improver.run(until=done.is_set)
    assert improver.arms[0].successes == own
    assert (improver.arms[0].gain > 0) == own
