"""`POST /v1/restaurants/{rid}/changes`: many rows changed as one revision."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.access.guard import permit
from api.access.scopes import FOR_GOOD
from api.messages import MOST_CHANGES, steps_of
from api.openapi import refusals
from api.routes.rows import StoredRow
from api.routes.store import Rid, actor_of, body_of, changing, in_store, tagged
from store.reading import read_json

router = APIRouter(tags=["restaurants"])
_MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "payload"],
    "properties": {
        "type": {"type": "string", "examples": ["PREFILLED_CREATE"], "description": "as on the WebSocket"},
        "payload": {"type": "object", "examples": [{"staff_id": "sato", "date": "2026-01-15", "symbol": "×"}]},
    },
}
_SENT: dict[str, Any] = {
    "type": "object",
    "required": ["changes"],
    "properties": {"changes": {"type": "array", "items": _MESSAGE, "maxItems": MOST_CHANGES}},
    "additionalProperties": False,
}


class Changed(BaseModel):
    """What a list of changes made of the rows."""

    revision: int
    rows: list[StoredRow] = Field(description="the row of each change, in their order, as it is after all of them")


@router.post(
    "/restaurants/{rid}/changes",
    summary="Change many rows",
    response_model=Changed,
    responses=refusals(400, 404, 409, 413, 422),
    openapi_extra=changing(_SENT),
)
async def change_rows(request: Request, rid: Rid) -> Response:
    """Carry out a list of the WebSocket's messages as one revision: all of them, or none. One undo reverts it.

    Every fault of every message is told at once, and so is every row that somebody else changed. Cells pasted from a
    spreadsheet are `PREFILLED_UPDATE`, which fills a cell in whether or not it was free, and `PREFILLED_DELETE`.
    """
    steps, actor = steps_of(read_json(await body_of(request))), actor_of(request)
    if any(step.verb == "hard_delete" for step in steps):
        permit(request, FOR_GOOD)
    rows, revision = await in_store(request, lambda store: store.change(rid, steps, ("changes",), actor))
    return tagged({"revision": revision, "rows": rows}, revision)
