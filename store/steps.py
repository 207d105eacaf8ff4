"""What a client may do to a row: create, put, patch, delete, restore, and remove it for good. Each is a step of one edit."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pydantic.alias_generators import to_camel

from solver.domain.base import Path
from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from store.edit import Edit
from store.errors import NotFound, Stale, StaleRow
from store.kinds import Kind, Row, answered
from store.log import fields_of
from store.pins import cell_of, pin_id
from store.reading import Data, Given, Locate, read_row

Verb = Literal["create", "put", "patch", "delete", "restore", "hard_delete"]


class Step(NamedTuple):
    """One row's change as a client asks for it: `fields` for create, put and patch; `base` is what the row was read at."""

    verb: Verb
    kind: Kind
    row_id: str | None
    fields: Data
    base: int | None


def named(step: Step) -> str | None:
    """Name the row a step is about, as far as that can be told before reading it."""
    if step.row_id is None and step.kind.name == "prefilled":
        cell = [step.fields.get(name, step.fields.get(to_camel(name))) for name in ("staff_id", "date")]
        return pin_id(*map(str, cell))
    return step.row_id


class Done(NamedTuple):
    """The row a step was about: its id, the row as it was if it is gone for good, and whether it is new."""

    row_id: str
    gone: Row | None = None
    created: bool = False


class Steps:
    """Carries out steps on an edit; faults that show only later, among all rows, are told at `place` and below.

    Raises, whichever step it is
    ----------------------------
    NotFound
        There is no such row.
    ProblemError
        What was sent is at fault; places are those in the row.
    Stale
        The row changed since `base`; of a create, there is another row of this id.
    """

    def __init__(self, edit: Edit, restaurant_id: str, place: Path = ()) -> None:
        self._edit, self._restaurant_id, self._place = edit, restaurant_id, place

    def take(self, step: Step) -> Done:
        """Carry out a step of any verb."""
        if step.verb == "create":
            return self.create(step.kind, step.fields)
        assert step.row_id is not None
        if step.verb in ("put", "patch"):
            return (self.put if step.verb == "put" else self.patch)(step.kind, step.row_id, step.fields, step.base)
        if step.verb == "hard_delete":
            return self.remove(step.kind, step.row_id, step.base)
        return self.switch(step.kind, step.row_id, step.base, active=step.verb == "restore")

    def create(self, kind: Kind, sent: Data) -> Done:
        """Create a row; sent again, it creates nothing. Of a kind named by what it is about a deleted row is none."""
        given = read_row(kind, sent, None, self._shift_types())
        row_id = given.data["id"]
        known = self._edit.row(kind.name, row_id)
        if known is not None and (kind.listed or known.is_active):
            past = self._edit.entries_of(kind.name, row_id)
            if known.data != given.data and all(
                fields_of(entry.after) != given.data for entry in past if entry.verb == "create"
            ):
                raise self._stale(kind, row_id, known)
            return Done(row_id)
        self._put(kind, given, verb="create")
        return Done(row_id, created=True)

    def put(self, kind: Kind, row_id: str, sent: Data, base: int | None) -> Done:
        """Create a row, or replace one."""
        given = read_row(kind, sent, row_id, self._shift_types())
        known = self._edit.row(kind.name, row_id)
        self._refuse_stale(kind, row_id, known, given.data, given.revision if base is None else base)
        self._put(kind, given)
        return Done(row_id, created=known is None)

    def patch(self, kind: Kind, row_id: str, sent: Data, base: int | None) -> Done:
        """Change some fields of a row; a cell is filled in by it, whether or not it was free."""
        known = self._edit.row(kind.name, row_id)
        if kind.name == "prefilled":
            now: Data = {**(known.data if known else cell_of(row_id)), "is_active": True}
        else:
            now = self._known(kind, row_id).data
        named = {_field(kind, key): value for key, value in sent.items()}
        if len(named) < len(sent):
            faults = [Fault(Code.FIELD_TWICE, f"/{key}", key, "one spelling") for key in sent if _field(kind, key) != key]
            raise ProblemError(tuple(faults))
        given = read_row(kind, {**now, **named}, row_id, self._shift_types())
        self._refuse_stale(kind, row_id, known, given.data, given.revision if base is None else base)
        self._put(kind, given)
        return Done(row_id, created=known is None)

    def switch(self, kind: Kind, row_id: str, base: int | None, *, active: bool) -> Done:
        """Make a row inactive, or active again."""
        data = {**self._known(kind, row_id).data, "is_active": active}
        self._refuse_stale(kind, row_id, self._edit.row(kind.name, row_id), data, base)
        self._edit.put(kind.name, data, verb="restore" if active else "delete")
        return Done(row_id)

    def remove(self, kind: Kind, row_id: str, base: int | None) -> Done:
        """Remove a row for good."""
        known = self._known(kind, row_id)
        refuse_future(base, self._edit)
        if base is not None and base < known.revision:
            raise self._stale(kind, row_id, known)
        self._edit.remove(kind.name, row_id)
        return Done(row_id, gone=known)

    def _put(self, kind: Kind, given: Given, verb: str | None = None) -> None:
        self._edit.put(kind.name, given.data, locate=self._located(given.locate), verb=verb)

    def _located(self, locate: Locate) -> Locate:
        return lambda inside: (*self._place, *locate(inside))

    def _known(self, kind: Kind, row_id: str) -> Row:
        known = self._edit.row(kind.name, row_id)
        if known is None:
            raise NotFound(f"there is no row {row_id} in {kind.segment}")
        return known

    def _shift_types(self) -> Any:
        return shift_types_of(self._edit)

    def _refuse_stale(self, kind: Kind, row_id: str, known: Row | None, data: Data, base: int | None) -> None:
        """Refuse to overwrite what changed after `base`; what is sent twice, or changes nothing, is no conflict."""
        refuse_future(base, self._edit)
        if base is None or (known is not None and (known.revision <= base or known.data == data)):
            return
        if known is not None or base > 0:
            raise self._stale(kind, row_id, known)

    def _stale(self, kind: Kind, row_id: str, known: Row | None) -> Stale:
        current = answered(known, self._restaurant_id) if known else None
        return Stale([StaleRow(kind.segment, row_id, (), current)], self._edit.revision)


def shift_types_of(edit: Edit) -> Any:
    """Find the shift types in force; None where they are the default ones."""
    row = edit.state["rules"].get("shift_types")
    return row.data["value"] if row and row.is_active else None


def refuse_future(base: int | None, edit: Edit) -> None:
    """Nobody has read what is still to come: with such a revision nothing would ever be stale."""
    if base is not None and base > edit.revision:
        expected = f"at most {edit.revision}, the newest there is"
        raise ProblemError((Fault(Code.OUT_OF_RANGE, "/revision", base, expected),))


def _field(kind: Kind, key: str) -> str:
    """Name a field that may be spelt in camelCase."""
    return next((name for name in kind.fields if key in (name, to_camel(name))), key)
