"""The run of a batch: what is not done yet is solved by the engine of jobs, and written down as it ends.

The results are the record: a run that was killed is begun again, and what has a result of the same request is kept. The
jobs of a run are its own and go with it, so that a problem begun again is solved as if for the first time — with the same
answer, where the options make it reproducible — and not from wherever it was cut off.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from api.batch.folder import Folder
from api.batch.sources import Case
from api.batch.table import FAILED, LEFT, REFUSED, Row, row_of
from api.jobs.engine import Engine, Setting
from store import Job, JobStatus, Store, Submission

_LOOK: Final = 0.2  # seconds
_AT_ONCE: Final = 50  # ended jobs that are read at a time
_MOST_FAULTS: Final = 20  # in one row


class Watch(Protocol):
    """Who looks on."""

    def begun(self, cases: int, to_solve: int) -> None:
        """Everything was read: so many cases, of which so many problems are to be solved."""

    def running(self, jobs: list[tuple[str, Job]]) -> None:
        """These run now, by name."""

    def ended(self, row: Row, *, kept: bool) -> None:
        """One case is done, or was already."""


@dataclass(frozen=True)
class Plan:
    """How a batch is solved: on so many processes here, or on the workers of a scheduler."""

    workers: int
    scheduler: str | None = None
    lang: str = "en"


def run(cases: Iterable[Case], folder: Folder, plan: Plan, watch: Watch, stop: threading.Event) -> list[Row]:
    """Solve what is not done yet; `stop` ends it early. The rows are in the order of the cases."""
    return _Run(folder, plan, watch, stop).of(cases)


class _Run:
    def __init__(self, folder: Folder, plan: Plan, watch: Watch, stop: threading.Event) -> None:
        self._folder, self._plan, self._watch, self._stop = folder, plan, watch, stop
        self._rows: dict[str, Row] = {}
        self._waiting: dict[str, list[Case]] = {}  # by the hash of the request: each is solved once

    def of(self, cases: Iterable[Case]) -> list[Row]:
        order = []
        store = Store(f"sqlite:///{self._folder.work / 'jobs.db'}")
        try:
            store.upgrade()
            finished = self._folder.finished()
            for case in cases:
                order.append(case.name)
                self._sort(case, finished, store)
                if self._stop.is_set():
                    break
            self._watch.begun(len(order), len(self._waiting))
            if self._waiting and not self._stop.is_set():
                self._solve(store)
        finally:
            store.close()
        for case in (case for waiting in self._waiting.values() for case in waiting):
            self._rows[case.name] = Row(case.name, case.source, LEFT, request_hash=case.request_hash)
        return [self._rows[name] for name in order]

    def _sort(self, case: Case, finished: dict[str, Path], store: Store) -> None:
        """Tell a case that is at fault, one that is done and one to be solved apart."""
        if case.request_hash is None:
            faults = [*map(str, case.faults[:_MOST_FAULTS]), *([case.trouble] if case.trouble else [])]
            left = len(case.faults) - _MOST_FAULTS
            error = "\n".join([*faults, *([f"and {left} faults more"] if left > 0 else [])])
            self._done(Row(case.name, case.source, REFUSED, error=error))
        elif (result := self._folder.kept(case.name, case.request_hash, finished)) is not None:
            self._done(row_of(case.name, case.source, result), kept=True)
        elif case.request_hash in self._waiting:
            self._waiting[case.request_hash].append(case._replace(request=b""))
        else:
            self._waiting[case.request_hash] = [case._replace(request=b"")]
            store.jobs.submit(Submission(case.request, case.request_hash, language=self._plan.lang, cores=case.cores))

    def _solve(self, store: Store) -> None:
        engine = Engine(store.jobs, Setting(scheduler=self._plan.scheduler, cores=self._plan.workers))
        engine.start()
        try:
            while self._waiting and not self._stop.is_set():
                ended = store.jobs.listed(statuses=[one for one in JobStatus if one.final], limit=_AT_ONCE)
                for job in ended:
                    self._write_down(job, store.jobs.whole(job.id)[2])
                store.jobs.discard([job.id for job in ended])
                running = store.jobs.listed(statuses=[JobStatus.RUNNING])
                self._watch.running([(self._waiting[job.request_hash][0].name, job) for job in reversed(running)])
                if not ended:
                    self._stop.wait(_LOOK)
        finally:
            engine.close()

    def _write_down(self, job: Job, data: bytes | None) -> None:
        for case in self._waiting.pop(job.request_hash):
            if job.status is not JobStatus.COMPLETED or data is None:
                error = job.error or {"title": "It was stopped"}
                text = ": ".join(str(error[part]) for part in ("title", "detail") if error.get(part))
                self._done(Row(case.name, case.source, FAILED, request_hash=job.request_hash, error=text))
                continue
            result = json.loads(data)
            self._folder.put(case.name, result)
            self._done(row_of(case.name, case.source, result))

    def _done(self, row: Row, *, kept: bool = False) -> None:
        self._rows[row.name] = row
        self._watch.ended(row, kept=kept)
