"""The whole document: nothing it does not know is wiped, nothing others changed is overwritten."""

from __future__ import annotations

import copy
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import ProblemError
from store import BY_SEGMENT, KINDS, NoBase, Stale, Store
from tests.store.conftest import HOUSE, plain

BACKUPS = BY_SEGMENT["backup-assignments"]
STAFF = BY_SEGMENT["staff"]
Doc = dict[str, Any]


@pytest.fixture
def full(kitchen: Store) -> Store:
    """A kitchen with an assignment, a limit, a closed day and a rule, at revision 2."""
    settings = {
        "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        "daily_limits": [{"id": "l1", "symbols": ["×"], "max": 3}, {"id": "l2", "symbols": ["△"], "max": 2}],
        "calendar": {"2025-01-01": "must_day_off"},
        "stretches": [{"kind": "work", "max": 4}],
    }
    assert kitchen.put_settings(HOUSE, {"settings": settings}, base=1) == 2
    return kitchen


def test_writing_back_what_was_read_writes_nothing(full: Store) -> None:
    read = full.settings(HOUSE)
    assert full.put_settings(HOUSE, read) == 2
    assert full.settings(HOUSE) == read


def without_rows(read: Doc) -> list[Doc]:
    """Documents that know nothing of the rows."""
    return [
        {},
        {"settings": {}},
        {"settings": None, "staff": None},
        {"settings": dict.fromkeys([*set(KINDS) - {"staff", "rules", "prefilled"}]), "staff": None},
        {"staff": read["staff"]},
        {"settings": {"stretches": read["settings"]["stretches"]}},
    ]


def test_empty_and_partial_documents_wipe_nothing(full: Store) -> None:
    read = full.settings(HOUSE)
    for sent in without_rows(read):
        assert full.put_settings(HOUSE, sent, base=2) == 2
    assert full.settings(HOUSE) == read


def test_a_client_that_had_loaded_nothing_deletes_nothing(full: Store) -> None:
    read = full.settings(HOUSE)
    empty = {"staff": [], "settings": {"staff_groups": [], "backup_assignments": [], "daily_limits": [], "calendar": {}}}
    assert full.put_settings(HOUSE, empty, base=0) == 2
    assert full.settings(HOUSE) == read
    with pytest.raises(NoBase):
        full.put_settings(HOUSE, empty)
    with pytest.raises(ProblemError):
        full.put_settings(HOUSE, empty, base=3)


def test_rows_the_client_had_and_left_out_are_deleted_softly_as_one_revision(full: Store) -> None:
    read = full.settings(HOUSE)
    read["settings"]["backup_assignments"] = []
    del read["settings"]["calendar"]["2025-01-01"]
    assert full.put_settings(HOUSE, read) == 3
    assert full.row(HOUSE, BACKUPS, "b1")["is_active"] is False
    assert full.settings(HOUSE)["settings"]["calendar"] == {}
    assert {(one["table"], one["verb"]) for one in full.changes(HOUSE, since=2)[0]} == {
        ("backup-assignments", "delete"), ("calendar", "delete"),
    }  # fmt: skip
    assert full.put_settings(HOUSE, {**read, "revision": 3}) == 3


def test_a_stale_document_keeps_what_others_made(full: Store) -> None:
    read = full.settings(HOUSE)
    full.create(HOUSE, STAFF, {"id": "ueda"})
    full.patch(HOUSE, BACKUPS, "b1", {"notes": "others"})
    read["settings"]["daily_limits"][0]["max"] = 1
    assert full.put_settings(HOUSE, read) == 5
    now = full.settings(HOUSE)
    assert [person["id"] for person in now["staff"]] == ["sato", "nakata", "ueda"]
    assert now["settings"]["backup_assignments"][0]["notes"] == "others"
    assert now["settings"]["daily_limits"][0]["max"] == 1


def test_rows_both_changed_refuse_the_whole_document_with_every_current_row(full: Store) -> None:
    read = full.settings(HOUSE)
    full.patch(HOUSE, BACKUPS, "b1", {"notes": "others"})
    full.put(HOUSE, BY_SEGMENT["rules"], "stretches", {"value": []})
    full.patch(HOUSE, STAFF, "nakata", {"name": "ナカタ"})
    now = full.settings(HOUSE)
    read["settings"]["backup_assignments"] = []
    read["settings"]["stretches"][0]["max"] = 6
    read["staff"][1]["name"] = "なかた"
    read["staff"][0]["name"] = "さとう"  # would be fine by itself
    with pytest.raises(Stale) as refused:
        full.put_settings(HOUSE, read)
    rows = {(row.table, row.row_id): row for row in refused.value.rows}
    assert set(rows) == {("backup-assignments", "b1"), ("rules", "stretches"), ("staff", "nakata")}
    assert rows["staff", "nakata"].place == ("staff", 1)
    assert rows["staff", "nakata"].current == now["staff"][1]
    assert full.settings(HOUSE) == now


def test_a_row_that_is_gone_for_good_does_not_come_back(full: Store) -> None:
    read = full.settings(HOUSE)
    full.hard_delete(HOUSE, BACKUPS, "b1")
    assert full.put_settings(HOUSE, read) == 3
    read["settings"]["backup_assignments"][0]["notes"] = "mine"
    with pytest.raises(Stale) as refused:
        full.put_settings(HOUSE, read)
    assert refused.value.rows[0].current is None


def test_a_document_sent_again_does_not_delete_what_an_undo_brought_back(full: Store) -> None:
    read = full.settings(HOUSE)
    read["settings"]["backup_assignments"] = []
    assert full.put_settings(HOUSE, read) == 3
    assert full.put_settings(HOUSE, read) == 3
    full.undo(HOUSE, 3)
    with pytest.raises(Stale):
        full.put_settings(HOUSE, read)
    assert full.row(HOUSE, BACKUPS, "b1")["is_active"] is True


def test_the_order_of_a_list_is_kept_and_changed(full: Store) -> None:
    read = full.settings(HOUSE)
    limits = read["settings"]["daily_limits"]
    read["settings"]["daily_limits"] = [limits[1], {"symbols": ["◇"], "max": 1}, limits[0]]
    assert full.put_settings(HOUSE, read) == 3
    now = full.settings(HOUSE)
    assert [one["symbols"] for one in now["settings"]["daily_limits"]] == [["△"], ["◇"], ["×"]]
    assert full.put_settings(HOUSE, now) == 3


def test_entries_without_ids_are_known_again_by_their_content(store: Store) -> None:
    sent = {"settings": {"daily_limits": [{"symbols": ["×"], "max": 3}] * 2}}
    assert store.put_settings(HOUSE, sent, base=0) == 1
    assert store.put_settings(HOUSE, sent, base=1) == 1
    assert len(store.rows(HOUSE, BY_SEGMENT["daily-limits"])) == 2


def test_every_fault_of_a_document_at_its_place(full: Store) -> None:
    sent = {
        "settings": {
            "staffGroups": [{"id": "hall", "members": ["nobody"]}, {"id": "hall"}],
            "backupAssignments": [{"id": "b2", "staffId": "sato"}],
            "dailyLimts": [],
        },
        "staf": [],
    }
    with pytest.raises(ProblemError) as refused:
        full.put_settings(HOUSE, sent, base=2)
    assert {(fault.code, fault.path) for fault in refused.value.faults} == {
        ("unknown_field", "/staf"), ("unknown_field", "/settings/dailyLimts"),
        ("missing_field", "/settings/backupAssignments/0/group_id"),
    }  # fmt: skip
    sent = {"settings": {"staffGroups": [{"id": "hall", "members": ["nobody"]}]}}
    with pytest.raises(ProblemError) as refused:
        full.put_settings(HOUSE, sent, base=2)
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [
        ("unknown_staff", "/settings/staffGroups/0/members/0")
    ]
    assert full.restaurant(HOUSE)["revision"] == 2


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_document_deletes_what_its_sender_had_not_loaded_and_removed(store: Store, data: st.DataObject) -> None:
    """Whatever is left out, reordered or behind: each row is as others left it, or the client had it and dropped it."""
    house = uuid.uuid4().hex
    store.put_restaurant(house, {"name": ""})
    store.put_settings(house, {"staff": [{"id": one} for one in "abc"]}, base=0)
    read = store.settings(house)
    for i in range(data.draw(st.integers(0, 2))):  # others go on
        store.create(house, STAFF, {"id": f"new{i}"})
    for one in data.draw(st.sets(st.sampled_from("abc"))):
        store.patch(house, STAFF, one, {"name": "changed"})
    before = {row["id"]: row for row in store.rows(house, STAFF)}
    sent = copy.deepcopy(read)
    dropped = data.draw(st.sets(st.sampled_from("abc")))
    sent["staff"] = [row for row in data.draw(st.permutations(sent["staff"])) if row["id"] not in dropped]
    sent["revision"] = data.draw(st.sampled_from([0, 1, 1, 1]))
    if data.draw(st.integers(0, 4)) == 0:
        del sent["staff"]
    try:
        store.put_settings(house, sent)
    except Stale:
        assert {row["id"]: row for row in store.rows(house, STAFF)} == before
        return
    after = {row["id"]: row for row in store.rows(house, STAFF)}
    assert set(after) == set(before)
    for row_id, was in before.items():
        if plain(after[row_id]) != plain(was):
            assert plain(after[row_id]) == {**plain(was), "is_active": False}
            assert row_id in dropped
            assert "staff" in sent
            assert was["revision"] <= sent["revision"]
