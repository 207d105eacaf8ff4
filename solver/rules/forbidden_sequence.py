"""Forbidden sequence: these symbols do not stand on consecutive days.

    Σ{j<n} Σ{k∈symbols_j} x[s, d+j, k] ≤ n − 1      ∀ s, d with d+n−1 in the period and no closed day among d … d+n−1

`days_of_week` and `dates` are about d, the day on which it begins.
Amount: 1 per occurrence. Default: ××, △×, ×△, △△ (as far as the symbols exist), soft, weight 30. An occurrence may begin
in `history`; one that lies there whole is past. Prefilled cells count. One clause per person and start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import plus
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import in_turn
from solver.model import Lit, RosterModel

REACH: Reach = "person"


def fact(problem: Problem, i: int, staff: str, dates: tuple[date, ...]) -> Fact:
    """One sequence for one person on consecutive days."""
    entry = problem.settings.forbidden_sequences[i]
    shown = in_turn("/".join(place) for place in entry.symbols)
    name, first, last = problem.label(staff), dates[0], dates[-1]
    message = say("rules.forbidden_sequence_fact", name=name, first=first, last=last, symbols=shown)
    path = pointer("settings", "forbidden_sequences", i)
    return Fact("forbidden_sequence", path, entry.hard, entry.weight, message, (staff,), None, dates)


def constrain(model: RosterModel, problem: Problem) -> None:
    """Forbid the sequence from every start."""
    for i, entry in enumerate(problem.settings.forbidden_sequences):
        if not entry.is_active:
            continue
        n = len(entry.symbols)
        starts = [plus(problem.period.start, j) for j in range(1 - n, len(problem.days) - n + 1)]
        windows = [tuple(plus(start, j) for j in range(n)) for start in starts if problem.matches(entry, start)]
        open_windows = [window for window in windows if not any(problem.closed(d) for d in window)]
        for staff in problem.in_scope(entry.scope) if open_windows else ():
            if model.leaves_out(fact(problem, i, staff, open_windows[0])):
                continue
            for window in open_windows:
                lits = [_literal(model, problem, staff, d, entry.symbols[j]) for j, d in enumerate(window)]
                if not any(isinstance(lit, int) and lit == 0 for lit in lits):
                    model.forbid(fact(problem, i, staff, window), lits)


def _literal(model: RosterModel, problem: Problem, staff: str, day: date, symbols: tuple[str, ...]) -> Lit:
    if day < problem.period.start:
        return int(problem.before(staff, day) in symbols)
    return model.standing(staff, day, symbols) if problem.employed(staff, day) else 0


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Slide over every person's row, with the days before the period in front."""
    start = problem.period.start
    for i, entry in enumerate(problem.settings.forbidden_sequences):
        back = range(1 - len(entry.symbols), 1)
        windows = {last: tuple(plus(last, j) for j in back) for last in problem.days}
        for staff in problem.in_scope(entry.scope) if entry.is_active else ():
            row = schedule.row(staff)
            for last in problem.employed_days(staff):
                if row.get(last) not in entry.symbols[-1]:
                    continue  # most cells end no sequence: nothing else is looked at
                dates = windows[last]
                cells = [problem.before(staff, day) if day < start else row.get(day) for day in dates]
                if not all(symbol in place for symbol, place in zip(cells, entry.symbols, strict=True)):
                    continue
                inside = all(day < start or problem.employed(staff, day) for day in dates)
                if inside and problem.matches(entry, dates[0]) and not any(problem.closed(day) for day in dates):
                    shown = "".join(symbol or "" for symbol in cells)
                    name, first = problem.label(staff), dates[0]
                    message = say("rules.forbidden_sequence_found", name=name, first=first, last=last, symbols=shown)
                    yield fact(problem, i, staff, dates).broken_by(1, message)
