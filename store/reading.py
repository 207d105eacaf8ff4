"""From a client's document to rows: every fault at once, at its place in the document as sent.

The work is the problem reader's: names in either spelling, the old client's rows, types. A period and somebody on the
staff stand in where a problem must have them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from solver.domain.base import Path, pointer
from solver.domain.codes import Code
from solver.domain.document import read_data, read_text
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault, Flaw, Notice, quoted
from solver.domain.naming import SERVER_NAMES
from solver.domain.reading import Typed, faults_in, read_types
from store.kinds import KINDS, RULE_NAMES, Kind
from store.pins import pin_id, place_in_row, read_pin

Data = dict[str, Any]
Locate = Callable[[Path], Path]
"""From a place inside a row to the place in the document as sent."""
_STAND_IN = {"period": {"start": "2000-01-01", "end": "2000-01-01"}, "staff": [{"id": "?"}]}
_NO_NUL = "text without the character U+0000, which no database keeps"


class Given(NamedTuple):
    """One row of a document: its fields (`id` null where an entry has none), where they stand, what it was read at."""

    data: Data
    locate: Locate
    revision: int | None = None  # of the row, where the client sent it along

    @property
    def id(self) -> str | None:
        """The row's id, if the client gave one."""
        found: str | None = self.data["id"]
        return found


class Document(NamedTuple):
    """A whole document: the rows of every kind it speaks of, the revision it was read at, and warnings."""

    rows: dict[str, list[Given]]
    base: int | None
    notices: tuple[Notice, ...]


def read_json(body: bytes | str | Data) -> Data:
    """Read a JSON object; nothing in it is lost, and no database chokes on it.

    Raises
    ------
    ProblemError
        It is not JSON, not an object, or holds what cannot be kept.
    """
    raw, flaws = read_text(body) if isinstance(body, (bytes, str)) else read_data(body)
    if not flaws and not isinstance(raw, dict):
        flaws = [Flaw(Code.WRONG_TYPE, (), raw, "an object")]
    flaws += [Flaw(Code.BAD_TEXT, place, ascii(text), _NO_NUL) for place, text in _with_nul(raw, ())]
    if flaws or not isinstance(raw, dict):
        raise ProblemError(faults_in(flaws, raw))
    return raw


def _with_nul(value: Any, place: Path) -> list[tuple[Path, str]]:
    if isinstance(value, str):
        return [(place, value)] if "\0" in value else []
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    keys = [(place, key) for key in value if "\0" in key] if isinstance(value, dict) else []
    return keys + [one for key, item in parts for one in _with_nul(item, (*place, key))]


def read_document(sent: Data, shift_types: Any = None) -> Document:
    """Read `{"settings", "staff", "prefilled", "revision"}`, any of them absent.

    `shift_types` are those in force, if not the default. A list or map that is `null` is left out, as a client that has not
    loaded it yet would send it.

    Raises
    ------
    ProblemError
        With every fault.
    """
    flaws: list[Flaw] = []
    known = ("settings", "staff", "prefilled", "revision")
    for key in sent:
        if key not in known and key not in SERVER_NAMES and key not in ("id", "name"):
            flaws.append(Flaw(Code.UNKNOWN_FIELD, (key,), key, "one of " + ", ".join(known)))
    base = sent.get("revision")
    if base is not None and (isinstance(base, bool) or not isinstance(base, int) or base < 0):
        flaws.append(Flaw(Code.WRONG_TYPE, ("revision",), base, "the revision that was read, a whole number"))
        base = None
    given = sent.get("settings")
    raw = {**_STAND_IN, "settings": {} if given is None else given}
    if isinstance(given, dict):
        raw["settings"] = _with_shift_types(given, shift_types)
    if sent.get("staff") not in (None, []):
        raw["staff"] = sent["staff"]
    if sent.get("prefilled") is not None:
        raw["prefilled"] = sent["prefilled"]
    typed = read_types(raw)
    flaws += typed.flaws
    rows = _rows(typed, sent) if typed.problem is not None and not flaws else {}
    flaws += _twice(rows)
    if flaws:
        raise ProblemError(faults_in(flaws, sent))
    return Document(rows, base, typed.notices)


def _with_shift_types(settings: Data, shift_types: Any) -> Data:
    """Let old rows that say off or early find the symbols in force."""
    if shift_types is None or "shift_types" in settings or "shiftTypes" in settings:
        return settings
    return {**settings, "shift_types": shift_types}


def _rows(typed: Typed, sent: Data) -> dict[str, list[Given]]:
    """Sort the parts of a typed document into rows."""
    assert typed.problem is not None
    found: dict[str, list[Given]] = {}
    named = typed.given["settings"]
    settings = typed.problem.settings.model_dump(mode="json", include=set(named))
    if isinstance(sent.get("staff"), list):
        people = typed.problem.model_dump(mode="json", include={"staff"})["staff"] if sent["staff"] else []
        found["staff"] = [
            Given(row, _located(typed, "staff", i), _revision(sent, "staff", i)) for i, row in enumerate(people)
        ]
    if sent.get("prefilled") is not None:
        found["prefilled"] = _cells(typed)
    own = {"shift_types"} - set(_snake_keys(sent.get("settings")))  # lent to the reader, not sent
    for name in named:
        place = typed.sieve.sent(("settings", name))
        if name in KINDS and named[name] is None:
            continue
        if name == "calendar":
            found[name] = [
                Given({"id": day, "rule": rule, "is_active": True}, _located(typed, "settings", name, day))
                for day, rule in settings[name].items()
            ]
        elif name in KINDS:
            found[name] = [
                Given(row, _located(typed, "settings", name, i), _revision(sent.get("settings"), place[-1], i))
                for i, row in enumerate(settings[name])
            ]
        elif name not in own:
            rule = {"id": name, "value": settings[name], "is_active": True}
            found.setdefault("rules", []).append(Given(rule, _located(typed, "settings", name)))
    return found


def _cells(typed: Typed) -> list[Given]:
    """Make a row of each cell that is filled in."""
    assert typed.problem is not None
    cells = typed.problem.model_dump(mode="json", include={"prefilled"})["prefilled"]
    made = []
    for staff, row in cells.items():
        for day, symbol in row.items():
            place = typed.sieve.sent(("prefilled", staff, day))
            cell = {"id": pin_id(staff, day), "staff_id": staff, "date": day, "symbol": symbol, "is_active": True}
            made.append(Given(cell, partial(place_in_row, place)))
    return made


def _located(typed: Typed, *place: str | int) -> Locate:
    return lambda inside: typed.sieve.sent((*place, *inside))


def _snake_keys(settings: Any) -> list[str]:
    return ["shift_types" if key == "shiftTypes" else key for key in settings] if isinstance(settings, dict) else []


def _revision(holder: Any, key: Any, i: int) -> int | None:
    """Find the revision a client sent along with a row."""
    rows = holder.get(key) if isinstance(holder, dict) else None
    row = rows[i] if isinstance(rows, list) and i < len(rows) else None
    revision = row.get("revision") if isinstance(row, dict) else None
    return revision if type(revision) is int else None


def _twice(rows: dict[str, list[Given]]) -> list[Flaw]:
    flaws = []
    for kind, given in rows.items():
        seen: set[str | None] = set()
        for row in given:
            if row.id is not None and row.id in seen and KINDS[kind].listed:
                flaws.append(Flaw(Code.DUPLICATE_ID, row.locate(("id",)), row.id, "another id for each row"))
            seen.add(row.id)
    return flaws


def read_row(kind: Kind, sent: Data, row_id: str | None, shift_types: Any = None) -> Given:
    """Read one row; `row_id` is that of the address, if it has one. A row without any gets a new id.

    Raises
    ------
    ProblemError
        With every fault, at its place in the row.
    """
    revision = read_revision(sent)
    if kind.name == "prefilled":
        return Given(read_pin(sent, row_id), tuple, revision)
    given = _read_listed(kind, sent, row_id, shift_types) if kind.listed else _read_mapped(kind, sent, row_id)
    return given._replace(revision=revision)


def read_revision(sent: Data) -> int | None:
    """Read the revision a row was read at; None where the client says none.

    Raises
    ------
    ProblemError
        It is no revision. Passed over, it would overwrite what is newer.
    """
    revision = sent.get("revision")
    if revision is not None and (type(revision) is not int or revision < 0):
        raise ProblemError((Fault(Code.WRONG_TYPE, "/revision", quoted(revision), "the revision that was read, or null"),))
    return revision


def _read_listed(kind: Kind, sent: Data, row_id: str | None, shift_types: Any) -> Given:
    named = sent.get("id")
    if row_id is not None and named is not None and named != row_id:
        raise ProblemError((Fault(Code.BAD_VALUE, "/id", named, f"{row_id}, as in the address"),))
    row = dict(sent)
    if row_id is not None:
        row["id"] = row_id
    elif named is None and kind.name != "backup_assignments":
        row["id"] = uuid.uuid4().hex  # an assignment is named after what it says
    elif named is None:
        row.pop("id", None)
    prefix: Path = ("staff", 0) if kind.name == "staff" else ("settings", kind.name, 0)
    raw = {"staff": [row]} if kind.name == "staff" else {"settings": {kind.name: [row]}}
    rows = _relative(raw, prefix, shift_types).rows
    given = rows[kind.name][0]
    return given._replace(locate=lambda inside: given.locate(inside)[len(prefix) :])


def _read_mapped(kind: Kind, sent: Data, row_id: str | None) -> Given:
    """Read a day of the calendar or a rule: `{"rule"}` or `{"value"}`, and `is_active`."""
    field = "rule" if kind.name == "calendar" else "value"
    faults = [
        Fault(Code.UNKNOWN_FIELD, f"/{key}", key, f"one of id, {field}, is_active")
        for key in sent
        if key not in ("id", field, "is_active", "isActive") and key not in SERVER_NAMES
    ]
    named = row_id if row_id is not None else sent.get("id")
    if not isinstance(named, str) or (row_id is not None and sent.get("id", row_id) != row_id):
        faults.append(Fault(Code.BAD_VALUE, "/id", sent.get("id"), row_id or "a date" if field == "rule" else "a rule"))
    elif kind.name == "rules" and named not in RULE_NAMES:
        faults.append(Fault(Code.BAD_VALUE, "/id", named, "one of " + ", ".join(RULE_NAMES)))
    active = sent.get("is_active", sent.get("isActive", True))
    if not isinstance(active, bool):
        faults.append(Fault(Code.WRONG_TYPE, "/is_active", active, "true or false"))
    if field not in sent:
        faults.append(Fault(Code.MISSING_FIELD, f"/{field}", None, "a value, as this field is required"))
    if faults:
        raise ProblemError(tuple(faults))
    assert isinstance(named, str)
    part = {"calendar": {named: sent[field]}} if kind.name == "calendar" else {named: sent[field]}
    prefix = ("settings", "calendar", named) if kind.name == "calendar" else ("settings", named)
    rows = _relative({"settings": part}, prefix, field=field).rows
    given = rows[kind.name][0]
    return Given({**given.data, "is_active": active}, lambda inside: (field, *given.locate(inside)[len(prefix) :]))


def _relative(raw: Data, prefix: Path, shift_types: Any = None, field: str = "") -> Document:
    """Read a document around one row; faults get their places in the row, under `field` if it is one of its parts."""
    try:
        return read_document(raw, shift_types)
    except ProblemError as error:
        around, inside = pointer(*prefix), pointer(*((field,) if field else ()))
        faults = tuple(
            fault._replace(
                path="/id"
                if fault.code is Code.BAD_DATE and fault.path == around
                else inside + fault.path.removeprefix(around)
            )
            for fault in error.faults
        )
        raise ProblemError(faults) from None
