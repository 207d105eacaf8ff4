"""The change log, undo, kept versions, and the old client's object."""

from __future__ import annotations

import threading

import pytest

from solver import ProblemError
from store import BY_SEGMENT, Gone, InUse, NotFound, Stale, Store
from tests.domain import rich
from tests.store.conftest import HOUSE

BACKUPS = BY_SEGMENT["backup-assignments"]
STAFF = BY_SEGMENT["staff"]
NAKATA = {"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}

ADDED = ("revision", "position", "created_at", "updated_at")


def content(store: Store) -> object:
    """The settings without revisions and times."""
    parts = store.settings(HOUSE)
    bare = [{k: v for k, v in row.items() if k not in ADDED} for row in parts["staff"]]
    settings = {
        name: [{k: v for k, v in row.items() if k not in ADDED} for row in rows]
        if name in ("staff_groups", "backup_assignments", "daily_limits", "priority_rules") else rows
        for name, rows in parts["settings"].items()
    }  # fmt: skip
    return bare, settings


def test_undo_of_every_verb_brings_the_rows_back(kitchen: Store) -> None:
    states = [content(kitchen)]
    for change in (
        lambda: kitchen.create(HOUSE, BACKUPS, NAKATA),
        lambda: kitchen.patch(HOUSE, BACKUPS, "b1", {"notes": "x"}),
        lambda: kitchen.delete(HOUSE, BACKUPS, "b1"),
        lambda: kitchen.hard_delete(HOUSE, BACKUPS, "b1"),
    ):
        change()
        states.append(content(kitchen))
    for revision in (5, 4, 3, 2):
        kitchen.undo(HOUSE, revision)
        assert content(kitchen) == states[revision - 2]
    assert kitchen.restaurant(HOUSE)["revision"] == 9
    kitchen.undo(HOUSE, 9)  # an undo is undone as anything else
    assert content(kitchen) == states[1]


def test_undo_puts_back_a_whole_document(kitchen: Store) -> None:
    before = content(kitchen)
    read = kitchen.settings(HOUSE)
    read["staff"] = [{"id": "ueda"}, read["staff"][1]]
    read["settings"]["staff_groups"][0]["members"] = ["ueda"]
    assert kitchen.put_settings(HOUSE, read) == 2
    assert content(kitchen) != before
    kitchen.undo(HOUSE, 2)
    assert content(kitchen) == before


def test_undo_refuses_what_was_changed_again_or_is_in_use(kitchen: Store) -> None:
    kitchen.create(HOUSE, STAFF, {"id": "ueda"})
    kitchen.patch(HOUSE, STAFF, "ueda", {"name": "上田"})
    with pytest.raises(Stale) as refused:
        kitchen.undo(HOUSE, 2)
    assert refused.value.rows[0].current == kitchen.row(HOUSE, STAFF, "ueda")
    kitchen.undo(HOUSE, 3)
    kitchen.create(HOUSE, BACKUPS, {**NAKATA, "staff_id": "ueda"})
    with pytest.raises(InUse):
        kitchen.undo(HOUSE, 2)
    with pytest.raises(NotFound):
        kitchen.undo(HOUSE, 99)


def test_what_comes_back_must_not_name_what_is_gone(kitchen: Store) -> None:
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    kitchen.hard_delete(HOUSE, BACKUPS, "b1")
    kitchen.hard_delete(HOUSE, STAFF, "nakata")
    kitchen.patch(HOUSE, BY_SEGMENT["groups"], "kitchen", {"members": []})
    kitchen.hard_delete(HOUSE, STAFF, "sato")
    before = content(kitchen)
    for revision, place in ((3, "/settings/backup_assignments/0/staff_id"), (5, "/settings/staff_groups/0/members/0")):
        with pytest.raises(Gone) as refused:
            kitchen.undo(HOUSE, revision)
        assert refused.value.places == [place]
    assert content(kitchen) == before
    for revision in (6, 5, 4, 3):
        kitchen.undo(HOUSE, revision)
    assert kitchen.row(HOUSE, BACKUPS, "b1")["staff_id"] == "nakata"
    assert kitchen.settings(HOUSE)["settings"]["staff_groups"][0]["members"] == ["sato"]


def test_a_rule_is_not_restored_for_somebody_who_is_gone(kitchen: Store) -> None:
    rules = BY_SEGMENT["rules"]
    kitchen.put(HOUSE, rules, "requests", {"value": [{"staff_id": "nakata", "date": "2025-01-01", "symbol": "×"}]})
    with pytest.raises(InUse):
        kitchen.hard_delete(HOUSE, STAFF, "nakata")
    kitchen.delete(HOUSE, rules, "requests")
    kitchen.hard_delete(HOUSE, STAFF, "nakata")
    with pytest.raises(Gone):
        kitchen.restore(HOUSE, rules, "requests")


def test_symbols_in_use_do_not_go(kitchen: Store) -> None:
    limits, rules = BY_SEGMENT["daily-limits"], BY_SEGMENT["rules"]
    kitchen.create(HOUSE, limits, {"id": "l", "symbols": ["△"], "max": 1})
    types = [{"symbol": "○", "kind": "work", "role": "normal"}, {"symbol": "×", "kind": "off", "role": "off"}]
    with pytest.raises(InUse, match="△") as refused:
        kitchen.put(HOUSE, rules, "shift_types", {"value": types})
    assert refused.value.places == ["/settings/daily_limits/0/symbols/0"]
    both = {"daily_limits": [{"id": "l", "symbols": ["×"], "max": 1}], "shift_types": types}
    assert kitchen.put_settings(HOUSE, {"settings": both}, base=2) == 3  # together it is fine


def test_versions_are_kept_compared_and_restored(kitchen: Store) -> None:
    before = content(kitchen)
    kept = kitchen.keep_version(HOUSE, {"label": "January"})
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    kitchen.patch(HOUSE, STAFF, "sato", {"name": "S"})
    rows = kitchen.compare_versions(HOUSE, kept["id"])
    assert [(row["table"], row["id"], row["before"] is None) for row in rows] == [
        ("staff", "sato", False), ("backup-assignments", "b1", True),
    ]  # fmt: skip
    assert kitchen.restore_version(HOUSE, kept["id"]) == 5
    assert content(kitchen) == before
    assert kitchen.compare_versions(HOUSE, kept["id"]) == []
    kitchen.undo(HOUSE, 5)
    assert kitchen.row(HOUSE, BACKUPS, "b1")["is_active"]
    assert kitchen.label_version(HOUSE, kept["id"], {"label": "1月"})["label"] == "1月"
    assert [(one["id"], one["label"], one["revision"]) for one in kitchen.versions(HOUSE)] == [(kept["id"], "1月", 1)]
    assert [person["id"] for person in kitchen.version(HOUSE, kept["id"])["staff"]] == ["sato", "nakata"]
    with pytest.raises(NotFound):
        kitchen.restore_version(HOUSE, "nothing")


def test_the_old_clients_object_is_imported_once(store: Store) -> None:
    old = rich.old()
    store.put_settings(HOUSE, {"staff": old["staff"]}, base=0)
    first = store.import_legacy(HOUSE, old["settings"])
    assert first["revision"] == 2
    assert first["created"] > 5
    assert {warning["code"] for warning in first["warnings"]} == {"legacy_ignored"}
    assert not any(warning["path"].startswith("/settings") for warning in first["warnings"])
    row = store.rows(HOUSE, BACKUPS)[0]
    store.patch(HOUSE, BACKUPS, row["id"], {"notes": "since"})
    store.hard_delete(HOUSE, BY_SEGMENT["priority-rules"], store.rows(HOUSE, BY_SEGMENT["priority-rules"])[0]["id"])
    now = store.settings(HOUSE)
    again = store.import_legacy(HOUSE, {"settings": old["settings"], "staff": old["staff"]})
    assert (again["revision"], again["created"]) == (4, 0)
    assert store.settings(HOUSE) == now


def test_an_import_takes_assignments_as_the_old_client_spells_them(kitchen: Store) -> None:
    rows = [
        {"staffId": "nakata", "groupId": "kitchen", "assignmentType": "regular", "priorityOrder": 2, "isActive": False},
        {"id": "mine", "staffId": "sato", "groupId": "kitchen", "assignmentType": "on_call", "priorityOrder": 1},
    ]
    limit = {"maxCount": 2, "scope": "all", "targetIds": [], "shiftType": "off"}
    old = {"backupAssignments": rows, "weeklyLimits": [limit, limit]}
    assert kitchen.import_legacy(HOUSE, old)["created"] == 4  # what stands there twice is two rows
    found = [
        (row["id"], row["staff_id"], row["group_id"], row["assignment_type"], row["priority_order"], row["is_active"])
        for row in kitchen.rows(HOUSE, BACKUPS)
    ]
    assert found == [
        ("nakata@kitchen", "nakata", "kitchen", "regular", 2, False), ("mine", "sato", "kitchen", "on_call", 1, True),
    ]  # fmt: skip
    for again in (old, {**old, "backupAssignments": rows[::-1]}, {"settings": old}):
        assert (kitchen.import_legacy(HOUSE, again)["created"], kitchen.restaurant(HOUSE)["revision"]) == (0, 2)


def test_an_import_at_fault_names_places_of_the_object_as_sent(store: Store) -> None:
    with pytest.raises(ProblemError) as refused:
        store.import_legacy(HOUSE, {"backupAssignments": [{"staffId": "a", "groupId": "g"}]})
    assert {fault.path for fault in refused.value.faults} == {
        "/backupAssignments/0/staffId", "/backupAssignments/0/groupId",
    }  # fmt: skip


def test_revisions_have_no_gaps_however_many_write(store: Store) -> None:
    def write(name: str) -> None:
        for i in range(5):
            store.create(HOUSE, STAFF, {"id": f"{name}{i}"}, actor=name)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log, revision = store.changes(HOUSE)
    assert [entry["revision"] for entry in log] == list(range(1, 21))
    assert revision == 20
    assert len(store.rows(HOUSE, STAFF)) == 20
