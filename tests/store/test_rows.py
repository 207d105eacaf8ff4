"""Rows: created, changed, deleted, restored; what is refused; who is told what."""

from __future__ import annotations

import pytest

from solver import ProblemError, read_problem
from store import BY_SEGMENT, InUse, NotFound, Stale, Store
from tests.store.conftest import HOUSE, plain

BACKUPS = BY_SEGMENT["backup-assignments"]
STAFF = BY_SEGMENT["staff"]
GROUPS = BY_SEGMENT["groups"]
LIMITS = BY_SEGMENT["daily-limits"]
CALENDAR = BY_SEGMENT["calendar"]
RULES = BY_SEGMENT["rules"]
NAKATA = {"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}


def test_a_created_assignment_is_read_back_with_every_field(kitchen: Store) -> None:
    made = kitchen.create(HOUSE, BACKUPS, NAKATA, actor="tanaka")
    assert (made.revision, made.created, made.row["revision"]) == (2, True, 2)
    assert plain(made.row) == {
        "id": "b1", "staff_id": "nakata", "group_id": "kitchen", "assignment_type": "regular", "priority_order": 1,
        "effective_from": None, "effective_until": None, "is_active": True, "notes": "",
    }  # fmt: skip
    assert kitchen.row(HOUSE, BACKUPS, "b1") == made.row
    (entry,) = kitchen.changes(HOUSE, since=1)[0]
    assert (entry["verb"], entry["actor"], entry["before"], entry["after"]) == ("create", "tanaka", None, plain(made.row))


def test_the_old_clients_spelling_is_read(kitchen: Store) -> None:
    sent = {"id": "b1", "staffId": "nakata", "groupId": "kitchen", "priority": 2, "isActive": True, "createdBy": "x"}
    assert kitchen.create(HOUSE, BACKUPS, sent).row["priority_order"] == 2


def test_a_create_sent_again_creates_nothing_even_after_changes(kitchen: Store) -> None:
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    changed = kitchen.patch(HOUSE, BACKUPS, "b1", {"priorityOrder": 3})
    again = kitchen.create(HOUSE, BACKUPS, NAKATA)
    assert (again.row, again.revision, again.created) == (changed.row, 3, False)
    with pytest.raises(Stale) as refused:
        kitchen.create(HOUSE, BACKUPS, {**NAKATA, "notes": "another"})
    assert refused.value.rows[0].current == changed.row


def test_an_update_of_a_row_that_changed_since_is_refused_with_the_row(kitchen: Store) -> None:
    read = kitchen.create(HOUSE, BACKUPS, NAKATA).row
    other = kitchen.put(HOUSE, BACKUPS, "b1", {**read, "notes": "first"}).row
    with pytest.raises(Stale) as refused:
        kitchen.put(HOUSE, BACKUPS, "b1", {**read, "notes": "second"})
    assert refused.value.rows[0].current == other
    assert kitchen.row(HOUSE, BACKUPS, "b1") == other
    for change in (kitchen.delete, kitchen.hard_delete):
        with pytest.raises(Stale):
            change(HOUSE, BACKUPS, "b1", base=read["revision"])


def test_a_revision_nobody_can_have_read_is_refused(kitchen: Store) -> None:
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    kitchen.patch(HOUSE, BACKUPS, "b1", {"notes": "others"})
    for revision in ("2", 2.0, True, -1, 4):
        with pytest.raises(ProblemError) as refused:
            kitchen.put(HOUSE, BACKUPS, "b1", {**NAKATA, "revision": revision})
        assert [fault.path for fault in refused.value.faults] == ["/revision"]
    for change in (kitchen.delete, kitchen.hard_delete, kitchen.restore):
        with pytest.raises(ProblemError):
            change(HOUSE, BACKUPS, "b1", base=4)
    assert kitchen.row(HOUSE, BACKUPS, "b1")["notes"] == "others"


def test_delete_keeps_the_row_inactive_and_restore_brings_it_back(kitchen: Store) -> None:
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    assert kitchen.delete(HOUSE, BACKUPS, "b1").row["is_active"] is False
    assert kitchen.delete(HOUSE, BACKUPS, "b1").revision == 3  # twice is once
    assert kitchen.settings(HOUSE)["settings"]["backup_assignments"][0]["is_active"] is False
    assert kitchen.restore(HOUSE, BACKUPS, "b1").row["is_active"] is True
    assert [entry["verb"] for entry in kitchen.changes(HOUSE, since=1)[0]] == ["create", "delete", "restore"]


def test_hard_delete_removes_the_row_and_the_log_keeps_it(kitchen: Store) -> None:
    made = kitchen.create(HOUSE, BACKUPS, NAKATA).row
    assert kitchen.hard_delete(HOUSE, BACKUPS, "b1").row == made
    with pytest.raises(NotFound):
        kitchen.row(HOUSE, BACKUPS, "b1")
    entry = kitchen.changes(HOUSE)[0][-1]
    assert (entry["verb"], entry["before"], entry["after"]) == ("hard_delete", plain(made), None)


def test_nobody_goes_for_good_who_is_named_somewhere(kitchen: Store) -> None:
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    for kind, row_id in ((STAFF, "nakata"), (STAFF, "sato"), (GROUPS, "kitchen")):
        with pytest.raises(InUse, match=row_id):
            kitchen.hard_delete(HOUSE, kind, row_id)
    assert kitchen.restaurant(HOUSE)["revision"] == 2


def test_every_fault_of_a_row_is_named_at_its_place_and_nothing_is_written(kitchen: Store) -> None:
    sent = {"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "assignment_type": "often", "notess": ""}
    with pytest.raises(ProblemError) as refused:
        kitchen.create(HOUSE, BACKUPS, sent)
    assert {(fault.code, fault.path) for fault in refused.value.faults} == {
        ("bad_value", "/assignment_type"), ("unknown_field", "/notess"),
    }  # fmt: skip
    dates = {"effective_from": "2025-02-01", "effective_until": "2025-01-01"}
    with pytest.raises(ProblemError) as refused:
        kitchen.create(HOUSE, BACKUPS, {**NAKATA, "staff_id": "nobody", **dates})
    assert {(fault.code, fault.path) for fault in refused.value.faults} == {
        ("unknown_staff", "/staff_id"), ("reversed_dates", "/effective_until"),
    }  # fmt: skip
    assert kitchen.restaurant(HOUSE)["revision"] == 1
    assert kitchen.rows(HOUSE, BACKUPS) == []


def test_text_no_database_keeps_is_refused(store: Store) -> None:
    with pytest.raises(ProblemError) as refused:
        store.create(HOUSE, STAFF, b'{"id": "a", "name": "a\\u0000b"}')
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [("bad_text", "/name")]


def test_sql_and_html_in_names_are_names(store: Store) -> None:
    name = "'; DROP TABLE staff; -- <script>alert(1)</script>"
    assert store.create(HOUSE, STAFF, {"id": name, "name": name}).row["name"] == name
    assert store.row(HOUSE, STAFF, name)["id"] == name


def test_a_day_of_the_calendar_is_a_row(store: Store) -> None:
    made = store.put(HOUSE, CALENDAR, "2025-01-01", {"rule": "must_day_off"})
    assert plain(made.row) == {"id": "2025-01-01", "rule": "must_day_off", "is_active": True}
    assert store.settings(HOUSE)["settings"]["calendar"] == {"2025-01-01": "must_day_off"}
    store.delete(HOUSE, CALENDAR, "2025-01-01")
    assert store.settings(HOUSE)["settings"]["calendar"] == {}
    for day, sent, path in (("2025-13-01", {"rule": "must_work"}, "/id"), ("2025-01-02", {"rule": "closed"}, "/rule")):
        with pytest.raises(ProblemError) as refused:
            store.put(HOUSE, CALENDAR, day, sent)
        assert [fault.path for fault in refused.value.faults] == [path]


def test_a_rule_is_a_row_and_null_switches_it_off(store: Store) -> None:
    made = store.put(HOUSE, RULES, "stretches", {"value": [{"kind": "work", "max": 4}]})
    assert made.row["value"][0]["max"] == 4
    store.put(HOUSE, RULES, "stability", {"value": None})
    settings = store.settings(HOUSE)["settings"]
    assert settings["stability"] is None
    assert settings["stretches"][0]["max"] == 4
    store.delete(HOUSE, RULES, "stretches")
    assert "stretches" not in store.settings(HOUSE)["settings"]
    for name, sent, path in (("streches", {"value": []}, "/id"), ("stretches", {"value": [{"max": 0}]}, "/value/0/max")):
        with pytest.raises(ProblemError) as refused:
            store.put(HOUSE, RULES, name, sent)
        assert [fault.path for fault in refused.value.faults] == [path]


def test_limits_may_use_the_symbols_of_stored_shift_types_only(store: Store) -> None:
    types = [{"symbol": "D", "kind": "work", "role": "normal"}, {"symbol": "-", "kind": "off", "role": "off"}]
    store.put(HOUSE, RULES, "shift_types", {"value": types})
    assert store.create(HOUSE, LIMITS, {"id": "l", "minCount": 1, "maxCount": 2}).row["symbols"] == ["-"]
    with pytest.raises(ProblemError) as refused:
        store.create(HOUSE, LIMITS, {"id": "m", "symbols": ["×"], "min": 3, "max": 2})
    assert {(fault.code, fault.path) for fault in refused.value.faults} == {
        ("unknown_symbol", "/symbols/0"), ("min_above_max", "/max"),
    }  # fmt: skip


def test_what_is_stored_solves(kitchen: Store) -> None:
    kitchen.create(HOUSE, BACKUPS, NAKATA)
    problem = read_problem({"period": {"start": "2025-01-01", "end": "2025-01-02"}, **kitchen.settings(HOUSE)})
    assert problem.settings.backup_assignments[0].staff_id == "nakata"


def test_restaurants_do_not_see_each_other(kitchen: Store) -> None:
    kitchen.put_restaurant("other", {"name": "支店"})
    assert kitchen.settings("other")["staff"] == []
    with pytest.raises(NotFound):
        kitchen.row("other", STAFF, "sato")
    with pytest.raises(NotFound):
        kitchen.put_settings("nowhere", {}, base=0)
    with pytest.raises(ProblemError):
        kitchen.create("other", BACKUPS, NAKATA)
