"""Fairness: everybody of the scope gets about the same share.

With c(s) the person's count in the period + `history_counts`, over people of the scope employed the whole period:

    amount = max(0, max_s c(s) − min_s c(s) − 1)

Measures: days `off` (kind off, open days), `early` and `late` shifts (by role, open days), worked `weekend`s, `cover`s.
For `cover` the assignments of equal order in one group are compared with each other, one amount per group and order.
Amount: units of the measure, per scope. Default: days off within each status, soft, weight 5. People on call are left out.
Two integer variables per comparison.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import Fairness
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.model import Lit, RosterModel

REACH: Reach = "roster"


class Peers(NamedTuple):
    """People whose counts are compared; for covers, those of one order in one group."""

    staff_ids: tuple[str, ...]
    group_id: str | None = None


def _comparisons(problem: Problem, entry: Fairness) -> list[Peers]:
    whole = [
        s
        for s in problem.in_scope(entry.scope)
        if s not in problem.on_call and len(problem.employed_days(s)) == len(problem.days)
    ]
    if entry.measure != "cover":
        return [Peers(tuple(whole))] if len(whole) > 1 else []
    found = []
    for group in problem.groups:
        by_order: dict[int, list[str]] = {}
        for a in problem.assignments_of[group.id]:
            if a.staff_id in whole and a.staff_id not in by_order.get(a.priority_order, []):
                by_order.setdefault(a.priority_order, []).append(a.staff_id)
        found += [Peers(tuple(people), group.id) for people in by_order.values() if len(people) > 1]
    return found


def _earlier(problem: Problem, entry: Fairness, staff: str) -> int:
    return problem.history_counts.get(staff, {}).get(entry.measure, 0)


def _symbols(problem: Problem, entry: Fairness) -> tuple[str, ...]:
    return problem.of_kind("off") if entry.measure == "off" else problem.of_role(entry.measure)


def fact(problem: Problem, i: int, peers: Peers) -> Fact:
    """One comparison of one entry."""
    entry = problem.settings.fairness[i]
    message = say("rules.fairness_fact", what=_what(problem, entry, peers))
    dates = (problem.period.start, problem.period.end)
    path = pointer("settings", "fairness", i)
    return Fact("fairness", path, entry.hard, entry.weight, message, peers.staff_ids, peers.group_id, dates)


def _what(problem: Problem, entry: Fairness, peers: Peers) -> str:
    if peers.group_id is not None:
        return say("rules.fairness_covers_for", group=problem.group_by_id[peers.group_id].label)
    return say(f"rules.fairness_{entry.measure}")


# ---- into the model -------------------------------------------------------------------------------


def constrain(model: RosterModel, problem: Problem) -> None:
    """Bound the difference between the highest and the lowest count."""
    for i, entry in enumerate(problem.settings.fairness):
        for peers in _comparisons(problem, entry) if entry.is_active else ():
            most = len(problem.days) + max(_earlier(problem, entry, s) for s in peers.staff_ids)
            highest, lowest = model.count(0, most), model.count(0, most)
            for staff in peers.staff_ids:
                lits = _counted(model, problem, entry, staff, peers)
                model.between(lowest, lits, _earlier(problem, entry, staff), highest)
            model.within(fact(problem, i, peers), None, [highest, lowest], 1, [1, -1])


def _counted(model: RosterModel, problem: Problem, entry: Fairness, staff: str, peers: Peers) -> list[Lit]:
    if entry.measure == "cover":
        group = problem.group_by_id[peers.group_id or ""]
        return [model.covering(group, d).get(staff, 0) for d in problem.open_days]
    if entry.measure == "weekend":
        work = problem.of_kind("work")
        return [
            model.any_of([model.standing(staff, d, work) for d in weekend if problem.employed(staff, d)])
            for weekend in problem.period.weekends()
        ]
    symbols = _symbols(problem, entry)
    return [lit for d in problem.open_days for lit in model.cell(staff, d, symbols)]


# ---- the check ------------------------------------------------------------------------------------


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Count, compare, name the extremes."""
    for i, entry in enumerate(problem.settings.fairness):
        for peers in _comparisons(problem, entry) if entry.is_active else ():
            counts = {
                s: _count(problem, schedule, coverage, entry, s, peers) + _earlier(problem, entry, s)
                for s in peers.staff_ids
            }
            most, least = max(counts, key=lambda s: counts[s]), min(counts, key=lambda s: counts[s])
            amount = counts[most] - counts[least] - 1
            if amount > 0:
                message = say(
                    "rules.fairness_found",
                    what=_what(problem, entry, peers),
                    most=problem.label(most),
                    high=counts[most],
                    least=problem.label(least),
                    low=counts[least],
                )
                yield fact(problem, i, peers)._replace(staff_ids=(most, least)).broken_by(amount, message)


def _count(problem: Problem, schedule: Schedule, coverage: Coverage, entry: Fairness, staff: str, peers: Peers) -> int:
    if entry.measure == "cover":
        triggers = (t for t in coverage.triggers.values() if t.group.id == peers.group_id)
        return sum(staff in {e.staff_id for e in t.coverers} for t in triggers)
    row = schedule.row(staff)
    if entry.measure == "weekend":
        working = {day for day, symbol in row.items() if problem.shift_by_symbol[symbol].kind == "work"}
        return sum(bool(working.intersection(weekend)) for weekend in problem.period.weekends())
    symbols = _symbols(problem, entry)
    return sum(symbol in symbols for day, symbol in row.items() if not problem.closed(day))
