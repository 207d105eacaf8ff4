"""A solve somebody watches: its progress on stderr, and Ctrl-C that keeps the best roster so far."""

from __future__ import annotations

import contextvars
import os
import signal
import sys
import threading
import time
from types import FrameType

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from api.cli.exits import ExitCode
from api.render.words import percent, seconds
from solver import Problem, Progress, Result, solve

PHASES = {"solve": "solving", "explain": "finding what contradicts", "relax": "breaking as little as possible"}
_LOOK = 0.1  # seconds between looks at the clock


class Board:
    """The one line of progress. Written by the solver's thread, drawn by the display's."""

    def __init__(self, time_limit: float) -> None:
        self._limit = time_limit
        self._started = time.monotonic()
        self._latest: Progress | None = None
        self._spinner = Spinner("dots", style="green")
        self.stopping = False

    def update(self, progress: Progress) -> None:
        """Take note of a better schedule or bound."""
        self._latest = progress

    def __rich__(self) -> Table:
        latest = self._latest
        phase = "stopping, Ctrl-C again aborts" if self.stopping else PHASES[latest.phase if latest else "solve"]
        line = Table.grid(padding=(0, 2))
        elapsed = f"{seconds(time.monotonic() - self._started)} of {self._limit:g} s"
        parts = [Text(phase, "bold"), Text(elapsed, "dim"), *(_numbers(latest) if latest else [])]
        line.add_row(self._spinner, *parts)
        return line


def _numbers(progress: Progress) -> list[Text]:
    """Penalty, bound and gap as far as they are known."""
    if progress.objective is None:
        return [Text("no roster yet", "dim")]
    parts = [Text.assemble("penalty ", (str(progress.objective), "bold green"))]
    if progress.bound is not None and progress.gap is not None:
        parts += [
            Text(f"bound {progress.bound}"),
            Text(f"gap {percent(progress.gap)}", "yellow" if progress.gap else "green"),
        ]
    return parts


def solve_watched(problem: Problem) -> Result:
    """Solve in a thread while this one shows progress (on a terminal only) and listens for Ctrl-C.

    The first Ctrl-C ends the search and keeps the best roster; the second ends the program.
    """
    board, stop = Board(problem.options.time_limit), threading.Event()
    console = Console(stderr=True)
    live = Live(board, console=console, refresh_per_second=8, transient=True, redirect_stdout=False, redirect_stderr=False)
    watched = console.is_terminal and not console.is_dumb_terminal

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            abort(console)
        board.stopping = True
        stop.set()

    outcome = _Outcome()
    here = contextvars.copy_context()  # a thread begins without it, and would forget the language
    worker = threading.Thread(target=here.run, args=(outcome.of, problem, board, stop), name="solve", daemon=True)
    before = signal.signal(signal.SIGINT, interrupted)
    try:
        if watched:
            live.start()
        worker.start()
        while worker.is_alive():
            worker.join(_LOOK)
    finally:
        if watched:
            live.stop()
        signal.signal(signal.SIGINT, before)
    return outcome.result()


class _Outcome:
    """What the thread brought home: a result, or the error to raise here."""

    def __init__(self) -> None:
        self._result: Result | None = None
        self._error: BaseException | None = None

    def of(self, problem: Problem, board: Board, stop: threading.Event) -> None:
        try:
            self._result = solve(problem, on_progress=board.update, stop=stop)
        except BaseException as error:  # raised again by `result`
            self._error = error

    def result(self) -> Result:
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result


def abort(console: Console) -> None:
    """End at once: the search runs outside Python and would hold up an ordinary exit."""
    console.show_cursor(True)
    console.file.write("\n")
    console.file.flush()
    sys.stdout.flush()
    os._exit(ExitCode.ABORTED)
