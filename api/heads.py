"""Patience with clients that send nothing, or one letter at a time, where a request should begin.

uvicorn waits for a request's head for ever. Here it has so many seconds from the first moment it could come; and where too
many connections wait for one, the one that has waited longest is closed, so that there is always room for others.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, ClassVar, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_MOST_FILES: Final = 65_536


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with limits on heads; `patient` makes classes with other limits."""

    slowest_head: ClassVar[float] = 10  # seconds
    most_waiting: ClassVar[int] = 256
    waiting: ClassVar[dict[PatientProtocol, None]]  # in the order in which they began to wait

    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def handle_events(self) -> None:
        """Read on; what counts is whether a head is still to come afterwards."""
        super().handle_events()
        self._judge()

    def on_response_complete(self) -> None:
        """Wait for the next head, or for the rest of a body that nobody reads."""
        super().on_response_complete()
        self._judge()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._wait_no_more()
        super().connection_lost(exc)

    def give_up(self) -> None:
        """Close the connection; it counts no longer, although the loop has yet to end it."""
        self._wait_no_more()
        self.transport.abort()

    def _judge(self) -> None:
        answered = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
        if (answered or self.conn.their_state is h11.IDLE) and not self.transport.is_closing():
            self._wait()
        else:
            self._wait_no_more()

    def _wait(self) -> None:
        if self._timer is not None:
            return
        self._timer = self.loop.call_later(self.slowest_head, self.give_up)
        self.waiting[self] = None
        if len(self.waiting) > self.most_waiting:
            next(iter(self.waiting)).give_up()

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.waiting.pop(self, None)


def open_files() -> int:
    """How many files and connections this process may have open, after asking for as many as it can get."""
    try:
        import resource
    except ImportError:  # Windows knows no such limit
        return _MOST_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return _MOST_FILES if soft == resource.RLIM_INFINITY else soft


def patient(slowest_head: float, most_waiting: int) -> type[PatientProtocol]:
    """Make the protocol of one server."""
    members: dict[str, Any] = {"slowest_head": slowest_head, "most_waiting": most_waiting, "waiting": {}}
    return type("PatientProtocol", (PatientProtocol,), members)
