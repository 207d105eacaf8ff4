"""Problem documents as people read them: JSON in which whatever is short stands on one line."""

from __future__ import annotations

import json
from typing import Any

WIDTH = 120  # characters per line
_STEP = "  "


def as_text(document: Any) -> str:
    """Write the document as JSON text that ends with a newline; equal documents give equal text.

    A list of several objects has one item per line; an object of plain values that does not fit on a line fills several.
    """
    return _laid_out(document, "", 0) + "\n"


def _laid_out(value: Any, indent: str, taken: int) -> str:
    """Write the value as text that begins after `taken` characters of its line; further lines begin with `indent`."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or (taken + len(flat) < WIDTH and not _has_rows(value)):
        return flat
    inner = indent + _STEP
    if isinstance(value, dict):
        keys = [f"{json.dumps(key, ensure_ascii=False)}: " for key in value]
        items = [key + _laid_out(item, inner, len(inner + key)) for key, item in zip(keys, value.values(), strict=True)]
        opened, closed = "{", "}"
    else:
        items = [_laid_out(item, inner, len(inner)) for item in value]
        opened, closed = "[", "]"
    plain = all(map(_is_plain, _values(value))) and not any("\n" in item for item in items)
    lines = _filled(items, WIDTH - len(inner)) if plain else items
    return f"{opened}\n{inner}" + f",\n{inner}".join(lines) + f"\n{indent}{closed}"


def _values(value: dict[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value


def _is_plain(value: Any) -> bool:
    """Tell whether it is a single value or a list of such."""
    return not isinstance(value, dict) and not (isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value))


def _has_rows(value: Any) -> bool:
    """Tell whether a list of several objects stands somewhere inside."""
    if not isinstance(value, (dict, list)):
        return False
    inside = _values(value)
    rows = isinstance(value, list) and len(value) > 1 and any(isinstance(item, dict) for item in value)
    return rows or any(map(_has_rows, inside))


def _filled(items: list[str], width: int) -> list[str]:
    """Join the items into as few lines as fit the width."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + len(", ,") <= width:
            lines[-1] += f", {item}"
        else:
            lines.append(item)
    return lines
