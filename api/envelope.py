"""Around every request: a few headers, and an answer even where the code has a defect; that too around a WebSocket."""

from __future__ import annotations

import contextlib

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.access.headers import secure
from api.closings import DEFECT, reason
from api.faults import defect, respond
from api.observed import request_id


class Envelope:
    """ASGI middleware, inside `Observed`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or one WebSocket."""
        if scope["type"] in ("http", "websocket"):
            await (self._request if scope["type"] == "http" else self._socket)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                secure(headers, scope["path"])
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except Exception as error:
            if started:
                raise
            await respond(defect(error, request_id()))(scope, receive, send_with_headers)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        opened = False

        async def sending(message: Message) -> None:
            nonlocal opened
            opened = opened or message["type"] == "websocket.accept"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            answer = defect(error, request_id())
            if not opened:
                return await respond(answer)(scope, receive, send)
            with contextlib.suppress(RuntimeError, OSError):  # closed meanwhile
                await send({"type": "websocket.close", "code": DEFECT, "reason": reason(answer.detail)})
        return None
