"""The WebSocket on real servers: acknowledged after the commit, told to everybody in order, nothing missed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.api.conftest import Server
from tests.api.test_http_store import HOUSE, NAKATA, TEAM


@contextmanager
def client(server: Server, query: str = "", house: str = HOUSE) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{server.port}{house}/ws{query}", proxy=None) as socket:
        yield socket


def heard(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=10))


def said(socket: ClientConnection, type_: str, payload: Any, **more: Any) -> Any:
    socket.send(json.dumps({"type": type_, "payload": payload, **more}))
    return heard(socket)


@pytest.fixture
def pair(own_server: Callable[..., Server], tmp_path: Path) -> tuple[Server, Server]:
    """Two servers on one database with the kitchen in it."""
    database = f"sqlite:///{tmp_path}/live.db"
    first, second = own_server(database=database), own_server(database=database)
    first.client.put(HOUSE, json={"name": "本店"})
    first.client.put(f"{HOUSE}/settings", json=TEAM)
    return first, second


def test_the_old_clients_messages_are_acknowledged_told_to_all_and_survive_kill_9(
    pair: tuple[Server, Server], own_server: Callable[..., Server], tmp_path: Path
) -> None:
    first, second = pair
    with client(first) as sender, client(second) as other:
        for socket in (sender, other):
            hello = heard(socket)
            assert (hello["type"], hello["revision"], len(hello["staff"])) == ("SETTINGS", 1, 2)
        created = said(sender, "BACKUP_ASSIGNMENT_CREATE", {"staffId": "nakata", "groupId": "kitchen"})
        assert (created["type"], created["request_id"], created["revision"]) == ("ACK", None, 2)
        row = created["payload"]
        assert (row["assignment_type"], row["priority_order"]) == ("regular", 1)
        for socket in (sender, other):
            told = heard(socket)
            assert (told["type"], told["revision"]) == ("BACKUP_ASSIGNMENT_CREATED", 2)
            assert told["payload"]["id"] == row["id"]
        deleted = said(sender, "BACKUP_ASSIGNMENT_DELETE", {"assignmentId": row["id"]}, request_id="r2")
        assert (deleted["type"], deleted["request_id"], deleted["payload"]["is_active"]) == ("ACK", "r2", False)
        first.process.kill()
        assert heard(other)["type"] == "BACKUP_ASSIGNMENT_DELETED"
    again = own_server(database=f"sqlite:///{tmp_path}/live.db")
    assert again.client.get(f"{HOUSE}/backup-assignments/{row['id']}").json()["is_active"] is False


def test_changes_of_both_servers_and_of_rest_are_told_in_order(pair: tuple[Server, Server]) -> None:
    first, second = pair
    with client(first) as one, client(second) as other:
        heard(one), heard(other)
        for i in range(10):
            assert pair[i % 2].client.post(f"{HOUSE}/staff", json={"id": f"p{i}"}).status_code == 201
        for socket in (one, other):
            messages = [heard(socket) for _ in range(10)]
            assert [message["revision"] for message in messages] == list(range(2, 12))
            assert {message["type"] for message in messages} == {"STAFF_CREATED"}
    with client(second, "?since=9") as late:
        assert [heard(late)["revision"] for _ in range(2)] == [10, 11]
        assert said(late, "STAFF_HARD_DELETE", {"id": "p9"})["revision"] == 12
        assert heard(late)["type"] == "STAFF_HARD_DELETED"


def test_refusals_go_to_the_sender_alone_with_the_body_of_http(pair: tuple[Server, Server]) -> None:
    first, _ = pair
    first.client.post(f"{HOUSE}/backup-assignments", json=NAKATA)
    with client(first) as sender, client(first) as other:
        heard(sender), heard(other)
        cases = [
            ("BACKUP_ASSIGNMENT_CREATE", {"staffId": "nobody", "groupId": "kitchen"}, 422, "/payload/staffId"),
            ("BACKUP_ASSIGNMENT_RENAME", {}, 422, "/type"),
            ("STAFF_UPDATE", {"name": "x"}, 422, "/payload/id"),
            ("STAFF_CREATE", 3, 422, "/payload"),
            ("STAFF_DELETE", {"id": "nobody"}, 404, None),
            ("STAFF_HARD_DELETE", {"id": "nakata"}, 409, None),
            ("BACKUP_ASSIGNMENT_UPDATE", {"id": "b1", "notes": "x", "revision": 1}, 409, None),
        ]
        for type_, payload, status, path in cases:
            refused = said(sender, type_, payload, request_id=type_)
            assert (refused["type"], refused["request_id"]) == ("ERROR", type_)
            assert refused["problem"]["status"] == status, refused
            assert path is None or refused["problem"]["errors"][0]["path"] == path
        sender.send("{")
        assert heard(sender)["problem"]["status"] == 400
        assert said(sender, "BACKUP_ASSIGNMENT_UPDATE", {"assignmentId": "b1", "priorityOrder": 2})["revision"] == 3
        assert heard(other)["revision"] == 3  # the first it hears


def test_connecting_and_idling_write_nothing(pair: tuple[Server, Server]) -> None:
    first, second = pair
    for server in (first, second, first):
        with client(server) as socket:
            heard(socket)
    assert first.client.get(HOUSE).json()["revision"] == 1
    for house, query, code in (("/v1/restaurants/nowhere", "", 4404), (HOUSE, "?since=x", 4400)):
        with client(first, query, house) as socket, pytest.raises(ConnectionClosed) as closed:
            heard(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code
