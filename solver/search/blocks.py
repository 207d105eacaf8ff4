"""Large teams: thought over block by block, people who cover each other together, and bounded block by block.

Groups and their backups tie some people closely; what ties all of them — limits per day, demand, fairness — is loose.
So a block of people who belong together, over some weeks, is solved beside the others as they stand, one block after the
other; then large neighbourhood search goes on with parts of every kind. The bound is the sum of what each block costs at
the least by itself, whatever speaks of others too left out, and every cost counted in one block only.
"""

from __future__ import annotations

import itertools
import math
import queue
import random
import threading
from datetime import date
from functools import partial

from ortools.sat.python import cp_model

from solver.domain.group import StaffGroup
from solver.domain.problem import Problem
from solver.search.budget import LEAST_SECONDS, Budget
from solver.search.complete import brief_solver, offer_change
from solver.search.incumbent import Incumbent
from solver.search.lns import Improver
from solver.search.neighbourhoods import Cells, Team, days_of_everybody, weeks_of_some
from solver.search.parts import Part
from solver.search.threads import run_beside

PEOPLE, DAYS = 25, 31
"""About the size of a block. Twice as many people take much longer than twice the time."""
BLOCK_SHARE = 0.5  # of the time, at most, for the first look at all blocks
BOUND_SHARE = 0.35  # of the time, at most, for the bound
LEAST_LOOK, LONGEST_LOOK = 0.5, 4.0  # seconds for a block
CLOSE_DAYS = 10


def improve_by_blocks(problem: Problem, incumbent: Incumbent, budget: Budget, threads: int) -> None:
    """Improve the incumbent, which has to have a roster, and its bound until the search is over."""
    ending = threading.Event()
    inner = Budget(budget.seconds, None, ending)
    shared = _Shared(problem, incumbent, inner, threads)
    run_beside([partial(shared.run, i) for i in range(threads)], incumbent, ending)


def circle_of(problem: Problem, group: StaffGroup) -> list[str]:
    """A group's members and its backups."""
    everybody = [*group.members, *(a.staff_id for a in problem.assignments_of[group.id])]
    return [s for s in dict.fromkeys(everybody) if s in problem.staff_by_id]


def together(problem: Problem, people: int) -> list[list[str]]:
    """Everybody, in lists of about so many; a group and its backups stand together in one of them."""
    blocks: list[list[str]] = []
    block: dict[str, None] = {}
    circles = [circle_of(problem, group) for group in problem.groups]
    inside = {staff for circle in circles for staff in circle}
    alone = [[person.id] for person in problem.staff if person.id not in inside]
    for circle in (*circles, *alone):
        block.update(dict.fromkeys(circle))
        if len(block) >= people:
            blocks.append(list(block))
            block = {}
    return [*blocks, list(block)] if block else blocks


class _Shared:
    """What the threads share."""

    def __init__(self, problem: Problem, incumbent: Incumbent, budget: Budget, threads: int) -> None:
        self.problem, self.incumbent, self.budget, self.threads = problem, incumbent, budget, threads
        self.chance = random.Random(problem.options.seed)
        self.team = Team(problem)
        self.circles = [circle_of(problem, group) for group in problem.groups]
        self.people = together(problem, PEOPLE)
        windows = _windows(problem)
        blocks = [(people, days) for days in windows for people in self.people]
        self.waiting: queue.SimpleQueue[tuple[list[str], tuple[date, ...]]] = queue.SimpleQueue()
        for block in blocks:
            self.waiting.put(block)
        look = budget.seconds * BLOCK_SHARE * threads / max(1, len(blocks))
        self.look = min(max(look, LEAST_LOOK), LONGEST_LOOK)

    def run(self, index: int) -> None:
        """One thread: blocks first, the first thread the bound in between; then large neighbourhood search."""
        until = self.budget.elapsed + BLOCK_SHARE * self.budget.seconds
        if index == 0 and self.threads > 1:
            self._bound()
        while not self.over and self.budget.elapsed < until:
            try:
                people, days = self.waiting.get_nowait()
            except queue.Empty:
                break
            self._think_over(self.team.cells(people, days), index)
        if index == 0 and self.threads == 1:
            self._bound()
        seed = self.problem.options.seed * 1000 + index
        ways = (self.some_together, self.near_a_cost, days_of_everybody, weeks_of_some)
        Improver(self.problem, self.incumbent, self.budget, seed, None, ways).run()

    @property
    def over(self) -> bool:
        return self.incumbent.over or self.budget.spent

    def _think_over(self, cells: Cells, seed: int) -> None:
        held = self.incumbent.held()
        if held is None or not cells:
            return
        part = self.incumbent.parts.part(cells, held[0])
        part.hint()
        solver = brief_solver(max(LEAST_SECONDS, min(self.budget.seconds, 2 * self.look)), self.look, seed)
        solver.parameters.linearization_level = 2
        with self.incumbent.interrupter.running(solver.stop_search):
            status = solver.solve(part.cp)
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) and round(solver.objective_value) < held[1]:
            found = part.whole(solver.response_proto.solution)
            offer_change(self.incumbent, part, found, round(solver.objective_value), self.budget.seconds)

    # ---- the bound --------------------------------------------------------------------------------

    def _bound(self) -> None:
        """Add up what the blocks cost beyond their least; each is proved at once, with the others' costs at theirs."""
        parts = self.incumbent.parts
        until = self.budget.elapsed + BOUND_SHARE * self.budget.seconds
        unpaid, bound = parts.costs.copy(), parts.least
        for i, people in enumerate(self.people):
            left = until - self.budget.elapsed
            if self.over or left <= 0:
                break
            part = parts.alone(parts.variables_of(self.team.cells(people, self.team.days)), unpaid)
            bound += self._beyond(part, min(left, 2 * left / (len(self.people) - i)))
            unpaid[part.own] = 0
            self.incumbent.prove(bound)

    def _beyond(self, part: Part, seconds: float) -> int:
        """What a part by itself costs at the least, as far as that was proved in time."""
        solver = brief_solver(max(LEAST_SECONDS, seconds), seconds, 0)
        solver.parameters.linearization_level = 2
        with self.incumbent.interrupter.running(solver.stop_search):
            status = solver.solve(part.cp)
        known = status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN)
        bound = solver.best_objective_bound
        return max(0, math.ceil(bound - 1e-6)) if known and math.isfinite(bound) else 0

    # ---- neighbourhoods ---------------------------------------------------------------------------

    def some_together(self, team: Team, chance: random.Random, cells: int) -> Cells:
        """Groups that share people, with their backups, over weeks."""
        days = team.window(chance, DAYS)
        people: dict[str, None] = {}
        groups = self.problem.groups
        first = chance.randrange(len(groups)) if groups else 0
        for group in (*groups[first:], *groups[:first]):
            members = circle_of(self.problem, group)
            if people and len(people) + len(members) > cells // len(days):
                break
            people.update(dict.fromkeys(members))
        return team.cells([s for s in team.staff if s in people], days)

    def near_a_cost(self, team: Team, chance: random.Random, cells: int) -> Cells:
        """The people and days of something that costs, dear things more often, with others of their groups."""
        held = self.incumbent.held()
        if held is None:
            return set()
        parts = self.incumbent.parts
        dear, costs = parts.dear_cells(held[0])
        if not len(dear):
            return set()
        near = parts.cells_near(chance.choices(dear.tolist(), costs.tolist())[0])
        if not near:
            return set()
        days = team.window(chance, chance.choice((7, CLOSE_DAYS, 14, 21)), around=chance.choice(near)[1])
        number = max(2, cells // len(days))
        people = list(dict.fromkeys(s for s, _ in near))
        chosen = dict.fromkeys(chance.sample(people, min(len(people), max(1, number // 2))))
        for circle in self.circles:
            if len(chosen) < number and not chosen.keys().isdisjoint(circle):
                chosen.update(dict.fromkeys(circle))
        rest = [s for s in chance.sample(team.staff, min(len(team.staff), number)) if s not in chosen]
        return team.cells([*chosen, *rest[: max(0, number - len(chosen))]], days)


def _windows(problem: Problem) -> list[tuple[date, ...]]:
    """The open days in windows of about a month."""
    days = problem.open_days
    count = max(1, round(len(days) / DAYS))
    cuts = [round(i * len(days) / count) for i in range(count + 1)]
    return [days[a:b] for a, b in itertools.pairwise(cuts) if b > a]
