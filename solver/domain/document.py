"""JSON documents as they come: text to data without losing anything, and paths that survive rewriting."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.fault import Fault

Path = tuple[str | int, ...]
DEEPEST = 60  # levels; a problem has seven


class Paths:
    """Where each part of a rewritten document stood before. Parts that did not move need no entry."""

    def __init__(self) -> None:
        self._moved: dict[Path, Path] = {}

    def moved(self, new: Path, old: Path) -> None:
        """The part now at `new` stood at `old`."""
        self._moved[new] = old

    def before(self, path: Path) -> Path:
        """Where the part at `path` stood, by the longest prefix that moved."""
        for cut in range(len(path), 0, -1):
            old = self._moved.get(path[:cut])
            if old is not None:
                return old + path[cut:]
        return path


class _Pairs(dict[str, Any]):
    """A JSON object that remembers the keys it was given twice."""

    twice: tuple[str, ...] = ()


class _NotFinite:
    """NaN or an infinity, which JSON does not have."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _pairs(pairs: list[tuple[str, Any]]) -> _Pairs:
    made = _Pairs(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        made.twice = tuple(dict.fromkeys(key for key in keys if keys.count(key) > 1))
    return made


def parse(text: str | bytes) -> tuple[Any, list[Fault]]:
    """JSON text as data, with every duplicate key, non-finite number and unwritable text named."""
    try:
        raw = json.loads(text, object_pairs_hook=_pairs, parse_constant=_NotFinite)
    except (ValueError, RecursionError) as error:
        where = (
            f"line {error.lineno} column {error.colno}: {error.msg}"
            if isinstance(error, json.JSONDecodeError)
            else str(error)
        )
        return None, [Fault(Code.NOT_JSON, "", where[:200], "JSON text in UTF-8")]
    return raw, list(_text_faults(raw))


def data_faults(raw: Any) -> list[Fault]:
    """The same care for data that never was text."""
    return list(_text_faults(raw))


def _text_faults(raw: Any) -> Iterator[Fault]:
    waiting: list[tuple[Path, Any]] = [((), raw)]
    while waiting:
        path, value = waiting.pop()
        if len(path) > DEEPEST:
            yield Fault(Code.NOT_JSON, pointer(*path), "deeper nesting", f"at most {DEEPEST} levels")
        elif isinstance(value, _NotFinite) or (isinstance(value, float) and not math.isfinite(value)):
            yield Fault(Code.NOT_FINITE, pointer(*path), repr(value), "a finite number")
        elif isinstance(value, str) and not _writable(value):
            yield Fault(Code.BAD_TEXT, pointer(*path), ascii(value), "text without lone surrogates")
        elif isinstance(value, dict):
            for key in getattr(value, "twice", ()):
                yield Fault(Code.DUPLICATE_KEY, pointer(*path, key), key, "each key once")
            for key in value:
                if not isinstance(key, str) or not _writable(key):
                    yield Fault(Code.BAD_TEXT, pointer(*path), ascii(key), "keys that are text")
            waiting.extend(((*path, key), item) for key, item in value.items() if isinstance(key, str) and _writable(key))
        elif isinstance(value, (list, tuple)):
            waiting.extend(((*path, i), item) for i, item in enumerate(value))


def _writable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
