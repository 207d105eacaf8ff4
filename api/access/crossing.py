"""Cross-origin calls (CORS): closed, unless the server was told whose pages may call."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware


def add_cross_origin(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Let pages of these origins call and read answers."""
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "PUT", "POST", "PATCH", "DELETE"],
            allow_headers=[
                "Accept-Language",
                "Authorization",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                "X-Actor",
                "X-Request-ID",
            ],
            expose_headers=["Content-Language", "ETag", "Retry-After", "X-Request-ID"],
        )
