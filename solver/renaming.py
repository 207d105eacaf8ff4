"""New words for a problem's own: ids, names, statuses, skills, … wherever they occur in a problem or a result.

The document keeps its order, and the new words of a kind sort as the old ones did, so nothing that could break a tie moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from solver.domain.base import pointer
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.shift import DEFAULT_SHIFT_TYPES, UNIQUE_ROLES

Kind = Literal["staff", "group", "assignment", "entry", "skill", "status", "symbol", "role", "shift_name"]
Word = Callable[[Kind, str], str]

FIELDS: Final[Mapping[str, Kind]] = {
    "staff_id": "staff",
    "staff_ids": "staff",
    "members": "staff",
    "absent": "staff",
    "group_id": "group",
    "group_ids": "group",
    "assignment_id": "assignment",
    "skill": "skill",
    "skills": "skill",
    "status": "status",
    "statuses": "status",
    "symbol": "symbol",
    "symbols": "symbol",
    "shift": "symbol",
    "except_symbols": "symbol",
    "from": "symbol",
    "to": "symbol",
    "role": "role",
}
"""Fields of a problem or a result that hold a word, or lists of them, and of which kind it is."""
EMPTIED: Final = frozenset({"notes", "description", "color"})
OWN: Final = frozenset({"id", "name", "path", "patch", "message", "problem", "request_hash"})
"""Fields that hold words too and are seen to one by one."""
KEPT: Final = frozenset({"start", "country", "subdivision", "rule", "engine", "version"})
"""Fields of free text that name nobody."""
GRIDS: Final = frozenset({"prefilled", "history", "baseline", "schedule"})
"""Staff id → date → symbol."""
ROWS_OF: Final[Mapping[str, Kind]] = {"staff": "staff", "staff_groups": "group", "backup_assignments": "assignment"}
"""Lists whose rows have an id of this kind; the rows of all others are entries of rules."""
_LETTERS: Final[Mapping[Kind, str]] = {
    "staff": "s",
    "group": "g",
    "assignment": "b",
    "entry": "r",
    "skill": "skill",
    "status": "status",
    "symbol": "k",
    "role": "role",
    "shift_name": "shift",
}
LONGEST_SYMBOL: Final = 1  # characters of a symbol that is kept; a longer one may be a word
_KNOWN: Final[Mapping[Kind, frozenset[str]]] = {
    "role": frozenset({*UNIQUE_ROLES, "early", "late"}),
    "shift_name": frozenset(shift.name for shift in DEFAULT_SHIFT_TYPES),
}


class Renaming:
    """New words for all of a problem, and the problem in them."""

    def __init__(self, problem: Problem) -> None:
        document = problem.canonical()
        met: dict[Kind, dict[str, None]] = defaultdict(dict)

        def meet(kind: Kind, word: str) -> str:
            met[kind][word] = None
            return word

        _walk(document, meet)
        self._taken = set(met["symbol"])
        self._words: dict[Kind, dict[str, str]] = {kind: {} for kind in _LETTERS}
        for kind, words in met.items():
            strange = sorted(word for word in words if not _harmless(kind, word))
            digits = len(str(len(strange)))
            for word in strange:
                self._words[kind][word] = self._next(kind, digits)
        self.problem = read_problem(_walk(document, self.word))

    def word(self, kind: Kind, word: str) -> str:
        """The new word for one; one that the problem does not have gets the next number of its kind."""
        if _harmless(kind, word):
            return word
        known = self._words[kind]
        if word not in known:
            known[word] = self._next(kind, 1)
        return known[word]

    def renamed(self, name: str, value: Any) -> Any:
        """A field of a result in the new words, sentences left out."""
        return _walk({name: value}, self.word)[name]

    def _next(self, kind: Kind, digits: int) -> str:
        number = len(self._words[kind]) + 1
        while (made := f"{_LETTERS[kind]}{number:0{digits}}") in self._taken and kind == "symbol":
            number += 1
        self._taken |= {made} if kind == "symbol" else set()
        return made


def _harmless(kind: Kind, word: str) -> bool:
    """Whether a word is kept: nothing, one of toban's own, or a symbol too short to be a word."""
    return not word or word in _KNOWN.get(kind, ()) or (kind == "symbol" and len(word) <= LONGEST_SYMBOL)


# ---- walking a document -------------------------------------------------------------------------------


def _walk(value: Any, word: Word, rows: str = "") -> Any:
    """Copy JSON data of a problem or a result with every word replaced; `rows` names the list that the value stands in."""
    if isinstance(value, list):
        return [_walk(item, word, rows) for item in value]
    if not isinstance(value, dict):
        return value
    if "op" in value and "path" in value:
        return _operation(value, word)
    return {name: _field(name, item, value, word, rows) for name, item in value.items()}


def _field(name: str, value: Any, holder: dict[str, Any], word: Word, rows: str) -> Any:
    if name in EMPTIED:
        return None if value is None or name == "color" else ""
    if name == "message":
        return ""
    if value is None:
        return None
    if name in FIELDS:
        return _words(FIELDS[name], value, word)
    if name in GRIDS:
        return {
            word("staff", staff): {day: word("symbol", symbol) for day, symbol in row.items()}
            for staff, row in value.items()
        }
    if name == "history_counts":
        return {word("staff", staff): counts for staff, counts in value.items()}
    if name == "path":
        return _path(value, word)
    if name == "id":
        return word(ROWS_OF.get(rows, "entry"), value)
    if name == "name":
        return _name(value, holder, word, rows)
    return _walk(value, word, name)


def _name(name: str, holder: dict[str, Any], word: Word, rows: str) -> str:
    """People and groups are called by their ids; who had no name gets none."""
    if rows == "shift_types" or not name:
        return word("shift_name", name)
    return word(ROWS_OF.get(rows, "entry"), holder["id"])


def _words(kind: Kind, value: Any, word: Word) -> Any:
    """A word, or lists or rows of words however deep."""
    if isinstance(value, list):
        return [_words(kind, item, word) for item in value]
    if isinstance(value, dict):
        return {key: _words(kind, item, word) for key, item in value.items()}
    return word(kind, value) if isinstance(value, str) else value


def _path(path: str, word: Word) -> str:
    """A JSON pointer in the new words: of all places of a problem only the rows of grids are named after somebody."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    if len(parts) > 1 and parts[0] in (*GRIDS, "history_counts"):
        parts[1] = word("staff", parts[1])
    return pointer(*parts)


def _operation(operation: dict[str, Any], word: Word) -> dict[str, Any]:
    """An operation of a JSON Patch."""
    made = {**operation, "path": _path(operation["path"], word)}
    if "value" not in operation:
        return made
    value, parts = operation["value"], operation["path"].split("/")[1:]
    field = next((part for part in reversed(parts) if not part.isdecimal() and part != "-"), "")
    if parts and parts[0] in GRIDS and len(parts) > 1:
        made["value"] = _words("symbol", value, word)
    elif isinstance(value, dict):
        made["value"] = _walk(value, word, field)
        if _named_after_what_it_says(value):
            made["value"]["id"] = f"{word('staff', value['staff_id'])}@{word('group', value['group_id'])}"
    else:
        made["value"] = _field(field, value, {}, word, "")
    return made


def _named_after_what_it_says(row: Mapping[str, Any]) -> bool:
    """Whether the row is a new assignment named `staff@group`, as repairs name them."""
    return {"id", "staff_id", "group_id"} <= row.keys() and row["id"] == f"{row['staff_id']}@{row['group_id']}"
