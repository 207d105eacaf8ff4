import json

import pytest

from datasets.text import WIDTH, as_text


def test_short_values_stand_on_one_line():
    assert as_text({"a": [1, 2], "b": {"c": "佐藤"}}) == '{"a": [1, 2], "b": {"c": "佐藤"}}\n'


def test_objects_of_a_list_stand_one_per_line():
    assert as_text({"staff": [{"id": "a"}, {"id": "b"}]}) == ('{\n  "staff": [\n    {"id": "a"},\n    {"id": "b"}\n  ]\n}\n')


def test_long_rows_are_filled():
    row = {f"2026-12-{day:02}": "×" for day in range(1, 32)}
    lines = as_text({"prefilled": {"sato": row}}).splitlines()
    assert max(map(len, lines)) <= WIDTH
    assert len(lines) == 6 + 6  # a line for each brace pair's ends; seven cells of 19 characters to a line hold 31 in six


@pytest.mark.parametrize("value", [None, [], {}, [[]], [{}, {}], {"a": {"b": [{"c": list(range(100))}, {}]}}, "x" * 300])
def test_nothing_is_lost(value):
    assert json.loads(as_text(value)) == value
