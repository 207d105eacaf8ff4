"""JSON Patch (RFC 6902) of a document whose lists are addressed by id: `/settings/staff_groups/[id=kitchen]/members/-`.

    [id=X]   the object of a list whose `id` is X, or the text X of a list of texts; `add` there replaces it, and where
             there is none appends
    parents  that are missing or null are made by `add`, `copy` and `move`: objects, and lists before `-`, a number or
             a selector

Every operation is tried, after one at fault too, so that all faults are told at once.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import jsonpatch

from solver.domain.base import MOST_ENTRIES, Path, pointer
from solver.domain.codes import Code
from solver.domain.document import DEEPEST
from solver.domain.fault import Fault, quoted

_NEEDS: Final = {"add": "value", "replace": "value", "test": "value", "copy": "from", "move": "from", "remove": None}
_MAKES: Final = frozenset({"add", "copy", "move"})
_SELECTOR: Final = re.compile(r"\[id=(.*)\]", re.DOTALL)
_POSITION: Final = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
MOST_COPIED: Final = 200_000  # values, by all operations of a patch: copies of copies would grow without end
_MOST_NAMED = 10  # ids that a fault lists

Parts = tuple[str, ...]
Rename = Callable[[Parts], Parts]


class Patched(NamedTuple):
    """The document after a patch, what was wrong with the patch, and where its operations wrote."""

    document: Any
    faults: list[Fault]
    traces: Traces


class _Refused(Exception):
    """One operation cannot be done; `place` is inside of it."""

    def __init__(self, code: Code, place: str, found: Any, expected: str) -> None:
        super().__init__(expected)
        self.code, self.place, self.found, self.expected = code, place, found, expected


class Traces:
    """Where each operation wrote, in the document as it is now; and the ids of what was removed."""

    def __init__(self) -> None:
        self._written: list[tuple[Path, str, bool]] = []  # where, by which part of the patch, and whether by its value
        self._removed: dict[str, str] = {}

    def wrote(self, path: Path, place: str, *, by_value: bool) -> None:
        """Note what an operation wrote."""
        self._written.append((path, place, by_value))

    def removed(self, value: Any, place: str) -> None:
        """Note what an operation took away."""
        name = value.get("id") if isinstance(value, dict) else value
        if isinstance(name, str):
            self._removed[name] = place

    def moved(self, path: Path, step: int) -> None:
        """Note that the entries of a list from this one on stand a place later (1) or earlier (−1)."""
        *above, index = path
        depth = len(above)
        assert isinstance(index, int)
        for i, (at, place, by_value) in enumerate(self._written):
            here = at[depth] if len(at) > depth and at[:depth] == tuple(above) else None
            if isinstance(here, int) and here >= index:
                self._written[i] = ((*at[:depth], here + step, *at[depth + 1 :]), place, by_value)

    def sent(self, fault: Fault) -> Fault:
        """A fault of the patched document, at the place of the patch that brought it; "" where none did by itself."""
        parts = parts_of(fault.path)
        expected = f"{fault.expected} (at {fault.path or '/'} of the patched problem)"
        for at, place, by_value in reversed(self._written):
            if tuple(map(str, at)) == parts[: len(at)]:
                rest = pointer(*parts[len(at) :]) if by_value else ""
                return fault._replace(path=place + rest, expected=expected)
        path = self._removed.get(fault.found, "") if isinstance(fault.found, str) else ""
        return fault._replace(path=path, expected=expected)


def parts_of(path: str) -> Parts:
    """Take an RFC 6901 pointer apart; one that begins with no slash is refused elsewhere."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:])


def patched(document: Any, patch: Any, rename: Rename = lambda parts: parts) -> Patched:
    """Apply a patch to a copy of a document. `rename` gives the parts of a path the names that the document has.

    Places of faults are inside the patch: `/2/path`.
    """
    document, traces, faults = copy.deepcopy(document), Traces(), []
    if not isinstance(patch, (list, tuple)):
        return Patched(document, [Fault(Code.WRONG_TYPE, "", quoted(patch), "a list of operations (RFC 6902)")], traces)
    if len(patch) > MOST_ENTRIES:
        many = Fault(Code.TOO_LARGE, "", len(patch), f"at most {MOST_ENTRIES} operations")
        return Patched(document, [many], traces)
    room = MOST_COPIED
    for i, operation in enumerate(patch):
        try:
            document, used = _Operation(operation, f"/{i}", rename).apply(document, traces, room)
            room -= used
        except _Refused as error:
            faults.append(Fault(error.code, f"/{i}{error.place}", quoted(error.found), error.expected))
    return Patched(document, faults, traces)


class _Operation:
    """One operation of a patch, its form judged."""

    def __init__(self, sent: Any, place: str, rename: Rename) -> None:
        if not isinstance(sent, dict):
            raise _Refused(Code.WRONG_TYPE, "", sent, "an object with op and path")
        kind = sent.get("op")
        if kind not in _NEEDS or not isinstance(kind, str):
            code = Code.BAD_VALUE if "op" in sent else Code.MISSING_FIELD
            raise _Refused(code, "/op", kind, "one of " + ", ".join(_NEEDS))
        self.kind, self._place = kind, place
        self.path = rename(_read_path(sent, "path"))
        self.source = rename(_read_path(sent, "from")) if _NEEDS[kind] == "from" else ()
        if _NEEDS[kind] == "value" and "value" not in sent:
            raise _Refused(Code.MISSING_FIELD, "/value", None, "a value")
        self.value = copy.deepcopy(sent.get("value"))

    def apply(self, document: Any, traces: Traces, room: int) -> tuple[Any, int]:
        """The document afterwards, and how many values it grew by at most."""
        if self.kind in ("copy", "move"):
            return self._bring(document, traces, room)
        if self.kind == "remove" and not self.path:
            raise _Refused(Code.BAD_VALUE, "/path", "", "a part of the document: the whole cannot be removed")
        target, there = _made(document, self.path) if self.kind == "add" else (_found(document, self.path, "/path"), True)
        kind = "replace" if self.kind == "add" and there else self.kind
        before = _at(document, target) if kind in ("remove", "replace") else None
        try:
            document = _done(document, kind, target, self.value)
        except jsonpatch.JsonPatchTestFailed:
            raise _Refused(Code.BAD_VALUE, "/value", self.value, f"what is there: {quoted(_at(document, target))}") from None
        self._trace(traces, kind, target, before)
        return document, 0

    def _bring(self, document: Any, traces: Traces, room: int) -> tuple[Any, int]:
        """Copy or move."""
        source, values = _found(document, self.source, "/from"), 0
        value = _at(document, source)
        if self.kind == "copy":
            values, depth = _size(value, room)
            if values > room:
                raise _Refused(Code.TOO_LARGE, "/from", pointer(*source), f"at most {MOST_COPIED} values copied in all")
            if len(self.path) + depth > DEEPEST:
                raise _Refused(Code.TOO_LARGE, "/path", len(self.path) + depth, f"at most {DEEPEST} levels")
            value = copy.deepcopy(value)
        elif not source or _leads_into(document, self.path, source):
            raise _Refused(Code.BAD_VALUE, "/path", pointer(*self.path), f"a place outside of {pointer(*source) or '/'}")
        else:
            document = _done(document, "remove", source)  # first: a position or an id may be meant after that
            _shift(traces, source, -1)
        try:
            target, there = _made(document, self.path)
        except _Refused:
            if self.kind == "move":
                _done(document, "add", source, value)
                _shift(traces, source, 1)
            raise
        kind = "replace" if there else "add"
        self._trace(traces, kind, target, _at(document, target) if there else None)
        return _done(document, kind, target, value), values

    def _trace(self, traces: Traces, kind: str, target: Path, before: Any) -> None:
        if kind in ("remove", "replace"):
            traces.removed(before, f"{self._place}/path")
        if kind in ("remove", "add"):
            _shift(traces, target, 1 if kind == "add" else -1)
        if kind in ("add", "replace"):
            by_value = _NEEDS[self.kind] == "value"
            traces.wrote(target, f"{self._place}/{'value' if by_value else 'path'}", by_value=by_value)


def _done(document: Any, kind: str, target: Path, value: Any = None) -> Any:
    """The document after one plain operation, changed in place but for its root."""
    return jsonpatch.apply_patch(document, [{"op": kind, "path": pointer(*target), "value": value}], in_place=True)


def _shift(traces: Traces, path: Path, step: int) -> None:
    if path and isinstance(path[-1], int):
        traces.moved(path, step)


def _leads_into(document: Any, parts: Parts, source: Path) -> bool:
    """Whether a path leads to a place inside of another one."""
    try:
        return len(parts) > len(source) and _found(document, parts[: len(source)], "/path") == source
    except _Refused:
        return False


def _read_path(sent: dict[str, Any], name: str) -> Parts:
    given = sent.get(name)
    if not isinstance(given, str):
        code = Code.WRONG_TYPE if name in sent else Code.MISSING_FIELD
        raise _Refused(code, f"/{name}", given, "a pointer (RFC 6901), such as /prefilled/sato/2025-01-15")
    if given and not given.startswith("/"):
        raise _Refused(Code.BAD_VALUE, f"/{name}", given, "a pointer that begins with /")
    if re.search(r"~(?![01])", given):
        raise _Refused(Code.BAD_VALUE, f"/{name}", given, "~ written as ~0, and / in a name as ~1")
    parts = parts_of(given)
    if len(parts) > DEEPEST:
        raise _Refused(Code.TOO_LARGE, f"/{name}", len(parts), f"at most {DEEPEST} levels")
    return parts


def _found(document: Any, parts: Parts, place: str) -> Path:
    """Where the parts lead in the document."""
    path: list[str | int] = []
    here = document
    for part in parts:
        key = _index(here, part, path, place) if isinstance(here, list) else part
        known = isinstance(here, list) or (isinstance(here, dict) and key in here)
        if not known:
            raise _Refused(Code.BAD_VALUE, place, pointer(*parts), _nothing(here, part, path))
        path.append(key)
        here = here[key]
    return tuple(path)


def _made(document: Any, parts: Parts) -> tuple[Path, bool]:
    """Where the parts lead, parents made; and whether the last is an entry of a list, found by its id."""
    path: list[str | int] = []
    here = document
    for depth, part in enumerate(parts):
        last = depth == len(parts) - 1
        if isinstance(here, list):
            if last:
                return _slot(here, part, path)
            key: str | int = _index(here, part, path, "/path")
        elif isinstance(here, dict):
            key = part
            if not last and here.get(key) is None:
                here[key] = [] if _is_listed(parts[depth + 1]) else {}
        else:
            raise _Refused(Code.BAD_VALUE, "/path", pointer(*parts), _nothing(here, part, path))
        path.append(key)
        here = here[key] if not last else None
    return tuple(path), False


def _slot(listed: list[Any], part: str, path: Sequence[str | int]) -> tuple[Path, bool]:
    """Where in a list something is added; True where it takes the place of the entry with that id."""
    selector = _SELECTOR.fullmatch(part)
    if part == "-" or (selector and not _named(listed, selector[1])):
        return (*path, len(listed)), False
    if _POSITION.fullmatch(part) and int(part) == len(listed):
        return (*path, len(listed)), False
    return (*path, _index(listed, part, path, "/path")), selector is not None


def _index(listed: list[Any], part: str, path: Sequence[str | int], place: str) -> int:
    selector = _SELECTOR.fullmatch(part)
    if selector:
        found = _named(listed, selector[1])
        if len(found) == 1:
            return found[0]
        if found:
            expected = f"an id that {pointer(*path)} has once: it stands at {', '.join(map(str, found[:_MOST_NAMED]))}"
            raise _Refused(Code.DUPLICATE_ID, place, part, expected)
        names = [name for name in map(_name, listed) if name is not None]
        known = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "") if names else "none"
        raise _Refused(Code.BAD_VALUE, place, part, f"the id of an entry of {pointer(*path)}: {known}")
    if not _POSITION.fullmatch(part) or int(part) >= len(listed):
        entries = f"0 to {len(listed) - 1}" if listed else "nothing, as it is empty"
        raise _Refused(Code.BAD_VALUE, place, part, f"an entry of {pointer(*path)}: [id=…], or {entries}")
    return int(part)


def _named(listed: list[Any], name: str) -> list[int]:
    return [i for i, entry in enumerate(listed) if _name(entry) == name]


def _name(entry: Any) -> str | None:
    name = entry.get("id") if isinstance(entry, dict) else entry
    return name if isinstance(name, str) else None


def _is_listed(part: str) -> bool:
    return part == "-" or bool(_SELECTOR.fullmatch(part) or _POSITION.fullmatch(part))


def _nothing(here: Any, part: str, path: Sequence[str | int]) -> str:
    where = pointer(*path) or "the document"
    if isinstance(here, dict):
        return f"a part of {where} that is there; {part} is not"
    return f"a place in an object or a list; {where} is {quoted(here) if here is not None else 'null'}"


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _size(value: Any, most: int) -> tuple[int, int]:
    """How many values a value consists of, and how many levels it has; counted only until there are too many."""
    values, deepest = 0, 0
    waiting = [(value, 1)]
    while waiting and values <= most:
        value, depth = waiting.pop()
        values, deepest = values + 1, max(deepest, depth)
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(one, depth + 1) for one in inner]
    return values, deepest
