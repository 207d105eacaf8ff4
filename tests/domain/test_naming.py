"""camelCase in, snake_case inside: for declared field names only."""

from typing import Any

import pytest

from solver.domain.codes import Code
from solver.domain.naming import SERVER_FIELDS, Naming
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.staff import Staff
from tests.domain import rich


def translated(value: Any, annotation: Any = Problem) -> tuple[Any, Naming]:
    naming = Naming()
    return naming.translate(value, annotation), naming


def test_both_spellings_read_as_the_same_problem() -> None:
    assert rich.camel() != rich.snake()
    assert read_problem(rich.camel()) == read_problem(rich.snake())
    assert read_problem(rich.camel()).request_hash == read_problem(rich.snake()).request_hash


def test_spellings_may_be_mixed() -> None:
    mixed = {**rich.snake(), "settings": rich.camel()["settings"]}
    assert read_problem(mixed) == read_problem(rich.snake())


def test_ids_dates_and_symbols_are_never_translated() -> None:
    sent = {"prefilled": {"employedFrom": {"2025-01-01": "isActive"}}, "historyCounts": {"staffId": {"off": 1}}}
    data, naming = translated(sent)
    assert data == {"prefilled": {"employedFrom": {"2025-01-01": "isActive"}}, "history_counts": {"staffId": {"off": 1}}}
    assert naming.flaws == []


def test_places_lead_back_to_what_was_sent() -> None:
    _, naming = translated({"settings": {"dailyLimits": [{}, {"daysOfWeek": [1]}]}})
    assert naming.paths.before(("settings", "daily_limits", 1, "days_of_week", 0)) == (
        "settings",
        "dailyLimits",
        1,
        "daysOfWeek",
        0,
    )
    assert naming.paths.before(("settings", "daily_limits", 1, "symbols")) == ("settings", "dailyLimits", 1, "symbols")


@pytest.mark.parametrize(
    ("sent", "path", "expected"),
    [
        ({"id": "a", "employedform": None}, "/employedform", "employed_from, perhaps"),
        ({"id": "a", "is_activ": None}, "/is_activ", "is_active, perhaps"),
        (
            {"id": "a", "shoe_size": 1},
            "/shoe_size",
            "one of id, name, status, skills, employed_from, employed_until, is_active",
        ),
        ({"id": "a", "x" * 100_000: 1}, "/" + "x" * 100_000, "one of id,"),
    ],
)
def test_unknown_fields_are_named_with_a_guess(sent: dict[str, Any], path: str, expected: str) -> None:
    data, naming = translated(sent, Staff)
    assert data == {"id": "a"}
    assert [(fault.code, fault.path) for fault in naming.faults] == [(Code.UNKNOWN_FIELD, path)]
    assert naming.faults[0].expected.startswith(expected)


@pytest.mark.parametrize("order", [("is_active", "isActive"), ("isActive", "is_active")])
def test_a_field_in_both_spellings_is_refused_at_the_second(order: tuple[str, str]) -> None:
    data, naming = translated({order[0]: True, order[1]: True}, Staff)
    assert data == {"is_active": True}
    assert [(fault.code, fault.path) for fault in naming.faults] == [(Code.FIELD_TWICE, f"/{order[1]}")]


@pytest.mark.parametrize("name", [*sorted(SERVER_FIELDS), "restaurantId", "versionId", "createdAt", "updatedAt"])
def test_what_a_store_adds_is_left_out(name: str) -> None:
    document = rich.tiny()
    document["settings"]["staff_groups"][0][name] = "anything"
    document[name] = "anything"
    assert read_problem(document) == read_problem(rich.tiny())


def test_notices_are_no_field_of_a_request() -> None:
    _, naming = translated({"notices": []})
    assert [fault.path for fault in naming.faults] == ["/notices"]
