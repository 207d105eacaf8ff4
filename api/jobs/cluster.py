"""Where jobs run: this machine, or the machines of a Dask scheduler."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import dask
from distributed import Client, LocalCluster

from api.jobs import host
from api.jobs.host import CORES, Host, cores_of, key_of, name_of
from api.jobs.processes import Done
from store import Claim

_LOOK_SECONDS: Final = 1.0
_CONNECT: Final = 10.0  # seconds to reach a scheduler
_PATIENCE: Final = 30.0  # seconds for it to answer
_FETCH: Final = 5.0  # seconds for a machine to hand over a result
_GRACE: Final = 5.0  # seconds to leave a cluster in good order
_QUIET: Final = ("distributed", *(f"distributed.{name}" for name in ("worker", "scheduler", "core", "comm", "client")))


@dataclass(frozen=True)
class Machine:
    """A machine for jobs: its cores, those that others have taken, and the scheduler's clock when it last said something."""

    address: str
    cores: int
    others: int
    seen: float


@dataclass(frozen=True)
class Task:
    """An attempt on a machine."""

    claim: Claim
    machine: str
    cores: int
    future: Any


class Cluster:
    """A client, the scheduler and the machines behind it; this machine where no scheduler is named.

    An attempt is given to one machine, and to no other if that dies: it is for the database to say that there is another.
    `told` is called, in a thread of Dask's, with what the attempts tell; `ended` when one has come to an end.

    Raises
    ------
    OSError
        The scheduler does not answer.
    """

    def __init__(
        self, name: str, told: Callable[[dict[str, Any]], None], scheduler: str | None, cores: int, memory_of_job: int | None
    ) -> None:
        self._topic = f"toban-{name}"
        self._local: LocalCluster | None = None
        self._tasks: dict[str, Task] = {}
        self._shunned: dict[str, float] = {}
        self._heard: dict[str, tuple[float, float]] = {}  # of a machine `seen`, and since when on this clock
        self._looked = time.monotonic()
        self._asking: Future[dict[str, Machine]] | None = None
        for name in _QUIET:  # what matters is told by the job that it happened to
            logging.getLogger(name).setLevel(logging.CRITICAL)
        # each event may hold a roster, and Dask keeps the last thousand
        with dask.config.set({"distributed.admin.low-level-log-length": 10, "distributed.worker.profile.enabled": False}):
            if scheduler is None:
                self._local = LocalCluster(
                    n_workers=1,
                    processes=False,
                    worker_class=Host,
                    threads_per_worker=cores,
                    memory_limit=0,
                    dashboard_address=None,
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},  # its web server listens all the same
                    silence_logs=False,
                    cores=cores,
                    memory_of_job=memory_of_job,
                )
            self.client = Client(self._local or scheduler, set_as_default=False, timeout=_CONNECT)
        try:
            self._note(self._ask().result(_PATIENCE))
        except BaseException:
            self.close()
            raise
        self.client.subscribe_topic(self._topic, lambda event: told(event[1]))

    @property
    def up(self) -> bool:
        """Whether the scheduler is there."""
        return bool(self.client.status == "running")

    def look(self) -> None:
        """See which machines there are, without waiting for it.

        Raises
        ------
        OSError
            The scheduler is gone, or has not answered for long.
        """
        if not self.up:
            raise OSError("the connection is gone")
        now = time.monotonic()
        if self._asking is not None and self._asking.done():
            answer, self._asking = self._asking, None
            self._note(answer.result())
        elif self._asking is not None and now - self._looked > _PATIENCE:
            raise OSError(f"no answer within {_PATIENCE:g} seconds")
        elif self._asking is None and now - self._looked >= _LOOK_SECONDS:
            self._asking, self._looked = self._ask(), now

    def has(self, task: Task) -> bool:
        """Whether the machine of a task is still there."""
        return task.machine in self._machines

    def silence(self, task: Task) -> float:
        """For how many seconds the machine of a task has said nothing to the scheduler, as this one last told."""
        return self._answered - self._heard[task.machine][1] if self.has(task) else 0.0

    def place_for(self, cores: int) -> tuple[str, int] | None:
        """A machine with so many cores free, and how many a job that asks for them is to take; None where all are busy.

        A job that asks for more than any machine has gets the largest one for itself. Of several machines it is the one
        that has the least to spare.
        """
        most = max((machine.cores for machine in self._machines.values()), default=0)
        wanted = min(cores, most)
        free = {address: self._free(machine) for address, machine in self._machines.items() if not self._shuns(machine)}
        fitting = [address for address, count in free.items() if count >= wanted > 0]
        return (min(fitting, key=lambda address: (free[address], address)), wanted) if fitting else None

    def submit(self, claim: Claim, machine: str, cores: int, ended: Callable[[], None]) -> Task:
        """Have a machine run an attempt."""
        key = key_of(self._topic, claim, cores)
        future = self.client.submit(
            host.run,
            claim,
            cores,
            self._topic,
            key=key,
            workers=[machine],
            resources={CORES: cores},
            retries=0,
            pure=False,
        )
        future.add_done_callback(lambda _: ended())
        self._tasks[key] = Task(claim, machine, cores, future)
        return self._tasks[key]

    def stop(self, task: Task) -> None:
        """Ask for the end of an attempt, without waiting for it."""
        if self.up:
            asking = self.client._run(host.stop, name_of(task.claim), workers=[task.machine], wait=False, on_error="ignore")  # noqa: SLF001
            asyncio.run_coroutine_threadsafe(asking, self._loop)

    def result(self, task: Task) -> Done:
        """Fetch the end of an attempt from its machine.

        Raises
        ------
        TimeoutError, OSError
            It is not to be had: the machine may have gone at that moment.
        """
        done = task.future.result(timeout=_FETCH)
        assert isinstance(done, Done)
        return done

    def drop(self, task: Task) -> None:
        """Let go of an attempt: where it still runs, it is ended."""
        del self._tasks[key_of(self._topic, task.claim, task.cores)]
        task.future.release()

    def shun(self, machine: str) -> None:
        """Give nothing to a machine until it says something again."""
        if machine in self._machines:
            self._shunned[machine] = self._machines[machine].seen

    def close(self) -> None:
        """Leave the scheduler; end the processes of this machine."""
        with contextlib.suppress(OSError, TimeoutError):
            self.client.close(timeout=_GRACE)
        if self._local is not None:
            with contextlib.suppress(OSError, TimeoutError):
                self._local.close(timeout=_GRACE)

    def _note(self, machines: dict[str, Machine]) -> None:
        self._machines, self._answered = machines, time.monotonic()
        for one in machines.values():
            if self._heard.get(one.address, (None, 0))[0] != one.seen:
                self._heard[one.address] = (one.seen, self._answered)

    def _free(self, machine: Machine) -> int:
        taken = sum(task.cores for task in self._tasks.values() if task.machine == machine.address)
        return machine.cores - machine.others - taken

    def _shuns(self, machine: Machine) -> bool:
        if self._shunned.get(machine.address) == machine.seen:
            return True
        self._shunned.pop(machine.address, None)
        return False

    def _ask(self) -> Future[dict[str, Machine]]:
        """Ask the scheduler, as Dask's own calls would, but these wait half a minute for one that has gone."""
        return asyncio.run_coroutine_threadsafe(self._look(), self._loop)

    async def _look(self) -> dict[str, Machine]:
        scheduler = self.client.scheduler
        assert scheduler is not None
        workers = (await scheduler.identity(n_workers=-1))["workers"]
        busy = await scheduler.processing(workers=None)
        found = {}
        for address, worker in workers.items():
            others = sum(cores_of(key) for key in busy.get(address, ()) if not str(key).startswith(self._topic))
            found[address] = Machine(address, int(worker["resources"].get(CORES, 0)), others, worker["last_seen"])
        return found

    @property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop: asyncio.AbstractEventLoop = self.client.loop.asyncio_loop  # type: ignore[union-attr]
        return loop

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
