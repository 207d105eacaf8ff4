"""Schedules and covers that come from outside: read with every fault at once, as problems are."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from solver.domain.base import nfc, pointer
from solver.domain.codes import Code
from solver.domain.cover import Cover
from solver.domain.document import data_faults, parse
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.mismatch import flaw_of
from solver.domain.naming import Naming
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.domain.shift import likely_symbol

_COVERS = TypeAdapter(tuple[Cover, ...])


def read_schedule(document: Any, problem: Problem, *, at: str = "") -> Schedule:
    """A schedule from JSON text or data: staff id → ISO date → symbol, or a whole result with `schedule`.

    Missing cells are no fault (the checker reports them). `at` is the pointer under which paths of faults begin.

    Raises
    ------
    ProblemError
        With every unknown person or symbol, bad date or wrong type.
    """
    raw, faults = parse(document) if isinstance(document, (str, bytes)) else (document, data_faults(document))
    if isinstance(raw, dict) and isinstance(raw.get("schedule"), dict) and "schedule" not in problem.staff_by_id:
        raw, at = raw["schedule"], at + "/schedule"
    if not faults and not isinstance(raw, dict):
        faults = [
            Fault(Code.WRONG_TYPE, at, raw if isinstance(raw, (str, int, float)) else str(raw), "staff id → date → symbol")
        ]
    rows: dict[str, dict[date, str]] = {}
    for staff, cells in raw.items() if not faults else ():
        if staff not in problem.staff_by_id:
            faults.append(Fault(Code.UNKNOWN_STAFF, at + pointer(staff), staff, "the id of somebody in the problem's staff"))
        elif not isinstance(cells, dict):
            faults.append(Fault(Code.WRONG_TYPE, at + pointer(staff), str(cells), "date → symbol"))
        else:
            rows[staff] = _row(cells, problem, at + pointer(staff), faults)
    if faults:
        raise ProblemError(tuple(faults))
    return Schedule(rows)


def _row(cells: dict[str, Any], problem: Problem, at: str, faults: list[Fault]) -> dict[date, str]:
    row: dict[date, str] = {}
    symbols = tuple(problem.shift_by_symbol)
    for text, symbol in cells.items():
        place = at + pointer(text)
        day = _date(text)
        if day is None:
            faults.append(Fault(Code.BAD_DATE, place, text, "a date as YYYY-MM-DD"))
        elif symbol is None or symbol == "":
            continue
        elif not isinstance(symbol, str):
            faults.append(Fault(Code.WRONG_TYPE, place, str(symbol), "a symbol"))
        elif (found := nfc(symbol)) not in symbols:
            likely = likely_symbol(found, symbols)
            code = Code.LOOKALIKE_SYMBOL if likely else Code.UNKNOWN_SYMBOL
            faults.append(
                Fault(code, place, symbol, f"{likely}, which it looks like" if likely else f"one of {' '.join(symbols)}")
            )
        else:
            row[day] = found
    return row


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def read_covers(document: Any, *, at: str = "") -> tuple[Cover, ...] | None:
    """Covers as a result holds them, in snake_case or camelCase; None stays None. `at` as in `read_schedule`.

    Raises
    ------
    ProblemError
        Where a row has not the fields of a cover, with every fault.
    """
    if document is None:
        return None
    naming = Naming()
    data = naming.translate(document, tuple[Cover, ...])
    flaws = list(naming.flaws)
    try:
        covers = _COVERS.validate_python(data)
    except ValidationError as error:
        found = (flaw_of(one, data) for one in error.errors(include_url=False))
        flaws += [flaw._replace(place=naming.paths.before(flaw.place)) for flaw in found]
    if flaws:
        raise ProblemError(tuple(fault._replace(path=at + fault.path) for fault in (flaw.fault() for flaw in flaws)))
    return covers
