"""Types applied to a whole document: what fits becomes a problem, what does not is set aside and named.

A part that fails its type is cut out and the rest is tried again, so that the review can still look at everything else.
Faults that only follow from a missing part (a reference to somebody whose row was cut out) are not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pydantic import ValidationError

from solver.domain.base import Path
from solver.domain.codes import Code
from solver.domain.document import Paths
from solver.domain.fault import Flaw, Unreadable
from solver.domain.mismatch import flaw_of
from solver.domain.problem import Problem

_MOST_ROUNDS = 20  # each cuts a level away, and a problem has seven
_STAND_INS: dict[str, Any] = {
    "period": {"start": "2000-01-01", "end": "2000-01-01"},
    "staff": ({"id": "?"},),
}
"""What takes the place of a required part that cannot be used, so that the rest can still be judged."""
_RESTS_ON: dict[Code, Path] = {
    Code.UNKNOWN_STAFF: ("staff",),
    Code.UNKNOWN_GROUP: ("settings", "staff_groups"),
    Code.UNKNOWN_SYMBOL: ("settings", "shift_types"),
    Code.LOOKALIKE_SYMBOL: ("settings", "shift_types"),
}
"""The list that has to be known before such a fault can be told."""


class Sieve:
    """Sorts one document; `flaws` names what was set aside, at its place in the document as sent."""

    def __init__(self, data: dict[str, Any], sent: Callable[[Path], Path], refused: Iterable[Path]) -> None:
        self.flaws: list[Flaw] = []
        self._data = self._rest = data
        self._sent = sent
        self._refused = set(refused)  # places as sent that were found at fault before
        self._cuts: set[Path] = set()
        self._around: set[Path] = set()  # places that something was cut out of
        self._names: dict[Path, set[str | None]] = {}
        self._unsure_of_types = False  # of backup assignments
        self._kept = Paths()

    def problem(self) -> Problem | None:
        """Build the problem from all that fits; None where it cannot stand at all."""
        for _ in range(_MOST_ROUNDS):
            try:
                self._rest = self._without_cuts()
                return Problem.model_validate(self._rest, context={"review": False})
            except ValidationError as error:
                self._set_aside(error)
        return None

    def sent(self, place: Path) -> Path:
        """Where a part of the problem stood in the document as sent."""
        return self._sent(self._kept.before(place))

    def tells(self, flaw: Flaw) -> bool:
        """Whether a flaw of the built problem is one of the document, and does not only follow from what was set aside."""
        if self._is_refused(self.sent(flaw.place)):
            return False
        if flaw.code in _RESTS_ON:
            rests_on = _RESTS_ON[flaw.code]
            return not self._lost(rests_on) and not self._may_name_a_cut_row(flaw.found, rests_on)
        if flaw.code is Code.MISSING_ROLE:
            return not self._torn(("settings", "shift_types"))
        if flaw.code in (Code.OUTSIDE_PERIOD, Code.NOT_BEFORE_PERIOD):
            return not self._torn(("period",))
        if flaw.code is Code.MIXED_ASSIGNMENT_TYPE:
            return not self._unsure_of_types
        return True

    # ---- cutting ----------------------------------------------------------------------------------

    def _set_aside(self, error: ValidationError) -> None:
        for one in error.errors(include_url=False):
            missing = one["type"] == "missing"
            flaw = flaw_of(one, self._rest)
            place = self._kept.before(flaw.place)
            sent = self._sent(place)
            emptied = one["type"] == "too_short" and self._torn(place)
            if not (self._is_refused(sent) or emptied or isinstance(one["input"], Unreadable)):
                self.flaws.append(flaw._replace(place=sent))
            self._refused.add(sent)
            cut = place[:-1] if missing and len(place) > 1 else place
            self._cuts.add(cut)
            self._unsure_of_types |= cut[-1] in ("assignment_type", "is_active")
            self._around.update(cut[:length] for length in range(len(cut)))

    def _without_cuts(self) -> dict[str, Any]:
        self._kept = Paths()
        stand_ins = {name: part for name, part in _STAND_INS.items() if (name,) in self._cuts}
        return {**self._without(self._data, (), ()), **stand_ins}

    def _without(self, value: Any, old: Path, new: Path) -> Any:
        if isinstance(value, dict):
            return {
                key: self._without(item, (*old, key), (*new, key))
                for key, item in value.items()
                if (*old, key) not in self._cuts
            }
        if isinstance(value, tuple):
            kept = [i for i in range(len(value)) if (*old, i) not in self._cuts]
            for at, i in enumerate(kept):
                if at != i:
                    self._kept.moved((*new, at), (*old, i))
            return tuple(self._without(value[i], (*old, i), (*new, at)) for at, i in enumerate(kept))
        return value

    # ---- what was cut -----------------------------------------------------------------------------

    def _is_refused(self, sent: Path) -> bool:
        """Whether a place as sent, or one around it, was found at fault before."""
        return any(sent[:length] in self._refused for length in range(1, len(sent) + 1))

    def _lost(self, place: Path) -> bool:
        return any(place[:length] in self._cuts for length in range(1, len(place) + 1))

    def _torn(self, place: Path) -> bool:
        """Whether a part, or anything in it, was cut out."""
        return self._lost(place) or place in self._around

    def _may_name_a_cut_row(self, name: str, place: Path) -> bool:
        """Whether a row cut out of a list bears this id or symbol, or one that cannot be read."""
        if place not in self._names:
            rows: Any = self._data
            for part in place:
                rows = rows.get(part) if isinstance(rows, dict) else None
            cut = [row for i, row in enumerate(rows or ()) if (*place, i) in self._cuts]
            self._names[place] = {_name_of(row) for row in cut}
        return not self._names[place].isdisjoint((name, None))


def _name_of(row: Any) -> str | None:
    found = [row.get(key) for key in ("id", "symbol")] if isinstance(row, dict) else []
    return next((name for name in found if isinstance(name, str) and name), None)
