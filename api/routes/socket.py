"""`/v1/restaurants/{rid}/ws`: each accepted change acknowledged to its sender and told to all, in the order of revisions."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from api.access.guard import protocol_of
from api.access.pace import Pace
from api.access.scopes import FOR_GOOD, MESSAGES
from api.access.sockets import allowed, watched
from api.closings import BAD_SINCE, NO_SUCH_RESTAURANT, TRY_AGAIN, reason
from api.faults import ANSWERS, defect, details
from api.live import Feed, text_of
from api.messages import MANY, below, step_of, steps_of
from api.observed import request_id
from api.services import services_of
from solver import Fault, ProblemError
from solver.domain.codes import Code
from store import NotFound, Store
from store.reading import read_json
from store.steps import Step

router = APIRouter()


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
                await _Connection(socket, services.store, rid, feed, pace).run(None if since is None else int(since))
    except NotFound as error:
        await socket.close(NO_SUCH_RESTAURANT, reason(str(error)))
    except SQLAlchemyError:
        await socket.close(TRY_AGAIN, "the database did not answer")
    except WebSocketDisconnect:
        pass
    return None


class _Connection:
    def __init__(self, socket: WebSocket, store: Store, rid: str, feed: Feed, pace: Pace) -> None:
        self.socket, self.store, self.rid, self.feed, self.pace = socket, store, rid, feed, pace
        self.turn = asyncio.Lock()  # held from a change until its ACK is sent, so that no broadcast overtakes it

    async def run(self, since: int | None) -> None:
        """Serve until the client leaves, or falls too far behind and is told to come back."""
        tasks = [asyncio.ensure_future(work) for work in (self._feed(since), self._serve(), self.feed.overflow.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        if self.feed.overflow.is_set():
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed meanwhile, as a ping was not answered
                await self.socket.close(TRY_AGAIN, "too far behind; come back with since")
            return
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, WebSocketDisconnect):
                raise end

    async def _serve(self) -> None:
        while True:
            body = await self._receive()
            async with self.turn:
                await self._tell(text_of(await self._answer(body)))

    async def _tell(self, text: str) -> None:
        try:
            await self.socket.send_text(text)
        except RuntimeError:  # closed meanwhile, as a ping was not answered
            raise WebSocketDisconnect(1006) from None

    async def _receive(self) -> bytes:
        await self.pace.keep()
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        found: bytes | None = message.get("bytes")
        return found if found is not None else str(message.get("text", "")).encode("utf-8", "surrogatepass")

    async def _feed(self, since: int | None) -> None:
        """Bring the client up to date and keep it so; what it knows from the first is not told again."""
        known = since or 0
        async with self.turn:
            for message in await self.feed.start(since):
                await self._tell(message.text)
                known = message.revision
        while True:
            message = await self.feed.next()
            if message.revision > known:
                async with self.turn:
                    await self._tell(message.text)

    async def _answer(self, body: bytes) -> dict[str, Any]:
        """Carry out a message: its ACK, or an ERROR with the body HTTP would answer with."""
        named = None
        try:
            sent = read_json(body)
            named = sent.get("request_id", sent.get("requestId"))
            steps = _steps(sent)
            for_good = any(step.verb == "hard_delete" for step in steps)
            actor = await allowed(self.socket, FOR_GOOD if for_good else MESSAGES) or "ws"
            many = sent["type"] == MANY
            payload, revision = await run_in_threadpool(_carry_out, self.store, self.rid, steps, actor, many=many)
        except Exception as error:
            known = next((base for base in type(error).__mro__ if base in ANSWERS), None)
            answer = defect(error, request_id()) if known is None else ANSWERS[known](error)
            return {"type": "ERROR", "request_id": named, "problem": details(answer)}
        return {"type": "ACK", "request_id": named, "revision": revision, "payload": payload}


def _steps(sent: dict[str, Any]) -> list[Step]:
    """Read what a message asks for: one change, or many."""
    if sent.get("type") != MANY:
        return [step_of(sent)]
    payload = sent.get("payload")
    if not isinstance(payload, dict):
        raise ProblemError((Fault(Code.WRONG_TYPE, "/payload", None, "an object with changes"),))
    return steps_of(payload, ("payload",))


def _carry_out(store: Store, rid: str, steps: list[Step], actor: str, *, many: bool) -> tuple[dict[str, Any], int]:
    """Change the rows; returns what the ACK tells, and the revision."""
    if many:
        rows, revision = store.change(rid, steps, ("payload", "changes"), actor)
        return {"rows": rows}, revision
    try:
        written = store.take(rid, steps[0], actor)
    except ProblemError as error:
        raise below(("payload",), error) from None
    return written.row, written.revision
