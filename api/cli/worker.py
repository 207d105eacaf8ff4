"""`toban worker`: processes that run jobs for a scheduler."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer


def worker(
    scheduler: Annotated[
        str, typer.Option(envvar="TOBAN_SCHEDULER", metavar="URL", help="The Dask scheduler, tcp://HOST:PORT.")
    ],
    processes: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Jobs at once, each in a process. Default: one a processor.")
    ] = None,
    memory: Annotated[
        str, typer.Option(help="What a process may use, such as 2GiB; past it, it is ended. auto: its share of the machine.")
    ] = "auto",
) -> None:
    """Run jobs for `toban serve --scheduler URL` until Ctrl-C. The scheduler is Dask's own: dask scheduler."""
    from api.jobs.cluster import PRELOAD, SLOT
    from api.limits import Limits

    count = processes or Limits().jobs
    arguments = [scheduler, "--nworkers", str(count), "--nthreads", "1", "--resources", f"{SLOT}=1", "--preload", PRELOAD]
    arguments += ["--memory-limit", memory, "--no-dashboard"]
    os.execv(sys.executable, [sys.executable, "-m", "dask", "worker", *arguments])
