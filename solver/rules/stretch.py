"""Stretch: consecutive days of one kind (work, off) or on given symbols number between `min` and `max`.

With in(s, d) = Σ{k∈symbols} x[s,d,k], history's cells as constants:

    Σ{j=0..max} in(s, d+j) ≤ max                                                    (1) not too long
    ¬( ¬in(s, d−1) ∧ in(s, d) ∧ … ∧ in(s, d+l−1) ∧ ¬in(s, d+l) )   ∀ l < min        (2) not too short

Amount: days too long or too short, per stretch; a stretch that touches `history` counts the days there, and with
`include_history` one that the first day ends may be too short. Without history, at the period's end and at the ends of
employment a stretch is never too short, unless the `border` is closed: then nothing lies beyond. A closed day ends a
work stretch (its cells count for symbols of kind off or away only). Default: work at most 5, soft, weight 200. Per person
and set of symbols the most specific minimum and maximum apply. Size: |D| clauses per person for max, |D|·(min − 1) for min.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

from solver.covers import Coverage
from solver.domain.base import pointer
from solver.domain.entry import Stretch
from solver.domain.fact import Fact, Reach, Violation
from solver.domain.language import say
from solver.domain.period import plus
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.wording import between, span
from solver.model import Lit, RosterModel, negated

REACH: Reach = "person"


def _symbols(problem: Problem, entry: Stretch) -> tuple[str, ...]:
    return entry.symbols if entry.symbols is not None else problem.of_kind(entry.kind or "")


def _governing(problem: Problem) -> Iterator[tuple[str, str, int]]:
    """(person, side, index of the entry that governs him)."""
    entries = problem.settings.stretches

    def keys(entry: Stretch) -> list[tuple[frozenset[str], str]]:
        symbols = frozenset(_symbols(problem, entry))
        return [(symbols, side) for side in ("min", "max") if getattr(entry, side) is not None]

    for (staff, (_, side)), i in problem.most_specific(entries, keys).items():
        yield staff, side, i


def fact(problem: Problem, i: int, side: str, staff: str, dates: tuple[date, ...]) -> Fact:
    """One side of one entry for one person and some consecutive days."""
    entry = problem.settings.stretches[i]
    name, bounds = problem.label(staff), _bounds(entry, side)
    message = say("rules.stretch_fact", name=name, span=span(dates), bounds=bounds, what=_what(entry))
    path = pointer("settings", "stretches", i)
    return Fact("stretch", path, entry.hard, entry.weight, message, (staff,), None, dates)


def _bounds(entry: Stretch, side: str) -> str:
    return between(entry.min, None, "days") if side == "min" else between(None, entry.max, "days")


def _what(entry: Stretch) -> str:
    if entry.kind is not None:
        return say(f"rules.stretch_{entry.kind}")
    return say("rules.stretch_on", symbols="/".join(entry.symbols or ()))


# ---- into the model -------------------------------------------------------------------------------


def constrain(model: RosterModel, problem: Problem) -> None:
    """State (1) and (2) for every person."""
    for staff, side, i in _governing(problem):
        entry = problem.settings.stretches[i]
        if model.leaves_out(fact(problem, i, side, staff, problem.days[:1])):
            continue
        row = _row(model, problem, staff, _symbols(problem, entry))
        if entry.border == "closed":
            row = _with_ends(row)
        if side == "max":
            _not_too_long(model, problem, i, staff, row)
        else:
            _not_too_short(model, problem, i, staff, row)


def _row(model: RosterModel, problem: Problem, staff: str, symbols: tuple[str, ...]) -> dict[date, Lit]:
    """in(s, d) for the employed days and, as constants, the unbroken known days before them."""
    resting = tuple(k for k in symbols if problem.shift_by_symbol[k].kind != "work")
    row: dict[date, Lit] = {}
    day = plus(problem.period.start, -1)
    while problem.employed(staff, problem.period.start) and (symbol := problem.before(staff, day)) is not None:
        row[day] = int(symbol in (resting if problem.closed(day) else symbols))
        day = plus(day, -1)
    if row:
        row[day] = 0  # a stretch counts what history says, and begins where history does
    for day in problem.employed_days(staff):
        row[day] = model.standing(staff, day, resting if day in problem.closed_days else symbols)
    return dict(sorted(row.items()))


def _with_ends(row: dict[date, Lit]) -> dict[date, Lit]:
    """The row between two days on which the stretch is known not to be."""
    days = list(row)
    return {plus(days[0], -1): 0, **row, plus(days[-1], 1): 0} if days else row


def _not_too_long(model: RosterModel, problem: Problem, i: int, staff: str, row: dict[date, Lit]) -> None:
    longest = problem.settings.stretches[i].max or 0
    days = list(row)
    for at, last in enumerate(days):
        if at < longest:
            continue
        window = days[at - longest : at + 1]
        lits = [row[d] for d in window]
        if last >= problem.period.start:
            model.forbid(fact(problem, i, "max", staff, tuple(window)), lits)
        else:
            # A stretch already too long before the period costs its whole length once it goes on.
            reaching = [row[d] for d in days[at + 1 :] if d <= problem.period.start]
            model.forbid(fact(problem, i, "max", staff, tuple(window)), [*lits, *reaching])


def _not_too_short(model: RosterModel, problem: Problem, i: int, staff: str, row: dict[date, Lit]) -> None:
    entry = problem.settings.stretches[i]
    shortest, start = entry.min or 0, problem.period.start
    judged_from = start if entry.include_history else plus(start, 1)  # the day after a stretch
    days = list(row)
    for at in range(1, len(days)):
        for length in range(1, min(shortest, len(days) - at)):
            stretch, after = days[at : at + length], days[at + length]
            if after >= judged_from:
                pattern = [negated(row[days[at - 1]]), *(row[d] for d in stretch), negated(row[after])]
                dates = tuple(d for d in stretch if d >= start) or (after,)
                model.forbid(fact(problem, i, "min", staff, dates), pattern, amount=shortest - length)


# ---- the check ------------------------------------------------------------------------------------


def check(problem: Problem, schedule: Schedule, coverage: Coverage) -> Iterator[Violation]:
    """Cut every person's row into stretches and measure those that reach into the period."""
    for staff, side, i in _governing(problem):
        entry = problem.settings.stretches[i]
        symbols = _symbols(problem, entry)
        stretches = _stretches(problem, schedule, staff, symbols)
        if entry.include_history:
            stretches = chain(_ended(problem, schedule, staff, symbols), stretches)
        for dates, before, open_start, open_end in stretches:
            length = before + len(dates)
            if side == "max":
                amount = length - (entry.max or 0) if dates else 0
            else:
                unknown = entry.border == "open" and (open_start or open_end)
                amount = 0 if unknown else (entry.min or 0) - length
            dates = dates or [problem.period.start]
            if amount > 0:
                message = say(
                    "rules.stretch_found",
                    name=problem.label(staff),
                    span=span(dates),
                    length=length,
                    what=_what(entry),
                    bounds=_bounds(entry, side),
                )
                yield fact(problem, i, side, staff, tuple(dates)).broken_by(amount, message)


def _stretches(
    problem: Problem, schedule: Schedule, staff: str, symbols: tuple[str, ...]
) -> Iterator[tuple[list[date], int, bool, bool]]:
    """Each stretch: its dates in the period, its days in history, whether its start and its end may lie beyond."""
    employed = problem.employed_days(staff)
    current: list[date] = []
    for day in employed:
        symbol = schedule.at(staff, day)
        inside = symbol in symbols and not (problem.closed(day) and problem.shift_by_symbol[symbol].kind == "work")
        if inside:
            current.append(day)
        if current and (not inside or day == employed[-1]):
            before, unknown = 0, False
            if current[0] == employed[0]:
                before, unknown = _tail(problem, staff, symbols, current[0])
            yield current, before, unknown, inside
            current = []


def _ended(
    problem: Problem, schedule: Schedule, staff: str, symbols: tuple[str, ...]
) -> Iterator[tuple[list[date], int, bool, bool]]:
    """The stretch of history that the first day ends, if there is one: no dates in the period."""
    first = problem.period.start
    symbol = schedule.at(staff, first)
    if not problem.employed(staff, first) or symbol is None:
        return
    goes_on = symbol in symbols and not (problem.closed(first) and problem.shift_by_symbol[symbol].kind == "work")
    length, unknown = _tail(problem, staff, symbols, first)
    if length and not unknown and not goes_on:
        yield [], length, False, False


def _tail(problem: Problem, staff: str, symbols: tuple[str, ...], first: date) -> tuple[int, bool]:
    """Days of a stretch that lie in history, and whether its start is unknown (no history at all)."""
    if first != problem.period.start or problem.before(staff, plus(first, -1)) is None:
        return 0, True
    length = 0
    while True:
        day = plus(first, -length - 1)
        symbol = problem.before(staff, day)
        if symbol not in symbols or (problem.closed(day) and problem.shift_by_symbol[symbol].kind == "work"):
            return length, False
        length += 1
