"""`/v1/restaurants/{rid}/rosters`: kept as drafts, published, compared."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.openapi import refusals
from api.routes.store import ACTOR, Rid, actor_of, base_of, body_of, changing, in_store, tagged

router = APIRouter(tags=["restaurants"])
RosterId = Annotated[str, Path(description="the roster's id, chosen by whoever keeps it")]
_SENT = {
    "type": "object",
    "required": ["period", "schedule"],
    "properties": {
        "label": {"type": "string"},
        "period": {"$ref": "#/components/schemas/Period"},
        "schedule": {"type": "object", "description": "staff id → date → symbol, as in a result"},
        "prefilled": {
            "type": "object",
            "description": "the cells of it that were filled in, as in the `problem` of a result; absent: those that are "
            "filled in now and that the schedule keeps",
        },
        "revision": {"type": "integer", "description": "the roster's when it was read"},
    },
}


class Dates(BaseModel):
    """From when to when."""

    start: str
    end: str


class RosterHead(BaseModel):
    """A roster without its cells."""

    id: str
    label: str
    status: Literal["draft", "published"]
    period: Dates
    created_at: str
    updated_at: str
    published_at: str | None
    revision: int = Field(description="at which it last changed; 0: before rosters had any")
    in_force: list[Dates] = Field(description="runs of dates on which it is the roster published last; of a draft none")


class KeptRoster(RosterHead):
    """A roster."""

    schedule: dict[str, dict[str, str]]
    prefilled: dict[str, dict[str, str]] = Field(description="the cells of it that were filled in before it was solved")


class CellChange(BaseModel):
    """One date on which a person stands on something else; null where one of the rosters has no such cell."""

    model_config = ConfigDict(serialize_by_alias=True)

    date: str
    before: str | None = Field(alias="from")
    to: str | None


class RosterChanges(BaseModel):
    """Everything that changes for one person, by date; never empty."""

    staff_id: str
    changes: list[CellChange]


@router.get("/restaurants/{rid}/rosters", summary="List rosters", response_model=list[RosterHead], responses=refusals(404))
async def list_rosters(request: Request, rid: Rid) -> Response:
    """List them by period, drafts and published ones, without their cells."""
    return JSONResponse(await in_store(request, lambda store: store.rosters(rid)))


@router.put(
    "/restaurants/{rid}/rosters/{roster_id}",
    summary="Keep a roster",
    response_model=KeptRoster,
    responses={201: {"model": KeptRoster, "description": "kept"}, **refusals(400, 404, 409, 413, 422)},
    openapi_extra=changing(_SENT),
)
async def put_roster(request: Request, rid: Rid, roster_id: RosterId) -> Response:
    """Keep a schedule as a draft, or replace a draft. What is published stays as it is (409).

    With `revision` or If-Match it is refused (409) if the roster changed since.
    """
    body, base, actor = await body_of(request), base_of(request), actor_of(request)
    kept, new = await in_store(request, lambda store: store.put_roster(rid, roster_id, body, base, actor))
    return tagged(kept, kept["revision"], 201 if new else 200)


@router.get(
    "/restaurants/{rid}/rosters/{roster_id}", summary="Get a roster", response_model=KeptRoster, responses=refusals(404)
)
async def get_roster(request: Request, rid: Rid, roster_id: RosterId) -> Response:
    """Get it with its schedule, which serves as `baseline` of the next solve."""
    return JSONResponse(await in_store(request, lambda store: store.roster(rid, roster_id)))


@router.delete(
    "/restaurants/{rid}/rosters/{roster_id}",
    summary="Throw a draft away",
    response_model=None,
    status_code=204,
    responses={204: {"description": "gone"}, **refusals(404, 409)},
    openapi_extra={"parameters": [ACTOR]},
)
async def drop_roster(request: Request, rid: Rid, roster_id: RosterId) -> Response:
    """Throw a draft away; undo brings it back. A published roster stays (409)."""
    actor = actor_of(request)
    await in_store(request, lambda store: store.drop_roster(rid, roster_id, actor))
    return Response(status_code=204)


@router.post(
    "/restaurants/{rid}/rosters/{roster_id}/publish",
    summary="Publish a roster",
    response_model=KeptRoster,
    responses=refusals(404),
    openapi_extra={"parameters": [ACTOR]},
)
async def publish_roster(request: Request, rid: Rid, roster_id: RosterId) -> Response:
    """Publish a draft: from now on it stays as it is. Twice is once.

    On each date the roster published last is in force. One that was published for the same dates before stays readable as
    it was, and is in force on its other dates only. Undo ends the publication: the roster is a draft again.
    """
    actor = actor_of(request)
    return JSONResponse(await in_store(request, lambda store: store.publish_roster(rid, roster_id, actor)))


@router.get(
    "/restaurants/{rid}/rosters/{roster_id}/compare",
    summary="Compare rosters",
    response_model=list[RosterChanges],
    responses=refusals(404, 422),
)
async def compare_rosters(
    request: Request, rid: Rid, roster_id: RosterId, to: Annotated[str, Query(description="another roster")]
) -> Response:
    """List what changes from this roster to the other, person by person; people who keep every cell are not named."""
    return JSONResponse(await in_store(request, lambda store: store.compare_rosters(rid, roster_id, to)))
