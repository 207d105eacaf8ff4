"""The old browser client's literal messages: camelCase, `assignmentId`, no `request_id`, only what it knew to send."""

from __future__ import annotations

import json
import uuid
from typing import Any

from websockets.sync.client import connect

from tests.api.conftest import Server
from tests.api.test_http_store import TEAM

ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
ROW = {
    "id": ID, "staffId": "nakata", "groupId": "kitchen", "assignmentType": "regular", "priorityOrder": 1, "isActive": True,
    "effectiveFrom": None, "effectiveUntil": None, "notes": "夜",
}  # fmt: skip
CHANGED = {"assignmentId": ID, "priorityOrder": 2, "notes": None, "effectiveUntil": "2025-03-31"}
MESSAGES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("BACKUP_ASSIGNMENT_CREATE", ROW, "CREATED", {"staff_id": "nakata", "priority_order": 1, "notes": "夜"}),
    ("BACKUP_ASSIGNMENT_UPDATE", CHANGED, "UPDATED", {"priority_order": 2, "notes": "", "effective_until": "2025-03-31"}),
    ("BACKUP_ASSIGNMENT_DELETE", {"assignmentId": ID}, "DELETED", {"is_active": False, "priority_order": 2}),
    ("BACKUP_ASSIGNMENT_UPDATE", {"assignmentId": ID, "isActive": True}, "UPDATED", {"is_active": True}),
    ("BACKUP_ASSIGNMENT_HARD_DELETE", {"assignmentId": ID}, "HARD_DELETED", {"is_active": True}),
]


def test_the_old_clients_whole_conversation(server: Server) -> None:
    path = f"/v1/restaurants/{uuid.uuid4().hex}"
    server.client.put(path, json={"name": "本店"})
    server.client.put(f"{path}/settings", json=TEAM)
    with connect(f"ws://127.0.0.1:{server.port}{path}/ws", proxy=None) as socket:
        assert json.loads(socket.recv(timeout=10))["type"] == "SETTINGS"
        for revision, (type_, payload, done, fields) in enumerate(MESSAGES, start=2):
            socket.send(json.dumps({"type": type_, "payload": payload}, ensure_ascii=False))
            said = [json.loads(socket.recv(timeout=10)) for _ in range(2)]
            assert [message["type"] for message in said] == ["ACK", f"BACKUP_ASSIGNMENT_{done}"]
            assert {message["revision"] for message in said} == {revision}
            for message in said:
                assert message["payload"]["id"] == ID
                assert {name: message["payload"][name] for name in fields} == fields
    assert server.client.get(f"{path}/backup-assignments/{ID}").status_code == 404
    again = server.client.post(f"{path}/changes/6/undo")
    assert again.json() == {"revision": 7}
    assert server.client.get(f"{path}/backup-assignments/{ID}").json()["effective_until"] == "2025-03-31"
