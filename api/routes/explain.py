"""`POST /v1/explain`: why a problem has no schedule, and what would make one possible."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.openapi import refusals, takes
from api.routes.body import read_body
from api.routes.offload import offload_body
from api.services import services_of
from api.solving.prices import read_prices, with_prices
from api.solving.wire import Mark
from solver import Explanation, Problem
from solver.explain.edits import PRICES

router = APIRouter(tags=["solve"])

Prices = Annotated[
    list[str] | None,
    Query(
        alias="price",
        description="KIND=NUMBER, may be repeated: what a change of this kind costs instead of the usual, such as "
        "`?price=prefilled=50&price=employment=30`. Kinds: "
        + ", ".join(f"`{kind}` ({cost})" for kind, cost in PRICES.items()),
    ),
]


@router.post(
    "/explain",
    summary="Explain a problem",
    response_model=Explanation,
    response_description="the hard facts that cannot hold together, and the cheapest changes that would help",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(Problem),
)
async def explain(request: Request, price: Prices = None) -> Response:
    """Find out within `options.time_limit` (at most 60 seconds here) whether the hard rules can hold together.

    If not: which of them cannot, as minimal sets without a common fact, and the cheapest repairs, each a JSON Patch of the
    canonical problem (`problem` of `POST /v1/validate` or `/v1/solve`); `price` says which changes are cheap.
    FEASIBLE is an answer too, with nothing to explain.
    """
    prices = read_prices(price or [])
    body = await read_body(request, services_of(request.app).limits)
    return await offload_body(request, Mark.EXPLAIN, with_prices(prices, body))
