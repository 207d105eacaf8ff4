"""`POST /v1/check`: any schedule judged by the rules of a problem."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Cover, Problem, Score, Violation
from solver.domain.fault import Notice

router = APIRouter(tags=["solve"])


class CheckRequest(BaseModel):
    """A problem and a schedule for it."""

    problem: Problem
    schedule: dict[str, dict[str, str]] = Field(
        description="staff id → date → symbol; or a whole result of `POST /v1/solve`"
    )
    covers: list[Cover] | None = Field(default=None, description="covers to be verified; absent: the best there are")


class CheckAnswer(BaseModel):
    """What is wrong with a schedule."""

    violations: list[Violation]
    covers: list[Cover]
    score: Score
    warnings: list[Notice] = Field(description="about the problem, not the schedule")


@router.post(
    "/check",
    summary="Check a schedule",
    response_model=CheckAnswer,
    response_description="every violation, who covers whom, and the score",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(CheckRequest),
)
async def check(request: Request) -> Response:
    """Judge a schedule, wherever it comes from, by the rules of a problem. Nothing is solved or changed."""
    return await offload(request, Mark.CHECK)
