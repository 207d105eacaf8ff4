"""No input raises anything but ProblemError, every fault points into what was sent, and what is accepted is canonical."""

import copy
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from solver.domain.codes import Code
from solver.domain.errors import ProblemError
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from tests.domain import rich


class Junk:
    """A value no field expects; made anew each time, and named briefly where a test prints it."""

    def __init__(self, name: str, make: Callable[[], Any]) -> None:
        self.name, self.make = name, make

    def __repr__(self) -> str:
        return self.name


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def circle() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


def shared(levels: int) -> Any:
    """A small thing in memory, with 2 ** levels ends."""
    value: Any = ["x"]
    for _ in range(levels):
        value = [value, value]
    return value


PLAIN: list[Any] = [
    None, True, False, 0, -1, 1, 2, 31, 5000, 10**30, 0.5, 0.25, 2.0, 1e308, -0.0, float("nan"), float("inf"),
    "", " ", "x", "×", "○", "〇", "✕", "⊘", "有", "e\u0301", "\u0958" * 16, "\ud800", "0", "12", "sato", "nobody",
    "kitchen", "sunday", "Sunday", "all", "individual", "off", "work", "any", "required_off", "must_day_off", "XX", "10:00",
    "25:00",
    "2025-01-05", "2025-02-30", "2025-1-5", "0001-01-01", "9999-12-31", "2024-02-29", "2200-01-01", "2025-01-05T00:00:00Z",
    [], {}, [[]], [None], [1], ["×"], ["×", "×"], ["sato", "sato"], [0, "monday"],
    {"a": 1}, {"id": "sato"}, {"symbol": "×"}, {"staff_ids": ["sato"]}, {"staffIds": [], "statuses": None},
    {"2025-01-05": "×"}, {"sato": {"2025-01-05": "×"}}, {"maxOffPerDay": 1, "maxLatePerDay": None},
]  # fmt: skip
WRITABLE = [
    *(Junk(ascii(value), lambda value=value: copy.deepcopy(value)) for value in PLAIN),
    Junk("a long text", lambda: "a" * 3000),
    Junk("a long list", lambda: ["x"] * 5001),
    Junk("a deep list", lambda: nested(200)),
]
FOREIGN = [
    Junk("bytes", lambda: b"x"),
    Junk("a set", set),
    Junk("an object", object),
    Junk("a tuple", lambda: (1, 2)),
    Junk("a date", lambda: date(2025, 1, 5)),
    Junk("a key 1", lambda: {1: 2}),
    Junk("a key None", lambda: {None: "x"}),
    Junk("a key that is a surrogate", lambda: {"\ud800": 1}),
    Junk("10**5000", lambda: 10**5000),
    Junk("1j", lambda: 1j),
    Junk("a type", lambda: Problem),
]
KEYS = [
    "id", "staff_id", "staffId", "scope", "symbols", "shiftType", "ruleDefinition", "rule_definition", "minCount",
    "isActive", "is_active", "hard", "isHardConstraint", "nonsense", "max", "end", "", "a/b~c", "0", "revision", "notices",
    "\u017ftaff",
]  # fmt: skip
DOCUMENTS = (rich.snake, rich.camel, rich.old, rich.tiny)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document, its root first."""
    parts = value.items() if isinstance(value, dict) else enumerate(value[:20]) if isinstance(value, list) else ()
    if len(at) == 9:  # deeper lies only junk
        return [at]
    return [at, *(place for key, item in parts for place in places(item, (*at, key)))]


def part(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


def mutate(draw: st.DrawFn, document: Any, junk: list[Junk]) -> None:
    """Spoil one place of the document."""
    place = draw(st.sampled_from(places(document)[1:]))
    inside, key = part(document, place[:-1]), place[-1]
    action = draw(st.sampled_from(["replace", "replace", "delete", "double", "rename", "add", "move"]))
    if action == "replace":
        inside[key] = draw(st.sampled_from(junk)).make()
    elif action == "delete":
        del inside[key]
    elif action == "double" and isinstance(inside, list):
        inside.append(copy.deepcopy(inside[key]))
    elif action in ("double", "rename") and isinstance(inside, dict):
        inside[draw(st.sampled_from(KEYS))] = inside[key] if action == "double" else inside.pop(key)
    elif action == "add" and isinstance(inside[key], dict):
        inside[key][draw(st.sampled_from(KEYS))] = draw(st.sampled_from(junk)).make()
    elif action == "move":
        inside[key] = copy.deepcopy(part(document, draw(st.sampled_from(places(document)))))


@st.composite
def spoiled(draw: st.DrawFn, junk: list[Junk]) -> Any:
    document = draw(st.sampled_from(DOCUMENTS))()
    for _ in range(draw(st.integers(1, 4))):
        if places(document)[1:]:
            mutate(draw, document, junk)
    return document


def leads_somewhere(path: str, document: Any) -> bool:
    """Whether a pointer names a part of the document, or a field missing from an object of it."""
    assert path == "" or path.startswith("/")
    keys = [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]
    for i, key in enumerate(keys):
        if isinstance(document, dict):
            if key not in document:
                return i == len(keys) - 1
            document = document[key]
        elif isinstance(document, (list, tuple)) and key.isdecimal() and int(key) < len(document):
            document = document[int(key)]
        else:
            return False
    return True


def judge(sent: Any, document: Any) -> None:
    """Read what was sent; `document` is the same as data."""
    try:
        problem = read_problem(sent)
    except ProblemError as error:
        event("refused")
        assert error.faults
        for fault in error.faults:
            assert isinstance(fault.code, Code)
            assert leads_somewhere(fault.path, document), fault
            assert fault.expected
            json.dumps(fault.found, allow_nan=False).encode()
            assert len(str(fault.found)) <= 210
            str(fault).encode()
        assert len(set(error.faults)) == len(error.faults)
    else:
        event("accepted")
        again = read_problem(json.loads(json.dumps(problem.canonical())))
        assert again == problem.model_copy(update={"notices": ()})
        assert again.request_hash == problem.request_hash
        assert again.canonical() == problem.canonical()
        for notice in problem.notices:
            assert leads_somewhere(notice.path, document), notice


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(spoiled([*WRITABLE, *FOREIGN]))
def test_spoiled_data_is_read_or_refused(document: Any) -> None:
    judge(document, document)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(spoiled(WRITABLE), st.booleans())
def test_spoiled_text_is_read_or_refused(document: Any, as_bytes: bool) -> None:
    text = json.dumps(document)
    judge(text.encode() if as_bytes else text, document)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_read_or_refused(document: Any) -> None:
    judge(json.dumps(document), document)


@settings(max_examples=100, deadline=None)
@given(st.binary() | st.text())
def test_any_text_is_read_or_refused(text: bytes | str) -> None:
    with pytest.raises(ProblemError):
        read_problem(text)


@settings(deadline=None)
@given(st.sampled_from(DOCUMENTS))
def test_unspoiled_documents_are_accepted(make: Callable[[], Any]) -> None:
    judge(make(), make())
    assert read_problem(make())


@pytest.mark.parametrize("junk", [circle(), shared(70), nested(100_000)], ids=["circle", "shared", "deep"])
def test_data_without_end_is_refused(junk: Any) -> None:
    with pytest.raises(ProblemError) as caught:
        read_problem({**rich.tiny(), "prefilled": junk})
    assert {fault.code for fault in caught.value.faults} & {Code.NOT_JSON, Code.TOO_LARGE}
