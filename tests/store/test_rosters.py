"""Rosters: drafts, published ones, and how they differ."""

from __future__ import annotations

import pytest

from solver import ProblemError
from store import NotFound, Published, Store
from tests.store.conftest import HOUSE

PERIOD = {"start": "2025-01-01", "end": "2025-01-02"}
DRAFT = {"label": "1月", "period": PERIOD, "schedule": {"sato": {"2025-01-01": "○", "2025-01-02": "×"}}}


def test_a_draft_is_kept_replaced_and_published_once(store: Store) -> None:
    kept, new = store.put_roster(HOUSE, "jan", DRAFT)
    assert new
    assert {name: kept[name] for name in DRAFT} == DRAFT
    assert (kept["status"], kept["published_at"]) == ("draft", None)
    assert store.put_roster(HOUSE, "jan", DRAFT) == (kept, False)
    other = {**DRAFT, "schedule": {"sato": {"2025-01-01": "×"}}}
    assert store.put_roster(HOUSE, "jan", other)[0]["schedule"] == other["schedule"]
    published = store.publish_roster(HOUSE, "jan")
    assert published["status"] == "published"
    assert store.publish_roster(HOUSE, "jan") == published
    with pytest.raises(Published):
        store.put_roster(HOUSE, "jan", DRAFT)
    with pytest.raises(Published):
        store.drop_roster(HOUSE, "jan")
    assert store.roster(HOUSE, "jan") == published


def test_rosters_are_listed_compared_and_thrown_away(store: Store) -> None:
    store.put_roster(HOUSE, "b", {**DRAFT, "schedule": {"sato": {"2025-01-01": "○", "2025-01-02": "△"}, "ueda": {}}})
    store.put_roster(HOUSE, "a", DRAFT)
    assert [one["id"] for one in store.rosters(HOUSE)] == ["a", "b"]
    assert store.compare_rosters(HOUSE, "a", "b") == [
        {"staff_id": "sato", "date": "2025-01-02", "before": "×", "after": "△"}
    ]
    store.drop_roster(HOUSE, "a")
    with pytest.raises(NotFound):
        store.roster(HOUSE, "a")
    with pytest.raises(NotFound):
        store.put_roster("nowhere", "a", DRAFT)


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"period": PERIOD}, ("missing_field", "/schedule")),
        ({"period": {"start": "2025-01-02", "end": "2025-01-01"}, "schedule": {}}, ("reversed_dates", "/period/end")),
        ({"period": PERIOD, "schedule": {"a": {"2025-02-01": "○"}}}, ("outside_period", "/schedule/a/2025-02-01")),
        ({"period": PERIOD, "schedule": {}, "shedule": {}}, ("unknown_field", "/shedule")),
    ],
)
def test_a_roster_at_fault_is_refused(store: Store, sent: dict[str, object], fault: tuple[str, str]) -> None:
    with pytest.raises(ProblemError) as refused:
        store.put_roster(HOUSE, "x", sent)
    assert [(one.code, one.path) for one in refused.value.faults] == [fault]
