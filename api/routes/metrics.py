"""`GET /metrics`: figures for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.services import services_of

router = APIRouter(tags=["reference"])


@router.get(
    "/metrics",
    summary="Metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' text format"}},
)
async def metrics(request: Request) -> Response:
    """Tell figures of this process: requests, solves and the like, WebSocket clients, changes and how fast they are told."""
    return Response(services_of(request.app).metrics.text(), media_type=CONTENT_TYPE_LATEST)


router.add_api_route("/metrics", metrics, methods=["HEAD"], include_in_schema=False)
