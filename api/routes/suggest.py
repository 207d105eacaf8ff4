"""`POST /v1/suggest/cover`: who can stand in for somebody."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Problem
from solver.domain.base import Day
from solver.questions.cover import CoverSuggestions

router = APIRouter(tags=["questions"])


class CoverRequest(BaseModel):
    """A roster, and who is off when."""

    problem: Problem
    schedule: dict[str, dict[str, str]] = Field(
        description="staff id → date → symbol; or a whole result of `POST /v1/solve`"
    )
    staff_id: str = Field(description="who is off")
    dates: list[Day] = Field(min_length=1)
    symbol: str | None = Field(default=None, description="what he stands on instead; absent: ×, or ⊘ where there is no ×")
    limit: int | None = Field(default=None, ge=1, description="at most so many options a date")


@router.post(
    "/suggest/cover",
    summary="Who can stand in?",
    response_model=CoverSuggestions,
    response_description="ranked options for every date, each with the cells it changes and what it breaks",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(CoverRequest),
)
async def suggest_cover(request: Request) -> Response:
    """Rank who can stand in for a person on each of some dates: backups in order, then others, then nobody.

    Every option is judged by the rules; those who cannot come are listed last, with the reason. Nothing is changed.
    """
    return await offload(request, Mark.COVER)
