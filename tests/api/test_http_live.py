"""The WebSocket on real servers: acknowledged after the commit, told to everybody in order, nothing missed."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.mirror import Mirror
from benchmarks.servers import empty_database
from tests.api.conftest import Server, start
from tests.api.test_http_store import HOUSE, NAKATA, TEAM
from tests.conftest import DATABASES

IMPATIENT, PATIENT = "Limits(solves=1, checks=1, ping=0.5, pong=2)", "Limits(solves=1, checks=1)"


class Pair(NamedTuple):
    first: Server
    second: Server
    house: str


@contextmanager
def client(server: Server, house: str = HOUSE, query: str = "", **options: Any) -> Iterator[ClientConnection]:
    with connect(f"ws://127.0.0.1:{server.port}{house}/ws{query}", proxy=None, max_size=None, **options) as socket:
        yield socket


def heard(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=10))


def said(socket: ClientConnection, type_: str, payload: Any, **more: Any) -> Any:
    socket.send(json.dumps({"type": type_, "payload": payload, **more}))
    return heard(socket)


@pytest.fixture(scope="module", params=DATABASES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two servers on one database of each kind."""
    home = tmp_path_factory.mktemp("pair")
    with ExitStack() as stack:
        if request.param == "sqlite":
            database = f"sqlite:///{home}/live.db"
        else:
            database = stack.enter_context(empty_database(request.getfixturevalue("postgres")))
        pair = start(home / "first", IMPATIENT, database), start(home / "second", PATIENT, database)
        yield pair
        for server in pair:
            server.end()
    for name in ("first", "second"):
        assert "Traceback" not in (home / name).read_text()


@pytest.fixture
def pair(running: tuple[Server, Server]) -> Pair:
    """A kitchen of the test's own on the two servers."""
    house = f"/v1/restaurants/{uuid.uuid4().hex}"
    assert running[0].client.put(house, json={"name": "本店"}).status_code == 201
    assert running[0].client.put(f"{house}/settings", json=TEAM).status_code == 200
    return Pair(*running, house)


def test_changes_of_both_servers_and_of_rest_are_told_in_order(pair: Pair) -> None:
    first, second, house = pair
    with client(first, house) as one, client(second, house) as other:
        heard(one), heard(other)
        for i in range(10):
            assert pair[i % 2].client.post(f"{house}/staff", json={"id": f"p{i}"}).status_code == 201
        for socket in (one, other):
            messages = [heard(socket) for _ in range(10)]
            assert [message["revision"] for message in messages] == list(range(2, 12))
            assert {message["type"] for message in messages} == {"STAFF_CREATED"}
    with client(second, house, "?since=9") as late:
        assert [heard(late)["revision"] for _ in range(2)] == [10, 11]
        assert said(late, "STAFF_HARD_DELETE", {"id": "p9"})["revision"] == 12
        assert heard(late)["type"] == "STAFF_HARD_DELETED"


def test_refusals_go_to_the_sender_alone_with_the_body_of_http(pair: Pair) -> None:
    first, _, house = pair
    first.client.post(f"{house}/backup-assignments", json=NAKATA)
    with client(first, house) as sender, client(first, house) as other:
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


def test_connecting_and_idling_write_nothing(pair: Pair) -> None:
    first, second, house = pair
    for server in (first, second, first):
        with client(server, house) as socket:
            heard(socket)
    assert first.client.get(house).json()["revision"] == 1
    for where, query, code in (("/v1/restaurants/nowhere", "", 4404), (house, "?since=x", 4400)):
        with client(first, where, query) as socket, pytest.raises(ConnectionClosed) as closed:
            heard(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


def test_a_revision_of_several_rows_says_when_it_is_whole(pair: Pair) -> None:
    first, second, house = pair
    with client(second, house) as socket:
        assert heard(socket)["type"] == "SETTINGS"
        document = first.client.get(f"{house}/settings").json()
        for row in document["staff"]:
            row["status"] = "社員"
        assert first.client.put(f"{house}/settings", json=document).json() == {"revision": 2}
        told = [heard(socket) for _ in range(2)]
        assert [(message["revision"], message["more"]) for message in told] == [(2, True), (2, False)]
        assert {message["payload"]["id"] for message in told} == {"sato", "nakata"}


def test_clients_learn_in_what_order_the_rows_of_a_list_stand(pair: Pair) -> None:
    first, second, house = pair
    with client(second, house) as socket:
        mirror = Mirror()
        mirror.hear(heard(socket))
        document = first.client.get(f"{house}/settings").json()
        document["staff"].reverse()
        assert first.client.put(f"{house}/settings", json=document).json() == {"revision": 2}
        first.client.post(f"{house}/staff", json={"id": "ito"})
        first.client.delete(f"{house}/staff/nakata?hard=true")
        first.client.post(f"{house}/changes/4/undo")  # where it stood before
        while mirror.revision != 5:
            mirror.hear(heard(socket))
        stored = first.client.get(f"{house}/settings").json()
        assert [row["id"] for row in stored["staff"]] == ["nakata", "sato", "ito"]
        expected = Mirror()
        expected.load(stored)
        assert mirror.state() == expected.state()


@pytest.mark.parametrize("since", ["2", "999999999999999"])
def test_a_revision_that_never_was_is_answered_with_all_settings(pair: Pair, since: str) -> None:
    with client(pair.second, pair.house, f"?since={since}") as socket:
        hello = heard(socket)
        assert (hello["type"], hello["revision"]) == ("SETTINGS", 1)
        pair.first.client.post(f"{pair.house}/staff", json={"id": "new"})
        assert heard(socket)["revision"] == 2


def test_a_peer_that_answers_no_ping_is_cut_off_and_others_stay(pair: Pair) -> None:
    with client(pair.first, pair.house) as lively, dead_peer(pair.first, pair.house) as dead:
        heard(lively)
        dead.settimeout(10)
        while dead.recv(4096):  # the greeting, the settings, a ping; then the end
            pass
        pair.second.client.post(f"{pair.house}/staff", json={"id": "new"})
        assert heard(lively)["revision"] == 2


def test_a_client_that_does_not_read_is_dropped_and_not_waited_for(pair: Pair) -> None:
    first, second, house = pair
    groups = [{"id": f"g{i}", "name": "", "members": []} for i in range(100)]
    document = {"settings": {"staff_groups": groups}, "revision": 1}
    with (
        client(second, house) as quick,
        client(second, house, max_queue=1, sock=narrow(second)) as slow,
        dead_peer(second, house) as dead,
    ):
        heard(quick)
        for i in range(20):
            for group in groups:
                group["description"] = "あ" * 1990 + str(i)
            put = first.client.put(f"{house}/settings", json=document | {"revision": 1 + i})
            assert put.json() == {"revision": 2 + i}
            while (told := heard(quick))["more"]:
                pass
            assert told["revision"] == 2 + i
        mirror = Mirror()
        with suppress(ConnectionClosed):
            while mirror.revision != 21:
                mirror.hear(heard(slow))  # which finds gaps
        assert mirror.revision != 21
        assert slow.close_code in (1013, 1006)  # 1006: it was cut off before it read so far
        dead.settimeout(10)
        with suppress(ConnectionResetError):
            while dead.recv(1 << 20):
                pass
    with client(second, house, f"?since={mirror.revision}") as again:
        mirror.connected()
        while mirror.revision != 21:
            mirror.hear(heard(again))
    expected = Mirror()
    expected.load(first.client.get(f"{house}/settings").json())
    assert mirror.state() == expected.state()


def narrow(server: Server) -> socket.socket:
    """A connection that holds little of what is not read."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", server.port))
    return raw


@contextmanager
def dead_peer(server: Server, house: str) -> Iterator[socket.socket]:
    """A connection that reads nothing and answers nothing."""
    with narrow(server) as raw:
        key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        upgrade = f"GET {house}/ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{key}\r\n"
        raw.sendall(upgrade.encode())
        yield raw


@pytest.mark.parametrize("verb", ["CREATE", "UPDATE", "DELETE", "HARD_DELETE", "RESTORE"])
@pytest.mark.parametrize("revision", ["1", 1.0, True, -1, []])
def test_a_revision_that_is_none_is_refused_and_never_passed_over(pair: Pair, verb: str, revision: Any) -> None:
    """Taken for none, it would let a stale client delete what others changed since."""
    with client(pair.first, pair.house) as socket:
        heard(socket)
        problem = said(socket, f"STAFF_{verb}", {"id": "nakata", "name": "x", "revision": revision})["problem"]
    assert [(fault["code"], fault["path"]) for fault in problem["errors"]] == [("wrong_type", "/payload/revision")]
    assert pair.first.client.get(pair.house).json()["revision"] == 1


def test_who_changed_it_is_read_as_it_was_written(pair: Pair) -> None:
    for i, (sent, kept) in enumerate(((b"\xe5\xba\x97\xe9\x95\xb7", "店長"), (b"Andr\xe9", "André"), (b"owner", "owner"))):
        pair.first.client.post(f"{pair.house}/staff", json={"id": f"p{i}"}, headers={b"X-Actor": sent})
        assert pair.first.client.get(f"{pair.house}/changes?since={i + 1}").json()["changes"][-1]["actor"] == kept
