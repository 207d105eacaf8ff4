"""`POST /v1/explain`: why a problem has no schedule, and what would make one possible."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Explanation, Problem

router = APIRouter(tags=["solve"])


@router.post(
    "/explain",
    summary="Explain a problem",
    response_model=Explanation,
    response_description="the hard facts that cannot hold together, and the cheapest changes that would help",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(Problem),
)
async def explain(request: Request) -> Response:
    """Find out within `options.time_limit` (at most 60 seconds here) whether the hard rules can hold together.

    If not: which of them cannot, as minimal sets without a common fact, and the cheapest repairs, each a JSON Patch of the
    canonical problem (`problem` of `POST /v1/validate` or `/v1/solve`). FEASIBLE is an answer too, with nothing to explain.
    """
    return await offload(request, Mark.EXPLAIN)
