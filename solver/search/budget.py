"""How long a search may go on: seconds of wall clock, units of deterministic work, and a stop from outside."""

from __future__ import annotations

import threading
import time

LEAST_SECONDS = 0.01


class Budget:
    """Shared by all phases of one solve; each search takes what is left and reports the work it did."""

    def __init__(
        self, seconds: float, work: float | None, stop: threading.Event | None = None, whole: Budget | None = None
    ) -> None:
        self.started = time.monotonic()
        self._deadline = self.started + seconds
        self._work = work
        self._whole = whole
        self.stop = stop if stop is not None else threading.Event()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def seconds(self) -> float:
        """Seconds left; never negative."""
        return max(0.0, self._deadline - time.monotonic())

    @property
    def work(self) -> float | None:
        """Deterministic work left, None where it is not limited."""
        return self._work

    @property
    def spent(self) -> bool:
        """Whether nothing more should be started."""
        return self.stop.is_set() or self.seconds < LEAST_SECONDS or (self._work is not None and self._work <= 0)

    def did(self, work: float) -> None:
        """Take done work off what is left, of the whole too."""
        if self._whole is not None:
            self._whole.did(work)
        if self._work is not None:
            self._work = max(0.0, self._work - work)

    def sooner(self, seconds: float) -> Budget:
        """The same, but ending so many seconds earlier, which what comes after it needs."""
        return Budget(max(0.0, self.seconds - seconds), self._work, self.stop, self)

    def part(self, share: float, at_least: float, at_most: float | None = None) -> Budget:
        """A budget of its own for one phase: a share of what is left, at least so many seconds; the same stop.

        `at_most` so many seconds only where work is not limited: with such a limit the clock should not decide.
        """
        seconds = max(self.seconds * share, at_least)
        if at_most is not None and self._work is None:
            seconds = min(seconds, at_most)
        return Budget(seconds, None if self._work is None else self._work * share, self.stop, self)
