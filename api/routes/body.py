"""Request bodies, read raw: parsing them twice or loosely would lose what the problem reader must see."""

from __future__ import annotations

import asyncio

from fastapi import Request

from api.faults import BodyTooLarge, BodyTooSlow, NotJsonMedia
from api.limits import Limits

_UNSAID = ("", "application/x-www-form-urlencoded", "text/plain", "application/octet-stream")
"""What common clients send where nobody told them that it is JSON."""


_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/jsonlines")


async def read_body(request: Request, limits: Limits, *, lines: bool = False) -> bytes:
    """Read the whole body; with `lines` it may say that it consists of JSON lines.

    Raises
    ------
    BodyTooLarge
        As soon as it is known, whatever Content-Length says.
    BodyTooSlow
        After `limits.slowest_body` seconds.
    NotJsonMedia
        Its headers name another format.
    """
    _refuse_other_media(request, (*_UNSAID, *_LINES) if lines else _UNSAID)
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limits.largest_body:
        raise BodyTooLarge(limits.largest_body)
    body = bytearray()
    try:
        async with asyncio.timeout(limits.slowest_body):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.largest_body:
                    raise BodyTooLarge(limits.largest_body)
    except TimeoutError:
        raise BodyTooSlow from None
    return bytes(body)


def _refuse_other_media(request: Request, unsaid: tuple[str, ...]) -> None:
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise NotJsonMedia(f"content-encoding {coding}: the body must be sent as it is")
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in unsaid and media != "application/json" and not media.endswith("+json"):
        raise NotJsonMedia(f"content-type {media}: the body must be sent as application/json")
