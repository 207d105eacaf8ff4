"""Rosters of a restaurant: kept as drafts, published once, compared.

Published rosters may overlap: on each date the one published last is *in force*, the others are history there. So a month
that is planned anew after it was published has one roster a date, and nothing that was published is lost or changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, NamedTuple

from pydantic import Field, ValidationError
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from solver.domain.base import Cells, Frozen, Label
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault, Flaw
from solver.domain.mismatch import flaw_of
from solver.domain.period import Period, days_between, plus
from store import tables
from store.errors import NotFound, Published, Stale, StaleRow
from store.journal import Journal, Line
from store.kinds import stamp
from store.log import Entry
from store.pins import grid

_table = tables.rosters
_ADDED: Final = ("id", "status", "created_at", "updated_at", "published_at", "in_force")  # by the server; tolerated


class Roster(Frozen):
    """What a client keeps: a label, the period, who stands on what, and which of these cells were filled in before.

    Without `prefilled`: the cells that are filled in now and that the schedule keeps. `revision` is that of the roster the
    client read, if it read one.
    """

    label: Label = ""
    period: Period
    schedule: Cells
    prefilled: Cells | None = None
    revision: Annotated[int, Field(ge=0)] | None = None


def read(sent: dict[str, Any]) -> Roster:
    """Read a roster.

    Raises
    ------
    ProblemError
        With every fault: types, reversed dates, cells outside the period.
    """
    own = {name: value for name, value in sent.items() if name not in _ADDED}
    try:
        roster = Roster.model_validate(own)
    except ValidationError as error:
        flaws = [flaw_of(one, own) for one in error.errors(include_url=False)]
    else:
        period = roster.period
        flaws = [
            Flaw(Code.OUTSIDE_PERIOD, (grid, staff, str(day)), str(day), f"a date from {period.start} to {period.end}")
            for grid, cells in (("schedule", roster.schedule), ("prefilled", roster.prefilled or {}))
            for staff, row in cells.items()
            for day in row
            if day not in period
        ]
        if period.end < period.start:
            flaws = [Flaw(Code.REVERSED_DATES, ("period", "end"), str(period.end), f"{period.start} or later")]
        if not flaws:
            return roster
    raise ProblemError(tuple(flaw.fault() for flaw in flaws))


def put(journal: Journal, roster_id: str, roster: Roster, base: int | None = None) -> tuple[dict[str, Any], bool]:
    """Keep a draft, or replace it; returns it, and whether it is new.

    Raises
    ------
    Published
        The roster was published with other content; it stays as it is.
    Stale
        It changed since the revision it was read at, `base` or its own.
    """
    known = _find(journal.connection, journal.restaurant_id, roster_id)
    data = roster.model_dump(mode="json", exclude={"revision"})
    if data["prefilled"] is None:
        data["prefilled"] = _kept_pins(journal, data["period"], data["schedule"])
    values = {"label": data["label"], **data["period"], "schedule": data["schedule"], "prefilled": data["prefilled"]}
    base = roster.revision if base is None else base
    _refuse_stale(journal, roster_id, known, values, base)
    if known is None:
        _write(journal, roster_id, None, {**values, "status": "draft", "published_at": None}, "create")
    elif any(known[name] != value for name, value in values.items()):
        if known["status"] == "published":
            raise Published(roster_id)
        _write(journal, roster_id, known, values, "update")
    return one(journal.connection, journal.restaurant_id, roster_id), known is None


def _kept_pins(journal: Journal, period: dict[str, str], schedule: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Find the cells that are filled in now and that a schedule keeps."""
    filled = grid(journal.connection, journal.restaurant_id, (period["start"], period["end"]))
    kept: dict[str, dict[str, str]] = {}
    for staff, row in filled.items():
        if cells := {day: symbol for day, symbol in row.items() if schedule.get(staff, {}).get(day) == symbol}:
            kept[staff] = cells
    return kept


def _refuse_stale(
    journal: Journal, roster_id: str, known: RowMapping | None, values: dict[str, Any], base: int | None
) -> None:
    if base is None:
        return
    if base > journal.revision:
        expected = f"at most {journal.revision}, the newest there is"
        raise ProblemError((Fault(Code.OUT_OF_RANGE, "/revision", base, expected),))
    if known is None or known["revision"] <= base or all(known[name] == value for name, value in values.items()):
        return
    current = one(journal.connection, journal.restaurant_id, roster_id)
    raise Stale([StaleRow("rosters", roster_id, (), current)], journal.revision)


def publish(journal: Journal, roster_id: str) -> dict[str, Any]:
    """Publish a draft: it is in force on every date of its period. One that is published already stays as it is."""
    known = _known(journal.connection, journal.restaurant_id, roster_id)
    if known["status"] == "draft":
        now = journal.now
        of_restaurant = _table.c.restaurant_id == journal.restaurant_id
        last = journal.connection.scalar(select(func.max(_table.c.published_at)).where(of_restaurant))
        if last is not None and last >= now:  # the clock went back: still, later is later
            now = last + timedelta(microseconds=1)
        _write(journal, roster_id, known, {"status": "published", "published_at": now}, "update")
    return one(journal.connection, journal.restaurant_id, roster_id)


def drop(journal: Journal, roster_id: str) -> None:
    """Throw a draft away.

    Raises
    ------
    Published
        It was published.
    """
    known = _known(journal.connection, journal.restaurant_id, roster_id)
    if known["status"] == "published":
        raise Published(roster_id)
    _write(journal, roster_id, known, None, "delete")


def put_back(journal: Journal, entry: Entry) -> None:
    """Undo one change: a draft that was new goes, one that was changed or thrown away is as before, a publication ends.

    Raises
    ------
    Stale
        The roster changed again since.
    """
    known = _find(journal.connection, journal.restaurant_id, entry.row_id)
    if (_logged(known) if known else None) != entry.after:
        current = one(journal.connection, journal.restaurant_id, entry.row_id) if known else None
        raise Stale([StaleRow("rosters", entry.row_id, (), current)], journal.revision)
    values = dict(entry.before) if entry.before else None
    if values is not None and values["published_at"] is not None:
        values["published_at"] = datetime.fromisoformat(values["published_at"])
    _write(journal, entry.row_id, known, values, "restore" if values else "delete")


def _write(journal: Journal, roster_id: str, known: RowMapping | None, values: dict[str, Any] | None, verb: str) -> None:
    """Write a row anew, change or delete it, and log it."""
    connection, key = journal.connection, {"restaurant_id": journal.restaurant_id, "id": roster_id}
    before = _logged(known) if known else None
    if values is None:
        connection.execute(delete(_table).where(*_is(journal.restaurant_id, roster_id)))
    else:
        values = {**values, "revision": journal.next, "updated_at": journal.now}
        if known is None:
            connection.execute(insert(_table).values(**key, **values, created_at=journal.now))
        else:
            connection.execute(update(_table).where(*_is(journal.restaurant_id, roster_id)).values(**values))
    after = _find(connection, journal.restaurant_id, roster_id)
    journal.write([Line("rosters", roster_id, verb, before, _logged(after) if after else None)])


def _logged(row: RowMapping) -> dict[str, Any]:
    """Take of a roster what an undo must bring back."""
    names = ("label", "status", "start", "end", "schedule", "prefilled")
    published = stamp(row["published_at"]) if row["published_at"] else None
    return {**{name: row[name] for name in names}, "published_at": published}


def told(logged: dict[str, Any]) -> dict[str, Any]:
    """Tell a logged roster without its cells."""
    period = {"start": logged["start"], "end": logged["end"]}
    return {"label": logged["label"], "status": logged["status"], "period": period, "published_at": logged["published_at"]}


def one(connection: Connection, restaurant_id: str, roster_id: str) -> dict[str, Any]:
    """Find a roster.

    Raises
    ------
    NotFound
        There is none of this id.
    """
    found = _known(connection, restaurant_id, roster_id)
    brief = _brief(found, _in_force(_published(connection, restaurant_id)))
    return {**brief, "schedule": found["schedule"], "prefilled": found["prefilled"]}


def listed(connection: Connection, restaurant_id: str) -> list[dict[str, Any]]:
    """List the rosters without their cells, by period."""
    columns = [column for column in _table.columns if column.name not in ("schedule", "prefilled")]
    query = select(*columns).where(_table.c.restaurant_id == restaurant_id).order_by(_table.c.start, _table.c.id)
    rows = connection.execute(query).mappings().all()
    held = _in_force(_Head.of(row) for row in rows if row["status"] == "published")
    return [_brief(row, held) for row in rows]


def differences(connection: Connection, restaurant_id: str, one_id: str, other_id: str) -> list[dict[str, Any]]:
    """List the cells in which two rosters differ, person by person; null where one has none."""
    before, after = (one(connection, restaurant_id, roster_id)["schedule"] for roster_id in (one_id, other_id))
    found = []
    for staff in sorted({*before, *after}):
        then, now = before.get(staff, {}), after.get(staff, {})
        cells = [
            {"date": day, "from": then.get(day), "to": now.get(day)}
            for day in sorted({*then, *now})
            if then.get(day) != now.get(day)
        ]
        if cells:
            found.append({"staff_id": staff, "changes": cells})
    return found


# ---- which roster holds on a date -----------------------------------------------------------------


class Stitched(NamedTuple):
    """The cells of some dates, from the rosters that hold on them, and which these are: one entry a run of dates."""

    period: dict[str, str]  # start and end
    schedule: dict[str, dict[str, str]]
    prefilled: dict[str, dict[str, str]]  # those that were filled in before it was solved
    sources: list[dict[str, str]]

    @property
    def dates(self) -> list[str]:
        """Every date that a roster speaks about."""
        return [str(day) for run in self.sources for day in days_between(_day(run["start"]), _day(run["end"]))]


def stitch(
    connection: Connection, restaurant_id: str, dates: tuple[date, date] | None, roster_id: str | None = None
) -> Stitched | None:
    """Put together what holds on some dates: on each the roster in force, else the draft changed last.

    With `roster_id` that roster alone. Without dates those of the roster, else of the newest one; None where there is none.

    Raises
    ------
    NotFound
        There is no roster of this id.
    """
    if roster_id is not None:
        rows = [_known(connection, restaurant_id, roster_id)]
    else:
        query = select(_table).where(_table.c.restaurant_id == restaurant_id)
        if dates is not None:
            query = query.where(_table.c.start <= str(dates[1]), _table.c.end >= str(dates[0]))
        rows = list(connection.execute(query).mappings())
    drafts = sorted((row for row in rows if row["status"] == "draft"), key=lambda row: (row["updated_at"], row["id"]))
    published = sorted((row for row in rows if row["status"] == "published"), key=lambda row: row["published_at"])
    if dates is None:
        if not rows:
            return None
        newest = (published or drafts)[-1]
        dates = (_day(newest["start"]), _day(newest["end"]))
    holding: dict[str, RowMapping] = {}
    for row in (*drafts, *published):  # the last one holds
        for day in days_between(max(dates[0], _day(row["start"])), min(dates[1], _day(row["end"]))):
            holding[str(day)] = row
    schedule: dict[str, dict[str, str]] = {}
    prefilled: dict[str, dict[str, str]] = {}
    sources: list[dict[str, str]] = []
    for date_, row in sorted(holding.items()):
        for found, rows_ in ((schedule, row["schedule"]), (prefilled, row["prefilled"])):
            for staff, cells in rows_.items():
                if date_ in cells:
                    found.setdefault(staff, {})[date_] = cells[date_]
        last = sources[-1] if sources else None
        if last is not None and last["roster_id"] == row["id"] and plus(_day(last["end"]), 1) == _day(date_):
            last["end"] = date_
        else:
            sources.append({"roster_id": row["id"], "status": row["status"], "start": date_, "end": date_})
    return Stitched({"start": str(dates[0]), "end": str(dates[1])}, schedule, prefilled, sources)


def in_force(connection: Connection, restaurant_id: str, start: date, end: date) -> dict[str, dict[str, str]]:
    """Put together what the published rosters in force say of some dates, from a first to a last."""
    of_dates = (_table.c.start <= str(end), _table.c.end >= str(start), _table.c.status == "published")
    query = select(_table).where(_table.c.restaurant_id == restaurant_id, *of_dates).order_by(_table.c.published_at)
    found: dict[str, dict[str, str]] = {}
    for row in connection.execute(query).mappings():  # the last one holds, also where it leaves a cell out
        first, last = max(str(start), row["start"]), min(str(end), row["end"])
        for cells in found.values():
            for day in [day for day in cells if first <= day <= last]:
                del cells[day]
        for staff, cells in row["schedule"].items():
            found.setdefault(staff, {}).update({day: one for day, one in cells.items() if first <= day <= last})
    return {staff: dict(sorted(cells.items())) for staff, cells in found.items() if cells}


class _Head(NamedTuple):
    id: str
    start: str
    end: str
    published_at: datetime

    @classmethod
    def of(cls, row: RowMapping) -> _Head:
        return cls(row["id"], row["start"], row["end"], row["published_at"])


def _published(connection: Connection, restaurant_id: str) -> list[_Head]:
    columns = (_table.c.id, _table.c.start, _table.c.end, _table.c.published_at)
    query = select(*columns).where(_table.c.restaurant_id == restaurant_id, _table.c.status == "published")
    return [_Head.of(row) for row in connection.execute(query).mappings()]


def _in_force(published: Iterable[_Head]) -> dict[str, list[dict[str, str]]]:
    """Say on which dates each published roster is in force, as runs; the later published cuts the earlier ones."""
    held: dict[str, list[tuple[date, date]]] = {}
    for head in sorted(published, key=lambda head: head.published_at):
        start, end = _day(head.start), _day(head.end)
        for other, runs in held.items():
            held[other] = [part for run in runs for part in _without(run, start, end)]
        held[head.id] = [(start, end)]
    return {roster: [{"start": str(first), "end": str(last)} for first, last in runs] for roster, runs in held.items()}


def _without(run: tuple[date, date], start: date, end: date) -> list[tuple[date, date]]:
    """Cut some dates out of a run."""
    before = (run[0], min(run[1], plus(start, -1)))
    after = (max(run[0], plus(end, 1)), run[1])
    return [part for part in (before, after) if part[0] <= part[1]]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _find(connection: Connection, restaurant_id: str, roster_id: str) -> RowMapping | None:
    return connection.execute(select(_table).where(*_is(restaurant_id, roster_id))).mappings().first()


def _known(connection: Connection, restaurant_id: str, roster_id: str) -> RowMapping:
    found = _find(connection, restaurant_id, roster_id)
    if found is None:
        raise NotFound(f"there is no roster {roster_id} of restaurant {restaurant_id}")
    return found


def _is(restaurant_id: str, roster_id: str) -> tuple[Any, Any]:
    return _table.c.restaurant_id == restaurant_id, _table.c.id == roster_id


def _brief(row: RowMapping, held: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    times = {name: stamp(row[name]) for name in ("created_at", "updated_at")}
    published = stamp(row["published_at"]) if row["published_at"] else None
    period = {"start": row["start"], "end": row["end"]}
    named = {name: row[name] for name in ("id", "label", "status", "revision")}
    return {**named, "period": period, **times, "published_at": published, "in_force": held.get(row["id"], [])}
