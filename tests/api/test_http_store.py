"""The settings store over HTTP, on real servers: the story, kill -9, two writers, and every error's answer."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.conftest import Server

HOUSE = "/v1/restaurants/honten"
NAKATA = {"id": "b1", "staffId": "nakata", "groupId": "kitchen"}
TEAM = {
    "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
    "settings": {"staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}]},
    "revision": 0,
}
REST = {
    "period": {"start": "2025-01-14", "end": "2025-01-15"},
    "prefilled": {"sato": {"2025-01-15": "×"}},
    "options": {"time_limit": 5, "workers": 1},
}


def found(client: httpx.Client) -> Any:
    return client.get(f"{HOUSE}/settings").json()


@pytest.fixture
def house(store_server: Server) -> tuple[httpx.Client, str]:
    """A restaurant of the test's own on a shared server, at revision 1."""
    server, path = store_server, f"/v1/restaurants/{uuid.uuid4().hex}"
    assert server.client.put(path, json={"name": "本店"}).status_code == 201
    assert server.client.put(f"{path}/settings", json=TEAM).json() == {"revision": 1}
    return server.client, path


def test_an_answered_create_outlives_kill_9_and_covers(own_server: Callable[..., Server], url: str) -> None:
    first = own_server(database=url)
    assert first.client.put(HOUSE, json={"name": "本店"}).status_code == 201
    assert first.client.put(f"{HOUSE}/settings", json=TEAM).status_code == 200
    made = first.client.post(f"{HOUSE}/backup-assignments", json=NAKATA)
    first.process.kill()
    assert made.status_code == 201
    first.process.wait()
    second = own_server(database=url)
    kept = found(second.client)
    assert kept["settings"]["backup_assignments"] == [made.json()]
    assert kept["revision"] == 2
    solved = second.post(f"{HOUSE}/solve", REST).json()
    assert solved["status"] == "OPTIMAL"
    assert solved["schedule"]["nakata"]["2025-01-15"] == "○"
    assert [cover["assignment_id"] for cover in solved["covers"]] == ["b1"]
    judged = second.post(f"{HOUSE}/check", {"problem": REST, "schedule": solved["schedule"]}).json()
    assert judged["score"]["hard"] == 0
    assert second.post(f"{HOUSE}/explain", REST).json()["conflicts"] == []
    assert second.post(f"{HOUSE}/explain?price=prefilled=3&price=x=1", REST).status_code == 422
    assert second.post(f"{HOUSE}/explain?price=prefilled=3", REST).json()["status"] == "FEASIBLE"
    for question in ("drill", "free-days"):
        asked = second.post(f"{HOUSE}/{question}", {"problem": REST, "schedule": solved["schedule"]})
        assert asked.status_code == 200, asked.text
    assert second.client.delete(f"{HOUSE}/backup-assignments/b1").json()["is_active"] is False
    assert second.client.post(f"{HOUSE}/changes/3/undo").json() == {"revision": 4}
    assert found(second.client)["settings"]["backup_assignments"][0]["is_active"] is True
    verbs = [change["verb"] for change in second.client.get(f"{HOUSE}/changes?since=1").json()["changes"]]
    assert verbs == ["create", "delete", "restore"]
    second.end(signal.SIGTERM)


def test_two_servers_on_one_database_number_changes_without_gaps(own_server: Callable[..., Server], url: str) -> None:
    servers = [own_server(database=url), own_server(database=url)]
    servers[0].client.put(HOUSE, json={"name": ""})

    def write(i: int) -> httpx.Response:
        return servers[i % 2].client.post(f"{HOUSE}/staff", json={"id": f"p{i}"})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(write, range(40)))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["revision"] for answer in answers) == list(range(1, 41))
    assert [len(found(server.client)["staff"]) for server in servers] == [40, 40]


def test_settings_carry_their_revision_as_etag(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    read = client.get(f"{path}/settings")
    assert read.headers["etag"] == '"1"'
    assert client.get(f"{path}/settings", headers={"If-None-Match": '"1"'}).status_code == 304
    body = {"settings": {"calendar": {"2025-01-01": "must_day_off"}}}
    done = client.put(f"{path}/settings", json=body, headers={"If-Match": '"1"', "X-Actor": "tanaka"})
    assert (done.json(), done.headers["etag"]) == ({"revision": 2}, '"2"')
    assert client.get(f"{path}/changes").json()["changes"][-1]["actor"] == "tanaka"


def test_what_was_read_can_be_sent_to_solve_as_it_is(house: tuple[httpx.Client, str], store_server: Server) -> None:
    client, path = house
    read = client.get(f"{path}/settings").json()
    assert store_server.post("/v1/solve", {**REST, **read}).json()["status"] == "OPTIMAL"


def test_stored_wishes_of_other_months_do_not_stop_a_solve(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    wishes = [{"staff_id": "nakata", "date": day, "symbol": "△", "weight": 10} for day in ("2024-06-01", "2025-01-14")]
    assert client.put(f"{path}/rules/requests", json={"value": wishes}).status_code == 201
    solved = client.post(f"{path}/solve", json=REST).json()
    assert solved["status"] == "OPTIMAL"
    assert solved["schedule"]["nakata"]["2025-01-14"] == "△"
    assert [one["date"] for one in solved["problem"]["settings"]["requests"]] == ["2025-01-14"]


def test_a_stale_write_is_409_with_the_row_as_it_is(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    read = client.get(f"{path}/settings").json()
    now = client.patch(f"{path}/staff/nakata", json={"name": "ナカタ"}).json()
    read["staff"][1]["name"] = "なかた"
    for answer in (
        client.put(f"{path}/settings", json=read),
        client.put(f"{path}/staff/nakata", json=read["staff"][1]),
        client.patch(f"{path}/staff/nakata", json={"name": "x"}, headers={"If-Match": '"1"'}),
        client.delete(f"{path}/staff/nakata", headers={"If-Match": '"1"'}),
    ):
        assert answer.status_code == 409
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["type"], problem["revision"], problem["rows"][0]["current"]) == ("urn:toban:error:stale", 2, now)
    assert client.get(f"{path}/staff/nakata").json() == now


def test_errors_say_what_is_wrong(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    cases = [
        (client.get("/v1/restaurants/nowhere/settings"), 404, "not-found"),
        (client.get(f"{path}/staff/nobody"), 404, "not-found"),
        (client.get(f"{path}/tables"), 404, None),
        (client.get(f"{path}/solve"), 405, None),
        (client.post(f"{path}/rosters"), 405, None),
        (client.put(f"{path}/settings", json={"staff": []}), 428, "no-base"),
        (client.put(f"{path}/settings", json={"staff": 3, "revision": 1}), 422, "invalid-request"),
        (client.put(f"{path}/settings", content=b"{"), 400, "not-json"),
        (client.put(f"{path}/settings", json={}, headers={"If-Match": '"x"'}), 400, None),
        (client.delete(f"{path}/staff/sato?hard=true"), 409, "in-use"),
        (client.delete(f"{path}/staff/sato", headers={"If-Match": '"9"'}), 422, "invalid-request"),
        (client.patch(f"{path}/staff/sato", json={"name": "x", "revision": "1"}), 422, "invalid-request"),
        (client.get(f"{path}/changes?since=abc"), 422, "invalid-request"),
        (client.post(f"{path}/changes/7/undo"), 404, "not-found"),
        (client.post(f"{path}/solve", json={**REST, "staff": []}), 422, "invalid-request"),
        (client.post(f"{path}/backup-assignments", json={**NAKATA, "staffId": "nobody"}), 422, "invalid-request"),
    ]
    for answer, status, kind in cases:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == (f"urn:toban:error:{kind}" if kind else "about:blank")
    assert cases[-1][0].json()["errors"][0]["path"] == "/staffId"
    assert client.get(path).json()["revision"] == 1


def test_undo_over_http_down_to_an_undo_of_an_undo(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    row = f"{path}/backup-assignments/b1"
    assert client.post(f"{path}/backup-assignments", json=NAKATA).status_code == 201  # 2
    assert client.delete(f"{row}?hard=true").status_code == 200  # 3
    assert client.delete(f"{path}/staff/nakata?hard=true").status_code == 200  # 4
    gone = client.post(f"{path}/changes/3/undo")
    assert (gone.status_code, gone.json()["type"]) == (409, "urn:toban:error:gone")
    assert gone.json()["places"] == ["/settings/backup_assignments/0/staff_id"]
    assert client.post(f"{path}/changes/4/undo").json() == {"revision": 5}
    assert client.post(f"{path}/changes/3/undo").json() == {"revision": 6}
    assert client.get(row).json()["is_active"] is True
    assert client.post(f"{path}/changes/6/undo").json() == {"revision": 7}
    assert client.get(row).status_code == 404
    assert client.post(f"{path}/changes/7/undo").json() == {"revision": 8}
    assert client.patch(row, json={"notes": "later"}).status_code == 200
    stale = client.post(f"{path}/changes/8/undo")
    assert (stale.status_code, stale.json()["rows"][0]["current"]["notes"]) == (409, "later")


def test_ids_with_any_letters_are_addressed(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    assert client.put(f"{path}/staff/a%2Fb%20%C3%A9", json={}).status_code == 201
    assert client.get(f"{path}/staff/a%2Fb%20%C3%A9").json()["id"] == "a/b é"
    client.delete(f"{path}/staff/a%2Fb%20%C3%A9")
    assert client.post(f"{path}/staff/a%2Fb%20%C3%A9/restore").json()["is_active"] is True
    assert client.delete(f"{path}/staff/a%2Fb%20%C3%A9?hard=true").status_code == 200


def test_versions_rules_calendar_and_import(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    kept = client.post(f"{path}/versions", json={"label": "before"})
    assert kept.status_code == 201
    assert client.put(f"{path}/rules/stretches", json={"value": []}).status_code == 201
    assert client.put(f"{path}/calendar/2025-01-01", json={"rule": "must_work"}).status_code == 201
    done = client.post(f"{path}/import", json={"backupAssignments": [NAKATA], "version": "2"}).json()
    assert (done["created"], done["kept"], done["warnings"][0]["path"]) == (1, 0, "/version")
    version = f"{path}/versions/{kept.json()['id']}"
    assert {row["table"] for row in client.get(f"{version}/compare").json()} == {"backup-assignments", "calendar", "rules"}
    assert client.patch(version, json={"label": "then"}).json()["label"] == "then"
    assert [one["label"] for one in client.get(f"{path}/versions").json()] == ["then"]
    assert client.post(f"{version}/restore").json() == {"revision": 7}
    assert client.get(f"{version}/compare").json() == []
    assert client.get(version).json()["staff"][0]["id"] == "sato"


def test_rosters_over_http(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    draft = {"period": REST["period"], "schedule": {"sato": {"2025-01-14": "○"}}}
    assert client.put(f"{path}/rosters/jan", json=draft).status_code == 201
    other = {**draft, "schedule": {"sato": {"2025-01-14": "×"}}}
    assert client.put(f"{path}/rosters/feb", json=other).json()["status"] == "draft"
    assert client.post(f"{path}/rosters/jan/publish").json()["status"] == "published"
    refused = client.put(f"{path}/rosters/jan", json=other)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:toban:error:published")
    assert client.get(f"{path}/rosters/jan/compare?to=feb").json() == [
        {"staff_id": "sato", "changes": [{"date": "2025-01-14", "from": "○", "to": "×"}]}
    ]
    assert client.get(f"{path}/rosters/jan/compare").status_code == 422
    assert client.delete(f"{path}/rosters/feb").status_code == 204
    assert [one["id"] for one in client.get(f"{path}/rosters").json()] == ["jan"]
    assert client.get(f"{path}/rosters/jan").json()["schedule"] == draft["schedule"]
