"""The failure this store was made against, as a story: a backup is created, the server dies, and nothing is gone."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Server
from tests.api.test_http_live import client, heard, said
from tests.api.test_http_store import HOUSE, REST, TEAM

SMALL = "Limits(solves=1, checks=1)"


def test_a_backup_created_over_the_websocket_survives_kill_9_and_covers(
    own_server: Callable[..., Server], empty_url: str
) -> None:
    first, second = own_server(SMALL, empty_url), own_server(SMALL, empty_url)
    first.client.put(HOUSE, json={"name": "本店"})
    first.client.put(f"{HOUSE}/settings", json=TEAM)
    with client(first, HOUSE) as sender, client(second, HOUSE) as other:
        for socket in (sender, other):
            hello = heard(socket)
            assert (hello["type"], hello["revision"], len(hello["staff"])) == ("SETTINGS", 1, 2)
        created = said(sender, "BACKUP_ASSIGNMENT_CREATE", {"staffId": "nakata", "groupId": "kitchen"})  # as the old client
        first.process.kill()
        assert (created["type"], created["request_id"], created["revision"]) == ("ACK", None, 2)
        row = created["payload"]
        assert (row["assignment_type"], row["priority_order"]) == ("regular", 1)
        told = heard(other)
        assert (told["type"], told["revision"], told["payload"]["id"]) == ("BACKUP_ASSIGNMENT_CREATED", 2, row["id"])
    first.process.wait()
    again = own_server(SMALL, empty_url)
    assert again.client.get(f"{HOUSE}/settings").json()["settings"]["backup_assignments"] == [row]
    solved = again.post(f"{HOUSE}/solve", REST).json()
    assert solved["schedule"]["sato"]["2025-01-15"] == "×"
    assert solved["schedule"]["nakata"]["2025-01-15"] == "○"
    assert [cover["assignment_id"] for cover in solved["covers"]] == [row["id"]]
    with client(again, HOUSE, "?since=2") as sender:
        deleted = said(sender, "BACKUP_ASSIGNMENT_DELETE", {"assignmentId": row["id"]}, request_id="r2")
        assert (deleted["type"], deleted["request_id"], deleted["payload"]["is_active"]) == ("ACK", "r2", False)
        assert heard(sender)["type"] == "BACKUP_ASSIGNMENT_DELETED"
        uncovered = second.post(f"{HOUSE}/solve", REST).json()
        assert uncovered["covers"] == []
        assert second.client.post(f"{HOUSE}/changes/3/undo").json() == {"revision": 4}
        back = heard(sender)
        assert (back["type"], back["revision"], back["payload"]["is_active"]) == ("BACKUP_ASSIGNMENT_UPDATED", 4, True)
    log = again.client.get(f"{HOUSE}/changes?since=1").json()["changes"]
    assert [(entry["verb"], entry["id"]) for entry in log] == [(verb, row["id"]) for verb in ("create", "delete", "restore")]
    assert again.client.get(f"{HOUSE}/backup-assignments/{row['id']}").json()["is_active"] is True
