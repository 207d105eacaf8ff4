"""Jobs on a scheduler and workers that are processes of their own, as on other machines."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from api.jobs.engine import Engine
from store import JobStatus, Store
from tests.api.conftest import environment
from tests.jobs.conftest import ended, queue, until, workers


@pytest.fixture
def begin() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start Python modules as processes; they end with the test."""
    with ExitStack() as started:

        def run(*arguments: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-P", "-m", *arguments]
            quiet = subprocess.DEVNULL
            made = started.enter_context(subprocess.Popen(command, env=environment(), stdout=quiet, stderr=quiet))
            started.callback(made.kill)
            return made

        yield run


@pytest.mark.slow
def test_a_remote_worker_that_dies_and_a_scheduler_that_dies(
    store: Store, engine: Callable[..., Engine], begin: Callable[..., subprocess.Popen[bytes]], endless: dict[str, Any]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"tcp://127.0.0.1:{port}"
    scheduler = ("dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    serving = begin(*scheduler)
    engine(scheduler=url)
    job_id = queue(store, endless)
    worker = begin("api.cli.main", "worker", "--scheduler", url, "--cores", "1")
    until(lambda: store.jobs.job(job_id).objective is not None)
    best = store.jobs.job(job_id).objective
    assert best is not None
    serving.kill()
    serving.wait()
    until(lambda: store.jobs.job(job_id).status == "QUEUED")
    worker.send_signal(signal.SIGTERM)
    worker.wait(120)
    begin(*scheduler)
    again = begin("api.cli.main", "worker", "--scheduler", url, "--cores", "1")
    until(lambda: store.jobs.job(job_id).attempt >= 2)
    before = store.jobs.job(job_id).step
    until(lambda: store.jobs.job(job_id).step > before)
    for pid in workers(again.pid):
        os.kill(pid, signal.SIGKILL)
    store.jobs.stop(job_id)
    job = ended(store, job_id, JobStatus.STOPPED)
    assert job.objective is not None
    assert job.objective <= best
