"""From a request to a worker and back, without ever holding up the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.requests import ClientDisconnect

from api.routes.body import read_body
from api.routes.language import language_of
from api.services import services_of
from api.solving.wire import Mark

_LONG = (Mark.SOLVE, Mark.EXPLAIN, Mark.FREE_DAYS, Mark.DRILL)
"""What may take as long as its `options.time_limit` says."""


async def offload(request: Request, mark: Mark) -> Response:
    """Let a worker answer the request's body, in the language the client asks for; its bytes go out as they are."""
    return await offload_body(request, mark, await read_body(request, services_of(request.app).limits))


async def offload_body(request: Request, mark: Mark, body: bytes) -> Response:
    """Let a worker answer a body that was made of the request's."""
    answer, headers = await worked_out(request, mark, body)
    return Response(answer, headers=headers, media_type="application/json")


async def worked_out(request: Request, mark: Mark, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Have a worker answer, in the language the client asks for; returns the answer, and headers that say which."""
    services = services_of(request.app)
    pool = services.solves if mark in _LONG else services.checks
    language = language_of(request)
    with services.metrics.task(mark) as task:
        answer = await _unless_gone(request, pool.run(mark, body, language))
        task.answered(answer)
    return answer, {"Content-Language": language, "Vary": "Accept-Language"}


async def _unless_gone(request: Request, work: Coroutine[Any, Any, bytes]) -> bytes:
    """Wait for the work; end it as soon as the client hangs up.

    Raises
    ------
    ClientDisconnect
        For the log: nobody is there to be answered.
    """
    working, gone = asyncio.create_task(work), asyncio.create_task(_gone(request))
    try:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientDisconnect
    finally:
        working.cancel()
        gone.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
