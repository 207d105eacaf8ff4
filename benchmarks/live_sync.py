"""Many clients change one restaurant while its servers are killed; nothing may be lost, doubled, reordered, overwritten.

    python -m benchmarks.live_sync [--clients 20] [--changes 500] [--seed 0] [--databases postgresql sqlite]

Every client creates, changes, deletes, restores and deletes for good rows of several tables, over REST and over its
WebSocket, rows of its own and rows that all fight for, and whole documents. Servers (two on PostgreSQL, one on SQLite)
are killed with SIGKILL and started again, connections are cut. A change whose answer got lost is sent again until it is
answered. Then everything is compared: the answers, the log, the settings, and what each client was told. Random choices
are seeded; how they interleave is up to the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.mirror import KINDS, Data, Mirror, known
from benchmarks.servers import Server, database, servers

HOUSE: Final = "/v1/restaurants/honten"
PEOPLE: Final = 5  # rows that everybody changes
TOKENS: Final = {
    "STAFF": "name",
    "STAFF_GROUP": "name",
    "BACKUP_ASSIGNMENT": "notes",
    "DAILY_LIMIT": "weight",
    "PRIORITY_RULE": "weight",
}
"""Where a change of a kind leaves its mark."""
OWN: Final = (*TOKENS, "CALENDAR")
_TEAM: Data = {
    "staff": [{"id": f"p{i}", "name": "-"} for i in range(PEOPLE)],
    "settings": {
        "staff_groups": [
            {"id": "kitchen", "name": "キッチン", "members": ["p0", "p1"]},
            {"id": "counter", "name": "counter", "members": [], "description": "0 -"},
        ],
        "stability": {"weight": 1},
    },
    "revision": 0,
}
_SET_UP = 1  # the revision all clients start from
_AGAIN = (429, 503)
_ANSWER_SECONDS = 20.0


class Broken(AssertionError):
    """A promise was not kept; the message says which."""


class _Lost(Exception):
    """The answer did not come; what was asked for may have been done or not."""


class Change(NamedTuple):
    """One change of one row; `mark` is what it leaves there."""

    verb: str  # as the log calls it
    kind: str
    row_id: str
    fields: Data
    base: int | None = None
    mark: Any = None


class Answered(NamedTuple):
    """A change that was accepted, with the row as it was answered; `again` where it had been sent before."""

    change: Change
    row: Data
    again: bool


@dataclass
class Figures:
    """What happened."""

    database: str
    servers: int
    clients: int
    seconds: float = 0.0
    accepted: int = 0
    refused: int = 0
    resent: int = 0
    kills: int = 0
    reconnects: int = 0
    revisions: int = 0
    told: int = 0
    answer_ms: list[float] = field(default_factory=list)

    def row(self) -> str:
        """One line of the table."""
        parts = statistics.quantiles(self.answer_ms, n=20) if len(self.answer_ms) > 1 else [0.0] * 19
        cells = [
            self.database,
            self.servers,
            self.clients,
            self.accepted,
            self.refused,
            self.revisions,
            self.told,
            self.kills,
            self.reconnects,
            self.resent,
            f"{self.seconds:.0f}",
            f"{parts[9]:.0f}",
            f"{parts[18]:.0f}",
        ]
        return "| " + " | ".join(map(str, cells)) + " |"


HEADER: Final = (
    "| database | servers | clients | accepted | refused (409) | revisions | messages told | kills "
    "| connections tried again | requests sent again | s | answer p50 ms | p95 ms |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


class Client:
    """One browser: a mirror fed by a WebSocket, and changes sent over that or over REST, one at a time."""

    def __init__(self, number: int, seed: int, among: list[Server], figures: Figures) -> None:
        self.number, self.among, self.figures = number, among, figures
        self.chance = random.Random(f"{seed} {number}")
        self.mirror = Mirror()
        self.answered: list[Answered] = []
        self.own: dict[str, dict[str, Data]] = {kind: {} for kind in OWN}
        self.history: dict[tuple[str, str], list[tuple[str, Any]]] = defaultdict(list)
        self.contested: list[tuple[Change, bool]] = []
        self._asked = 0
        self._made = 0
        self._socket: ClientConnection | None = None
        self._waiting: dict[int, asyncio.Future[Data]] = {}
        self._http = httpx.AsyncClient(timeout=_ANSWER_SECONDS, trust_env=False)

    # ---- hearing ----------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def following(self) -> AsyncIterator[asyncio.Task[None]]:
        """Keep a connection open, to any server, asking after every loss of it for what was missed."""
        task = asyncio.create_task(self._follow())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await self._http.aclose()

    async def _follow(self) -> None:
        while True:
            port = self.chance.choice(self.among).port
            since = "" if self.mirror.revision is None else f"?since={self.mirror.revision}"
            with contextlib.suppress(OSError, WebSocketException):
                address = f"ws://127.0.0.1:{port}{HOUSE}/ws{since}"
                async with connect(address, compression=None, max_size=None, proxy=None, open_timeout=10) as socket:
                    self.mirror.connected()
                    self._socket = socket
                    async for text in socket:
                        self._hear(json.loads(text))
            self._socket = None
            for future in self._waiting.values():
                if not future.done():
                    future.set_result({"type": "LOST"})
            self.figures.reconnects += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.2))

    def _hear(self, message: Data) -> None:
        if message["type"] not in ("ACK", "ERROR"):
            self.mirror.hear(message)
            return
        future = self._waiting.get(message["request_id"])
        if future is not None and not future.done():
            future.set_result(message)

    # ---- asking -----------------------------------------------------------------------------------

    async def _by_socket(self, change: Change) -> tuple[int, Data]:
        socket = self._socket
        if socket is None:
            raise _Lost
        self._asked = request_id = self._asked + 1
        payload = {**change.fields, "id": change.row_id}
        if change.base is not None:
            payload["revision"] = change.base
        message = {"type": f"{change.kind}_{change.verb.upper()}", "payload": payload, "request_id": request_id}
        future = self._waiting[request_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send(json.dumps(message))
            answer = await asyncio.wait_for(future, _ANSWER_SECONDS)
        except (OSError, WebSocketException):
            raise _Lost from None
        finally:
            del self._waiting[request_id]
        if answer["type"] == "LOST":
            raise _Lost
        if answer["type"] == "ERROR":
            return answer["problem"]["status"], answer["problem"]
        return 200, answer["payload"]

    async def _by_rest(self, change: Change) -> tuple[int, Data]:
        table = f"{HOUSE}/{KINDS[change.kind][1]}"
        row = f"{table}/{change.row_id}"
        method, path = {
            "create": ("POST", table),
            "update": ("PATCH", row),
            "delete": ("DELETE", row),
            "hard_delete": ("DELETE", f"{row}?hard=true"),
            "restore": ("POST", f"{row}/restore"),
        }[change.verb]
        headers = {} if change.base is None else {"If-Match": f'"{change.base}"'}
        body = {"create": {**change.fields, "id": change.row_id}, "update": change.fields}.get(change.verb)
        return await self._rest(method, path, body, headers)

    async def _rest(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Data]:
        server = self.chance.choice(self.among)
        try:
            answer = await self._http.request(method, server.url + path, json=body, headers=headers)
        except httpx.TransportError:
            raise _Lost from None
        return answer.status_code, answer.json()

    async def _until_answered(self, ask: Callable[[], Awaitable[tuple[int, Data]]]) -> tuple[int, Data, bool]:
        """Ask until there is an answer, and say whether it was asked more than once."""
        again = False
        while True:
            begun = time.perf_counter()
            with contextlib.suppress(_Lost):
                status, found = await ask()
                if status not in _AGAIN:
                    self.figures.answer_ms.append(1000 * (time.perf_counter() - begun))
                    return status, found, again
            again = True
            self.figures.resent += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.3))

    async def get(self, path: str) -> Data:
        """Read something, however long it takes."""
        _, found, _ = await self._until_answered(lambda: self._rest("GET", HOUSE + path))
        return found

    # ---- changing ---------------------------------------------------------------------------------

    async def change(self) -> None:
        """Make one random change, and cut the connection now and then."""
        self._made += 1
        roll = self.chance.random()
        if roll < 0.01 and self._socket is not None:
            self._socket.transport.abort()
        if roll < 0.15:
            await self._contest()
        elif roll < 0.2:
            await self._put_whole()
        else:
            await self._change_own()

    async def _ask(self, change: Change) -> tuple[int, Data, bool]:
        def ask() -> Awaitable[tuple[int, Data]]:
            return (self._by_socket if self.chance.random() < 0.5 else self._by_rest)(change)

        return await self._until_answered(ask)

    async def _change_own(self) -> None:
        change = self._next()
        status, row, again = await self._ask(change)
        rows = self.own[change.kind]
        if again and status == 404 and change.verb == "hard_delete":
            row = known(rows[change.row_id])  # it had been done
        elif status not in (200, 201):
            raise Broken(f"{change} was refused: {status} {row}")
        else:
            self.answered.append(Answered(change, row, again))
        if change.verb == "hard_delete":
            del rows[change.row_id]
        else:
            rows[change.row_id] = row
        self._accepted(change)

    def _accepted(self, change: Change) -> None:
        self.history[KINDS[change.kind][1], change.row_id].append((change.verb, change.mark))
        self.figures.accepted += 1

    def _next(self) -> Change:
        kind = self.chance.choice(OWN)
        rows = self.own[kind]
        if len(rows) < 2 or (len(rows) < 6 and self.chance.random() < 0.3):
            row_id = f"c{self.number}-{self._made}"
            if kind == "CALENDAR":
                row_id = (date(2030, 1, 1) + timedelta(days=1000 * self.number + self._made)).isoformat()
            mark = self._mark(kind)
            return Change("create", kind, row_id, {**_fields(kind), **_marked(kind, mark)}, None, mark)
        row = rows[self.chance.choice(list(rows))]
        base = row["revision"] if self.chance.random() < 0.5 else None
        verbs = ("update", "update", "delete", "hard_delete") if row["is_active"] else ("restore", "restore", "hard_delete")
        verb = self.chance.choice(verbs)
        if verb != "update":
            return Change(verb, kind, row["id"], {}, base)
        mark = self._mark(kind)
        if kind == "CALENDAR":
            mark = "must_work" if row["rule"] == "must_day_off" else "must_day_off"
        return Change(verb, kind, row["id"], _marked(kind, mark), base, mark)

    def _mark(self, kind: str) -> Any:
        if kind == "CALENDAR":
            return "must_day_off"
        unique = 10_000 * (self.number + 1) + self._made
        return unique if TOKENS[kind] == "weight" else f"{self.number}-{self._made}"

    async def _contest(self) -> None:
        """Change a row that others change, too, as it was read: from the mirror, or asked for."""
        which = self.chance.randrange(PEOPLE + 2)
        mark = f"{self.number}-{self._made}"
        if which < PEOPLE:
            kind, row_id = "STAFF", f"p{which}"
        else:
            kind, row_id = ("STAFF_GROUP", "counter") if which == PEOPLE else ("RULE", "stability")
        name, segment = KINDS[kind]
        row = self.mirror.lists.get(name, {}).get(row_id)
        if row is None or self.chance.random() < 0.5:
            row = await self.get(f"/{segment}/{row_id}")
        if kind == "STAFF":
            fields: Data = {"name": mark}
        elif kind == "STAFF_GROUP":
            fields = {"description": f"{int(row['description'].split()[0]) + 1} {mark}"}
        else:
            fields = {"value": {"weight": 10_000 * (self.number + 1) + self._made}}
        change = Change("update", kind, row_id, fields, row["revision"], _contested_mark(segment, fields))
        status, found, again = await self._ask(change)
        if status == 409 and again:
            log = await self.get(f"/changes?since={change.base}")
            entries = [entry for entry in log["changes"] if (entry["table"], entry["id"]) == (segment, row_id)]
            done = any(_contested_mark(segment, entry["after"]) == change.mark for entry in entries)
        elif status in (200, 409):
            done = status == 200
        else:
            raise Broken(f"{change} was refused: {status} {found}")
        self.contested.append((change, done))
        if done:
            self.figures.accepted += 1
            if status == 200:
                self.answered.append(Answered(change, found, again))
        else:
            self.figures.refused += 1

    async def _put_whole(self) -> None:
        """Read everything, change a few rows of one's own, and put everything."""
        document = await self.get("/settings")
        changes = []
        for kind in ("STAFF", "PRIORITY_RULE"):
            rows = document["staff"] if kind == "STAFF" else document["settings"][KINDS[kind][0]]
            mine = [row for row in rows if row["id"] in self.own[kind] and row["is_active"]]
            for row in mine[:2]:
                mark = self._mark(kind)
                row[TOKENS[kind]] = mark
                changes.append(Change("update", kind, row["id"], {}, None, mark))
        status, found, _ = await self._until_answered(lambda: self._rest("PUT", f"{HOUSE}/settings", document))
        if status != 200:
            raise Broken(f"a whole document was refused: {status} {found}")
        for change in changes:
            row = self.own[change.kind][change.row_id]
            self.own[change.kind][change.row_id] = {
                **row,
                **_marked(change.kind, change.mark),
                "revision": found["revision"],
            }
            self._accepted(change)


def _fields(kind: str) -> Data:
    """What a new row has beside its mark."""
    given: dict[str, Data] = {
        "STAFF": {"status": "社員"},
        "STAFF_GROUP": {"members": ["p2", "p3"]},
        "BACKUP_ASSIGNMENT": {"staff_id": "p4", "group_id": "kitchen"},
        "DAILY_LIMIT": {"symbols": ["×"], "max": 3},
        "PRIORITY_RULE": {"rule_type": "avoided_shift", "shift": "△", "staff_ids": ["p0"]},
    }
    return given.get(kind, {})


def _contested_mark(segment: str, row: Data) -> str:
    """The mark in a row that everybody changes."""
    if segment == "rules":
        return str(row["value"]["weight"])
    return str(row["name" if segment == "staff" else "description"])


def _marked(kind: str, mark: Any) -> Data:
    return {"rule" if kind == "CALENDAR" else TOKENS[kind]: mark}


async def run(
    url: str, among: list[Server], *, clients: int, changes: int, seed: int, kill_every: float, kills: int | None = None
) -> Figures:
    """Let clients change, kill servers about every so many seconds (at most `kills` times), and verify everything.

    Raises
    ------
    Broken, OutOfOrder
        A promise was not kept.
    """
    figures = Figures("sqlite" if url.startswith("sqlite") else "postgresql", len(among), clients)
    async with httpx.AsyncClient(base_url=among[0].url, timeout=30, trust_env=False) as http:
        (await http.put(HOUSE, json={"name": "本店"})).raise_for_status()
        (await http.put(f"{HOUSE}/settings", json=_TEAM)).raise_for_status()
    made = [Client(number, seed, among, figures) for number in range(clients)]
    begun = time.monotonic()
    async with contextlib.AsyncExitStack() as stack:
        following = [await stack.enter_async_context(client.following()) for client in made]

        async def work(client: Client) -> None:
            for _ in range(changes):
                await client.change()

        working = [asyncio.create_task(work(client)) for client in made]
        killing = asyncio.create_task(_kill(among, random.Random(f"kill {seed}"), kill_every, kills, figures))
        try:
            await _all(working, [*following, killing])
            figures.seconds = time.monotonic() - begun
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
            for task in working:
                task.cancel()
        for server in among:
            if not server.running:
                server.start()
            await asyncio.to_thread(server.wait)
        documents = [httpx.get(f"{server.url}{HOUSE}/settings", trust_env=False).json() for server in among]
        final = documents[0]["revision"]
        latest = time.monotonic() + 30
        while any(client.mirror.revision != final for client in made):
            for task in following:
                if task.done():
                    task.result()
            if time.monotonic() > latest:
                raise Broken(f"clients stand at {sorted({client.mirror.revision or 0 for client in made})}, not at {final}")
            await asyncio.sleep(0.05)
    _verify(made, documents, _log(among[0]), figures)
    for server in among:
        if "Traceback" in server.log():
            raise Broken(server.log())
    return figures


async def _all(working: list[asyncio.Task[None]], beside: list[asyncio.Task[None]]) -> None:
    """Wait until all work is done, unless something beside it ends before, with what it found wrong."""
    left, others = set(working), set(beside)
    while left:
        done, _ = await asyncio.wait(left | others, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        left -= done
        others -= done


async def _kill(among: list[Server], chance: random.Random, every: float, most: int | None, figures: Figures) -> None:
    while most is None or figures.kills < most:
        await asyncio.sleep(every * chance.uniform(0.6, 1.4))
        server = chance.choice(among)
        server.kill()
        figures.kills += 1
        await asyncio.sleep(chance.uniform(0, 0.5))
        server.start()
        while not await asyncio.to_thread(lambda: server.answers):  # noqa: B023
            await asyncio.sleep(0.1)


def _log(server: Server) -> list[Data]:
    log: list[Data] = []
    while True:
        since = log[-1]["revision"] if log else 0
        found = httpx.get(f"{server.url}{HOUSE}/changes?since={since}", trust_env=False, timeout=30).json()["changes"]
        if not found:
            return log
        if len(found) == 1000:  # the last revision may be cut off
            whole = [entry for entry in found if entry["revision"] < found[-1]["revision"]]
            found = whole or found
        log += found


def _verify(clients: list[Client], documents: list[Data], log: list[Data], figures: Figures) -> None:
    """Hold the answers, the log, the settings and the mirrors against each other."""
    revisions = sorted({entry["revision"] for entry in log})
    _hold(revisions == list(range(1, documents[0]["revision"] + 1)), "the log numbers its revisions without gaps")
    of_row: dict[tuple[str, str], list[Data]] = defaultdict(list)
    for entry in log:
        if entry["revision"] > _SET_UP:
            of_row[entry["table"], entry["id"]].append(entry)
    explained = 0
    for client in clients:
        for key, done in client.history.items():
            logged = [(entry["verb"], _mark_in(entry)) for entry in of_row[key]]
            _hold(logged == done, f"{key} has what was answered, once and in order: {done} and not {logged}")
            explained += len(done)
        _verify_answers(client, of_row)
    explained += _verify_contested(clients, of_row)
    in_log = sum(map(len, of_row.values()))
    _hold(explained == in_log, f"the log has nothing but what was answered: {explained} of {in_log} entries")
    expected = Mirror()
    for document in documents:
        expected.load(document)
        for client in clients:
            _hold(client.mirror.state() == expected.state(), f"client {client.number} has the settings as they are stored")
    figures.revisions, figures.told = revisions[-1], sum(client.mirror.heard for client in clients)


def _mark_in(entry: Data) -> Any:
    """The mark that an entry of the log put into its row."""
    if entry["verb"] not in ("create", "update"):
        return None
    kind = next(kind for kind, (_, segment) in KINDS.items() if segment == entry["table"])
    return entry["after"]["rule" if kind == "CALENDAR" else TOKENS[kind]]


def _verify_answers(client: Client, of_row: dict[tuple[str, str], list[Data]]) -> None:
    for change, row, again in client.answered:
        entries = of_row[KINDS[change.kind][1], change.row_id]
        if change.verb == "hard_delete":
            _hold(any(entry["verb"] == "hard_delete" for entry in entries), f"{change} is in the log")
            continue
        entry = next((entry for entry in entries if entry["revision"] == row["revision"]), None)
        _hold(entry is not None, f"{change} is in the log at revision {row['revision']}")
        assert entry is not None
        same = entry["after"] == {name: value for name, value in known(row).items() if name not in ("revision", "position")}
        _hold(same or again, f"{change} is in the log as it was answered: {row} and not {entry}")


def _verify_contested(clients: list[Client], of_row: dict[tuple[str, str], list[Data]]) -> int:
    """No accepted change overwrote one its sender had not read, and the refused ones left no trace."""
    wanted = [(change, done) for client in clients for change, done in client.contested]
    keys = {(KINDS[change.kind][1], change.row_id) for change, _ in wanted}
    by_mark: dict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for table, row_id in keys:
        before = _SET_UP
        for entry in of_row[table, row_id]:
            by_mark[table, row_id, _contested_mark(table, entry["after"])].append((before, entry["revision"]))
            before = entry["revision"]
    for change, done in wanted:
        found = by_mark[KINDS[change.kind][1], change.row_id, change.mark]
        _hold(len(found) == done, f"{change} is in the log {int(done)} times, not {len(found)}")
        assert change.base is not None
        for before, _ in found:
            _hold(before <= change.base, f"{change} overwrote revision {before}")
    counted = sum(done for change, done in wanted if change.row_id == "counter")
    last = of_row["groups", "counter"][-1:]
    count = int(last[0]["after"]["description"].split()[0]) if last else 0
    _hold(count == counted, f"the counter stands at the number of accepted steps: {counted} and not {count}")
    return sum(done for _, done in wanted)


def _hold(holds: bool, promise: str) -> None:
    if not holds:
        raise Broken(promise)


def main(argv: list[str] | None = None) -> None:
    """Run on both databases and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live_sync", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--changes", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kill-every", type=float, default=8.0, help="seconds, about")
    parser.add_argument("--databases", nargs="+", choices=["postgresql", "sqlite"], default=["postgresql", "sqlite"])
    given = parser.parse_args(argv)
    print(HEADER, flush=True)
    for kind in given.databases:
        with database(kind) as url, servers(2 if kind == "postgresql" else 1, url) as among:
            sizes = {"clients": given.clients, "changes": given.changes, "seed": given.seed}
            print(asyncio.run(run(url, among, **sizes, kill_every=given.kill_every)).row(), flush=True)


if __name__ == "__main__":
    main()
