"""What a worker does: solve one attempt of a job, telling what it finds and listening for a stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, Final, NamedTuple

from distributed import get_worker
from distributed.utils import sync

from api.solving.jobs import read_request
from solver import Problem, Progress, Schedule, solve, speaking
from solver.domain.language import LANGUAGES
from store import Claim

TELL_SECONDS: Final = 0.1  # what is found within that time is told at once, the last of it
ALIVE_SECONDS: Final = 2.0  # and a sign of life where nothing is found

_stops: dict[str, threading.Event] = {}


class Done(NamedTuple):
    """The end of an attempt: the result as JSON, and what a job's row says of it."""

    result: bytes
    stopped: bool
    schedule: dict[str, dict[str, str]] | None
    objective: int | None
    bound: int | None


def name_of(claim: Claim) -> str:
    """Name an attempt."""
    return f"{claim.id}:{claim.attempt}"


async def stop(name: str) -> None:
    """End an attempt that runs in this process, soon. Dask calls this beside the solve, in the worker's event loop."""
    event = _stops.get(name)
    if event is not None:
        event.set()


def run(claim: Claim, topic: str) -> Done:
    """Solve an attempt, in the job's language. What is found is told as events of the topic.

    Raises
    ------
    ProblemError
        The request is at fault.
    TobanError
        A defect.
    """
    asked = _stops.setdefault(name_of(claim), threading.Event())
    teller = _Teller(claim, topic)
    try:
        teller.begin()
        with teller.telling(), speaking(LANGUAGES[LANGUAGES.index(claim.language)]):
            problem, _ = read_request(claim.request)
            start = _start(claim, problem)
            result = solve(problem, on_progress=teller.note, stop=asked, start=start)
    finally:
        del _stops[name_of(claim)]
    stopped = result.status == "CANCELLED" and asked.is_set()
    return Done(result.model_dump_json().encode(), stopped, result.schedule, result.objective, result.bound)


def _start(claim: Claim, problem: Problem) -> Schedule | None:
    if claim.schedule is None:
        return None
    rows = {staff: {date.fromisoformat(day): k for day, k in row.items()} for staff, row in claim.schedule.items()}
    return Schedule({staff: row for staff, row in rows.items() if staff in problem.staff_by_id})


class _Teller:
    """Takes the solver's word in its thread, and passes on the latest from a thread of its own."""

    def __init__(self, claim: Claim, topic: str) -> None:
        self._claim, self._topic, self._worker = claim, topic, get_worker()
        self._latest: Progress | None = None
        self._schedule: Schedule | None = None
        self._lock = threading.Lock()

    def note(self, progress: Progress) -> None:
        with self._lock:
            self._latest = progress
            if progress.schedule is not None:
                self._schedule = progress.schedule

    def begin(self) -> None:
        """Tell that the attempt has begun, and wait until the scheduler knows: from here on a death counts."""
        with suppress(OSError, TimeoutError):
            told = {"topic": self._topic, "msg": self._message(None, None)}
            sync(self._worker.loop, self._worker.scheduler.log_event, callback_timeout=ALIVE_SECONDS, **told)

    @contextmanager
    def telling(self) -> Iterator[None]:
        ended = threading.Event()
        thread = threading.Thread(target=self._tell, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _tell(self, ended: threading.Event) -> None:
        told = 0.0
        while not ended.wait(TELL_SECONDS):
            with self._lock:
                latest, schedule = self._latest, self._schedule
                self._latest = self._schedule = None
            if latest is not None or time.monotonic() - told >= ALIVE_SECONDS:
                told = time.monotonic()
                self._worker.log_event(self._topic, self._message(latest, schedule))

    def _message(self, latest: Progress | None, schedule: Schedule | None) -> dict[str, Any]:
        message: dict[str, Any] = {"job": self._claim.id, "attempt": self._claim.attempt, "found": None}
        if latest is not None:
            message["found"] = {
                "phase": latest.phase,
                "objective": latest.objective,
                "bound": latest.bound,
                "elapsed": round(latest.elapsed, 3),
                "schedule": None if schedule is None else schedule.to_json(),
            }
        return message
