"""A machine that runs jobs: a Dask worker that computes nothing itself, and a process for each job."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Final

from distributed import Worker, get_worker
from distributed.system import MEMORY_LIMIT

from api.jobs.processes import Done, Processes
from store import Claim

CORES: Final = "toban-cores"
"""The Dask resource of which a machine has as many as it has cores for jobs."""


class Host(Worker):
    """Runs the jobs that a scheduler gives it; `memory_of_job` in bytes, else each has its cores' share of the machine."""

    def __init__(self, *arguments: Any, cores: int, memory_of_job: int | None = None, **more: Any) -> None:
        # Dask is to mind neither this process's memory nor its threads: what takes them is elsewhere
        settled = {"nthreads": cores, "resources": {CORES: cores}, "memory_limit": 0}
        super().__init__(*arguments, **{**more, **settled})
        self.processes = Processes(cores, MEMORY_LIMIT, memory_of_job)

    async def close(self, *arguments: Any, **more: Any) -> Any:
        """End the processes and leave the scheduler."""
        await self.processes.close()
        return await super().close(*arguments, **more)


def name_of(claim: Claim) -> str:
    """Name an attempt."""
    return f"{claim.id}:{claim.attempt}"


def key_of(topic: str, claim: Claim, cores: int) -> str:
    """Name an attempt's task for Dask; `cores_of` reads it."""
    return f"{topic}-{claim.id}-{claim.attempt}-{cores}"


def cores_of(key: str) -> int:
    """Tell how many cores a task takes that some engine of toban submitted; other people's take one."""
    last = str(key).rpartition("-")[2]
    return int(last) if str(key).startswith("toban-") and last.isdecimal() else 1


async def run(claim: Claim, cores: int, topic: str) -> Done:
    """Run an attempt in a process of the machine; Dask calls this in its event loop. What is found are events of the topic.

    Raises
    ------
    Died, OutOfMemory, Defect, Left, Stubborn
        It came to nothing; see `api.jobs.processes`.
    """
    host, key = get_worker(), key_of(topic, claim, cores)
    assert isinstance(host, Host)

    def wanted() -> bool:
        task = host.state.tasks.get(key)
        return task is not None and task.state != "cancelled"

    def tell(found: dict[str, Any] | None) -> None:
        if found is not None:  # else a sign of life of the process, of which the machine takes care itself
            host.log_event(topic, {"job": claim.id, "attempt": claim.attempt, "found": found})

    return await host.processes.run(name_of(claim), claim, cores, wanted, tell)


async def stop(name: str, dask_worker: Host) -> None:
    """Ask for the end of an attempt that runs on a machine."""
    dask_worker.processes.stop(name)


async def serve(scheduler: str, cores: int, memory_of_job: int | None, ending: asyncio.Event) -> None:
    """Be a machine of a scheduler until `ending` is set; where the scheduler goes, wait until it is back."""
    log, told = logging.getLogger("toban.jobs"), False
    while not ending.is_set():
        try:
            began = time.monotonic()
            async with Host(scheduler, cores=cores, memory_of_job=memory_of_job, dashboard=False) as host:
                log.info("%s: %d cores for the jobs of %s", host.address, cores, scheduler)
                told = False
                finished, ended = asyncio.ensure_future(host.finished()), asyncio.ensure_future(ending.wait())
                await asyncio.wait({finished, ended}, return_when=asyncio.FIRST_COMPLETED)
                for one in (finished, ended):
                    one.cancel()
        except (OSError, TimeoutError) as error:
            if not told:
                log.warning("%s does not answer: %s", scheduler, error)
            told = True
        if not ending.is_set() and time.monotonic() - began < 1:
            await asyncio.sleep(1)
