"""Neighbourhoods: which cells of a roster are thought over while all others stay.

Each is a small function: (team, chance, cells) → about so many cells to free. `team` knows the problem and what the best
roster so far does wrong. A neighbourhood that does not apply to a problem answers nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from solver.domain.fact import Violation
from solver.domain.problem import Problem

Cells = set[tuple[str, date]]
LEAST_DAYS, MOST_DAYS = 7, 28
AIMED = 0.7
BLOCK_DAYS = 14
"""Blocks of people reach over at least two weeks: shorter ones hardly ever help (measured)."""


class Excess(NamedTuple):
    """What some days of a roster cost together beyond what prices prove, so that it may well be saved."""

    days: tuple[date, ...]
    cost: float


class Team:
    """What neighbourhoods ask of a problem and its best roster."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days = problem.open_days
        self.staff = tuple(p.id for p in problem.staff if problem.employed_days(p.id))
        self._judge: Callable[[], tuple[Violation, ...]] = tuple
        self._wrong: tuple[Violation, ...] | None = None
        self._weigh: Callable[[], list[Excess]] = list
        self._excess: list[Excess] | None = None
        self.gap = 0

    def look_at(
        self, judge: Callable[[], tuple[Violation, ...]], weigh: Callable[[], list[Excess]] = list, gap: int = 0
    ) -> None:
        """There is another best roster; `judge` tells what it does wrong, `weigh` where it costs more than prices prove.

        `gap`: how much it costs beyond the bound in all.
        """
        self._judge, self._wrong = judge, None
        self._weigh, self._excess = weigh, None
        self.gap = gap

    @property
    def wrong(self) -> tuple[Violation, ...]:
        """What the best roster does wrong."""
        if self._wrong is None:
            self._wrong = self._judge()
        return self._wrong

    @property
    def excess(self) -> list[Excess]:
        """Where the best roster costs more than prices prove; nothing where that is not known."""
        if self._excess is None:
            self._excess = self._weigh()
        return self._excess

    def window(self, chance: random.Random, days: int, around: date | None = None) -> tuple[date, ...]:
        """Consecutive open days, somewhere or around a date."""
        days = min(max(1, days), len(self.days))
        last = len(self.days) - days
        if around is not None and around in self.days:
            at = self.days.index(around)
            first = chance.randint(max(0, at - days + 1), min(at, last))
        else:
            first = min(max(chance.randint(-(days // 2), last + days // 2), 0), last)  # the borders are as likely as any day
        return self.days[first : first + days]

    def cells(self, staff: tuple[str, ...] | list[str], days: tuple[date, ...]) -> Cells:
        """The free cells of some people on some days."""
        problem = self.problem
        return {(s, d) for s in staff for d in days if problem.employed(s, d) and problem.pinned(s, d) is None}


Neighbourhood = Callable[[Team, random.Random, int], Cells]


def everything(team: Team, _chance: random.Random, _cells: int) -> Cells:
    """Every cell, however many are asked for."""
    return team.cells(team.staff, team.days)


def days_of_everybody(team: Team, chance: random.Random, cells: int) -> Cells:
    """Everybody, on some days in a row; mostly around something that is wrong, or dearer than it need be."""
    return team.cells(team.staff, _aimed_window(team, chance, round(cells / len(team.staff))))


def days_of_two_weeks(team: Team, chance: random.Random, cells: int) -> Cells:
    """Everybody, on some days in a row, drawn like those above, and on the same days of another week.

    What is missing in one week is often to be had in another, as somebody's hours and weekends are counted over both.
    """
    days = _aimed_window(team, chance, round(cells / len(team.staff) / 2))
    open_days, reach = set(team.days), (team.days[-1] - team.days[0]).days
    shifts = [sign * week for week in range(7, reach + 1, 7) for sign in (1, -1)]
    moved = [[day + timedelta(shift) for day in days] for shift in shifts]
    others = [found for other in moved if (found := [day for day in other if day in open_days])]
    if not others:
        return set()
    return team.cells(team.staff, (*days, *chance.choices(others, [len(other) for other in others])[0]))


def weeks_of_some(team: Team, chance: random.Random, cells: int) -> Cells:
    """Some people, over weeks."""
    days = team.window(chance, chance.randint(BLOCK_DAYS, max(BLOCK_DAYS, min(MOST_DAYS, len(team.days)))))
    return team.cells(_some(team, chance, cells // len(days)), days)


def around_a_violation(team: Team, chance: random.Random, cells: int) -> Cells:
    """The people and days of something that is wrong, dear things more often, and others beside them."""
    violation = _something_wrong(team, chance)
    if violation is None:
        return set()
    days = team.window(chance, chance.choice((7, 10, BLOCK_DAYS)), around=chance.choice(violation.dates))
    people = list(violation.staff_ids)[: max(1, cells // len(days))]
    others = [s for s in _some(team, chance, cells // len(days)) if s not in people]
    return team.cells(people + others[: max(0, cells // len(days) - len(people))], days)


def a_group_and_its_backups(team: Team, chance: random.Random, cells: int) -> Cells:
    """Groups that share people, their members and backups together, on days in a row."""
    groups = list(team.problem.groups)
    if not groups:
        return set()
    days = team.window(chance, chance.randint(LEAST_DAYS, BLOCK_DAYS))
    people: dict[str, None] = {}
    for group in chance.sample(groups, len(groups)):
        members = [*group.members, *(a.staff_id for a in team.problem.assignments_of[group.id])]
        if people and len(people) + len(members) > cells // len(days):
            break
        people.update(dict.fromkeys(members))
    return team.cells([s for s in team.staff if s in people], days)


def _aimed_window(team: Team, chance: random.Random, days: int) -> tuple[date, ...]:
    return team.window(chance, days, _dear_day(team, chance) if chance.random() < AIMED else None)


def _dear_day(team: Team, chance: random.Random) -> date | None:
    """A day that costs more than prices prove, as often as that is of the gap; else one on which something is wrong."""
    if sum(excess.cost for excess in team.excess) > chance.random() * team.gap:
        return chance.choice(chance.choices(team.excess, [excess.cost for excess in team.excess])[0].days)
    violation = _something_wrong(team, chance)
    return None if violation is None else chance.choice(violation.dates)


def _something_wrong(team: Team, chance: random.Random) -> Violation | None:
    """A violation, dear ones more often; None where nothing is wrong."""
    wrong = [v for v in team.wrong if v.penalty and v.dates]
    return chance.choices(wrong, [v.penalty for v in wrong])[0] if wrong else None


def _some(team: Team, chance: random.Random, number: int) -> list[str]:
    return chance.sample(team.staff, min(len(team.staff), max(2, number)))


NEIGHBOURHOODS: tuple[Neighbourhood, ...] = (
    days_of_everybody,
    days_of_two_weeks,
    weeks_of_some,
    around_a_violation,
    a_group_and_its_backups,
)
