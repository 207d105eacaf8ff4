"""Many at once, clients that hang up, workers that die, servers that end."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from subprocess import CompletedProcess
from typing import Any

import httpx
import pytest

from tests.api.conftest import Server, start

pytestmark = pytest.mark.slow
linux = pytest.mark.skipif(not os.path.isdir("/proc"), reason="counts processes in /proc")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that solves one at a time, and lets one more wait."""
    log = tmp_path_factory.mktemp("narrow") / "log"
    server = start(log, "Limits(solves=1, waiting=1)")
    yield server
    server.end()
    assert "Traceback" not in log.read_text()


def hang_up_after(port: int, body: dict[str, Any], seconds: float) -> None:
    """Send a solve and close the connection before it is answered."""
    content = json.dumps(body).encode()
    with socket.create_connection(("127.0.0.1", port), 5) as raw:
        raw.sendall(b"POST /v1/solve HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        time.sleep(seconds)


def test_others_are_served_while_two_solves_run(
    server: Server, threads: ThreadPoolExecutor, small: dict[str, Any], endless: dict[str, Any]
) -> None:
    endless["options"]["time_limit"] = 6
    solves = [threads.submit(server.post, "/v1/solve", endless) for _ in range(2)]
    server.until_running(2)
    slowest = 0.0
    for _ in range(20):
        begun = time.monotonic()
        assert server.client.get("/health").is_success
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < 1
    assert server.post("/v1/validate", small).json()["valid"] is True
    assert server.client.get("/v1/codes").is_success
    assert server.solves()["running"] == 2, "the solves ended before they were tested against"
    assert [solve.result().status_code for solve in solves] == [200, 200]


def test_past_the_queue_the_answer_is_429_with_the_time_to_wait(
    narrow: Server, threads: ThreadPoolExecutor, small: dict[str, Any], endless: dict[str, Any]
) -> None:
    server = narrow
    endless["options"]["time_limit"] = 3
    running = threads.submit(server.post, "/v1/solve", endless)
    server.until_running(1)
    waiting = threads.submit(server.post, "/v1/solve", small)
    server.until(lambda: server.solves()["waiting"] == 1)
    refused = server.post("/v1/solve", small)
    assert refused.status_code == 429
    assert refused.json()["type"] == "urn:toban:error:too-busy"
    assert int(refused.headers["retry-after"]) > 0
    assert server.post("/v1/validate", small).is_success, "checks have workers of their own"
    assert running.result().is_success
    assert waiting.result().is_success
    assert server.solves() == {"running": 0, "at_once": 1, "waiting": 0, "room": 1}


def test_hanging_up_ends_the_solve_within_a_second(narrow: Server, small: dict[str, Any], endless: dict[str, Any]) -> None:
    server = narrow
    hang_up_after(server.port, endless, 1)
    server.until_running(0, 1)
    server.until(lambda: len(server.workers()) == 1, 1)  # the one for checks
    assert server.post("/v1/solve", small).is_success


def test_hanging_up_in_the_queue_leaves_it(
    narrow: Server, threads: ThreadPoolExecutor, small: dict[str, Any], endless: dict[str, Any]
) -> None:
    server = narrow
    endless["options"]["time_limit"] = 3
    running = threads.submit(server.post, "/v1/solve", endless)
    server.until_running(1)
    hang_up_after(server.port, small, 0.5)
    server.until(lambda: server.solves()["waiting"] == 0, 1)
    assert running.result().is_success


@linux
def test_a_killed_worker_costs_its_own_solve_only(
    own_server: Callable[..., Server], threads: ThreadPoolExecutor, small: dict[str, Any], endless: dict[str, Any]
) -> None:
    server = own_server()
    endless["options"]["time_limit"] = 5
    before = set(server.workers())
    first = threads.submit(server.post, "/v1/solve", endless)
    server.until_running(1)
    second = threads.submit(server.post, "/v1/solve", endless)
    server.until(lambda: len(server.workers()) == len(before) + 1)
    (hired,) = set(server.workers()) - before
    os.kill(hired, signal.SIGKILL)
    lost = second.result()
    assert lost.status_code == 503
    assert lost.json()["type"] == "urn:toban:error:worker-lost"
    assert int(lost.headers["retry-after"]) > 0
    assert server.post("/v1/solve", small).is_success
    assert first.result().is_success


@linux
def test_workers_killed_while_idle_are_replaced(own_server: Callable[..., Server], small: dict[str, Any]) -> None:
    server = own_server()
    for pid in server.workers():
        os.kill(pid, signal.SIGKILL)
    server.until(lambda: not server.workers())
    assert server.post("/v1/solve", small).is_success
    assert server.post("/v1/validate", small).is_success


def test_a_task_that_takes_too_long_is_ended(
    own_server: Callable[..., Server], small: dict[str, Any], endless: dict[str, Any]
) -> None:
    server = own_server("Limits(slowest_solve=1)")
    lost = server.post("/v1/solve", endless)
    assert lost.status_code == 503
    assert lost.json()["detail"] == "no answer within 1 seconds"
    assert server.post("/v1/solve", small).is_success


@linux
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_an_ending_server_answers_with_the_best_so_far_and_leaves_no_process(
    own_server: Callable[..., Server], threads: ThreadPoolExecutor, endless: dict[str, Any], how: signal.Signals
) -> None:
    server = own_server()
    solve = threads.submit(server.post, "/v1/solve", endless)
    server.until_running(1)
    time.sleep(2)  # for a first schedule
    workers = server.workers()
    begun = time.monotonic()
    server.process.send_signal(how)
    answer = solve.result()
    assert answer.status_code == 200
    assert answer.json()["status"] == "CANCELLED"
    server.process.wait(5)
    assert time.monotonic() - begun < 5
    server.until(lambda: not any(map(server.lives, workers)))
    with pytest.raises(httpx.TransportError):
        server.client.get("/health")


@linux
def test_those_who_wait_are_told_that_the_server_ends(
    own_server: Callable[..., Server], threads: ThreadPoolExecutor, small: dict[str, Any], endless: dict[str, Any]
) -> None:
    server = own_server("Limits(solves=1)")
    running = threads.submit(server.post, "/v1/solve", endless)
    server.until_running(1)
    waiting = threads.submit(server.post, "/v1/solve", small)
    server.until(lambda: server.solves()["waiting"] == 1)
    server.process.send_signal(signal.SIGTERM)
    assert waiting.result().status_code == 503
    assert waiting.result().json()["type"] == "urn:toban:error:shutting-down"
    assert running.result().status_code == 200


@linux
def test_a_killed_server_leaves_no_process(
    own_server: Callable[..., Server], threads: ThreadPoolExecutor, endless: dict[str, Any]
) -> None:
    server = own_server()
    solve = threads.submit(server.post, "/v1/solve", endless)
    server.until_running(1)
    workers = server.workers()
    assert len(workers) == 2
    server.end(signal.SIGKILL)
    with pytest.raises(httpx.TransportError):
        solve.result()
    server.until(lambda: not any(map(server.lives, workers)), 2)


def test_a_port_that_is_taken_is_said(server: Server, second_server: Callable[[int], CompletedProcess[str]]) -> None:
    second = second_server(server.port)
    assert second.returncode > 0
    assert "address already in use" in second.stderr
    assert "Traceback" not in second.stderr
