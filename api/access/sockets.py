"""A WebSocket outlives the moment its key was looked at: what it may do is asked again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from fastapi import WebSocket
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from api.access.errors import KeyRefused
from api.access.guard import caller_of, permit
from api.closings import KEY_REFUSED
from api.services import services_of
from store import Key, Scope


async def allowed(socket: WebSocket, scopes: Collection[Scope]) -> str | None:
    """Let a message pass; returns the name of its key.

    Raises
    ------
    AccessRefused
        The key does not allow it, or no longer anything.
    """
    key = caller_of(socket)
    if key is None:
        return None
    permit(socket, scopes)
    if not await run_in_threadpool(services_of(socket.app).store.keys.lives, key.id):
        raise KeyRefused
    return key.name


@asynccontextmanager
async def watched(socket: WebSocket) -> AsyncIterator[None]:
    """Close the connection soon after its key expires or is revoked, although it may only listen."""
    key = caller_of(socket)
    watching = asyncio.create_task(_watch(socket, key)) if key is not None else None
    try:
        yield
    finally:
        if watching is not None:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


async def _watch(socket: WebSocket, key: Key) -> None:
    services = services_of(socket.app)
    keys = services.store.keys
    while True:
        await asyncio.sleep(services.limits.look_at_keys)
        with contextlib.suppress(SQLAlchemyError):
            if not await run_in_threadpool(keys.lives, key.id):
                with contextlib.suppress(RuntimeError):  # closed meanwhile
                    await socket.close(KEY_REFUSED, "the key was revoked or has expired")
                return
