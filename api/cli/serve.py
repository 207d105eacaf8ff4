"""`toban serve`: the HTTP API."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.db import prepared
from api.cli.exits import Refused, refusals
from api.logs import LogFormat

if TYPE_CHECKING:
    from api.webhooks.courier import Setting


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
    cores: Annotated[
        int | None,
        typer.Option(
            envvar="TOBAN_CORES",
            min=1,
            max=1024,
            help="Cores for jobs, where no scheduler is named. Default: all there are.",
        ),
    ] = None,
    job_memory: Annotated[
        str,
        typer.Option(
            envvar="TOBAN_JOB_MEMORY",
            metavar="SIZE",
            help="What a job may use where no scheduler is named, such as 2GiB; past it, it has failed. "
            "auto: its cores' share of the machine.",
        ),
    ] = "auto",
    job_losses: Annotated[
        int,
        typer.Option(envvar="TOBAN_JOB_LOSSES", min=1, max=1000, help="A job whose process died so many times has failed."),
    ] = 3,
    job_days: Annotated[
        float, typer.Option(envvar="TOBAN_JOB_DAYS", min=0, help="For how many days a job that has ended is kept.")
    ] = 30,
    webhook_secret_file: Annotated[
        Path | None,
        typer.Option(
            envvar="TOBAN_WEBHOOK_SECRET_FILE",
            metavar="FILE",
            help="Holds what signs webhooks of jobs, whsec_ and 24 to 64 bytes as base64; several while they change. "
            "Or TOBAN_WEBHOOK_SECRET does. Without any, webhook_url is refused.",
        ),
    ] = None,
    allow_webhook_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NETWORK",
            help="Private addresses that webhooks may go to, such as 10.1.0.0/16 or 127.0.0.1; may be repeated.",
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
    from api.cli.worker import read_memory
    from api.limits import Limits

    with refusals():
        limits = Limits(memory_of_job=read_memory(job_memory, "--job-memory"), losses=job_losses, days_of_jobs=job_days)
        if cores is not None:
            limits = replace(limits, jobs=cores)
        prepared(database)
        try:
            access = Access(insecure=insecure, origins=tuple(map(read_origin, allow_origin or ())))
            webhooks = _webhooks(webhook_secret_file, allow_webhook_to or [])
        except ValueError as error:
            raise Refused(str(error)) from None
        try:
            server.serve(
                host=host,
                port=port,
                limits=limits,
                database=database,
                access=access,
                log_format=log_format,
                scheduler=scheduler,
                webhooks=webhooks,
            )
        except server.Unlocked as error:
            raise Refused(str(error)) from None


def _webhooks(secret_file: Path | None, networks: list[str]) -> Setting:
    """How webhooks are sent.

    Raises
    ------
    ValueError
        A secret or a network is none.
    Refused
        The file cannot be read.
    """
    from api.webhooks.addresses import Reach, read_network
    from api.webhooks.courier import Setting
    from api.webhooks.signing import read_secrets

    given = os.environ.get("TOBAN_WEBHOOK_SECRET", "")
    if secret_file is not None:
        try:
            given = secret_file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise Refused(f"{secret_file}: {getattr(error, 'strerror', None) or 'is no text'}") from None
    secrets = read_secrets(given)
    return Setting(secrets, Reach(tuple(map(read_network, networks)), enabled=bool(secrets)))
