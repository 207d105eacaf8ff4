"""`toban serve`: the HTTP API."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.db import prepared
from api.cli.exits import Refused, refusals
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
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen anywhere without any key: whoever reaches the port may do everything.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(
            envvar="TOBAN_SCHEDULER",
            metavar="URL",
            help="A Dask scheduler, tcp://HOST:PORT, whose workers (toban worker) run the jobs. Default: processes here.",
        ),
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Another site whose pages may call, such as https://host; may be repeated."),
    ] = None,
) -> None:
    """Answer over HTTP until Ctrl-C. What there is to ask stands at /docs.

    Without keys (toban keys) it answers only the machine it runs on, and refuses to listen elsewhere.
    """
    from api import serve as server
    from api.access.origins import Access, read_origin

    with refusals():
        prepared(database)
        try:
            access = Access(insecure=insecure, origins=tuple(map(read_origin, allow_origin or ())))
        except ValueError as error:
            raise Refused(str(error)) from None
        try:
            server.serve(host=host, port=port, database=database, access=access, log_format=log_format, scheduler=scheduler)
        except server.Unlocked as error:
            raise Refused(str(error)) from None
