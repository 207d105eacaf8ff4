"""`/v1/restaurants/{rid}/ws`: each accepted change acknowledged to its sender and told to all, in the order of revisions."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from api.access.guard import protocol_of
from api.access.pace import Pace
from api.access.scopes import FOR_GOOD, MESSAGES
from api.access.sockets import allowed, watched
from api.faults import ANSWERS, details, reason
from api.live import KIND_OF, Feed, message_of
from api.services import services_of
from solver import Fault, ProblemError
from solver.domain.codes import Code
from store import Kind, NotFound, Store, Written
from store.reading import read_json

router = APIRouter()
NO_SUCH_RESTAURANT, TOO_SLOW, BAD_SINCE = 4404, 4408, 4400
_VERBS = ("_HARD_DELETE", "_CREATE", "_UPDATE", "_DELETE", "_RESTORE")  # the longer of two endings first


@router.websocket("/restaurants/{rid}/ws")
async def follow(socket: WebSocket, rid: str) -> None:
    """Tell a client everything, or with `?since=REVISION` what it missed; then each change, and carry out its own."""
    await socket.accept(protocol_of(socket))
    services = services_of(socket.app)
    since = socket.query_params.get("since")
    if since is not None and not (since.isdecimal() and len(since) < 16):
        return await socket.close(BAD_SINCE, "since: a revision is expected")
    try:
        async with services.hub.feed(services.store, rid) as feed:
            pace = Pace(services.limits.messages_a_second, services.limits.messages_a_second)
            async with watched(socket):
                await _Connection(socket, services.store, rid, feed, lambda: services.hub.changed(rid), pace).run(since)
    except NotFound as error:
        await socket.close(NO_SUCH_RESTAURANT, reason(str(error)))
    except WebSocketDisconnect:
        pass
    return None


class _Connection:
    def __init__(self, socket: WebSocket, store: Store, rid: str, feed: Feed, changed: Any, pace: Pace) -> None:
        self.socket, self.store, self.rid, self.feed, self.changed = socket, store, rid, feed, changed
        self.pace = pace
        self.turn = asyncio.Lock()  # held from a change until its ACK is sent, so that no broadcast overtakes it
        self.told = 0

    async def run(self, since: str | None) -> None:
        await self._catch_up(since)
        feeding = asyncio.create_task(self._feed())
        try:
            while True:
                body = await self._receive()
                async with self.turn:
                    await self.socket.send_json(await self._answer(body))
                self.changed()
        finally:
            feeding.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await feeding

    async def _receive(self) -> bytes:
        await self.pace.keep()
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        found: bytes | None = message.get("bytes")
        return found if found is not None else str(message.get("text", "")).encode("utf-8", "surrogatepass")

    async def _catch_up(self, since: str | None) -> None:
        now = await asyncio.to_thread(self.store.settings, self.rid)
        if since is None or int(since) > now["revision"]:
            parts = {"revision": now["revision"], "settings": now["settings"], "staff": now["staff"]}
            await self.socket.send_json({"type": "SETTINGS", **parts})
            self.told = now["revision"]
            return
        self.told = int(since)
        for entry in await asyncio.to_thread(self.store.entries, self.rid, self.told):
            await self.socket.send_json(message_of(entry))
            self.told = entry.revision

    async def _feed(self) -> None:
        """Send what the room says; revisions that the client knows from catching up are not told again."""
        known = self.told
        while True:
            message = await self.feed.messages.get()
            if message is None:
                await self.socket.close(TOO_SLOW, "too far behind; come back with since")
                return
            if message["revision"] > known:
                async with self.turn:
                    await self.socket.send_json(message)

    async def _answer(self, body: bytes) -> dict[str, Any]:
        """Carry out a message: its ACK, or an ERROR with the body HTTP would answer with."""
        request_id = None
        try:
            sent = read_json(body)
            request_id = sent.get("request_id", sent.get("requestId"))
            kind, verb, payload = _understood(sent)
            actor = await allowed(self.socket, FOR_GOOD if verb == "_HARD_DELETE" else MESSAGES) or "ws"
            written = await asyncio.to_thread(_carry_out, self.store, self.rid, kind, verb, payload, actor)
        except Exception as error:
            known = next((base for base in type(error).__mro__ if base in ANSWERS), None)
            if known is None:
                raise
            return {"type": "ERROR", "request_id": request_id, "problem": details(ANSWERS[known](error))}
        return {"type": "ACK", "request_id": request_id, "revision": written.revision, "payload": written.row}


def _understood(sent: dict[str, Any]) -> tuple[Kind, str, dict[str, Any]]:
    """Read a message's type and payload.

    Raises
    ------
    ProblemError
        There is no such type, or no payload.
    """
    type_, payload = sent.get("type"), sent.get("payload")
    verb = next((ending for ending in _VERBS if isinstance(type_, str) and type_.endswith(ending)), "")
    kind = KIND_OF.get(type_.removesuffix(verb)) if isinstance(type_, str) and verb else None
    faults = []
    if kind is None:
        expected = f"{', '.join(KIND_OF)}, each with {', '.join(_VERBS)}"
        faults.append(Fault(Code.BAD_VALUE, "/type", type_ if isinstance(type_, str) else None, expected))
    if not isinstance(payload, dict):
        faults.append(Fault(Code.WRONG_TYPE, "/payload", None, "an object"))
    if faults or kind is None or not isinstance(payload, dict):
        raise ProblemError(tuple(faults))
    return kind, verb, payload


def _carry_out(store: Store, rid: str, kind: Kind, verb: str, payload: dict[str, Any], actor: str) -> Written:
    """Change the row; faults are at places of the message."""
    base = payload.get("revision")
    base = base if type(base) is int else None
    try:
        if verb == "_CREATE":
            return store.create(rid, kind, payload, actor)
        named = "assignmentId" if "assignmentId" in payload else "id"  # as the old client says it
        row_id = payload.get(named)
        if not isinstance(row_id, str):
            raise ProblemError((Fault(Code.MISSING_FIELD, f"/{named}", row_id, "the id of the row, as text"),))
        if verb == "_UPDATE":
            fields = {name: value for name, value in payload.items() if name != "assignmentId"}
            return store.patch(rid, kind, row_id, fields, base, actor)
        change = {"_DELETE": store.delete, "_HARD_DELETE": store.hard_delete, "_RESTORE": store.restore}[verb]
        return change(rid, kind, row_id, base, actor)
    except ProblemError as error:
        raise ProblemError(tuple(fault._replace(path="/payload" + fault.path) for fault in error.faults)) from None
