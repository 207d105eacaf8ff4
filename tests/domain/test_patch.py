"""JSON Patch with selectors: what plain patches do is what the library does, and every fault is told with its place."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver import Fault
from solver.domain.base import MOST_ENTRIES, pointer
from solver.domain.codes import Code
from solver.domain.patch import MOST_COPIED, parts_of, patched

HOUSE = {
    "staff": [{"id": "sato"}, {"id": "a/b~c"}, {"id": "佐藤"}],
    "groups": [{"id": "kitchen", "members": ["sato", "ueda"]}, {"id": "hall", "members": []}],
    "prefilled": {},
    "baseline": None,
}


def after(*operations: dict[str, Any], document: Any = HOUSE) -> Any:
    made = patched(document, list(operations))
    assert made.faults == [], made.faults
    return made.document


def faults(*operations: Any, document: Any = HOUSE) -> list[tuple[str, str]]:
    return [(fault.code.value, fault.path) for fault in patched(document, list(operations)).faults]


def op(kind: str, path: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"op": kind, "path": path, **({"value": value} if kind in ("add", "replace", "test") else {}), **more}


def test_a_sick_call_is_one_line() -> None:
    assert after(op("add", "/prefilled/sato/2025-01-15", "×"))["prefilled"] == {"sato": {"2025-01-15": "×"}}
    assert HOUSE["prefilled"] == {}, "the document given stays as it is"


def test_missing_parents_are_made_as_what_comes_next_asks() -> None:
    made = after(op("add", "/x/-", 1), op("add", "/z/[id=b]", {"id": "b"}), op("add", "/baseline/sato/2025-01-01", "○"))
    assert made["x"] == [1]
    assert made["z"] == [{"id": "b"}]
    assert made["baseline"] == {"sato": {"2025-01-01": "○"}}, "null is missing, too"


def test_a_selector_stands_for_a_position() -> None:
    made = after(
        op("add", "/groups/[id=kitchen]/members/-", "nakata"),
        op("remove", "/groups/[id=kitchen]/members/[id=sato]"),
        op("replace", "/staff/[id=佐藤]/name", "x") | {"op": "add"},
        op("test", "/staff/[id=a~1b~0c]/id", "a/b~c"),
    )
    assert made["groups"][0]["members"] == ["ueda", "nakata"]
    assert made["staff"][2]["name"] == "x"


def test_add_at_a_selector_takes_its_place_or_appends() -> None:
    made = after(op("add", "/staff/[id=sato]", {"id": "sato", "n": 1}), op("add", "/staff/[id=new]", {"id": "new"}))
    assert made["staff"] == [{"id": "sato", "n": 1}, *HOUSE["staff"][1:], {"id": "new"}]


def test_move_and_copy_follow_selectors() -> None:
    made = after(
        op("move", "/groups/[id=hall]/members/-", **{"from": "/groups/[id=kitchen]/members/[id=ueda]"}),
        op("move", "/staff/-", **{"from": "/staff/[id=sato]"}),
        op("copy", "/old/groups", **{"from": "/groups"}),
    )
    assert [group["members"] for group in made["groups"]] == [["sato"], ["ueda"]]
    assert made["staff"][-1] == {"id": "sato"}
    assert len(made["staff"]) == 3
    assert made["old"]["groups"] == made["groups"]
    assert made["old"]["groups"] is not made["groups"]


def test_every_fault_at_once_with_its_place() -> None:
    assert faults(
        op("add", "/prefilled/sato/2025-01-15", "×"),
        op("grow", "/x"),
        {"path": "/x"},
        {"op": "add", "value": 1},
        {"op": "add", "path": "/x"},
        {"op": "move", "path": "/x"},
        op("add", "x", 1),
        op("add", "/x~2", 1),
        op("remove", "/staff/[id=nobody]"),
        op("replace", "/staff/3", 1),
        op("replace", "/nothing/there", 1),
        op("add", "/groups/0/members/0/deeper", 1),
        op("test", "/staff/0/id", "ueda"),
        op("remove", ""),
        "add",
        op("add", 5, 1),  # type: ignore[arg-type]
    ) == [
        ("bad_value", "/1/op"),
        ("missing_field", "/2/op"),
        ("missing_field", "/3/path"),
        ("missing_field", "/4/value"),
        ("missing_field", "/5/from"),
        ("bad_value", "/6/path"),
        ("bad_value", "/7/path"),
        ("bad_value", "/8/path"),
        ("bad_value", "/9/path"),
        ("bad_value", "/10/path"),
        ("bad_value", "/11/path"),
        ("bad_value", "/12/value"),
        ("bad_value", "/13/path"),
        ("wrong_type", "/14"),
        ("wrong_type", "/15/path"),
    ]


def test_a_fault_says_what_there_is() -> None:
    [fault] = patched(HOUSE, [op("remove", "/groups/[id=bar]")]).faults
    assert (fault.found, fault.expected) == ("[id=bar]", "the id of an entry of /groups: kitchen, hall")
    twice = {"groups": [{"id": "a"}, {"id": "a"}]}
    [fault] = patched(twice, [op("remove", "/groups/[id=a]")]).faults
    assert fault.code is Code.DUPLICATE_ID
    assert "0, 1" in fault.expected


def test_what_is_no_patch() -> None:
    for sent in (None, {}, "x", 1):
        assert [fault.code for fault in patched(HOUSE, sent).faults] == [Code.WRONG_TYPE]
    assert faults(*[op("test", "/prefilled", {})] * (MOST_ENTRIES + 1)) == [("too_large", "")]


def test_a_move_into_itself_is_refused_and_changes_nothing() -> None:
    made = patched(HOUSE, [op("move", "/groups/[id=kitchen]/inner", **{"from": "/groups/0"})])
    assert [fault.path for fault in made.faults] == ["/0/path"]
    assert made.document == HOUSE


def test_a_move_that_fails_leaves_its_source() -> None:
    made = patched(HOUSE, [op("move", "/staff/7", **{"from": "/staff/0"})])
    assert [fault.path for fault in made.faults] == ["/0/path"]
    assert made.document == HOUSE


def test_copies_upon_copies_end() -> None:
    doubling = [op("copy", f"/a/{i}", **{"from": "/a"}) for i in range(40)]
    codes = {fault.code for fault in patched({"a": {"x": [0] * 1000}}, doubling).faults}
    assert codes == {Code.TOO_LARGE}
    wide = [op("copy", "/b/-", **{"from": "/a"}) for _ in range(30)]
    many = patched({"a": [0] * (MOST_COPIED // 20), "b": []}, wide).faults
    assert {fault.path for fault in many} == {f"/{i}/from" for i in range(19, 30)}


def test_deep_paths_end() -> None:
    assert faults(op("add", "/x" * 61, 1)) == [("too_large", "/0/path")]
    nest = [op("move", "/x/x", **{"from": "/x"}), *[op("copy", "/y" * (i + 2), **{"from": "/y"}) for i in range(70)]]
    assert faults(*nest, document={"y": {}})


def test_faults_of_the_result_are_traced_to_what_was_sent() -> None:
    made = patched(
        HOUSE,
        [
            op("add", "/groups/-", {"id": "bar", "members": ["nobody"]}),
            op("remove", "/groups/0"),  # what was added stands one place earlier now
            op("add", "/groups/0", {"id": "first"}),  # and later again
            op("remove", "/staff/[id=sato]"),
            op("copy", "/more", **{"from": "/prefilled"}),
        ],
    )
    assert made.faults == []

    def sent(path: str, found: Any = None) -> str:
        return made.traces.sent(Fault(Code.UNKNOWN_STAFF, path, found, "x")).path

    assert made.document["groups"][2]["id"] == "bar"
    assert sent("/groups/2/members/0", "nobody") == "/0/value/members/0"
    assert sent("/groups/0/id") == "/2/value/id"
    assert sent("/groups/1/members/0", "sato") == "/3/path", "whoever was removed is missing"
    assert sent("/more/x") == "/4/path"
    assert sent("/elsewhere") == ""
    told = made.traces.sent(Fault(Code.UNKNOWN_STAFF, "/elsewhere", None, "x"))
    assert told.expected == "x (at /elsewhere of the patched problem)"


plain = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "0", "~/"]), inner, max_size=3),
    max_leaves=12,
)


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, one in inner for place in places(one, (*at, key)))]


@given(st.data())
def test_a_plain_patch_does_what_the_library_does(data: st.DataObject) -> None:
    document = data.draw(plain)
    patch = []
    for _ in range(data.draw(st.integers(1, 4))):
        ours = patched(document, patch).document
        where = pointer(*data.draw(st.sampled_from(places(ours))))
        kind = data.draw(st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]))
        row = {"op": kind, "path": where, "value": data.draw(plain)}
        if kind in ("move", "copy"):
            row["from"] = pointer(*data.draw(st.sampled_from(places(ours))))
        patch.append(row)
    made = patched(document, patch)
    if made.faults:
        return
    assert made.document == jsonpatch.apply_patch(copy.deepcopy(document), patch)


@pytest.mark.parametrize("parts", [(), ("a",), ("a/b", "~c", "", "[id=x]")])
def test_parts_of_a_pointer(parts: tuple[str, ...]) -> None:
    assert parts_of(pointer(*parts)) == parts
