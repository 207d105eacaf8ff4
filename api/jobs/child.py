"""The process that one job runs in: an attempt in, what it finds on the way and the result out.

It ends when its input ends, so it never outlives its host, however that died.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import threading
import time
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any, Final

from pydantic_core import to_json

from api.solving.jobs import read_request
from api.solving.wire import Mark, faults_data, frame
from api.solving.worker import Inbox, listen, own_stdout
from solver import Problem, ProblemError, Progress, Schedule, solve, speaking

TELL_SECONDS: Final = 0.1  # what is found within that time is told at once, the last of it
ALIVE_SECONDS: Final = 2.0  # and a sign of life where nothing is found
_LENGTH: Final = struct.Struct(">Q")
_NICENESS: Final = 5  # the server comes first where they share processors
_KILL_ME_FIRST: Final = "500"  # of 1000, where the kernel has to choose


def main() -> None:
    """Serve until the input ends."""
    _step_back()
    answers, lock = own_stdout(), threading.Lock()

    def say(mark: Mark, body: bytes = b"") -> None:
        with lock:
            answers.write(frame(mark, body))
            answers.flush()

    inbox, stop = Inbox(), Event()
    threading.Thread(target=listen, args=(inbox, stop), daemon=True).start()
    say(Mark.READY)
    while True:
        _, language, body = inbox.get()
        with speaking(language):
            say(*_answer(body, stop, say))


def pack(head: Any, body: bytes) -> bytes:
    """Put JSON data before bytes."""
    data = to_json(head)
    return _LENGTH.pack(len(data)) + data + body


def unpack(packed: bytes) -> tuple[Any, bytes]:
    """Read what `pack` wrote."""
    (length,) = _LENGTH.unpack_from(packed)
    end = _LENGTH.size + length
    return json.loads(packed[_LENGTH.size : end]), packed[end:]


def _step_back() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the host decides when to end
    with contextlib.suppress(AttributeError, OSError):
        os.nice(_NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_KILL_ME_FIRST)


def _answer(body: bytes, stop: Event, say: Callable[[Mark, bytes], None]) -> tuple[Mark, bytes]:
    start, request = unpack(body)
    try:
        with _Teller(lambda found: say(Mark.FOUND, to_json(found))) as teller:
            problem, _ = read_request(request)
            result = solve(problem, on_progress=teller.note, stop=stop, start=_schedule(start, problem))
    except ProblemError as error:
        return Mark.FAULTS, to_json(faults_data(error.faults))
    except MemoryError:
        return Mark.CRASH, b"MemoryError"
    except Exception:  # whatever it is, the server logs it
        return Mark.CRASH, traceback.format_exc().encode(errors="backslashreplace")
    ending = {
        "stopped": result.status == "CANCELLED" and stop.is_set(),
        "schedule": result.schedule,
        "objective": result.objective,
        "bound": result.bound,
    }
    return Mark.ANSWER, pack(ending, result.model_dump_json().encode())


def _schedule(start: dict[str, dict[str, str]] | None, problem: Problem) -> Schedule | None:
    if start is None:
        return None
    rows = {staff: {date.fromisoformat(day): symbol for day, symbol in row.items()} for staff, row in start.items()}
    return Schedule({staff: row for staff, row in rows.items() if staff in problem.staff_by_id})


class _Teller:
    """Takes the solver's word in its thread, and passes on the latest from a thread of its own."""

    def __init__(self, tell: Callable[[dict[str, Any] | None], None]) -> None:
        self._tell = tell
        self._latest: Progress | None = None
        self._schedule: Schedule | None = None
        self._lock, self._ended = threading.Lock(), Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> _Teller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def note(self, progress: Progress) -> None:
        with self._lock:
            self._latest = progress
            if progress.schedule is not None:
                self._schedule = progress.schedule

    def _run(self) -> None:
        told = 0.0
        while not self._ended.wait(TELL_SECONDS):
            with self._lock:
                latest, schedule = self._latest, self._schedule
                self._latest = self._schedule = None
            if latest is not None or time.monotonic() - told >= ALIVE_SECONDS:
                told = time.monotonic()
                self._tell(None if latest is None else _found(latest, schedule))


def _found(progress: Progress, schedule: Schedule | None) -> dict[str, Any]:
    return {
        "phase": progress.phase,
        "objective": progress.objective,
        "bound": progress.bound,
        "elapsed": round(progress.elapsed, 3),
        "schedule": None if schedule is None else schedule.to_json(),
    }


if __name__ == "__main__":
    main()
