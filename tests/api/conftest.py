"""Real servers on loopback, each a process of its own that is ended with its test."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

import benchmarks.endless
from benchmarks.servers import empty_database
from tests.conftest import DATABASES, new_sqlite

if TYPE_CHECKING:
    from tests.api.fort import Fort

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A running `serve` and a client for it."""

    process: subprocess.Popen[bytes]
    port: int
    client: httpx.Client

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Post JSON data, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.client.post(path, content=content, headers={"content-type": "application/json", **headers})

    def solves(self) -> dict[str, int]:
        """How busy it is."""
        return dict(self.client.get("/health").json()["solves"])

    def until_running(self, count: int, seconds: float = 5) -> None:
        """Wait until so many solves run."""
        self.until(lambda: self.solves()["running"] == count, seconds)

    @staticmethod
    def until(condition: Callable[[], bool], seconds: float = 5) -> None:
        """Wait for a condition; it failing to come true in time fails the test."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.05)

    @staticmethod
    def lives(pid: int) -> bool:
        """Whether a process runs (one that has ended and was not reaped does not)."""
        return state_and_parent(pid)[0] not in ("", "Z", "X")

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        return children(self.process.pid)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server and wait for it."""
        self.process.send_signal(how)
        self.process.wait(20)
        self.client.close()


def state_and_parent(pid: int) -> tuple[str, int]:
    """What Linux says of a process: R, S, Z and so on, and who started it; nothing of one that is gone."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return "", 0
    return state, int(parent)


def children(pid: int) -> list[int]:
    """The processes that a process started and that it has not reaped."""
    every = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [one for one in every if state_and_parent(one)[1] == pid]


def environment() -> dict[str, str]:
    """The environment of a process that is to find the packages, from wherever the tests run."""
    paths = [*filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), str(ROOT)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def start(log: Path, limits: str = "None", database: str | None = None, more: str = "") -> Server:
    """Start a server and wait until it answers; without a database named, it has one of its own beside the log."""
    database = database or new_sqlite(log.with_name(f"{log.name}.db"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from api.serve import serve; from api.access.origins import Access; from api.limits import Limits; "
    code += "from api.logs import LogFormat; from api.webhooks.courier import Setting; "
    code += "from api.webhooks.addresses import Reach, read_network; "
    code += f"serve(port={port}, limits={limits}, database={database!r}, {more})"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdout=out,
            stderr=out,
            env=environment(),
        )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=90, trust_env=False)

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return client.get("/health").is_success
        except httpx.TransportError:
            return False

    Server.until(answers, 120)
    return Server(process, port, client)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server most tests talk to."""
    log = tmp_path_factory.mktemp("server") / "log"
    server = start(log)
    yield server
    server.end()
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def postgres_server(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The same on PostgreSQL."""
    log = tmp_path_factory.mktemp("server") / "log"
    with empty_database(postgres) as database:
        server = start(log, "Limits(solves=1, checks=1)", database)
        yield server
        server.end()
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(params=DATABASES)
def store_server(request: pytest.FixtureRequest) -> Server:
    """A server on each kind of database."""
    found = request.getfixturevalue("server" if request.param == "sqlite" else "postgres_server")
    assert isinstance(found, Server)
    return found


@pytest.fixture(scope="session")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    """A server with keys and two restaurants."""
    from tests.api.fort import garrison

    home = tmp_path_factory.mktemp("fort")
    held = garrison(home, start)
    yield held
    held.server.end()
    assert "Traceback" not in (home / "log").read_text()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that a test may overload or end; whatever is left of them is killed."""
    started: list[Server] = []

    def begin(limits: str = "None", database: str | None = None, more: str = "") -> Server:
        started.append(start(tmp_path / f"log{len(started)}", limits, database, more))
        return started[-1]

    yield begin
    cut_off = [server.process.poll() == -signal.SIGKILL for server in started]  # processes it leaves may cry, and are ended
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
        server.client.close()
    for i, killed in enumerate(cut_off):
        log = (tmp_path / f"log{i}").read_text()
        assert killed or "Traceback" not in log, log


@pytest.fixture
def second_server(tmp_path: Path) -> Callable[[int], subprocess.CompletedProcess[str]]:
    """Try to serve on a port, and see what becomes of it."""

    def attempt(port: int) -> subprocess.CompletedProcess[str]:
        code = f"from api.serve import serve; serve(port={port}, database={f'sqlite:///{tmp_path}/second.db'!r})"
        command = [sys.executable, "-P", "-c", code]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment())

    return attempt


@pytest.fixture
def small() -> dict[str, Any]:
    """The story in two days: Sato is off on the 15th, Nakata covers."""
    return {
        "period": {"start": "2025-01-14", "end": "2025-01-15"},
        "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
        "settings": {
            "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}],
            "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        },
        "prefilled": {"sato": {"2025-01-15": "×"}},
        "options": {"time_limit": 5, "workers": 1},
    }


@pytest.fixture
def endless() -> dict[str, Any]:
    """A problem whose solve takes its whole time limit."""
    return benchmarks.endless.endless()
