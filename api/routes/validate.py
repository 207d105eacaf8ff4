"""`POST /v1/validate`: what is wrong with a problem, without solving it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.faults import FaultRow
from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import Problem
from solver.domain.fault import Notice

router = APIRouter(tags=["solve"])


class Validation(BaseModel):
    """What can be said of a problem before any solve."""

    valid: bool
    faults: list[FaultRow] = Field(description="what refuses it; the `errors` that `POST /v1/solve` would answer with")
    warnings: list[Notice] = Field(description="what the manager should know although it can be solved")
    problem: dict[str, Any] | None = Field(description="the canonical problem, defaults filled in; null where it has faults")
    request_hash: str | None = Field(description="sha256 of the canonical problem")


@router.post(
    "/validate",
    summary="Validate a problem",
    response_model=Validation,
    response_description="its faults, or its warnings and canonical form",
    responses=refusals(400, 408, 413, 415, 429, 503),
    openapi_extra=takes(Problem),
)
async def validate(request: Request) -> Response:
    """Name every fault, or the warnings of the timelines and the counting checks.

    The question is whether the problem is valid, so "no" is an answer with status 200 too. Only a body that is not JSON is
    refused.
    """
    return await offload(request, Mark.VALIDATE)
