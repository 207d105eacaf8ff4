"""Jobs over HTTP, on real servers: submitted, followed, stopped, and ended once whatever is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource, connect_sse

from api.openapi import FROZEN
from solver import check, read_problem, read_schedule
from store import Store
from tests.api.conftest import Server
from tests.api.fort import Fort, refused
from tests.jobs.conftest import PATIENCE, endless, endless_solve, small, small_solve, workers

Start = Callable[..., Server]
FAST = "Limits(jobs=2, lease=2, losses=100, solves=1, checks=1)"  # more losses than any test makes
__all__ = ["endless", "endless_solve", "small", "small_solve"]
EXAMPLE = json.loads(FROZEN.read_text(encoding="utf-8"))["paths"]["/v1/jobs"]["post"]["requestBody"]["content"]


def submit(server: Server, problem: Any, **headers: str) -> dict[str, Any]:
    answer = server.post("/v1/jobs", problem, **headers)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == found["links"]["self"]
    return found


def meta(server: Server, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = server.client.get(job["links"]["self"], params={"view": "meta"}).json()
    return found


def until(server: Server, job: dict[str, Any], *statuses: str, seconds: float = PATIENCE) -> dict[str, Any]:
    server.until(lambda: meta(server, job)["status"] in statuses, seconds)
    found: dict[str, Any] = server.client.get(job["links"]["self"]).json()
    return found


def until_gone(processes: list[int]) -> None:
    Server.until(lambda: not any(map(Server.lives, processes)), PATIENCE)


def heard(source: EventSource) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a stream; the client makes empty ones of the comments that keep it open, which no browser would."""
    return ((event.event, json.loads(event.data)) for event in source.iter_sse() if event.data)


def with_roster(server: Server, job: dict[str, Any]) -> None:
    server.until(lambda: meta(server, job)["objective"] is not None, PATIENCE)


def test_the_documented_example_is_solved(server: Server) -> None:
    body = json.dumps(EXAMPLE["application/json"]["examples"]["ten_minutes"]["value"], ensure_ascii=False).encode()
    job = submit(server, body)
    assert (job["status"], job["priority"], job["attempts"]) == ("QUEUED", 10, 0)
    done = until(server, job, "COMPLETED")
    assert done["result"]["status"] == "OPTIMAL"
    assert done["result"]["schedule"] == done["schedule"]
    assert done["result"]["request_hash"] == done["request_hash"] == job["request_hash"]
    assert done["created_at"] <= done["started_at"] <= done["ended_at"]
    assert server.client.get(job["links"]["input"]).content == body
    assert {"schedule", "result"} & meta(server, job).keys() == set()
    assert server.client.delete(job["links"]["self"]).json()["status"] == "COMPLETED"


def test_an_infeasible_answer_is_completed(server: Server, small: dict[str, Any]) -> None:
    small["prefilled"]["nakata"] = {"2025-01-15": "×"}
    done = until(server, submit(server, small), "COMPLETED")
    assert done["result"]["status"] == "INFEASIBLE"
    assert done["result"]["conflicts"]


def test_events_tell_of_every_better_schedule_and_one_end(server: Server, endless: dict[str, Any]) -> None:
    job = submit(server, endless)
    events = []
    with connect_sse(server.client, "GET", job["links"]["events"]) as source:
        for event in heard(source):
            events.append(event)
            if sum("schedule" in one and one["schedule"] is not None for _, one in events) == 3:
                server.client.delete(job["links"]["self"])
    assert [name for name, _ in events].count("final") == 1
    assert events[-1][0] == "final"
    assert events[-1][1]["status"] == "STOPPED"
    assert events[-1][1]["result"]["status"] == "CANCELLED"
    found = [one["objective"] for _, one in events if one["objective"] is not None]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) >= 2
    problem = read_problem(endless)
    for _, one in events:
        if one.get("schedule") is not None and one["phase"] == "solve":
            assert sum(v.penalty for v in check(problem, read_schedule(one["schedule"], problem))) <= one["objective"]
    with connect_sse(server.client, "GET", job["links"]["events"]) as source:
        late = [*heard(source)]
    assert late == [events[-1]]


def test_stopping_keeps_the_best(server: Server, endless: dict[str, Any]) -> None:
    job = submit(server, endless)
    with_roster(server, job)
    assert server.client.delete(job["links"]["self"]).status_code == 200
    done = until(server, job, "STOPPED")
    assert done["schedule"] == done["result"]["schedule"]


def test_faults_name_their_place_and_nothing_is_queued(server: Server, small: dict[str, Any]) -> None:
    before = server.client.get("/v1/jobs").json()
    small["settings"]["staff_groups"][0]["members"] = ["nobody"]
    answer = refused(server.post("/v1/jobs", {**small, "priority": "high"}), 422, "invalid-request")
    assert {one["path"] for one in answer["errors"]} == {"/priority", "/settings/staff_groups/0/members/0"}
    refused(server.post("/v1/jobs", b"{"), 400, "not-json")
    refused(server.post("/v1/jobs", b'{"priority": 1, "priority": 2}'), 422, "invalid-request")
    refused(
        server.post("/v1/jobs?restaurant=nowhere", EXAMPLE["application/json"]["examples"]["ten_minutes"]["value"]),
        404,
        "not-found",
    )
    assert server.client.get("/v1/jobs").json() == before


def test_an_idempotency_key_makes_one_job(server: Server, small: dict[str, Any]) -> None:
    key = {"Idempotency-Key": "once"}
    first = submit(server, small, **key)
    assert submit(server, small, **key)["id"] == first["id"]
    refused(server.post("/v1/jobs", {**small, "priority": 1}, **key), 422, "idempotency-key-reused")
    refused(server.post("/v1/jobs", small, **{"Idempotency-Key": "x" * 201}), 422, "invalid-request")


def test_a_full_queue_says_when_to_come_again(own_server: Start, endless: dict[str, Any]) -> None:
    server = own_server("Limits(jobs=1, waiting_jobs=1, solves=1, checks=1)")
    running = submit(server, endless)
    server.until(lambda: meta(server, running)["status"] == "RUNNING", PATIENCE)
    waiting = submit(server, endless)
    answer = server.post("/v1/jobs", endless)
    refused(answer, 429, "queue-full")
    assert int(answer.headers["retry-after"]) > 0
    assert server.client.delete(waiting["links"]["self"]).json()["status"] == "STOPPED"
    listed = server.client.get("/v1/jobs", params={"status": ["STOPPED", "FAILED"]}).json()["jobs"]
    assert [one["id"] for one in listed] == [waiting["id"]]


def test_a_key_sees_the_jobs_of_its_restaurant_alone(fort: Fort, small: dict[str, Any]) -> None:
    def ask(method: str, path: str, key: str, **more: Any) -> httpx.Response:
        return fort.ask(method, path, key, **more)

    foreign = ask("POST", "/v1/jobs?restaurant=shiten", "all", json=small).json()
    nobodys = ask("POST", "/v1/jobs", "all", json=small).json()
    own = ask("POST", "/v1/jobs", "own", json=small).json()
    assert (foreign["restaurant_id"], nobodys["restaurant_id"], own["restaurant_id"]) == ("shiten", None, "honten")
    for hidden in (foreign, nobodys):
        here = hidden["links"]["self"]
        for method, path in (("GET", here), ("GET", f"{here}/input"), ("GET", f"{here}/events"), ("DELETE", here)):
            refused(ask(method, path, "own"), 404, "not-found")
        refused(ask("GET", f"/v1/jobs?before={hidden['id']}", "own"), 404, "not-found")
    refused(ask("POST", "/v1/jobs?restaurant=shiten", "own", json=small), 404, "not-found")
    refused(ask("GET", "/v1/jobs?restaurant=shiten", "own"), 404, "not-found")
    seen = {one["restaurant_id"] for one in ask("GET", "/v1/jobs", "own").json()["jobs"]}
    assert seen == {"honten"}
    assert {foreign["id"], nobodys["id"], own["id"]} <= {one["id"] for one in ask("GET", "/v1/jobs", "all").json()["jobs"]}
    refused(ask("POST", "/v1/jobs", "read", json=small), 403, "scope-missing")


def test_a_server_that_ends_keeps_incumbents_and_the_next_goes_on(
    own_server: Start, tmp_path: Path, endless: dict[str, Any]
) -> None:
    database = f"sqlite:///{tmp_path / 'shared.db'}"
    first = own_server(FAST, database)
    job = submit(first, endless)
    with_roster(first, job)
    first.end(signal.SIGTERM)
    second = own_server(FAST, database)
    second.until(lambda: meta(second, job)["attempts"] == 2, PATIENCE)
    assert meta(second, job)["objective"] is not None
    second.client.delete(job["links"]["self"])
    assert until(second, job, "STOPPED")["schedule"] is not None


@pytest.mark.slow
def test_every_accepted_job_ends_once_whatever_is_killed(own_server: Start, tmp_path: Path, small: dict[str, Any]) -> None:
    """Kill workers and the server itself, seeded, while jobs come in; at the end the checker looks at every result."""
    chance, database = random.Random(6), f"sqlite:///{tmp_path / 'chaos.db'}"
    jobs: list[str] = []
    problem = {**small, "options": {"time_limit": 3600, "workers": 1}}
    for round_ in range(3):
        server = own_server(FAST, database)
        for i in range(10):
            key = f"{round_}-{i}"
            jobs.append(
                submit(
                    server, {**problem, "options": {"time_limit": 3600, "workers": 1, "seed": i}}, **{"Idempotency-Key": key}
                )["id"]
            )
        for _ in range(2):
            time.sleep(chance.uniform(0.3, 1.2))
            if running := workers(server.process.pid):
                os.kill(chance.choice(running), signal.SIGKILL)
        orphans = workers(server.process.pid)
        server.process.kill()
        server.process.wait()
        until_gone(orphans)
    last = own_server(FAST, database)
    last.until(lambda: not last.client.get("/v1/jobs?status=QUEUED&status=RUNNING").json()["jobs"], PATIENCE)
    store = Store(database)
    asked = read_problem(problem)
    for job_id in jobs:
        job, _, result = store.jobs.whole(job_id)
        assert job.status == "COMPLETED", job
        answer = json.loads(result or b"")
        assert sum(v.penalty for v in check(asked, read_schedule(answer["schedule"], asked))) == answer["objective"]
    store.close()
    assert len(set(jobs)) == len(last.client.get("/v1/jobs").json()["jobs"]) == 30
