"""`GET /v1/holidays`: public holidays with their names, as a calendar shows them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.openapi import refusals
from api.routes.language import language_of
from solver import Fault, ProblemError
from solver.domain.codes import Code
from solver.domain.period import HolidayRule

router = APIRouter(tags=["reference"])
MOST_YEARS = 10
_SPOKEN = {"en": "en_US"}


class Holiday(BaseModel):
    """One public holiday."""

    date: str
    name: str


@router.get("/holidays", summary="List public holidays", response_model=list[Holiday], responses=refusals(422))
def list_holidays(
    request: Request,
    start: Annotated[date, Query(description="the first date")],
    end: Annotated[date, Query(description="the last one")],
    country: Annotated[str, Query(min_length=1, max_length=10)] = "JP",
    subdivision: Annotated[str | None, Query(min_length=1, max_length=20)] = None,
) -> JSONResponse:
    """List them by date, named in the language asked for where the country's are. Computed offline."""
    import holidays as public_holidays

    if not HolidayRule(country=country, subdivision=subdivision).known():
        raise _refused(country, "as country: one that the holidays package knows, such as JP, and a subdivision of it")
    if not start.year <= end.year < start.year + MOST_YEARS:
        raise _refused(str(end), f"as end: a date from {start} on, within {MOST_YEARS} years")
    language = language_of(request)
    found = public_holidays.country_holidays(
        country,
        subdiv=subdivision,
        years=range(start.year, end.year + 1),
        language=_SPOKEN.get(language, language),
    )
    return JSONResponse([{"date": str(day), "name": found[day]} for day in sorted(found) if start <= day <= end])


def _refused(value: str, expected: str) -> ProblemError:
    return ProblemError((Fault(Code.BAD_VALUE, "", value, expected),))
