"""`GET /health`: is the server alive, and does it take on work."""

from __future__ import annotations

from typing import Any, Final, Literal

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


class Live(BaseModel):
    """The server answers."""

    live: bool
    version: str
    engine: str


class Health(Live):
    """The state of this server."""

    ready: bool = Field(description="whether it takes on work: all of the following are well")
    accepting: bool = Field(description="false while it shuts down")
    database: Literal["up", "down", "outdated"] = Field(description="outdated: its tables are not those of this version")
    workers: Literal["up", "down"] = Field(description="whether processes that solve run, or can be started")
    solves: Load


NOT_READY: Final[dict[int | str, dict[str, Any]]] = {503: {"model": Health, "description": "not ready"}}


@router.get("/health", summary="Health", response_model=Health, responses=NOT_READY)
async def health(request: Request, response: Response) -> Health:
    """Tell that the server is alive (it answers at all), whether it is ready (200) or not (503), and how busy it is."""
    services = services_of(request.app)
    pool, found = services.solves, await services.state()
    ready = pool.accepting and found.ready
    if not ready:
        response.status_code = 503
    return Health(
        live=True,
        ready=ready,
        accepting=pool.accepting,
        **found._asdict(),
        version=version(),
        engine=engine(),
        solves=Load(running=pool.running, at_once=pool.size, waiting=pool.waiting, room=pool.room),
    )


@router.get("/health/live", summary="Liveness", response_model=Live)
async def live() -> Live:
    """Tell that the server answers; whoever restarts servers asks this, as a restart mends no database."""
    return Live(live=True, version=version(), engine=engine())


@router.get("/health/ready", summary="Readiness", response_model=Health, responses=NOT_READY)
async def ready(request: Request, response: Response) -> Health:
    """Tell whether to send it work: the same as `/health`."""
    return await health(request, response)


router.add_api_route("/health", health, methods=["HEAD"], include_in_schema=False)
router.add_api_route("/health/live", live, methods=["HEAD"], include_in_schema=False)
router.add_api_route("/health/ready", ready, methods=["HEAD"], include_in_schema=False)
