"""Questions about a roster: who can stand in, who can be off when, what if any one of us is sick."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import CoverSuggestion, Drill, FreeDays, Problem

router = APIRouter(tags=["questions"])
_SCHEDULE = "staff id → date → symbol; or a whole result of `POST /v1/solve`"
_OR_SOLVED = f"{_SCHEDULE}; absent: the problem is solved first"


class SuggestRequest(BaseModel):
    """Somebody who is off on some dates of a roster."""

    problem: Problem
    schedule: dict[str, dict[str, str]] = Field(description=_SCHEDULE)
    staff_id: str
    dates: list[str] = Field(min_length=1, description="ISO dates of the period on which he is employed")
    symbol: str | None = Field(default=None, description="what he stands on: a symbol of kind off or away; absent: ×")


class DrillRequest(BaseModel):
    """A roster to be tried."""

    problem: Problem
    schedule: dict[str, dict[str, str]] | None = Field(default=None, description=_OR_SOLVED)


class FreeDaysRequest(BaseModel):
    """A roster, and whose days off are asked for."""

    problem: Problem
    schedule: dict[str, dict[str, str]] | None = Field(default=None, description=_OR_SOLVED)
    staff_ids: list[str] | None = Field(default=None, description="absent: everybody")
    dates: list[str] | None = Field(default=None, description="absent: the whole period")


REQUESTS = (SuggestRequest, DrillRequest, FreeDaysRequest)


@router.post(
    "/suggest/cover",
    summary="Suggest who can stand in",
    response_model=CoverSuggestion,
    response_description="for every date the ways to make up for the absence, best first, and who cannot and why",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(SuggestRequest),
)
async def suggest_cover(request: Request) -> Response:
    """Rank who can stand in while somebody is off: his groups' backups in order, then anyone able, then nobody.

    Each option says which cells it changes, what it does to the soft penalty, and what it breaks that was kept before.
    Options that would break a hard rule are told apart, with the reason.
    """
    return await offload(request, Mark.SUGGEST)


@router.post(
    "/drill",
    summary="Try every sick call",
    response_model=Drill,
    response_description="the share of sick calls survived, the weakest links, the slack of each backup chain",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(DrillRequest),
)
async def drill(request: Request) -> Response:
    """Try each person's absence on each date at work, and whether changes of that date alone make up for it.

    Takes at most `options.time_limit`; calls that were not tried are counted as such.
    """
    return await offload(request, Mark.DRILL)


@router.post(
    "/free-days",
    summary="Tell who can be off when",
    response_model=FreeDays,
    response_description="person by person, date by date: free, only if others move, or impossible and why",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(FreeDaysRequest),
)
async def free_days(request: Request) -> Response:
    """Tell for every person and date whether he can be off.

    *free*: with nothing else changed; *only_if*: others have to move, and who; *impossible*: which rules forbid it.
    """
    return await offload(request, Mark.FREE_DAYS)
