"""The engine with real worker processes: what is accepted ends, once, whatever dies."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import Any

from api.jobs.engine import Engine
from solver import check, read_problem, read_schedule
from store import JobStatus, Store
from tests.jobs.conftest import ended, queue, until, workers

Start = Callable[..., Engine]


def test_a_job_is_solved_in_its_language(store: Store, engine: Start, small: dict[str, Any]) -> None:
    engine()
    small["prefilled"]["nakata"] = {"2025-01-15": "×"}
    job_id = queue(store, small, language="ja")
    job = ended(store, job_id)
    _, schedule, sent = store.jobs.whole(job_id)
    result = json.loads(sent or b"")
    assert result["schedule"] == schedule
    assert job.objective == result["objective"]
    assert any("中田" in one["message"] for one in [*result["violations"], *result["conflicts"]])


def test_stop_reaches_a_running_solve_and_keeps_the_best(store: Store, engine: Start, endless: dict[str, Any]) -> None:
    engine()
    job_id = queue(store, endless)
    until(lambda: store.jobs.job(job_id).objective is not None)
    store.jobs.stop(job_id)
    job = ended(store, job_id, JobStatus.STOPPED)
    result = json.loads(store.jobs.whole(job_id)[2] or b"")
    assert result["status"] == "CANCELLED"
    assert result["objective"] == job.objective
    problem = read_problem(endless)
    violations = check(problem, read_schedule(result["schedule"], problem))
    assert sum(one.penalty for one in violations) == job.objective


def test_a_killed_worker_costs_nothing_that_was_found(store: Store, engine: Start, endless: dict[str, Any]) -> None:
    engine()
    job_id = queue(store, endless)
    until(lambda: store.jobs.job(job_id).objective is not None)
    best = store.jobs.job(job_id).objective
    assert best is not None
    for pid in workers(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    until(lambda: store.jobs.job(job_id).attempt == 2)
    assert store.jobs.job(job_id).losses == 1
    before = store.jobs.job(job_id).step
    until(lambda: store.jobs.job(job_id).step > before)
    store.jobs.stop(job_id)
    job = ended(store, job_id, JobStatus.STOPPED)
    assert job.objective is not None
    assert job.objective <= best


def test_a_job_that_kills_its_workers_fails(store: Store, engine: Start, endless: dict[str, Any]) -> None:
    engine(losses=1)
    job_id = queue(store, endless)
    until(lambda: store.jobs.job(job_id).objective is not None)
    for pid in workers(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    job = ended(store, job_id, JobStatus.FAILED)
    assert job.error is not None
    assert job.error["type"] == "urn:toban:error:worker-lost"
    assert store.jobs.whole(job_id)[1] is not None, "the best so far stays"


def test_a_closed_engine_gives_its_jobs_back_and_another_goes_on(
    store: Store, engine: Start, endless: dict[str, Any]
) -> None:
    first = engine()
    job_id = queue(store, endless)
    until(lambda: store.jobs.job(job_id).objective is not None)
    first.close()
    assert workers(os.getpid()) == [], "every process of the cluster has ended with it"
    job = store.jobs.job(job_id)
    assert (job.status, job.losses) == ("QUEUED", 0)
    assert store.jobs.whole(job_id)[1] is not None
    engine()
    until(lambda: store.jobs.job(job_id).attempt == 2)
    store.jobs.stop(job_id)
    ended(store, job_id, JobStatus.STOPPED)


def test_as_many_at_once_as_there_are_slots(store: Store, engine: Start, endless: dict[str, Any]) -> None:
    running = engine()
    jobs = [queue(store, endless, caller=name) for name in "ab"]
    until(lambda: store.jobs.job(jobs[0]).objective is not None)
    assert (running.running, store.jobs.job(jobs[1]).status) == (1, "QUEUED")
    store.jobs.stop(jobs[0])
    until(lambda: store.jobs.job(jobs[1]).status == "RUNNING")
    store.jobs.stop(jobs[1])
    ended(store, jobs[1], JobStatus.STOPPED)


def test_a_defect_fails_the_job_alone(store: Store, engine: Start, small: dict[str, Any]) -> None:
    engine()
    broken, sound = queue(store, {"no": "problem"}), queue(store, small)
    assert ended(store, broken, JobStatus.FAILED).error is not None
    ended(store, sound)
