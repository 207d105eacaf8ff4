"""Empty, partial, stale and reordered documents delete no row that their sender had not loaded and removed.

Others change rows of every table for a while; the client loaded the settings at some moment of it, edits what it loaded in
every way a half-loaded page could, and puts it. Then each row is judged against what the client had loaded.
"""

from __future__ import annotations

import copy
import uuid
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from solver import ProblemError
from store import KINDS, InUse, Stale, Store
from tests.store.conftest import plain

START = {
    "staff": [{"id": one} for one in "abc"],
    "settings": {
        "staff_groups": [{"id": "g", "members": ["a"]}, {"id": "h", "members": []}],
        "backup_assignments": [{"id": f"b{i}", "staff_id": one, "group_id": "g"} for i, one in enumerate("bc", start=1)],
        "daily_limits": [{"id": "l1", "symbols": ["×"], "max": 3}, {"id": "l2", "symbols": ["△"], "max": 1}],
        "calendar": {"2025-01-01": "must_day_off", "2025-01-02": "must_work"},
        "stretches": [{"kind": "work", "max": 4}],
    },
    "prefilled": {"a": {"2025-01-01": "×", "2025-01-02": "△"}},
}  # fmt: skip
EDITS: dict[str, dict[str, Any]] = {
    "staff": {"name": "others"},
    "staff_groups": {"name": "others"},
    "backup_assignments": {"notes": "others"},
    "daily_limits": {"max": 9},
}
OTHERS_FILL_IN = {"symbol": "◇"}
ROWS = {
    "staff": "abc", "staff_groups": "gh", "backup_assignments": ["b1", "b2"], "daily_limits": ["l1", "l2"],
    "calendar": ["2025-01-01", "2025-01-02"], "rules": ["stretches"],
    "prefilled": ["a:2025-01-01", "a:2025-01-02"],
}  # fmt: skip
kinds = st.sampled_from([*ROWS])


def others_act(store: Store, house: str, data: st.DataObject) -> None:
    """Somebody else changes, deletes, restores, removes or creates a row."""
    kind = data.draw(kinds)
    row_id, verb = (
        data.draw(st.sampled_from([*ROWS[kind]])),
        data.draw(st.sampled_from(["edit", "off", "on", "gone", "new"])),
    )
    if row_id not in {row["id"] for row in store.rows(house, KINDS[kind])}:
        return
    if verb == "off":
        store.delete(house, KINDS[kind], row_id)
    elif verb == "on":
        store.restore(house, KINDS[kind], row_id)
    elif verb == "gone":
        try:
            store.hard_delete(house, KINDS[kind], row_id)
        except InUse:
            return
    elif verb == "edit" and kind in EDITS:
        store.patch(house, KINDS[kind], row_id, EDITS[kind])
    elif verb == "edit" and kind == "prefilled":
        store.patch(house, KINDS[kind], row_id, OTHERS_FILL_IN)
    elif verb == "new":
        store.create(house, KINDS["staff"], {"id": f"new{data.draw(st.integers(0, 2))}"})


def sent_by_a_page(loaded: dict[str, Any], data: st.DataObject) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """What a page puts of what it loaded, and which rows of which table it left out."""
    sent = copy.deepcopy(loaded)
    dropped: dict[str, set[str]] = {kind: set() for kind in ROWS}
    for kind in (*EDITS, "calendar"):
        holder = sent if kind == "staff" else sent["settings"]
        way = data.draw(st.sampled_from(["whole", "whole", "less", "less", "no key", "null", "empty"]))
        rows = holder[kind]
        ids = [*rows] if kind == "calendar" else [row["id"] for row in rows]
        if way in ("no key", "null"):
            holder[kind] = None
            if way == "no key":
                del holder[kind]
            continue
        gone = set(ids) if way == "empty" else data.draw(st.sets(st.sampled_from(ids))) if ids and way == "less" else set()
        dropped[kind] = gone
        if kind == "calendar":
            holder[kind] = {day: rule for day, rule in rows.items() if day not in gone}
        else:
            holder[kind] = [row for row in data.draw(st.permutations(rows)) if row["id"] not in gone]
            for row in holder[kind]:
                if data.draw(st.integers(0, 5)) == 0 and kind in EDITS:
                    row.update({name: "mine" if value == "others" else 5 for name, value in EDITS[kind].items()})
    way = data.draw(st.sampled_from(["whole", "whole", "less", "no key", "null", "empty"]))
    if way in ("less", "empty"):
        row = sent["prefilled"].pop("a", {})
        dropped["prefilled"] = {f"a:{day}" for day in row if way == "empty" or data.draw(st.booleans())}
        sent["prefilled"] |= {"a": {day: one for day, one in row.items() if f"a:{day}" not in dropped["prefilled"]}}
    elif way != "whole":
        sent["prefilled"] = None
    if data.draw(st.integers(0, 3)) == 0:
        sent["settings"].pop("stretches", None)
    if data.draw(st.integers(0, 4)) == 0:  # without what the server added, as a page that keeps its own objects sends it
        for kind in EDITS:
            holder = sent if kind == "staff" else sent["settings"]
            if holder.get(kind):
                holder[kind] = [plain(row) for row in holder[kind]]
    return sent, dropped


def everything(store: Store, house: str) -> dict[tuple[str, str], dict[str, Any]]:
    return {(kind, row["id"]): row for kind in ROWS for row in store.rows(house, KINDS[kind])}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_a_page_deletes_only_what_it_had_loaded_and_removed(store: Store, data: st.DataObject) -> None:
    house = uuid.uuid4().hex
    store.put_restaurant(house, {"name": ""})
    store.put_settings(house, START, base=0)
    snapshots = [store.settings(house)]
    for _ in range(data.draw(st.integers(0, 6))):
        others_act(store, house, data)
        snapshots.append(store.settings(house))
    loaded = data.draw(st.sampled_from(snapshots))
    since = {(one["table"], one["id"]) for one in store.changes(house, since=loaded["revision"])[0]}
    touched = {(kind, row_id) for kind in ROWS for table, row_id in since if KINDS[kind].segment == table}
    before = everything(store, house)
    sent, dropped = sent_by_a_page(loaded, data)
    try:
        store.put_settings(house, sent)
    except (Stale, ProblemError, InUse):
        assert everything(store, house) == before
        return
    after = everything(store, house)
    assert set(after) >= set(before)  # nothing is gone for good
    active_then = {(kind, row["id"]) for kind in EDITS for row in _rows(loaded, kind) if row["is_active"]}
    active_then |= {("calendar", day) for day in loaded["settings"]["calendar"]}
    active_then |= {("prefilled", f"{staff}:{day}") for staff, row in loaded["prefilled"].items() for day in row}
    for key, was in before.items():
        if after[key]["is_active"] != was["is_active"] and was["is_active"]:
            assert key in active_then, "deleted, though the page had never loaded it"
            assert key[1] in dropped[key[0]], "deleted, though the page had not removed it"
            assert key not in touched, "deleted, though others changed it since"
        if plain(after[key]) != plain(was):
            assert key not in touched, "overwritten, though others changed it since"


def _rows(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["staff"] if kind == "staff" else document["settings"][kind]
    return found
