"""What a question names — people, dates, a symbol — judged against the problem, with every fault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from solver.domain.base import nfc, pointer
from solver.domain.codes import Code
from solver.domain.fault import Fault, quoted
from solver.domain.problem import Problem
from solver.domain.shift import likely_symbol


def day_of(value: Any) -> date | None:
    """A date, or the date a text YYYY-MM-DD names; None where it is none."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def staff_faults(problem: Problem, staff_id: Any, at: str) -> list[Fault]:
    """Nobody of that id."""
    if isinstance(staff_id, str) and staff_id in problem.staff_by_id:
        return []
    code = Code.UNKNOWN_STAFF if isinstance(staff_id, str) else Code.WRONG_TYPE
    return [Fault(code, at, quoted(staff_id), "the id of somebody in the problem's staff")]


def people_faults(problem: Problem, staff_ids: Any, at: str) -> list[Fault]:
    """Ids of nobody, or twice."""
    return _list_faults(staff_ids, at) or [
        fault
        for i, staff in enumerate(staff_ids)
        for fault in staff_faults(problem, staff, at + pointer(i)) or _twice(staff_ids, i, at)
    ]


def date_faults(problem: Problem, dates: Any, at: str, staff_id: Any = None) -> list[Fault]:
    """No dates, dates outside the period or twice, and dates on which the person (where one is named) is not employed."""
    faults = _list_faults(dates, at)
    if faults:
        return faults
    days = [day_of(one) for one in dates]
    for i, day in enumerate(days):
        place = at + pointer(i)
        if day is None:
            faults.append(Fault(Code.BAD_DATE, place, quoted(dates[i]), "a date as YYYY-MM-DD"))
        elif day not in problem.period:
            expected = f"a date from {problem.period.start} to {problem.period.end}"
            faults.append(Fault(Code.OUTSIDE_PERIOD, place, day.isoformat(), expected))
        elif isinstance(staff_id, str) and staff_id in problem.staff_by_id and not problem.employed(staff_id, day):
            expected = f"a date on which {staff_id} is employed"
            faults.append(Fault(Code.OUTSIDE_EMPLOYMENT, place, day.isoformat(), expected))
        else:
            faults += _twice(days, i, at)
    return faults


def absence_faults(problem: Problem, symbol: Any, at: str) -> list[Fault]:
    """A symbol that is none of the shift types, or is work."""
    absences = " ".join((*problem.of_kind("off"), *problem.of_kind("away")))
    if symbol is None:
        expected = "a shift type of role off or away, or a symbol to stand on when absent"
        return [] if (problem.off or problem.away) is not None else [Fault(Code.MISSING_ROLE, at, None, expected)]
    if not isinstance(symbol, str):
        return [Fault(Code.WRONG_TYPE, at, quoted(symbol), "a symbol")]
    shift = problem.shift_by_symbol.get(nfc(symbol))
    if shift is None:
        likely = likely_symbol(nfc(symbol), tuple(problem.shift_by_symbol))
        code = Code.LOOKALIKE_SYMBOL if likely else Code.UNKNOWN_SYMBOL
        return [Fault(code, at, symbol, f"{likely}, which it looks like" if likely else f"one of {absences}")]
    return [Fault(Code.BAD_VALUE, at, symbol, f"one of {absences}")] if shift.kind == "work" else []


def _list_faults(values: Any, at: str) -> list[Fault]:
    if not isinstance(values, (list, tuple)):
        return [Fault(Code.WRONG_TYPE, at, quoted(values), "a list")]
    return [] if values else [Fault(Code.OUT_OF_RANGE, at, "nothing", "at least one")]


def _twice(values: Sequence[Any], i: int, at: str) -> list[Fault]:
    found = quoted(values[i].isoformat() if isinstance(values[i], date) else values[i])
    return [Fault(Code.DUPLICATE_ENTRY, at + pointer(i), found, "each only once")] if values[i] in values[:i] else []
