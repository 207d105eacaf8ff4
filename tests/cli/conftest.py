"""The real command, as a shell would run it, or in this process where its start is not what a test is about."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-P", "-m", "api.cli.main"]


def environment(**more: str) -> dict[str, str]:
    """The tests' environment without what would change colours and widths."""
    loud = ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
    kept = {key: value for key, value in os.environ.items() if key not in loud}
    paths = os.pathsep.join([str(ROOT), *filter(None, [kept.get("PYTHONPATH")])])
    return {**kept, "PYTHONPATH": paths, "TERM": "xterm-256color", **more}


class Answer:
    """What a finished command said, as text and as bytes."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.bytes = done.stdout
        self.err = done.stderr.decode()

    @property
    def out(self) -> str:
        return self.bytes.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.bytes)


@pytest.fixture
def toban(tmp_path: Path) -> Callable[..., Answer]:
    """Run `toban ARGUMENTS` in an empty directory."""

    def run(*arguments: object, stdin: bytes = b"", **env: str) -> Answer:
        command = [*COMMAND, *map(str, arguments)]
        return Answer(
            subprocess.run(
                command, input=stdin, capture_output=True, cwd=tmp_path, env=environment(**env), timeout=120, check=False
            )
        )

    return run


@pytest.fixture
def toban_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """The same in this process, a tenth of the time; every command is started for real by some other test."""
    from typer.testing import CliRunner

    from api.cli.main import app

    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: bytes = b"", **env: str) -> Answer:
        command = [*map(str, arguments)]
        done = CliRunner(env=env).invoke(app, command, input=stdin, prog_name="toban")
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Answer(subprocess.CompletedProcess(command, done.exit_code, done.stdout_bytes, done.stderr_bytes))

    return run


class Terminal:
    """A command on a terminal of its own; what it draws is read as it comes."""

    def __init__(self, command: list[str], cwd: Path, stdout: Any = None, columns: int = 120) -> None:
        self._ours, theirs = pty.openpty()
        env = environment(COLUMNS=str(columns), LINES="50")
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=stdout or theirs, stderr=theirs, cwd=cwd, env=env, start_new_session=True
        )
        os.close(theirs)
        self.seen = ""

    def until(self, text: str, seconds: float = 60) -> None:
        """Read until the terminal shows a text; it not coming fails the test."""
        deadline = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < deadline, f"{text!r} did not come; seen: {self.seen[-2000:]!r}"
            if not self._read(0.1):
                assert self.process.poll() is None or text in self.seen, f"ended without {text!r}: {self.seen[-2000:]!r}"

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def end(self, seconds: float = 60) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"did not end; seen: {self.seen[-2000:]!r}"
            self._read(0.1)
        while self._read(0.1):
            pass
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._ours], [], [], seconds)
        try:
            data = os.read(self._ours, 65536) if ready else b""
        except OSError:  # the other end is closed
            data = b""
        self.seen += data.decode(errors="replace")
        return bool(data)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Run `toban ARGUMENTS`, or some Python code, on a terminal."""
    opened: list[Terminal] = []

    def run(*arguments: str, code: str | None = None, stdout: Any = None, columns: int = 120) -> Terminal:
        command = [*COMMAND, *arguments] if code is None else [sys.executable, "-P", "-c", code, *arguments]
        opened.append(Terminal(command, tmp_path, stdout, columns))
        return opened[-1]

    yield run
    for one in opened:
        one.close()


def make_team(**changes: Any) -> dict[str, Any]:
    """The smallest team with the promise: 佐藤 is off on the first day, 中田 covers."""
    team: dict[str, Any] = {
        "period": {"start": "2026-01-01", "end": "2026-01-03"},
        "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
        "settings": {
            "staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato"]}],
            "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
        },
        "prefilled": {"sato": {"2026-01-01": "×"}},
        "options": {"time_limit": 10, "workers": 1},
    }
    return {**team, **changes}


@pytest.fixture
def team() -> Callable[..., dict[str, Any]]:
    return make_team


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, Any], Path]:
    """Put JSON data, text or bytes into a file."""

    def into(name: str, content: Any) -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(
                content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8"
            )
        return path

    return into
