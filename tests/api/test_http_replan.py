"""`POST /v1/jobs/{id}/from-patch` on real servers: a sick call is one line, and the new job keeps to the old roster."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from solver import check, read_problem, read_schedule
from tests.api.conftest import Server
from tests.api.fort import Fort, refused
from tests.api.test_http_jobs import meta, submit, until, with_roster

Start = Callable[..., Server]
SICK = [{"op": "add", "path": "/prefilled/sato/2025-01-14", "value": "×"}]


def replan(server: Server, job: dict[str, Any], body: Any, **headers: str) -> dict[str, Any]:
    answer = server.post(f"{job['links']['self']}/from-patch", body, **headers)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == found["links"]["self"]
    return found


@pytest.fixture
def endless(endless: dict[str, Any]) -> dict[str, Any]:
    """The same on a machine so busy that nothing is found for long; every test stops it."""
    return {**endless, "options": {**endless["options"], "time_limit": 3600}}


@pytest.fixture
def done(server: Server, small: dict[str, Any]) -> dict[str, Any]:
    """A job that has ended with a roster."""
    return until(server, submit(server, {**small, "prefilled": {}, "priority": 7}), "COMPLETED")


def test_a_sick_call_is_one_line(server: Server, done: dict[str, Any]) -> None:
    job = replan(server, done, SICK)
    assert (job["parent_id"], job["links"]["parent"], job["priority"]) == (done["id"], done["links"]["self"], 7)
    new = until(server, job, "COMPLETED")
    assert new["result"]["status"] == "OPTIMAL"
    assert new["result"]["schedule"]["nakata"]["2025-01-14"] == "○"
    assert new["patch"] == SICK
    sent = server.client.get(job["links"]["input"]).json()
    assert sent["baseline"] == done["schedule"]
    assert sent["prefilled"] == {"sato": {"2025-01-14": "×"}}
    before, now = done["schedule"], new["schedule"]
    changed = {
        (staff, day, before[staff][day], now[staff][day])
        for staff in now
        for day in now[staff]
        if now[staff][day] != before[staff][day]
    }
    told = {
        (person["staff_id"], one["date"], one["from"], one["to"])
        for person in new["result"]["changes"]
        for one in person["changes"]
    }
    assert told == changed
    assert changed
    problem = read_problem(sent)
    penalties = sum(v.penalty for v in check(problem, read_schedule(now, problem)))
    assert penalties == new["result"]["objective"]
    again = until(server, replan(server, new, []), "COMPLETED")
    assert again["parent_id"] == new["id"]
    assert again["result"]["changes"] == [], "a replan can be planned anew, and nothing changes where nothing has to"


def test_a_budget(server: Server, done: dict[str, Any]) -> None:
    away = [{"op": "add", "path": f"/prefilled/{who}/2025-01-14", "value": "△"} for who in ("sato", "nakata")]
    new = until(server, replan(server, done, {"patch": away, "max_changes": 1, "priority": -3}), "COMPLETED")
    assert new["priority"] == -3
    assert new["result"]["status"] == "INFEASIBLE"
    assert any(fact["rule"] == "stability" for one in new["result"]["conflicts"] for fact in one["facts"])
    assert len(until(server, replan(server, done, {"patch": away}), "COMPLETED")["result"]["changes"]) == 2


def test_a_running_job_goes_on(server: Server, endless: dict[str, Any]) -> None:
    job = submit(server, endless)
    try:
        with_roster(server, job)
        parent = server.client.get(job["links"]["self"]).json()
        patch = [{"op": "replace", "path": "/options/time_limit", "value": 3}]
        answer = server.post(f"{job['links']['self']}/from-patch", patch)
        assert answer.status_code == 202
        baseline = server.client.get(answer.json()["links"]["input"]).json()["baseline"]
        assert baseline.keys() == parent["schedule"].keys()
        assert meta(server, job)["status"] == "RUNNING"
        server.client.delete(answer.json()["links"]["self"])
    finally:
        server.client.delete(job["links"]["self"])


def test_a_job_that_has_no_roster_yet(own_server: Start, endless: dict[str, Any]) -> None:
    server = own_server("Limits(jobs=1, solves=1, checks=1)")
    running, waiting = submit(server, endless), submit(server, endless)
    answer = server.post(f"{waiting['links']['self']}/from-patch", [])
    refused(answer, 409, "no-roster-yet")
    assert int(answer.headers["retry-after"]) > 0
    server.client.delete(waiting["links"]["self"])
    replanned = replan(server, waiting, [])
    assert "baseline" not in {k for k, v in server.client.get(replanned["links"]["input"]).json().items() if v}
    for job in (replanned, running):
        server.client.delete(job["links"]["self"])
    refused(server.post("/v1/jobs/nothing/from-patch", []), 404, "not-found")


def test_a_repair_of_an_infeasible_answer_is_sent_as_it_stands(server: Server, small: dict[str, Any]) -> None:
    small["prefilled"]["nakata"] = {"2025-01-15": "×"}
    answer = until(server, submit(server, {**small, "options": {"on_infeasible": "report"}}), "COMPLETED")
    repaired = replan(server, answer, answer["result"]["repairs"][0]["patch"])
    assert until(server, repaired, "COMPLETED")["result"]["status"] == "OPTIMAL"


def test_every_fault_at_once_and_nothing_is_queued(server: Server, done: dict[str, Any]) -> None:
    before = server.client.get("/v1/jobs").json()
    where = f"{done['links']['self']}/from-patch"
    patch = [
        {"op": "add", "path": "/prefilled/sato/2025-02-30", "value": "×"},
        {"op": "add", "path": "/settings/staff_groups/[id=bar]/members/-", "value": "sato"},
        {"op": "add", "path": "/settings/staff_groups/[id=kitchen]/members/-", "value": "nobody"},
    ]
    body = {"patch": patch, "max_changes": -1, "priority": "high", "budget": 3}
    answer = refused(server.post(where, body), 422, "invalid-request")
    assert {one["path"]: one["code"] for one in answer["errors"]} == {
        "/patch/0/value": "bad_date",
        "/patch/1/path": "bad_value",
        "/patch/2/value": "unknown_staff",
        "/max_changes": "bad_value",
        "/priority": "bad_value",
        "/budget": "unknown_field",
    }
    assert {one["path"] for one in refused(server.post(where, patch), 422, "invalid-request")["errors"]} == {
        "/0/value",
        "/1/path",
        "/2/value",
    }
    for nonsense in (b"{}", b"3", b'"x"', b'{"patch": {}}', b'{"patch": null}', b'[{"op": "add", "op": "remove"}]'):
        refused(server.post(where, nonsense), 422, "invalid-request")
    refused(server.post(where, b"["), 400, "not-json")
    assert server.client.get("/v1/jobs").json() == before


def test_the_same_key_gives_the_same_job_whatever_the_parent_found_since(
    server: Server, done: dict[str, Any], endless: dict[str, Any]
) -> None:
    job = submit(server, endless)
    try:
        with_roster(server, job)
        patch = [{"op": "replace", "path": "/options/time_limit", "value": 1}]
        first = replan(server, job, patch, **{"Idempotency-Key": "replan"})
        found = meta(server, job)["objective"]
        server.until(lambda: meta(server, job)["objective"] != found, 60)
        assert replan(server, job, patch, **{"Idempotency-Key": "replan"})["id"] == first["id"]
        refused(
            server.post(f"{job['links']['self']}/from-patch", [], **{"Idempotency-Key": "replan"}),
            422,
            "idempotency-key-reused",
        )
        refused(
            server.post(f"{done['links']['self']}/from-patch", patch, **{"Idempotency-Key": "replan"}),
            422,
            "idempotency-key-reused",
        )
        server.client.delete(first["links"]["self"])
    finally:
        server.client.delete(job["links"]["self"])


def test_a_key_replans_the_jobs_of_its_restaurant_alone(fort: Fort, small: dict[str, Any]) -> None:
    foreign = fort.ask("POST", "/v1/jobs?restaurant=shiten", "all", json=small).json()
    where = f"{foreign['links']['self']}/from-patch"
    refused(fort.ask("POST", where, "own", json=[]), 404, "not-found")
    assert fort.ask("DELETE", foreign["links"]["self"], "all").status_code == 200
    fort.server.until(lambda: fort.ask("GET", foreign["links"]["self"], "all").json()["ended_at"] is not None, 120)
    mine = fort.ask("POST", where, "all", json=SICK)
    assert mine.json()["restaurant_id"] == "shiten"
    refused(fort.ask("POST", where, "read", json=[]), 403, "scope-missing")


def test_a_patch_in_another_encoding_is_shown_as_what_it_is(server: Server, done: dict[str, Any]) -> None:
    job = replan(server, done, json.dumps(SICK, ensure_ascii=False).encode("utf-16"))
    assert server.client.get(job["links"]["self"]).json()["patch"] == SICK
