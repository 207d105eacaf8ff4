"""Rosters put together from the rows there are: the best of all ways to do so."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from solver.search.budget import Budget
from solver.search.columns.generate import Generation
from solver.search.columns.lagrangian import BREACH, Column
from solver.search.columns.restricted import best_of_rows
from solver.search.columns.rethink import rethink
from solver.search.columns.rowwise import Marginals, Rowwise
from solver.search.interrupter import Interrupter
from tests.search.test_columns import counted_team, generated, generation_of, penalty
from tests.search.test_renewal import as_wished


def with_a_few_rows(seed: int) -> Generation:
    """About three rows of everybody, each the cheapest at some prices; a day off has to be given every day, and few may."""
    made = generation_of(counted_team(daily_limits=[{"symbols": ["×"], "min": 1, "max": 4, "hard": True}]))
    rng = np.random.default_rng(seed)
    for _ in range(3):
        priced = made.lagrangian.at(rng.integers(-3, 12, len(made.lagrangian.lows)).astype(np.float64), Budget(60, None))
        assert priced is not None
        for column in priced.columns:
            made.master.add(column)
    return made


def cost_of(made: Generation, rows: dict[str, Column]) -> float:
    roster = Rowwise(made.lagrangian, Marginals(made.lagrangian.coupling))
    for column in rows.values():
        roster.give(column)
    return roster.cost()


def test_it_is_the_best_of_all_ways_to_put_the_rows_together() -> None:
    kept = 0
    for seed in range(12):
        made = with_a_few_rows(seed)
        of: dict[str, list[Column]] = {staff: [] for staff in made.people}
        for column, _ in made.master.columns.values():
            of[column.staff].append(column)
        best = min(cost_of(made, dict(zip(of, chosen, strict=True))) for chosen in product(*of.values()))
        found, sufficed = best_of_rows(made, 30, min(best, BREACH) + 1)
        assert sufficed
        assert (found is None) == (best >= BREACH)  # only ways that break a limit
        if found is not None:
            kept += 1
            assert cost_of(made, {s: made.lagrangian.column(s, row) for s, row in found.items()}) == best
            assert best_of_rows(made, 30, best) == (None, True)
    assert kept


def test_a_part_gains_by_rows_put_together_where_diving_finds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.search.columns.rethink.dive", lambda *_: None)
    team = counted_team()
    made = generated(team)
    roster = as_wished(made.lagrangian, Marginals(made.lagrangian.coupling)).roster()
    everything = {staff: np.arange(14) for staff in roster}
    found, settled = rethink(made.lagrangian.rows, made.lagrangian.coupling, roster, everything, Budget(60, None))
    assert settled
    assert found is not None
    assert penalty(team, made.lagrangian.rows, found) < penalty(team, made.lagrangian.rows, roster)


def test_what_is_under_way_is_stopped_and_nothing_else() -> None:
    interrupter, stopped = Interrupter(), list[str]()
    with interrupter.running(lambda: stopped.append("one")):
        with interrupter.running(lambda: stopped.append("another")):
            pass
        interrupter.interrupt()
    interrupter.interrupt()
    assert stopped == ["one"]
