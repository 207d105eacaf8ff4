"""Around everything: each request and WebSocket gets an id, a line in the log and a place in the figures."""

from __future__ import annotations

import logging
import re
import uuid
from time import perf_counter
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logs import Asked, asked
from api.metrics import Metrics

ID: Final = "X-Request-ID"
PREFIX: Final = "/v1"
_GOOD_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET: Final = ("/health", "/metrics")  # asked every few seconds: no line where all is well
_GONE: Final = 1006  # what RFC 6455 calls a connection that ended without a closing frame

log = logging.getLogger("toban.access")


class Observed:
    """ASGI middleware, the outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or one WebSocket from its opening to its end."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        given = Headers(scope=scope).get(ID, "")
        request_id = given if _GOOD_ID.fullmatch(given) else uuid.uuid4().hex
        path = scope.get("raw_path", scope["path"].encode()).decode("ascii", "backslashreplace")
        token = asked.set(Asked(request_id, scope.get("method", "WEBSOCKET"), path))
        try:
            await (self._request if scope["type"] == "http" else self._socket)(scope, receive, send)
        finally:
            asked.reset(token)
        return None

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status = perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[ID] = _asked().request_id
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            seconds = perf_counter() - started
            self._metrics.request(scope["method"], _template(scope), status, seconds)
            quiet = status < 400 and scope["path"].startswith(_QUIET)
            _line(logging.DEBUG if quiet else logging.INFO, "", status, seconds)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, code, opened = perf_counter(), _GONE, False

        async def receiving() -> Message:
            nonlocal code
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code", 1005)
            return message

        async def sending(message: Message) -> None:
            nonlocal code, opened
            if message["type"] == "websocket.accept":
                opened = True
                MutableHeaders(raw=message.setdefault("headers", []))[ID] = _asked().request_id
                _line(logging.INFO, "opened", 101, perf_counter() - started)
            elif message["type"] == "websocket.close":
                code = message.get("code", 1000) if opened else 403
            elif message["type"] == "websocket.http.response.start":
                code = message["status"]
            await send(message)

        try:
            with self._metrics.client():
                await self._app(scope, receiving, sending)
        finally:
            self._metrics.ended(code)
            _line(logging.INFO, "closed" if opened else "refused", code, perf_counter() - started)


def _template(scope: Scope) -> str:
    """Name the route that was found. FastAPI says the prefix it was included under in some versions only."""
    found: str = getattr(scope.get("route"), "path", "")
    if not found:
        return "unmatched"
    return found if found.startswith(PREFIX) or not scope["path"].startswith(PREFIX) else PREFIX + found


def request_id() -> str:
    """Name the request that is being answered."""
    return _asked().request_id


def _asked() -> Asked:
    return asked.get() or Asked(uuid.uuid4().hex, "", "")


def _line(level: int, what: str, status: int, seconds: float) -> None:
    _, method, path = _asked()
    milliseconds = round(seconds * 1000, 1)
    words = " ".join(filter(None, (method, path, what, str(status))))
    log.log(level, "%s in %s ms", words, milliseconds, extra={"status": status, "milliseconds": milliseconds})
