"""The AsyncAPI document: frozen, complete, and what clients and servers really say is as it describes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker

from api.access.guard import PROTOCOL
from api.asyncapi import FROZEN, describe
from api.closings import BAD_SINCE, CLOSINGS, DEFECT, KEY_REFUSED, NO_SUCH_RESTAURANT, SCOPE_MISSING, TRY_AGAIN
from api.live import NAMES, OTHERS
from api.messages import VERBS
from api.openapi import text_of
from store import KINDS
from tests.api.conftest import Server
from tests.api.test_http_live import client, heard
from tests.api.test_http_store import house

__all__ = ["house"]
DOCUMENT: dict[str, Any] = json.loads(FROZEN.read_text(encoding="utf-8"))
ROWS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "STAFF": ({"id": "ueda", "name": "上田", "employedFrom": "2025-04-01"}, {"skills": ["grill"]}),
    "STAFF_GROUP": ({"id": "hall", "members": ["ueda"], "conflict": {"symbols": ["×"], "max": 2}}, {"color": "#fff"}),
    "BACKUP_ASSIGNMENT": (
        {"id": "b9", "staffId": "ueda", "groupId": "kitchen", "effectiveUntil": "2026-12-31"},
        {"priority_order": 2},
    ),
    "DAILY_LIMIT": ({"id": "d", "symbols": ["×"], "max": 3, "days_of_week": ["sunday", 1]}, {"dates": ["2026-01-01"]}),
    "WEEKLY_LIMIT": ({"id": "w", "symbols": ["×"], "min": 1, "scope": {"statuses": ["社員"]}}, {"hard": True}),
    "MONTHLY_LIMIT": ({"id": "m", "measure": "off_equivalent", "min": 7, "max": 8.5}, {"per": "calendar_month"}),
    "PRIORITY_RULE": (
        {"id": "p", "rule_type": "avoided_shift", "staff_ids": ["sato"], "shift": "△"},
        {"except_symbols": ["×"]},
    ),
    "CALENDAR": ({"id": "2026-01-01", "rule": "must_day_off"}, {"rule": "must_work"}),
    "PREFILLED": (
        {"id": "ueda:2026-01-01", "staff_id": "ueda", "date": "2026-01-01", "symbol": "×"},
        {"symbol": "△"},
    ),
    "RULE": ({"id": "stretches", "value": [{"kind": "work", "max": 6}]}, {"value": None}),
}


def faults(message: dict[str, Any]) -> list[str]:
    """What a message has against the schema of its type."""
    reference = {"$ref": f"#/components/messages/{message['type']}/payload", "components": DOCUMENT["components"]}
    checker = Draft7Validator(reference, format_checker=FormatChecker())
    return [f"{one.json_path}: {one.message}" for one in checker.iter_errors(message)]


def test_the_document_is_the_frozen_one() -> None:
    same = text_of(describe()) == FROZEN.read_text(encoding="utf-8")
    assert same, "the WebSocket's messages changed; if on purpose, run `python -m api.asyncapi` and commit api/asyncapi.json"


def test_a_real_server_serves_it(server: Server) -> None:
    assert server.client.get("/asyncapi.json").json() == DOCUMENT


def test_every_type_of_message_is_in_it() -> None:
    named = set(DOCUMENT["components"]["messages"])
    assert {f"{name}{verb}" for name in NAMES.values() for verb in VERBS} < named
    assert {"SETTINGS", "ACK", "ERROR", "CHANGES", "BACKUP_ASSIGNMENT_HARD_DELETED", *OTHERS} < named
    assert set(ROWS) == set(NAMES.values())


def test_it_tells_of_access_and_of_every_closing_code() -> None:
    channel = DOCUMENT["channels"]["restaurant"]
    assert all(f"{code}: {why}" in channel["description"] for code, why in CLOSINGS.items())
    assert {DEFECT, TRY_AGAIN, BAD_SINCE, KEY_REFUSED, SCOPE_MISSING, NO_SUCH_RESTAURANT} == {*CLOSINGS}
    assert PROTOCOL in channel["bindings"]["ws"]["headers"]["properties"]["Sec-WebSocket-Protocol"]["description"]
    assert all(operation["security"] for operation in DOCUMENT["operations"].values())


def test_every_reference_leads_somewhere_and_every_schema_is_used() -> None:
    waiting, used = [DOCUMENT], set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                used.add(value["$ref"])
                found: Any = DOCUMENT
                for part in value["$ref"].removeprefix("#/").split("/"):
                    found = found[part]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    assert {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]} <= used


def test_what_is_said_and_heard_is_as_described(store_server: Server, house: tuple[Any, str]) -> None:
    """Every kind of row is created, changed, deleted, restored and deleted for good, before the eyes of another client."""
    _, path = house
    recorded: list[dict[str, Any]] = []

    def say(type_: str, payload: dict[str, Any]) -> None:
        recorded.append({"type": type_, "payload": payload, "request_id": f"{type_} {len(recorded)}"})
        sender.send(json.dumps(recorded[-1]))
        while recorded[-1]["type"] not in ("ACK", "ERROR"):
            recorded.append(heard(sender))  # what it is told of earlier changes too

    with client(store_server, house=path) as sender, client(store_server, house=path) as other:
        recorded += [heard(sender), heard(other)]
        for verb in ("_CREATE", "_UPDATE", "_DELETE", "_RESTORE"):
            for name, (row, change) in ROWS.items():
                named = {"assignmentId" if name == "BACKUP_ASSIGNMENT" else "id": row["id"]}
                say(name + verb, {"_CREATE": row, "_UPDATE": {**named, **change}}.get(verb, named))
        with client(store_server, house=path) as late:
            recorded.append(heard(late))
        say("STAFF_HARD_DELETE", {"id": "ueda"})  # refused, as others name him
        for name, (row, _) in reversed(ROWS.items()):
            say(f"{name}_HARD_DELETE", {"id": row["id"]})
        recorded += [heard(other) for _ in range(5 * len(ROWS))]
        recorded += _beside_rows(store_server, path, lambda: heard(other))
        recorded.append({"type": "CHANGES", "payload": {"changes": [{"type": "STAFF_CREATE", "payload": {"id": "x"}}]}})
        sender.send(json.dumps(recorded[-1]))
        while recorded[-1]["type"] != "ACK":
            recorded.append(heard(sender))
    types = [message["type"] for message in recorded]
    assert types.count("ERROR") == 1, [one for one in recorded if one["type"] == "ERROR"]
    assert {*types} == {*DOCUMENT["components"]["messages"]}
    wrong = {message["type"]: faults(message) for message in recorded if faults(message)}
    assert {*wrong} == {"BACKUP_ASSIGNMENT_CREATE"}, wrong  # in camelCase, of which the document tells in words
    assert "STAFF_HARD_DELETED" in types


def _beside_rows(server: Server, path: str, told: Callable[[], dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep, publish, withdraw and drop a roster, keep and label a version and undo it, and rename the restaurant."""
    ask, found = server.client, []
    draft = {"period": {"start": "2026-01-01", "end": "2026-01-01"}, "schedule": {"sato": {"2026-01-01": "×"}}}
    ask.put(f"{path}/rosters/r", json=draft)
    ask.post(f"{path}/rosters/r/publish")
    found += [told(), told()]
    ask.post(f"{path}/changes/{found[-1]['revision']}/undo")
    ask.delete(f"{path}/rosters/r")
    version = ask.post(f"{path}/versions", json={"label": "a"}).json()["id"]
    ask.patch(f"{path}/versions/{version}", json={"label": "b"})
    found += [told() for _ in range(4)]
    for labelled in (found[-1]["revision"], found[-2]["revision"]):
        assert ask.post(f"{path}/changes/{labelled}/undo").status_code == 200
    ask.put(path, json={"name": "支店"})
    return found + [told() for _ in range(3)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "ACK", "request_id": None, "revision": 1, "payload": {"id": "x"}},
        {"type": "STAFF_CREATED", "payload": {}, "revision": 2},
        {"type": "SETTINGS", "revision": 1, "settings": {}, "staff": []},
        {"type": "BACKUP_ASSIGNMENT_CREATE", "payload": {"staff_id": "x", "group_id": "y", "priority_order": "1"}},
        {"type": "STAFF_DELETE", "payload": {}},
    ],
)
def test_the_schemas_can_refuse(wrong: dict[str, Any]) -> None:
    assert faults(wrong)


def test_every_stored_field_is_described() -> None:
    for kind in KINDS.values():
        schema = DOCUMENT["components"]["schemas"][NAMES[kind.name].title().replace("_", "") + "Stored"]
        assert set(kind.fields) < set(schema["properties"])
