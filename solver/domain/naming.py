"""camelCase in, snake_case inside: field names are translated where a type declares them, never ids, dates or symbols."""

from __future__ import annotations

import difflib
import types
import typing
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.document import Path, Paths
from solver.domain.fault import Fault

SERVER_FIELDS = frozenset({"restaurant_id", "version_id", "created_at", "updated_at", "revision"})
"""What a settings store adds to its rows; tolerated everywhere and left out."""
_SERVER_NAMES = SERVER_FIELDS | {to_camel(name) for name in SERVER_FIELDS}


class Naming:
    """Translates one document; `paths` and `faults` tell what happened."""

    def __init__(self) -> None:
        self.paths = Paths()
        self.faults: list[Fault] = []

    def translate(self, value: Any, annotation: Any, new: Path = (), old: Path = ()) -> Any:
        """The value with the field names its type declares; unknown and doubled fields become faults and are left out."""
        kind, inner = _shape(annotation)
        if kind == "model" and isinstance(value, dict):
            return self._object(value, inner, new, old)
        if kind == "list" and isinstance(value, (list, tuple)):
            return tuple(self.translate(item, inner, (*new, i), (*old, i)) for i, item in enumerate(value))
        if kind == "map" and isinstance(value, dict):
            return {key: self.translate(item, inner, (*new, key), (*old, key)) for key, item in value.items()}
        return value

    def _object(self, value: dict[str, Any], model: type[BaseModel], new: Path, old: Path) -> dict[str, Any]:
        fields = {name: info for name, info in model.model_fields.items() if not info.exclude}
        camel = {to_camel(name): name for name in fields}
        made: dict[str, Any] = {}
        for key, item in value.items():
            name = key if key in fields else camel.get(key)
            if name is None:
                if key not in _SERVER_NAMES:
                    self.faults.append(Fault(Code.UNKNOWN_FIELD, pointer(*old, key), key, _known(key, list(fields))))
            elif name in made:
                self.faults.append(
                    Fault(Code.FIELD_TWICE, pointer(*old, key), key, f"only one of {name} and {to_camel(name)}")
                )
            else:
                if key != name:
                    self.paths.moved((*new, name), (*old, key))
                made[name] = self.translate(item, fields[name].annotation, (*new, name), (*old, key))
        return made


def _known(key: str, names: list[str]) -> str:
    close = difflib.get_close_matches(key, [*names, *map(to_camel, names)], n=1)
    return f"{close[0]}, perhaps" if close else "one of " + ", ".join(names)


def _shape(annotation: Any) -> tuple[str, Any]:
    """What an annotation holds: ("model", type), ("list", item type), ("map", value type) or ("value", None)."""
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
