"""JSON documents as they come: text to data without losing anything, and paths that survive rewriting."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

from solver.domain.base import Path
from solver.domain.codes import Code
from solver.domain.fault import Fault, Flaw, Unreadable

DEEPEST = 60  # levels; a problem has seven
MOST_VALUES = 2_000_000  # in one document; the largest problem has about a million
WRITABLE_TEXT = "text without lone surrogates"
_LONGEST_NUMBER = 25  # digits


class Paths:
    """Where each part of a rewritten document stood before. Parts that did not move need no entry."""

    def __init__(self) -> None:
        self._moved: dict[Path, Path] = {}

    def moved(self, new: Path, old: Path) -> None:
        """Note that the part now at `new` stood at `old`."""
        self._moved[new] = old

    def before(self, path: Path) -> Path:
        """Where the part at `path` stood, by the longest prefix that moved."""
        for cut in range(len(path), 0, -1):
            old = self._moved.get(path[:cut])
            if old is not None:
                return old + path[cut:]
        return path


def parse(text: str | bytes) -> tuple[Any, list[Fault]]:
    """JSON text as data, with every duplicate key, non-finite number and unwritable text named."""
    data, flaws = read_text(text)
    return data, [flaw.fault() for flaw in flaws]


def data_faults(raw: Any) -> list[Fault]:
    """List what is wrong with data that never was text."""
    return [flaw.fault() for flaw in read_data(raw)[1]]


def read_text(text: str | bytes) -> tuple[Any, list[Flaw]]:
    """JSON text as plain data, and what was lost or cannot be kept; `Unreadable` stands where a value was."""
    try:
        raw = json.loads(
            text, object_pairs_hook=_Pairs, parse_constant=_not_finite, parse_float=_to_float, parse_int=_to_int
        )
    except json.JSONDecodeError as error:
        found = f"line {error.lineno} column {error.colno}: {error.msg}"
    except UnicodeDecodeError as error:
        found = f"byte {error.start}: {error.reason}"
    except RecursionError:
        found = f"more than {DEEPEST} levels"
    else:
        return read_data(raw)
    return None, [Flaw(Code.NOT_JSON, (), found, "JSON text in UTF-8")]


def read_data(raw: Any) -> tuple[Any, list[Flaw]]:
    """Take the same care of data that never was text: objects with text as keys, lists, values."""
    plain = _Plain()
    data = plain.copy(raw)
    if plain.too_large():
        return None, [Flaw(Code.TOO_LARGE, (), f"more than {MOST_VALUES} values", f"at most {MOST_VALUES} values")]
    return data, plain.flaws


class _Pairs(dict[str, Any]):
    """A JSON object that remembers the keys it was given twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        given = Counter(key for key, _ in pairs) if len(self) < len(pairs) else {}
        self.twice = tuple(key for key, times in given.items() if times > 1)


class _NotFinite(Unreadable):
    """NaN, an infinity, or a number too large to tell from one."""


class _TooLong(Unreadable):
    """A whole number of absurdly many digits."""


def _not_finite(text: str) -> _NotFinite:
    return _NotFinite(text)


def _to_float(text: str) -> float | _NotFinite:
    value = float(text)
    return value if math.isfinite(value) else _NotFinite(text)


def _to_int(text: str) -> int | _TooLong:
    return int(text) if len(text) <= _LONGEST_NUMBER else _TooLong(f"{text[:_LONGEST_NUMBER]}… ({len(text)} digits)")


class _Plain:
    """Copies data into plain dicts and lists; notes what a JSON document could not hold or would lose."""

    def __init__(self) -> None:
        self.flaws: list[Flaw] = []
        self._at: list[str | int] = []  # the place of the value being copied
        self._values = 0
        self._too_deep = False

    def copy(self, value: Any) -> Any:
        """Copy a value; `Unreadable` takes the place of what cannot be kept."""
        self._values += 1
        if self._values > MOST_VALUES:
            return Unreadable("one value too many")
        if isinstance(value, (dict, list, tuple)):
            return self._nested(value)
        if isinstance(value, str):
            return value if _writable(value) else self._refuse(Code.BAD_TEXT, Unreadable(ascii(value)), WRITABLE_TEXT)
        if isinstance(value, float) and not math.isfinite(value):
            value = _NotFinite(repr(value))
        elif isinstance(value, int) and value.bit_length() > 4 * _LONGEST_NUMBER:
            value = _TooLong(f"a number of {value.bit_length()} bits")
        if isinstance(value, _NotFinite):
            return self._refuse(Code.NOT_FINITE, value, "a finite number")
        if isinstance(value, _TooLong):
            return self._refuse(Code.OUT_OF_RANGE, value, f"a number of at most {_LONGEST_NUMBER} digits")
        return value

    def too_large(self) -> bool:
        """Whether copying ended early."""
        return self._values > MOST_VALUES

    def _nested(self, value: Any) -> Any:
        if len(self._at) >= DEEPEST:
            deeper = Unreadable("deeper nesting")
            if not self._too_deep:  # once is enough: there may be millions of such places
                self._refuse(Code.NOT_JSON, deeper, f"at most {DEEPEST} levels")
            self._too_deep = True
            return deeper
        if isinstance(value, dict):
            return self._object(value)
        made = []
        for i, item in enumerate(value):
            self._at.append(i)
            made.append(self.copy(item))
            self._at.pop()
        return made

    def _object(self, value: dict[Any, Any]) -> dict[str, Any]:
        for key in getattr(value, "twice", ()):
            if _writable(key):
                self.flaws.append(Flaw(Code.DUPLICATE_KEY, (*self._at, key), key, "each key once"))
        made = {}
        for key, item in value.items():
            if not isinstance(key, str):
                self._refuse(Code.WRONG_TYPE, Unreadable(f"a key of type {type(key).__name__}"), "keys that are text")
            elif not _writable(key):
                self._refuse(Code.BAD_TEXT, Unreadable(ascii(key)), WRITABLE_TEXT)
            else:
                self._at.append(key)
                made[key] = self.copy(item)
                self._at.pop()
        return made

    def _refuse(self, code: Code, value: Unreadable, expected: str) -> Unreadable:
        self.flaws.append(Flaw(code, tuple(self._at), str(value), expected))
        return value


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
