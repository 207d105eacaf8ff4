"""The engine: takes jobs from the database, runs them on a cluster, writes down what they find and how they end.

Nothing of a job lives here alone. An engine that dies leaves rows whose lease runs out, and any engine on the same
database takes them up from the best schedule so far; one that is closed gives them back at once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.jobs.processes import Died, Done, Left, OutOfMemory, Stubborn
from store import Jobs, JobStatus

if TYPE_CHECKING:  # loaded with the first job, as a fifth of what a server takes to start
    from api.jobs.cluster import Cluster, Task

log = logging.getLogger("toban.jobs")

_BUSY_TURN: Final = 0.1  # seconds, where nothing is told
_IDLE_TURN: Final = 0.5
_HEAR_STOPS: Final = 0.2
_FORGET_EVERY: Final = 600.0
_AGAIN_AFTER: Final = 1.0  # seconds, where database or scheduler did not answer
_GOODBYE: Final = 2.0  # seconds for attempts to tell their best when the engine closes
_MIB: Final = 2**20


@dataclass(frozen=True)
class Setting:
    """How an engine runs jobs. Times in seconds, memory in bytes.

    On the machines of `scheduler`, else on `cores` of this one, where a job may use `memory_of_job`, or else its cores'
    share of the machine. `lease`: after how long without a word the jobs of an engine are taken over. `losses`: a job whose
    process died so many times has failed; the first time may have been anything's doing, but what ends every process that
    touches it must end itself. What happens to the machine, its scheduler or its server is not counted. `silence`: a machine
    that says nothing for so long is taken for dead. `kept_days`: for how long ended jobs are kept; None: for ever.
    """

    scheduler: str | None = None
    cores: int = 1
    memory_of_job: int | None = None
    lease: float = 10
    losses: int = 3
    silence: float = 30
    kept_days: float | None = None


@dataclass
class _Running:
    task: Task
    found: dict[str, Any] | None = field(default=None)


class Engine:
    """Runs the jobs of a database from `start` to `close`. A cluster of its own starts with the first job."""

    def __init__(self, jobs: Jobs, setting: Setting) -> None:
        self._jobs, self._setting = jobs, setting
        self._name = secrets.token_hex(8)
        self._cluster: Cluster | None = None
        self._running: dict[str, _Running] = {}
        self._told: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
        self._renewed = self._recovered = self._listened = self._forgot = 0.0

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def wake(self) -> None:
        """Look for jobs now."""
        self._wake.set()

    @property
    def running(self) -> int:
        """How many jobs run."""
        return len(self._running)

    def close(self) -> None:
        """Give running jobs back to the queue, with their best schedules so far, and end the workers."""
        self._closing.set()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._turn()
            except (OperationalError, NoConnection) as error:
                log.warning("the database did not answer: %s", error)
                self._closing.wait(_AGAIN_AFTER)
            except (OSError, TimeoutError, CancelledError) as error:
                log.warning("the scheduler did not answer: %s", error)
                self._leave_cluster()
                self._closing.wait(_AGAIN_AFTER)
            except Exception:
                log.exception("the engine failed at a turn")
                self._closing.wait(_AGAIN_AFTER)
            self._wake.wait(_BUSY_TURN if self._running else _IDLE_TURN)
            self._wake.clear()
        try:
            self._settle()
            self._leave_cluster()
        except Exception:  # the leases of its jobs run out, and somebody else takes them up
            log.exception("the engine could not give its jobs back")

    def _turn(self) -> None:
        now, setting = time.monotonic(), self._setting
        if self._running and now - self._renewed >= setting.lease / 4:  # before it looks for the dead, or it is one of them
            self._renewed = now
            self._jobs.renew(self._name, timedelta(seconds=setting.lease))
        if now - self._recovered >= setting.lease / 4:
            self._recovered = now
            if count := self._jobs.recover():
                log.warning("%d jobs of a runner that is gone are queued again", count)
        if setting.kept_days is not None and now - self._forgot >= _FORGET_EVERY:
            self._forgot = now
            self._jobs.forget(datetime.now(UTC) - timedelta(days=setting.kept_days))
        if self._cluster is not None:
            self._cluster.look()
        if self._running:
            self._write_down()
            if now - self._listened >= _HEAR_STOPS:
                self._listened = now
                self._hear()
            self._collect()
        self._take()

    # ---- taking -----------------------------------------------------------------------------------

    def _take(self) -> None:
        if not self._jobs.waiting():
            return
        cluster, lease = self._ready(), timedelta(seconds=self._setting.lease)
        while not self._closing.is_set():
            claim = self._jobs.claim(self._name, lease, lambda cores: cluster.place_for(cores) is not None)
            if claim is None:
                return
            place = cluster.place_for(claim.cores)
            assert place is not None  # it fitted a moment ago
            if claim.id in self._running:  # an earlier attempt of this engine, which was taken for dead
                self._drop(claim.id)
            self._running[claim.id] = _Running(cluster.submit(claim, *place, self.wake))

    def _ready(self) -> Cluster:
        if self._cluster is None:
            from api.jobs.cluster import Cluster

            setting = self._setting
            self._cluster = Cluster(self._name, self._heard, setting.scheduler, setting.cores, setting.memory_of_job)
        return self._cluster

    # ---- listening --------------------------------------------------------------------------------

    def _heard(self, message: dict[str, Any]) -> None:
        """Take note of what an attempt tells, in the thread of Dask's client."""
        self._told.put(message)
        self.wake()

    def _write_down(self) -> None:
        """Write what the attempts found, of each the last, with the last schedule."""
        while True:
            try:
                message = self._told.get_nowait()
            except Empty:
                break
            running = self._running.get(message["job"])
            if running is None or running.task.claim.attempt != message["attempt"]:
                continue
            found, earlier = message["found"], running.found["schedule"] if running.found else None
            if found["schedule"] is None and earlier is not None:
                found = {**found, "schedule": earlier}
            running.found = found
        for running in self._running.values():
            if running.found is not None:
                self._jobs.progress(running.task.claim.id, running.task.claim.attempt, **running.found)
                running.found = None

    def _hear(self) -> None:
        """Pass on who is to stop, and let go of what is no longer this engine's or says nothing any more."""
        assert self._cluster is not None
        held = self._jobs.held(self._name)
        for job_id in held.keys() - self._running.keys():  # given up while the database did not answer
            self._jobs.release(job_id, held[job_id][0])
        for job_id, running in [*self._running.items()]:
            attempt, asked = held.get(job_id, (0, False))
            if attempt != running.task.claim.attempt:
                self._drop(job_id)
            elif not self._cluster.has(running.task):
                log.warning("job %s: its machine is gone", job_id)
                self._back(job_id)
            elif self._cluster.silence(running.task) > self._setting.silence:
                log.warning("job %s: its machine says nothing any more", job_id)
                self._cluster.shun(running.task.machine)
                self._back(job_id)
            elif asked:
                self._cluster.stop(running.task)

    # ---- ending -----------------------------------------------------------------------------------

    def _collect(self) -> None:
        ends = [(job_id, running, running.task.future.status) for job_id, running in self._running.items()]
        self._write_down()  # what was told before the end
        for job_id, running, status in ends:
            if status == "finished":
                self._fetch(job_id, running.task)
            elif status == "error":
                self._came_to_nothing(job_id, running.task.future.exception())
            elif status in ("cancelled", "lost"):  # Dask gave it up with the connection
                raise OSError("the connection was gone")

    def _fetch(self, job_id: str, task: Task) -> None:
        assert self._cluster is not None
        try:
            done = self._cluster.result(task)
        except (OSError, TimeoutError, CancelledError) as error:
            log.warning("job %s: its result was lost with its machine: %s", job_id, error)
            self._back(job_id)
        else:
            self._finish(job_id, done)

    def _finish(self, job_id: str, done: Done) -> None:
        attempt = self._running[job_id].task.claim.attempt
        best = {"schedule": done.schedule, "objective": done.objective, "bound": done.bound}
        if done.stopped and not self._jobs.job(job_id).stop_asked:  # by this engine, which closes
            self._jobs.keep(job_id, attempt, **best)
            self._back(job_id)
            return
        status = JobStatus.STOPPED if done.stopped else JobStatus.COMPLETED
        self._jobs.finish(job_id, attempt, status, done.result, **(best if done.schedule is not None else {}))
        self._drop(job_id)

    def _came_to_nothing(self, job_id: str, error: BaseException | None) -> None:
        from distributed.scheduler import KilledWorker

        task = self._running[job_id].task
        if isinstance(error, Died):
            log.warning("job %s: its process %s", job_id, error)
            self._died(job_id, str(error))
        elif isinstance(error, OutOfMemory):
            used, allowed = error.used // _MIB, error.allowed // _MIB
            detail = (
                f"Its process had {used} MiB of memory; on {task.cores} of the machine's cores it may have {allowed} MiB"
            )
            log.warning("job %s failed: %s", job_id, detail)
            self._fail(job_id, "out-of-memory", "The job needed more memory than it may use", 507, detail)
        elif isinstance(error, (Left, KilledWorker, Stubborn)):
            log.warning("job %s: given back by its machine: %s", job_id, error)
            if self._cluster is not None and not isinstance(error, Stubborn):
                self._cluster.shun(task.machine)
            self._back(job_id)
        else:
            log.error("job %s failed", job_id, exc_info=error)
            detail = f"This is a defect of the server, logged there under the job's id {job_id}"
            self._fail(job_id, "internal", "Internal error", 500, detail)

    def _died(self, job_id: str, how: str) -> None:
        losses = self._jobs.job(job_id).losses + 1
        if losses >= self._setting.losses:
            detail = f"Its process died {losses} times; the last time it {how}"
            self._fail(job_id, "worker-lost", "The work ended before it was done", 503, detail)
        else:
            self._back(job_id, lost=True)

    def _fail(self, job_id: str, kind: str, title: str, status: int, detail: str) -> None:
        error = {"type": f"urn:toban:error:{kind}", "title": title, "status": status, "detail": detail, "errors": []}
        self._jobs.fail(job_id, self._running[job_id].task.claim.attempt, error)
        self._drop(job_id)

    def _back(self, job_id: str, *, lost: bool = False) -> None:
        """Put a job back in the queue."""
        self._jobs.release(job_id, self._running[job_id].task.claim.attempt, lost=lost)
        self._drop(job_id)

    def _drop(self, job_id: str) -> None:
        running = self._running.pop(job_id)
        if self._cluster is not None:
            self._cluster.drop(running.task)

    def _settle(self) -> None:
        """Have what runs tell its best, for a moment."""
        self._write_down()
        if self._cluster is None or not self._cluster.up:
            return
        for running in self._running.values():
            self._cluster.stop(running.task)
        deadline = time.monotonic() + _GOODBYE
        while self._running and time.monotonic() < deadline:
            self._wake.wait(_BUSY_TURN)
            self._wake.clear()
            self._collect()

    def _leave_cluster(self) -> None:
        """Give every job back and close the cluster."""
        try:
            for job_id in [*self._running]:
                self._back(job_id)
        finally:
            self._running.clear()
            cluster, self._cluster = self._cluster, None
            if cluster is not None:
                cluster.close()
