"""`POST /v1/solve`: a problem in, its result out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Problem, Result

router = APIRouter(tags=["solve"])


@router.post(
    "/solve",
    summary="Solve a problem",
    response_model=Result,
    response_description="the schedule, what is wrong with it, and how far from the best it can be",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(Problem),
)
async def solve(request: Request) -> Response:
    """Find the best schedule that `options.time_limit` (at most 60 seconds here) allows.

    The answer is 200 for every `status`, INFEASIBLE included. A client that hangs up ends its solve; a server that is
    shut down answers with the best schedule so far and status CANCELLED.
    """
    return await offload(request, Mark.SOLVE)
