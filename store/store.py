"""The settings store: every method is one transaction. What returns has been committed and survives a crash.

Revisions count the changes of a restaurant, without gaps. Every method raises `NotFound` where there is no such
restaurant or row, and `ProblemError` with every fault of a document; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from pydantic.alias_generators import to_camel
from sqlalchemy import Connection, insert, select, update

from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from store import rosters, tables, versions
from store.database import Database
from store.edit import Edit
from store.errors import NoBase, NotFound, Stale, StaleRow
from store.importing import put_new, read_old
from store.jobs import Jobs
from store.keys import Keys
from store.kinds import KINDS, Kind, Row, answered, document, stamp
from store.log import Entry, History, entries, entries_of_row, fields_of
from store.merge import merge
from store.reading import Data, read_document, read_json, read_row
from store.rosters import Stitched
from store.rows import load_kind, load_state
from store.watching import Tell, Watch
from store.webhooks import Webhooks

MOST_ENTRIES = 1000  # of the change log in one answer


class Written(NamedTuple):
    """A row as it is after a change, the restaurant's revision, and whether the row is new."""

    row: Data
    revision: int
    created: bool = False


class Store:
    """The settings of all restaurants in one database. Safe to use from several threads and processes."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self._told: list[Tell] = []
        self.keys = Keys(self.database)
        self.jobs = Jobs(self.database)
        self.webhooks = Webhooks(self.database)

    def upgrade(self) -> None:
        """Create or migrate the tables."""
        self.database.upgrade()

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def on_change(self, tell: Tell) -> None:
        """Have `tell` called, in any thread, with the restaurant and its revision after every change committed here."""
        self._told.append(tell)

    # ---- restaurants ------------------------------------------------------------------------------

    def put_restaurant(self, restaurant_id: str, body: bytes | Data) -> tuple[Data, bool]:
        """Create a restaurant, or rename it. Returns it, and whether it is new."""
        name = _text(read_json(body), "name")
        if not 0 < len(restaurant_id) <= 200 or "\0" in restaurant_id:
            raise ProblemError((Fault(Code.BAD_VALUE, "", restaurant_id, "an id of 1 to 200 characters"),))
        now = datetime.now(UTC)
        with self.database.writing() as connection:
            known = _restaurant(connection, restaurant_id, lock=True)
            if known is None:
                times = {"created_at": now, "updated_at": now}
                connection.execute(insert(tables.restaurants).values(id=restaurant_id, name=name, revision=0, **times))
                versions.add(connection, restaurant_id, tables.WORKING, "", 0)
            elif known["name"] != name:
                table = tables.restaurants
                changed = update(table).where(table.c.id == restaurant_id).values(name=name, updated_at=now)
                connection.execute(changed)
            made = _restaurant(connection, restaurant_id)
            assert made is not None
            return made, known is None

    def restaurant(self, restaurant_id: str) -> Data:
        """Name, revision and times of a restaurant."""
        with self.database.reading() as connection:
            return _existing(connection, restaurant_id)

    # ---- the whole --------------------------------------------------------------------------------

    def settings(self, restaurant_id: str) -> Data:
        """Everything a solve needs but dates: `settings` and `staff`, with the `revision` they stand at."""
        with self.database.reading() as connection:
            revision = _existing(connection, restaurant_id)["revision"]
            parts = document(load_state(connection, restaurant_id), restaurant_id)
        return {"restaurant_id": restaurant_id, "revision": revision, **parts}

    def put_settings(self, restaurant_id: str, body: bytes | Data, base: int | None = None, actor: str = "") -> int:
        """Merge a whole document that was read at revision `base` (or at its own `revision`); see `store.merge`.

        Returns the revision, which is the old one if nothing differs.

        Raises
        ------
        NoBase
            Neither says a revision.
        Stale
            Rows that this document changes were changed by others since.
        """
        sent = read_json(body)
        with self._editing(restaurant_id, actor) as (connection, edit):
            given = read_document(sent, _shift_types(edit))
            base = given.base if base is None else base
            if base is None:
                raise NoBase
            _refuse_future(base, edit)
            history = History(entries(connection, restaurant_id, since=base))
            merge(edit, given.rows, base, history, restaurant_id)
            return edit.commit()

    # ---- rows -------------------------------------------------------------------------------------

    def rows(self, restaurant_id: str, kind: Kind) -> list[Data]:
        """Every row of a kind in the order of its list, inactive ones too."""
        with self.database.reading() as connection:
            _existing(connection, restaurant_id)
            return [answered(row, restaurant_id) for row in load_kind(connection, kind, restaurant_id).values()]

    def row(self, restaurant_id: str, kind: Kind, row_id: str) -> Data:
        """One row."""
        with self.database.reading() as connection:
            _existing(connection, restaurant_id)
            return answered(_known(load_kind(connection, kind, restaurant_id), kind, row_id), restaurant_id)

    def create(self, restaurant_id: str, kind: Kind, body: bytes | Data, actor: str = "") -> Written:
        """Create a row, under the client's id if it has one. Sent again, it creates nothing and answers the row.

        Raises
        ------
        Stale
            There is another row of this id.
        """
        sent = read_json(body)
        with self._editing(restaurant_id, actor) as (connection, edit):
            given = read_row(kind, sent, None, _shift_types(edit))
            known = edit.state[kind.name].get(given.data["id"])
            if known is not None:
                past = entries_of_row(connection, restaurant_id, kind.name, known.id)
                if all(fields_of(entry.after) != given.data for entry in past if entry.verb == "create"):
                    raise _stale(kind, known.id, known, edit, restaurant_id)
                return Written(answered(known, restaurant_id), edit.revision)
            edit.put(kind.name, given.data, locate=given.locate)
            return self._written(edit, kind, given.data["id"], restaurant_id, created=True)

    def put(
        self, restaurant_id: str, kind: Kind, row_id: str, body: bytes | Data, base: int | None = None, actor: str = ""
    ) -> Written:
        """Create a row, or replace one: fields that are left out get their defaults.

        `base`, or `revision` in the row, is the revision the client read the row at.

        Raises
        ------
        Stale
            The row changed since.
        """
        sent = read_json(body)
        with self._editing(restaurant_id, actor) as (_, edit):
            given = read_row(kind, sent, row_id, _shift_types(edit))
            known = edit.state[kind.name].get(row_id)
            _refuse_stale(kind, row_id, known, given.data, given.revision if base is None else base, edit, restaurant_id)
            edit.put(kind.name, given.data, locate=given.locate)
            return self._written(edit, kind, row_id, restaurant_id, created=known is None)

    def patch(
        self, restaurant_id: str, kind: Kind, row_id: str, body: bytes | Data, base: int | None = None, actor: str = ""
    ) -> Written:
        """Change some fields of a row.

        Raises
        ------
        Stale
            The row changed since the revision the client says it read it at.
        """
        sent = read_json(body)
        with self._editing(restaurant_id, actor) as (_, edit):
            known = _known(edit.state[kind.name], kind, row_id)
            named = {_field(kind, key): value for key, value in sent.items()}
            if len(named) < len(sent):
                faults = [
                    Fault(Code.FIELD_TWICE, f"/{key}", key, "one spelling") for key in sent if _field(kind, key) != key
                ]
                raise ProblemError(tuple(faults))
            given = read_row(kind, {**known.data, **named}, row_id, _shift_types(edit))
            _refuse_stale(kind, row_id, known, given.data, given.revision if base is None else base, edit, restaurant_id)
            edit.put(kind.name, given.data, locate=given.locate)
            return self._written(edit, kind, row_id, restaurant_id)

    def delete(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None = None, actor: str = "") -> Written:
        """Make a row inactive. Of the calendar and of `rules` such a row counts as absent."""
        return self._switch(restaurant_id, kind, row_id, base, actor, active=False)

    def restore(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None = None, actor: str = "") -> Written:
        """Make a row active again."""
        return self._switch(restaurant_id, kind, row_id, base, actor, active=True)

    def _switch(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None, actor: str, *, active: bool) -> Written:
        with self._editing(restaurant_id, actor) as (_, edit):
            known = _known(edit.state[kind.name], kind, row_id)
            data = {**known.data, "is_active": active}
            _refuse_stale(kind, row_id, known, data, base, edit, restaurant_id)
            edit.put(kind.name, data, verb="restore" if active else "delete")
            return self._written(edit, kind, row_id, restaurant_id, reviewed=False)

    def hard_delete(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None = None, actor: str = "") -> Written:
        """Remove a row for good; the change log still has it. Returns the row as it was.

        Raises
        ------
        InUse
            Other rows name it.
        """
        with self._editing(restaurant_id, actor) as (_, edit):
            known = _known(edit.state[kind.name], kind, row_id)
            _refuse_future(base, edit)
            if base is not None and base < known.revision:
                raise _stale(kind, row_id, known, edit, restaurant_id)
            edit.remove(kind.name, row_id)
            return Written(answered(known, restaurant_id), edit.commit(reviewed=False))

    # ---- history ----------------------------------------------------------------------------------

    def changes(self, restaurant_id: str, since: int = 0) -> tuple[list[Data], int]:
        """List the changes after revision `since`, oldest first, at most `MOST_ENTRIES`, and the newest revision."""
        with self.database.reading() as connection:
            revision = _existing(connection, restaurant_id)["revision"]
            found = entries(connection, restaurant_id, since=since, most=MOST_ENTRIES)
            return [entry.shown() for entry in found], revision

    def entries(self, restaurant_id: str, since: int) -> list[Entry]:
        """Every change after revision `since`, as the log has it."""
        with self.database.reading() as connection:
            return entries(connection, restaurant_id, since=since)

    def revisions(self, restaurant_ids: Collection[str]) -> dict[str, int]:
        """Tell the newest revisions of some restaurants, of those that exist, with one query."""
        table = tables.restaurants
        with self.database.reading() as connection:
            found = connection.execute(select(table.c.id, table.c.revision).where(table.c.id.in_(restaurant_ids)))
            return {row.id: row.revision for row in found}

    @contextmanager
    def watching(self, tell: Tell) -> Iterator[None]:
        """Have `tell` called, in any thread, after every change: at once where this store committed it, else soon.

        Other processes' changes are heard of through the database; see `store.watching`.
        """
        self._told.append(tell)
        watch = Watch(self.database, tell)
        try:
            yield
        finally:
            self._told.remove(tell)
            watch.close()

    def undo(self, restaurant_id: str, revision: int, actor: str = "") -> int:
        """Put back what one revision changed, as a new revision, whose number is returned.

        Raises
        ------
        Stale
            A row of it was changed again since.
        InUse
            It created a person or group that other rows name now.
        Gone
            A row of it names a person or group that was removed since.
        """
        with self._editing(restaurant_id, actor) as (connection, edit):
            changed = entries(connection, restaurant_id, since=revision - 1, until=revision)
            if not changed:
                raise NotFound(f"there is no revision {revision}")
            stale = []
            for entry in reversed(changed):
                now = edit.state[entry.kind].get(entry.row_id)
                if (now.logged if now else None) != entry.after:
                    current = answered(now, restaurant_id) if now else None
                    stale.append(StaleRow(KINDS[entry.kind].segment, entry.row_id, (), current))
                elif entry.before is None:
                    edit.remove(entry.kind, entry.row_id)
                else:
                    data = fields_of(entry.before) or {}
                    verb = "create" if now is None else "restore"
                    edit.put(entry.kind, data, position=entry.before["position"], verb=verb)
            if stale:
                raise Stale(stale, edit.revision)
            return edit.commit(reviewed=False)

    # ---- the old client ---------------------------------------------------------------------------

    def import_legacy(self, restaurant_id: str, body: bytes | Data, actor: str = "") -> Data:
        """Take over the settings object of the old browser client, alone or as `{"settings", "staff"}`.

        Rows that are there, or ever were, are left as they are: importing twice changes nothing, and undoes nothing.
        Returns the revision, how many rows were `created` and `kept`, and `warnings` about what has no meaning here.
        """
        sent = read_json(body)
        with self._editing(restaurant_id, actor) as (connection, edit):
            given, notices = read_old(sent, _shift_types(edit))
            created, kept = put_new(connection, edit, given, restaurant_id)
            warnings = [notice.model_dump(mode="json") for notice in notices]
            return {"revision": edit.commit(), "created": created, "kept": kept, "warnings": warnings}

    # ---- versions ---------------------------------------------------------------------------------

    def keep_version(self, restaurant_id: str, body: bytes | Data) -> Data:
        """Keep a copy of the settings as they are, under a label."""
        label = _text(read_json(body), "label")
        with self._editing(restaurant_id, "") as (connection, edit):
            return versions.keep(connection, restaurant_id, edit.state, edit.revision, label)

    def versions(self, restaurant_id: str) -> list[Data]:
        """List the kept versions, oldest first."""
        with self.database.reading() as connection:
            _existing(connection, restaurant_id)
            return versions.listed(connection, restaurant_id)

    def version(self, restaurant_id: str, version_id: str) -> Data:
        """A kept version: its label, and `settings` and `staff` as they were."""
        with self.database.reading() as connection:
            kept = versions.one(connection, restaurant_id, version_id)
            return {**kept, **document(load_state(connection, restaurant_id, version_id))}

    def label_version(self, restaurant_id: str, version_id: str, body: bytes | Data) -> Data:
        """Give a kept version another label."""
        label = _text(read_json(body), "label")
        with self.database.writing() as connection:
            return versions.relabel(connection, restaurant_id, version_id, label)

    def compare_versions(self, restaurant_id: str, one: str, other: str = tables.WORKING) -> list[Data]:
        """List the rows in which two versions differ: `before` in the one, `after` in the other (`working`: as of now)."""
        with self.database.reading() as connection:
            return versions.differences(connection, restaurant_id, one, other)

    def restore_version(self, restaurant_id: str, version_id: str, actor: str = "") -> int:
        """Make the settings what a kept version holds, as one revision that can be undone like any other."""
        with self._editing(restaurant_id, actor) as (connection, edit):
            versions.put_back(connection, edit, restaurant_id, version_id)
            return edit.commit(reviewed=False)

    # ---- rosters ----------------------------------------------------------------------------------

    def put_roster(self, restaurant_id: str, roster_id: str, body: bytes | Data) -> tuple[Data, bool]:
        """Keep `{"period", "schedule", "label"}` as a draft, or replace a draft. Returns it, and whether it is new.

        Raises
        ------
        Published
            The roster was published; it stays as it is.
        """
        roster = rosters.read(read_json(body))
        if not 0 < len(roster_id) <= 200 or "\0" in roster_id:
            raise ProblemError((Fault(Code.BAD_VALUE, "", roster_id, "an id of 1 to 200 characters"),))
        with self._locking(restaurant_id) as connection:
            return rosters.put(connection, restaurant_id, roster_id, roster)

    def publish_roster(self, restaurant_id: str, roster_id: str) -> Data:
        """Publish a draft; on its dates it takes the place of what was published before."""
        with self._locking(restaurant_id) as connection:
            return rosters.publish(connection, restaurant_id, roster_id)

    def drop_roster(self, restaurant_id: str, roster_id: str) -> None:
        """Throw a draft away.

        Raises
        ------
        Published
            It was published.
        """
        with self._locking(restaurant_id) as connection:
            rosters.drop(connection, restaurant_id, roster_id)

    def rosters(self, restaurant_id: str) -> list[Data]:
        """List the rosters by period, without their cells."""
        with self.database.reading() as connection:
            _existing(connection, restaurant_id)
            return rosters.listed(connection, restaurant_id)

    def roster(self, restaurant_id: str, roster_id: str) -> Data:
        """One roster with its schedule."""
        with self.database.reading() as connection:
            return rosters.one(connection, restaurant_id, roster_id)

    def compare_rosters(self, restaurant_id: str, one: str, other: str) -> list[Data]:
        """List what changes from one roster to another, person by person."""
        with self.database.reading() as connection:
            return rosters.differences(connection, restaurant_id, one, other)

    def board(
        self, restaurant_id: str, dates: tuple[date, date] | None, roster_id: str | None = None
    ) -> tuple[Data, Stitched | None]:
        """Settings and the roster that holds on some dates, of one state of the database; see `rosters.stitch`."""
        with self.database.reading() as connection:
            revision = _existing(connection, restaurant_id)["revision"]
            parts = document(load_state(connection, restaurant_id))
            return {"revision": revision, **parts}, rosters.stitch(connection, restaurant_id, dates, roster_id)

    # ---- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _editing(self, restaurant_id: str, actor: str) -> Iterator[tuple[Connection, Edit]]:
        with self.database.writing() as connection:
            edit = Edit(connection, restaurant_id, actor)
            before = edit.revision
            yield connection, edit
        if edit.revision != before:
            for tell in self._told:
                tell(restaurant_id, edit.revision)

    @contextmanager
    def _locking(self, restaurant_id: str) -> Iterator[Connection]:
        with self.database.writing() as connection:
            if _restaurant(connection, restaurant_id, lock=True) is None:
                raise NotFound(f"there is no restaurant {restaurant_id}")
            yield connection

    @staticmethod
    def _written(
        edit: Edit, kind: Kind, row_id: str, restaurant_id: str, *, created: bool = False, reviewed: bool = True
    ) -> Written:
        revision = edit.commit(reviewed=reviewed)
        return Written(answered(edit.state[kind.name][row_id], restaurant_id), revision, created)


def _text(sent: Data, field: str) -> str:
    """Read a document of one text."""
    faults = [Fault(Code.UNKNOWN_FIELD, f"/{key}", key, f"only {field}") for key in sent if key != field]
    found = sent.get(field)
    if not isinstance(found, str) or len(found) > 200:
        code = Code.MISSING_FIELD if found is None else Code.WRONG_TYPE
        faults.append(Fault(code, f"/{field}", found, "text of at most 200 characters"))
    if faults:
        raise ProblemError(tuple(faults))
    return str(found)


def _restaurant(connection: Connection, restaurant_id: str, *, lock: bool = False) -> Data | None:
    table = tables.restaurants
    query = select(table).where(table.c.id == restaurant_id)
    found = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if found is None:
        return None
    times = {name: stamp(found[name]) for name in ("created_at", "updated_at")}
    return {"id": found["id"], "name": found["name"], "revision": found["revision"], **times}


def _existing(connection: Connection, restaurant_id: str) -> Data:
    found = _restaurant(connection, restaurant_id)
    if found is None:
        raise NotFound(f"there is no restaurant {restaurant_id}")
    return found


def _known(rows: dict[str, Row], kind: Kind, row_id: str) -> Row:
    if row_id not in rows:
        raise NotFound(f"there is no row {row_id} in {kind.segment}")
    return rows[row_id]


def _shift_types(edit: Edit) -> Any:
    """Find the shift types in force; None where they are the default ones."""
    row = edit.state["rules"].get("shift_types")
    return row.data["value"] if row and row.is_active else None


def _field(kind: Kind, key: str) -> str:
    """Name a field that may be spelt in camelCase."""
    return next((name for name in kind.fields if key in (name, to_camel(name))), key)


def _refuse_stale(
    kind: Kind, row_id: str, known: Row | None, data: Data, base: int | None, edit: Edit, restaurant_id: str
) -> None:
    """Refuse to overwrite what changed after `base`; what is sent twice, or changes nothing, is no conflict."""
    _refuse_future(base, edit)
    if base is None or (known is not None and (known.revision <= base or known.data == data)):
        return
    if known is not None or base > 0:
        raise _stale(kind, row_id, known, edit, restaurant_id)


def _refuse_future(base: int | None, edit: Edit) -> None:
    """Nobody has read what is still to come: with such a revision nothing would ever be stale."""
    if base is not None and base > edit.revision:
        expected = f"at most {edit.revision}, the newest there is"
        raise ProblemError((Fault(Code.OUT_OF_RANGE, "/revision", base, expected),))


def _stale(kind: Kind, row_id: str, known: Row | None, edit: Edit, restaurant_id: str) -> Stale:
    current = answered(known, restaurant_id) if known else None
    return Stale([StaleRow(kind.segment, row_id, (), current)], edit.revision)
