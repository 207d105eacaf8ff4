"""camelCase in, snake_case inside: field names are translated where a type declares them, never ids, dates or symbols."""

from __future__ import annotations

import difflib
import types
import typing
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from solver.domain.base import Path
from solver.domain.codes import Code
from solver.domain.document import Paths
from solver.domain.fault import Fault, Flaw

SERVER_FIELDS = frozenset({"restaurant_id", "version_id", "created_at", "updated_at", "revision", "position"})
"""What a settings store adds to its rows; tolerated everywhere and left out."""
SERVER_NAMES = SERVER_FIELDS | {to_camel(name) for name in SERVER_FIELDS}
_LONGEST_NAME = 60  # characters; nobody meant a field by anything longer
_MOST_GUESSES = 1000  # a guess costs about a millisecond


class Naming:
    """Translates one document; `paths` and `flaws` tell what happened."""

    def __init__(self) -> None:
        self.paths = Paths()
        self.flaws: list[Flaw] = []

    @property
    def faults(self) -> list[Fault]:
        """The flaws as faults, for a document nothing was done to before."""
        return [flaw.fault() for flaw in self.flaws]

    def translate(self, value: Any, annotation: Any, new: Path = (), old: Path = ()) -> Any:
        """Give the value the field names its type declares; unknown and doubled fields become flaws and are left out."""
        kind, inner = _shape(annotation)
        if kind == "model" and isinstance(value, dict):
            return self._object(value, inner, new, old)
        if kind == "list" and isinstance(value, (list, tuple)):
            return tuple(self.translate(item, inner, (*new, i), (*old, i)) for i, item in enumerate(value))
        if kind == "map" and isinstance(value, dict) and _shape(inner)[0] != "value":
            return {key: self.translate(item, inner, (*new, key), (*old, key)) for key, item in value.items()}
        return value

    def _object(self, value: dict[str, Any], model: type[BaseModel], new: Path, old: Path) -> dict[str, Any]:
        fields = _fields(model)
        made: dict[str, Any] = {}
        for key, item in value.items():
            name = key if key in fields else _by_camel(model).get(key)
            if name is None:
                if key not in SERVER_NAMES:
                    self.flaws.append(Flaw(Code.UNKNOWN_FIELD, (*old, key), key, self._known(key, model)))
            elif name in made:
                self.flaws.append(Flaw(Code.FIELD_TWICE, (*old, key), key, f"only one of {name} and {to_camel(name)}"))
            else:
                if key != name:
                    self.paths.moved((*new, name), (*old, key))
                made[name] = self.translate(item, fields[name], (*new, name), (*old, key))
        return made

    def _known(self, key: str, model: type[BaseModel]) -> str:
        names = list(_fields(model))
        if len(key) <= _LONGEST_NAME and len(self.flaws) < _MOST_GUESSES:
            close = difflib.get_close_matches(key, [*names, *_by_camel(model)], n=1)
            if close:
                return f"{close[0]}, perhaps"
        return "one of " + ", ".join(names)


def named(parts: tuple[str, ...], annotation: Any) -> tuple[str, ...]:
    """The parts of a path with the names that the type's fields have; what no field is called stays."""
    found: list[str] = []
    kind, inner = _shape(annotation)
    for part in parts:
        name = _by_camel(inner).get(part, part) if kind == "model" else part
        found.append(name)
        kind, inner = _shape(_fields(inner).get(name) if kind == "model" else inner)
    return tuple(found)


@cache
def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """Names and types of the fields a request may hold."""
    return {name: info.annotation for name, info in model.model_fields.items() if not info.exclude}


@cache
def _by_camel(model: type[BaseModel]) -> dict[str, str]:
    return {to_camel(name): name for name in _fields(model)}


def _shape(annotation: Any) -> tuple[str, Any]:
    """Tell what an annotation holds: ("model", type), ("list", item type), ("map", value type) or ("value", None)."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _shape(args[0])
    if origin in (typing.Union, types.UnionType):
        return next((shape for shape in map(_shape, args) if shape[0] != "value"), ("value", None))
    if origin is tuple:
        return "list", args[0]
    if origin is dict:
        return "map", args[1]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "model", annotation
    return "value", None
