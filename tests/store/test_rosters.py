"""Rosters: drafts, published ones, and how they differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from solver import ProblemError
from store import NotFound, Published, Store, rosters, tables
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
        {"staff_id": "sato", "changes": [{"date": "2025-01-02", "from": "×", "to": "△"}]}
    ]
    assert store.compare_rosters(HOUSE, "a", "a") == []
    store.drop_roster(HOUSE, "a")
    with pytest.raises(NotFound):
        store.roster(HOUSE, "a")
    with pytest.raises(NotFound):
        store.put_roster("nowhere", "a", DRAFT)


def kept(store: Store, name: str, start: int, end: int, symbol: str, *, publish: bool = True) -> None:
    """A roster of January in which Sato stands on one symbol from one day to another."""
    days = [f"2025-01-{day:02}" for day in range(start, end + 1)]
    draft = {"period": {"start": days[0], "end": days[-1]}, "schedule": {"sato": dict.fromkeys(days, symbol)}}
    store.put_roster(HOUSE, name, draft)
    if publish:
        store.publish_roster(HOUSE, name)


def in_force(store: Store) -> dict[str, list[str]]:
    return {one["id"]: [f"{run['start'][-2:]}-{run['end'][-2:]}" for run in one["in_force"]] for one in store.rosters(HOUSE)}


def stitched(store: Store, start: int, end: int, roster: str | None = None) -> tuple[str, list[tuple[str, str]]]:
    dates = (date(2025, 1, start), date(2025, 1, end))
    board = store.board(HOUSE, dates, roster)[1]
    assert board is not None
    row = board.schedule.get("sato", {})
    assert board.dates == sorted(row)
    return "".join(row.values()), [(run["roster_id"], f"{run['start'][-2:]}-{run['end'][-2:]}") for run in board.sources]


def test_on_each_date_the_roster_published_last_is_in_force(store: Store) -> None:
    kept(store, "month", 1, 20, "○")
    kept(store, "sick", 8, 10, "△")
    kept(store, "idea", 1, 25, "×", publish=False)
    assert in_force(store) == {"idea": [], "month": ["01-07", "11-20"], "sick": ["08-10"]}
    assert store.roster(HOUSE, "month")["in_force"] == store.rosters(HOUSE)[1]["in_force"]
    assert stitched(store, 6, 12) == ("○○△△△○○", [("month", "06-07"), ("sick", "08-10"), ("month", "11-12")])
    # Dates nothing published covers have the draft, dates without any roster nothing.
    assert stitched(store, 19, 27) == ("○○×××××", [("month", "19-20"), ("idea", "21-25")])
    assert stitched(store, 9, 12, "month") == ("○○○○", [("month", "09-12")])
    kept(store, "anew", 1, 20, "◇")
    assert in_force(store) == {"anew": ["01-20"], "idea": [], "month": [], "sick": []}
    assert store.publish_roster(HOUSE, "month")["in_force"] == []  # twice is once
    assert stitched(store, 8, 8) == ("◇", [("anew", "08-08")])


def test_of_drafts_the_one_changed_last_counts(store: Store) -> None:
    kept(store, "a", 1, 2, "○", publish=False)
    kept(store, "b", 1, 2, "△", publish=False)
    assert stitched(store, 1, 2)[0] == "△△"
    kept(store, "a", 1, 2, "◇", publish=False)
    assert stitched(store, 1, 2)[0] == "◇◇"
    with pytest.raises(NotFound):
        store.board(HOUSE, None, "nothing")


def test_without_dates_those_of_the_newest_roster(store: Store) -> None:
    assert store.board(HOUSE, None)[1] is None
    kept(store, "a", 5, 6, "○", publish=False)
    kept(store, "b", 3, 4, "△")
    kept(store, "c", 1, 2, "×", publish=False)
    for roster, period in ((None, ("03", "04")), ("c", ("01", "02"))):
        board = store.board(HOUSE, None, roster)[1]
        assert board is not None
        assert (board.period["start"][-2:], board.period["end"][-2:]) == period


def test_a_clock_that_goes_back_changes_nothing_about_the_order(store: Store) -> None:
    kept(store, "first", 1, 2, "○")
    with store.database.writing() as connection:
        connection.execute(update(tables.rosters).values(published_at=datetime(2199, 1, 1, tzinfo=UTC)))
    kept(store, "second", 1, 2, "△")
    assert stitched(store, 1, 2)[0] == "△△"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 8)), max_size=6))
def test_every_date_has_the_last_roster_that_holds_it(spans: list[tuple[int, int]]) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    heads = [
        rosters._Head(str(i), f"2025-01-{first:02}", f"2025-01-{first + more:02}", start + timedelta(i))
        for i, (first, more) in enumerate(spans)
    ]
    found = {}
    for roster, runs in rosters._in_force(reversed(heads)).items():
        for run in runs:
            for day in range(int(run["start"][-2:]), int(run["end"][-2:]) + 1):
                assert found.setdefault(day, roster) == roster
    wanted = {day: str(i) for i, (first, more) in enumerate(spans) for day in range(first, first + more + 1)}
    assert found == wanted


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
