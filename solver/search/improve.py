"""The second phase: column generation and large neighbourhood search side by side, around one best roster.

One thread generates columns: its bound is proved for the whole problem, and diving makes a roster of it; where that would
take long, prices climb by themselves before it, or in its place. The others — and it too, once it is done — improve the best
roster until the bound meets it, time is up or somebody says stop; the model of the whole, if there is none yet, they make
first, unless too little time is left.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from ortools.sat.python import cp_model

from solver.check import check
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Mode
from solver.search.budget import LEAST_SECONDS, Budget
from solver.search.building import build
from solver.search.columns.ascent import ascend
from solver.search.columns.coupling import couple
from solver.search.columns.dive import dive, leading_rows
from solver.search.columns.generate import CLOSE, Generation
from solver.search.columns.helpers import Helpers
from solver.search.columns.lagrangian import Lagrangian, bound_of
from solver.search.columns.master import Master
from solver.search.columns.pricing import Ints
from solver.search.columns.renewal import Renewal
from solver.search.columns.rows import Rows
from solver.search.columns.rowwise import Marginals, Rowwise
from solver.search.columns.schedule import roster_of, schedule_of
from solver.search.columns.sweep import sweep
from solver.search.columns.warm import compiled
from solver.search.complete import brief_solver, offer_roster
from solver.search.incumbent import Incumbent
from solver.search.lns import Columns, Improver
from solver.search.threads import POLL_SECONDS, run_beside

MOST_ROWS = 6000
"""Coupling rows beyond which a master of the whole problem is not worth its time; rows are made anew, and parts solved."""
WORK_A_SECOND = 800  # coupling rows squared × seconds of pricing, for each second left: more would not converge
WORK_BEGUN = 2000  # the same where prices that climb come before
DIVE_SHARE = 0.85  # of the time that is left, at most, for a dive
NEARLY = 1e-3  # how near the bound comes to the master's optimum before the first dive
PATIENT = 6  # rounds that hardly gain, before the first dive
VAIN_SHARE = 0.1  # of the time, for dives in a row that found nothing
DIVE, AGAIN = 1.0, 8.0  # the time a dive has to have: of what columns took, of what the dive before took
SWEEP_SHARE = 0.05  # of the time, at most, for rosters made person by person
WHOLE_SHARE, RENEWAL_SHARE = 0.3, 0.9  # of the time, at most, until a roster made anew row by row is whole; until it is good
RENEWAL_SHARE_BEFORE = 0.1  # where the same thread has columns to generate
MODEL_SHARE = 0.6  # of the time, until one thread leaves that to make the whole model, if it is not made yet
MODEL_WORTH = 11.0  # times as long as reading the coupling took, four times as long as the model takes: left then at least
LOOK_SECONDS, LOOK_SHARE = 10.0, 0.02  # between two looks at it, at most; of the time that is left, at most
LEAST_LOOK = 0.1  # seconds, at least
MENDED, MENDED_LARGE = 1.05, 1.25  # times as dear as the best a dive's roster may be where rows are made anew after it
POLISH_SHARE = 0.5  # of the time that is left, at most, for a cycle of that over a dive's roster
SHARE, SHARE_ALONE = 0.4, 0.3  # of the time, for columns of the whole problem; improving parts gains more
HOPEFUL = 0.5  # how near the bound is to the best known where all help to price, and a dive may begin
ASCENT_SHARE = 0.15  # of the time, for prices that climb where column generation would not converge
OPTIMUM_SHARE = 0.2  # of the time that is left, at most, for the master's first optimum after that
ASCENT_STEPS = 50  # that have to fit in there: with fewer, prices hardly tell anything
PROMISING = 0.1  # how near it comes before patience is asked for


def improve(problem: Problem, incumbent: Incumbent, budget: Budget, threads: int) -> None:
    """Improve the incumbent until the search is over. Without one, column generation may find the first."""
    ending = threading.Event()
    inner = Budget(budget.seconds, None, ending)
    shared = _Shared(problem, incumbent, inner, threads)
    works: list[Callable[[], None]] = [shared.generate, *(partial(shared.improve, i) for i in range(1, threads))]
    with shared.helpers:
        run_beside(works, incumbent, ending)


class _Shared:
    """What the threads of one phase share."""

    def __init__(self, problem: Problem, incumbent: Incumbent, budget: Budget, threads: int) -> None:
        self.problem, self.incumbent, self.budget, self.alone = problem, incumbent, budget, threads == 1
        self.helpers = Helpers(threads)
        self.columns: Columns | None = None
        self.unproved: Generation | None = None  # the rest of whose bound waits for a better roster
        self.renewal: Renewal | None = None  # where nothing but counts couples people
        self.reading = 0.0  # seconds that reading the coupling took
        self.offering = threading.Lock()
        self.ready = threading.Event()
        self.converging = self.climbing = False  # columns for the whole problem are worth their time; prices that climb are
        self.promising = threading.Event()  # columns, until the first dive has ended: the others help to price
        self.ascending = threading.Event()  # the same while prices climb

    def generate(self) -> None:
        """Begin with rosters made row by row; bound, dive, then improve like the others."""
        generation: Generation | None = None
        try:
            lagrangian = self._begin()
            if lagrangian is not None:
                if len(lagrangian.lows) <= MOST_ROWS:
                    generation = Generation(lagrangian, self.incumbent.interrupter)
                self._sweep(lagrangian, None if generation is None else generation.master)
                self._look_how_long(lagrangian, generation)
        finally:
            self.ready.set()
        self._renew(until_whole=True)
        if self.renewal is not None and self.renewal.held() is None and not self.incumbent.refuted:
            self._offer_or_repair(self.renewal.roster.roster())
        if lagrangian is not None and self.climbing:
            self._ascend(lagrangian, generation if self.converging else None)
        if generation is not None and self.converging:
            if self.alone or self.climbing:
                self._renew(RENEWAL_SHARE_BEFORE)
            self._generate(generation)
        else:
            self._renew()
        self.improve(0)

    def _bring_in(self) -> None:
        """See that the best roster is a solution of the whole model, which is made first if that is not done yet."""
        if self.over:
            return
        self.incumbent.parts  # noqa: B018 - takes long, so not while nobody else may offer
        with self.offering:
            schedule = self.incumbent.schedule()
            if schedule is not None and self.incumbent.held() is None:
                offer_roster(self.incumbent, schedule, self.budget.seconds)

    def _worth_a_model(self, share: float = 1.0) -> bool:
        """Whether the whole model is worth its time, when such a share of the time that is left is left."""
        return share * self.budget.seconds >= MODEL_WORTH * self.reading

    def _look_how_long(self, lagrangian: Lagrangian, generation: Generation | None) -> None:
        """Price everybody once: what is worth its time hangs on how long that takes, before others are at work.

        At no prices at all, which prove a first bound, or that somebody has no row.
        """
        rows, began = len(lagrangian.lows), self.budget.elapsed
        priced = lagrangian.at(np.zeros(rows), self.budget)
        if priced is not None and math.isfinite(priced.value):
            self.incumbent.prove(bound_of(priced.value))
        elif priced is not None:
            self.incumbent.refute()
        pricing, left = self.budget.elapsed - began, max(self.budget.seconds, LEAST_SECONDS)
        work = math.inf if generation is None else rows**2 * pricing / left
        steep = generation is None or generation.large or work >= WORK_A_SECOND
        self.climbing = steep and ASCENT_STEPS * pricing < ASCENT_SHARE * left
        self.converging = work < (WORK_BEGUN if self.climbing else WORK_A_SECOND)

    def _generate(self, generation: Generation) -> None:
        """Nearly the bound, a roster from diving, the rest of the bound, other dives; each where it is worth its time.

        The rest of the bound waits until the roster is nearly as good: before, there is more to gain in less time.
        After an ascent the dive comes first: the master's optimum is good then, though its prices prove little.
        """
        began = self.budget.seconds

        def proved(bound: int) -> None:
            self.incumbent.prove(bound)
            if generation.gap < HOPEFUL and self.incumbent.objective is not None:
                self.promising.set()

        part = self.budget.part(SHARE_ALONE if self.alone else SHARE, 0.0)
        begun = generation.solved is not None
        if begun:
            if self.incumbent.objective is not None:
                self.promising.set()
        else:
            generation.run(part, proved, near=PROMISING)
            generation.run(part, proved, near=NEARLY, patience=PATIENT)
        self._tell_prices(generation)
        expected = DIVE * (began - self.budget.seconds)
        chance: random.Random | None = None
        vain, most_vain = 0.0, VAIN_SHARE * began
        while (begun or generation.gap < HOPEFUL) and self.budget.seconds > expected and vain <= most_vain and not self.over:
            held, before = self.incumbent.objective, self.budget.seconds
            mended = 1.0 if self.renewal is None else MENDED_LARGE if generation.large else MENDED
            below = math.inf if held is None else held * mended
            found = dive(generation, self.budget.part(DIVE_SHARE, 0.0), below, chance)
            self.promising.clear()
            held = self.incumbent.objective
            if found is not None:
                self._offer(found)
            if self.incumbent.objective is None:
                return  # for those who look for any roster at all
            took = before - self.budget.seconds
            vain = vain + took if self.incumbent.objective == held else 0.0
            expected = AGAIN * took
            if self._nearly_as_good(generation) or (generation.large and chance is None):
                self._converge(generation)
            elif chance is None:
                self.unproved = generation
            chance = chance or random.Random(self.problem.options.seed)
        self.promising.clear()
        if chance is None:
            self._converge(generation)

    def _ascend(self, lagrangian: Lagrangian, generation: Generation | None) -> None:
        """A bound without a master, prices, and rows that make its first optimum good: those of it are the next roster."""
        assert self.columns is not None
        self.ascending.set()
        try:
            ascended = ascend(lagrangian, self.budget.part(ASCENT_SHARE, 0.0), self.incumbent.prove)
            if ascended is None:
                return
            self.columns.prices = self.columns.guide = ascended.prices
            if generation is not None:
                generation.begin(ascended)
                generation.run(self.budget.part(OPTIMUM_SHARE, 0.0), near=math.inf)
                self.converging = generation.solved is not None
                leading = leading_rows(generation) if self.converging else None
                if leading is not None and self.renewal is not None:
                    self.renewal.take_over({staff: column.row for staff, column in leading.items()})
        finally:
            self.ascending.clear()

    def _converge(self, generation: Generation) -> None:
        """The rest of the bound."""
        self.unproved = None
        part = self.budget.part(SHARE_ALONE if self.alone else SHARE, 0.0)
        if generation.large:
            generation.climb(part, self.incumbent.prove)
        else:
            generation.run(part, self.incumbent.prove)
        self._tell_prices(generation)

    def _tell_prices(self, generation: Generation) -> None:
        assert self.columns is not None
        self.columns.prices = generation.center

    def _nearly_as_good(self, generation: Generation) -> bool:
        """Whether the roster is so near the master's optimum that the rest of the bound is worth its time."""
        held, solved = self.incumbent.objective, generation.solved
        return held is not None and solved is not None and held - solved.value <= CLOSE * held

    @property
    def over(self) -> bool:
        return self.incumbent.over or self.budget.spent

    def _offer(self, found: dict[str, Ints]) -> None:
        """Offer a roster of a dive; where it can be made better row by row, that too."""
        assert self.columns is not None
        self._offer_or_repair(found)
        if self.renewal is not None:
            self.renewal.take_over(found)
            self.renewal.run(self.budget.part(POLISH_SHARE, 0.0), cycles=1, guide=self.columns.guide)
            self._offer_renewed(self.renewal)

    def _offer_or_repair(self, found: dict[str, Ints]) -> None:
        """Offer a roster of columns; a broken one is repaired where there is no other."""
        assert self.columns is not None
        schedule = schedule_of(self.columns.rows, found)
        if not offer_roster(self.incumbent, schedule, self.budget.seconds) and self.incumbent.objective is None:
            self._repair(schedule)

    def _sweep(self, lagrangian: Lagrangian, master: Master | None) -> None:
        """Rosters made person by person; where counts alone couple people, the best there is is to be made anew."""
        assert self.columns is not None
        rows, marginals = self.columns.rows, Marginals(lagrangian.coupling)
        swept = sweep(lagrangian, marginals, self.problem.options.seed, self.budget.part(SWEEP_SHARE, 0.0), master)
        if not marginals.exact or self.problem.groups:
            for roster in swept:
                offer_roster(self.incumbent, schedule_of(rows, roster.roster()), self.budget.seconds)
            return
        begun = min(swept, key=Rowwise.cost) if swept else Rowwise(lagrangian, marginals)
        held, objective = self.incumbent.schedule(), self.incumbent.objective
        if held is not None and objective is not None and (begun.wanting() or objective < begun.cost()):
            begun.take_over(roster_of(rows, held))
        self.renewal = Renewal(begun, self.problem.options.seed)

    def _renew(self, share: float = RENEWAL_SHARE, *, until_whole: bool = False) -> None:
        """Take part in making a roster anew row by row, as long as that gains much and nobody found a better one."""
        renewal = self.renewal
        if renewal is None:
            return
        assert self.columns is not None
        whole, good = self.budget.part(WHOLE_SHARE, 0.0), self.budget.part(share, 0.0)
        modelled = self.incumbent.modelled
        while not (self.over or renewal.slow or good.spent or self.promising.is_set()):
            if not modelled and self.incumbent.held() is not None:
                break  # a model that others made: what is won by it is won sooner
            if until_whole if renewal.held() is not None else whole.spent:
                break
            if self.ascending.is_set():
                time.sleep(POLL_SECONDS)
                continue
            renewal.run(self.budget.part(LOOK_SHARE, LEAST_LOOK, at_most=LOOK_SECONDS), guide=self.columns.guide)
            if not self._offer_renewed(renewal, wait=False):
                return
        self._offer_renewed(renewal)

    def _offer_renewed(self, renewal: Renewal, *, wait: bool = True) -> bool:
        """Offer the best roster made row by row; whether nobody is known to have a better one.

        While another thread offers one, it is left at that or waited for.
        """
        assert self.columns is not None
        made = renewal.held()
        if made is None or not self.offering.acquire(blocking=wait):
            return True
        try:
            roster, cost = made
            held = self.incumbent.objective
            if held is None or cost < held:
                offer_roster(self.incumbent, schedule_of(self.columns.rows, roster), self.budget.seconds)
            return held is None or cost <= held
        finally:
            self.offering.release()

    def _begin(self) -> Lagrangian | None:
        """Read the coupling of everybody's rows, where that is worth its time."""
        if not compiled(lambda: self.over):
            return None
        rows, began = Rows(self.problem), self.budget.elapsed
        model = build(self.problem, Mode.SOLVE, self.budget, spoken_for=rows.spoken_for)
        if model is None:
            return None
        coupling = couple(model, rows)
        self.reading = self.budget.elapsed - began
        self.columns = Columns(rows, coupling)
        return Lagrangian.of(rows, coupling, self.helpers)

    def _repair(self, schedule: Schedule) -> None:
        """Let CP-SAT change the rows of those whose hard rules are broken."""
        broken = [v for v in check(self.problem, schedule) if v.severity == "hard"]
        people = {s for v in broken for s in v.staff_ids}
        dates = {d for v in broken if not v.staff_ids for d in v.dates}
        free = {cell for cell in self.incumbent.parts.where if cell[0] in people or cell[1] in dates}
        offer_roster(self.incumbent, schedule, self.budget.seconds, free)

    def _find_first(self, index: int) -> None:
        """Some roster, by the hard rules alone: CP-SAT finds it far sooner than one that it is to price as well."""
        model = build(self.problem, Mode.SOLVE, self.budget, lambda fact: fact.hard)
        if model is None:
            return
        solver = brief_solver(self.budget.seconds, self.budget.seconds, self.problem.options.seed + index)
        found = threading.Event()

        def watch() -> None:
            while not found.wait(POLL_SECONDS):
                if self.incumbent.objective is not None:
                    solver.stop_search()

        threading.Thread(target=watch, daemon=True).start()
        try:
            with self.incumbent.interrupter.running(solver.stop_search):
                status = solver.solve(model.cp)
        finally:
            found.set()
        if status == cp_model.INFEASIBLE:
            self.incumbent.refute()
        elif status in (cp_model.OPTIMAL, cp_model.FEASIBLE) and self.incumbent.objective is None:
            offer_roster(self.incumbent, Schedule(model.solution(solver)), self.budget.seconds)

    def improve(self, index: int) -> None:
        """Large neighbourhood search; by columns too as soon as they can be had."""
        seed = self.problem.options.seed * 1000 + index
        if not self.ready.is_set() and self.incumbent.held() is not None:
            head_start = Improver(self.problem, self.incumbent, self.budget, seed)
            head_start.run(until=self.ready.is_set)
        while not (self.ready.wait(POLL_SECONDS) or self.over):
            pass
        if index == 1 and self.converging and not self.climbing:
            self._bring_in()  # the model will be wanted as soon as a dive has ended
        if index:
            makes = index == 1 and not self.incumbent.modelled and self._worth_a_model(1 - MODEL_SHARE)
            self._renew(MODEL_SHARE if makes else RENEWAL_SHARE)
        while self.promising.is_set() and not self.over:
            time.sleep(POLL_SECONDS)
        if self.incumbent.objective is None and (index or self.alone):
            self._find_first(index)
        if not (self.incumbent.modelled or self._worth_a_model()):
            self._renew(1.0)
        self._bring_in()
        while self.incumbent.held() is None:
            if self.over or index == 0:
                return
            time.sleep(POLL_SECONDS)
        renewal = None if self.renewal is None else self.renewal.beside(seed)
        improver = Improver(
            self.problem, self.incumbent, self.budget, seed, self.columns, rests=self.promising, renewal=renewal
        )
        if index == 0 and self.unproved is not None:
            improver.run(until=partial(self._nearly_as_good, self.unproved))
            if not self.over:
                self._converge(self.unproved)
        improver.run()
