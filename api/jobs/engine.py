"""The engine: takes jobs from the database, runs them on a cluster, writes down what they find and how they end.

Nothing of a job lives here alone. An engine that dies leaves rows whose lease runs out, and any engine on the same
database takes them up from the best schedule so far; one that is closed gives them back at once.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any, Final

from distributed.scheduler import KilledWorker
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.jobs import task
from api.jobs.cluster import Cluster
from api.jobs.task import Done
from store import Claim, Jobs, JobStatus

log = logging.getLogger("toban.jobs")

_BUSY_TURN: Final = 0.05  # seconds
_IDLE_TURN: Final = 0.5
_HEAR_STOPS: Final = 0.2
_FORGET_EVERY: Final = 600.0
_AGAIN_AFTER: Final = 1.0  # seconds, where database or scheduler did not answer


@dataclass(frozen=True)
class Setting:
    """How an engine runs jobs. Times in seconds.

    `slots` at once, each in a worker process with at most `memory`, where the cluster is its own; with `scheduler` as many
    as workers are there. `lease`: after how long without a word the jobs of an engine are taken over. `losses`: a job that
    so many workers died of has failed; a death counts where the job had begun there, not where it waited its turn.
    `silence`: a worker that says nothing for so long is taken for dead.
    """

    scheduler: str | None = None
    slots: int = 1
    memory: str = "auto"
    lease: float = 10
    losses: int = 3
    silence: float = 30
    kept_days: float | None = None


@dataclass
class _Running:
    claim: Claim
    future: Any
    heard: float | None = None  # when, once it has begun
    found: dict[str, Any] | None = field(default=None)


class Engine:
    """Runs the jobs of a database from `start` to `close`. A cluster of its own starts with the first job."""

    def __init__(self, jobs: Jobs, setting: Setting) -> None:
        self._jobs, self._setting = jobs, setting
        self._name = secrets.token_hex(8)
        self._topic = f"toban-{self._name}"
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
            except (OSError, TimeoutError) as error:
                log.warning("the scheduler did not answer: %s", error)
                self._leave_cluster()
                self._closing.wait(_AGAIN_AFTER)
            except Exception:
                log.exception("the engine failed at a turn")
                self._closing.wait(_AGAIN_AFTER)
            self._wake.wait(_BUSY_TURN if self._running else _IDLE_TURN)
            self._wake.clear()
        try:
            self._write_down()
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
        if self._running:
            self._write_down()
            if now - self._listened >= _HEAR_STOPS:
                self._listened = now
                self._hear()
            self._collect()
        self._take()

    # ---- taking -----------------------------------------------------------------------------------

    def _take(self) -> None:
        if self._cluster is not None and len(self._running) >= self._cluster.slots:
            return
        while self._jobs.waiting() and not self._closing.is_set():
            cluster = self._ready()
            if len(self._running) >= cluster.slots:
                return
            claim = self._jobs.claim(self._name, timedelta(seconds=self._setting.lease))
            if claim is None:
                return
            self._running[claim.id] = _Running(claim, None)
            self._running[claim.id].future = cluster.submit(task.run, claim, self._topic)

    def _ready(self) -> Cluster:
        if self._cluster is None:
            cluster = Cluster(self._setting.scheduler, self._setting.slots, self._setting.memory)
            cluster.client.subscribe_topic(self._topic, self._heard)
            self._cluster = cluster
        return self._cluster

    # ---- listening --------------------------------------------------------------------------------

    def _heard(self, event: tuple[float, dict[str, Any]]) -> None:
        """Take note of an event, in the thread of Dask's client."""
        self._told.put(event[1])

    def _write_down(self) -> None:
        """Write what the attempts found, of each the last, with the last schedule."""
        while True:
            try:
                message = self._told.get_nowait()
            except Empty:
                break
            running = self._running.get(message["job"])
            if running is None or running.claim.attempt != message["attempt"]:
                continue
            running.heard = time.monotonic()
            if (found := message["found"]) is not None:
                earlier = running.found["schedule"] if running.found else None
                if found["schedule"] is None and earlier is not None:
                    found = {**found, "schedule": earlier}
                running.found = found
        for running in self._running.values():
            if running.found is not None:
                self._jobs.progress(running.claim.id, running.claim.attempt, **running.found)
                running.found = None

    def _hear(self) -> None:
        """Pass on who is to stop, and let go of what is no longer this engine's or says nothing any more."""
        cluster = self._cluster
        if cluster is None or not cluster.up:
            raise OSError("the connection is gone")
        held = self._jobs.held(self._name)
        for job_id, running in [*self._running.items()]:
            attempt, asked = held.get(job_id, (0, False))
            if asked or attempt != running.claim.attempt:
                cluster.everywhere(task.stop, task.name_of(running.claim))
            silent = running.heard is not None and time.monotonic() - running.heard > self._setting.silence
            if attempt != running.claim.attempt:
                self._drop(job_id)
            elif silent:
                log.warning("job %s: its worker says nothing any more", job_id)
                cluster.everywhere(task.stop, task.name_of(running.claim))
                self._lost(job_id)

    # ---- ending -----------------------------------------------------------------------------------

    def _collect(self) -> None:
        ends = [(job_id, running, running.future.status) for job_id, running in self._running.items()]
        self._write_down()  # what was told before the end, that the attempt had begun for one
        for job_id, running, status in ends:
            if status == "finished":
                self._finish(job_id, running.claim, running.future.result())
            elif status == "error":
                error = running.future.exception()
                if isinstance(error, KilledWorker):
                    log.warning("job %s: its worker died", job_id)
                    if running.heard is None:
                        self._back(job_id)
                    else:
                        self._lost(job_id)
                else:
                    log.error("job %s failed", job_id, exc_info=error)
                    detail = f"This is a defect of the server, logged there under the job's id {job_id}"
                    self._jobs.fail(job_id, running.claim.attempt, _error("internal", "Internal error", 500, detail))
                    self._drop(job_id)
            elif status in ("cancelled", "lost"):  # Dask gave it up with the connection
                raise OSError("the connection was gone")

    def _finish(self, job_id: str, claim: Claim, done: Done) -> None:
        status = JobStatus.STOPPED if done.stopped else JobStatus.COMPLETED
        best: Mapping[str, Any] = {}
        if done.schedule is not None:
            best = {"schedule": done.schedule, "objective": done.objective, "bound": done.bound}
        self._jobs.finish(job_id, claim.attempt, status, done.result, **best)
        self._drop(job_id)

    def _back(self, job_id: str) -> None:
        self._jobs.release(job_id, self._running[job_id].claim.attempt)
        self._drop(job_id)

    def _lost(self, job_id: str) -> None:
        claim = self._running[job_id].claim
        losses = self._jobs.job(job_id).losses + 1
        if losses >= self._setting.losses:
            detail = f"{losses} workers died while they ran it; out of memory, perhaps"
            self._jobs.fail(job_id, claim.attempt, _error("worker-lost", "The work ended before it was done", 503, detail))
        else:
            self._jobs.release(job_id, claim.attempt, lost=True)
        self._drop(job_id)

    def _drop(self, job_id: str) -> None:
        running = self._running.pop(job_id)
        if running.future is not None:
            running.future.release()

    def _leave_cluster(self) -> None:
        """Give every job back and close the cluster."""
        cluster, self._cluster = self._cluster, None
        for job_id, running in [*self._running.items()]:
            if cluster is not None and cluster.up:
                cluster.everywhere(task.stop, task.name_of(running.claim))
            self._jobs.release(job_id, running.claim.attempt)
            del self._running[job_id]
        if cluster is not None:
            cluster.close()


def _error(kind: str, title: str, status: int, detail: str) -> dict[str, Any]:
    more = {"type": f"urn:toban:error:{kind}", "title": title, "status": status}
    return {**more, "detail": detail, "errors": []}
