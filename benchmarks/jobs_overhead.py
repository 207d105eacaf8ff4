"""What the server costs on top of the library, and how it feels while jobs run.

    python -m benchmarks.jobs_overhead

Prints, for 12 people and 31 days: seconds of `POST /v1/check` and `POST /v1/solve` less those of the same call in this
process; `GET /health` while four jobs run; from DELETE to STOPPED; processor seconds of a small job; and how many calls of
each kind eight clients have answered in a second.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import psutil
from pydantic_core import to_json

import datasets
import solver
from benchmarks.endless import endless
from benchmarks.servers import Server
from datasets.generate import generate

CLIENTS: Final = 8
LONG: Final = 3600.0  # seconds


def overhead(ask: Callable[[], Any], call: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of `ask` less those of `call`, one after the other so that both meet the same load."""
    return sorted(_milliseconds(ask) - _milliseconds(call) for _ in range(times))


def main() -> None:
    """Measure."""
    team = {**generate(12, 31, seed=0), "options": {"time_limit": 60, "workers": 1}}
    size = f"{len(team['staff'])} × {len(solver.read_problem(team).days)}"
    quick = {**team, "options": {"time_limit": 60, "deterministic_limit": 0.5, "workers": 1}}
    result = solver.solve(solver.read_problem(quick))
    body = json.dumps({"problem": team, "schedule": result.schedule}).encode()
    request = json.dumps(quick).encode()
    with _server() as (client, pid):

        def post(path: str, content: bytes) -> None:
            client.post(path, content=content, headers={"content-type": "application/json"}).raise_for_status()

        post("/v1/check", body)
        post("/v1/solve", request)
        _row(f"check {size}: overhead", overhead(lambda: post("/v1/check", body), lambda: _checked(body), 40))
        solving = overhead(
            lambda: post("/v1/solve", request), lambda: solver.solve(solver.read_problem(request)).model_dump_json(), 40
        )
        _row(f"solve {size}: overhead", solving)
        _row("health, idle", sorted(_milliseconds(lambda: client.get("/health")) for _ in range(300)))
        jobs = [_submit(client, endless(LONG)) for _ in range(4)]
        _wait(lambda: all(_meta(client, one)["objective"] is not None for one in jobs[:2]))
        _row("health, jobs run", sorted(_milliseconds(lambda: client.get("/health")) for _ in range(500)))
        _row("DELETE to STOPPED", sorted(_stopping(client, one) for one in jobs))
        _row("DELETE to STOPPED, again", sorted(_stopping(client, _running(client)) for _ in range(6)))
        small = {**datasets.load("promise")}
        before, count = _processor_seconds(pid), 40
        jobs = [_submit(client, {**small, "options": {"time_limit": 10, "workers": 1, "seed": i}}) for i in range(count)]
        _wait(lambda: all(_meta(client, one)["status"] == "COMPLETED" for one in jobs))
        print(f"processor seconds of a small job: {(_processor_seconds(pid) - before) / count:.3f}")
        client.put("/v1/restaurants/r", json={"name": "r"}).raise_for_status()
        short = json.dumps({**small, "options": {"time_limit": 10, "workers": 1}}).encode()
        with ThreadPoolExecutor(CLIENTS) as clients:
            _rate("GET …/settings", clients, lambda: client.get("/v1/restaurants/r/settings"))
            _rate(f"POST /v1/check {size}", clients, lambda: post("/v1/check", body))
            _rate("POST /v1/solve, 4 × 7", clients, lambda: post("/v1/solve", short))
            _rate("POST /v1/jobs, 4 × 7", clients, lambda: post("/v1/jobs", short), 2)
    print(f"load {os.getloadavg()[0]:.0f}, {psutil.cpu_count()} processors")


@contextmanager
def _server() -> Iterator[tuple[httpx.Client, int]]:
    with tempfile.TemporaryDirectory(prefix="toban-overhead-") as home:
        server = Server(f"sqlite:///{home}/toban.db", Path(home) / "log")
        server.start()
        try:
            server.wait()
            with httpx.Client(base_url=server.url, timeout=120, trust_env=False) as client:
                assert server.process is not None
                yield client, server.process.pid
        finally:
            server.stop()


def _row(name: str, sorted_ms: list[float]) -> None:
    p99 = sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * 0.99))]
    print(
        f"{name}: n {len(sorted_ms)}, least {sorted_ms[0]:.1f}, median {median(sorted_ms):.1f}, p99 {p99:.1f} ms", flush=True
    )


def _milliseconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _checked(body: bytes) -> bytes:
    """Make what `POST /v1/check` answers, without a server."""
    sent = json.loads(body)
    problem = solver.read_problem(sent["problem"])
    schedule = solver.read_schedule(sent["schedule"], problem)
    violations = solver.check(problem, schedule)
    answer = {
        "violations": violations,
        "covers": solver.covers_of(problem, schedule),
        "score": solver.Score.of(violations),
        "warnings": solver.warnings_of(problem),
    }
    return to_json(answer)


def _rate(name: str, clients: ThreadPoolExecutor, call: Callable[[], Any], seconds: float = 5) -> None:
    """Print how many calls clients that each ask again at once have answered in a second."""
    until = time.monotonic() + seconds

    def ask(_: int) -> int:
        asked = 0
        while time.monotonic() < until:
            call()
            asked += 1
        return asked

    print(f"{name}: {sum(clients.map(ask, range(CLIENTS))) / seconds:.0f} a second", flush=True)


def _submit(client: httpx.Client, problem: dict[str, Any]) -> str:
    answer = client.post("/v1/jobs", json=problem)
    answer.raise_for_status()
    job_id: str = answer.json()["id"]
    return job_id


def _meta(client: httpx.Client, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/v1/jobs/{job_id}?view=meta").json()
    return found


def _running(client: httpx.Client) -> str:
    job_id = _submit(client, endless(LONG))
    _wait(lambda: _meta(client, job_id)["objective"] is not None)
    return job_id


def _stopping(client: httpx.Client, job_id: str) -> float:
    started = time.perf_counter()
    client.delete(f"/v1/jobs/{job_id}").raise_for_status()
    while _meta(client, job_id)["status"] != "STOPPED":
        time.sleep(0.01)
    return (time.perf_counter() - started) * 1000


def _wait(condition: Callable[[], bool], seconds: float = 600) -> None:
    latest = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > latest:
            raise TimeoutError("waited in vain")
        time.sleep(0.1)


def _processor_seconds(pid: int) -> float:
    """Of a process, those it started and those of them that are gone."""
    server = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:4]) for one in [server, *server.children(recursive=True)])


if __name__ == "__main__":
    main()
