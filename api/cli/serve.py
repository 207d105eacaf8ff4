"""`toban serve`: the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.db import prepared
from api.cli.exits import refusals
from api.logs import LogFormat


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port to listen on.")] = 8000,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="TOBAN_DATABASE",
            metavar="URL",
            help="Where settings are kept: a file, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME. "
            "Default: toban/toban.db in the user's data directory.",
        ),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option(help="One line a request on standard error, for people or as a JSON object.")
    ] = LogFormat.text,
) -> None:
    """Answer over HTTP until Ctrl-C. What there is to ask stands at /docs."""
    from api import serve as server

    with refusals():
        prepared(database)
    server.serve(host=host, port=port, database=database, log_format=log_format)
