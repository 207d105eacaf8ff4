"""What the routes of the settings store share: its calls in threads, revisions in headers, who changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

from fastapi import Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.access.guard import caller_of
from api.routes.body import read_body
from api.services import services_of
from store import Store

T = TypeVar("T")
Rid = Annotated[str, Path(description="the restaurant's id, chosen by whoever creates it", max_length=200)]
BASE: Final[dict[str, Any]] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "the revision the client read, as in `ETag`",
    "schema": {"type": "string", "examples": ['"17"']},
}
ACTOR: Final[dict[str, Any]] = {
    "name": "X-Actor",
    "in": "header",
    "required": False,
    "description": "who changes; stands in the change log, after the key's name",
    "schema": {"type": "string", "maxLength": 200},
}
_TAG = re.compile(r'(?:W/)?"?(\d{1,15})"?', re.ASCII)


class Revised(BaseModel):
    """The revision a change made, or the present one where nothing differed."""

    revision: int


class Named(BaseModel):
    """A name to give."""

    name: str = Field(max_length=200)


class Labelled(BaseModel):
    """A label to give."""

    label: str = Field(max_length=200)


def changing(schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """Declare a route that changes something: its headers and, as it reads it raw, its body."""
    declared: dict[str, Any] = {"parameters": [BASE, ACTOR]}
    if schema is not None:
        declared["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return declared


async def in_store(request: Request, call: Callable[[Store], T]) -> T:
    """Ask the store in a thread, as it waits for the disk and for other writers."""
    return await run_in_threadpool(call, services_of(request.app).store)


async def body_of(request: Request) -> bytes:
    """Read the body raw."""
    return await read_body(request, services_of(request.app).limits)


def base_of(request: Request) -> int | None:
    """Find the revision of If-Match; None where there is none."""
    given = request.headers.get("if-match")
    if given is None:
        return None
    found = _TAG.fullmatch(given.strip())
    if found is None:
        raise HTTPException(400, 'If-Match: a revision is expected, such as "17"')
    return int(found[1])


def actor_of(request: Request) -> str:
    """Tell who changes something: the key's name, and who the client says it is for."""
    said, key = _utf8(request.headers.get("x-actor", ""))[:200], caller_of(request)
    if key is None:
        return said
    return f"{key.name}: {said}" if said else key.name


def _utf8(header: str) -> str:
    """Read a header that HTTP hands over as Latin-1; most clients write UTF-8."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header


def tagged(content: Any, revision: int, status: int = 200) -> JSONResponse:
    """Answer with the revision as ETag."""
    return JSONResponse(content, status, {"ETag": f'"{revision}"'})
