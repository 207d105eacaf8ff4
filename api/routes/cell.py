"""`POST /v1/explain/cell`: why this symbol, and what would another one cost."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.openapi import refusals, takes
from api.routes.offload import offload
from api.solving.wire import Mark
from solver import CellAnswer, Problem
from solver.domain.base import Day

router = APIRouter(tags=["questions"])


class CellRequest(BaseModel):
    """A roster, and one of its cells."""

    problem: Problem
    schedule: dict[str, dict[str, str]] = Field(
        description="staff id → date → symbol; or a whole result of `POST /v1/solve`"
    )
    staff_id: str = Field(description="whose cell")
    date: Day


@router.post(
    "/explain/cell",
    summary="Why this symbol?",
    response_model=CellAnswer,
    response_description="every symbol the cell could have: what it costs, what it breaks and mends, what forbids it",
    responses=refusals(400, 408, 413, 415, 422, 429, 503),
    openapi_extra=takes(CellRequest),
)
async def explain_cell(request: Request) -> Response:
    """Tell what each symbol would make of one cell, all others staying as they are. Nothing is solved or changed."""
    return await offload(request, Mark.CELL)
