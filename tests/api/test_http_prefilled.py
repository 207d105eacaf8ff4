"""Cells that are filled in over HTTP and WebSocket, many at once, and solves that use them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import Server
from tests.api.test_http_live import client, heard
from tests.api.test_http_store import house

__all__ = ["house"]
PERIOD = {"period": {"start": "2026-01-01", "end": "2026-01-07"}, "options": {"time_limit": 20, "workers": 1}}


@pytest.fixture
def place(store_server: Server, house: tuple[Any, str]) -> tuple[Server, str]:
    """A server, and where its restaurant of 佐藤 and 中田 is."""
    return store_server, house[1]


def test_a_stored_cell_is_solved_with_and_the_body_replaces_it(place: tuple[Server, str]) -> None:
    server, path = place
    made = server.post(f"{path}/prefilled", {"staff_id": "sato", "date": "2026-01-03", "symbol": "×"})
    assert (made.status_code, made.json()["id"]) == (201, "sato:2026-01-03")
    assert server.client.get(f"{path}/settings").json()["prefilled"] == {"sato": {"2026-01-03": "×"}}
    solved = server.post(f"{path}/solve", PERIOD).json()
    assert solved["problem"]["prefilled"] == {"sato": {"2026-01-03": "×"}}
    assert solved["schedule"]["sato"]["2026-01-03"] == "×"
    own = server.post(f"{path}/solve", {**PERIOD, "prefilled": {"sato": {"2026-01-03": "△"}}}).json()
    assert own["schedule"]["sato"]["2026-01-03"] == "△"
    schedule = {**solved["schedule"], "sato": {**solved["schedule"]["sato"], "2026-01-03": "○"}}
    checked = server.post(f"{path}/check", {"problem": PERIOD, "schedule": schedule}).json()
    assert [one["dates"] for one in checked["violations"] if one["rule"] == "prefilled"] == [["2026-01-03"]]
    free = server.post(f"{path}/free-days", {"problem": PERIOD, "staff_ids": ["sato"], "dates": ["2026-01-03"]})
    assert free.status_code == 200, free.text
    asked = {"problem": PERIOD, "schedule": solved["schedule"], "staff_id": "sato", "dates": ["2026-01-05"]}
    assert server.post(f"{path}/suggest/cover", asked).status_code == 200


def test_the_published_roster_before_is_the_history(place: tuple[Server, str]) -> None:
    server, path = place
    before = {"period": {"start": "2025-12-30", "end": "2025-12-31"}, "schedule": {"sato": {"2025-12-31": "×"}}}
    assert server.client.put(f"{path}/rosters/dec", json=before).status_code == 201
    server.post(f"{path}/rosters/dec/publish", {})
    assert server.post(f"{path}/solve", PERIOD).json()["problem"]["history"] == {"sato": {"2025-12-31": "×"}}
    none = server.post(f"{path}/solve", {**PERIOD, "history": {}}).json()
    assert none["problem"]["history"] == {}
    missing = server.post(f"{path}/solve", {"period": {"start": "2026-01-01"}})
    assert [one["path"] for one in missing.json()["errors"]] == ["/period/end"]


def test_a_job_of_the_restaurant_solves_what_is_stored(place: tuple[Server, str]) -> None:
    server, path = place
    server.post(f"{path}/prefilled", {"staff_id": "sato", "date": "2026-01-03", "symbol": "×"})
    taken = server.post(f"{path}/jobs", {**PERIOD, "priority": 3})
    assert taken.status_code == 202, taken.text
    job = taken.json()
    assert (job["restaurant_id"], job["priority"]) == (path.rpartition("/")[2], 3)
    server.until(lambda: server.client.get(job["links"]["self"]).json()["status"] == "COMPLETED", 400)
    whole = server.client.get(job["links"]["self"]).json()
    assert whole["result"]["schedule"]["sato"]["2026-01-03"] == "×"
    assert server.post(f"{path}/jobs", {**PERIOD, "staff": []}).json()["errors"][0]["path"] == "/staff"
    assert server.post("/v1/restaurants/nowhere/jobs", PERIOD).status_code == 404


def test_many_changes_in_one_request(place: tuple[Server, str]) -> None:
    server, path = place
    days = [f"2026-{1 + i // 28:02}-{1 + i % 28:02}" for i in range(250)]
    changes = [
        {"type": "PREFILLED_UPDATE", "payload": {"staff_id": "sato", "date": day, "symbol": "○×"[i % 2]}}
        for i, day in enumerate(days)
    ]
    with client(server, house=path) as other:
        first = heard(other)
        assert first["prefilled"] == {}
        done = server.post(f"{path}/changes", {"changes": changes})
        assert done.status_code == 200, done.text
        assert [row["date"] for row in done.json()["rows"]] == days
        told = heard(other)
        assert (told["type"], told["revision"]) == ("SETTINGS", done.json()["revision"])
        assert told["prefilled"] == {"sato": {day: "○×"[i % 2] for i, day in enumerate(days)}}
        undone = server.post(f"{path}/changes/{done.json()['revision']}/undo", {})
        assert heard(other)["prefilled"] == {}
    with client(server, house=path, query=f"?since={first['revision']}", close_timeout=0.1) as late:  # unread are hundreds
        assert heard(late)["type"] == "PREFILLED_CREATED"
    assert server.client.get(f"{path}/settings").json()["revision"] == undone.json()["revision"]


def test_bad_changes_are_refused_all_at_once(place: tuple[Server, str]) -> None:
    server, path = place
    good = {"type": "PREFILLED_CREATE", "payload": {"staff_id": "sato", "date": "2026-01-01", "symbol": "×"}}
    for sent, paths in (
        ({}, ["/changes"]),
        ({"changes": {}}, ["/changes"]),
        ({"changes": [good], "more": 1}, ["/more"]),
        ({"changes": [good] * 10_001}, ["/changes"]),
        ({"changes": [good, 3, {"type": "NO"}, {"type": "STAFF_DELETE", "payload": {}}]},
         ["/changes/1", "/changes/2/type", "/changes/2/payload", "/changes/3/payload/id"]),
        ({"changes": [good, {"type": "STAFF_CREATE", "payload": {"name": 3}}]}, ["/changes/1/payload/name"]),
    ):  # fmt: skip
        refused = server.post(f"{path}/changes", sent)
        assert (refused.status_code, [one["path"] for one in refused.json()["errors"]]) == (422, paths)
    missing = server.post(f"{path}/changes", {"changes": [good, {"type": "STAFF_DELETE", "payload": {"id": "x"}}]})
    assert (missing.status_code, missing.json()["detail"][:19]) == (404, "/changes/1/payload:")
    assert server.client.get(f"{path}/settings").json()["prefilled"] == {}
    assert server.post(f"{path}/changes", {"changes": []}).json()["rows"] == []


def test_the_same_over_the_socket(place: tuple[Server, str]) -> None:
    server, path = place

    def ask(message: dict[str, Any]) -> dict[str, Any]:
        sender.send(json.dumps(message))
        while (found := heard(sender))["type"] not in ("ACK", "ERROR"):
            continue
        return found

    with client(server, house=path) as sender, client(server, house=path) as other:
        heard(sender), heard(other)
        cell = {"staff_id": "sato", "date": "2026-01-01"}
        assert ask({"type": "PREFILLED_CREATE", "payload": {**cell, "symbol": "×"}})["payload"]["symbol"] == "×"
        assert heard(other)["type"] == "PREFILLED_CREATED"
        ask({"type": "PREFILLED_UPDATE", "payload": {**cell, "symbol": "△"}})
        told = heard(other)
        assert (told["type"], told["payload"]["symbol"]) == ("PREFILLED_UPDATED", "△")
        ask({"type": "PREFILLED_DELETE", "payload": cell})
        assert heard(other)["type"] == "PREFILLED_DELETED"
        ask({"type": "PREFILLED_HARD_DELETE", "payload": {"id": "sato:2026-01-01"}})
        assert heard(other)["type"] == "PREFILLED_HARD_DELETED"
        two = [{"type": "PREFILLED_UPDATE", "payload": {**cell, "date": f"2026-01-0{i}", "symbol": "×"}} for i in (1, 2)]
        done = ask({"type": "CHANGES", "payload": {"changes": two}, "request_id": 7})
        assert (done["request_id"], [row["id"][-2:] for row in done["payload"]["rows"]]) == (7, ["01", "02"])
        assert [(heard(other)["more"]) for _ in range(2)] == [True, False]
        wrong = ask({"type": "CHANGES", "payload": {"changes": [*two, {"type": "NO", "payload": {}}]}})
        assert [one["path"] for one in wrong["problem"]["errors"]] == ["/payload/changes/2/type"]
        for payload in (None, [], {"changes": 3}):
            assert ask({"type": "CHANGES", "payload": payload})["type"] == "ERROR"
