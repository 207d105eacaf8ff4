"""`GET /`: the page. Its files lie in `api/page` and are served as they are."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HOME: Final = Path(__file__).parents[1] / "page"
FRESH: Final = {"Cache-Control": "no-cache"}  # kept, but asked about: a new version of the server has new files

mimetypes.add_type("text/javascript", ".js")  # some machines' tables say otherwise, and browsers refuse such modules


class _Files(StaticFiles):
    """Files that browsers keep and ask about each time; 304 where they have not changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(FRESH)
        return response


async def _page(_: Request) -> FileResponse:
    return FileResponse(HOME / "index.html", media_type="text/html", headers=FRESH)


def add_page(app: FastAPI) -> None:
    """Serve the page at `/` and its files below `/page`."""
    app.add_route("/", _page, ["GET"], name="page", include_in_schema=False)
    app.mount("/page", _Files(directory=HOME), name="page_files")
