"""What every settings type shares: frozen models and the small value types (dates, symbols, half days)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from solver.domain.codes import Code


class Frozen(BaseModel):
    """A value: immutable, without unknown fields, without silent conversions ("3" is not 3)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def refuse(code: Code, expected: str) -> PydanticCustomError:
    """Make a validation error that carries one of our codes and the sentence of what was expected."""
    return PydanticCustomError(code.value, "{expected}", {"expected": expected})


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond them calendar libraries and date arithmetic stop being trustworthy


def _to_date(value: Any) -> date:
    if type(value) is date:
        found = value
    elif isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise refuse(Code.BAD_DATE, "a date that exists, as YYYY-MM-DD") from None
    else:
        raise refuse(Code.BAD_DATE, "a date as YYYY-MM-DD")
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise refuse(Code.BAD_DATE, f"a date from {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _is_clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise refuse(Code.BAD_VALUE, "a time from 00:00 to 23:59, as HH:MM")
    return text


def _to_halves(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refuse(Code.WRONG_TYPE, "a number in steps of 0.5")
    if not 0 <= value <= 1_000_000:
        raise refuse(Code.OUT_OF_RANGE, "a number from 0 to 1000000")
    halves = value * 2
    if halves != int(halves):
        raise refuse(Code.NOT_HALF_DAY, "a number in steps of 0.5: half days are exact, never rounded")
    return int(halves)


def from_halves(halves: int) -> int | float:
    """Halves as the number people write: 16 is 8, 17 is 8.5."""
    return halves / 2 if halves % 2 else halves // 2


WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
Weekday = Literal["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


def _to_weekday(value: Any) -> Any:
    if type(value) is int and 0 <= value <= 6:
        return WEEKDAYS[value]
    if isinstance(value, str) and value.lower() in WEEKDAYS:
        return value.lower()
    raise refuse(Code.BAD_VALUE, "sunday … saturday, or 0 to 6 with 0 = Sunday")


def nfc(text: str) -> str:
    """Unicode normal form C, in which symbols are compared."""
    return unicodedata.normalize("NFC", text)


def _to_symbol(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value and (value.strip() != value or any(unicodedata.category(letter) == "Cc" for letter in value)):
        raise refuse(Code.BAD_VALUE, "a symbol without blanks around it and without control characters")
    return nfc(value)


def _none_is_no_text(value: Any) -> Any:
    return "" if value is None else value


def none_is_empty(value: Any) -> Any:
    """`null` switches a list off, as `[]` does."""
    return () if value is None else value


def none_is_no_entry(value: Any) -> Any:
    """`null` switches a map off, as `{}` does."""
    return {} if value is None else value


MOST_ENTRIES = 5000  # per list

Day = Annotated[date, BeforeValidator(_to_date), WithJsonSchema({"type": "string", "format": "date"})]
Clock = Annotated[str, AfterValidator(_is_clock), WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK.pattern}$"})]
Halves = Annotated[
    int,
    BeforeValidator(_to_halves),
    PlainSerializer(from_halves, return_type=int | float),
    WithJsonSchema({"type": "number", "minimum": 0, "multipleOf": 0.5}),
]
DayOfWeek = Annotated[
    Weekday,
    BeforeValidator(_to_weekday),
    WithJsonSchema({"anyOf": [{"enum": list(WEEKDAYS)}, {"type": "integer", "minimum": 0, "maximum": 6}]}),
]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Label = Annotated[Text, BeforeValidator(_none_is_no_text, json_schema_input_type=Text | None)]
"""A text for people; `null` is no text."""
Symbol = Annotated[str, Field(min_length=1, max_length=16), BeforeValidator(_to_symbol, json_schema_input_type=str)]
Symbols = Annotated[tuple[Symbol, ...], Field(min_length=1, max_length=64)]
Weight = Annotated[int, Field(ge=0, le=1_000_000)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
T = TypeVar("T")
Many = Annotated[tuple[T, ...], Field(max_length=MOST_ENTRIES)]
Listed = Annotated[tuple[T, ...], BeforeValidator(none_is_empty), Field(max_length=MOST_ENTRIES)]

Cells = dict[Id, dict[Day, Symbol]]
"""Staff id → date → symbol."""


def drop_free_cells(value: Any) -> Any:
    """`null` and `""` in a grid are free cells: leave them out, but only where the date is one."""
    if not isinstance(value, dict):
        return {} if value is None else value
    return {staff: _fixed_cells(row) for staff, row in value.items()}


def _fixed_cells(row: Any) -> Any:
    if not isinstance(row, dict):
        return {} if row is None else row
    fixed: dict[Any, Any] = {}
    for day, symbol in row.items():
        if symbol is not None and symbol != "":
            fixed[day] = symbol
        elif not _is_date(day):
            fixed[day] = "?"  # stays, so that its key is refused
    return fixed


def _is_date(key: Any) -> bool:
    try:
        _to_date(key)
    except PydanticCustomError:
        return False
    return True


Path = tuple[str | int, ...]
"""A place in a document: the keys and list indices that lead there."""


def pointer(*parts: str | int) -> str:
    """RFC 6901 JSON pointer of a place in a document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
