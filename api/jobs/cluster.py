"""Where jobs run: a Dask cluster of this process's own, or one that somebody else keeps."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Final

import dask
import psutil
from distributed import Client, LocalCluster

SLOT: Final = "toban"
"""The Dask resource that a worker process has one of, so that it runs one job at a time."""
PRELOAD: Final = "api.jobs.setup"
_LOOK_SECONDS: Final = 2.0
_PATIENCE: Final = 10.0  # seconds for a scheduler to answer
_TURN: Final = 0.1
_GRACE: Final = 2.0  # seconds for a worker to end when it is asked, and again when it is told


class Cluster:
    """A client, and the workers behind it.

    Raises
    ------
    OSError
        The scheduler does not answer.
    """

    def __init__(self, scheduler: str | None, slots: int, memory: str) -> None:
        self._local: LocalCluster | None = None
        for name in ("distributed", "distributed.worker", "distributed.nanny", "distributed.scheduler", "distributed.core"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # the death of a worker is told by the job that it ran
        if scheduler is None:
            # the job decides whether it is tried again, not Dask
            with dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.scheduler.worker-ttl": "30s"}):
                self._local = LocalCluster(
                    n_workers=slots,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # its web server listens all the same
                    resources={SLOT: 1},
                    memory_limit=memory,
                    preload=PRELOAD,
                    silence_logs=False,
                )
        self.client = Client(self._local or scheduler, set_as_default=False, timeout=_PATIENCE)
        self._slots, self._looked = slots if self._local else 0, 0.0

    @property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop = self.client.loop.asyncio_loop  # type: ignore[union-attr]
        return loop

    @property
    def up(self) -> bool:
        """Whether the scheduler is there."""
        return bool(self.client.status == "running")

    @property
    def slots(self) -> int:
        """How many jobs can run at once."""
        if self._local is None and time.monotonic() - self._looked > _LOOK_SECONDS:
            scheduler = self.client.scheduler
            assert scheduler is not None
            workers = self._ask(scheduler.identity(n_workers=-1))["workers"].values()
            self._slots = sum(int(worker["resources"].get(SLOT, 0)) for worker in workers)
            self._looked = time.monotonic()
        return self._slots

    def submit(self, function: Any, *arguments: Any) -> Any:
        """Have a worker run a function; returns Dask's future."""
        return self.client.submit(function, *arguments, pure=False, retries=0, resources={SLOT: 1})

    def everywhere(self, function: Any, *arguments: Any) -> None:
        """Have every worker process run a function at once, beside its job, without waiting for it."""
        asking = self.client._run(function, *arguments, wait=False, on_error="ignore")  # noqa: SLF001
        asyncio.run_coroutine_threadsafe(asking, self._loop)

    def _ask(self, question: Coroutine[Any, Any, Any]) -> Any:
        """Wait for the scheduler's answer as long as the connection stands, and not for ever.

        Dask's own calls try to connect anew for half a minute where it has gone, and nothing else is done meanwhile.
        """
        answer = asyncio.run_coroutine_threadsafe(question, self._loop)
        deadline = time.monotonic() + _PATIENCE
        while True:
            with contextlib.suppress(TimeoutError):
                return answer.result(_TURN)
            if not self.up or time.monotonic() > deadline:
                answer.cancel()
                raise OSError("the connection is gone")

    def close(self) -> None:
        """End the workers that are this process's own: they are asked, then told, then killed."""
        workers = self._processes()
        with contextlib.suppress(OSError, TimeoutError):
            self.client.close(timeout=_GRACE)
        if self._local is None:
            return
        with contextlib.suppress(OSError, TimeoutError):
            self._local.close(timeout=_GRACE)
        workers |= self._processes()
        for end in (psutil.Process.terminate, psutil.Process.kill):
            _, left = psutil.wait_procs(workers, timeout=_GRACE)
            for process in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    end(process)

    def _processes(self) -> set[psutil.Process]:
        found = set()
        for nanny in () if self._local is None else [*self._local.workers.values()]:
            with contextlib.suppress(psutil.NoSuchProcess):
                if nanny.pid:
                    found.add(psutil.Process(nanny.pid))
        return found

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
