"""`POST /v1/explain`."""

from __future__ import annotations

from typing import Any

import jsonpatch

from tests.api.conftest import Server


def test_an_infeasible_problem_is_explained_and_repaired(server: Server, small: dict[str, Any]) -> None:
    team = {**small, "prefilled": {person["id"]: {small["period"]["start"]: "×"} for person in small["staff"]}}
    answer = server.post("/v1/explain", team)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert set(found) == {"status", "conflicts", "complete", "repairs"}
    assert (found["status"], found["complete"]) == ("INFEASIBLE", True)
    assert all(set(repair) == {"patch", "cost", "proved", "message"} for repair in found["repairs"])
    canonical = server.post("/v1/validate", team).json()["problem"]
    patched = jsonpatch.apply_patch(canonical, found["repairs"][0]["patch"])
    assert server.post("/v1/explain", patched).json()["status"] == "FEASIBLE"


def test_faults_are_answered_as_by_a_solve(server: Server) -> None:
    answer = server.post("/v1/explain", {"options": {"time_limit": 100}})
    assert answer.status_code == 422
    assert "/options/time_limit" in {error["path"] for error in answer.json()["errors"]}


def test_prices_decide_which_repair_comes_first(server: Server, small: dict[str, Any]) -> None:
    team = {**small, "prefilled": {person["id"]: {small["period"]["start"]: "×"} for person in small["staff"]}}
    usual = server.post("/v1/explain", team).json()["repairs"]
    dear = server.post("/v1/explain?price=prefilled=900&price=soften=7", team).json()["repairs"]
    assert usual[0]["patch"][0]["path"].startswith("/prefilled/")
    assert (dear[0]["cost"], dear[0]["patch"][0]["path"]) == (7, "/settings/backup_coverage/hard")


def test_prices_that_cannot_be_are_refused_all_at_once(server: Server, small: dict[str, Any]) -> None:
    asked = "price=raise=3&price=prefilled=-1&price=soften&price=request=1&price=request=2"
    answer = server.post(f"/v1/explain?{asked}", small)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [error["code"] for error in errors] == ["bad_value", "bad_value", "bad_value", "duplicate_entry"]
    assert "prefilled, request" in errors[0]["expected"]
