"""`/v1/restaurants/{rid}`: a restaurant, its settings as a whole, and their history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.access.guard import caller_of
from api.openapi import refusals
from api.routes.store import Named, Revised, Rid, actor_of, base_of, body_of, changing, in_store, tagged
from solver.domain.fault import Notice

router = APIRouter(tags=["restaurants"])
_PARTS = {
    "staff": {"type": "array", "items": {"$ref": "#/components/schemas/Staff"}},
    "settings": {"$ref": "#/components/schemas/Settings"},
    "revision": {"type": "integer", "description": "the revision that was read"},
}


class Restaurant(BaseModel):
    """One house."""

    id: str
    name: str
    revision: int = Field(description="how many changes its settings have seen")
    created_at: str
    updated_at: str


class LoggedChange(BaseModel):
    """One row's part in a revision."""

    revision: int
    actor: str
    at: str
    table: str = Field(description="as in addresses: of rows the table, else `rosters`, `versions` or `restaurants`")
    id: str
    verb: str = Field(description="create, update, delete, hard_delete or restore")
    before: dict[str, Any] | None = Field(description="of a roster without its cells, of a version without its rows")
    after: dict[str, Any] | None


class ChangeLog(BaseModel):
    """What happened since a revision, oldest first."""

    revision: int = Field(description="the newest; where the changes end before it, ask again since the last of them")
    changes: list[LoggedChange]


class Imported(BaseModel):
    """What an import did."""

    revision: int
    created: int
    kept: int = Field(description="rows that were there, or once were, and were left as they are")
    warnings: list[Notice]


@router.get("/restaurants", summary="List restaurants", response_model=list[Restaurant], responses=refusals())
async def list_restaurants(request: Request) -> Response:
    """List them by name; with a key for some restaurants, those."""
    key = caller_of(request)
    ids = None if key is None else key.restaurant_ids
    return JSONResponse(await in_store(request, lambda store: store.restaurants(ids)))


@router.put(
    "/restaurants/{rid}",
    summary="Create or rename a restaurant",
    response_model=Restaurant,
    responses={201: {"model": Restaurant, "description": "created"}, **refusals(400, 413, 422)},
    openapi_extra=changing(Named.model_json_schema()),
)
async def put_restaurant(request: Request, rid: Rid) -> Response:
    """Create it with `{"name": …}` under an id of your own, or give it another name."""
    body, actor = await body_of(request), actor_of(request)
    made, new = await in_store(request, lambda store: store.put_restaurant(rid, body, actor))
    return tagged(made, made["revision"], 201 if new else 200)


@router.get("/restaurants/{rid}", summary="Get a restaurant", response_model=Restaurant, responses=refusals(404))
async def get_restaurant(request: Request, rid: Rid) -> Response:
    """Get its name and revision."""
    found = await in_store(request, lambda store: store.restaurant(rid))
    return tagged(found, found["revision"])


@router.get(
    "/restaurants/{rid}/settings",
    summary="Get all settings",
    response_model=None,
    responses={
        200: {
            "description": "`settings` and `staff`, ready for `POST /v1/solve`, and their `revision`",
            "content": {"application/json": {"schema": {"type": "object", "properties": _PARTS}}},
        },
        304: {"description": "Not Modified"},
        **refusals(404),
    },
)
async def get_settings(request: Request, rid: Rid) -> Response:
    """Get everything as one document. Rows carry what the server adds: `revision`, `created_at`, `updated_at` and so on."""
    found = await in_store(request, lambda store: store.settings(rid))
    if request.headers.get("if-none-match") == f'"{found["revision"]}"':
        return Response(status_code=304, headers={"ETag": f'"{found["revision"]}"'})
    return tagged(found, found["revision"])


@router.put(
    "/restaurants/{rid}/settings",
    summary="Put all settings",
    response_model=Revised,
    responses=refusals(400, 404, 409, 413, 422, 428),
    openapi_extra=changing({"type": "object", "properties": _PARTS}),
)
async def put_settings(request: Request, rid: Rid) -> Response:
    """Store what the document changes, as one revision.

    The revision it was read at comes with it, as `revision` or If-Match. A key that is left out (or a list that is null) is
    untouched; a row is deleted, softly, only if that revision had it and the document does not. Rows that others changed and
    this document does not are kept; rows that both changed refuse it as a whole with 409 and the rows as they are.
    """
    body, base, actor = await body_of(request), base_of(request), actor_of(request)
    revision = await in_store(request, lambda store: store.put_settings(rid, body, base, actor))
    return tagged({"revision": revision}, revision)


@router.post(
    "/restaurants/{rid}/import",
    summary="Import the old client's settings",
    response_model=Imported,
    responses=refusals(400, 404, 413, 422),
    openapi_extra=changing({"type": "object"}),
)
async def import_settings(request: Request, rid: Rid) -> Response:
    """Take over the object an old browser client stored, alone or as `{"settings", "staff"}`; twice is once."""
    body, actor = await body_of(request), actor_of(request)
    done = await in_store(request, lambda store: store.import_legacy(rid, body, actor))
    return tagged(done, done["revision"])


@router.get("/restaurants/{rid}/changes", summary="List the changes", response_model=ChangeLog, responses=refusals(404, 422))
async def list_changes(
    request: Request, rid: Rid, since: Annotated[int, Query(ge=0, le=10**9, description="a revision")] = 0
) -> Response:
    """List what changed after a revision, each row before and after, at most 1000 rows."""
    changes, revision = await in_store(request, lambda store: store.changes(rid, since))
    return tagged({"revision": revision, "changes": changes}, revision)


@router.post(
    "/restaurants/{rid}/changes/{revision}/undo",
    summary="Undo a revision",
    response_model=Revised,
    responses=refusals(404, 409, 422),
    openapi_extra=changing(),
)
async def undo_change(
    request: Request, rid: Rid, revision: Annotated[int, Path(ge=1, le=10**9, description="the revision to undo")]
) -> Response:
    """Put back what it changed, as a new revision; refused where its rows were changed again since.

    Of rows and filled-in cells: each as it was. A draft that was new goes, one that was changed or thrown away is as it was;
    a publication ends, and what was in force before is in force again. A version that was kept goes; a label or a name is as
    it was. An undo is undone like any other change.
    """
    actor = actor_of(request)
    made = await in_store(request, lambda store: store.undo(rid, revision, actor))
    return tagged({"revision": made}, made)
