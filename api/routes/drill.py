"""`POST /v1/drill`: which sick calls a roster survives."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Problem
from solver.questions.drill import Drill

router = APIRouter(tags=["questions"])


class DrillRequest(BaseModel):
    """A problem, and the roster to be drilled."""

    problem: Problem
    schedule: dict[str, dict[str, str]] | None = Field(
        default=None, description="staff id → date → symbol, or a whole result; absent: one is solved for first"
    )


@router.post(
    "/drill",
    summary="Run the absence drill",
    response_model=Drill,
    response_description="the share of sick calls survived, the failures, the weakest links and every chain's slack",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(DrillRequest),
)
async def drill(request: Request) -> Response:
    """Try every single sick call against a roster, within `options.time_limit` (at most 60 seconds here).

    Only cells of the same date may change. Calls the time does not allow are counted as `untried`, never as survived.
    """
    return await offload(request, Mark.DRILL)
