"""A batch somebody watches: bars on a terminal, a line for each problem elsewhere, and Ctrl-C that keeps what is done."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Column
from rich.text import Text

from api.batch.table import Row
from api.cli.live import abort
from api.render.plain import plain
from api.render.words import percent, seconds
from store import Job

STYLE = {"OPTIMAL": "green", "FEASIBLE": "yellow", "UNKNOWN": "magenta", "LEFT": "magenta"}
_PATIENCE = 5.0  # seconds for a scheduler to answer


def answers(scheduler: str) -> bool:
    """Whether somebody listens where a scheduler should be."""
    import socket

    try:
        parts = urlsplit(scheduler)
        with socket.create_connection((parts.hostname or "", parts.port or 8786), _PATIENCE):
            return True
    except (OSError, ValueError):
        return False


@contextmanager
def watching() -> Iterator[tuple[Board, threading.Event]]:
    """Show how a batch gets on. The first Ctrl-C (or SIGTERM) sets the event, the second ends the program."""
    console, stop = Console(stderr=True), threading.Event()
    board = Board(console)

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            abort(console)
        board.stopping()
        stop.set()

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with board:
            yield board, stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Left(ProgressColumn):
    """How long the rest of the batch will take, from what it took so far."""

    def render(self, task: Task) -> Text:
        """Write hours, minutes and seconds."""
        left = task.time_remaining
        if task.fields["kind"] != "all" or left is None or not task.total:
            return Text("")
        hours, rest = divmod(int(left), 3600)
        return Text(f"{hours}:{rest // 60:02}:{rest % 60:02} left", "cyan")


class Board:
    """The bars: one for all, one for each problem that is being solved."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown = console.is_terminal and not console.is_dumb_terminal
        self._progress = Progress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            _Left(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            transient=True,
            expand=False,
            disable=not self._shown,
            speed_estimate_period=3600,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._all = self._progress.add_task("reading", total=None, kind="all", figures="")
        self._bars: dict[str, TaskID] = {}
        self._cases = self._told = 0

    def __enter__(self) -> Board:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stopping(self) -> None:
        """Say that it comes to an end."""
        self._progress.update(self._all, description="stopping, Ctrl-C again aborts")
        if not self._shown:
            print("toban: stopping; the same command goes on", file=sys.stderr, flush=True)

    def begun(self, cases: int, to_solve: int) -> None:
        """Everything was read: only what is to be solved tells how long the rest will take."""
        self._cases = cases
        kept = f", {cases - to_solve} not to be solved" if cases > to_solve else ""
        self._progress.update(self._all, description=f"solving{kept}", total=to_solve)
        self._progress.reset(self._all, total=to_solve, description=f"solving{kept}")

    def running(self, jobs: list[tuple[str, Job]]) -> None:
        """Show a bar for each, which is how much of its time is over."""
        now = dict(jobs)
        for name in [*self._bars.keys() - now.keys()]:
            self._progress.remove_task(self._bars.pop(name))
        for name, job in now.items():
            if name not in self._bars:
                self._bars[name] = self._progress.add_task(f"  {plain(name)}", total=None, kind="one", figures="")
            self._progress.update(self._bars[name], figures=_figures(job))

    def ended(self, row: Row, *, kept: bool) -> None:
        """Count it, and print a line where there are no bars."""
        self._told += 1
        solved = not kept and row.status != "REFUSED"
        if solved and self._cases:
            self._progress.advance(self._all)
        count = f"{self._told}/{self._cases} " if self._cases else ""
        line = Text.assemble(
            count, f"{plain(row.name)}  ", (row.status, STYLE.get(row.status, "red")), f"  {_said(row, kept)}"
        )
        if self._shown:
            self._console.print(line, highlight=False, no_wrap=True, overflow="ellipsis")
        else:
            print(line.plain.rstrip(), file=sys.stderr, flush=True)


def _figures(job: Job) -> str:
    if job.objective is None:
        return "no roster yet"
    bound = f"  bound {job.bound}" if job.bound is not None else ""
    return f"penalty {job.objective}{bound}  {seconds(job.elapsed or 0.0)}"


def _said(row: Row, kept: bool) -> str:
    if row.error:
        return plain(row.error.splitlines()[0])
    parts = [f"penalty {row.penalty}"] if row.penalty is not None else []
    parts += [f"hard {row.hard}"] if row.hard else []
    parts += [f"gap {percent(row.gap)}"] if row.gap is not None else []
    parts += ["kept"] if kept else [seconds(row.seconds)] if row.seconds is not None else []
    return "  ".join(parts)
