"""The courier: looks for jobs that have ended and tells those who asked to be told."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import random
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import to_json
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.webhooks.addresses import Address, Reach
from api.webhooks.signing import signed
from solver import __version__
from store import Due, Job, Webhooks
from store.kinds import stamp

if TYPE_CHECKING:  # loaded where there is a secret to send with
    import httpx

log = logging.getLogger("toban.webhooks")

MOST_ATTEMPTS: Final = 10  # over about 20 hours
_GROWTH, _SLOWEST = 4, 6 * 3600  # seconds; 5 s, 20 s, 80 s, … 6 h
_JITTER: Final = 0.1
_LOOK: Final = 0.5  # seconds
_AT_ONCE: Final = 8
_LEASE: Final = timedelta(seconds=60)
_GONE: Final = 410


@dataclass(frozen=True)
class Setting:
    """How webhooks are sent: signed with each of the `secrets` (none: not at all), within `reach`.

    `first_wait`: seconds from the first attempt to the second. `patience`: seconds for resolving, connecting and the head
    of an answer; less than a lease.
    """

    secrets: tuple[bytes, ...] = ()
    reach: Reach = field(default_factory=lambda: Reach(enabled=False))
    first_wait: float = 5
    patience: float = 15


class _Refused(Exception):
    """It may not, or did not, get there."""


def message(job: Job) -> dict[str, Any]:
    """What is sent: which job, and how it ended; the result is fetched by whoever wants it, with a key."""
    here = f"/v1/jobs/{job.id}"
    assert job.ended_at is not None
    return {
        "type": "job.ended",
        "timestamp": stamp(job.ended_at),
        "data": {
            "id": job.id,
            "status": job.status.value,
            "restaurant_id": job.restaurant_id,
            "parent_id": job.parent_id,
            "objective": job.objective,
            "links": {"self": here, "input": f"{here}/input"},
        },
    }


def wait_after(attempt: int, first: float, chance: Callable[[], float] = random.random) -> timedelta | None:
    """How long to wait after an attempt (from 1) that failed; None after the last."""
    if attempt >= MOST_ATTEMPTS:
        return None
    seconds = min(first * _GROWTH ** (attempt - 1), _SLOWEST)
    return timedelta(seconds=seconds * (1 + _JITTER * (2 * chance() - 1)))


class Courier:
    """Sends what is due, a few messages at once."""

    def __init__(self, webhooks: Webhooks, setting: Setting, count: Callable[[str], None]) -> None:
        self._webhooks, self._setting, self._count = webhooks, setting, count

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send in the background. What is under way at the end is given back, for the next server to send."""
        work = asyncio.create_task(self._run()) if self._setting.secrets else None
        try:
            yield
        finally:
            if work is not None:
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work

    async def _run(self) -> None:
        import httpx

        client = httpx.AsyncClient(
            trust_env=False,  # a proxy would resolve the name itself
            follow_redirects=False,
            timeout=self._setting.patience,
            limits=httpx.Limits(max_keepalive_connections=0),  # a connection was verified for one name only
        )
        async with client, asyncio.TaskGroup() as sending:
            under_way: set[asyncio.Task[None]] = set()
            while True:
                room = _AT_ONCE - len(under_way)
                for due in await self._claimed(room) if room else ():
                    task = sending.create_task(self._deliver(client, due))
                    under_way.add(task)
                    task.add_done_callback(under_way.discard)
                await asyncio.sleep(_LOOK)

    async def _claimed(self, most: int) -> list[Due]:
        try:
            return await asyncio.to_thread(self._webhooks.claim, _LEASE, most)
        except (OperationalError, NoConnection) as error:
            log.warning("the database did not answer: %s", error)
        except Exception:
            log.exception("the courier could not look")
        return []

    async def _deliver(self, client: httpx.AsyncClient, due: Due) -> None:
        """Make one attempt and write down what came of it. Never raises but when it is cancelled."""
        try:
            status = await self._attempt(client, due)
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(self._webhooks.release, due))
            raise
        except _Refused as error:
            await self._failed(due, str(error))
        except Exception:
            log.exception("webhook of job %s failed", due.job.id)
            await self._failed(due, "it could not be sent; the server's log says more")
        else:
            if 200 <= status < 300:
                self._count("delivered")
                await self._write(self._webhooks.delivered, due)
            else:
                redirects = ", and redirects are not followed" if 300 <= status < 400 else ""
                await self._failed(due, f"answered {status}{redirects}", for_good=status == _GONE)

    async def _attempt(self, client: httpx.AsyncClient, due: Due) -> int:
        import httpx

        url, body = httpx.URL(due.url), to_json(message(due.job))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"toban/{__version__}",
            "Host": url.netloc.decode("ascii"),
            **signed(self._setting.secrets, due.job.id, int(time.time()), body),
        }
        name = url.raw_host.decode("ascii")
        why = "no address"
        try:
            async with asyncio.timeout(self._setting.patience):
                for address in await _addresses(name, self._setting.reach):
                    pinned = url.copy_with(host=str(address))
                    named = {"sni_hostname": name}
                    try:
                        async with client.stream("POST", pinned, content=body, headers=headers, extensions=named) as answer:
                            return answer.status_code
                    except httpx.ConnectError as error:
                        why = f"no connection: {error}"
        except TimeoutError:
            raise _Refused(f"no answer within {self._setting.patience:g} seconds") from None
        except httpx.HTTPError as error:
            raise _Refused(f"no answer: {type(error).__name__} {error}".strip()) from None
        raise _Refused(why)

    async def _failed(self, due: Due, error: str, *, for_good: bool = False) -> None:
        again = None if for_good else wait_after(due.attempt, self._setting.first_wait)
        self._count("failed" if again is not None else "given_up")
        if again is None:
            log.warning("webhook of job %s is given up after %d attempts: %s", due.job.id, due.attempt, error)
        await self._write(self._webhooks.failed, due, error, again)

    async def _write(self, call: Callable[..., bool], *arguments: Any) -> None:
        try:
            await asyncio.to_thread(call, *arguments)
        except (OperationalError, NoConnection) as error:  # its lease runs out, and it is sent once more
            log.warning("the database did not answer: %s", error)


async def _addresses(name: str, reach: Reach) -> list[Address]:
    """Resolve a name to what may be sent to.

    Raises
    ------
    _Refused
        It has no address, or one that is inside: a name that leads to both is up to no good.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _Refused(f"{name} has no address: {error}") from None
    addresses = list(dict.fromkeys(ipaddress.ip_address(entry[4][0]) for entry in found))
    inside = next((address for address in addresses if not reach.allows(address)), None)
    if inside is not None:
        log.warning("a webhook to %s was not sent: the name leads to %s", name, inside)  # which is nobody else's business
        raise _Refused(f"{name} leads to a private address, and this server sends nothing there")
    return addresses
