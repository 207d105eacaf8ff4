"""Webhooks: who is to be told of a job's end, and whether he was.

They are part of the job's row, so that none is lost: whoever runs on the database finds those that are due. An attempt is
counted before it is made and due again when its lease runs out; a message may therefore arrive twice, but never not at all.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import or_, select, update

from store import tables
from store.database import Database
from store.jobs import LIGHT, Job, job_of

_table = tables.jobs


class HookStatus(StrEnum):
    """Where the message of a job's end stands."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Due(NamedTuple):
    """A message to be sent, and which attempt that is, from 1."""

    job: Job
    url: str
    attempt: int


class Webhooks:
    """The webhooks of one database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, lease: timedelta, most: int) -> list[Due]:
        """Take messages of jobs that have ended, those due longest first; nobody else gets them within the lease."""
        now = datetime.now(UTC)
        due = (
            _table.c.webhook_status == HookStatus.PENDING,
            _table.c.ended_at.is_not(None),
            or_(_table.c.webhook_due_at.is_(None), _table.c.webhook_due_at <= now),
        )
        query = select(*LIGHT).where(*due).order_by(_table.c.webhook_due_at, _table.c.ended_at).limit(most)
        query = query.with_for_update(skip_locked=True)  # what another server is about to take is left to it
        with self._database.reading() as connection:
            if connection.scalar(select(_table.c.id).where(*due).limit(1)) is None:
                return []
        taken = []
        with self._database.writing() as connection:
            for row in connection.execute(query).mappings().all():
                job = job_of(row)
                attempt = job.webhook_attempts or 0
                mine = (_table.c.id == job.id, _table.c.webhook_attempts == attempt, *due)
                values = {"webhook_attempts": attempt + 1, "webhook_due_at": now + lease}
                if job.webhook_url and connection.execute(update(_table).where(*mine).values(**values)).rowcount:
                    taken.append(Due(job, job.webhook_url, attempt + 1))
        return taken

    def delivered(self, due: Due) -> bool:
        """Note that it arrived. False where a later attempt is under way."""
        return self._write(due, webhook_status=HookStatus.DELIVERED.value, webhook_due_at=None, webhook_error=None)

    def failed(self, due: Due, error: str, again_in: timedelta | None) -> bool:
        """Note that it did not; it is sent again after that time, or never (None)."""
        if again_in is None:
            return self._write(due, webhook_status=HookStatus.FAILED.value, webhook_due_at=None, webhook_error=error)
        return self._write(due, webhook_due_at=datetime.now(UTC) + again_in, webhook_error=error)

    def release(self, due: Due) -> bool:
        """Give an attempt back that was not made to its end: whoever comes next makes it at once."""
        return self._write(due, webhook_attempts=due.attempt - 1, webhook_due_at=None)

    def _write(self, due: Due, **values: Any) -> bool:
        mine = (
            _table.c.id == due.job.id,
            _table.c.webhook_attempts == due.attempt,
            _table.c.webhook_status == HookStatus.PENDING,
        )
        with self._database.writing() as connection:
            return bool(connection.execute(update(_table).where(*mine).values(**values)).rowcount)
