"""`/v1/restaurants/{rid}/coverage` and `/suggestions/backups`: the dashboard, from settings and rosters in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from api.openapi import LANGUAGE, refusals
from api.routes.offload import offload_body
from api.routes.store import Rid, in_store
from api.solving.wire import Mark
from solver import BackupSuggestions, CoverageReport, Fault, ProblemError
from solver.domain.base import Day
from solver.domain.codes import Code
from solver.domain.period import Period
from solver.domain.problem import MOST_DAYS
from solver.questions.coverage import EXPIRES_WITHIN
from solver.questions.new_backups import MOST_CANDIDATES

router = APIRouter(tags=["restaurants"])
_REFUSALS = refusals(404, 422, 429, 503)
_DAY: TypeAdapter[date] = TypeAdapter(Day)
_ISO_DATE = {"format": "date"}
From = Annotated[str | None, Query(alias="from", json_schema_extra=_ISO_DATE, description="first date; goes with `to`")]
To = Annotated[
    str | None,
    Query(
        json_schema_extra=_ISO_DATE,
        description="last date; without both dates: the chosen roster's, else the newest roster's, else this month",
    ),
]
RosterChosen = Annotated[
    str | None,
    Query(description="id of the roster to judge; without: on each date the one in force, else the draft changed last"),
]


class RosterRun(BaseModel):
    """Which roster was judged on some dates."""

    roster_id: str
    status: Literal["draft", "published"]
    start: str
    end: str


class Judged(BaseModel):
    """What was judged."""

    revision: int = Field(description="of the settings; they are today's, also for a roster made with others")
    rosters: list[RosterRun] = Field(description="by date; dates without a roster are in none")
    cells_left_out: int = Field(description="cells of people or symbols that the settings no longer have")


class Coverage(CoverageReport, Judged):
    """The dashboard's figures for some dates."""


class BackupCandidates(BackupSuggestions, Judged):
    """Who should become a backup of which group."""

    period: Period


@router.get(
    "/restaurants/{rid}/coverage",
    summary="Tell how absences are covered",
    response_model=Coverage,
    responses=_REFUSALS,
    openapi_extra={"parameters": [LANGUAGE]},
)
async def get_coverage(
    request: Request,
    rid: Rid,
    from_: From = None,
    to: To = None,
    roster: RosterChosen = None,
    within: Annotated[
        int, Query(ge=0, le=MOST_DAYS, description="days after `to` in which an ending assignment is an alert")
    ] = EXPIRES_WITHIN,
) -> Response:
    """Tell, per group and date, who was absent, who covered and why others did not; the load of each backup; and alerts.

    Alerts are absences without cover, groups without a backup, dates on which no backup could come, chains that one more
    absence breaks in the period after, and assignments about to end. All but the first need no roster.
    """
    board = await _board(request, rid, from_, to, roster)
    return await offload_body(request, Mark.COVERAGE, to_json({**board, "expires_within": within}))


@router.get(
    "/restaurants/{rid}/suggestions/backups",
    summary="Suggest new backups",
    response_model=BackupCandidates,
    responses=_REFUSALS,
    openapi_extra={"parameters": [LANGUAGE]},
)
async def suggest_new_backups(
    request: Request,
    rid: Rid,
    from_: From = None,
    to: To = None,
    roster: RosterChosen = None,
    group: Annotated[str | None, Query(description="id of the only group to look at")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="most candidates of a group")] = MOST_CANDIDATES,
) -> Response:
    """Rank who should become a backup of each group, by availability, skills and load, with the numbers.

    `assignment` of a candidate is the body for `POST …/backup-assignments`; posted twice it is created once.
    """
    board = await _board(request, rid, from_, to, roster)
    return await offload_body(request, Mark.NEW_BACKUPS, to_json({**board, "group_id": group, "limit": limit}))


async def _board(request: Request, rid: str, start: str | None, end: str | None, roster: str | None) -> dict[str, Any]:
    """Collect what the store knows about the dates."""
    dates = _dates(start, end)
    stored, held = await in_store(request, lambda store: store.board(rid, dates, roster))
    if held is None:
        return {"period": _this_month(), "stored": stored, "schedule": {}, "prefilled": {}, "rosters": [], "rostered": []}
    return {
        "period": held.period,
        "stored": stored,
        "schedule": held.schedule,
        "prefilled": held.prefilled,
        "rosters": held.sources,
        "rostered": held.dates,
    }


def _dates(start: str | None, end: str | None) -> tuple[date, date] | None:
    """Read both dates, or none.

    Raises
    ------
    ProblemError
        With every fault: no dates, reversed, too many, one without the other.
    """
    if start is None and end is None:
        return None
    faults: list[Fault] = []
    found: list[date] = []
    for name, text in (("from", start), ("to", end)):
        try:
            found.append(_DAY.validate_python(text))
        except ValidationError as error:
            code = Code.MISSING_FIELD if text is None else Code.BAD_DATE
            faults.append(Fault(code, "", text, f"as {name}: {error.errors()[0]['msg']}"))
    if not faults and found[1] < found[0]:
        faults.append(Fault(Code.REVERSED_DATES, "", end, f"as to: {start} or later"))
    if not faults and (found[1] - found[0]).days >= MOST_DAYS:
        days = (found[1] - found[0]).days + 1
        faults.append(Fault(Code.TOO_LARGE, "", f"{days} days", f"from and to: at most {MOST_DAYS} days"))
    if faults:
        raise ProblemError(tuple(faults))
    return found[0], found[1]


def _this_month() -> dict[str, str]:
    today = datetime.now(UTC).date()
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return {"start": str(today.replace(day=1)), "end": str(date.fromordinal(following.toordinal() - 1))}
