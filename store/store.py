"""The settings store: every method is one transaction. What returns has been committed and survives a crash.

Revisions count the changes of a restaurant, without gaps. Every method raises `NotFound` where there is no such
restaurant or row, and `ProblemError` with every fault of a document; then nothing was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, insert, select, update

from solver.domain.base import Path, pointer
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.period import plus
from store import pins, rosters, tables, versions
from store.database import Database
from store.edit import Edit
from store.errors import NoBase, NotFound, Stale, StaleRow
from store.importing import put_new, read_old
from store.jobs import Jobs
from store.journal import Journal, Line
from store.keys import Keys
from store.kinds import KINDS, Kind, Row, answered, document, stamp
from store.log import Entry, History, entries, fields_of
from store.merge import merge
from store.reading import Data, read_document, read_json
from store.rosters import Stitched
from store.rows import load_kind, load_state
from store.steps import Done, Step, Steps, named, refuse_future, shift_types_of
from store.team import Team
from store.watching import Tell, Watch
from store.webhooks import Webhooks

MOST_ENTRIES = 1000  # of the change log in one answer
HISTORY_DAYS = 31  # before a period that its problem is told of


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

    def put_restaurant(self, restaurant_id: str, body: bytes | Data, actor: str = "") -> tuple[Data, bool]:
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
                return _existing(connection, restaurant_id), True
        with self._journal(restaurant_id, actor) as journal:
            before = _existing(journal.connection, restaurant_id)["name"]
            if before != name:
                _rename(journal, before, name, "update")
        return self.restaurant(restaurant_id), False

    def restaurant(self, restaurant_id: str) -> Data:
        """Name, revision and times of a restaurant."""
        with self.database.reading() as connection:
            return _existing(connection, restaurant_id)

    def restaurants(self, ids: Iterable[str] | None = None) -> list[Data]:
        """List restaurants by name, all or those of these ids."""
        table = tables.restaurants
        query = select(table).order_by(table.c.name, table.c.id)
        if ids is not None:
            query = query.where(table.c.id.in_(list(ids)))
        with self.database.reading() as connection:
            return [_head(row) for row in connection.execute(query).mappings()]

    # ---- the whole --------------------------------------------------------------------------------

    def settings(self, restaurant_id: str) -> Data:
        """Everything a solve needs but dates: `settings`, `staff` and `prefilled`, with the `revision` they stand at."""
        with self.database.reading() as connection:
            revision = _existing(connection, restaurant_id)["revision"]
            parts = document(load_state(connection, restaurant_id), restaurant_id)
            cells = pins.grid(connection, restaurant_id)
        return {"restaurant_id": restaurant_id, "revision": revision, **parts, "prefilled": cells}

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
            given = read_document(sent, shift_types_of(edit))
            base = given.base if base is None else base
            if base is None:
                raise NoBase
            refuse_future(base, edit)
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
            return answered(_known(load_kind(connection, kind, restaurant_id, ids=[row_id]), kind, row_id), restaurant_id)

    def create(self, restaurant_id: str, kind: Kind, body: bytes | Data, actor: str = "") -> Written:
        """Create a row, under the client's id if it has one. Sent again, it creates nothing and answers the row.

        Raises
        ------
        Stale
            There is another row of this id.
        """
        return self.take(restaurant_id, Step("create", kind, None, read_json(body), None), actor)

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
        return self.take(restaurant_id, Step("put", kind, row_id, read_json(body), base), actor)

    def patch(
        self, restaurant_id: str, kind: Kind, row_id: str, body: bytes | Data, base: int | None = None, actor: str = ""
    ) -> Written:
        """Change some fields of a row. A cell is filled in by it whether or not it was free.

        Raises
        ------
        Stale
            The row changed since the revision the client says it read it at.
        """
        return self.take(restaurant_id, Step("patch", kind, row_id, read_json(body), base), actor)

    def delete(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None = None, actor: str = "") -> Written:
        """Make a row inactive. Of the calendar, of `rules` and of `prefilled` such a row counts as absent."""
        return self.take(restaurant_id, Step("delete", kind, row_id, {}, base), actor)

    def restore(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None = None, actor: str = "") -> Written:
        """Make a row active again."""
        return self.take(restaurant_id, Step("restore", kind, row_id, {}, base), actor)

    def hard_delete(self, restaurant_id: str, kind: Kind, row_id: str, base: int | None = None, actor: str = "") -> Written:
        """Remove a row for good; the change log still has it. Returns the row as it was.

        Raises
        ------
        InUse
            Other rows name it.
        """
        return self.take(restaurant_id, Step("hard_delete", kind, row_id, {}, base), actor)

    def take(self, restaurant_id: str, step: Step, actor: str = "") -> Written:
        """Carry out one step of any verb."""
        with self._editing(restaurant_id, actor) as (_, edit):
            done = Steps(edit, restaurant_id).take(step)
            revision = edit.commit(reviewed=step.verb in ("create", "put", "patch"))
            return Written(_after(edit, step.kind, done, restaurant_id), revision, done.created)

    def change(self, restaurant_id: str, steps: Sequence[Step], place: Path = (), actor: str = "") -> tuple[list[Data], int]:
        """Change many rows as one revision: all of them, or none. Returns each row as it is then, and the revision.

        `place` says where the client's document has the list; what is wrong with a step is told at its place in it.

        Raises
        ------
        ProblemError
            With every fault of every step.
        Stale
            With every row that somebody else changed.
        """
        with self._editing(restaurant_id, actor) as (_, edit):
            for kind in {step.kind.name for step in steps}:
                edit.fetch(kind, [row_id for step in steps if step.kind.name == kind and (row_id := named(step))])
            done: list[Done] = []
            faults: list[Fault] = []
            stale: list[StaleRow] = []
            for i, step in enumerate(steps):
                at = (*place, i, "payload")
                try:
                    done.append(Steps(edit, restaurant_id, at).take(step))
                except ProblemError as error:
                    faults += [fault._replace(path=pointer(*at) + fault.path) for fault in error.faults]
                except Stale as error:
                    stale += [row._replace(place=at) for row in error.rows]
                except NotFound as error:
                    raise NotFound(f"{pointer(*at)}: {error}") from None
            if faults:
                raise ProblemError(tuple(faults))
            if stale:
                raise Stale(stale, edit.revision)
            revision = edit.commit()
            rows = [_after(edit, step.kind, one, restaurant_id) for step, one in zip(steps, done, strict=True)]
            return rows, revision

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

        Of settings and filled-in cells: each row as it was. Of a roster: a draft that was new goes, one that was changed or
        thrown away is as it was, and a publication ends, so that what was in force before is in force again. A version that
        was kept goes, and comes back when that is undone; a label or a name is as it was.

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
            if changed[0].kind not in KINDS:
                _put_back(edit.journal, changed[0])
                return edit.revision
            for kind in {entry.kind for entry in changed}:
                edit.fetch(kind, [entry.row_id for entry in changed if entry.kind == kind])
            stale = []
            for entry in reversed(changed):
                now = edit.row(entry.kind, entry.row_id)
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
            given, notices = read_old(sent, shift_types_of(edit))
            created, kept = put_new(connection, edit, given, restaurant_id)
            warnings = [notice.model_dump(mode="json") for notice in notices]
            return {"revision": edit.commit(), "created": created, "kept": kept, "warnings": warnings}

    # ---- versions ---------------------------------------------------------------------------------

    def keep_version(self, restaurant_id: str, body: bytes | Data, actor: str = "") -> Data:
        """Keep a copy of the settings as they are, under a label."""
        label = _text(read_json(body), "label")
        with self._journal(restaurant_id, actor) as journal:
            return versions.keep(journal, label)

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

    def label_version(self, restaurant_id: str, version_id: str, body: bytes | Data, actor: str = "") -> Data:
        """Give a kept version another label."""
        label = _text(read_json(body), "label")
        with self._journal(restaurant_id, actor) as journal:
            return versions.relabel(journal, version_id, label)

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

    def put_roster(
        self, restaurant_id: str, roster_id: str, body: bytes | Data, base: int | None = None, actor: str = ""
    ) -> tuple[Data, bool]:
        """Keep `{"period", "schedule", "label", "prefilled"}` as a draft, or replace one. Returns it, and whether it is new.

        Raises
        ------
        Published
            The roster was published; it stays as it is.
        Stale
            It changed since the revision it was read at: `base`, or `revision` in the body.
        """
        roster = rosters.read(read_json(body))
        if not 0 < len(roster_id) <= 200 or "\0" in roster_id:
            raise ProblemError((Fault(Code.BAD_VALUE, "", roster_id, "an id of 1 to 200 characters"),))
        with self._journal(restaurant_id, actor) as journal:
            return rosters.put(journal, roster_id, roster, base)

    def publish_roster(self, restaurant_id: str, roster_id: str, actor: str = "") -> Data:
        """Publish a draft; on its dates it takes the place of what was published before."""
        with self._journal(restaurant_id, actor) as journal:
            return rosters.publish(journal, roster_id)

    def drop_roster(self, restaurant_id: str, roster_id: str, actor: str = "") -> None:
        """Throw a draft away; undo brings it back.

        Raises
        ------
        Published
            It was published.
        """
        with self._journal(restaurant_id, actor) as journal:
            rosters.drop(journal, roster_id)

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

    # ---- a month's problem ------------------------------------------------------------------------

    def basis(self, restaurant_id: str, period: tuple[date, date] | None) -> Data:
        """Everything stored that a problem of a period is made of, of one state of the database.

        `staff` and `settings`; `prefilled`, the cells of the period that are filled in and in which somebody is employed;
        `history`, what the published rosters in force say of the `HISTORY_DAYS` before, of known people and symbols.
        """
        with self.database.reading() as connection:
            _existing(connection, restaurant_id)
            state = load_state(connection, restaurant_id)
            parts = {**document(state), "prefilled": {}, "history": {}}
            if period is None:
                return parts
            start, end = period
            team = Team.of(parts)
            cells = pins.grid(connection, restaurant_id, (str(start), str(end)))
            before = rosters.in_force(connection, restaurant_id, plus(start, -HISTORY_DAYS), plus(start, -1))
            return {**parts, "prefilled": team.employed_cells(cells), "history": team.known_cells(before)}

    # ---- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _editing(self, restaurant_id: str, actor: str) -> Iterator[tuple[Connection, Edit]]:
        with self._journal(restaurant_id, actor) as journal:
            yield journal.connection, Edit(journal)

    @contextmanager
    def _journal(self, restaurant_id: str, actor: str) -> Iterator[Journal]:
        with self.database.writing() as connection:
            journal = Journal(connection, restaurant_id, actor)
            before = journal.revision
            yield journal
        if journal.revision != before:
            for tell in self._told:
                tell(restaurant_id, journal.revision)


def _rename(journal: Journal, before: str, after: str, verb: str) -> None:
    table = tables.restaurants
    journal.connection.execute(update(table).where(table.c.id == journal.restaurant_id).values(name=after))
    journal.write([Line("restaurants", journal.restaurant_id, verb, {"name": before}, {"name": after})])


def _put_back(journal: Journal, entry: Entry) -> None:
    """Undo a change of what is no settings row."""
    if entry.kind == "rosters":
        return rosters.put_back(journal, entry)
    if entry.kind == "versions":
        return versions.put_back_kept(journal, entry)
    now = _existing(journal.connection, journal.restaurant_id)
    assert entry.before is not None
    if {"name": now["name"]} != entry.after:
        raise Stale([StaleRow("restaurants", entry.row_id, (), now)], journal.revision)
    return _rename(journal, now["name"], entry.before["name"], "restore")


def _after(edit: Edit, kind: Kind, done: Done, restaurant_id: str) -> Data:
    """Say what the row is now; of one that is gone for good what it was."""
    row = edit.row(kind.name, done.row_id) or done.gone
    assert row is not None
    return answered(row, restaurant_id)


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
    return None if found is None else _head(found)


def _head(found: RowMapping) -> Data:
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
