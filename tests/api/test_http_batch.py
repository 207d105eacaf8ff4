"""`POST /v1/batch` on real servers: every line is answered once, whatever is wrong with the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Server
from tests.api.fort import Fort, refused

Start = Callable[..., Server]
NDJSON = {"content-type": "application/x-ndjson"}


def lines(*ones: Any) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one, ensure_ascii=False).encode() for one in ones)


def batch(server: Server, body: bytes, path: str = "/v1/batch", **headers: str) -> dict[int, dict[str, Any]]:
    answer = server.client.post(path, content=body, headers={**NDJSON, **headers}, timeout=300)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert len({one["line"] for one in found}) == len(found), "each is answered once"
    return {one["line"]: one for one in found}


def without_stats(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "stats": None}


def test_every_line_is_answered_in_its_place(server: Server, small: dict[str, Any]) -> None:
    infeasible = {**small, "prefilled": {"sato": {"2025-01-15": "×"}, "nakata": {"2025-01-15": "×"}}}
    faulty = {**small, "staff": [{"id": "sato"}, {"id": "sato"}], "priority": 1000}
    answers = batch(
        server,
        lines(
            small,
            b"{not json",
            b"",
            {"id": "本店", "problem": infeasible, "priority": 3},
            {"name": "scenario", "why": "…", "problem": faulty, "expect": []},
            {"id": 7, "problem": []},
            {**small, "priority": 5},
            b'{"period": 1, "period": 2}',
            b"\r",
        ),
    )
    assert sorted(answers) == [1, 2, 4, 5, 6, 7, 8]
    assert {line: one["status"] for line, one in answers.items()} == {
        1: "COMPLETED",
        2: "REFUSED",
        4: "COMPLETED",
        5: "REFUSED",
        6: "REFUSED",
        7: "COMPLETED",
        8: "REFUSED",
    }
    assert without_stats(answers[1]["result"]) == without_stats(server.post("/v1/solve", small).json())
    assert (answers[4]["id"], answers[4]["result"]["status"]) == ("本店", "INFEASIBLE")
    assert answers[2]["error"]["type"] == "urn:toban:error:not-json"
    assert answers[5]["id"] == "scenario"
    assert {one["path"] for one in answers[5]["error"]["errors"]} >= {"/problem/staff/1/id", "/problem/priority"}
    assert (answers[6]["id"], answers[6]["error"]["errors"][0]["path"]) == ("7", "/problem")
    assert "duplicate_key" in {one["code"] for one in answers[8]["error"]["errors"]}
    for one in answers.values():
        assert (one["job_id"] is None) == (one["result"] is None) == (one["error"] is not None)
    assert server.client.get(f"/v1/jobs/{answers[7]['job_id']}").json()["priority"] == 5


def test_messages_are_in_the_language_asked_for(server: Server, small: dict[str, Any]) -> None:
    small["prefilled"]["nakata"] = {"2025-01-15": "×"}
    answers = batch(server, lines(small), **{"Accept-Language": "ja"})
    assert "中田" in json.dumps(answers[1]["result"]["conflicts"], ensure_ascii=False)


def test_a_client_that_goes_away_ends_what_is_left(
    own_server: Start, endless: dict[str, Any], small: dict[str, Any]
) -> None:
    server = own_server("Limits(jobs=1, lines_at_once=3, solves=1, checks=1)")
    endless["options"]["time_limit"] = 3600
    bodies = [small, *({**endless, "options": {**endless["options"], "seed": i}} for i in range(6))]
    with server.client.stream("POST", "/v1/batch", content=lines(*bodies), headers=NDJSON, timeout=300) as answer:
        first = json.loads(next(answer.iter_lines()))
        assert (first["line"], first["status"]) == (1, "COMPLETED")

        def listed() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = server.client.get("/v1/jobs").json()["jobs"]
            return found

        server.until(lambda: any(one["status"] == "RUNNING" for one in listed()), 120)
        assert len([one for one in listed() if one["ended_at"] is None]) <= 3, "no more at once than that"
    server.until(lambda: all(one["ended_at"] is not None for one in listed()), 120)
    assert {one["status"] for one in listed()} == {"COMPLETED", "STOPPED"}
    assert len(listed()) < 7, "what was never begun never is"


def test_bounds(own_server: Start, small: dict[str, Any]) -> None:
    server = own_server("Limits(jobs=1, lines=2, solves=1, checks=1)")

    def post(body: bytes, media: str = "application/x-ndjson") -> Any:
        return server.client.post("/v1/batch", content=body, headers={"content-type": media})

    refused(post(b""), 422, "invalid-request")
    refused(post(b"\n \n\r\n"), 422, "invalid-request")
    answer = refused(post(lines(small, small, small)), 422, "invalid-request")
    assert (answer["errors"][0]["code"], answer["errors"][0]["found"]) == ("too_large", 3)
    refused(post(lines(small), "text/html"), 415, "not-json-media")
    refused(server.client.post("/v1/solve", content=lines(small), headers=NDJSON), 415, "not-json-media")
    assert server.client.get("/v1/jobs").json()["jobs"] == []


def test_a_key_solves_for_its_restaurant(fort: Fort, small: dict[str, Any]) -> None:
    def ask(path: str, key: str) -> Any:
        return fort.ask("POST", path, key, content=lines(b"{}"), headers=NDJSON)

    assert ask("/v1/batch", "own").status_code == 200
    refused(ask("/v1/batch?restaurant=shiten", "own"), 404, "not-found")
    refused(ask("/v1/batch", "read"), 403, "scope-missing")


@pytest.mark.slow
def test_a_server_that_ends_answers_what_is_left(own_server: Start, endless: dict[str, Any]) -> None:
    server = own_server("Limits(jobs=1, lines_at_once=1, solves=1, checks=1)")
    endless["options"]["time_limit"] = 3600
    with server.client.stream("POST", "/v1/batch", content=lines(endless, endless), headers=NDJSON, timeout=300) as answer:
        server.until(lambda: any(one["status"] == "RUNNING" for one in server.client.get("/v1/jobs").json()["jobs"]), 120)
        server.process.terminate()
        found = {one["line"]: one for one in map(json.loads, answer.iter_lines())}
    assert {line: one["status"] for line, one in found.items()} == {1: "STOPPED", 2: "REFUSED"}
    assert all(one["error"]["type"] == "urn:toban:error:shutting-down" for one in found.values())
