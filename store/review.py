"""What is wrong with changed rows once they stand among all the others: the solver's own review, asked of them only.

Whatever was stored before stays as it is: a fault of a row that a change does not touch never stops the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from solver.domain.base import Path, pointer
from solver.domain.codes import Code
from solver.domain.fault import Fault, Flaw
from solver.domain.mismatch import flaw_of
from solver.domain.problem import Problem
from solver.domain.review import flaws_of
from store.kinds import State, document
from store.pins import pin_id
from store.reading import Locate

_REFERENCES = {Code.UNKNOWN_STAFF: "staff", Code.UNKNOWN_GROUP: "groups", Code.UNKNOWN_SYMBOL: "symbol"}
_REFERENCES[Code.LOOKALIKE_SYMBOL] = "symbol"
_TOLD = frozenset(
    {
        *_REFERENCES,
        Code.DUPLICATE_SYMBOL,
        Code.DUPLICATE_ROLE,
        Code.DUPLICATE_ENTRY,
        Code.ROLE_KIND,
        Code.REVERSED_DATES,
        Code.MIN_ABOVE_MAX,
        Code.NOT_WHOLE,
        Code.SCOPE_AMBIGUOUS,
        Code.BAD_VALUE,
    }
)
"""What can be judged without a period, and does not forbid getting somewhere in two steps."""


def faults_of(state: State, changed: Mapping[tuple[str, str], Locate]) -> list[Fault]:
    """Find the faults of changed rows, (kind, id) → where the row stands in the document as sent."""
    found: list[Fault] = []
    for flaw in _flaws(state):
        if flaw.code is Code.TOO_LARGE:
            found.append(flaw.fault())
        elif flaw.code in _TOLD:
            row = _row_of(state, flaw.place)
            if row is not None and row[:2] in changed:
                found.append(flaw._replace(place=changed[row[:2]](row[2])).fault())
    return list(dict.fromkeys(found))


Mention = tuple[str, str, Path, Any]
"""(kind, row id, place inside the row, what it names)."""


def dangling(state: State) -> dict[Mention, tuple[str, str]]:
    """Find what rows name and is not there — people, groups, symbols: what it is, and its place in the settings."""
    found = {}
    for flaw in _flaws(state):
        row = _row_of(state, flaw.place) if flaw.code in _REFERENCES else None
        if row is not None:
            found[(*row, flaw.found)] = (f"{_REFERENCES[flaw.code]}/{flaw.found}", pointer(*flaw.place))
    return found


def _flaws(state: State) -> Iterator[Flaw]:
    parts = {**document(state), "prefilled": _grid(state)}
    data = {"period": {"start": "2000-01-01", "end": "2000-01-01"}, **parts, "staff": parts["staff"] or [{"id": "?"}]}
    try:
        problem = Problem.model_validate(_frozen(data), context={"review": False})
    except ValidationError as error:
        flaws = [flaw_of(one, data) for one in error.errors(include_url=False)]
        if any(flaw.code is not Code.TOO_LARGE for flaw in flaws):
            raise  # every row fits its type, so only their number may not
        yield from flaws
    else:
        yield from flaws_of(problem)


def _grid(state: State) -> dict[str, dict[str, str]]:
    """Put together the cells that a change is about."""
    found: dict[str, dict[str, str]] = {}
    for row in state["prefilled"].values():
        if row.is_active:
            found.setdefault(row.data["staff_id"], {})[row.data["date"]] = row.data["symbol"]
    return found


def _frozen(value: Any) -> Any:
    """Make lists tuples, as the types have them."""
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _row_of(state: State, place: Path) -> tuple[str, str, Path] | None:
    """Tell which row a place of the settings lies in, and where inside it."""
    if place[0] == "staff" and len(place) > 1:
        return ("staff", list(state["staff"])[int(place[1])], place[2:]) if state["staff"] else None
    if place[0] == "prefilled" and len(place) > 1:
        of_person = (one for one, row in state["prefilled"].items() if row.data["staff_id"] == place[1] and row.is_active)
        row_id = pin_id(*map(str, place[1:])) if len(place) > 2 else next(of_person)
        return "prefilled", row_id, ("symbol" if len(place) > 2 else "staff_id",)
    if place[0] != "settings" or len(place) < 2:
        return None
    name = str(place[1])
    if name == "calendar":
        return ("calendar", str(place[2]), place[3:]) if len(place) > 2 else None
    if name in state:
        return (name, list(state[name])[int(place[2])], place[3:]) if len(place) > 2 else None
    return "rules", name, place[2:]
