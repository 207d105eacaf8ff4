"""`POST /v1/free-days`: who can be off on which date."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Problem
from solver.domain.base import Day
from solver.questions.free import FreeDays

router = APIRouter(tags=["questions"])


class FreeDaysRequest(BaseModel):
    """A problem, and whose days and which dates are asked about."""

    problem: Problem
    schedule: dict[str, dict[str, str]] | None = Field(
        default=None, description="staff id → date → symbol, or a whole result; absent: one is solved for first"
    )
    staff_ids: list[str] | None = Field(default=None, description="absent: everybody")
    dates: list[Day] | None = Field(default=None, description="absent: the whole period")


@router.post(
    "/free-days",
    summary="Who can be off when?",
    response_model=FreeDays,
    response_description="one cell per person and date: free, only_if others move, impossible with its reason, or unknown",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(FreeDaysRequest),
)
async def free_days(request: Request) -> Response:
    """Tell for each person and date whether he may be off, measured against a roster, within `options.time_limit` (≤ 60 s).

    What the time does not allow to decide is `unknown`.
    """
    return await offload(request, Mark.FREE_DAYS)
