"""Webhooks as parts of jobs' rows: due when the job has ended, claimed once, never lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from store import JobStatus, Store, Submission

LEASE, OVER = timedelta(seconds=30), timedelta(seconds=-1)
URL = "https://hooks.example/x"


def submitted(store: Store, url: str | None = URL) -> str:
    return store.jobs.submit(Submission(b"{}", "0", webhook_url=url))[0].id


def ended(store: Store, url: str | None = URL) -> str:
    job_id = submitted(store, url)
    assert store.jobs.stop(job_id).status is JobStatus.STOPPED
    return job_id


def test_it_is_due_once_the_job_has_ended(store: Store) -> None:
    job_id = submitted(store)
    assert store.webhooks.claim(LEASE, 9) == []
    store.jobs.stop(job_id)
    [due] = store.webhooks.claim(LEASE, 9)
    assert (due.job.id, due.job.status, due.url, due.attempt) == (job_id, "STOPPED", URL, 1)
    assert store.webhooks.claim(LEASE, 9) == [], "somebody has it"
    assert store.webhooks.delivered(due)
    job = store.jobs.job(job_id)
    assert (job.webhook_status, job.webhook_attempts, job.webhook_due_at) == ("DELIVERED", 1, None)
    assert store.webhooks.claim(LEASE, 9) == []


def test_a_job_without_one_tells_nobody(store: Store) -> None:
    ended(store, None)
    assert store.webhooks.claim(LEASE, 9) == []


def test_an_attempt_that_died_is_made_again_and_may_not_write(store: Store) -> None:
    job_id = ended(store)
    [lost] = store.webhooks.claim(OVER, 9)
    [again] = store.webhooks.claim(LEASE, 9)
    assert again.attempt == 2
    assert not store.webhooks.delivered(lost)
    assert not store.webhooks.failed(lost, "late", LEASE)
    assert not store.webhooks.release(lost)
    assert store.webhooks.failed(again, "answered 500", LEASE)
    assert store.webhooks.claim(LEASE, 9) == [], "not yet due again"
    assert store.jobs.job(job_id).webhook_error == "answered 500"


def test_failing_for_good_and_giving_back(store: Store) -> None:
    job_id = ended(store)
    [due] = store.webhooks.claim(LEASE, 9)
    assert store.webhooks.release(due)
    [due] = store.webhooks.claim(LEASE, 9)
    assert due.attempt == 1, "what was given back was no attempt"
    assert store.webhooks.failed(due, "answered 410", None)
    assert store.jobs.job(job_id).webhook_status == "FAILED"
    assert not store.webhooks.delivered(due)
    assert store.webhooks.claim(LEASE, 9) == []


def test_as_many_as_asked_for_and_each_once(store: Store) -> None:
    jobs = {ended(store) for _ in range(9)}
    assert len(store.webhooks.claim(LEASE, 3)) == 3
    with ThreadPoolExecutor(4) as threads:
        taken = [due.job.id for found in threads.map(lambda _: store.webhooks.claim(LEASE, 3), range(4)) for due in found]
    assert len(taken) == len(set(taken)) == 6
    assert set(taken) < jobs
