"""A server with keys and two restaurants, for whoever tries to get in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from store import Scope, Store
from tests.api.conftest import Server

OWN, FOREIGN = "/v1/restaurants/honten", "/v1/restaurants/shiten"
TEAM = {
    "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
    "settings": {
        "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}],
        "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
    },
}
SECRET_STAFF = {"id": "himitsu", "name": "秘密"}
ROSTER = {"period": {"start": "2025-01-01", "end": "2025-01-02"}, "schedule": {}}
EVERY = list(Scope)


@dataclass
class Fort:
    """A server with keys and two restaurants."""

    server: Server
    keys: dict[str, str]
    version: str  # kept by the other restaurant
    url: str

    def ask(self, method: str, path: str, key: str | None = None, **more: Any) -> httpx.Response:
        """Ask with the key of this name."""
        headers = {**more.pop("headers", {}), **({"Authorization": f"Bearer {self.keys[key]}"} if key else {})}
        return self.server.client.request(method, path, headers=headers, **more)

    @contextlib.contextmanager
    def live(self, house: str, key: str | None, query: str = "", **more: Any) -> Iterator[ClientConnection]:
        """Open a WebSocket."""
        headers = {"Authorization": f"Bearer {self.keys[key]}"} if key else {}
        url = f"ws://127.0.0.1:{self.server.port}{house}/ws{query}"
        with connect(url, proxy=None, additional_headers=headers, **more) as opened:
            yield opened


def garrison(home: Path, start: Callable[..., Any]) -> Fort:
    """Fill a database, make keys of every sort and start a server on it, which others could reach."""
    url = f"sqlite:///{home}/fort.db"
    store = Store(url)
    store.upgrade()
    for house in ("honten", "shiten"):
        store.put_restaurant(house, {"name": house})
    store.put_settings("honten", TEAM, base=0)
    store.put_settings("shiten", {**TEAM, "staff": [*TEAM["staff"], SECRET_STAFF]}, base=0)
    store.put_roster("shiten", "jan", ROSTER)
    version = store.keep_version("shiten", {"label": "kept"})["id"]
    past = datetime.now(UTC) - timedelta(seconds=1)
    keys = {
        "all": store.keys.create("all", EVERY)[1],
        "own": store.keys.create("own", EVERY, ["honten"])[1],
        "expired": store.keys.create("expired", EVERY, expires_at=past)[1],
        **{scope: store.keys.create(scope, [scope], ["honten"])[1] for scope in EVERY},
    }
    revoked, keys["revoked"] = store.keys.create("revoked", EVERY)
    store.keys.revoke(revoked.id)
    keys["wrong"] = keys["own"][:-4] + "AAAA"
    keys["nonsense"] = "Zm9v"
    store.close()
    server = start(home / "log", "Limits(look_at_keys=0.5, slowest_solve=8, slowest_check=8)", url, "host='0.0.0.0'")
    return Fort(server, keys, version, url)


def refused(answer: httpx.Response, status: int, kind: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:toban:error:{kind}"
    return problem


def closed_with(opened: ClientConnection) -> tuple[int, str]:
    """The code and reason a WebSocket is closed with, whatever it says before."""
    try:
        while True:
            opened.recv(timeout=10)
    except ConnectionClosed as ended:
        assert ended.rcvd is not None
        return ended.rcvd.code, ended.rcvd.reason
