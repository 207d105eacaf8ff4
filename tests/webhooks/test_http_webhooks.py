"""Webhooks of real servers, to a receiver that answers as a test wants, is slow, or is not there."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from standardwebhooks import Webhook

from api.webhooks.addresses import Reach, read_network
from api.webhooks.courier import Courier, Setting
from store import JobStatus, Store, Submission
from tests.api.conftest import Server, endless, own_server, server, small, start
from tests.api.fort import refused
from tests.api.test_http_jobs import meta, submit
from tests.conftest import new_sqlite

__all__ = ["endless", "own_server", "server", "small"]
Start = Callable[..., Server]
KEY = b"\x07" * 32
SECRET = f"whsec_{b64encode(KEY).decode()}"
SENDING = f"webhooks=Setting(({KEY!r},), Reach((read_network('127.0.0.0/8'),)), first_wait=0.1, patience=2)"
PUBLIC_ONLY = f"webhooks=Setting(({KEY!r},), Reach(), first_wait=0.1)"
LIMITS = "Limits(jobs=1, solves=1, checks=1)"


class Receiver:
    """A server that keeps what it is sent and answers with the given statuses, the last of them for ever."""

    def __init__(self, statuses: list[int], port: int = 0, hold: threading.Event | None = None) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
                if hold is not None:
                    hold.wait()
                    return
                status = statuses[min(len(receiver.got), len(statuses)) - 1]
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/hook?x=1"

    @contextmanager
    def running(self) -> Iterator[Receiver]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


@pytest.fixture(scope="module")
def sender(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that sends webhooks, within this machine too."""
    log = tmp_path_factory.mktemp("sender") / "log"
    server = start(log, LIMITS, more=SENDING)
    yield server
    server.end()
    assert "Traceback" not in log.read_text()


def delivered(server: Server) -> float:
    families = text_string_to_metric_families(server.client.get("/metrics").text)
    samples = [sample for family in families for sample in family.samples if sample.name == "toban_webhooks_total"]
    return sum(sample.value for sample in samples if sample.labels == {"outcome": "delivered"})


def hook(server: Server, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = meta(server, job)["webhook"]
    return found


def stopped(server: Server, problem: dict[str, Any], url: str) -> dict[str, Any]:
    """A job that has ended before it was begun, mostly: how does not matter to who is told of it."""
    job = submit(server, {**problem, "webhook_url": url})
    assert server.client.delete(job["links"]["self"]).status_code == 200
    return job


def until_hook(server: Server, job: dict[str, Any], status: str) -> dict[str, Any]:
    server.until(lambda: hook(server, job)["status"] == status, 120)
    return hook(server, job)


def test_the_end_of_a_job_is_told_and_its_signature_verified(sender: Server, small: dict[str, Any]) -> None:
    server, before = sender, delivered(sender)
    with Receiver([200]).running() as receiver:
        job = submit(server, {**small, "webhook_url": receiver.url})
        assert job["webhook"] == {"url": receiver.url, "status": "PENDING", "attempts": 0, "due_at": None, "error": None}
        assert until_hook(server, job, "DELIVERED")["attempts"] == 1
        [(headers, body)] = receiver.got
        sent = Webhook(SECRET).verify(body, headers)
        assert headers["webhook-id"] == job["id"]
        assert headers["host"] == f"127.0.0.1:{receiver.port}"
        ended = meta(server, job)
        assert (sent["type"], sent["timestamp"]) == ("job.ended", ended["ended_at"])
        links = {"self": job["links"]["self"], "input": job["links"]["input"]}
        told = {"id": job["id"], "status": "COMPLETED", "restaurant_id": None, "parent_id": None}
        assert sent["data"] == {**told, "objective": ended["objective"], "links": links}
        patch = {"patch": [], "webhook_url": f"{receiver.url}&again"}
        answer = server.post(f"{job['links']['self']}/from-patch", patch)
        assert answer.status_code == 202, answer.text
        until_hook(server, answer.json(), "DELIVERED")
        assert json.loads(receiver.got[1][1])["data"]["parent_id"] == job["id"]
        assert delivered(server) == before + 2


def test_a_receiver_that_fails_is_told_again_with_the_same_id(sender: Server, small: dict[str, Any]) -> None:
    with Receiver([500, 302, 404, 204]).running() as receiver:
        job = stopped(sender, small, receiver.url)
        assert until_hook(sender, job, "DELIVERED")["attempts"] == 4
        assert {headers["webhook-id"] for headers, _ in receiver.got} == {job["id"]}
        assert len({body for _, body in receiver.got}) == 1
        for headers, body in receiver.got:
            Webhook(SECRET).verify(body, headers)


def test_a_receiver_that_is_gone_for_good_is_left_alone(sender: Server, endless: dict[str, Any]) -> None:
    with Receiver([410]).running() as receiver:
        job = stopped(sender, endless, receiver.url)
        left = until_hook(sender, job, "FAILED")
        assert (left["attempts"], left["error"], left["due_at"]) == (1, "answered 410", None)
        assert json.loads(receiver.got[0][1])["data"]["status"] == "STOPPED"


def test_redirects_are_not_followed_and_an_answer_does_not_take_for_ever(sender: Server, small: dict[str, Any]) -> None:
    server, hold = sender, threading.Event()
    with Receiver([307]).running() as receiver, Receiver([200], hold=hold).running() as slow:
        job, waiting = (stopped(server, small, one.url) for one in (receiver, slow))
        server.until(lambda: hook(server, job)["error"] is not None, 120)
        assert hook(server, job)["error"] == "answered 307, and redirects are not followed"
        server.until(lambda: hook(server, waiting)["error"] is not None, 120)
        assert "no answer" in hook(server, waiting)["error"]
        hold.set()


def test_a_server_that_is_killed_leaves_it_to_the_next(own_server: Start, tmp_path: Path, small: dict[str, Any]) -> None:
    database = f"sqlite:///{tmp_path / 'shared.db'}"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first = own_server(LIMITS, database, SENDING)
    job = stopped(first, small, f"http://127.0.0.1:{port}/")
    first.until(lambda: hook(first, job)["attempts"] > 1, 120)
    assert "no connection" in hook(first, job)["error"]
    first.end(signal.SIGKILL)
    with Receiver([200], port).running() as receiver:
        second = own_server(LIMITS, database, SENDING.replace("first_wait=0.1", "first_wait=0.01"))
        until_hook(second, job, "DELIVERED")
        assert len(receiver.got) == 1


def test_nothing_is_sent_inside_the_house(own_server: Start, small: dict[str, Any]) -> None:
    server = own_server(LIMITS, more=PUBLIC_ONLY)
    with Receiver([200]).running() as receiver:
        bad = {**small, "webhook_url": receiver.url, "priority": "high", "nonsense": 1}
        answer = refused(server.post("/v1/jobs", bad), 422, "invalid-request")
        assert {one["path"] for one in answer["errors"]} == {"/webhook_url", "/priority", "/nonsense"}
        disguised = f"http://127.1:{receiver.port}/"  # which only resolving shows to be 127.0.0.1
        job = stopped(server, small, disguised)
        server.until(lambda: hook(server, job)["error"] is not None, 120)
        assert hook(server, job)["error"] == "127.1 leads to a private address, and this server sends nothing there"
        assert receiver.got == []


def test_a_server_without_a_secret_refuses_webhooks(server: Server, small: dict[str, Any]) -> None:
    answer = refused(server.post("/v1/jobs", {**small, "webhook_url": "https://hooks.example"}), 422, "invalid-request")
    assert [one["path"] for one in answer["errors"]] == ["/webhook_url"]
    assert submit(server, {**small, "webhook_url": None})["webhook"] is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(new_sqlite(tmp_path / "hooks.db"))
    yield store
    store.close()


def ended_job(store: Store, url: str) -> str:
    job = store.jobs.submit(Submission(b"{}", "0", webhook_url=url))[0]
    assert store.jobs.stop(job.id).status is JobStatus.STOPPED
    return job.id


def test_the_connection_goes_to_the_address_that_was_judged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere the second time is asked once, and its first answer is the one that is used."""
    asked: list[str] = []

    def resolve(host: str, *_: Any, **__: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    with Receiver([200]).running() as receiver:
        job_id = ended_job(store, f"http://hooks.example:{receiver.port}/x")
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        setting = Setting((KEY,), Reach((read_network("127.0.0.1"),)), first_wait=0.1)

        async def send() -> None:
            async with Courier(store.webhooks, setting, lambda _: None).running():
                for _ in range(600):
                    await asyncio.sleep(0.05)
                    if store.jobs.job(job_id).webhook_status == "DELIVERED":
                        return

        asyncio.run(send())
        [(headers, _)] = receiver.got
    assert headers["host"] == f"hooks.example:{receiver.port}"
    assert [name for name in asked if name == "hooks.example"] == ["hooks.example"]


def test_a_name_that_leads_inside_as_well_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in ("127.0.0.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    with Receiver([200]).running() as receiver:
        job_id = ended_job(store, f"http://hooks.example:{receiver.port}/x")
        setting = Setting((KEY,), Reach((read_network("127.0.0.1"),)), first_wait=60)

        async def send() -> None:
            async with Courier(store.webhooks, setting, lambda _: None).running():
                for _ in range(600):
                    await asyncio.sleep(0.05)
                    if store.jobs.job(job_id).webhook_error is not None:
                        return

        asyncio.run(send())
        assert receiver.got == []
    assert "leads to a private address" in (store.jobs.job(job_id).webhook_error or "")
    assert "10.0.0.1" not in (store.jobs.job(job_id).webhook_error or ""), "what a name inside stands for is not told"
