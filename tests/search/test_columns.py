"""Column generation: its bound is true for every problem, exact where one person's row is all there is."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ortools.linear_solver import pywraplp

from datasets.generate import generate
from solver import Problem, Schedule, check, read_problem, solve
from solver.model import Mode
from solver.search.budget import Budget
from solver.search.building import build
from solver.search.columns.coupling import couple
from solver.search.columns.dive import dive
from solver.search.columns.generate import Generation
from solver.search.columns.helpers import Helpers
from solver.search.columns.master import Master
from solver.search.columns.pool import MOST, MOST_FITTING, Pool
from solver.search.columns.pricing import cheapest_row, cost_of
from solver.search.columns.rethink import rethink
from solver.search.columns.rows import FORBIDDEN, MOST_COUNTERS, Rows
from solver.search.columns.rowwise import Marginals
from solver.search.columns.schedule import roster_of, schedule_of
from solver.search.columns.sweep import sweep
from tests import brute_force
from tests.agreement import MOST_ROSTERS, couples_covers
from tests.builders import MONDAY, day, document, problem
from tests.strategies import problems

ROW_RULES = ("forbidden_sequence", "monthly_limit", "rest_time", "stretch", "weekend", "weekly_limit")
"""Rules of one person's row, which automata speak for."""
relaxed: dict[str, Any] = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


class Turns(Budget):
    """A budget of so many looks at it."""

    def __init__(self, turns: int) -> None:
        super().__init__(60, None)
        self._left = turns

    @property
    def spent(self) -> bool:
        self._left -= 1
        return self._left < 0


def generation_of(team: Problem) -> Generation:
    rows = Rows(team)
    model = build(team, Mode.SOLVE, Budget(60, None), spoken_for=rows.spoken_for)
    assert model is not None
    return Generation.of(rows, couple(model, rows))


def generated(team: Problem, seconds: float = 60) -> Generation:
    made = generation_of(team)
    made.run(Budget(seconds, None))
    return made


def bound_is_true(made: dict[str, Any], *, exact: bool = False) -> None:
    team = read_problem(made)
    assume(brute_force.count(team) <= MOST_ROSTERS and not couples_covers(team))
    least, clean = brute_force.best(team)
    found = generated(team)
    if not clean:
        return  # infeasible: whatever is proved of the penalty of clean rosters is true
    assert least is not None
    assert not found.infeasible
    if found.bound is not None:
        assert found.bound <= least[1]
    if exact:
        assert found.converged
        assert found.bound == least[1]


def test_what_automata_speak_for_makes_no_literals() -> None:
    never = [{"symbols": [["△", "○"], ["△", "×"]], "hard": True}]
    stretches = [{"symbols": ["△", "○"], "max": 2, "hard": True}]
    away = [{"staff_id": f"s{i}", "date": day(0), "symbol": "⊘"} for i in range(3)]  # so that there are four symbols
    team = problem(3, 7, forbidden_sequences=never, stretches=stretches, requests=away)
    rows = Rows(team)
    whole, coupling = (build(team, Mode.SOLVE, Budget(60, None), spoken_for=by) for by in (None, rows.spoken_for))
    assert whole is not None
    assert coupling is not None
    cells = len(list(coupling.cells()))
    assert len(coupling.cp.proto.variables) == cells < len(whole.cp.proto.variables)


@settings(max_examples=120, **relaxed)
@given(problems(cells=6))
def test_the_bound_is_true_whatever_the_rules(made: dict[str, Any]) -> None:
    bound_is_true(made)


@pytest.mark.parametrize("rule", ROW_RULES)
def test_the_bound_is_true_for_each_rule_of_a_row(rule: str) -> None:
    @settings(max_examples=40, **relaxed)
    @given(problems(rules=(rule,), cells=6))
    def true(made: dict[str, Any]) -> None:
        bound_is_true(made)

    true()


SATURDAY = MONDAY + timedelta(days=5)
ROWS: dict[str, dict[str, Any]] = {
    "stretch": {"stretches": [{"kind": "work", "min": 2, "max": 3, "weight": 7}, {"kind": "off", "min": 2, "weight": 5}]},
    "stretch after history": {"stretches": [{"kind": "work", "min": 2, "max": 3}], "history": {"s0": "×○○○○"}},
    "stretch across a closed day": {
        "stretches": [{"kind": "work", "min": 3, "max": 3}],
        "calendar": {day(2): "must_day_off"},
        "history": {"s0": "○"},
    },
    "stretch of a closed border": {"stretches": [{"kind": "work", "min": 3, "border": "closed", "weight": 7}]},
    "stretch of history": {
        "stretches": [{"kind": "work", "min": 3, "include_history": True}, {"kind": "off", "min": 3}],
        "history": {"s0": "×○"},
    },
    "sequence from Tuesday": {
        "forbidden_sequences": [{"symbols": ["○", ["△", "×"]], "days_of_week": ["tuesday", "sunday"]}],
        "history": {"s0": "○"},
    },
    "weekend on one shift": {"weekends": [{"identical": True}, {"complete": True}], "start": SATURDAY},
    "weekends in a row": {
        "weekends": [{"min_consecutive": 2, "weight": 7}, {"max_consecutive": 1, "symbols": ["△"]}],
        "start": SATURDAY,
        "days": 15,
    },
    "weekends in a row of a closed border": {
        "weekends": [{"min_consecutive": 2, "max_consecutive": 2, "days": ["friday", "saturday"], "border": "closed"}],
        "days": 18,
    },
    "sequence": {"forbidden_sequences": [{"symbols": ["○", ["△", "×"], "○"], "weight": 9}, {"symbols": ["×", "×"]}]},
    "sequence after history": {"forbidden_sequences": [{"symbols": ["△", "○", "×"]}], "history": {"s0": "△○"}},
    "hard sequence": {"forbidden_sequences": [{"symbols": ["○", "○"], "hard": True}, {"symbols": ["×", "×"]}]},
    "rest": {"rest": [{"minutes": 960}], "history": {"s0": "○"}},
    "soft rest": {"rest": [{"minutes": 1000, "hard": False, "weight": 1}]},
    "minutes": {"monthly_limits": [{"measure": "minutes", "min": 1000, "max": 1200, "weight": 1}]},
    "half days": {"monthly_limits": [{"measure": "off_equivalent", "min": 2.5, "max": 2.5, "weight": 3}]},
    "count": {"monthly_limits": [{"symbols": ["△"], "min": 3}, {"symbols": ["○"], "max": 1, "hard": True}]},
    "count of two entries": {"monthly_limits": [{"symbols": ["△"], "min": 3}, {"symbols": ["△"], "max": 4, "hard": True}]},
    "week": {"weekly_limits": [{"symbols": ["×"], "min": 2, "max": 2}], "history": {"s0": "○×"}},
    "week from Thursday": {"weekly_limits": [{"symbols": ["△"], "min": 2, "week_start": "thursday"}]},
}


@pytest.mark.parametrize("case", ROWS)
@pytest.mark.parametrize("seed", range(3))
def test_for_one_person_alone_it_is_the_optimum(case: str, seed: int) -> None:
    # Wishes for random symbols make the rules cost something.
    chance = np.random.default_rng(seed)
    rules = dict(ROWS[case])
    days = rules.pop("days", 6)
    wishes = [
        {
            "staff_id": "s0",
            "date": day(d, rules.get("start", MONDAY)),
            "symbol": str(chance.choice(["○", "△", "×"])),
            "weight": 11,
        }
        for d in range(days)
        if day(d) not in rules.get("calendar", {})
    ]
    made = document(1, days, requests=wishes, **rules)
    team = read_problem(made)
    found = generated(team)
    best = solve(team)
    assert best.status == "OPTIMAL"
    assert found.converged
    assert found.bound == best.objective


def test_weekends_are_counted_once() -> None:
    rule = {"weekends": [{"max_working": 1, "hard": True}]}
    wishes = [{"staff_id": "s0", "date": day(d), "symbol": "○"} for d in (5, 6, 12, 13)]
    team = problem(1, 14, requests=wishes, **rule)
    assert generated(team).bound == 20  # one weekend or the other is refused, both days of it


@pytest.mark.parametrize("quick", [True, False])
@settings(max_examples=60, **relaxed)
@given(problems(rules=ROW_RULES, cells=6), st.data())
def test_an_automaton_charges_no_more_than_the_checker(quick: bool, made: dict[str, Any], data: st.DataObject) -> None:
    """What the automata charge for a roster is what the checker charges for the facts they speak for."""
    team = read_problem(made)
    assume(brute_force.count(team) <= MOST_ROSTERS)
    with nullcontext() if quick else counters_are_slow():
        rows = Rows(team)
    roster: Schedule = data.draw(st.sampled_from(list(brute_force.rosters(team))))
    violations = check(team, roster)
    for staff, symbols in roster_of(rows, roster).items():
        spoken = [v for v in violations if v.staff_ids == (staff,) and (v.rule, v.path) in rows.of[staff].spoken_for]
        charged = cost_of(rows.of[staff], symbols)
        if any(v.severity == "hard" for v in spoken):
            assert charged is None or not charged.possible
        else:
            assert charged is not None
            assert charged.possible
            assert charged.cost == sum(v.penalty for v in spoken)


def test_the_cheapest_row_is_the_cheapest() -> None:
    team = problem(
        1,
        6,
        stretches=[{"kind": "work", "min": 2, "max": 3}],
        monthly_limits=[{"symbols": ["△"], "max": 1, "weight": 4}, {"measure": "minutes", "min": 1440, "max": 1440}],
    )
    (automaton,) = Rows(team).of.values()
    chance = np.random.default_rng(5)
    for turn in range(20):
        prices = chance.integers(-30, 30, (6, len(automaton.symbols)))
        extra = chance.integers(-9, 9, MOST_COUNTERS) * (turn % 2)
        prices[:, automaton.symbols.index("⊘")] = FORBIDDEN
        index = {k: i for i, k in enumerate(automaton.symbols)}
        least = min(
            charged.cost + int(charged.totals @ extra) + int(prices[np.arange(6), symbols].sum())
            for roster in brute_force.rosters(team)
            for symbols in [np.array([index[k] for k in roster.row("s0").values()])]
            if (charged := cost_of(automaton, symbols)) is not None
        )
        found = cheapest_row(automaton, prices, extra=extra)
        assert found is not None
        assert found[0] == least
        charged = cost_of(automaton, found[1])
        assert charged is not None
        assert charged.cost + int(charged.totals @ extra) + int(prices[np.arange(6), found[1]].sum()) == least


def test_nobody_who_can_stand_nowhere_goes_unnoticed() -> None:
    rules = [{"symbols": [k, m], "hard": True} for k in "○△×" for m in "○△×"]
    assert generated(problem(1, 3, forbidden_sequences=rules)).infeasible


def test_prices_that_give_back_much_make_nothing_possible() -> None:
    most = {"measure": "minutes", "min": 480 * 6, "hard": True}
    rest = {"stretches": [{"kind": "work", "max": 2, "hard": True}]}
    (automaton,) = Rows(problem(1, 6, monthly_limits=[most], **rest)).of.values()
    assert cheapest_row(automaton, np.full((6, len(automaton.symbols)), -(10**12))) is None


def counted_team(**more: Any) -> Problem:
    """A team coupled by demand alone."""
    needs = [{"symbols": [k], "target": n, "under_weight": 100, "over_weight": 1} for k, n in (("○", 2), ("△", 1))]
    wishes = [{"staff_id": f"s{i % 6}", "date": day(i % 14), "symbol": "○△×"[i % 3], "weight": 1 + i % 5} for i in range(40)]
    return problem(
        6,
        14,
        demand=needs,
        requests=wishes,
        stretches=[{"kind": "work", "min": 2, "max": 5, "hard": True}, {"kind": "off", "min": 2, "hard": True}],
        forbidden_sequences=[{"symbols": ["○", "△"], "hard": True}],
        **more,
    )


@pytest.fixture(params=[math.inf, 0], ids=["small", "large"])
def masters(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every master counts as such."""
    monkeypatch.setattr("solver.search.columns.generate.MANY_ROWS", request.param)


@pytest.mark.usefixtures("masters")
def test_diving_and_sweeping_keep_the_hard_rules_of_rows() -> None:
    team = counted_team()
    made = generation_of(team)
    budget = Budget(60, None)
    swept = [roster.roster() for roster in sweep(made.lagrangian, Marginals(made.lagrangian.coupling), 0, budget)]
    made.run(budget)
    dived = dive(made, budget)
    assert dived is not None
    assert swept
    assert made.bound is not None
    for roster in (*swept, dived):
        violations = check(team, schedule_of(made.lagrangian.rows, roster))
        assert not [v for v in violations if v.severity == "hard"]
        assert made.bound <= sum(v.penalty for v in violations)


@settings(max_examples=40, **relaxed)
@given(problems(rules=("monthly_limit", "weekend", "demand", "daily_limit", "stretch"), cells=6))
def test_totals_that_the_master_keeps_leave_the_bound_true(made: dict[str, Any]) -> None:
    with counters_are_slow():
        bound_is_true(made)


def counters_are_slow() -> AbstractContextManager[Any]:
    """As if following more than one counter took too long."""
    return mock.patch("solver.search.columns.rows.MOST_WORK", 1)


def limited_team(**more: Any) -> Problem:
    """A team in which everybody's totals are bounded, closely."""
    limits = [
        {"symbols": ["×"], "min": 4, "hard": True},
        {"symbols": ["△"], "max": 4, "hard": True},
        {"symbols": ["○"], "max": 7, "hard": True},
    ]
    return counted_team(monthly_limits=limits, **more)


@pytest.mark.usefixtures("masters")
def test_diving_keeps_totals_that_the_master_keeps() -> None:
    team = limited_team()
    with counters_are_slow():
        made = generated(team)
    assert any(automaton.limits for automaton in made.lagrangian.rows.of.values())
    dived = dive(made, Budget(60, None))
    assert dived is not None
    assert len(dived) == 6
    assert (made.bound or 0) <= penalty(team, made.lagrangian.rows, dived)


def test_what_is_left_beside_settled_cells_is_bounded_by_every_roster_with_them() -> None:
    team = limited_team()
    with counters_are_slow():
        made = generated(team)
    dived = dive(made, Budget(60, None))
    assert dived is not None
    some = {staff: symbols.copy() for staff, symbols in dived.items()}
    for staff in ("s1", "s2", "s5"):
        some[staff][4:] = -1
    rest = made.rest(some)
    rest.run(Budget(60, None))
    assert set(rest.people) == {"s1", "s2", "s5"}
    assert all(column.fits(some[column.staff]) for column, _ in rest.master.columns.values())
    assert rest.bound is not None
    assert made.bound is not None
    assert made.bound <= rest.bound <= penalty(team, made.lagrangian.rows, dived)
    climbed = made.rest(some)
    climbed.climb(Budget(60, None), steps=30)
    assert all(column.fits(some[column.staff]) for column, _ in climbed.master.columns.values())
    assert climbed.bound is not None
    assert climbed.bound <= penalty(team, made.lagrangian.rows, dived)


@pytest.mark.usefixtures("masters")
@pytest.mark.parametrize("turns", [0, 1, 3, 10, 30])
def test_a_dive_that_runs_out_of_time_hands_out_rows_that_may_be_everybodys(turns: int) -> None:
    team = counted_team()
    made = generated(team)
    found = dive(made, Turns(turns))
    assert found is not None
    assert set(found) == {p.id for p in team.staff}
    violations = check(team, schedule_of(made.lagrangian.rows, found))
    assert not [v for v in violations if v.severity == "hard"]


@pytest.mark.parametrize("failures", [1, 2])
def test_numbers_that_the_master_cannot_handle_are_begun_anew_then_scaled(failures: int) -> None:
    made = generated(counted_team())
    expected = made.master.solve(60)
    assert expected is not None
    run, scaled, left = Master._run, [], [failures]

    def fails(master: Master, seconds: float) -> int:
        scaled.append(master._scaled)
        left[0] -= 1
        return pywraplp.Solver.ABNORMAL if left[0] >= 0 else run(master, seconds)

    with mock.patch.object(Master, "_run", fails):
        solved = made.master.solve(60)
    assert solved is not None
    assert solved.value == pytest.approx(expected.value)
    assert scaled == [False, False, True][: failures + 1]


def test_helpers_answer_in_order_and_pass_on_what_fails() -> None:
    with Helpers(3) as helpers:
        assert helpers.each(lambda n: n * n, range(10)) == [n * n for n in range(10)]
        assert helpers.each(lambda n: n, []) == []
        with pytest.raises(ZeroDivisionError):
            helpers.each(lambda n: 1 / (n - 7), range(10))


def test_helpers_change_nothing_about_a_bound() -> None:
    team = counted_team()
    alone = generation_of(team).lagrangian
    with Helpers(2) as helpers:
        together = replace(alone, helpers=helpers)
        prices = np.random.default_rng(0).uniform(0, 9, len(alone.lows))
        one, other = alone.at(prices, Budget(60, None)), together.at(prices, Budget(60, None))
    assert one is not None
    assert other is not None
    assert one.value == other.value
    assert [(c.staff, c.symbols) for c in one.columns] == [(c.staff, c.symbols) for c in other.columns]


@pytest.mark.parametrize(("priced", "pooled"), [(False, False), (True, False), (True, True)])
def test_rethinking_a_part_gains_or_proves_that_nothing_can_be_gained(priced: bool, pooled: bool) -> None:
    team = counted_team()
    made = generated(team)
    budget = Budget(60, None)
    prices = made.center if priced else None
    pool = Pool() if pooled else None
    roster = sweep(made.lagrangian, Marginals(made.lagrangian.coupling), 0, budget)[0].roster()
    cost = penalty(team, made.lagrangian.rows, roster)
    everything = {staff: np.arange(14) for staff in roster}
    for _ in range(30):
        found, _ = rethink(
            made.lagrangian.rows, made.lagrangian.coupling, roster, everything, budget, prices=prices, pool=pool
        )
        if found is None:
            break
        better = penalty(team, made.lagrangian.rows, found)
        assert better < cost
        roster, cost = found, better
    few = {"s0": np.arange(3, 9), "s1": np.arange(3, 9)}
    found, _ = rethink(made.lagrangian.rows, made.lagrangian.coupling, roster, few, budget, prices=prices, pool=pool)
    if found is not None:
        assert penalty(team, made.lagrangian.rows, found) < cost
        for staff, symbols in found.items():
            changed = np.flatnonzero(symbols != roster[staff])
            assert set(changed.tolist()) <= set(few.get(staff, np.arange(0)).tolist())


def test_rows_met_before_save_rounds_and_hide_no_better_roster(monkeypatch: pytest.MonkeyPatch) -> None:
    made = generated(counted_team())
    priced = made.lagrangian.at(np.zeros(len(made.lagrangian.lows)), Budget(60, None))
    assert priced is not None
    roster = {column.staff: column.row for column in priced.columns}  # as everybody likes it best
    everything = {staff: np.arange(14) for staff in roster}
    rounds: list[int] = []

    def noted(self: Generation, *args: Any, **kwargs: Any) -> None:
        run(self, *args, **kwargs)
        if "enough" in kwargs:
            rounds.append(self.rounds)

    run = Generation.run
    monkeypatch.setattr(Generation, "run", noted)
    pool, costs = Pool(), []
    for _ in range(2):
        found, _ = rethink(made.lagrangian.rows, made.lagrangian.coupling, roster, everything, Budget(60, None), pool=pool)
        assert found is not None
        costs.append(penalty(made.lagrangian.rows.problem, made.lagrangian.rows, found))
    assert max(costs) < penalty(made.lagrangian.rows.problem, made.lagrangian.rows, roster)
    assert rounds[1] < rounds[0]


def test_a_pool_knows_the_latest_rows_that_differ_on_free_days_only() -> None:
    lagrangian = generation_of(counted_team()).lagrangian
    chance = np.random.default_rng(0)
    columns = [
        lagrangian.column("s0", found)
        for _ in range(3 * MOST)
        if (found := lagrangian.cheapest("s0", chance.uniform(-50, 50, len(lagrangian.lows)))) is not None
    ]
    latest = list(dict.fromkeys(column.symbols for column in reversed(columns)))[:MOST][::-1]
    pool = Pool()
    pool.keep([column._replace(possible=False) for column in columns])
    row, everything = columns[0].row, np.arange(14)
    assert pool.fitting("s0", row, everything) == []
    pool.keep(columns)
    assert pool.fitting("s1", row, everything) == []
    assert [tuple(found) for found in pool.fitting("s0", row, everything)] == [
        tuple(np.frombuffer(symbols, np.int8)) for symbols in latest[-MOST_FITTING:]
    ]
    base = np.frombuffer(latest[-1], np.int8).astype(np.int64)
    free = np.arange(4, 14)
    fitting = pool.fitting("s0", base, free)
    assert {tuple(found) for found in fitting} == {
        tuple(symbols) for symbols in (np.frombuffer(b, np.int8) for b in latest) if (symbols == base)[:4].all()
    }
    assert 1 <= len(fitting) < MOST_FITTING


def test_columns_are_remembered_but_not_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("solver.search.columns.lagrangian.MOST_MADE", 5)
    lagrangian = generation_of(counted_team()).lagrangian
    chance = np.random.default_rng(0)
    for _ in range(20):
        priced = lagrangian.at(chance.uniform(-50, 50, len(lagrangian.lows)), Budget(60, None))
        assert priced is not None
        for column in priced.columns:
            assert (column.cost, column.possible) == (
                (fresh := replace(lagrangian, made={}).column(column.staff, column.row)).cost,
                fresh.possible,
            )
            assert np.array_equal(column.rows, fresh.rows)
            assert np.array_equal(column.factors, fresh.factors)
    assert 0 < len(lagrangian.made) <= 5


def test_prices_of_the_whole_bound_a_part_too() -> None:
    """What they prove of a part with the rest as it is, plus the rest, is at least what they prove of the whole."""
    team = counted_team()
    made = generated(team)
    budget = Budget(60, None)
    assert made.bound is not None
    roster = sweep(made.lagrangian, Marginals(made.lagrangian.coupling), 0, budget)[0].roster()
    cost = penalty(team, made.lagrangian.rows, roster)
    for free in ({"s0": np.arange(14)}, {staff: np.arange(3, 9) for staff in roster}, {s: np.arange(14) for s in roster}):
        part, whole = made.lagrangian.coupling.part(free, roster)
        assert len(part.rows) == len(whole)
        generation = Generation.of(made.lagrangian.rows, part)
        for staff in generation.people:
            generation.master.add(generation.lagrangian.column(staff, roster[staff]))
        begun = generation.master.solve(60)
        assert begun is not None
        priced = generation.lagrangian.at(made.center[whole], budget)
        assert priced is not None
        assert made.bound - 1 < cost - begun.value + priced.value <= cost + 1e-6


def test_coverage_is_more_than_counts() -> None:
    assert Marginals(generation_of(counted_team()).lagrangian.coupling).exact
    team = read_problem(generate(12, 14, seed=2))
    assert not Marginals(generation_of(team).lagrangian.coupling).exact


def penalty(team: Problem, rows: Rows, roster: dict[str, Any]) -> int:
    violations = check(team, schedule_of(rows, roster))
    assert not [v for v in violations if v.severity == "hard"]
    return sum(v.penalty for v in violations)


def test_the_bound_of_a_generated_team_is_below_its_optimum() -> None:
    team = read_problem({**generate(12, 14, seed=2), "options": {"time_limit": 30}})
    best = solve(team)
    found = generated(team, 20)
    assert best.status == "OPTIMAL"
    assert best.objective is not None
    assert (found.bound or 0) <= best.objective
