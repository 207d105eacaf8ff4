"""Run a suite: every instance with every seed by toban and its peers, each run a process of its own, one JSON line a run.

Everybody gets the same processor cores, the same seconds for solving, and the same judge, which reads the instance's own
files. A run that does not end in time is killed; that, a crash, and a peer that is not installed are lines too. Lines that
are there already are not run again, so an interrupted benchmark goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.peers import Answer, Task
from benchmarks.suites import SUITES, Suite
from solver.result import version

PATIENCE = 180  # seconds beyond the time for solving, for reading, building and stopping
SAY = "answer: "


def run(
    suite: Suite,
    data: Path,
    out: Path,
    *,
    seconds: float,
    seeds: Sequence[int],
    solvers: Sequence[str] = ("toban",),
    only: tuple[str, ...] = (),
    cores: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Do what is not done yet and yield every run's line, the old ones too."""
    done = {_key(line): line for line in lines_of(out)}
    chosen = sorted(os.sched_getaffinity(0))[:cores]
    for instance in suite.instances(data, only):
        for seed in seeds:
            for solver in solvers:
                key = (suite.name, instance.name, solver, seed, seconds, len(chosen), peers.version_of(solver))
                if key not in done:
                    found = _in_a_process(suite, data, instance.name, solver, seed, seconds, chosen)
                    done[key] = {**dict(zip(KEY, key, strict=True)), **found}
                    with out.open("a", encoding="utf-8") as written:
                        written.write(json.dumps(done[key]) + "\n")
                yield done[key]


KEY = ("suite", "instance", "solver", "seed", "seconds", "cores", "version")


def lines_of(out: Path) -> list[dict[str, Any]]:
    """The lines of a file of runs; one cut short by an interruption is left out."""
    lines = []
    for text in out.read_text(encoding="utf-8").splitlines() if out.is_file() else ():
        try:
            lines.append(json.loads(text))
        except json.JSONDecodeError:
            continue
    return lines


def _key(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line.get(name) for name in KEY)


def _in_a_process(
    suite: Suite, data: Path, instance: str, solver: str, seed: int, seconds: float, cores: Sequence[int]
) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.run", suite.name, "--data", str(data), "--one", instance]
    command += ["--solver", solver, "--seed", str(seed), "--seconds", str(seconds)]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    try:
        said, wrong = process.communicate(timeout=seconds + PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)  # with whatever it started, such as a JVM
        process.communicate()
        return _failed("TIMEOUT", f"killed {PATIENCE} s after its time")
    answers = [line.removeprefix(SAY) for line in said.splitlines() if line.startswith(SAY)]
    if not answers:
        return _failed("CRASH", (wrong.strip().splitlines() or ["said nothing"])[-1])
    found: dict[str, Any] = json.loads(answers[-1])
    return found


def _failed(status: str, why: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("penalty", "broken", "objective", "bound", "best_known", "first_seconds", "solve_seconds"))
    return {"status": status, "why": why, **nothing, "steps": [], **_machine()}


def _machine() -> dict[str, Any]:
    return {"processor": platform.machine(), "python": platform.python_version(), "toban": version()}


def measure(suite: Suite, data: Path, instance: str, solver: str, *, seed: int, seconds: float) -> dict[str, Any]:
    """Have one instance solved in this process and the answer judged."""
    (found,) = suite.instances(data, (instance,))
    loaded = found.load()
    cores = len(os.sched_getaffinity(0))
    started = time.monotonic()
    try:
        answer: Answer = peers.named(solver)(Task(loaded.document, seconds, seed, cores))
    except peers.Unable as unable:
        return _failed("UNABLE", str(unable)) | {"best_known": suite.best_known.get(instance)}
    judged = loaded.judge(answer.schedule) if answer.schedule is not None else None
    return {
        "status": answer.status,
        "why": answer.why,
        "penalty": judged.penalty if judged is not None else None,
        "broken": judged.broken if judged is not None else None,
        "objective": None if answer.objective is None else answer.objective + loaded.constant,
        "bound": None if answer.bound is None else answer.bound + loaded.constant,
        "best_known": suite.best_known.get(instance),
        "first_seconds": answer.steps[0][0] if answer.steps else None,
        "solve_seconds": round(time.monotonic() - started, 2),
        "steps": [[round(at, 2), objective, bound] for at, objective, bound in answer.steps],
        **_machine(),
    }


def main(argv: list[str] | None = None) -> None:
    """Solve one instance, for `run`, which starts it in a process of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=main.__doc__)
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("--data", type=Path, required=True, help="the folder of the set's files")
    parser.add_argument("--one", required=True, help="the name of the instance")
    parser.add_argument("--solver", default="toban")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    suite = SUITES[arguments.suite]
    line = measure(suite, arguments.data, arguments.one, arguments.solver, seed=arguments.seed, seconds=arguments.seconds)
    print(SAY + json.dumps(line))


if __name__ == "__main__":
    main()
