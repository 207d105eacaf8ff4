"""Every route's ordinary answer, from a real server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from solver import catalogue
from tests.api.conftest import Server


def test_solve_answers_with_a_covered_roster(server: Server, small: dict[str, Any]) -> None:
    answer = server.post("/v1/solve", small)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    result = answer.json()
    assert result["status"] == "OPTIMAL"
    assert result["schedule"]["sato"]["2025-01-15"] == "×"
    assert result["schedule"]["nakata"]["2025-01-15"] == "○"
    assert [(cover["date"], cover["staff_id"]) for cover in result["covers"]] == [("2025-01-15", "nakata")]
    assert result["problem"]["staff"][0]["name"] == "佐藤"


def test_solve_reads_camel_case_as_the_same_problem(server: Server, small: dict[str, Any]) -> None:
    settings = small["settings"]
    camel = {
        **small,
        "settings": {
            "staffGroups": settings["staff_groups"],
            "backupAssignments": [{"id": "b1", "staffId": "nakata", "groupId": "kitchen"}],
        },
        "options": {"timeLimit": 5, "workers": 1},
    }
    hashes = {server.post("/v1/solve", body).json()["request_hash"] for body in (small, camel)}
    assert len(hashes) == 1


def test_ids_and_symbols_of_any_script_come_back_as_sent(server: Server) -> None:
    problem = {
        "period": {"start": "2025-01-01", "end": "2025-01-01"},
        "staff": [{"id": "山田 太郎/~ é🍣", "name": "Zoë"}],
        "settings": {"shift_types": [{"symbol": "早", "kind": "work"}], "stretches": [], "fairness": []},
    }
    result = server.post("/v1/solve", problem).json()
    assert result["schedule"] == {"山田 太郎/~ é🍣": {"2025-01-01": "早"}}


def test_check_takes_back_what_solve_answered(server: Server, small: dict[str, Any]) -> None:
    result = server.post("/v1/solve", small).json()
    for schedule in (result["schedule"], result):
        checked = server.post("/v1/check", {"problem": small, "schedule": schedule, "covers": result["covers"]})
        assert checked.status_code == 200, checked.text
        assert checked.json() == {name: result[name] for name in ("violations", "covers", "score", "warnings")}


def test_check_names_what_is_wrong(server: Server, small: dict[str, Any]) -> None:
    schedule = {"sato": {"2025-01-14": "○", "2025-01-15": "×"}, "nakata": {"2025-01-14": "○", "2025-01-15": "△"}}
    checked = server.post("/v1/check", {"problem": small, "schedule": schedule}).json()
    assert checked["covers"] == []
    assert checked["score"]["hard"] > 0
    assert [v["rule"] for v in checked["violations"] if v["severity"] == "hard"] == ["backup_coverage"]


def test_validate_answers_yes_with_the_canonical_problem(server: Server, small: dict[str, Any]) -> None:
    answer = server.post("/v1/validate", small).json()
    assert answer["valid"] is True
    assert answer["faults"] == []
    assert answer["problem"]["settings"]["staff_groups"][0]["cover"] == "one"
    again = server.post("/v1/validate", answer["problem"]).json()
    assert again["request_hash"] == answer["request_hash"]


def test_validate_answers_no_with_every_fault(server: Server, small: dict[str, Any]) -> None:
    faulty = {**small, "prefilled": {"satoo": {"2025-01-15": "×"}, "sato": {"2025-01-15": "x"}}, "option": {}}
    answer = server.post("/v1/validate", faulty)
    assert answer.status_code == 200
    found = {(fault["code"], fault["path"]) for fault in answer.json()["faults"]}
    assert found == {
        ("unknown_staff", "/prefilled/satoo"),
        ("lookalike_symbol", "/prefilled/sato/2025-01-15"),
        ("unknown_field", "/option"),
    }
    assert answer.json()["valid"] is False
    assert answer.json()["problem"] is None


@pytest.mark.parametrize("body", [b"[]", b'{"period": NaN}', b'{"staff": [], "staff": []}'])
def test_validate_answers_no_to_any_json(server: Server, body: bytes) -> None:
    answer = server.post("/v1/validate", body)
    assert (answer.status_code, answer.json()["valid"]) == (200, False)
    assert answer.json()["faults"]


def test_validate_lets_longer_time_limits_pass_that_solve_refuses(server: Server, small: dict[str, Any]) -> None:
    slow = {**small, "options": {"time_limit": 61}}
    assert server.post("/v1/validate", slow).json()["valid"] is True
    assert server.post("/v1/solve", slow).status_code == 422


def test_every_demo_is_valid(server: Server) -> None:
    demos = server.client.get("/v1/demo").json()
    assert demos
    for demo in demos:
        assert set(demo) == {"name", "title", "why"}
        problem = server.client.get(f"/v1/demo/{demo['name']}")
        assert problem.status_code == 200
        assert server.post("/v1/validate", problem.content).json()["valid"] is True


def test_codes_are_the_catalogue(server: Server) -> None:
    rows = server.client.get("/v1/codes").json()
    assert rows == [row._asdict() for row in catalogue()]


def test_health_tells_state_and_versions(server: Server) -> None:
    head = server.client.head("/health")
    assert (head.status_code, head.content) == (200, b"")
    health = server.client.get("/health").json()
    assert (health["live"], health["ready"]) == (True, True)
    assert health["version"].startswith("toban ")
    assert health["engine"].startswith("ortools ")
    assert health["solves"]["at_once"] >= 2


def test_every_answer_carries_a_request_id_and_the_headers(server: Server) -> None:
    for path, status in (("/health", 200), ("/nowhere", 404)):
        answer = server.client.get(path, headers={"X-Request-ID": "mine-1"})
        assert answer.status_code == status
        assert answer.headers["x-request-id"] == "mine-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
def test_a_strange_request_id_is_replaced(server: Server, given: str) -> None:
    made = server.client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"]
    assert made != given
    assert len(made) == 32


@pytest.mark.slow
def test_large_answers_are_utf8_json_with_every_cell(server: Server, endless: dict[str, Any]) -> None:
    endless["options"] |= {"time_limit": 60, "deterministic_limit": 1}  # ends after so much work, not so much time
    answer = server.post("/v1/solve", endless)
    result = json.loads(answer.content.decode())
    assert result["status"] in ("FEASIBLE", "OPTIMAL")
    assert sum(map(len, result["schedule"].values())) == 20 * 31
