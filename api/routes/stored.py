"""`POST /v1/restaurants/{rid}/solve`, `/check` and so on: from what is stored, so that only the rest is sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from pydantic_core import to_json

from api.openapi import LANGUAGE, refusals
from api.routes.check import CheckAnswer
from api.routes.explain import Prices
from api.routes.jobs import IDEMPOTENCY, PRIORITY, WEBHOOK, JobMeta, submit
from api.routes.offload import offload_body
from api.routes.store import Rid, body_of, in_store
from api.solving.prices import read_prices, with_prices
from api.solving.wire import Mark
from api.stored import within
from solver import CellAnswer, Drill, Explanation, Fault, FreeDays, ProblemError, Result
from solver.domain.codes import Code
from solver.domain.period import Period
from solver.questions.cover import CoverSuggestions
from store.reading import read_json

router = APIRouter(tags=["restaurants"])
_REFUSALS = refusals(400, 404, 408, 413, 415, 422, 429, 503)
_PERIOD = {"$ref": "#/components/schemas/Period"}
_REST: dict[str, Any] = {
    "type": "object",
    "description": "a problem without `staff` and `settings`; `prefilled` and `history`, if sent, replace the stored ones",
    "properties": {"period": _PERIOD},
    "required": ["period"],
}
_JOB: dict[str, Any] = {**_REST, "properties": {"period": _PERIOD, "priority": PRIORITY, "webhook_url": WEBHOOK}}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _completed(request: Request, rid: str, rest: dict[str, Any], place: str = "") -> dict[str, Any]:
    """Make a problem of what was sent and what is stored.

    Cells that are filled in, and what stood before the period, are the stored ones unless the client sends its own.

    Raises
    ------
    ProblemError
        The client sent what is stored.
    """
    twice = [name for name in ("staff", "settings") if name in rest]
    if twice:
        expected = "nothing: what is stored is used; POST /v1/solve takes a problem as a whole"
        raise ProblemError(tuple(Fault(Code.FIELD_TWICE, f"{place}/{name}", name, expected) for name in twice))
    period = _period(rest.get("period"))
    stored = await in_store(request, lambda store: store.basis(rid, period))
    cells = {name: stored[name] for name in ("prefilled", "history") if rest.get(name) is None}
    return {**rest, **cells, "staff": stored["staff"], "settings": within(stored["settings"], rest.get("period"))}


def _period(sent: Any) -> tuple[date, date] | None:
    """Read the period as far as it can be read; what is wrong with it the problem's reader tells."""
    try:
        period = Period.model_validate(sent)
    except ValidationError:
        return None
    return (period.start, period.end) if period.start <= period.end else None


async def _whole(request: Request, rid: str, mark: Mark) -> Response:
    """Answer a route whose body is a problem."""
    rest = read_json(await body_of(request))
    return await offload_body(request, mark, to_json(await _completed(request, rid, rest)))


async def _part(request: Request, rid: str, mark: Mark) -> Response:
    """Answer a route whose body has a problem as one of its parts."""
    sent = read_json(await body_of(request))
    if isinstance(sent.get("problem"), dict):
        sent["problem"] = await _completed(request, rid, sent["problem"], "/problem")
    else:
        await in_store(request, lambda store: store.restaurant(rid))
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
    """Solve a problem whose staff and settings are those of the restaurant; the rest is sent as for `POST /v1/solve`.

    `prefilled` and `history` too are the stored ones unless they are sent: the cells of the period that are filled in, as
    far as somebody is employed on them, and what the published rosters in force say of the month before it.
    """
    return await _whole(request, rid, Mark.SOLVE)


@router.post(
    "/restaurants/{rid}/jobs",
    summary="Submit a job from what is stored",
    status_code=202,
    response_model=JobMeta,
    response_description="accepted: it will end, whatever dies meanwhile",
    responses=_REFUSALS,
    openapi_extra={"parameters": [LANGUAGE, IDEMPOTENCY], **_body(_JOB)},
)
async def submit_stored(request: Request, rid: Rid) -> Response:
    """Have the restaurant's problem solved while nobody waits, as `POST /v1/jobs` does; the job is the restaurant's.

    What is stored is read now: a change made later is none of the job's. The same request sent again with its
    Idempotency-Key is the same job as long as nothing was changed in between.
    """
    rest = read_json(await body_of(request))
    return await submit(request, to_json(await _completed(request, rid, rest)), rid)


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
    return await offload_body(request, Mark.EXPLAIN, with_prices(prices, to_json(await _completed(request, rid, rest))))


@router.post(
    "/restaurants/{rid}/explain/cell",
    summary="Why this symbol, by what is stored?",
    response_model=CellAnswer,
    responses=_REFUSALS,
    openapi_extra=_body(
        {
            "type": "object",
            "required": ["problem", "schedule", "staff_id", "date"],
            "properties": {
                "problem": _REST,
                "schedule": {"type": "object"},
                "staff_id": {"type": "string"},
                "date": {"type": "string", "format": "date"},
            },
        }
    ),
)
async def explain_cell_stored(request: Request, rid: Rid) -> Response:
    """Tell what each symbol would make of a cell, as `POST /v1/explain/cell`; `problem` is without staff and settings."""
    return await _part(request, rid, Mark.CELL)


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
    "/restaurants/{rid}/suggest/cover",
    summary="Suggest who stands in, from what is stored",
    response_model=CoverSuggestions,
    responses=_REFUSALS,
    openapi_extra=_body(
        {
            "type": "object",
            "required": ["problem", "schedule", "staff_id", "dates"],
            "properties": {
                "problem": _REST,
                "schedule": {"type": "object"},
                "staff_id": {"type": "string"},
                "dates": {"type": "array", "items": {"type": "string", "format": "date"}},
                "symbol": {"type": "string"},
                "limit": {"type": "integer", "minimum": 1},
            },
        }
    ),
)
async def suggest_cover_stored(request: Request, rid: Rid) -> Response:
    """Rank who can stand in, as `POST /v1/suggest/cover` does; `problem` is sent without staff and settings."""
    return await _part(request, rid, Mark.COVER)


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
