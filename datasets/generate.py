"""Teams of any size, from a seed, each with a roster planted in it.

A generated problem is feasible by construction: the roster comes first, and every hard rule is one that it keeps.

1. The planted roster knows ○, × and ⊘. It begins with everybody on ○. A day off is given only where afterwards each
   group with absent members still has as many eligible backups standing as it needs, and no more members off than it
   may. So coverage holds after each step; and as nobody stands on △ or ◇, no backup is passed over at work. On-call
   people stand on ○ where those before them in a group's chain do not suffice, else on ⊘.
2. Limits are drawn around it. The daily bounds contain its lightest and its busiest day; it gives at most three days off
   in a week and two in seven over the period, as the maxima allow; the monthly minimum is lowered until, prorated,
   everybody reaches it. Prefilled cells are cells of it.
3. The other hard rules, rest time and blocked △ or ◇, cannot be broken by ○, × and ⊘. Demand, requests and wishes are
   soft.

The same arguments give the same document in every process: the only chance is one `random.Random(seed)`.
"""

from __future__ import annotations

import random
from datetime import date
from typing import Any, NamedTuple

from datasets.planting import Roster, grow
from datasets.rules import demand_of, limits_of, prefilled_of, requests_of, wishes_of
from datasets.team import assignments_of, calendar_of, groups_of, people_of
from solver.domain.period import plus
from solver.domain.problem import MOST_DAYS, MOST_STAFF
from solver.domain.reading import read_problem

__all__ = ["Planted", "generate", "plant"]

START = date(2026, 12, 1)


class Planted(NamedTuple):
    """A problem document, and a roster (staff id → ISO date → symbol) that breaks none of its hard rules."""

    problem: dict[str, Any]
    roster: Roster


def generate(
    staff: int,
    days: int,
    *,
    seed: int = 0,
    groups: int | None = None,
    backups: int | None = None,
    start: date = START,
    hard: bool = True,
) -> dict[str, Any]:
    """Make the problem document of a realistic team; see `plant`, which also hands out the roster inside."""
    return plant(staff, days, seed=seed, groups=groups, backups=backups, start=start, hard=hard).problem


def plant(
    staff: int,
    days: int,
    *,
    seed: int = 0,
    groups: int | None = None,
    backups: int | None = None,
    start: date = START,
    hard: bool = True,
) -> Planted:
    """Make a team of `staff` people over `days` days, and a roster it can live with.

    `groups`: how many, of two to five members as far as people suffice; by default one for every four people.
    `backups`: how many of the staff are on call and come in only to cover; by default one in fifteen. A group's first backup
    is always a colleague. `hard`: whether limits and group conflicts are hard, or cost their default weights.

    Raises
    ------
    ValueError
        A number is out of bounds.
    """
    _within("staff", staff, 1, MOST_STAFF)
    _within("days", days, 1, MOST_DAYS)
    backups = (staff + 7) // 15 if backups is None else backups
    _within("backups", backups, 0, staff - 1)
    groups = (staff - backups + 2) // 4 if groups is None else groups
    _within("groups", groups, 0, staff - backups)

    rng = random.Random(seed)
    people = people_of(rng, staff, backups, days, start)
    ids = [person["id"] for person in people]
    core, on_call = ids[: staff - backups], ids[staff - backups :]
    rows = groups_of(rng, core, groups, hard=hard)
    settings: dict[str, Any] = {
        "staff_groups": rows,
        "backup_assignments": assignments_of(rows, core, on_call, days, start),
        "group_conflict": {"symbols": ["×"], "max": 1, "hard": hard},
        "calendar": calendar_of(rng, days, start),
    }
    document: dict[str, Any] = {
        "period": {"start": start.isoformat(), "end": plus(start, days - 1).isoformat()},
        "staff": people,
        "settings": settings,
    }
    team = read_problem(document)
    roster = grow(team, rng)
    prefilled = prefilled_of(rng, team, roster)
    settings |= limits_of(team, roster, hard=hard)
    settings["demand"] = demand_of(team, roster)
    settings["rest"] = [{"minutes": 660}]
    settings["priority_rules"] = wishes_of(rng, team)
    settings["requests"] = requests_of(rng, team, prefilled)
    document["prefilled"] = prefilled
    return Planted(document, roster)


def _within(name: str, found: int, low: int, high: int) -> None:
    if not low <= found <= high:
        raise ValueError(f"{name}: found {found}, expected {low} to {high}")
