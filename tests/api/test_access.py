"""Keys, scopes and restaurants of one's own: on every route, and on WebSockets."""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from api.openapi import FROZEN
from store import Scope, Store
from tests.api.conftest import Server
from tests.api.fort import EVERY, FOREIGN, OWN, Fort, closed_with, refused

PATHS: dict[str, dict[str, Any]] = json.loads(FROZEN.read_text(encoding="utf-8"))["paths"]
OPERATIONS = [(method.upper(), path, one) for path, methods in PATHS.items() for method, one in methods.items()]
GUARDED = [(method, path) for method, path, one in OPERATIONS if one["security"]]
OF_RESTAURANTS = [(method, path) for method, path in GUARDED if "{rid}" in path]


def filled(path: str, rid: str = "honten") -> str:
    """An address with something in every place."""
    places = {"rid": rid, "table": "staff", "row_id": "sato", "revision": "1", "version_id": "working", "roster_id": "jan"}
    return re.sub(r"\{(\w+)\}", lambda found: places.get(found[1], "kitchen"), path)


def without_ids(answer: httpx.Response, *ids: str) -> tuple[int, str, list[str]]:
    """An answer without what may differ."""
    text = answer.text
    for one in ids:
        text = text.replace(one, "?")
    return answer.status_code, text, sorted(set(answer.headers) - {"x-request-id", "date"})


# ---- keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_every_route_wants_a_good_key(fort: Fort, method: str, path: str) -> None:
    address = filled(path)
    missing = fort.ask(method, address, content=b"{}")
    refused(missing, 401, "key-needed")
    assert missing.headers["www-authenticate"].startswith("Bearer")
    answers = [fort.ask(method, address, key, content=b"{}") for key in ("wrong", "expired", "revoked", "nonsense")]
    refused(answers[0], 401, "key-refused")
    assert len({answer.text for answer in answers}) == 1
    in_address = f"{address}?key={fort.keys['own']}&access_token={fort.keys['own']}"
    refused(fort.ask(method, in_address, content=b"{}"), 401, "key-needed")
    basic = base64.b64encode(f"x:{fort.keys['own']}".encode()).decode()
    refused(fort.ask(method, address, headers={"Authorization": f"Basic {basic}"}, content=b"{}"), 401, "key-needed")


PUBLIC = {"/asyncapi.json", "/health", "/health/live", "/health/ready", "/v1/codes"}


def test_what_tells_nothing_needs_no_key(fort: Fort) -> None:
    assert {path for _, path, one in OPERATIONS if not one["security"]} <= PUBLIC
    for path in (*PUBLIC, "/docs", "/openapi.json"):
        assert fort.ask("GET", path).status_code == 200
        assert fort.ask("GET", path, "wrong").status_code == 200


MATRIX = [
    ("GET", f"{OWN}/settings", None, "read edit admin"),
    ("GET", f"{OWN}/changes", None, "read edit admin"),
    ("GET", "/v1/demo", None, "read edit admin"),
    ("PATCH", f"{OWN}/staff/sato", {"name": "佐藤"}, "edit admin"),
    ("PUT", f"{OWN}/settings", {"revision": 1}, "edit admin"),
    ("DELETE", f"{OWN}/staff/nobody", None, "edit admin"),
    ("DELETE", f"{OWN}/staff/nobody?hard=true", None, "admin"),
    ("DELETE", f"{OWN}/staff/nobody?hard=1", None, "admin"),
    ("DELETE", f"{OWN}/staff/nobody?hard=false&hard=yes", None, "admin"),
    ("POST", f"{OWN}/import", {}, "admin"),
    ("PUT", OWN, {"name": "本店"}, "admin"),
    ("POST", "/v1/validate", {}, "solve admin"),
    ("POST", f"{OWN}/solve", {}, "admin"),  # solve and read together
]


@pytest.mark.parametrize(("method", "path", "body", "allowed"), MATRIX, ids=lambda value: str(value)[:40])
def test_a_key_does_what_its_scopes_say(fort: Fort, method: str, path: str, body: Any, allowed: str) -> None:
    for scope in EVERY:
        answer = fort.ask(method, path, scope, content=json.dumps(body))
        if scope in allowed.split():
            assert answer.status_code not in (401, 403), (scope, answer.text)
        else:
            refused(answer, 403, "scope-missing")


def test_solving_from_the_store_with_both_scopes(fort: Fort) -> None:
    rest = {"period": {"start": "2025-01-14", "end": "2025-01-15"}, "options": {"time_limit": 5, "workers": 1}}
    solved = fort.ask("POST", f"{OWN}/solve", "own", content=json.dumps(rest))
    assert solved.json()["status"] == "OPTIMAL"


def test_changes_carry_the_keys_name(fort: Fort) -> None:
    def actors() -> list[str]:
        return [one["actor"] for one in fort.ask("GET", f"{OWN}/changes", "own").json()["changes"]]

    before = len(actors())
    fort.ask("PUT", f"{OWN}/staff/taro", "edit", json={"name": "太郎"})
    fort.ask("PATCH", f"{OWN}/staff/taro", "own", json={"name": "たろう"}, headers={"X-Actor": "tanaka"})
    with fort.live(OWN, "edit") as opened:
        opened.recv()
        opened.send(json.dumps({"type": "STAFF_UPDATE", "payload": {"id": "taro", "name": "タロウ"}}))
        assert json.loads(opened.recv())["type"] == "ACK"
    assert actors()[before:] == ["edit", "own: tanaka", "edit"]


# ---- other restaurants -------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), OF_RESTAURANTS)
def test_a_foreign_restaurant_is_answered_as_one_that_does_not_exist(fort: Fort, method: str, path: str) -> None:
    bodies = (b"{}", b"{", b'{"name": "x"}', b'{"revision": 1}')
    for body in bodies:
        foreign, nowhere = (fort.ask(method, filled(path, rid), "own", content=body) for rid in ("shiten", "nowhere"))
        refused(foreign, 404, "not-found")
        assert without_ids(foreign, "shiten") == without_ids(nowhere, "nowhere")
    with_less = [fort.ask(method, filled(path, rid), "solve", content=b"{}") for rid in ("shiten", "nowhere")]
    assert without_ids(with_less[0], "shiten") == without_ids(with_less[1], "nowhere")


def test_foreign_ids_under_ones_own_restaurant_are_not_found(fort: Fort) -> None:
    before = fort.ask("GET", f"{FOREIGN}/settings", "all").json()
    asked = [
        ("GET", "/staff/himitsu", None),
        ("PATCH", "/staff/himitsu", {"name": "x"}),
        ("DELETE", "/staff/himitsu", None),
        ("DELETE", "/staff/himitsu?hard=true", None),
        ("POST", "/staff/himitsu/restore", None),
        ("GET", f"/versions/{fort.version}", None),
        ("PATCH", f"/versions/{fort.version}", {"label": "x"}),
        ("GET", f"/versions/{fort.version}/compare", None),
        ("GET", f"/versions/working/compare?to={fort.version}", None),
        ("POST", f"/versions/{fort.version}/restore", None),
        ("GET", "/rosters/jan", None),
        ("DELETE", "/rosters/jan", None),
        ("POST", "/rosters/jan/publish", None),
        ("GET", "/rosters/jan/compare?to=jan", None),
    ]
    for method, path, body in asked:
        answer = fort.ask(method, OWN + path, "own", content=json.dumps(body) if body else None)
        refused(answer, 404, "not-found")
    for named in ({"staff_id": "himitsu", "group_id": "kitchen"}, {"staff_id": "nakata", "group_id": "bar"}):
        assert fort.ask("POST", f"{OWN}/backup-assignments", "own", json=named).status_code == 422
    tricks = (f"{OWN}/../shiten/settings", f"{OWN}%2F..%2Fshiten/settings", "/v1/restaurants//shiten/settings")
    for trick in tricks:
        assert fort.ask("GET", trick, "own").status_code == 404
    moved = {"id": "x", "restaurant_id": "shiten", "version_id": fort.version}
    assert fort.ask("POST", f"{OWN}/staff", "own", json=moved).json()["restaurant_id"] == "honten"
    assert fort.ask("GET", f"{FOREIGN}/settings", "all").json() == before
    assert fort.ask("GET", f"{FOREIGN}/rosters/jan", "all").json()["status"] == "draft"


# ---- WebSocket ---


def said(opened: ClientConnection, type_: str, payload: Any) -> Any:
    opened.send(json.dumps({"type": type_, "payload": payload}))
    while True:
        told = json.loads(opened.recv(timeout=10))
        if told["type"] in ("ACK", "ERROR"):
            return told


def test_a_websocket_wants_a_good_key_too(fort: Fort) -> None:
    for key in (None, "wrong", "expired", "revoked", "nonsense"):
        with fort.live(OWN, key) as opened:
            assert closed_with(opened)[0] == 4401
    with fort.live(OWN, None, f"?key={fort.keys['own']}") as opened:
        assert closed_with(opened)[0] == 4401
    with fort.live(OWN, "solve") as opened:
        assert closed_with(opened)[0] == 4403


def test_a_websocket_takes_the_key_as_a_subprotocol_and_never_repeats_it(fort: Fort) -> None:
    with fort.live(OWN, None, subprotocols=["toban", f"bearer.{fort.keys['read']}"]) as opened:
        assert opened.subprotocol == "toban"
        assert json.loads(opened.recv())["type"] == "SETTINGS"
    with fort.live(OWN, None, subprotocols=["toban", f"bearer.{fort.keys['wrong']}"]) as opened:
        assert closed_with(opened)[0] == 4401


def test_a_foreign_restaurants_websocket_is_closed_as_one_that_does_not_exist(fort: Fort) -> None:
    with fort.live(FOREIGN, "own") as foreign, fort.live("/v1/restaurants/nowhere", "own") as nowhere:
        ends = closed_with(foreign), closed_with(nowhere)
    assert ends[0][0] == ends[1][0] == 4404
    assert ends[0][1].replace("shiten", "?") == ends[1][1].replace("nowhere", "?")
    with fort.live("/v1/restaurants/" + quote("無" * 200), "all") as opened:
        assert closed_with(opened)[0] == 4404


def test_messages_need_scopes(fort: Fort) -> None:
    with fort.live(OWN, "read") as reader, fort.live(OWN, "edit") as editor, fort.live(OWN, "admin") as admin:
        problem = said(reader, "STAFF_CREATE", {"id": "ws1"})["problem"]
        assert (problem["status"], problem["type"]) == (403, "urn:toban:error:scope-missing")
        assert said(editor, "STAFF_CREATE", {"id": "ws1"})["type"] == "ACK"
        assert said(editor, "STAFF_HARD_DELETE", {"id": "ws1"})["problem"]["status"] == 403
        assert said(admin, "STAFF_HARD_DELETE", {"id": "ws1"})["type"] == "ACK"


def test_a_revoked_key_is_refused_on_open_connections(fort: Fort) -> None:
    store = Store(fort.url)
    made, fort.keys["brief"] = store.keys.create("brief", [Scope.EDIT], ["honten"])
    with fort.live(OWN, "brief") as opened:
        assert said(opened, "STAFF_CREATE", {"id": "brief"})["type"] == "ACK"
        store.keys.revoke(made.id)
        assert said(opened, "STAFF_UPDATE", {"id": "brief", "name": "x"})["problem"]["status"] == 401
    refused(fort.ask("GET", f"{OWN}/staff", "brief"), 401, "key-refused")
    store.close()


def test_listening_ends_soon_after_the_key_is_revoked(fort: Fort) -> None:
    store = Store(fort.url)
    made, fort.keys["listener"] = store.keys.create("listener", [Scope.READ], ["honten"])
    with fort.live(OWN, "listener") as listening, fort.live(OWN, "read") as other:
        listening.recv(), other.recv()
        store.keys.revoke(made.id)
        assert closed_with(listening)[0] == 4401
        fort.ask("PATCH", f"{OWN}/staff/sato", "own", json={"name": "サトウ"})
        assert json.loads(other.recv(timeout=10))["type"] == "STAFF_UPDATED"
    store.close()


def test_a_page_of_another_site_opens_no_websocket(fort: Fort, server: Server) -> None:
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{fort.server.port + 1}", "http://127.0.0.1@evil"):
        with pytest.raises(InvalidStatus) as handshake, fort.live(OWN, "own", origin=origin):
            pass
        assert handshake.value.response.status_code == 403
    with fort.live(OWN, "own", origin=f"http://127.0.0.1:{fort.server.port}") as opened:
        assert json.loads(opened.recv())["type"] == "SETTINGS"
    url = f"ws://127.0.0.1:{server.port}{OWN}/ws"
    with pytest.raises(InvalidStatus), connect(url, proxy=None, origin="https://evil.example"):
        pass
