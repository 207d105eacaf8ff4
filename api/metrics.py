"""What `/metrics` tells Prometheus of one server process. Ids of restaurants, people or requests are never labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from starlette.requests import ClientDisconnect

from api.closings import CLOSINGS
from api.solving.pool import ShuttingDown, TooBusy, WorkerFailed, WorkerLost
from api.solving.wire import Mark
from solver import ProblemError, __version__

disable_created_metrics()  # type: ignore[no-untyped-call] # a time stamp beside every figure, which nobody asks for
_REQUEST: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_TASK: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 90, 150)
_BROADCAST: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 5)
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_CLOSINGS: Final = frozenset((403, 1000, 1001, 1005, 1006, 1009, *CLOSINGS))
_STATUS: Final = re.compile(rb'\{"status":"([A-Z]{1,20})"')
_ENDS: Final[dict[type[BaseException], str]] = {
    ProblemError: "refused",
    TooBusy: "too_busy",
    ShuttingDown: "shutting_down",
    WorkerLost: "lost",
    WorkerFailed: "failed",
    ClientDisconnect: "client_gone",
}


class Task:
    """A task in the making; `answered` with the bytes of its answer, if it comes to that."""

    status = "failed"

    def answered(self, body: bytes) -> None:
        """Read the status off an answer; `done` where it has none."""
        found = _STATUS.match(body)
        self.status = found[1].decode() if found else "done"


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        to = self._registry
        Gauge("toban_info", "1, with the version", ["version"], registry=to).labels(__version__).set(1)
        self._requests = Counter("toban_http_requests", "Answered requests", ["method", "route", "status"], registry=to)
        self._request_seconds = Histogram(
            "toban_http_request_seconds", "From head to last byte", ["method", "route"], buckets=_REQUEST, registry=to
        )
        self._tasks = Counter(
            "toban_tasks", "Work of the solving processes: by answer, or why there is none", ["task", "status"], registry=to
        )
        self._task_seconds = Histogram(
            "toban_task_seconds", "Until the answer, waiting included", ["task"], buckets=_TASK, registry=to
        )
        self._running = Gauge("toban_tasks_running", "Tasks that are worked on", ["pool"], registry=to)
        self._waiting = Gauge("toban_tasks_waiting", "Tasks that wait for a process", ["pool"], registry=to)
        self._clients = Gauge("toban_websocket_clients", "Connected clients", registry=to)
        self._ends = Counter(
            "toban_websocket_ends",
            "WebSockets that ended, by closing code; 403 where the handshake was refused to a foreign page",
            ["code"],
            registry=to,
        )
        self._webhooks = Counter(
            "toban_webhooks", "Attempts to tell of a job's end: delivered, failed or given_up", ["outcome"], registry=to
        )
        self._changes = Counter("toban_changes", "Revisions this process committed", registry=to)
        self._broadcast_seconds = Histogram(
            "toban_broadcast_seconds",
            "From a change's time stamp, of whatever process, until it is queued for every client here",
            buckets=_BROADCAST,
            registry=to,
        )

    def text(self) -> bytes:
        """Write everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def watch_pool(self, name: str, running: Callable[[], int], waiting: Callable[[], int]) -> None:
        """Ask a pool how busy it is whenever that is wanted."""
        self._running.labels(name).set_function(running)
        self._waiting.labels(name).set_function(waiting)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request under its route's template."""
        known = method if method in _METHODS else "OTHER"
        self._requests.labels(known, route, status).inc()
        self._request_seconds.labels(known, route).observe(seconds)

    @contextmanager
    def task(self, mark: Mark) -> Iterator[Task]:
        """Measure a task."""
        name, task, started = mark.name.lower(), Task(), perf_counter()
        try:
            yield task
        except BaseException as error:
            task.status = _ENDS.get(type(error), "failed" if isinstance(error, Exception) else "client_gone")
            raise
        finally:
            self._tasks.labels(name, task.status).inc()
            self._task_seconds.labels(name).observe(perf_counter() - started)

    @contextmanager
    def client(self) -> Iterator[None]:
        """Count a WebSocket while it is open."""
        with self._clients.track_inprogress():
            yield

    def ended(self, code: int) -> None:
        """Count a WebSocket that ended. Clients may choose codes of their own: these are one figure together."""
        self._ends.labels(code if code in _CLOSINGS else "other").inc()

    def webhook(self, outcome: str) -> None:
        """Count an attempt to tell of a job's end."""
        self._webhooks.labels(outcome).inc()

    def changed(self, *_: object) -> None:
        """Count a revision that was committed here."""
        self._changes.inc()

    def told(self, at: str) -> None:
        """Measure how old a change is that was just told to the clients of this process."""
        self._broadcast_seconds.observe(max(0.0, (datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds()))
