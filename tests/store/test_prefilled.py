"""Cells that are filled in: rows like all others, named after their cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from solver import ProblemError, read_problem
from store import BY_SEGMENT, Gone, InUse, Stale, Store
from store.steps import Step
from tests.store.conftest import HOUSE, plain

CELLS = BY_SEGMENT["prefilled"]
STAFF = BY_SEGMENT["staff"]
RULES = BY_SEGMENT["rules"]
SATO_OFF = {"staff_id": "sato", "date": "2026-01-15", "symbol": "×"}
ID = "sato:2026-01-15"


def cells(store: Store) -> Any:
    return store.settings(HOUSE)["prefilled"]


def test_a_cell_is_a_row_named_after_it(kitchen: Store) -> None:
    made = kitchen.create(HOUSE, CELLS, {"staffId": "sato", "date": "2026-01-15", "symbol": "×"}, actor="tanaka")
    assert (plain(made.row), made.revision, made.created) == ({"id": ID, **SATO_OFF, "is_active": True}, 2, True)
    assert kitchen.row(HOUSE, CELLS, ID) == made.row
    assert kitchen.rows(HOUSE, CELLS) == [made.row]
    assert cells(kitchen) == {"sato": {"2026-01-15": "×"}}
    (entry,) = kitchen.changes(HOUSE, since=1)[0]
    assert (entry["table"], entry["id"], entry["verb"], entry["actor"]) == ("prefilled", ID, "create", "tanaka")


def test_two_clients_that_fill_in_one_cell_mean_one_row(kitchen: Store) -> None:
    first = kitchen.create(HOUSE, CELLS, SATO_OFF).row
    assert kitchen.create(HOUSE, CELLS, {**SATO_OFF, "id": ID}).created is False
    with pytest.raises(Stale) as refused:
        kitchen.create(HOUSE, CELLS, {**SATO_OFF, "symbol": "△"})
    assert refused.value.rows[0].current == first
    kitchen.patch(HOUSE, CELLS, ID, {"symbol": "△"}, base=first["revision"])
    with pytest.raises(Stale):
        kitchen.patch(HOUSE, CELLS, ID, {"symbol": "◇"}, base=first["revision"])


def test_a_deleted_row_is_a_free_cell_that_can_be_filled_in_again(kitchen: Store) -> None:
    kitchen.create(HOUSE, CELLS, SATO_OFF)
    assert kitchen.delete(HOUSE, CELLS, ID).row["is_active"] is False
    assert cells(kitchen) == {}
    again = kitchen.create(HOUSE, CELLS, SATO_OFF)
    assert (again.created, again.row["is_active"]) == (True, True)
    kitchen.delete(HOUSE, CELLS, ID)
    assert kitchen.patch(HOUSE, CELLS, ID, {"symbol": "△"}).row["is_active"] is True
    kitchen.delete(HOUSE, CELLS, ID)
    assert kitchen.restore(HOUSE, CELLS, ID).row["symbol"] == "△"
    kitchen.hard_delete(HOUSE, CELLS, ID)
    assert kitchen.rows(HOUSE, CELLS) == []
    assert kitchen.patch(HOUSE, CELLS, ID, {"symbol": "◇"}).created
    assert cells(kitchen) == {"sato": {"2026-01-15": "◇"}}


def test_every_verb_is_undone(kitchen: Store) -> None:
    states = [cells(kitchen)]
    for change in (
        lambda: kitchen.create(HOUSE, CELLS, SATO_OFF),
        lambda: kitchen.patch(HOUSE, CELLS, ID, {"symbol": "△"}),
        lambda: kitchen.delete(HOUSE, CELLS, ID),
        lambda: kitchen.create(HOUSE, CELLS, SATO_OFF),
        lambda: kitchen.hard_delete(HOUSE, CELLS, ID),
    ):
        change()
        states.append(cells(kitchen))
    for revision in (6, 5, 4, 3, 2):
        kitchen.undo(HOUSE, revision)
        assert cells(kitchen) == states[revision - 2]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"staff_id": "nobody", "date": "2026-01-15", "symbol": "×"}, {("unknown_staff", "/staff_id")}),
        ({"staff_id": "sato", "date": "2026-02-30", "symbol": "×"}, {("bad_date", "/date")}),
        ({"staffId": "sato", "date": "2026-01-15", "symbol": "✕"}, {("lookalike_symbol", "/symbol")}),
        ({"staff_id": "sato", "date": "2026-01-15", "symbol": "Q", "id": "mine"}, {("bad_value", "/id")}),
        ({"staff_id": 1, "datum": "x"}, {("wrong_type", "/staff_id"), ("missing_field", "/date"),
                                         ("missing_field", "/symbol"), ("unknown_field", "/datum")}),
        ({"staff_id": "sato", "staffId": "sato", "date": "2026-01-15", "symbol": "×"}, {("field_twice", "/staffId")}),
        ({"staff_id": "s" * 195, "date": "2026-01-15", "symbol": "×"}, {("too_large", "/staff_id")}),
        ({"id": "sato", "symbol": "×"}, {("missing_field", "/staff_id"), ("missing_field", "/date")}),
        ({"staff_id": "sato", "date": "2026-01-15", "symbol": None}, {("wrong_type", "/symbol")}),
    ],
)  # fmt: skip
def test_every_fault_is_named_at_its_place(kitchen: Store, sent: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    with pytest.raises(ProblemError) as refused:
        kitchen.create(HOUSE, CELLS, sent)
    assert {(fault.code.value, fault.path) for fault in refused.value.faults} == expected
    assert kitchen.restaurant(HOUSE)["revision"] == 1


def test_an_address_and_a_body_that_mean_different_cells_are_refused(kitchen: Store) -> None:
    for sent in ({"date": "2026-01-16", "symbol": "×"}, {"id": "sato:2026-01-16", "symbol": "×"}):
        with pytest.raises(ProblemError):
            kitchen.put(HOUSE, CELLS, ID, sent)
    assert kitchen.put(HOUSE, CELLS, ID, {"symbol": "×"}).row["date"] == "2026-01-15"
    with pytest.raises(ProblemError):
        kitchen.patch(HOUSE, CELLS, ID, {"staff_id": "nakata"})


def test_names_with_colons_and_slashes_name_cells(kitchen: Store) -> None:
    kitchen.create(HOUSE, STAFF, {"id": "a:b/c"})
    kitchen.create(HOUSE, CELLS, {"staff_id": "a:b/c", "date": "2024-02-29", "symbol": "×"})
    assert kitchen.row(HOUSE, CELLS, "a:b/c:2024-02-29")["staff_id"] == "a:b/c"
    assert cells(kitchen) == {"a:b/c": {"2024-02-29": "×"}}


# ---- the whole document ---------------------------------------------------------------------------


def test_a_document_fills_in_frees_and_leaves_alone(kitchen: Store) -> None:
    kitchen.put_settings(HOUSE, {"prefilled": {"sato": {"2026-01-01": "×", "2026-01-02": "△"}}}, base=1)
    read = kitchen.settings(HOUSE)
    kitchen.create(HOUSE, CELLS, {"staff_id": "nakata", "date": "2026-01-01", "symbol": "◇"})
    read["prefilled"] = {"sato": {"2026-01-01": None, "2026-01-02": "○", "2026-01-03": "×"}}
    kitchen.put_settings(HOUSE, read)
    assert cells(kitchen) == {"nakata": {"2026-01-01": "◇"}, "sato": {"2026-01-02": "○", "2026-01-03": "×"}}
    for untouched in ({}, {"prefilled": None}, {"settings": {}, "staff": []}):
        kitchen.put_settings(HOUSE, untouched, base=1)
    assert len(cells(kitchen)) == 2


def test_a_stale_document_is_refused_where_both_changed_a_cell(kitchen: Store) -> None:
    kitchen.create(HOUSE, CELLS, SATO_OFF)
    read = kitchen.settings(HOUSE)
    kitchen.patch(HOUSE, CELLS, ID, {"symbol": "△"})
    for mine in ("◇", None):
        read["prefilled"]["sato"]["2026-01-15"] = mine
        with pytest.raises(Stale) as refused:
            kitchen.put_settings(HOUSE, read)
        (row,) = refused.value.rows
        assert (row.table, row.place) == ("prefilled", ("prefilled", "sato", "2026-01-15"))


def test_faults_of_a_document_are_named_at_their_cells(kitchen: Store) -> None:
    wrong = {"sato": {"2026-01-01": "✕", "2026-13-01": "×"}}
    with pytest.raises(ProblemError) as refused:
        kitchen.put_settings(HOUSE, {"prefilled": wrong}, base=1)
    assert {fault.path for fault in refused.value.faults} == {"/prefilled/sato/2026-13-01"}
    with pytest.raises(ProblemError) as refused:
        kitchen.put_settings(HOUSE, {"prefilled": {"sato": {"2026-01-01": "✕"}, "ueda": {"2026-01-01": "×"}}}, base=1)
    assert {(fault.code.value, fault.path) for fault in refused.value.faults} == {
        ("lookalike_symbol", "/prefilled/sato/2026-01-01"), ("unknown_staff", "/prefilled/ueda"),
    }  # fmt: skip


# ---- what cells name ------------------------------------------------------------------------------


def test_nobody_goes_for_good_who_has_a_cell_and_no_symbol_that_fills_one(kitchen: Store) -> None:
    kitchen.create(HOUSE, CELLS, {"staff_id": "nakata", "date": "2026-01-15", "symbol": "△"})
    with pytest.raises(InUse, match="nakata") as refused:
        kitchen.hard_delete(HOUSE, STAFF, "nakata")
    assert refused.value.places == ["/prefilled/nakata"]
    types = [{"symbol": "○", "kind": "work", "role": "normal"}, {"symbol": "×", "kind": "off", "role": "off"}]
    with pytest.raises(InUse, match="△"):
        kitchen.put(HOUSE, RULES, "shift_types", {"value": types})
    kitchen.delete(HOUSE, CELLS, "nakata:2026-01-15")
    kitchen.put(HOUSE, RULES, "shift_types", {"value": types})
    kitchen.hard_delete(HOUSE, STAFF, "nakata")
    with pytest.raises(Gone):
        kitchen.restore(HOUSE, CELLS, "nakata:2026-01-15")


def test_versions_leave_cells_and_whoever_stands_in_them(kitchen: Store) -> None:
    kept = kitchen.keep_version(HOUSE, {"label": "before"})["id"]
    kitchen.create(HOUSE, STAFF, {"id": "ueda"})
    kitchen.create(HOUSE, STAFF, {"id": "unpinned"})
    kitchen.create(HOUSE, CELLS, {"staff_id": "ueda", "date": "2026-01-15", "symbol": "×"})
    revision = kitchen.restore_version(HOUSE, kept)
    assert cells(kitchen) == {"ueda": {"2026-01-15": "×"}}
    assert {row["id"]: row["is_active"] for row in kitchen.rows(HOUSE, STAFF)} == {
        "sato": True, "nakata": True, "ueda": False,
    }  # fmt: skip
    kitchen.undo(HOUSE, revision)
    assert kitchen.row(HOUSE, STAFF, "ueda")["is_active"] is True


# ---- many at once ---------------------------------------------------------------------------------


def filled(staff: str, day: int, symbol: str) -> Step:
    row_id = f"{staff}:2026-01-{day:02}"
    return Step("patch", CELLS, row_id, {"symbol": symbol}, None)


def test_many_changes_are_one_revision_and_one_undo(kitchen: Store) -> None:
    kitchen.create(HOUSE, CELLS, SATO_OFF)
    before = cells(kitchen)
    steps = [filled(staff, day, "○△◇×"[day % 4]) for staff in ("sato", "nakata") for day in range(1, 29)]
    rows, revision = kitchen.change(HOUSE, [*steps, Step("delete", CELLS, ID, {}, None)])
    assert (revision, len(rows)) == (3, 57)
    assert rows[14]["is_active"] is False, "each row is told as it is after all of them"
    assert len(cells(kitchen)["sato"]) == 27
    assert len({entry["revision"] for entry in kitchen.changes(HOUSE, since=2)[0]}) == 1
    kitchen.undo(HOUSE, revision)
    assert cells(kitchen) == before


def test_a_fault_or_a_conflict_anywhere_refuses_all_of_them(kitchen: Store) -> None:
    read = kitchen.create(HOUSE, CELLS, SATO_OFF).row
    kitchen.patch(HOUSE, CELLS, ID, {"symbol": "△"})
    wrong = [filled("sato", 1, "×"), filled("sato", 2, ""), filled("ueda", 1, "×"), filled("sato", 3, "✕")]
    with pytest.raises(ProblemError) as refused:
        kitchen.change(HOUSE, wrong, ("changes",))
    assert [fault.path for fault in refused.value.faults] == ["/changes/1/payload/symbol"]
    with pytest.raises(ProblemError) as refused:
        kitchen.change(HOUSE, [wrong[0], *wrong[2:]], ("changes",))
    assert {fault.path for fault in refused.value.faults} == {"/changes/1/payload/staff_id", "/changes/2/payload/symbol"}
    stale = Step("patch", CELLS, ID, {"symbol": "◇"}, read["revision"])
    with pytest.raises(Stale) as conflict:
        kitchen.change(HOUSE, [filled("sato", 1, "×"), stale], ("changes",))
    assert [(row.row_id, row.place) for row in conflict.value.rows] == [(ID, ("changes", 1, "payload"))]
    assert (kitchen.restaurant(HOUSE)["revision"], cells(kitchen)) == (3, {"sato": {"2026-01-15": "△"}})


def test_rows_of_all_kinds_may_be_changed_together(kitchen: Store) -> None:
    steps = [
        Step("create", STAFF, None, {"id": "ueda"}, None),
        Step("create", CELLS, None, {"staff_id": "ueda", "date": "2026-01-15", "symbol": "×"}, None),
        Step("create", BY_SEGMENT["backup-assignments"], None, {"id": "b", "staff_id": "ueda", "group_id": "kitchen"}, None),
    ]
    assert kitchen.change(HOUSE, steps)[1] == 2
    assert kitchen.undo(HOUSE, 2) == 3
    assert [row["id"] for row in kitchen.rows(HOUSE, STAFF)] == ["sato", "nakata"]


# ---- a month's problem ----------------------------------------------------------------------------

JANUARY = (date(2026, 1, 1), date(2026, 1, 31))


def test_a_problem_has_the_cells_of_its_period_in_which_somebody_is_employed(kitchen: Store) -> None:
    for day in ("2025-12-31", "2026-01-01", "2026-01-31", "2026-02-01"):
        kitchen.create(HOUSE, CELLS, {"staff_id": "sato", "date": day, "symbol": "×"})
    for day in ("2026-01-01", "2026-01-10", "2026-01-20"):
        kitchen.create(HOUSE, CELLS, {"staff_id": "nakata", "date": day, "symbol": "△"})
    kitchen.patch(HOUSE, STAFF, "nakata", {"employed_from": "2026-01-10", "employed_until": "2026-01-19"})
    parts = kitchen.basis(HOUSE, JANUARY)
    assert parts["prefilled"] == {"sato": {"2026-01-01": "×", "2026-01-31": "×"}, "nakata": {"2026-01-10": "△"}}
    read_problem({"period": {"start": "2026-01-01", "end": "2026-01-31"}, **parts})
    kitchen.patch(HOUSE, STAFF, "nakata", {"is_active": False})
    assert set(kitchen.basis(HOUSE, JANUARY)["prefilled"]) == {"sato"}


def test_a_problem_has_the_month_before_from_the_rosters_in_force(kitchen: Store) -> None:
    def publish(name: str, start: str, end: str, schedule: dict[str, dict[str, str]]) -> None:
        kitchen.put_roster(HOUSE, name, {"period": {"start": start, "end": end}, "schedule": schedule})
        kitchen.publish_roster(HOUSE, name)

    row = {f"2025-12-{day:02}": "○" for day in range(1, 32)}
    publish("dec", "2025-12-01", "2025-12-31", {"sato": row, "nakata": row, "gone": row})
    publish("again", "2025-12-30", "2026-01-02", {"sato": {"2025-12-30": "×", "2025-12-31": "?", "2026-01-01": "△"}})
    draft = {"period": {"start": "2025-12-01", "end": "2025-12-31"}, "schedule": {"sato": {"2025-12-29": "◇"}}}
    kitchen.put_roster(HOUSE, "draft", draft)
    history = kitchen.basis(HOUSE, JANUARY)["history"]
    assert set(history) == {"sato", "nakata"}
    assert history["sato"]["2025-12-01"] == "○"
    assert [history["sato"].get(f"2025-12-{day}") for day in (29, 30, 31)] == ["○", "×", None]
    assert max(history["nakata"]) == "2025-12-29", "the later roster says nothing of him"
    read_problem({"period": {"start": "2026-01-01", "end": "2026-01-31"}, **kitchen.basis(HOUSE, JANUARY)})
