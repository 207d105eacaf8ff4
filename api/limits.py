"""What one server takes on."""

from __future__ import annotations

from dataclasses import dataclass, field

from dask.system import CPU_COUNT


def _processors() -> int:
    """Count the processors this process may use, in a container too."""
    return int(CPU_COUNT)


def _solves() -> int:
    """Allow two, so that a short solve need not wait for a long one; more where each keeps four processors."""
    return max(2, _processors() // 4)


def _jobs() -> int:
    """Allow one job a processor."""
    return max(1, _processors())


@dataclass(frozen=True)
class Limits:
    """Sizes and times; the defaults fit the machine.

    `solves` and `checks` run at once, each in a process of its own; `waiting` more of each may wait for one. Sizes in
    bytes, times in seconds.
    """

    solves: int = field(default_factory=_solves)
    checks: int = 2
    waiting: int = 8
    largest_body: int = 10 * 2**20
    slowest_body: float = 60
    slowest_solve: float = 150  # reading, building and explaining come on top of the 60 a client may ask for
    slowest_check: float = 60
    ping: float = 20  # from one ping of a WebSocket to the next
    pong: float = 20  # to answer it, or the connection is cut
    slowest_head: float = 10
    waiting_heads: int = 2000  # connections on which no request is under way; past it the oldest is closed
    largest_message: int = 2 * 2**20
    messages_a_second: float = 100  # of one WebSocket; whoever sends more is read more slowly
    jobs: int = field(default_factory=_jobs)  # cores for them, where no scheduler is named; each is a process of its own
    memory_of_job: int | None = None  # bytes, where no scheduler is named; None: its cores' share of the machine
    waiting_jobs: int = 1000
    lines: int = 1000  # of a batch
    lines_at_once: int = 16  # of a batch that are jobs at the same time
    lease: float = 10  # a server silent for so long is taken for dead, and its jobs are taken over
    losses: int = 3  # deaths of its process after which a job has failed
    days_of_jobs: float = 30  # for which an ended job is kept
    look_at_keys: float = 15  # how often the keys of open WebSockets are looked at again
