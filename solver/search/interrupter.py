"""Ends what is under way in other threads once a search is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Interrupter:
    """Knows how to stop the runs of solvers that are under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: set[Callable[[], object]] = set()

    @contextmanager
    def running(self, stop: Callable[[], object]) -> Iterator[None]:
        """A run is under way, which can be stopped."""
        with self._lock:
            self._stops.add(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stops.discard(stop)

    def interrupt(self) -> None:
        """End those under way; called again and again, as one may only just begin."""
        with self._lock:
            for stop in self._stops:
                stop()
