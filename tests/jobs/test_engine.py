"""The engine with real worker processes: what is accepted ends, once, whatever dies."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest

from api.jobs.engine import Engine
from solver import check, read_problem, read_schedule
from store import Jobs, JobStatus, Store
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


def test_a_killed_process_costs_nothing_that_was_found_and_its_neighbour_nothing_at_all(
    store: Store, engine: Start, endless: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[str, int, int | None]] = []
    progress = Jobs.progress

    def noted(self: Jobs, job_id: str, attempt: int, **best: Any) -> bool:
        if best["schedule"] is not None:
            found.append((job_id, attempt, best["objective"]))
        return progress(self, job_id, attempt, **best)

    monkeypatch.setattr(Jobs, "progress", noted)
    engine(cores=2)
    jobs = [queue(store, endless), queue(store, endless)]
    until(lambda: all(store.jobs.job(one).objective is not None for one in jobs))
    victim, *_ = workers(os.getpid())
    os.kill(victim, signal.SIGKILL)
    until(lambda: any(attempt == 2 for _, attempt, _ in found))
    killed, _, first = next(one for one in found if one[1] == 2)
    (other,) = {*jobs} - {killed}
    best = min(
        objective for job_id, attempt, objective in found if (job_id, attempt) == (killed, 1) and objective is not None
    )
    assert first is not None
    assert first <= best
    assert (store.jobs.job(killed).losses, store.jobs.job(other).losses, store.jobs.job(other).attempt) == (1, 0, 1)
    for one in jobs:
        store.jobs.stop(one)
        ended(store, one, JobStatus.STOPPED)


def test_a_job_whose_process_keeps_dying_fails(store: Store, engine: Start, endless: dict[str, Any]) -> None:
    engine(losses=2)
    job_id = queue(store, endless)
    for attempt in (1, 2):
        until(lambda n=attempt: (store.jobs.job(job_id).attempt, len(workers(os.getpid()))) == (n, 1))
        step = store.jobs.job(job_id).step
        until(lambda n=step: store.jobs.job(job_id).step > n)
        os.kill(workers(os.getpid())[0], signal.SIGKILL)
        until(lambda n=attempt: store.jobs.job(job_id).losses == n or store.jobs.job(job_id).status.final)
    job = ended(store, job_id, JobStatus.FAILED)
    assert job.error is not None
    assert job.error["type"] == "urn:toban:error:worker-lost"
    assert "SIGKILL" in job.error["detail"]
    assert store.jobs.whole(job_id)[1] is not None, "the best so far stays"


def test_a_job_over_its_memory_fails_and_its_neighbour_lives(
    store: Store, engine: Start, endless: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.host.MEMORY_LIMIT", 600 * 2**20)
    engine(cores=4)
    neighbour = queue(store, endless, cores=3)
    until(lambda: store.jobs.job(neighbour).objective is not None)
    greedy = queue(store, endless, cores=1)
    job = ended(store, greedy, JobStatus.FAILED)
    assert job.error is not None
    assert job.error["type"] == "urn:toban:error:out-of-memory"
    assert "150 MiB" in job.error["detail"], "one core of four has a quarter of the memory"
    assert job.attempt == 1, "it would only do it again"
    assert (store.jobs.job(neighbour).status, store.jobs.job(neighbour).attempt) == ("RUNNING", 1)
    store.jobs.stop(neighbour)
    ended(store, neighbour, JobStatus.STOPPED)


def test_a_job_takes_as_many_cores_as_it_asks_for(store: Store, engine: Start, endless: dict[str, Any]) -> None:
    running = engine(cores=3)
    first, large, last = (queue(store, endless, cores=cores, caller=name) for name, cores in (("a", 2), ("b", 2), ("c", 1)))
    until(lambda: store.jobs.job(first).objective is not None)
    assert running.running == 1, "one core is free, but the next in turn needs two"
    assert {store.jobs.job(one).status for one in (large, last)} == {"QUEUED"}
    store.jobs.stop(first)
    until(lambda: running.running == 2)
    for one in (large, last):
        until(lambda job_id=one: store.jobs.job(job_id).status == "RUNNING")
    whole = queue(store, endless, cores=64)
    for one in (large, last):
        store.jobs.stop(one)
    until(lambda: store.jobs.job(whole).status == "RUNNING")
    store.jobs.stop(whole)
    ended(store, whole, JobStatus.STOPPED)


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


def test_a_process_that_nobody_needs_ends(
    store: Store, engine: Start, small: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.jobs.processes._IDLE_SECONDS", 0.2)
    engine()
    ended(store, queue(store, small))
    until(lambda: workers(os.getpid()) == [])
    ended(store, queue(store, small))


def test_a_defect_fails_the_job_alone(store: Store, engine: Start, small: dict[str, Any]) -> None:
    engine()
    broken, sound = queue(store, {"no": "problem"}), queue(store, small)
    assert ended(store, broken, JobStatus.FAILED).error is not None
    ended(store, sound)
