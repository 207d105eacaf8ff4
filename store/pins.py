"""Cells that are filled in: one row a cell, named after it.

A cell has one name, `STAFF_ID:DATE`, so that two clients that fill in the same cell mean the same row and the second one
hears of the first. A deleted row is a free cell; filling it in again makes the row active again.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic.alias_generators import to_camel
from sqlalchemy import Connection, select

from solver.domain.base import Day, Frozen, Id, Path, Symbol
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.mismatch import flaw_of
from solver.domain.naming import SERVER_NAMES
from store import tables

_LONGEST_ID = 200
_table = tables.prefilled


class Pin(Frozen):
    """A cell that is filled in: the solver leaves it as it is."""

    staff_id: Id
    date: Day
    symbol: Symbol
    is_active: bool = True


def pin_id(staff_id: str, day: str) -> str:
    """Name a cell."""
    return f"{staff_id}:{day}"


def cell_of(row_id: str) -> dict[str, str]:
    """Tell which cell an id names; nothing where it names none."""
    staff_id, colon, day = row_id.rpartition(":")
    return {"staff_id": staff_id, "date": day} if colon else {}


def read_pin(sent: dict[str, Any], row_id: str | None) -> dict[str, Any]:
    """Read the fields of a row; `row_id` is that of the address, if it has one, and says the cell by itself.

    Raises
    ------
    ProblemError
        With every fault, at its place in the row.
    """
    fields, faults = _fields(sent)
    named = row_id if row_id is not None else fields.pop("id", None)
    given = fields.pop("id", named)
    cell = cell_of(named) if isinstance(named, str) else {}
    try:
        pin = Pin.model_validate({**cell, **fields})
    except ValidationError as error:
        flaws = [flaw_of(one, {**cell, **fields}) for one in error.errors(include_url=False)]
        raise ProblemError((*faults, *(_as_sent(flaw.fault(), sent) for flaw in flaws))) from None
    data = pin.model_dump(mode="json")
    own = pin_id(data["staff_id"], data["date"])
    if given is not None and given != own:
        faults.append(Fault(Code.BAD_VALUE, "/id", given, f"{own}, after its cell, or nothing"))
    if row_id is not None and row_id != own and given == row_id:
        faults.append(Fault(Code.BAD_VALUE, "/staff_id", own, f"the cell of the address, {row_id}"))
    if len(own) > _LONGEST_ID:
        expected = f"an id of at most {_LONGEST_ID - 11} characters, so that its cells can be named after it"
        faults.append(Fault(Code.TOO_LARGE, "/staff_id", f"{len(data['staff_id'])} characters", expected))
    if faults:
        raise ProblemError(tuple(faults))
    return {"id": own, **data}


def _fields(sent: dict[str, Any]) -> tuple[dict[str, Any], list[Fault]]:
    """Take what a client may say, in either spelling."""
    known = ("id", *Pin.model_fields)
    names = {spelt: name for name in known for spelt in (name, to_camel(name))}
    fields: dict[str, Any] = {}
    faults = []
    for key, value in sent.items():
        name = names.get(key)
        if name is None and key not in SERVER_NAMES:
            faults.append(Fault(Code.UNKNOWN_FIELD, f"/{key}", key, "one of " + ", ".join(known)))
        elif name in fields:
            faults.append(Fault(Code.FIELD_TWICE, f"/{key}", key, f"only one of {name} and {to_camel(name)}"))
        elif name is not None:
            fields[name] = value
    return fields, faults


def _as_sent(fault: Fault, sent: dict[str, Any]) -> Fault:
    name = fault.path.removeprefix("/")
    return fault if name in sent or to_camel(name) not in sent else fault._replace(path=f"/{to_camel(name)}")


def place_in_row(place: Path, inside: Path) -> Path:
    """Where a part of a row stands in the map of the whole: the person is a key of it, all else is the cell."""
    return place[:-1] if inside[:1] == ("staff_id",) else place


def grid(connection: Connection, restaurant_id: str, dates: tuple[str, str] | None = None) -> dict[str, dict[str, str]]:
    """Put together staff id → date → symbol, of every date or of some (first, last)."""
    query = select(_table.c.staff_id, _table.c.date, _table.c.symbol).where(
        _table.c.restaurant_id == restaurant_id, _table.c.version_id == tables.WORKING, _table.c.is_active
    )
    if dates is not None:
        query = query.where(_table.c.date.between(*dates))
    found: dict[str, dict[str, str]] = {}
    for staff_id, day, symbol in connection.execute(query.order_by(_table.c.staff_id, _table.c.date)):
        found.setdefault(staff_id, {})[day] = symbol
    return found


def people(connection: Connection, restaurant_id: str) -> set[str]:
    """Name everybody who has a cell that is filled in."""
    query = select(_table.c.staff_id).where(
        _table.c.restaurant_id == restaurant_id, _table.c.version_id == tables.WORKING, _table.c.is_active
    )
    return {staff_id for (staff_id,) in connection.execute(query.distinct())}
