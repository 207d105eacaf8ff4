"""Jobs: solves that outlive the request, the worker and the server that took them on.

    QUEUED ──claim──> RUNNING ──finish──> COMPLETED | STOPPED | FAILED
       ^                 │
       └── lost, released, or its runner's lease ran out

The row comes first; whatever computes does so for a row. Every claim raises `attempt`, which is the fencing token:
progress and results are taken from the present attempt alone (Kleppmann, "How to do distributed locking", 2016), so a job
ends once, whatever else still computes for it. The three last statuses are final.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, or_, select, text, update

from store import tables
from store.database import Database
from store.errors import KeyReused, NotFound, QueueFull

_table = tables.jobs
_HEAVY: Final = ("request", "patch", "result", "schedule")
LIGHT: Final = [column for column in _table.c if column.name not in _HEAVY]
"""The columns that `job_of` needs."""
_SUBMITTING: Final = 7_262_004  # any number, the same for every server: the lock under which the queue is counted
MOST_LISTED: Final = 1000


class Status(StrEnum):
    """Where a job stands."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    STOPPED = "STOPPED"
    FAILED = "FAILED"

    @property
    def final(self) -> bool:
        """Whether nothing more happens to the job."""
        return self in FINAL


FINAL: Final = frozenset({Status.COMPLETED, Status.STOPPED, Status.FAILED})


class Job(NamedTuple):
    """A job without its larger parts; `step` grows with everything worth telling. `elapsed` in seconds."""

    id: str
    restaurant_id: str | None
    parent_id: str | None
    request_hash: str
    status: Status
    priority: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    stop_asked: bool
    attempt: int
    losses: int
    cores: int
    step: int
    phase: str | None
    objective: int | None
    bound: int | None
    elapsed: float | None
    error: dict[str, Any] | None
    webhook_url: str | None = None
    webhook_status: str | None = None
    webhook_attempts: int | None = None
    webhook_due_at: datetime | None = None
    webhook_error: str | None = None


class Claim(NamedTuple):
    """A job to run: its fencing token, the request, and the best schedule of an attempt that was cut off."""

    id: str
    attempt: int
    request: bytes
    language: str
    schedule: dict[str, dict[str, str]] | None
    cores: int = 1


class Submission(NamedTuple):
    """What a caller wants solved; `patch` is what was sent where that was one of the parent's problem."""

    request: bytes
    request_hash: str
    restaurant_id: str | None = None
    caller: str = ""
    idempotency_key: str | None = None
    priority: int = 0
    language: str = "en"
    parent_id: str | None = None
    cores: int = 1
    patch: bytes | None = None
    webhook_url: str | None = None


class Jobs:
    """The jobs of one database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- callers ----------------------------------------------------------------------------------

    def submit(self, wanted: Submission, most_waiting: int | None = None) -> tuple[Job, bool]:
        """Queue a job. Returns it, and whether it is new: the same idempotency key of the same caller gives the first one.

        Raises
        ------
        KeyReused
            The key was used for another request.
        QueueFull
            So many wait already.
        NotFound
            There is no such restaurant.
        """
        with self._database.writing() as connection:
            if not self._database.is_sqlite:  # there a transaction is the only writer anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _SUBMITTING})
            known = _same(connection, wanted)
            if known is not None:
                return known, False
            _refuse_unknown_restaurant(connection, wanted.restaurant_id)
            if most_waiting is not None:
                waiting = select(func.count()).select_from(_table).where(_table.c.status == Status.QUEUED)
                if (connection.scalar(waiting) or 0) >= most_waiting:
                    raise QueueFull(most_waiting)
            job_id = secrets.token_hex(16)
            values = {**wanted._asdict(), "id": job_id, "status": Status.QUEUED.value, "created_at": datetime.now(UTC)}
            if wanted.webhook_url is not None:
                values |= {"webhook_status": "PENDING", "webhook_attempts": 0}
            connection.execute(insert(_table).values(**values, stop_asked=False, attempt=0, losses=0, step=0))
            return _light(connection, job_id), True

    def job(self, job_id: str) -> Job:
        """Find a job, without its larger parts."""
        with self._database.reading() as connection:
            return _light(connection, job_id)

    def whole(self, job_id: str) -> tuple[Job, dict[str, dict[str, str]] | None, bytes | None]:
        """Find a job with the best schedule so far and the result, as one moment has them."""
        with self._database.reading() as connection:
            row = connection.execute(select(_table).where(_table.c.id == job_id)).mappings().first()
        if row is None:
            raise NotFound(f"there is no job {job_id}")
        return job_of(row), row["schedule"], row["result"]

    def request(self, job_id: str) -> bytes:
        """The request of a job, exactly as it was sent; of one made by a patch the problem that came of it."""
        with self._database.reading() as connection:
            found = connection.scalar(select(_table.c.request).where(_table.c.id == job_id))
        if found is None:
            raise NotFound(f"there is no job {job_id}")
        return bytes(found)

    def patch(self, job_id: str) -> bytes | None:
        """The patch that made a job's request of its parent's, exactly as it was sent; None where it was no patch."""
        with self._database.reading() as connection:
            found = connection.execute(select(_table.c.patch).where(_table.c.id == job_id)).one_or_none()
        if found is None:
            raise NotFound(f"there is no job {job_id}")
        return None if found.patch is None else bytes(found.patch)

    def listed(
        self,
        restaurant_ids: Collection[str] | None = None,
        statuses: Collection[Status] | None = None,
        before: str | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """List jobs, newest first, from the one after `before` on; of every restaurant (None) or of some."""
        tests: list[ColumnElement[bool]] = []
        if restaurant_ids is not None:
            tests.append(_table.c.restaurant_id.in_(restaurant_ids))
        if statuses:
            tests.append(_table.c.status.in_([status.value for status in statuses]))
        with self._database.reading() as connection:
            if before is not None:
                last = _light(connection, before)
                older = _table.c.created_at < last.created_at
                tests.append(or_(older, and_(_table.c.created_at == last.created_at, _table.c.id < last.id)))
            query = select(*LIGHT).where(*tests).order_by(_table.c.created_at.desc(), _table.c.id.desc())
            rows = connection.execute(query.limit(min(limit, MOST_LISTED))).mappings()
            return [job_of(row) for row in rows]

    def stop(self, job_id: str) -> Job:
        """End a job: one that waits at once, one that runs as soon as it hears of it. An ended one stays as it is."""
        with self._database.writing() as connection:
            waits = (_table.c.id == job_id, _table.c.status == Status.QUEUED)
            runs = (_table.c.id == job_id, _table.c.status == Status.RUNNING)
            connection.execute(update(_table).where(*waits).values(**_ended(Status.STOPPED), stop_asked=True))
            connection.execute(update(_table).where(*runs).values(stop_asked=True))
            return _light(connection, job_id)

    def ended(self, job_ids: Collection[str]) -> list[str]:
        """Those of some jobs that have ended, the first to end first."""
        tests = (_table.c.id.in_(job_ids), _table.c.ended_at.is_not(None))
        with self._database.reading() as connection:
            return list(connection.scalars(select(_table.c.id).where(*tests).order_by(_table.c.ended_at, _table.c.id)))

    def discard(self, job_ids: Collection[str]) -> None:
        """Delete jobs that have ended and are of no use any more."""
        with self._database.writing() as connection:
            connection.execute(delete(_table).where(_table.c.id.in_(job_ids), _table.c.ended_at.is_not(None)))

    def forget(self, before: datetime) -> int:
        """Delete jobs that ended before a moment; tells how many."""
        with self._database.writing() as connection:
            return connection.execute(delete(_table).where(_table.c.ended_at < before)).rowcount

    # ---- whoever runs them ------------------------------------------------------------------------

    def waiting(self) -> int:
        """How many wait."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).where(_table.c.status == Status.QUEUED)) or 0

    def claim(self, runner: str, lease: timedelta, fits: Callable[[int], bool] = lambda _: True) -> Claim | None:
        """Take the next job; None where nothing waits, or where so many cores as it takes are not free.

        It is one of the house (a restaurant, else a caller) with the fewest cores at work, among equals of the one served
        longest ago; in a house by priority, then age. No smaller one goes before it, or a large one would wait for ever.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            while (found := _next(connection)) is not None:
                job_id, cores = found
                if not fits(cores):
                    return None
                mine = (_table.c.id == job_id, _table.c.status == Status.QUEUED)
                taken = {
                    "status": Status.RUNNING.value,
                    "attempt": _table.c.attempt + 1,
                    "step": _table.c.step + 1,
                    "started_at": func.coalesce(_table.c.started_at, now),
                    "runner": runner,
                    "leased_until": now + lease,
                }
                if connection.execute(update(_table).where(*mine).values(**taken)).rowcount:
                    row = connection.execute(select(_table).where(_table.c.id == job_id)).one()
                    return Claim(row.id, row.attempt, bytes(row.request), row.language, row.schedule, row.cores)
        return None

    def renew(self, runner: str, lease: timedelta) -> None:
        """Keep the jobs of a runner from being taken for lost."""
        held = (_table.c.runner == runner, _table.c.status == Status.RUNNING)
        with self._database.writing() as connection:
            connection.execute(update(_table).where(*held).values(leased_until=datetime.now(UTC) + lease))

    def held(self, runner: str) -> dict[str, tuple[int, bool]]:
        """List what a runner holds: the attempt of each job, and whether it is asked to stop."""
        wanted = select(_table.c.id, _table.c.attempt, _table.c.stop_asked)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.where(_table.c.runner == runner, _table.c.status == Status.RUNNING))
            return {row.id: (row.attempt, row.stop_asked) for row in rows}

    def progress(
        self,
        job_id: str,
        attempt: int,
        *,
        phase: str,
        objective: int | None,
        bound: int | None,
        elapsed: float,
        schedule: Mapping[str, Any] | None,
    ) -> bool:
        """Note what was found; without a schedule only a bound. False where the attempt is not the present one."""
        values: dict[str, Any] = {"phase": phase, "bound": bound, "elapsed": elapsed}
        if schedule is not None:
            values |= {"schedule": schedule, "objective": objective}
        return self._write(job_id, attempt, {**values, "step": _table.c.step + 1})

    def keep(self, job_id: str, attempt: int, **best: Any) -> bool:
        """Note the best schedule of an attempt that is about to be given back, where it has one."""
        return best["schedule"] is None or self._write(job_id, attempt, {**best, "step": _table.c.step + 1})

    def finish(self, job_id: str, attempt: int, status: Status, result: bytes, **best: Any) -> bool:
        """End a job with its result. False where the attempt is not the present one, or the job has ended."""
        return self._write(job_id, attempt, {**_ended(status), "result": result, **best})

    def fail(self, job_id: str, attempt: int, error: Mapping[str, Any]) -> bool:
        """End a job that came to nothing. The best schedule so far stays."""
        return self._write(job_id, attempt, {**_ended(Status.FAILED), "error": dict(error)})

    def release(self, job_id: str, attempt: int, *, lost: bool = False) -> bool:
        """Put a job back in the queue, to go on from the best schedule so far; one that was to stop has stopped."""
        with self._database.writing() as connection:
            present = _present(job_id, attempt)
            asked = connection.scalar(select(_table.c.stop_asked).where(*present))
            if asked is None:
                return False
            values = _ended(Status.STOPPED) if asked else _WAITING
            more = {"losses": _table.c.losses + 1} if lost else {}
            return bool(connection.execute(update(_table).where(*present).values(**values, **more)).rowcount)

    def recover(self) -> int:
        """Put jobs back in the queue whose runner is gone (its lease ran out); tells how many."""
        over = (_table.c.status == Status.RUNNING, _table.c.leased_until < datetime.now(UTC))
        with self._database.reading() as connection:
            if connection.scalar(select(_table.c.id).where(*over).limit(1)) is None:
                return 0
        with self._database.writing() as connection:
            connection.execute(update(_table).where(*over, _table.c.stop_asked).values(**_ended(Status.STOPPED)))
            return connection.execute(update(_table).where(*over).values(**_WAITING)).rowcount

    def _write(self, job_id: str, attempt: int, values: dict[str, Any]) -> bool:
        with self._database.writing() as connection:
            return bool(connection.execute(update(_table).where(*_present(job_id, attempt)).values(**values)).rowcount)


_WAITING: Final[dict[str, Any]] = {
    "status": Status.QUEUED.value,
    "runner": None,
    "leased_until": None,
    "step": _table.c.step + 1,
}


def _ended(status: Status) -> dict[str, Any]:
    left = {"runner": None, "leased_until": None, "step": _table.c.step + 1}
    return {"status": status.value, "ended_at": datetime.now(UTC), **left}


def _present(job_id: str, attempt: int) -> tuple[ColumnElement[bool], ...]:
    return _table.c.id == job_id, _table.c.attempt == attempt, _table.c.status == Status.RUNNING


def _next(connection: Connection) -> tuple[str, int] | None:
    house = func.coalesce(_table.c.restaurant_id, _table.c.caller).label("house")
    queued = set(connection.scalars(select(house).where(_table.c.status == Status.QUEUED).distinct()))
    if not queued:
        return None
    counted = select(house, func.sum(_table.c.cores).label("cores")).where(_table.c.status == Status.RUNNING).group_by(house)
    running = {row.house: row.cores for row in connection.execute(counted)}
    latest = select(house, func.max(_table.c.started_at).label("at")).group_by(house)
    served = {row.house: row.at for row in connection.execute(latest)}

    def turn(name: str) -> tuple[int, float, str]:
        last = served.get(name)
        return running.get(name, 0), last.timestamp() if last is not None else 0.0, name

    chosen = min(queued, key=turn)
    order = (_table.c.priority.desc(), _table.c.created_at, _table.c.id)
    query = select(_table.c.id, _table.c.cores).where(_table.c.status == Status.QUEUED, house == chosen)
    found = connection.execute(query.order_by(*order).limit(1)).first()
    return None if found is None else (found.id, found.cores)


def _same(connection: Connection, wanted: Submission) -> Job | None:
    if wanted.idempotency_key is None:
        return None
    same = (_table.c.caller == wanted.caller, _table.c.idempotency_key == wanted.idempotency_key)
    known = connection.execute(select(_table).where(*same)).mappings().first()
    if known is None:
        return None
    same_house = (known["restaurant_id"], known["parent_id"]) == (wanted.restaurant_id, wanted.parent_id)
    if wanted.patch is None:
        same_request = (bytes(known["request"]), known["priority"]) == (wanted.request, wanted.priority)
    else:  # the problem that a patch makes depends on when the parent is looked at
        same_request = known["patch"] is not None and bytes(known["patch"]) == wanted.patch
    if not (same_house and same_request):
        raise KeyReused
    return job_of(known)


def _refuse_unknown_restaurant(connection: Connection, restaurant_id: str | None) -> None:
    known = tables.restaurants.c.id
    if restaurant_id is not None and connection.scalar(select(known).where(known == restaurant_id)) is None:
        raise NotFound(f"there is no restaurant {restaurant_id}")


def _light(connection: Connection, job_id: str) -> Job:
    found = connection.execute(select(*LIGHT).where(_table.c.id == job_id)).mappings().first()
    if found is None:
        raise NotFound(f"there is no job {job_id}")
    return job_of(found)


def job_of(row: RowMapping) -> Job:
    """Make a row a job."""
    values: dict[str, Any] = {name: row[name] for name in Job._fields}
    return Job(**{**values, "status": Status(row["status"])})
