"""Defects of the server itself: an answer without a traceback, a log with one."""

from __future__ import annotations

import asyncio
import logging
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from threading import Event

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError
from starlette.websockets import WebSocketDisconnect

from api.access.guard import guard
from api.app import create_app
from api.live import Feed
from api.routes.socket import _Connection
from api.solving import worker
from api.solving.pool import Pool, Worker, WorkerFailed, WorkerLost
from api.solving.tasks import TASKS
from api.solving.wire import Mark
from store import Store
from store.keys import Keys

with warnings.catch_warnings():  # that it is to move to another HTTP client
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient, WebSocketDenialResponse


LIVE = "ws://localhost/v1/restaurants/r/ws"


def post(app: FastAPI) -> httpx.Response:
    """Post to an app in this process, which has no database to look for keys in."""
    app.dependency_overrides[guard] = lambda: None

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
            return await client.post("/v1/solve", content=b"{}", headers={"X-Request-ID": "id-7"})

    return asyncio.run(ask())


@pytest.mark.parametrize("error", [RuntimeError("a secret"), WorkerFailed("Traceback: a secret")])
def test_a_defect_is_500_with_an_id_and_no_traceback(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def run(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(Pool, "run", run)
    with caplog.at_level(logging.ERROR, "toban.api"):
        answer = post(create_app())
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "id-7"
    assert "id-7" in answer.json()["detail"]
    assert "secret" not in answer.text
    assert "id-7" in caplog.text
    assert "a secret" in caplog.text


def test_a_worker_sends_the_traceback_of_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(body: bytes, stop: Event) -> bytes:
        raise ZeroDivisionError(body.decode())

    monkeypatch.setitem(TASKS, Mark.SOLVE, broken)
    mark, payload = worker._answer(Mark.SOLVE, b"here", Event())
    assert mark is Mark.CRASH
    assert b"ZeroDivisionError: here" in payload


def test_a_worker_that_cannot_start_fails_the_server_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(WorkerLost):
        asyncio.run(Worker.start())


@pytest.fixture
def live(tmp_path: Path) -> Iterator[TestClient]:
    """An application with a restaurant, whose store and feeds can be broken."""
    app = create_app(database=str(tmp_path / "here.db"))
    with TestClient(app, "http://localhost", client=("127.0.0.1", 1), headers={"X-Request-ID": "id-7"}) as client:
        assert client.put("/v1/restaurants/r", json={"name": ""}).status_code == 201
        yield client


def broken(*_: object) -> None:
    raise ZeroDivisionError("a secret")


def test_a_defect_behind_a_message_is_answered_and_the_connection_stays(
    live: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    message = {"type": "STAFF_DELETE", "payload": {"id": "sato"}, "request_id": "mine"}
    # The test client cancels an application that is still seeing to the end of its connection.
    with suppress(CancelledError), live.websocket_connect(LIVE) as socket:
        assert socket.receive_json()["type"] == "SETTINGS"
        with monkeypatch.context() as patched:
            patched.setattr(Store, "take", broken)
            socket.send_json(message)
            told = socket.receive_json()
        assert (told["type"], told["request_id"], told["problem"]["status"]) == ("ERROR", "mine", 500)
        assert told["problem"]["instance"] == "urn:toban:request:id-7"
        assert "secret" not in str(told)
        socket.send_json(message)
        assert socket.receive_json()["problem"]["status"] == 404
    assert "error id-7" in caplog.text
    assert "a secret" in caplog.text


@pytest.mark.parametrize(("where", "name"), [(Feed, "start"), (_Connection, "run")])
def test_any_other_defect_of_a_websocket_closes_it_and_is_logged_with_its_request(
    where: type, name: str, live: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(where, name, broken)
    with live.websocket_connect(LIVE) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == 1011
    assert "id-7" in closed.value.reason
    assert "error id-7" in caplog.text
    assert "a secret" in caplog.text
    assert 'toban_websocket_ends_total{code="1011"} 1.0' in live.get("/metrics").text


def test_a_defect_before_a_websocket_opens_refuses_it(
    live: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Keys, "any", broken)
    with pytest.raises(WebSocketDenialResponse) as refused, live.websocket_connect(LIVE):
        pass
    assert refused.value.status_code == 500
    assert "error id-7" in caplog.text


def test_a_database_that_is_away_asks_clients_to_come_back_wherever_it_is_missed(
    live: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("the disk is full"))

    for where, name in ((Keys, "any"), (Store, "restaurant"), (Store, "settings")):
        with monkeypatch.context() as patched:
            patched.setattr(where, name, away)
            with live.websocket_connect(LIVE) as socket, pytest.raises(WebSocketDisconnect) as closed:
                socket.receive_json()
            assert closed.value.code == 1013, name
            assert "disk" not in closed.value.reason
    with monkeypatch.context() as patched:
        patched.setattr(Store, "settings", away)
        answer = live.get("/v1/restaurants/r/settings")
    assert (answer.status_code, "disk" in answer.text) == (503, False)
    assert "the disk is full" in caplog.text
