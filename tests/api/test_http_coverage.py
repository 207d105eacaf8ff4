"""The coverage dashboard and suggestions of backups over HTTP, on a real server and each kind of database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.api.conftest import Server

TEAM = {
    "staff": [
        {"id": "sato", "name": "佐藤", "skills": ["grill"]},
        {"id": "nakata", "name": "中田", "skills": ["grill"]},
        {"id": "ueda", "name": "上田"},
    ],
    "settings": {
        "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}, {"id": "hall", "members": ["ueda"]}],
        "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "effective_until": "2025-01-20"}],
        "requests": [{"staff_id": "sato", "date": "2024-06-01", "symbol": "×"}],
    },
    "revision": 0,
}
WEEK = {"start": "2025-01-13", "end": "2025-01-15"}
DAYS = ("2025-01-13", "2025-01-14", "2025-01-15")


def roster(**rows: str) -> dict[str, Any]:
    return {"period": WEEK, "schedule": {staff: dict(zip(DAYS, row, strict=True)) for staff, row in rows.items()}}


@pytest.fixture
def house(server: Server) -> tuple[httpx.Client, str]:
    """A restaurant of the test's own: Nakata covers on the 13th, is off on the 14th; the 15th is planned anew."""
    path = f"/v1/restaurants/{uuid.uuid4().hex}"
    furnish(server.client, path)
    return server.client, path


def furnish(client: httpx.Client, path: str) -> None:
    client.put(path, json={"name": "本店"})
    assert client.put(f"{path}/settings", json=TEAM).json() == {"revision": 1}
    assert client.put(f"{path}/rosters/jan", json=roster(sato="××○", nakata="○×○", ueda="○○○")).status_code == 201
    assert client.post(f"{path}/rosters/jan/publish").status_code == 200


def ask(client: httpx.Client, path: str, what: str = "coverage", language: str = "en", **query: Any) -> Any:
    named = {"from" if name == "since" else name: value for name, value in query.items()}
    answer = client.get(f"{path}/{what}", params=named, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-language"] == language
    return answer.json()


def test_the_dashboard_on_each_kind_of_database(store_server: Server) -> None:
    client, path = store_server.client, f"/v1/restaurants/{uuid.uuid4().hex}"
    furnish(client, path)
    found = ask(client, path)
    assert (found["period"], found["rosters"], found["revision"], found["cells_left_out"]) == (
        WEEK, [{"roster_id": "jan", "status": "published", **WEEK}], 3, 0,
    )  # fmt: skip
    kitchen = found["groups"][0]
    assert [day["state"] for day in kitchen["days"]] == ["covered", "uncovered", "nobody_absent"]
    assert kitchen["days"][0]["covers"] == [{"staff_id": "nakata", "assignment_id": "b1", "priority_order": 1}]
    assert kitchen["days"][1]["passed_over"] == [{"staff_id": "nakata", "reason": "off"}]
    assert [(one["staff_id"], one["covers"], one["share"]) for one in found["load"]] == [("nakata", 1, 1.0)]
    assert [alert["kind"] for alert in found["alerts"]] == [
        "uncovered", "group_without_backup", "slack_zero", "assignment_expires",
    ]  # fmt: skip
    assert found["next_period"] == {"start": "2025-01-16", "end": "2025-01-18"}
    # A part is planned anew and published: on its date it counts, on the others the first one does.
    again = {"period": {"start": DAYS[1], "end": DAYS[1]}, "schedule": {"sato": {DAYS[1]: "×"}, "nakata": {DAYS[1]: "○"}}}
    client.put(f"{path}/rosters/sick", json=again)
    client.post(f"{path}/rosters/sick/publish")
    found = ask(client, path, since=DAYS[0], to=DAYS[2])
    assert [run["roster_id"] for run in found["rosters"]] == ["jan", "sick", "jan"]
    assert found["groups"][0]["uncovered_days"] == 0
    assert ask(client, path, roster="jan")["groups"][0]["uncovered_days"] == 1
    # One click makes Ueda a backup; posted twice it is one assignment.
    best = ask(client, path, "suggestions/backups", group="kitchen", roster="jan")["groups"][0]["candidates"][0]
    assert (best["staff_id"], best["uncovered_helped"], best["rank"]) == ("ueda", 1, 1)
    for status in (201, 200):
        assert client.post(f"{path}/backup-assignments", json=best["assignment"]).status_code == status
    assert ask(client, path, roster="jan")["groups"][0]["uncovered_days"] == 0


def test_messages_are_in_the_language_asked_for(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    assert "バックアップの入らない休み" in ask(client, path, language="ja")["alerts"][0]["message"]
    suggested = ask(client, path, "suggestions/backups", "ja")["groups"]
    assert [group["group_id"] for group in suggested] == ["hall", "kitchen"]  # the hall has no backup at all
    assert "入れた" in suggested[1]["candidates"][0]["message"]
    assert "could have come" in ask(client, path, "suggestions/backups")["groups"][1]["candidates"][0]["message"]


def test_without_any_roster_the_settings_answer(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    found = ask(client, path, since="2025-01-19", to="2025-01-21")
    assert (found["rosters"], found["rostered_days"]) == ([], 0)
    assert {alert["kind"] for alert in found["alerts"]} == {
        "group_without_backup", "no_eligible_backup", "assignment_expires",
    }  # fmt: skip
    empty = f"{path}-empty"
    client.put(empty, json={"name": ""})
    for what in ("coverage", "suggestions/backups"):
        found = ask(client, empty, what)
        today = datetime.now(UTC).date()
        assert found["groups"] == []
        assert found["period"]["start"] <= str(today) <= found["period"]["end"]


def test_the_days_within_which_an_assignment_ends(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    assert len(ask(client, path, within=5)["expiring"]) == 1
    assert ask(client, path, within=4)["expiring"] == []


def test_cells_the_settings_no_longer_know_are_left_out_and_counted(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    client.put(f"{path}/rosters/old", json=roster(sato="×?○", gone="○○○"))
    found = ask(client, path, roster="old")
    assert found["cells_left_out"] == 4
    assert found["groups"][0]["absent_days"] == 1


def test_questions_at_fault(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    cases = [
        ("coverage?from=2025-01-01", 422, "missing_field"),
        ("coverage?from=2025-01-01&to=2024-12-31", 422, "reversed_dates"),
        ("coverage?from=2025-01-01&to=2026-01-02", 422, "too_large"),
        ("coverage?from=2025-W01-1&to=1735689600", 422, "bad_date"),
        ("coverage?from=0001-01-01&to=0001-01-02", 422, "bad_date"),
        ("coverage?within=-1", 422, "bad_value"),
        ("coverage?roster=nothing", 404, None),
        ("suggestions/backups?group=nothing", 422, "unknown_group"),
        ("suggestions/backups?limit=0", 422, "bad_value"),
        ("suggestions/backups?roster=nothing&from=2025-01-01&to=2025-01-02", 404, None),
    ]
    for query, status, code in cases:
        answer = client.get(f"{path}/{query}")
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert [fault["code"] for fault in answer.json()["errors"]][:1] == ([code] if code else [])
    assert client.get("/v1/restaurants/nowhere/coverage").status_code == 404
    assert client.get("/v1/restaurants/nowhere/suggestions/backups").status_code == 404
