"""Engines on a database, and problems that end at once or never."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.jobs.engine import Engine, Setting
from store import Job, JobStatus, Store, Submission
from tests.api.conftest import children
from tests.api.conftest import endless as endless_solve
from tests.api.conftest import small as small_solve
from tests.conftest import new_sqlite

__all__ = ["endless_solve", "small_solve"]
PATIENCE = 180.0  # seconds; a machine may be busy


@pytest.fixture
def small(small_solve: dict[str, Any]) -> dict[str, Any]:
    """A problem that is solved in a moment, and has all the time that a slow machine needs for it."""
    return {**small_solve, "options": {**small_solve["options"], "time_limit": 3600}}


@pytest.fixture
def endless(endless_solve: dict[str, Any]) -> dict[str, Any]:
    """A problem that is still being solved whenever a test looks, however slow the machine."""
    return {**endless_solve, "options": {**endless_solve["options"], "time_limit": 3600}}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store without anything."""
    store = Store(new_sqlite(tmp_path / "jobs.db"))
    yield store
    store.close()


@pytest.fixture
def engine(store: Store) -> Iterator[Callable[..., Engine]]:
    """Start engines; what is left of them is closed."""
    made: list[Engine] = []

    def start(**setting: Any) -> Engine:
        made.append(Engine(store.jobs, Setting(**{"cores": 1, **setting})))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.close()


def queue(store: Store, problem: Any, **more: Any) -> str:
    """Queue a problem."""
    return store.jobs.submit(Submission(json.dumps(problem).encode(), "hash", **more))[0].id


def until(condition: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Wait for a condition; it failing to come true in time fails the test."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def ended(store: Store, job_id: str, status: JobStatus = JobStatus.COMPLETED, seconds: float = PATIENCE) -> Job:
    """Wait until a job has ended, and so."""
    until(lambda: store.jobs.job(job_id).status.final, seconds)
    job = store.jobs.job(job_id)
    assert job.status == status, job
    return job


def workers(pid: int) -> list[int]:
    """The processes that jobs run in, of the engine or the machine that is a process."""

    def is_worker(one: int) -> bool:
        try:
            return b"api.jobs.child" in Path(f"/proc/{one}/cmdline").read_bytes()
        except OSError:
            return False

    return [one for one in children(pid) if is_worker(one)]  # of one that has ended the command is empty
