"""Jobs on a scheduler and workers that are processes of their own, as on other machines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from api.jobs.engine import Engine
from benchmarks.servers import free_port
from store import Jobs, JobStatus, Store
from tests.api.conftest import Server, environment
from tests.jobs.conftest import ended, queue, until, workers

Begin = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Start Python modules as processes; they end with the test."""
    with ExitStack() as started:

        def run(*arguments: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-P", "-m", *arguments]
            quiet = subprocess.DEVNULL
            made = started.enter_context(subprocess.Popen(command, env=environment(), stdout=quiet, stderr=quiet))
            started.callback(made.kill)
            return made

        yield run


class Site:
    """A scheduler, and machines for it."""

    def __init__(self, begin: Begin) -> None:
        self._begin, port = begin, free_port()
        self.url = f"tcp://127.0.0.1:{port}"
        self._scheduler = ("dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self._begin(*self._scheduler)

    def machine(self) -> subprocess.Popen[bytes]:
        return self._begin("api.cli.main", "worker", "--scheduler", self.url, "--cores", "1")


@pytest.mark.slow
def test_what_dies_around_a_job_is_not_counted_against_it(
    store: Store, engine: Callable[..., Engine], begin: Begin, endless: dict[str, Any]
) -> None:
    site = Site(begin)
    scheduler = site.scheduler()
    engine(scheduler=site.url, losses=1)
    job_id = queue(store, endless)
    machine = site.machine()
    until(lambda: store.jobs.job(job_id).objective is not None)
    best = store.jobs.job(job_id).objective
    assert best is not None
    scheduler.kill()
    scheduler.wait()
    until(lambda: store.jobs.job(job_id).status == "QUEUED")
    site.scheduler()  # for which the machine has waited
    until(lambda: store.jobs.job(job_id).attempt >= 2 and workers(machine.pid))
    (running,) = workers(machine.pid)
    machine.kill()
    machine.wait()
    until(lambda: not Server.lives(running))
    site.machine()
    attempt = store.jobs.job(job_id).attempt
    until(lambda: store.jobs.job(job_id).attempt > attempt)
    before = store.jobs.job(job_id).step
    until(lambda: store.jobs.job(job_id).step > before)
    store.jobs.stop(job_id)
    job = ended(store, job_id, JobStatus.STOPPED)
    assert job.losses == 0
    assert job.objective is not None
    assert job.objective <= best


@pytest.mark.slow
def test_a_machine_that_is_cut_off_and_comes_back_changes_nothing(
    store: Store,
    engine: Callable[..., Engine],
    begin: Begin,
    endless: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A job goes on elsewhere; what the first machine still says of it is refused, and its process is ended."""
    site = Site(begin)
    site.scheduler()
    first = site.machine()
    engine(scheduler=site.url, silence=5, losses=1)
    job_id = queue(store, endless)
    until(lambda: store.jobs.job(job_id).objective is not None)
    (late,) = workers(first.pid)
    os.kill(first.pid, signal.SIGSTOP)  # its process goes on searching, and fills the pipe
    site.machine()
    until(lambda: store.jobs.job(job_id).attempt == 2)
    step = store.jobs.job(job_id).step
    until(lambda: store.jobs.job(job_id).step > step)
    assert store.jobs.job(job_id).losses == 0
    refused: list[bool] = []
    write = Jobs._write

    def noted(self: Jobs, job: str, attempt: int, values: dict[str, Any]) -> bool:
        done = write(self, job, attempt, values)
        if attempt == 1:
            refused.append(not done)
        return done

    monkeypatch.setattr(Jobs, "_write", noted)
    os.kill(first.pid, signal.SIGCONT)
    until(lambda: not Server.lives(late))
    assert all(refused), "nothing of the first attempt is written any more"
    assert not store.jobs.progress(job_id, 1, phase="solve", objective=0, bound=0, elapsed=1, schedule={})
    assert not store.jobs.finish(job_id, 1, JobStatus.COMPLETED, b"{}")
    store.jobs.stop(job_id)
    until(lambda: store.jobs.job(job_id).status.final)
    job = store.jobs.job(job_id)
    assert (job.status, job.losses) == ("STOPPED", 0)
    assert job.attempt >= 2
