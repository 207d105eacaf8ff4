"""`POST /v1/restaurants/{rid}/solve`, `/check` and so on: from what is stored, so that only the rest is sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from api.openapi import refusals
from api.routes.check import CheckAnswer
from api.routes.explain import Prices
from api.routes.offload import offload_body
from api.routes.store import Rid, body_of, in_store
from api.solving.prices import read_prices, with_prices
from api.solving.wire import Mark
from solver import Drill, Explanation, Fault, FreeDays, ProblemError, Result
from solver.domain.codes import Code
from store.reading import read_json

router = APIRouter(tags=["restaurants"])
_REFUSALS = refusals(400, 404, 408, 413, 415, 422, 429, 503)
_PERIOD = {"$ref": "#/components/schemas/Period"}
_REST: dict[str, Any] = {
    "type": "object",
    "description": "a problem without `staff` and `settings`",
    "properties": {"period": _PERIOD},
    "required": ["period"],
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _completed(rest: dict[str, Any], stored: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Make a problem of what was sent and what is stored.

    Raises
    ------
    ProblemError
        The client sent what is stored.
    """
    twice = [name for name in ("staff", "settings") if name in rest]
    if twice:
        expected = "nothing: what is stored is used; POST /v1/solve takes a problem as a whole"
        raise ProblemError(tuple(Fault(Code.FIELD_TWICE, f"{place}/{name}", name, expected) for name in twice))
    return {**rest, "staff": stored["staff"], "settings": stored["settings"]}


async def _whole(request: Request, rid: str, mark: Mark) -> Response:
    """Answer a route whose body is a problem."""
    rest = read_json(await body_of(request))
    stored = await in_store(request, lambda store: store.settings(rid))
    return await offload_body(request, mark, to_json(_completed(rest, stored)))


async def _part(request: Request, rid: str, mark: Mark) -> Response:
    """Answer a route whose body has a problem as one of its parts."""
    sent = read_json(await body_of(request))
    stored = await in_store(request, lambda store: store.settings(rid))
    if isinstance(sent.get("problem"), dict):
        sent["problem"] = _completed(sent["problem"], stored, "/problem")
    return await offload_body(request, mark, to_json(sent))


def _asking(*optional: str) -> dict[str, Any]:
    """Declare a body with a problem and a schedule."""
    lists = {name: {"type": "array", "items": {"type": "string"}} for name in optional}
    return _body({"type": "object", "properties": {"problem": _REST, "schedule": {"type": "object"}, **lists}})


@router.post(
    "/restaurants/{rid}/solve",
    summary="Solve from what is stored",
    response_model=Result,
    responses=_REFUSALS,
    openapi_extra=_body(_REST),
)
async def solve_stored(request: Request, rid: Rid) -> Response:
    """Solve a problem whose staff and settings are those of the restaurant; the rest is sent as for `POST /v1/solve`."""
    return await _whole(request, rid, Mark.SOLVE)


@router.post(
    "/restaurants/{rid}/explain",
    summary="Explain what is stored",
    response_model=Explanation,
    responses=_REFUSALS,
    openapi_extra=_body(_REST),
)
async def explain_stored(request: Request, rid: Rid, price: Prices = None) -> Response:
    """Find out whether the restaurant's hard rules can hold together, as `POST /v1/explain` does."""
    prices = read_prices(price or [])
    rest = read_json(await body_of(request))
    stored = await in_store(request, lambda store: store.settings(rid))
    return await offload_body(request, Mark.EXPLAIN, with_prices(prices, to_json(_completed(rest, stored))))


@router.post(
    "/restaurants/{rid}/check",
    summary="Check a schedule against what is stored",
    response_model=CheckAnswer,
    responses=_REFUSALS,
    openapi_extra=_asking(),
)
async def check_stored(request: Request, rid: Rid) -> Response:
    """Judge a schedule by the restaurant's settings; `problem` is sent without staff and settings."""
    return await _part(request, rid, Mark.CHECK)


@router.post(
    "/restaurants/{rid}/drill",
    summary="Try every sick call on what is stored",
    response_model=Drill,
    responses=_REFUSALS,
    openapi_extra=_asking(),
)
async def drill_stored(request: Request, rid: Rid) -> Response:
    """Try each person's absence, as `POST /v1/drill` does; `problem` is sent without staff and settings."""
    return await _part(request, rid, Mark.DRILL)


@router.post(
    "/restaurants/{rid}/free-days",
    summary="Tell who can be off when, from what is stored",
    response_model=FreeDays,
    responses=_REFUSALS,
    openapi_extra=_asking("staff_ids", "dates"),
)
async def free_days_stored(request: Request, rid: Rid) -> Response:
    """Tell who can be off, as `POST /v1/free-days` does; `problem` is sent without staff and settings."""
    return await _part(request, rid, Mark.FREE_DAYS)
