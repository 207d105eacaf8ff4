"""Jobs as rows: queued, claimed, fenced, ended once; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from store import Claim, JobStatus, KeyReused, NotFound, QueueFull, Store, Submission
from tests.store.conftest import HOUSE

LEASE = timedelta(seconds=30)
GONE = timedelta(seconds=-1)
ROSTER = {"sato": {"2025-01-01": "○"}}


def queue(store: Store, name: str = "a", restaurant: str | None = None, **more: Any) -> str:
    """Queue a job for a caller of this name."""
    return store.jobs.submit(Submission(b'{"x": 1}', "hash", restaurant, name, **more))[0].id


def claimed(store: Store, runner: str = "r", lease: timedelta = LEASE) -> Claim:
    found = store.jobs.claim(runner, lease)
    assert found is not None
    return found


def found(store: Store, claim: Claim, objective: int, schedule: Any = ROSTER) -> bool:
    more = {"phase": "solve", "bound": 0, "elapsed": 0.5}
    return store.jobs.progress(claim.id, claim.attempt, objective=objective, schedule=schedule, **more)


def test_a_job_goes_from_queue_to_result(store: Store) -> None:
    job_id = queue(store, restaurant=HOUSE)
    assert store.jobs.job(job_id).status == "QUEUED"
    claim = claimed(store)
    assert claim == Claim(job_id, 1, b'{"x": 1}', "en", None)
    assert found(store, claim, 7)
    assert found(store, claim, 7, None), "a better bound alone"
    assert store.jobs.finish(job_id, 1, JobStatus.COMPLETED, b"{}", objective=5)
    job, schedule, result = store.jobs.whole(job_id)
    assert (job.status, job.objective, job.step, schedule, result) == ("COMPLETED", 5, 4, ROSTER, b"{}")
    assert job.started_at is not None
    assert job.ended_at is not None
    assert store.jobs.request(job_id) == b'{"x": 1}'
    assert store.jobs.claim("r", LEASE) is None


def test_it_ends_once(store: Store) -> None:
    claim = claimed(store) if queue(store) else None
    assert claim is not None
    assert store.jobs.finish(claim.id, 1, JobStatus.COMPLETED, b"first")
    assert not store.jobs.finish(claim.id, 1, JobStatus.STOPPED, b"second")
    assert not store.jobs.fail(claim.id, 1, {"title": "late"})
    assert not store.jobs.release(claim.id, 1, lost=True)
    assert not found(store, claim, 1)
    assert store.jobs.stop(claim.id).status == "COMPLETED"
    assert store.jobs.whole(claim.id)[2] == b"first"


def test_whoever_holds_an_older_token_writes_nothing(store: Store) -> None:
    job_id = queue(store)
    old = claimed(store, "old", GONE)
    assert found(store, old, 9)
    assert store.jobs.recover() == 1
    new = claimed(store, "new")
    assert (new.id, new.attempt, new.schedule) == (job_id, 2, ROSTER), "it goes on from the best so far"
    assert not found(store, old, 1)
    assert not store.jobs.finish(job_id, old.attempt, JobStatus.COMPLETED, b"old")
    assert not store.jobs.release(job_id, old.attempt)
    assert store.jobs.held("new") == {job_id: (2, False)}
    assert store.jobs.finish(job_id, new.attempt, JobStatus.COMPLETED, b"new")
    assert store.jobs.whole(job_id)[2] == b"new"


def test_a_renewed_lease_is_not_recovered(store: Store) -> None:
    queue(store)
    claimed(store, "r", GONE)
    store.jobs.renew("r", LEASE)
    assert store.jobs.recover() == 0


def test_losses_are_counted_and_a_release_is_none(store: Store) -> None:
    job_id = queue(store)
    assert store.jobs.release(job_id, claimed(store).attempt, lost=True)
    assert store.jobs.release(job_id, claimed(store).attempt)
    job = store.jobs.job(job_id)
    assert (job.status, job.losses, job.attempt) == ("QUEUED", 1, 2)


def test_stopping(store: Store) -> None:
    waiting = queue(store)
    assert store.jobs.stop(waiting).status == "STOPPED"
    running = queue(store)
    claim = claimed(store)
    assert store.jobs.stop(running).status == "RUNNING"
    assert store.jobs.held("r") == {running: (1, True)}
    assert found(store, claim, 3)
    assert store.jobs.release(running, 1, lost=True), "its worker died before it heard of it"
    job, schedule, _ = store.jobs.whole(running)
    assert (job.status, schedule) == ("STOPPED", ROSTER)
    lost = queue(store)
    claimed(store, "r", GONE)
    store.jobs.stop(lost)
    store.jobs.recover()
    assert store.jobs.job(lost).status == "STOPPED"


def test_an_idempotency_key_gives_the_same_job(store: Store) -> None:
    first, new = store.jobs.submit(Submission(b"1", "h", caller="a", idempotency_key="k"))
    assert new
    again = store.jobs.submit(Submission(b"1", "h", caller="a", idempotency_key="k"), most_waiting=0)
    assert again == (first, False)
    with pytest.raises(KeyReused):
        store.jobs.submit(Submission(b"2", "h", caller="a", idempotency_key="k"))
    assert store.jobs.submit(Submission(b"1", "h", caller="b", idempotency_key="k"))[1], "a key is its caller's own"


def test_one_key_at_the_same_time_is_one_job(store: Store) -> None:
    wanted = Submission(b"1", "h", caller="a", idempotency_key="k")
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda _: store.jobs.submit(wanted), range(8)))
    assert len({job.id for job, _ in done}) == 1
    assert sum(new for _, new in done) == 1


def test_the_queue_is_bounded(store: Store) -> None:
    queue(store)
    with pytest.raises(QueueFull):
        store.jobs.submit(Submission(b"1", "h"), most_waiting=1)
    claimed(store)
    assert store.jobs.submit(Submission(b"1", "h"), most_waiting=1)[1], "what runs does not wait"


def test_no_job_is_claimed_twice(store: Store) -> None:
    ids = {queue(store) for _ in range(12)}
    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(lambda i: claimed(store, f"r{i}").id, range(12)))
    assert sorted(taken) == sorted(ids)


def test_turns_between_houses_then_priority_then_age(store: Store) -> None:
    a = [queue(store, "a") for _ in range(3)]
    urgent = queue(store, "a", priority=5)
    store.put_restaurant("b", {"name": "b"})
    b = [queue(store, "x", "b") for _ in range(2)]
    order = [claimed(store).id for _ in range(6)]
    assert order == [urgent, b[0], a[0], b[1], a[1], a[2]]


def test_a_house_that_waited_longest_is_next(store: Store) -> None:
    a, b = [queue(store, "a") for _ in range(2)], [queue(store, "b") for _ in range(2)]
    order = []
    for _ in range(4):
        claim = claimed(store)
        store.jobs.finish(claim.id, claim.attempt, JobStatus.COMPLETED, b"{}")
        order.append(claim.id)
    assert order == [a[0], b[0], a[1], b[1]]


def test_listing(store: Store) -> None:
    mine = [queue(store, restaurant=HOUSE) for _ in range(3)]
    other = queue(store)
    assert [job.id for job in store.jobs.listed()] == [other, *mine[::-1]]
    assert [job.id for job in store.jobs.listed([HOUSE], limit=2)] == mine[:0:-1]
    assert [job.id for job in store.jobs.listed([HOUSE], before=mine[1])] == mine[:1]
    assert store.jobs.listed(statuses=[JobStatus.RUNNING]) == []
    assert store.jobs.listed([]) == []


def test_what_is_not_there(store: Store) -> None:
    for ask in (store.jobs.job, store.jobs.whole, store.jobs.request, store.jobs.stop):
        with pytest.raises(NotFound):
            ask("nothing")
    with pytest.raises(NotFound):
        queue(store, restaurant="nowhere")
    assert store.jobs.listed() == []


def test_only_what_has_ended_is_forgotten(store: Store) -> None:
    kept = queue(store)
    ended = queue(store)
    store.jobs.stop(ended)
    assert store.jobs.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert store.jobs.forget(datetime.now(UTC) + timedelta(seconds=1)) == 1
    assert [job.id for job in store.jobs.listed()] == [kept]
