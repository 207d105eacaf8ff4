"""`GET /v1/codes`: the catalogue of codes."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from api.openapi import refusals
from solver import catalogue

router = APIRouter(tags=["reference"])


class CodeRow(BaseModel):
    """One code."""

    code: str
    severity: Literal["fault", "warning"]
    meaning: str


@router.get(
    "/codes",
    summary="List the codes of faults and warnings",
    response_model=list[CodeRow],
    responses=refusals(),
)
async def codes() -> list[dict[str, str]]:
    """List every fault that refuses a problem (in `errors` and `faults`) and every warning that goes with a result."""
    return [row._asdict() for row in catalogue()]
