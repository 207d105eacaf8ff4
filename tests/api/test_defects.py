"""Defects of the server itself: an answer without a traceback, a log with one."""

from __future__ import annotations

import asyncio
import logging
import sys
from threading import Event

import httpx
import pytest
from fastapi import FastAPI

from api.access.guard import guard
from api.app import create_app
from api.solving import worker
from api.solving.pool import Pool, Worker, WorkerFailed, WorkerLost
from api.solving.tasks import TASKS
from api.solving.wire import Mark


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
