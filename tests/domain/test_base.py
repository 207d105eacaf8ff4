"""Small values: dates, half days, weekdays, symbols, times, texts, pointers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from solver.domain.base import Clock, Day, DayOfWeek, Halves, Label, Symbol, drop_free_cells, from_halves, nfc, pointer

HALVES: TypeAdapter[int] = TypeAdapter(Halves)


def refused(kind: Any, value: Any) -> str:
    """The code for which a value is refused."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    return caught.value.errors()[0]["type"]


@given(st.integers(0, 2_000_000))
def test_half_days_are_exact_there_and_back(halves: int) -> None:
    written = from_halves(halves)
    assert HALVES.validate_python(written) == halves
    assert HALVES.dump_python(halves) == written
    assert isinstance(written, int) == (halves % 2 == 0)


@pytest.mark.parametrize(("value", "halves"), [(0, 0), (0.5, 1), (8, 16), (8.0, 16), (8.5, 17), (1_000_000, 2_000_000)])
def test_half_days(value: float, halves: int) -> None:
    assert HALVES.validate_python(value) == halves


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.25, "not_half_day"),
        (8.499999999999, "not_half_day"),
        (-0.5, "out_of_range"),
        (1_000_000.5, "out_of_range"),
        (float("nan"), "out_of_range"),
        (10**400, "out_of_range"),
        (True, "wrong_type"),
        ("8", "wrong_type"),
        (Decimal("0.5"), "wrong_type"),
    ],
)
def test_no_half_days(value: Any, code: str) -> None:
    assert refused(Halves, value) == code


@pytest.mark.parametrize("value", ["2024-02-29", "1900-01-01", "2199-12-31", date(2025, 1, 1)])
def test_dates(value: Any) -> None:
    assert TypeAdapter(Day).validate_python(value).isoformat() == str(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-1-1", "20250101", "2025-01-01T00:00:00", "",
        " 2025-01-01",
        "2025-01-01\n", "２０２５-01-01", "1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31", "-001-01-01",
        20250101, None, True,
        datetime(2025, 1, 1),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_no_dates(value: Any) -> None:
    assert refused(Day, value) == "bad_date"


@pytest.mark.parametrize(("value", "name"), [(0, "sunday"), (6, "saturday"), ("Monday", "monday"), ("sunday", "sunday")])
def test_weekdays(value: Any, name: str) -> None:
    assert TypeAdapter(DayOfWeek).validate_python(value) == name


@pytest.mark.parametrize("value", [7, -1, True, 1.0, "sun", "日曜日", "", None, [0]])
def test_no_weekdays(value: Any) -> None:
    assert refused(DayOfWeek, value) == "bad_value"


@pytest.mark.parametrize("value", ["00:00", "23:59", "09:30"])
def test_times(value: str) -> None:
    assert TypeAdapter(Clock).validate_python(value) == value


@pytest.mark.parametrize("value", ["24:00", "9:30", "09:60", "0930", "09:30:00", "0９:30", "09:30\n", ""])
def test_no_times(value: str) -> None:
    assert refused(Clock, value) == "bad_value"


def test_symbols_are_compared_in_normal_form_c() -> None:
    assert TypeAdapter(Symbol).validate_python("e\u0301") == "é" == nfc("e\u0301")
    assert TypeAdapter(Symbol).validate_python("👨‍🍳") == "👨‍🍳"


@given(st.text())
def test_an_accepted_symbol_is_accepted_again_as_it_is(text: str) -> None:
    symbol: TypeAdapter[str] = TypeAdapter(Symbol)
    try:
        found = symbol.validate_python(text)
    except ValidationError:
        return
    assert symbol.validate_python(found) == found
    assert 1 <= len(found) <= 16
    assert found == found.strip()


@pytest.mark.parametrize(("value", "code"), [(" ×", "bad_value"), ("　", "bad_value"), ("a\x00", "bad_value")])
def test_no_symbols(value: str, code: str) -> None:
    assert refused(Symbol, value) == code


def test_null_is_no_text() -> None:
    assert TypeAdapter(Label).validate_python(None) == ""


def test_free_cells_are_left_out_but_not_their_bad_dates() -> None:
    sent = {
        "a": {"2025-01-01": "×", "2025-01-02": None, "2025-01-03": "", "soon": None, "2025-02-30": ""},
        "b": None,
        "c": 3,
    }
    assert drop_free_cells(sent) == {"a": {"2025-01-01": "×", "soon": "?", "2025-02-30": "?"}, "b": {}, "c": 3}
    assert drop_free_cells(None) == {}
    assert drop_free_cells([]) == []


def test_pointers_escape_as_rfc_6901_says() -> None:
    assert pointer() == ""
    assert pointer("a/b", 0, "m~n", "") == "/a~1b/0/m~0n/"
