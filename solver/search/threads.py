"""Several searches side by side around one best roster, until it is the best or time is up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from solver.model import OutOfTime
from solver.search.incumbent import Incumbent

POLL_SECONDS = 0.05


def run_beside(works: Iterable[Callable[[], None]], incumbent: Incumbent, ending: threading.Event) -> None:
    """Run each in a thread of its own until all have ended; what one of them raises ends the others and is raised here.

    `ending` is set once the search is over, and runs that do not look at it are interrupted.
    """
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except OutOfTime:
            pass  # the model was still being read
        except BaseException as error:  # told to the caller's thread
            failures.append(error)
            ending.set()

    workers = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        if incumbent.over or ending.is_set():
            ending.set()
            incumbent.interrupter.interrupt()
        time.sleep(POLL_SECONDS)
    if failures:
        raise failures[0]
