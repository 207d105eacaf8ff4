"""`/v1/restaurants/{rid}/versions`: kept copies of the settings."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.openapi import refusals
from api.routes.store import Labelled, Revised, Rid, actor_of, body_of, changing, in_store, tagged

router = APIRouter(tags=["restaurants"])
VersionId = Annotated[str, Path(description="the version's id; `working` is the one that is edited")]
_LABEL = Labelled.model_json_schema()


class Version(BaseModel):
    """A kept copy."""

    id: str
    label: str
    revision: int
    created_at: str


class Difference(BaseModel):
    """A row in which two versions differ; null where one has it not."""

    table: str
    id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@router.get("/restaurants/{rid}/versions", summary="List versions", response_model=list[Version], responses=refusals(404))
async def list_versions(request: Request, rid: Rid) -> Response:
    """List them, oldest first."""
    return JSONResponse(await in_store(request, lambda store: store.versions(rid)))


@router.post(
    "/restaurants/{rid}/versions",
    summary="Keep a version",
    response_model=None,
    responses={201: {"model": Version, "description": "kept"}, **refusals(400, 404, 422)},
    openapi_extra=changing(_LABEL),
    status_code=201,
)
async def keep_version(request: Request, rid: Rid) -> Response:
    """Keep a copy of the settings as they are now, under a label."""
    body, actor = await body_of(request), actor_of(request)
    return JSONResponse(await in_store(request, lambda store: store.keep_version(rid, body, actor)), 201)


@router.get(
    "/restaurants/{rid}/versions/{version_id}",
    summary="Get a version",
    response_model=None,
    responses={
        200: {
            "description": "label, `settings` and `staff`",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **refusals(404),
    },
)
async def get_version(request: Request, rid: Rid, version_id: VersionId) -> Response:
    """Get the settings as they were."""
    return JSONResponse(await in_store(request, lambda store: store.version(rid, version_id)))


@router.patch(
    "/restaurants/{rid}/versions/{version_id}",
    summary="Label a version",
    response_model=Version,
    responses=refusals(400, 404, 422),
    openapi_extra=changing(_LABEL),
)
async def label_version(request: Request, rid: Rid, version_id: VersionId) -> Response:
    """Give it another label."""
    body, actor = await body_of(request), actor_of(request)
    return JSONResponse(await in_store(request, lambda store: store.label_version(rid, version_id, body, actor)))


@router.get(
    "/restaurants/{rid}/versions/{version_id}/compare",
    summary="Compare versions",
    response_model=list[Difference],
    responses=refusals(404),
)
async def compare_versions(
    request: Request,
    rid: Rid,
    version_id: VersionId,
    to: Annotated[str, Query(description="another version; `working`: the settings as they are")] = "working",
) -> Response:
    """List the rows in which two versions differ."""
    return JSONResponse(await in_store(request, lambda store: store.compare_versions(rid, version_id, to)))


@router.post(
    "/restaurants/{rid}/versions/{version_id}/restore",
    summary="Restore a version",
    response_model=Revised,
    responses=refusals(404),
    openapi_extra=changing(),
)
async def restore_version(request: Request, rid: Rid, version_id: VersionId) -> Response:
    """Make the settings what the version holds, as one revision, which can be undone."""
    actor = actor_of(request)
    revision = await in_store(request, lambda store: store.restore_version(rid, version_id, actor))
    return tagged({"revision": revision}, revision)
