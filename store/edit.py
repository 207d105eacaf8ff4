"""A change in the making: rows put and removed under the restaurant's lock, then judged, written and logged together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from solver.domain.errors import ProblemError
from store.errors import Gone, InUse
from store.journal import Journal, Line
from store.kinds import KINDS, Row, State
from store.log import Entry, entries_of_row
from store.reading import Locate
from store.review import dangling, faults_of
from store.rows import delete_rows, insert_rows, load_kind, load_state, update_rows

_KEPT_TIMES: Final = datetime(1, 1, 1, tzinfo=UTC)  # until a change is written nobody asks when


class Edit:
    """One transaction on the settings of a restaurant, which its journal holds."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._connection, self._restaurant_id = journal.connection, journal.restaurant_id
        self.state: State = load_state(self._connection, self._restaurant_id)
        self._before: dict[tuple[str, str], Row | None] = {}
        self._verbs: dict[tuple[str, str], str] = {}
        self._places: dict[tuple[str, str], Locate] = {}
        self._fetched: dict[str, set[str] | None] = {name: set() for name, kind in KINDS.items() if kind.by_need}

    @property
    def revision(self) -> int:
        """The newest revision."""
        return self.journal.revision

    def fetch(self, kind: str, row_ids: Iterable[str] | None = None) -> None:
        """Read rows of a kind that is read by need, some or all of them; of others they are there."""
        known = self._fetched.get(kind)
        if known is None:
            return
        missing = None if row_ids is None else [row_id for row_id in dict.fromkeys(row_ids) if row_id not in known]
        if missing == []:
            return
        found = load_kind(self._connection, KINDS[kind], self._restaurant_id, ids=missing)
        self.state[kind] |= {row_id: row for row_id, row in found.items() if row_id not in known}
        self._fetched[kind] = None if missing is None else {*known, *missing}

    def row(self, kind: str, row_id: str) -> Row | None:
        """Find a row."""
        self.fetch(kind, [row_id])
        return self.state[kind].get(row_id)

    def entries_of(self, kind: str, row_id: str) -> list[Entry]:
        """List what the log has of one row."""
        return entries_of_row(self._connection, self._restaurant_id, kind, row_id)

    def put(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        locate: Locate = tuple,
        verb: str | None = None,
        position: int | None = None,
    ) -> None:
        """Create a row or give it new fields; one that is the same already is left alone."""
        old = self.row(kind, data["id"])
        rows = self.state[kind]
        if position is None and KINDS[kind].by_need:
            position = 0  # a cell stands where its date does
        if position is None:
            position = old.position if old else 1 + max((row.position for row in rows.values()), default=-1)
        if old is not None and old.data == data and old.position == position:
            return
        self._note((kind, data["id"]), old, verb or ("update" if old else "create"))
        if old is None or old.data != data:
            self._places[kind, data["id"]] = locate
        made = old or Row({}, 0, 0, _KEPT_TIMES, _KEPT_TIMES)
        rows[data["id"]] = made._replace(data=data, position=position)

    def remove(self, kind: str, row_id: str) -> None:
        """Remove a row for good."""
        self.fetch(kind, [row_id])
        self._note((kind, row_id), self.state[kind].pop(row_id), "hard_delete")

    def _note(self, key: tuple[str, str], before: Row | None, verb: str) -> None:
        self._before.setdefault(key, before)
        self._verbs[key] = verb

    def commit(self, *, reviewed: bool = True) -> int:
        """Judge, write and log everything as one revision, and return its number; nothing changed: the number as it was.

        Raises
        ------
        ProblemError
            Changed rows do not fit the others. `reviewed` false puts back what was accepted once.
        InUse
            Rows still name a person, a group or a symbol that this change removes.
        Gone
            Rows that come back name one that is no longer there.
        """
        for kind, rows in self.state.items():
            self.state[kind] = dict(sorted(rows.items(), key=lambda item: (item[1].position, item[0])))
        changed = {key: before for key, before in self._before.items() if not self._same(key, before)}
        if not changed:
            return self.revision
        faults = faults_of(self.state, self._places) if reviewed else []
        if faults:
            raise ProblemError(tuple(faults))
        self._refuse_dangling(changed, reviewed=reviewed)
        self._write(changed)
        return self.revision

    def _same(self, key: tuple[str, str], before: Row | None) -> bool:
        after = self.state[key[0]].get(key[1])
        return (before.logged if before else None) == (after.logged if after else None)

    def _refuse_dangling(self, changed: dict[tuple[str, str], Row | None], *, reviewed: bool) -> None:
        """No change may leave a name that leads nowhere and led somewhere before."""
        removed = {
            f"{KINDS[kind].segment}/{row_id}"
            for kind, row_id in changed
            if kind in ("staff", "staff_groups") and row_id not in self.state[kind]
        }
        if removed or ("rules", "shift_types") in changed:
            self.fetch("prefilled")
        elif reviewed:
            return
        new = dangling(self.state)
        if new:  # what dangled before is no matter of this change
            for mention in dangling(self._state_before(changed)):
                new.pop(mention, None)
        for what in dict.fromkeys(what for what, _ in new.values()):
            places = [place for named, place in new.values() if named == what]
            goes = what in removed or ("rules", "shift_types") in changed
            raise InUse(what, places) if goes else Gone(what, places)

    def _state_before(self, changed: dict[tuple[str, str], Row | None]) -> State:
        before = {kind: dict(rows) for kind, rows in self.state.items()}
        for (kind, row_id), row in changed.items():
            if row is None:
                del before[kind][row_id]
            else:
                before[kind][row_id] = row
        return before

    def _write(self, changed: dict[tuple[str, str], Row | None]) -> None:
        number, now = self.journal.next, self.journal.now
        lines, written = [], []
        for (kind, row_id), before in changed.items():
            after = self.state[kind].get(row_id)
            if after is not None:
                created = before.created_at if before else now
                after = after._replace(revision=number, updated_at=now, created_at=created)
                self.state[kind][row_id] = after
            written.append((kind, row_id, before, after))
            then, now_ = before.logged if before else None, after.logged if after else None
            lines.append(Line(kind, row_id, self._verbs[kind, row_id], then, now_))
        for kind, rows in groupby(written, key=lambda one: one[0]):
            self._write_rows(kind, [row[1:] for row in rows])
        self.journal.write(lines)

    def _write_rows(self, kind: str, rows: list[tuple[str, Row | None, Row | None]]) -> None:
        """Write rows of one kind, each as it was and as it is."""
        gone = [row_id for row_id, _, after in rows if after is None]
        new = [after for _, before, after in rows if before is None and after is not None]
        other = [after for _, before, after in rows if before is not None and after is not None]
        delete_rows(self._connection, KINDS[kind], gone, self._restaurant_id)
        insert_rows(self._connection, KINDS[kind], new, self._restaurant_id)
        update_rows(self._connection, KINDS[kind], other, self._restaurant_id)
