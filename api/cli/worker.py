"""`toban worker`: a machine that runs jobs for a scheduler."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.exits import Refused, refusals


def worker(
    scheduler: Annotated[
        str, typer.Option(envvar="TOBAN_SCHEDULER", metavar="URL", help="The Dask scheduler, tcp://HOST:PORT.")
    ],
    cores: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1024,
            help="For jobs; each takes as many as its options.workers says, else one. Default: all there are.",
        ),
    ] = None,
    memory: Annotated[
        str,
        typer.Option(
            help="What a job may use, such as 2GiB; past it, it has failed. auto: its cores' share of the machine."
        ),
    ] = "auto",
) -> None:
    """Run jobs for `toban serve --scheduler URL` until Ctrl-C, each in a process.

    The scheduler is Dask's own: dask scheduler.
    """
    import asyncio
    import logging
    import signal

    from api.jobs import host
    from api.limits import Limits

    with refusals():
        most = read_memory(memory, "--memory")

    async def run() -> None:
        ending = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ending.set)
        await host.serve(scheduler, cores or Limits().jobs, most, ending)

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    asyncio.run(run())


def read_memory(said: str, option: str) -> int | None:
    """Read what a job may use, in bytes; None for auto.

    Raises
    ------
    Refused
        It is no size.
    """
    from dask.utils import parse_bytes

    if said == "auto":
        return None
    try:
        size = int(parse_bytes(said))
    except ValueError:
        size = 0
    if size <= 0:
        raise Refused(f"{option}: found {said!r}, expected auto or a size such as 2GiB")
    return size
