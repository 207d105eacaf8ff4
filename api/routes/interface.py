"""`GET /asyncapi.json`: what `/openapi.json` cannot say, the messages of the WebSocket."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter

from api.asyncapi import describe

router = APIRouter(tags=["reference"])
_document = cache(describe)


@router.get("/asyncapi.json", summary="The WebSocket's messages", response_model=dict[str, Any])
async def asyncapi() -> dict[str, Any]:
    """Describe every message of `/v1/restaurants/{rid}/ws` in AsyncAPI 3."""
    return _document()
