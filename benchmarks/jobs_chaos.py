"""Jobs while everything they run on is killed: each one that was accepted must end, once, with a result that holds.

A server, a Dask scheduler and two machines are processes of their own. Seeded, one of them or a process that a job runs in
is killed with SIGKILL, and started again where nothing else does that; the next one when a few more jobs have ended. What
a client was not answered it sends again, with the same Idempotency-Key. A trigger of the database notes every change to a
final status, so that a second end would show.

    python -m benchmarks.jobs_chaos [--jobs 200] [--seed 6] [--apart 5]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
from sqlalchemy import text

import datasets
from benchmarks.servers import ROOT, free_port
from solver import check, read_problem, read_schedule
from store import JobStatus, Store
from store.jobs import FINAL

JOB_SECONDS: Final = 2  # of search
PATIENCE: Final = 1800.0
_TRIGGER: Final = """
CREATE TRIGGER ends AFTER UPDATE OF status ON jobs WHEN NEW.status IN ('COMPLETED', 'STOPPED', 'FAILED')
BEGIN INSERT INTO job_ends (id, status) VALUES (NEW.id, NEW.status); END
"""


@dataclass
class Outcome:
    """What became of the jobs; `wrong` holds a sentence for everything that should not be."""

    jobs: int
    kills: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    attempts: int = 0
    most_attempts: int = 0
    losses: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Part:
    """A process of the system that can be killed and started again."""

    def __init__(self, name: str, home: Path, *module: str) -> None:
        self.name, self._log, self._module = name, home / f"{name}.log", module
        self.process: psutil.Popen | None = None

    def start(self) -> None:
        """Start it."""
        paths = [*filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)), str(ROOT)]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        with self._log.open("ab") as out:
            command = [sys.executable, "-P", "-m", *self._module]
            self.process = psutil.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)

    def kill(self) -> None:
        """Kill it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def jobs(self) -> list[psutil.Process]:
        """The processes that jobs run in there."""
        assert self.process is not None
        with contextlib.suppress(psutil.Error):
            return [child for child in self.process.children() if "api.jobs.child" in child.cmdline()]
        return []


def run(jobs: int, seed: int, apart: int = 5, say: Callable[[str], None] = print) -> Outcome:
    """Have so many jobs done; something is killed whenever about `apart` more have ended."""
    chance, outcome, started = random.Random(seed), Outcome(jobs), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="toban-chaos-") as directory:
        home = Path(directory)
        url, port, database = f"tcp://127.0.0.1:{free_port()}", free_port(), f"sqlite:///{home / 'toban.db'}"
        store = _prepared(database)
        scheduling = ("--host", "127.0.0.1", "--port", url.rpartition(":")[2], "--no-dashboard")
        scheduler = Part("scheduler", home, "dask", "scheduler", *scheduling)
        machines = [
            Part(f"machine{i}", home, "api.cli.main", "worker", "--scheduler", url, "--cores", "2") for i in range(2)
        ]
        serving = ("--port", str(port), "--database", database, "--scheduler", url, "--job-losses", "1000")
        server = Part("server", home, "api.cli.main", "serve", *serving)
        parts = [scheduler, *machines, server]
        try:
            for part in parts:
                part.start()
            sent = _Sender(f"http://127.0.0.1:{port}", jobs, seed)
            due = 1
            while not sent.all or _open(store):
                sent.some()
                if _ended(store) >= due:
                    time.sleep(chance.uniform(0, JOB_SECONDS))  # whatever the next ones are at by then
                    _strike(chance, outcome, parts, machines, say)
                    due = _ended(store) + chance.randint(1, 2 * apart - 1)
                if time.monotonic() - started > PATIENCE:
                    outcome.wrong.append(f"after {PATIENCE:g} seconds some jobs had not ended")
                    break
                time.sleep(0.1)
            outcome.sent_again = sent.again
            _judge(store, sent, outcome)
        finally:
            for part in parts:
                if part.process is not None:
                    part.kill()
            store.close()
    outcome.seconds = time.monotonic() - started
    return outcome


def _prepared(database: str) -> Store:
    store = Store(database)
    store.upgrade()
    with store.database.writing() as connection:
        connection.execute(text("CREATE TABLE job_ends (id TEXT NOT NULL, status TEXT NOT NULL)"))
        connection.execute(text(_TRIGGER))
    return store


def _strike(
    chance: random.Random, outcome: Outcome, parts: list[Part], machines: list[Part], say: Callable[[str], None]
) -> None:
    """Kill a job's process, or else a part, and start that again."""
    running = [child for machine in machines for child in machine.jobs()]
    if running and chance.random() < 0.5:
        with contextlib.suppress(psutil.Error):
            chance.choice(running).kill()
        outcome.kills["job"] += 1
        say("killed: job")
        return
    part = chance.choice(parts)
    part.kill()
    part.start()
    kind = part.name.rstrip("0123456789")
    outcome.kills[kind] += 1
    say(f"killed: {kind}")


class _Sender:
    """A client that submits jobs one by one, and each again until it is answered."""

    def __init__(self, url: str, jobs: int, seed: int) -> None:
        kitchen = datasets.load("kitchen")
        options = {"time_limit": JOB_SECONDS, "workers": 1}
        self.problems = [{**kitchen, "options": {**options, "seed": seed + i}} for i in range(jobs)]
        self.accepted: dict[str, int] = {}
        self.again = 0
        self._next = 0
        self._client = httpx.Client(base_url=url, timeout=30, trust_env=False)

    @property
    def all(self) -> bool:
        return self._next == len(self.problems)

    def some(self, most: int = 5) -> None:
        for _ in range(min(most, len(self.problems) - self._next)):
            try:
                key = {"Idempotency-Key": f"chaos-{self._next}"}
                answer = self._client.post("/v1/jobs", json=self.problems[self._next], headers=key)
            except httpx.TransportError:
                self.again += 1
                return
            if answer.status_code in (429, 503):
                self.again += 1
                return
            answer.raise_for_status()
            self.accepted[answer.json()["id"]] = self._next
            self._next += 1


def _open(store: Store) -> bool:
    return bool(store.jobs.listed(statuses=[JobStatus.QUEUED, JobStatus.RUNNING], limit=1))


def _ended(store: Store) -> int:
    return len(store.jobs.listed(statuses=FINAL, limit=1000))


def _judge(store: Store, sent: _Sender, outcome: Outcome) -> None:
    wrong = outcome.wrong
    known = {job.id for job in store.jobs.listed(limit=1000)}
    if len(sent.accepted) != outcome.jobs or known != sent.accepted.keys():
        wrong.append(f"{outcome.jobs} jobs sent, {len(sent.accepted)} answered, {len(known)} kept")
    with store.database.reading() as connection:
        ends = Counter(row.id for row in connection.execute(text("SELECT id FROM job_ends")))
    for job_id, number in sent.accepted.items():
        job, schedule, result = store.jobs.whole(job_id)
        outcome.attempts += job.attempt
        outcome.most_attempts = max(outcome.most_attempts, job.attempt)
        outcome.losses += job.losses
        if job.status != JobStatus.COMPLETED or result is None:
            wrong.append(f"{job_id} is {job.status}: {job.error}")
            continue
        if ends[job_id] != 1:
            wrong.append(f"{job_id} ended {ends[job_id]} times")
        if why := _fault(sent.problems[number], json.loads(result), schedule):
            wrong.append(f"{job_id}: {why}")


def _fault(asked: dict[str, Any], result: dict[str, Any], schedule: dict[str, Any] | None) -> str | None:
    problem = read_problem(asked)
    if result["request_hash"] != problem.request_hash:
        return "a result of another request"
    if result["schedule"] != schedule:
        return "the result's roster is not the job's"
    violations = check(problem, read_schedule(result["schedule"], problem))
    soft = sum(one.penalty for one in violations if one.severity == "soft")
    if any(one.severity == "hard" for one in violations) or soft != result["objective"]:
        return f"says {result['objective']}, the checker {soft}"
    return None


def main() -> None:
    """Run it, and print a row for the README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--apart", type=int, default=5, help="jobs that end from one kill to the next, about")
    given = parser.parse_args()
    found = run(given.jobs, given.seed, given.apart)
    kills = " | ".join(str(found.kills[kind]) for kind in ("job", "machine", "scheduler", "server"))
    print(
        f"| {found.jobs} | {given.seed} | {kills} | {found.sent_again} | {found.attempts} | {found.most_attempts} "
        f"| {found.losses} | {found.seconds:.0f} | {len(found.wrong)} |"
    )
    for sentence in found.wrong:
        print(sentence)
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
