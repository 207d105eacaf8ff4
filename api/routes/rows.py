"""`/v1/restaurants/{rid}/{table}`: single rows of staff, groups, backup assignments, limits, rules and calendar."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.convertors import PathConvertor, StringConvertor, register_url_convertor

from api.access.guard import permit
from api.access.scopes import FOR_GOOD
from api.openapi import refusals
from api.routes.store import Rid, actor_of, base_of, body_of, changing, in_store, tagged
from store import BY_SEGMENT, Written


class AnyConvertor(PathConvertor):
    """The rest of an address, whatever letters it has; `path` stops at a line's end."""

    regex = "(?s:.*)"


class TableConvertor(StringConvertor):
    """The tables there are, so that other names under a restaurant mean their own routes, whatever the method."""

    regex = "|".join(BY_SEGMENT)


register_url_convertor("any", AnyConvertor())
register_url_convertor("table", TableConvertor())
router = APIRouter(tags=["restaurants"])
Table = Annotated[str, Path(json_schema_extra={"enum": list(BY_SEGMENT)}, description="what kind of rows")]
RowId = Annotated[str, Path(description="the row's id; of the calendar its date, of `rules` the rule's name")]
_ROW: dict[str, Any] = {
    "type": "object",
    "description": 'the fields of the entry; of the calendar `{"rule"}`, of `rules` `{"value"}`',
    "properties": {"id": {"type": "string"}, "revision": {"type": "integer", "description": "the row's when it was read"}},
}


class StoredRow(BaseModel):
    """A row with every field of its type, and what the server adds."""

    model_config = {"extra": "allow"}

    id: str
    is_active: bool
    restaurant_id: str
    version_id: str
    revision: int
    position: int = Field(description="where it stands in its list, which is in this order, then in that of the ids")
    created_at: str
    updated_at: str


def _row(written: Written) -> Response:
    return tagged(written.row, written.revision, 201 if written.created else 200)


_CREATED: dict[int | str, dict[str, Any]] = {201: {"model": StoredRow, "description": "created"}}


@router.get("/restaurants/{rid}/{table:table}", summary="List rows", response_model=list[StoredRow], responses=refusals(404))
async def list_rows(request: Request, rid: Rid, table: Table) -> Response:
    """List them in the order of their list, inactive ones too."""
    kind = BY_SEGMENT[table]
    rows, revision = await in_store(request, lambda store: (store.rows(rid, kind), store.restaurant(rid)["revision"]))
    return tagged(rows, revision)


@router.post(
    "/restaurants/{rid}/{table:table}",
    summary="Create a row",
    response_model=StoredRow,
    responses={**_CREATED, **refusals(400, 404, 409, 413, 422)},
    openapi_extra=changing(_ROW),
)
async def create_row(request: Request, rid: Rid, table: Table) -> Response:
    """Create it under the client's `id`, or a new one. The same create sent again is answered with the row (200)."""
    kind, body, actor = BY_SEGMENT[table], await body_of(request), actor_of(request)
    return _row(await in_store(request, lambda store: store.create(rid, kind, body, actor)))


@router.post(
    "/restaurants/{rid}/{table:table}/{row_id:any}/restore",
    summary="Restore a row",
    response_model=StoredRow,
    responses=refusals(400, 404, 409, 422),
    openapi_extra=changing(),
)
async def restore_row(request: Request, rid: Rid, table: Table, row_id: RowId) -> Response:
    """Make a row that was deleted softly active again."""
    kind, base, actor = BY_SEGMENT[table], base_of(request), actor_of(request)
    return _row(await in_store(request, lambda store: store.restore(rid, kind, row_id, base, actor)))


@router.get(
    "/restaurants/{rid}/{table:table}/{row_id:any}", summary="Get a row", response_model=StoredRow, responses=refusals(404)
)
async def get_row(request: Request, rid: Rid, table: Table, row_id: RowId) -> Response:
    """Get one row; its ETag is the revision of its last change."""
    kind = BY_SEGMENT[table]
    row = await in_store(request, lambda store: store.row(rid, kind, row_id))
    return tagged(row, row["revision"])


@router.put(
    "/restaurants/{rid}/{table:table}/{row_id:any}",
    summary="Put a row",
    response_model=StoredRow,
    responses={**_CREATED, **refusals(400, 404, 409, 413, 422)},
    openapi_extra=changing(_ROW),
)
async def put_row(request: Request, rid: Rid, table: Table, row_id: RowId) -> Response:
    """Create or replace it. With `revision` or If-Match it is refused (409) if the row changed since."""
    kind, body, base, actor = BY_SEGMENT[table], await body_of(request), base_of(request), actor_of(request)
    return _row(await in_store(request, lambda store: store.put(rid, kind, row_id, body, base, actor)))


@router.patch(
    "/restaurants/{rid}/{table:table}/{row_id:any}",
    summary="Change fields of a row",
    response_model=StoredRow,
    responses=refusals(400, 404, 409, 413, 422),
    openapi_extra=changing(_ROW),
)
async def patch_row(request: Request, rid: Rid, table: Table, row_id: RowId) -> Response:
    """Change the fields that are sent. With `revision` or If-Match it is refused (409) if the row changed since."""
    kind, body, base, actor = BY_SEGMENT[table], await body_of(request), base_of(request), actor_of(request)
    return _row(await in_store(request, lambda store: store.patch(rid, kind, row_id, body, base, actor)))


@router.delete(
    "/restaurants/{rid}/{table:table}/{row_id:any}",
    summary="Delete a row",
    response_model=StoredRow,
    responses=refusals(400, 404, 409, 422),
    openapi_extra=changing(),
)
async def delete_row(
    request: Request,
    rid: Rid,
    table: Table,
    row_id: RowId,
    hard: Annotated[bool, Query(description="for good; refused while other rows name it")] = False,
) -> Response:
    """Make it inactive; with `hard` (scope admin) remove it for good. The change log keeps it either way."""
    kind, base, actor = BY_SEGMENT[table], base_of(request), actor_of(request)
    if hard:
        permit(request, FOR_GOOD)

    def delete(store: Any) -> Written:
        gone: Written = (store.hard_delete if hard else store.delete)(rid, kind, row_id, base, actor)
        return gone

    return _row(await in_store(request, delete))
