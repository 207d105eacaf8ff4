"""Pricing is compiled at its first use on a machine, for some seconds, in a thread of its own.

No search waits for it beyond its time. What was compiled is kept by numba: beside the module where that can be written,
else in the user's cache directory, or where NUMBA_CACHE_DIR says; other processes load it from there. Where none of them
can be written, each process compiles anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

POLL_SECONDS = 0.05
_begun = threading.Lock()
_done = threading.Event()
_failures: list[BaseException] = []


def warm_up() -> None:
    """Begin to compile, unless that has begun; returns at once."""
    if _begun.acquire(blocking=False):
        threading.Thread(target=_compile, daemon=True).start()


def compiled(over: Callable[[], bool]) -> bool:
    """Wait until pricing can be used; False once the search is `over` before.

    Raises
    ------
    Exception
        Whatever stopped the compiler.
    """
    warm_up()
    while not _done.wait(POLL_SECONDS):
        if over():
            return False
    if _failures:
        raise _failures[0]
    return True


def _compile() -> None:
    try:
        import numpy as np

        from solver.search.columns.pricing import cheapest_row, cost_of
        from solver.search.columns.rows import MOST_COUNTERS, RowAutomaton

        one = np.zeros((1, 1, 1), np.int64)  # a kind of days, a state, a symbol
        adds = np.zeros((1, 1, 1, MOST_COUNTERS), np.int64)
        penalty = tuple(np.zeros(2 if j == 0 else 1, np.int64) for j in range(MOST_COUNTERS))
        row = RowAutomaton(("",), (), np.zeros(1, np.int64), one, one.copy(), adds, penalty, 1, 0)
        cheapest_row(row, np.zeros((1, 1), np.int64))
        cost_of(row, np.zeros(1, np.int64))
    except BaseException as error:  # told to whoever waits
        _failures.append(error)
    finally:
        _done.set()
