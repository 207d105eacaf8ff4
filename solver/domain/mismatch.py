"""What pydantic says of data that does not fit a type, as a flaw in our words."""

from __future__ import annotations

from typing import Any

from solver.domain.base import Path
from solver.domain.codes import Code
from solver.domain.fault import Flaw

_CODES = {
    "missing": Code.MISSING_FIELD,
    "extra_forbidden": Code.UNKNOWN_FIELD,
    "greater_than": Code.OUT_OF_RANGE,
    "greater_than_equal": Code.OUT_OF_RANGE,
    "less_than": Code.OUT_OF_RANGE,
    "less_than_equal": Code.OUT_OF_RANGE,
    "finite_number": Code.NOT_FINITE,
    "literal_error": Code.BAD_VALUE,
    "string_too_short": Code.BAD_VALUE,
    "too_short": Code.BAD_VALUE,
    "string_too_long": Code.TOO_LARGE,
    "too_long": Code.TOO_LARGE,
}
_EXPECTED = {
    "missing": "a value, as this field is required",
    "model_type": "an object",
    "dict_type": "an object",
    "tuple_type": "a list",
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "string_too_short": "text that is not empty",
    "too_short": "at least one entry",
    "string_too_long": "at most {max_length} characters",
    "too_long": "at most {max_length} entries",
    "literal_error": "{expected}",
}
_OURS = frozenset(code.value for code in Code)


def flaw_of(error: Any, data: Any) -> Flaw:
    """One of `ValidationError.errors()` about `data`, at the place in it that exists or where a field is missing."""
    missing = error["type"] == "missing"
    place = _existing(data, error["loc"], missing=missing)
    return Flaw(_code(error["type"]), place, None if missing else _found(error), _expected(error))


def _existing(data: Any, loc: tuple[int | str, ...], *, missing: bool) -> Path:
    """Part of pydantic's location that exists in the data (its marks for keys and unions do not)."""
    path: list[str | int] = []
    for part in loc[:-1] if missing else loc:
        if not (part in data if isinstance(data, dict) else isinstance(data, tuple) and part in range(len(data))):
            break
        data = data[part]
        path.append(part)
    return (*path, loc[-1]) if missing else tuple(path)


def _code(kind: str) -> Code:
    return Code(kind) if kind in _OURS else _CODES.get(kind, Code.WRONG_TYPE)


def _found(error: Any) -> Any:
    """What stands there; of what is too long only its length."""
    value = error["input"]
    if error["type"] in ("too_long", "string_too_long"):
        return f"{len(value)} {'characters' if isinstance(value, str) else 'entries'}"
    return value


def _expected(error: Any) -> str:
    """What pydantic wanted, as part of a sentence."""
    context = error.get("ctx") or {}
    if error["type"] in _OURS:
        return str(context["expected"])
    if error["type"] in _EXPECTED:
        return _EXPECTED[error["type"]].format(**context)
    return str(error["msg"]).removeprefix("Input should be ")
