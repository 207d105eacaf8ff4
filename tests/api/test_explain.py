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
