"""JSON as it comes: nothing is lost in silence, and places survive rewriting."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.domain.codes import Code
from solver.domain.document import MOST_VALUES, Paths, data_faults, parse, read_data, read_text
from solver.domain.fault import LONGEST_FOUND, Fault, Flaw, Unreadable, quoted, shown

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_json_comes_through_unchanged(value: Any) -> None:
    assert parse(json.dumps(value)) == (value, [])
    assert parse(json.dumps(value, ensure_ascii=False).encode()) == (value, [])
    assert read_data(value) == (value, [])


@pytest.mark.parametrize("text", ["", "{", "[1,]", "{'a': 1}", "nul", '"\t"', "﻿{}", b"\xff\xfe\x00", b"\x80", b"{\xc3"])
def test_what_is_not_json_is_refused_as_a_whole(text: str | bytes) -> None:
    data, faults = parse(text)
    assert data is None
    assert [(fault.code, fault.path) for fault in faults] == [(Code.NOT_JSON, "")]


def test_the_place_of_a_mistake_in_the_text_is_told() -> None:
    assert parse('{\n "a" 1}')[1][0].found == "line 2 column 6: Expecting ':' delimiter"


def test_keys_given_twice_are_named_everywhere() -> None:
    data, faults = parse('{"a": 1, "b": [{"c/d": 1, "c/d": 2, "c/d": 3}], "a": 2}')
    assert data == {"a": 2, "b": [{"c/d": 3}]}
    assert [(fault.code, fault.path, fault.found) for fault in faults] == [
        (Code.DUPLICATE_KEY, "/a", "a"),
        (Code.DUPLICATE_KEY, "/b/0/c~1d", "c/d"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("NaN", Code.NOT_FINITE, "NaN"),
        ("-Infinity", Code.NOT_FINITE, "-Infinity"),
        ("1e999", Code.NOT_FINITE, "1e999"),
        ("1" * 6000, Code.OUT_OF_RANGE, "1" * 25 + "… (6000 digits)"),
        ('"\\ud800"', Code.BAD_TEXT, "'\\ud800'"),
        ('{"\\ud800": 1}', Code.BAD_TEXT, "'\\ud800'"),
    ],
)
def test_values_no_document_can_hold_are_named(text: str, code: Code, found: str) -> None:
    _, faults = parse(f'{{"x": [0, {text}]}}')
    assert [(fault.code, fault.path, fault.found) for fault in faults] == [(code, "/x/1", found)]


def test_an_unreadable_value_leaves_a_mark_in_its_place() -> None:
    data, flaws = read_text('{"x": NaN, "y": 1}')
    assert isinstance(data["x"], Unreadable)
    assert data["y"] == 1
    assert [flaw.place for flaw in flaws] == [("x",)]


def test_data_is_treated_like_text() -> None:
    faults = data_faults({"a": float("nan"), 1: 2, "b": (10**200, "\udfff"), "c": {None: 1}})
    assert [(fault.code, fault.path) for fault in faults] == [
        (Code.NOT_FINITE, "/a"),
        (Code.WRONG_TYPE, ""),
        (Code.OUT_OF_RANGE, "/b/0"),
        (Code.BAD_TEXT, "/b/1"),
        (Code.WRONG_TYPE, "/c"),
    ]


def test_deep_nesting_is_named_once() -> None:
    deep: Any = 1
    for _ in range(61):
        deep = [deep]
    faults = data_faults({"a": [deep] * 3, "b": float("nan")})
    assert [(fault.code, fault.path) for fault in faults] == [(Code.NOT_JSON, "/a" + "/0" * 59), (Code.NOT_FINITE, "/b")]


def test_sixty_levels_are_enough_and_sixty_one_too_many() -> None:
    assert parse("[" * 60 + "]" * 60)[1] == []
    assert [fault.path for fault in parse("[" * 61 + "]" * 61)[1]] == ["/0" * 60]


def test_too_many_values_are_refused_as_a_whole() -> None:
    data, flaws = read_data([[0] * 1000] * (MOST_VALUES // 1000))
    assert data is None
    assert [(flaw.code, flaw.place) for flaw in flaws] == [(Code.TOO_LARGE, ())]


def test_places_are_found_by_the_longest_part_that_moved() -> None:
    paths = Paths()
    paths.moved(("new",), ("old",))
    paths.moved(("new", 1), ("elsewhere", 5))
    assert paths.before(("new", 0, "x")) == ("old", 0, "x")
    assert paths.before(("new", 1, "x")) == ("elsewhere", 5, "x")
    assert paths.before(("other",)) == ("other",)
    assert paths.before(()) == ()


@given(JSON)
def test_quotes_are_short_and_plain(value: Any) -> None:
    found = quoted(value)
    assert json.dumps(found)
    if isinstance(found, str):
        assert len(found) <= LONGEST_FOUND
    if isinstance(value, (int, float, bool, type(None))):
        assert found == value


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"a": [1, "x", None, True]}, '{"a": [1, "x", null, true]}'),
        ([[[[1]]]], "[[[…]]]"),
        (list(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, …]"),
        ({1, 2}, "<set>"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_quotes(value: Any, found: str) -> None:
    assert quoted(value) == found


def test_a_fault_reads_as_a_line() -> None:
    fault = Flaw(Code.MIN_ABOVE_MAX, ("settings", "daily_limits", 0, "max"), 1, "at least the minimum (2)").fault()
    assert fault == Fault(Code.MIN_ABOVE_MAX, "/settings/daily_limits/0/max", 1, "at least the minimum (2)")
    assert str(fault) == "/settings/daily_limits/0/max: min_above_max: found 1, expected at least the minimum (2)"
    assert str(fault._replace(path="", found=None)) == "/: min_above_max: found nothing, expected at least the minimum (2)"
    assert shown("x" * 100) == '"' + "x" * 78 + "…"
