"""A whole document against what is stored: which rows its sender created, changed and deleted since he read them.

A row is compared three ways: as sent, as it was at the revision the client read, and as it is now.

    sent = now                      nothing to do
    sent = then                     the client did not touch it; others may have
    now = then, nobody changed it   the client's change goes in
    otherwise                       both changed it: refused, and the whole document with it

A row that the document leaves out is deleted only if the client had read it, and only in a list or map that the document
has. A deleted row stays, inactive. What others changed and put back was changed: a document that is sent again does not
delete anew what an undo brought back.
"""

from __future__ import annotations

import uuid
from typing import Any

from store.edit import Edit
from store.errors import Stale, StaleRow
from store.kinds import KINDS, answered
from store.log import History
from store.reading import Data, Given


def merge(edit: Edit, rows: dict[str, list[Given]], base: int, history: History, restaurant_id: str) -> None:
    """Put a document's rows, read at revision `base`; `history` knows every change after it.

    Raises
    ------
    Stale
        With every row that the client and somebody else changed.
    """
    merging = _Merge(edit, base, history, restaurant_id)
    for kind, given in rows.items():
        edit.fetch(kind)
        merging.kind(kind, given)
    if merging.stale:
        raise Stale(merging.stale, edit.revision)


class _Merge:
    def __init__(self, edit: Edit, base: int, history: History, restaurant_id: str) -> None:
        self.edit, self.base, self.history = edit, base, history
        self.restaurant_id = restaurant_id
        self.stale: list[StaleRow] = []

    def kind(self, kind: str, given: list[Given]) -> None:
        rows = self.edit.state[kind]
        before = {row_id: row.data for row_id, row in rows.items()}
        named = self._named(kind, given)
        for row in named:
            self._row(kind, row)
        if kind != "rules":  # a rule left out is a key left out
            kept = {row.data["id"] for row in named}
            for row_id in before:
                if row_id not in kept:
                    self._left_out(kind, row_id)
        if KINDS[kind].listed and not self.history.touched(kind):
            self._reorder(kind, [row.data["id"] for row in named if row.data["id"] in rows])

    def _named(self, kind: str, given: list[Given]) -> list[Given]:
        """Give rows without an id that of the row they are, or a new one."""
        taken = {row.id for row in given}
        known = set(self.edit.state[kind]) | self.history.rows(kind)
        nameless: dict[str, list[str]] = {}
        for row_id in sorted(known - taken, key=self._order(kind)):
            then = self._then(kind, row_id, self.base)
            if then is not None and any(row.id is None for row in given):
                nameless.setdefault(_content(then), []).append(row_id)
        made = []
        for row in given:
            if row.id is None:
                same = nameless.get(_content(row.data))
                row = row._replace(data={**row.data, "id": same.pop(0) if same else uuid.uuid4().hex})
            made.append(row)
        return made

    def _order(self, kind: str) -> Any:
        rows = self.edit.state[kind]
        return lambda row_id: (rows[row_id].position if row_id in rows else -1, row_id)

    def _then(self, kind: str, row_id: str, revision: int) -> Data | None:
        row = self.edit.state[kind].get(row_id)
        return self.history.at(kind, row_id, revision, row.data if row else None)

    def _row(self, kind: str, given: Given) -> None:
        row_id = given.data["id"]
        now = self.edit.state[kind].get(row_id)
        read_at = max(self.base, given.revision or 0)
        then = self._then(kind, row_id, read_at)
        if given.data in (now.data if now else None, then):
            return
        if not self.history.changed(kind, row_id, read_at):
            self.edit.put(kind, given.data, locate=given.locate)
        else:
            self._refuse(kind, row_id, given.locate(()))

    def _left_out(self, kind: str, row_id: str) -> None:
        then, now = self._then(kind, row_id, self.base), self.edit.state[kind][row_id]
        if then is None or not then["is_active"] or not now.is_active:
            return
        if not self.history.changed(kind, row_id, self.base):
            self.edit.put(kind, {**now.data, "is_active": False}, verb="delete")
        else:
            self._refuse(kind, row_id, KINDS[kind].place(row_id))

    def _refuse(self, kind: str, row_id: str, place: tuple[str | int, ...]) -> None:
        now = self.edit.state[kind].get(row_id)
        current = answered(now, self.restaurant_id) if now else None
        self.stale.append(StaleRow(KINDS[kind].segment, row_id, place, current))

    def _reorder(self, kind: str, ids: list[str]) -> None:
        """Let the rows share out their own positions anew, in the order of the document."""
        rows = self.edit.state[kind]
        positions = sorted(rows[row_id].position for row_id in ids)
        for row_id, position in zip(ids, positions, strict=True):
            self.edit.put(kind, rows[row_id].data, position=position)


def _content(data: Data) -> str:
    return repr(sorted((name, value) for name, value in data.items() if name != "id"))
