"""`GET /v1/demo`: ready problems to try."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.openapi import refusals, schema_of
from datasets import examples, load
from solver import Problem

router = APIRouter(tags=["reference"])

_SHOWN = {
    "description": "a problem as `POST /v1/solve` reads it; one has its settings as the older client wrote them",
    "anyOf": [schema_of(Problem), {"type": "object", "properties": {"settings": {"type": "object"}}}],
}


class Demo(BaseModel):
    """One shipped problem."""

    name: str
    title: str
    why: str


@router.get("/demo", summary="List the shipped problems", response_model=list[Demo], responses=refusals())
def demos() -> list[dict[str, Any]]:
    """List the shipped problems by name, each with the fact of life it shows."""
    return [{"name": example.name, "title": example.title, "why": example.why} for example in examples()]


@router.get(
    "/demo/{name}",
    summary="Get a shipped problem",
    response_model=None,
    responses={
        200: {"description": "a problem", "content": {"application/json": {"schema": _SHOWN}}},
        **refusals(404),
    },
)
def demo(name: Annotated[str, Path(examples=["kitchen"])]) -> JSONResponse:
    """Get one of them as a request body, ready for `POST /v1/solve`."""
    names = [example.name for example in examples()]
    if name not in names:
        raise HTTPException(404, f"no shipped problem of this name; there are {', '.join(names)}")
    return JSONResponse(load(name))
