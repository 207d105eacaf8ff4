"""`GET /health`: is the server alive, and does it take on work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.services import services_of
from solver.result import engine, version

router = APIRouter(tags=["reference"])


class Load(BaseModel):
    """How busy the solving workers are."""

    running: int
    at_once: int
    waiting: int
    room: int = Field(description="how many may wait; past it the answer is 429")


class Health(BaseModel):
    """The state of this server."""

    live: bool
    ready: bool = Field(description="whether it takes on work; false while it shuts down")
    version: str
    engine: str
    solves: Load


@router.head("/health", include_in_schema=False)
@router.get(
    "/health", summary="Health", response_model=Health, responses={503: {"model": Health, "description": "not ready"}}
)
async def health(request: Request, response: Response) -> Health:
    """Tell that the server is alive (it answers at all), whether it is ready (200) or not (503), and how busy it is."""
    pool = services_of(request.app).solves
    if not pool.accepting:
        response.status_code = 503
    solves = Load(running=pool.running, at_once=pool.size, waiting=pool.waiting, room=pool.room)
    return Health(live=True, ready=pool.accepting, version=version(), engine=engine(), solves=solves)
