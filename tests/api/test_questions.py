"""The three questions over a real server."""

from __future__ import annotations

from typing import Any

from tests.api.conftest import Server


def roster(nakata: str = "△") -> dict[str, dict[str, str]]:
    """Both at work on the 14th; on the 15th Sato is off, or Nakata elsewhere."""
    return {"sato": {"2025-01-14": "○", "2025-01-15": "×"}, "nakata": {"2025-01-14": nakata, "2025-01-15": "○"}}


def test_who_can_stand_in(server: Server, small: dict[str, Any]) -> None:
    asked = {"problem": small, "schedule": roster(), "staff_id": "sato", "dates": ["2025-01-14"]}
    answer = server.post("/v1/suggest/cover", asked)
    assert answer.status_code == 200, answer.text
    first = answer.json()["dates"][0]["options"][0]
    assert (first["rank"], first["staff_id"]) == (1, "nakata")
    assert first["changes"][1] == {"staff_id": "nakata", "date": "2025-01-14", "from": "△", "to": "○"}


def test_who_can_stand_in_on_several_dates(server: Server, small: dict[str, Any]) -> None:
    asked = {"problem": small, "schedule": roster(), "staff_id": "sato", "dates": ["2025-01-14", "2025-01-15"]}
    plan = server.post("/v1/suggest/cover", asked).json()["plans"][0]
    assert [one["staff_id"] for one in plan["stand_ins"]] == ["nakata", "nakata"]
    assert (plan["rank"], plan["works"], plan["same"]) == (1, True, True)


def test_who_can_be_off(server: Server, small: dict[str, Any]) -> None:
    answer = server.post("/v1/free-days", {"problem": small, "schedule": roster()}, **{"accept-language": "ja"})
    assert answer.status_code == 200, answer.text
    marks = {staff: [cell["mark"] for cell in row.values()] for staff, row in answer.json()["cells"].items()}
    assert marks["sato"][1] == "free"
    assert marks["nakata"][1] == "impossible"
    assert "休めない" in answer.json()["cells"]["nakata"]["2025-01-15"]["message"]


def test_the_drill(server: Server, small: dict[str, Any]) -> None:
    answer = server.post("/v1/drill", {"problem": small, "schedule": roster()})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [(one["staff_id"], one["date"]) for one in found["failures"]] == [("nakata", "2025-01-15")]
    assert (found["tried"], found["survived"], found["untried"]) == (3, 2, 0)


def test_faults_of_question_and_schedule_come_together(server: Server, small: dict[str, Any]) -> None:
    asked = {"problem": small, "schedule": {"sato": {"2025-01-14": "?"}}, "staff_id": "x", "dates": ["2026-01-01"]}
    answer = server.post("/v1/suggest/cover", asked)
    assert answer.status_code == 422
    assert [fault["path"] for fault in answer.json()["errors"]] == ["/schedule/sato/2025-01-14", "/staff_id", "/dates/0"]


def test_a_time_limit_that_is_too_long_is_found_inside_the_problem(server: Server, small: dict[str, Any]) -> None:
    small["options"]["time_limit"] = 600
    answer = server.post("/v1/drill", {"problem": small})
    assert [fault["path"] for fault in answer.json()["errors"]] == ["/problem/options/time_limit"]
