"""How soon every one of many idle browsers hears of a change.

    python -m benchmarks.live_idle [--clients 500] [--changes 100] [--rate 5] [--databases sqlite postgresql]

Two servers on one database, half of the clients on each, all in one process beside them; changes go to the servers in
turn, over REST, at a steady rate. A message's time is from sending the change (and from its answer, after the commit) to
the moment the last client has it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import time
from dataclasses import dataclass
from typing import Final

import httpx
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.servers import Server, database, servers

HOUSE: Final = "/v1/restaurants/honten"
HEADER: Final = (
    "| database | clients | changes | answer p50 ms | p95 | sent to last heard p50 ms | p95 | worst "
    "| answer to last heard p50 ms | p95 | worst | connecting all s |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)
_AT_THE_DOOR = 50  # connections being made at a time
_SETTLES = 1.0  # seconds before the first change


@dataclass
class Told:
    """One change: when it was sent and answered, and when its last client heard of it (seconds of one clock)."""

    sent: float
    answered: float
    heard: float


class _Audience:
    """All clients; counts who has heard of each revision."""

    def __init__(self, clients: int) -> None:
        self._clients = clients
        self._left: dict[int, int] = {}
        self._last: dict[int, asyncio.Future[float]] = {}

    def last(self, revision: int) -> asyncio.Future[float]:
        """When the last client heard of a revision."""
        if revision not in self._last:
            self._last[revision] = asyncio.get_running_loop().create_future()
            self._left[revision] = self._clients
        return self._last[revision]

    async def listen(self, socket: ClientConnection) -> None:
        """Hear one client's messages."""
        async for text in socket:
            now = time.perf_counter()
            revision = json.loads(text)["revision"]
            last = self.last(revision)
            self._left[revision] -= 1
            if not self._left[revision]:
                last.set_result(now)


async def measure(among: list[Server], clients: int, changes: int, rate: float) -> tuple[list[Told], float]:
    """Connect everybody, make changes, and say of each when it was heard by all; and how long connecting took."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http, contextlib.AsyncExitStack() as stack:
        (await http.put(f"{among[0].url}{HOUSE}", json={"name": "本店"})).raise_for_status()
        team = {"staff": [{"id": f"s{i}", "name": f"{i}"} for i in range(30)], "revision": 0}
        (await http.put(f"{among[0].url}{HOUSE}/settings", json=team)).raise_for_status()
        door = asyncio.Semaphore(_AT_THE_DOOR)
        audience, begun = _Audience(clients), time.perf_counter()

        async def join(number: int) -> ClientConnection:
            address = f"ws://127.0.0.1:{among[number % len(among)].port}{HOUSE}/ws"
            async with door:
                socket = await stack.enter_async_context(connect(address, proxy=None, open_timeout=60))
                await socket.recv()
            return socket

        sockets = await asyncio.gather(*(join(number) for number in range(clients)))
        connecting = time.perf_counter() - begun
        listening = [asyncio.create_task(audience.listen(socket)) for socket in sockets]
        await asyncio.sleep(_SETTLES)
        told = []
        for i in range(changes):
            sent = time.perf_counter()
            url = f"{among[i % len(among)].url}{HOUSE}/staff/s{i % 30}"
            answer = await http.patch(url, json={"name": f"{i} again"})
            answered = time.perf_counter()
            told.append(Told(sent, answered, await asyncio.wait_for(audience.last(answer.json()["revision"]), 30)))
            await asyncio.sleep(max(0.0, sent + 1 / rate - time.perf_counter()))
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        return told, connecting


def row(kind: str, clients: int, told: list[Told], connecting: float) -> str:
    """One line of the table."""
    cells = [kind, str(clients), str(len(told))]
    for times, worst in (
        ([one.answered - one.sent for one in told], False),
        ([one.heard - one.sent for one in told], True),
        ([one.heard - one.answered for one in told], True),
    ):
        parts = statistics.quantiles(times, n=20)
        cells += [f"{1000 * parts[9]:.0f}", f"{1000 * parts[18]:.0f}"] + ([f"{1000 * max(times):.0f}"] if worst else [])
    return "| " + " | ".join([*cells, f"{connecting:.1f}"]) + " |"


def main(argv: list[str] | None = None) -> None:
    """Run on both databases and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_idle", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--rate", type=float, default=5.0, help="changes a second")
    parser.add_argument("--databases", nargs="+", choices=["postgresql", "sqlite"], default=["postgresql", "sqlite"])
    given = parser.parse_args(argv)
    print(HEADER, flush=True)
    for kind in given.databases:
        with database(kind) as url, servers(2, url) as among:
            told, connecting = asyncio.run(measure(among, given.clients, given.changes, given.rate))
            print(row(kind, given.clients, told, connecting), flush=True)


if __name__ == "__main__":
    main()
