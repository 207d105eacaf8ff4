"""`GET …/rosters/{roster_id}/export` and `POST /v1/export`: a roster as a file — CSV, workbook, page, calendar."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote
from zoneinfo import available_timezones

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_json

from api.openapi import LANGUAGE, refusals, takes
from api.routes.check import CheckRequest
from api.routes.offload import worked_out
from api.routes.rosters import RosterId
from api.routes.store import Rid, body_of, in_store
from api.solving.export import FORMATS
from api.solving.wire import Mark
from api.stored import within
from solver import Fault, ProblemError
from solver.domain.codes import Code
from solver.domain.period import Period

router = APIRouter(tags=["rosters"])
Format = Literal["csv", "xlsx", "html", "ics"]
FormatChosen = Annotated[
    Format, Query(alias="format", description="csv, xlsx (a workbook), html (to print) or ics (iCalendar)")
]
StaffChosen = Annotated[str | None, Query(max_length=200, description="id of the only person in it")]
ZoneChosen = Annotated[
    str | None,
    Query(
        max_length=64,
        description="of ics: the time zone of the shifts' times, such as Asia/Tokyo; without: the clock on the wall, "
        "wherever the calendar is read",
    ),
]
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "the file; `Content-Disposition` names it",
        "content": {
            media.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media in FORMATS.values()
        },
        "headers": {"Content-Disposition": {"description": "attachment, with a name", "schema": {"type": "string"}}},
    }
}
_SENT: Final = takes(CheckRequest)
_SENT["requestBody"]["content"]["application/json"]["examples"] = {
    "two_days": {
        "summary": "Two people for two days",
        "value": {
            "problem": {
                "period": {"start": "2025-01-14", "end": "2025-01-15"},
                "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
            },
            "schedule": {"sato": {"2025-01-14": "○", "2025-01-15": "×"}, "nakata": {"2025-01-14": "△", "2025-01-15": "○"}},
        },
    }
}
_UNFIT = re.compile(r'[\\/:*?"<>|\s]+')  # in names of files, on one system or another


@router.get(
    "/restaurants/{rid}/rosters/{roster_id}/export",
    summary="Export a roster",
    response_model=None,
    response_class=Response,
    responses={**_FILE, **refusals(404, 422, 429, 503)},
    openapi_extra={"parameters": [LANGUAGE]},
)
async def export_roster(
    request: Request,
    rid: Rid,
    roster_id: RosterId,
    format_: FormatChosen,
    staff_id: StaffChosen = None,
    timezone: ZoneChosen = None,
) -> Response:
    """Write a kept roster as a file, of everybody or of one person, in the language of `Accept-Language`.

    All its cells are there, whoever has left since; what is wrong with it is judged by today's settings. An event of a
    calendar is a work shift; imported again after a change it is the same event.
    """
    _refuse_zone(timezone)
    roster = await in_store(request, lambda store: store.roster(rid, roster_id))
    period = Period.model_validate(roster["period"])
    parts = await in_store(request, lambda store: store.basis(rid, (period.start, period.end)))
    name = await in_store(request, lambda store: store.restaurant(rid)["name"])
    problem = {
        **parts,
        "settings": within(parts["settings"], roster["period"]),
        "period": roster["period"],
        "prefilled": _kept(roster["prefilled"], roster["schedule"]),
    }
    about = " ".join(filter(None, (name, roster["label"] or f"{period.start} – {period.end}")))
    asked = to_json({"problem": problem, "schedule": roster["schedule"]})
    how = {"stored": True, "calendar": rid, "stamp": roster["updated_at"], "title": about}
    return await _file(
        request, asked, {**how, "format": format_, "staff_id": staff_id, "timezone": timezone}, parts["staff"]
    )


@router.post(
    "/export",
    summary="Export a schedule",
    response_model=None,
    response_class=Response,
    responses={**_FILE, **refusals(400, 408, 413, 415, 422, 429, 503)},
    openapi_extra=_SENT,
)
async def export_schedule(
    request: Request, format_: FormatChosen, staff_id: StaffChosen = None, timezone: ZoneChosen = None
) -> Response:
    """Write any schedule of a problem as a file, of everybody or of one person. Nothing is solved or kept."""
    _refuse_zone(timezone)
    how = {"stored": False, "calendar": "", "stamp": None, "title": ""}
    return await _file(
        request, await body_of(request), {**how, "format": format_, "staff_id": staff_id, "timezone": timezone}, []
    )


async def _file(request: Request, asked: bytes, how: dict[str, Any], staff: list[dict[str, Any]]) -> Response:
    answer, headers = await worked_out(request, Mark.EXPORT, json.dumps(how).encode() + b"\n" + asked)
    person = next((row["name"] or row["id"] for row in staff if row["id"] == how["staff_id"]), how["staff_id"] or "")
    name = "-".join(filter(None, (how["title"] or "roster", person)))
    headers["Content-Disposition"] = disposition(name, how["format"])
    return Response(answer, headers=headers, media_type=FORMATS[how["format"]])


def disposition(name: str, suffix: str) -> str:
    """Name a file in a header (RFC 6266): in ASCII for old clients, and as it is."""
    fit = _UNFIT.sub("-", "".join(" " if unicodedata.category(one)[0] == "C" else one for one in name)).strip("-.")[:100]
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", fit).strip("-.") or "roster"
    return f"attachment; filename=\"{plain}.{suffix}\"; filename*=UTF-8''{quote(f'{fit or plain}.{suffix}', safe='')}"


def _kept(cells: dict[str, dict[str, str]], schedule: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Take the cells that were filled in and that the roster keeps."""
    return {
        staff: {day: one for day, one in row.items() if schedule.get(staff, {}).get(day) == one}
        for staff, row in cells.items()
    }


def _refuse_zone(name: str | None) -> None:
    if name is None or name in available_timezones():
        return
    expected = "as timezone: a name of the time zone database, such as Asia/Tokyo"
    raise ProblemError((Fault(Code.BAD_VALUE, "", name, expected),))
