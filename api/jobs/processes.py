"""The processes of one machine that jobs run in, one each; what kills one is nobody else's business.

A process that has done its job takes the next one, since importing the engine takes a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from asyncio.subprocess import Process as Child
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import psutil

from api.jobs.child import pack, unpack
from api.solving.wire import HEAD, Mark, frame, head
from solver.domain.language import LANGUAGES
from store import Claim

Tell = Callable[[dict[str, Any] | None], None]

_PIPE_BUFFER: Final = 2**20
_LOOK_SECONDS: Final = 0.1  # between looks at a process's memory
_SILENCE: Final = 60.0  # seconds; a process that gives no sign of life for so long hangs
_IDLE_SECONDS: Final = 60.0  # after which a process without a job ends
_STUBBORN: Final = 60.0  # seconds from a stop to the end of a process that does not heed it; its result is lost then


class Done(NamedTuple):
    """The end of an attempt: the result as JSON, and what a job's row says of it."""

    result: bytes
    stopped: bool
    schedule: dict[str, dict[str, str]] | None
    objective: int | None
    bound: int | None


class Died(Exception):
    """The process ended before the job did; the text says how."""


class OutOfMemory(Exception):
    """The job needed more memory than it may use: bytes used, bytes allowed."""

    def __init__(self, used: int, allowed: int) -> None:
        super().__init__(used, allowed)
        self.used, self.allowed = used, allowed


class Defect(Exception):
    """The attempt raised what it should not; the text is the traceback."""


class Left(Exception):
    """The machine gave the attempt up, through no fault of the job: it is leaving, or cannot start a process."""


class Stubborn(Exception):
    """The attempt was to stop, did not, and was ended; its best so far has been told."""


class Process:
    """One child process and the pipes to it."""

    def __init__(self, child: Child) -> None:
        self._child, self._over, self._asked = child, 0, 0.0
        self.free_since = time.monotonic()

    @classmethod
    async def start(cls) -> Process:
        """Start a process and wait until it is ready.

        Raises
        ------
        Left
            It cannot be started.
        """
        try:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "api.jobs.child"),
                stdin=PIPE,
                stdout=PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(part or os.getcwd() for part in sys.path)},
                limit=_PIPE_BUFFER,
            )
        except OSError as error:
            raise Left(f"its process could not start: {error.strerror}") from error
        process = cls(child)
        try:
            await process._receive()
        except (EOFError, ConnectionError):
            raise Left(f"its process ended as it started: {_how(await child.wait())}") from None
        except BaseException:
            process.kill()
            await process.ended()
            raise
        return process

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._child.returncode is None

    @property
    def memory(self) -> int:
        """Bytes that it holds."""
        with contextlib.suppress(psutil.Error):
            return int(psutil.Process(self._child.pid).memory_info().rss)
        return 0

    async def run(self, claim: Claim, allowed: int, wanted: Callable[[], bool], tell: Tell) -> Done:
        """Run an attempt that may use so many bytes of memory, as long as somebody wants it.

        Raises
        ------
        Died, OutOfMemory, Defect, Left, Stubborn
            It came to nothing.
        """
        watch = asyncio.create_task(self._watch(allowed, wanted))
        self._asked = 0.0
        try:
            self._send(Mark.ATTEMPT, pack(claim.schedule, claim.request), claim.language)
            while True:
                async with asyncio.timeout(_SILENCE):
                    mark, body = await self._receive()
                if mark is Mark.FOUND:
                    tell(json.loads(body))
                elif mark is Mark.ANSWER:
                    ending, result = unpack(body)
                    return Done(result, **ending)
                else:
                    raise Defect(body.decode())
        except TimeoutError:
            raise Died(f"gave no sign of life for {_SILENCE:g} seconds") from None
        except (EOFError, ConnectionError):
            how = await self._child.wait()
            if self._over:
                raise OutOfMemory(self._over, allowed) from None
            if self._asked:
                raise Stubborn from None
            if not wanted():
                raise Left("nobody waits for it") from None
            raise Died(_how(how)) from None
        finally:
            watch.cancel()
            self.free_since = time.monotonic()

    def stop(self) -> None:
        """Ask for the end of the attempt, with its best so far."""
        self._asked = self._asked or time.monotonic()
        self._send(Mark.STOP)

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(ProcessLookupError):
            self._child.kill()

    async def ended(self) -> None:
        """Wait until the process is gone, whatever it still has to say."""
        assert self._child.stdout is not None
        with contextlib.suppress(RuntimeError, OSError):  # its answer is still being read elsewhere
            await self._child.stdout.read()
        await self._child.wait()

    async def _watch(self, allowed: int, wanted: Callable[[], bool]) -> None:
        while self.alive:
            if (used := self.memory) > allowed:
                self._over = used
                self.kill()
            elif not wanted() or (self._asked and time.monotonic() - self._asked > _STUBBORN):
                self.kill()
            await asyncio.sleep(_LOOK_SECONDS)

    def _send(self, mark: Mark, body: bytes = b"", language: str = "en") -> None:
        assert self._child.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):  # said again, and better, by the missing answer
            self._child.stdin.write(frame(mark, body, LANGUAGES[LANGUAGES.index(language)]))

    async def _receive(self) -> tuple[Mark, bytes]:
        assert self._child.stdout is not None
        mark, _, length = head(await self._child.stdout.readexactly(HEAD.size))
        return mark, await self._child.stdout.readexactly(length)


class Processes:
    """The processes of a machine with so many cores for jobs.

    A job may use `memory` bytes; without that, the share of the machine's `total` that its cores are.
    """

    def __init__(self, cores: int, total: int, memory: int | None) -> None:
        self._cores, self._total, self._memory = cores, total, memory
        self._idle: list[Process] = []
        self._running: dict[str, Process] = {}
        self._starting: set[asyncio.Task[Process]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._leaving = False

    async def run(self, name: str, claim: Claim, cores: int, wanted: Callable[[], bool], tell: Tell) -> Done:
        """Run an attempt under a name; see `Process.run`."""
        process = await self._free(lambda: wanted() and not self._leaving)
        allowed = self._memory or self._total * cores // self._cores
        self._running[name] = process
        try:
            done = await process.run(claim, allowed, lambda: wanted() and not self._leaving, tell)
        except BaseException:
            self._end(process)
            raise
        finally:
            del self._running[name]
        if process.memory > allowed / 2:  # what the next one may use should be its own
            self._end(process)
        else:
            self._idle.append(process)
            asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._end_idle)
        return done

    def stop(self, name: str) -> None:
        """Ask for the end of an attempt, where it runs here."""
        if name in self._running:
            self._running[name].stop()

    async def close(self) -> None:
        """End every process, and see each of them gone."""
        self._leaving = True
        for starting in self._starting:
            starting.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for process in [*self._idle, *self._running.values()]:
            self._end(process)
        await asyncio.gather(*self._ending)

    async def _free(self, wanted: Callable[[], bool]) -> Process:
        while self._idle:
            if (process := self._idle.pop()).alive:
                return process
        return await self._started(wanted)

    async def _started(self, wanted: Callable[[], bool]) -> Process:
        """Start a process as long as somebody wants it."""
        starting = asyncio.create_task(Process.start())
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        while not starting.done() and wanted():
            await asyncio.wait({starting}, timeout=_LOOK_SECONDS)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
        elif not starting.cancelled():
            process = starting.result()
            if wanted():
                return process
            self._end(process)
        raise Left("nobody waits for it")

    def _end(self, process: Process) -> None:
        process.kill()
        ending = asyncio.create_task(process.ended())
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    def _end_idle(self) -> None:
        """End the processes that have waited in vain for another job."""
        for process in [*self._idle]:
            if time.monotonic() - process.free_since >= _IDLE_SECONDS:
                self._idle.remove(process)
                self._end(process)


def _how(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
