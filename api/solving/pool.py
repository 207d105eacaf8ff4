"""The server's side: worker processes, how many at once, who waits, and who is turned away.

Building a model holds Python's interpreter lock, so neither threads nor the event loop will do. Workers are child
processes that stay (importing the engine takes a second); they start when first needed. A worker whose task was given
up, ran too long or died is killed and replaced: nobody else notices.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process

from api.solving.wire import HEAD, Mark, faults_from, frame, head
from solver import ProblemError
from solver.domain.language import Language

_PIPE_BUFFER = 2**20


class TooBusy(Exception):
    """All workers are busy and as many requests wait as may."""


class ShuttingDown(Exception):
    """The server is about to end and takes on nothing more."""


class WorkerLost(Exception):
    """The worker ended, or had to be ended, before it answered."""


class WorkerFailed(Exception):
    """The task raised what it should not: a defect. The text is the worker's traceback."""


class Worker:
    """One child process and the pipes to it."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> Worker:
        """Start a process and wait until it is ready.

        Raises
        ------
        WorkerLost
            It ends, or cannot even begin.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "api.solving.worker"),
                stdin=PIPE,
                stdout=PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(part or os.getcwd() for part in sys.path)},
                start_new_session=True,  # Ctrl-C in the terminal is the server's to handle
                limit=_PIPE_BUFFER,
            )
        except OSError as error:
            raise WorkerLost(f"its process could not start: {error.strerror}") from error
        worker = cls(process)
        try:
            await worker._receive()
        except BaseException:
            worker.kill()
            await worker.ended()
            raise
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.returncode is None

    async def work(self, mark: Mark, body: bytes, language: Language) -> tuple[Mark, bytes]:
        """Hand over one task, to be answered in that language, and wait for what comes back.

        Raises
        ------
        WorkerLost
            The process ends first.
        """
        self._send(mark, body, language)
        with contextlib.suppress(ConnectionError):  # said again, and better, by the missing answer
            assert self._process.stdin is not None
            await self._process.stdin.drain()
        return await self._receive()

    def stop(self) -> None:
        """Ask for the best answer so far."""
        self._send(Mark.STOP)

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def ended(self) -> None:
        """Wait until the process is gone, whatever it still has to say."""
        assert self._process.stdout is not None
        with contextlib.suppress(RuntimeError):  # its answer is still being read elsewhere
            await self._process.stdout.read()
        await self._process.wait()

    def _send(self, mark: Mark, body: bytes = b"", language: Language = "en") -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(frame(mark, body, language))

    async def _receive(self) -> tuple[Mark, bytes]:
        assert self._process.stdout is not None
        try:
            mark, _, length = head(await self._process.stdout.readexactly(HEAD.size))
            return mark, await self._process.stdout.readexactly(length)
        except (EOFError, ConnectionError):
            raise WorkerLost("its process ended") from None


class Pool:
    """At most `size` tasks at once, at most `room` more waiting, none for more than `patience` seconds."""

    def __init__(self, size: int, room: int, patience: float) -> None:
        self.size, self.room, self.running, self.waiting = size, room, 0, 0
        self._patience = patience
        self._slots = asyncio.Semaphore(size)
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self.accepting = True

    async def start(self) -> None:
        """Have one worker ready, so that an installation that cannot work fails now."""
        self._idle.append(await self._hired())

    async def revive(self) -> None:
        """See that there is a worker, or can be: start one where none lives.

        Raises
        ------
        WorkerLost
            None can.
        """
        if self.accepting and not any(worker.alive for worker in self._workers):
            self._idle.append(await self._hired())

    async def run(self, mark: Mark, body: bytes, language: Language = "en") -> bytes:
        """Have one task answered, its sentences in that language. Cancelling this ends the task.

        Raises
        ------
        ProblemError
            The request is at fault.
        TooBusy, ShuttingDown
            It was not taken on.
        WorkerLost, WorkerFailed
            It was, and came to nothing.
        """
        if self._slots.locked() and self.waiting >= self.room:
            raise TooBusy
        self.waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            came, payload = await self._work(mark, body, language)
        finally:
            self.running -= 1
            self._slots.release()
        if came is Mark.FAULTS:
            raise ProblemError(faults_from(payload))
        if came is not Mark.ANSWER:
            raise WorkerFailed(payload.decode())
        return payload

    def stop(self) -> None:
        """Take on nothing more; what runs answers with the best so far."""
        self.accepting = False
        for worker in self._workers.difference(self._idle):
            worker.stop()

    async def close(self) -> None:
        """End every process."""
        self.accepting = False
        for worker in self._workers:
            worker.kill()
        await asyncio.gather(*(worker.ended() for worker in self._workers))

    async def _work(self, mark: Mark, body: bytes, language: Language) -> tuple[Mark, bytes]:
        worker = await self._free_worker()
        if not self.accepting:
            self._idle.append(worker)
            raise ShuttingDown
        try:
            async with asyncio.timeout(self._patience):
                answer = await worker.work(mark, body, language)
        except TimeoutError:
            worker.kill()
            raise WorkerLost(f"no answer within {self._patience:g} seconds") from None
        except BaseException:  # given up or lost: its state is unknown
            worker.kill()
            raise
        self._idle.append(worker)
        return answer

    async def _free_worker(self) -> Worker:
        while self._idle:
            if (worker := self._idle.pop()).alive:
                return worker
        return await self._hired()

    async def _hired(self) -> Worker:
        worker = await Worker.start()
        self._workers = {known for known in self._workers if known.alive} | {worker}
        return worker
