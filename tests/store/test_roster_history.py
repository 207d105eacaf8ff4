"""Rosters, versions and names in the change log: numbered, undone, refused where they changed since."""

from __future__ import annotations

from typing import Any

import pytest

from solver import ProblemError
from store import BY_SEGMENT, NotFound, Published, Stale, Store
from tests.store.conftest import HOUSE

PERIOD = {"start": "2025-01-01", "end": "2025-01-02"}
DRAFT = {"label": "1月", "period": PERIOD, "schedule": {"sato": {"2025-01-01": "○", "2025-01-02": "×"}}}
OTHER = {**DRAFT, "schedule": {"sato": {"2025-01-01": "×"}}}
CELLS = BY_SEGMENT["prefilled"]


def state(store: Store) -> list[dict[str, Any]]:
    """Every roster without revisions and times of change."""
    whole = [store.roster(HOUSE, one["id"]) for one in store.rosters(HOUSE)]
    return [
        {name: value for name, value in one.items() if name not in ("revision", "updated_at", "created_at")} for one in whole
    ]


def test_every_change_of_a_roster_is_a_revision_and_is_undone(kitchen: Store) -> None:
    states = [state(kitchen)]
    for change in (
        lambda: kitchen.put_roster(HOUSE, "jan", DRAFT, actor="tanaka"),
        lambda: kitchen.put_roster(HOUSE, "jan", OTHER),
        lambda: kitchen.publish_roster(HOUSE, "jan"),
        lambda: kitchen.put_roster(HOUSE, "draft", DRAFT),
        lambda: kitchen.drop_roster(HOUSE, "draft"),
    ):
        change()
        states.append(state(kitchen))
    log = kitchen.changes(HOUSE, since=1)[0]
    assert [(one["revision"], one["table"], one["id"], one["verb"]) for one in log] == [
        (2, "rosters", "jan", "create"), (3, "rosters", "jan", "update"), (4, "rosters", "jan", "update"),
        (5, "rosters", "draft", "create"), (6, "rosters", "draft", "delete"),
    ]  # fmt: skip
    assert (log[0]["actor"], log[2]["before"]["status"], log[2]["after"]["status"]) == ("tanaka", "draft", "published")
    assert all("schedule" not in (one["before"] or one["after"]) for one in log)
    for revision in (6, 5, 4, 3, 2):
        kitchen.undo(HOUSE, revision)
        assert state(kitchen) == states[revision - 2], revision
    assert kitchen.restaurant(HOUSE)["revision"] == 11
    for revision in (11, 10, 9, 8, 7):  # an undo is undone as anything else, a publication with its moment
        kitchen.undo(HOUSE, revision)
    assert state(kitchen) == states[-1]


def test_undoing_a_publication_brings_back_what_was_in_force_before(kitchen: Store) -> None:
    for name, symbol in (("first", "○"), ("second", "×")):
        kitchen.put_roster(HOUSE, name, {"period": PERIOD, "schedule": {"sato": {"2025-01-01": symbol}}})
        kitchen.publish_roster(HOUSE, name)
    kitchen.undo(HOUSE, 5)
    assert [bool(one["in_force"]) for one in kitchen.rosters(HOUSE)] == [True, False]
    assert kitchen.put_roster(HOUSE, "second", OTHER)[0]["status"] == "draft"
    with pytest.raises(Stale) as refused:
        kitchen.undo(HOUSE, 6)  # which would publish it again, though it changed
    assert refused.value.rows[0].row_id == "second"


def test_what_changes_nothing_is_no_revision(kitchen: Store) -> None:
    kept, _ = kitchen.put_roster(HOUSE, "jan", DRAFT)
    assert kitchen.put_roster(HOUSE, "jan", DRAFT) == (kept, False)
    kitchen.publish_roster(HOUSE, "jan")
    kitchen.publish_roster(HOUSE, "jan")
    kitchen.put_restaurant(HOUSE, {"name": "本店"})
    assert kitchen.restaurant(HOUSE)["revision"] == 3


def test_two_who_change_one_draft_do_not_overwrite_each_other(kitchen: Store) -> None:
    read, _ = kitchen.put_roster(HOUSE, "jan", DRAFT)
    theirs, _ = kitchen.put_roster(HOUSE, "jan", {**OTHER, "revision": read["revision"]})
    for base, sent in ((read["revision"], DRAFT), (None, {**DRAFT, "revision": read["revision"]})):
        with pytest.raises(Stale) as refused:
            kitchen.put_roster(HOUSE, "jan", sent, base)
        assert refused.value.rows[0].current == theirs
    assert kitchen.put_roster(HOUSE, "jan", {**OTHER, "revision": read["revision"]})[0] == theirs, "the same is no conflict"
    assert kitchen.put_roster(HOUSE, "jan", {**theirs, "label": "mine"})[0]["label"] == "mine", "put as it was read"
    with pytest.raises(ProblemError):
        kitchen.put_roster(HOUSE, "jan", {**DRAFT, "revision": 99})


def test_a_roster_keeps_the_cells_it_was_solved_with(kitchen: Store) -> None:
    for day, symbol in (("2025-01-01", "○"), ("2025-01-02", "△"), ("2025-01-03", "○")):
        kitchen.create(HOUSE, CELLS, {"staff_id": "sato", "date": day, "symbol": symbol})
    kept, _ = kitchen.put_roster(HOUSE, "jan", DRAFT)
    assert kept["prefilled"] == {"sato": {"2025-01-01": "○"}}, "what is filled in and kept"
    own = {**DRAFT, "prefilled": {"sato": {"2025-01-02": "×"}}}
    assert kitchen.put_roster(HOUSE, "jan", own)[0]["prefilled"] == own["prefilled"]
    board = kitchen.board(HOUSE, None)[1]
    assert board is not None
    assert board.prefilled == own["prefilled"]
    with pytest.raises(ProblemError) as refused:
        kitchen.put_roster(HOUSE, "jan", {**DRAFT, "prefilled": {"sato": {"2025-02-01": "×"}}})
    assert [one.path for one in refused.value.faults] == ["/prefilled/sato/2025-02-01"]


def test_a_published_roster_stays_until_its_publication_is_undone(kitchen: Store) -> None:
    kitchen.put_roster(HOUSE, "jan", DRAFT)
    kitchen.publish_roster(HOUSE, "jan")
    for change in (lambda: kitchen.put_roster(HOUSE, "jan", OTHER), lambda: kitchen.drop_roster(HOUSE, "jan")):
        with pytest.raises(Published):
            change()
    with pytest.raises(Stale):
        kitchen.undo(HOUSE, 2)  # the draft it was is no more


def test_keeping_and_labelling_a_version_is_undone(kitchen: Store) -> None:
    kept = kitchen.keep_version(HOUSE, {"label": "a"}, actor="tanaka")
    kitchen.label_version(HOUSE, kept["id"], {"label": "b"})
    whole = kitchen.version(HOUSE, kept["id"])
    assert [(one["verb"], one["table"]) for one in kitchen.changes(HOUSE, 1)[0]] == [
        ("create", "versions"),
        ("update", "versions"),
    ]
    with pytest.raises(Stale):
        kitchen.undo(HOUSE, 2)
    kitchen.undo(HOUSE, 3)
    assert kitchen.versions(HOUSE) == [kept]
    kitchen.undo(HOUSE, 2)
    assert kitchen.versions(HOUSE) == []
    with pytest.raises(NotFound):
        kitchen.version(HOUSE, kept["id"])
    kitchen.hard_delete(HOUSE, BY_SEGMENT["staff"], "nakata")
    kitchen.undo(HOUSE, 5)
    assert kitchen.version(HOUSE, kept["id"]) == {**whole, "label": "a"}, "with all its rows"
    assert "rows" not in kitchen.changes(HOUSE, 4)[0][0]["before"]


def test_a_name_is_undone(kitchen: Store) -> None:
    kitchen.put_restaurant(HOUSE, {"name": "支店"}, actor="tanaka")
    (entry,) = kitchen.changes(HOUSE, since=1)[0]
    assert (entry["table"], entry["before"], entry["after"]) == ("restaurants", {"name": "本店"}, {"name": "支店"})
    kitchen.undo(HOUSE, 2)
    assert kitchen.restaurant(HOUSE)["name"] == "本店"
    with pytest.raises(Stale):
        kitchen.undo(HOUSE, 2)


def test_documents_read_before_a_roster_was_kept_are_not_stale(kitchen: Store) -> None:
    read = kitchen.settings(HOUSE)
    kitchen.put_roster(HOUSE, "jan", DRAFT)
    read["staff"][0]["name"] = "new"
    assert kitchen.put_settings(HOUSE, read) == 3
