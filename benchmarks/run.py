"""Run a suite: every instance with every seed, each run a process of its own, one JSON line a run.

Lines that are there already are not run again, so an interrupted benchmark goes on where it stopped.

    python -m benchmarks.run SUITE --data DIR [--seconds 60] [--seeds 0 1 2] -o OUT.jsonl
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.suites import SUITES, Suite
from solver import Progress, read_problem, solve
from solver.result import engine, version


def run(suite: Suite, data: Path, out: Path, *, seconds: float, seeds: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Do what is not done yet and yield every run's line, the old ones too."""
    done = {_key(line): line for line in lines_of(out)}
    for file in suite.instances(data):
        for seed in seeds:
            key = (suite.name, file.stem, seed, seconds, version(), engine())
            if key not in done:
                done[key] = _in_a_process(suite, file, seed, seconds)
                with out.open("a", encoding="utf-8") as written:
                    written.write(json.dumps(done[key]) + "\n")
            yield done[key]


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
    return tuple(line[name] for name in ("suite", "instance", "seed", "seconds", "version", "engine"))


def _in_a_process(suite: Suite, file: Path, seed: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.run", suite.name, "--one", str(file), "--seeds", str(seed)]
    done = subprocess.run([*command, "--seconds", str(seconds)], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(suite: Suite, file: Path, *, seed: int, seconds: float) -> dict[str, Any]:
    """Solve one instance in this process and have the answer judged."""
    text = file.read_text(encoding="utf-8")
    document = suite.read(text)
    steps: list[Progress] = []
    problem = read_problem({**document, "options": {"time_limit": seconds, "seed": seed}})
    result = solve(problem, on_progress=steps.append)
    judged = suite.judge(text, document, result.schedule) if result.schedule is not None else None
    return {
        "suite": suite.name,
        "instance": file.stem,
        "seed": seed,
        "seconds": seconds,
        "status": result.status,
        "penalty": judged.penalty if judged is not None else None,
        "broken": judged.broken if judged is not None else None,
        "objective": result.objective,
        "bound": result.bound,
        "best_known": suite.best_known.get(file.stem),
        "first_seconds": result.stats.first_solution_seconds,
        "solve_seconds": result.stats.solve_seconds,
        "steps": [[round(s.elapsed, 2), s.objective, s.bound] for s in steps],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "engine": engine(),
        "version": version(),
    }


def main(argv: list[str] | None = None) -> None:
    """Run a suite, or one instance of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("--data", type=Path, help="the folder of the set's files")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("-o", "--output", type=Path, help="the file of runs, one JSON line each")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    suite = SUITES[arguments.suite]
    if arguments.one is not None:
        print(json.dumps(measure(suite, arguments.one, seed=arguments.seeds[0], seconds=arguments.seconds)))
        return
    if arguments.data is None or arguments.output is None:
        parser.error("--data and --output are needed")
    for line in run(suite, arguments.data, arguments.output, seconds=arguments.seconds, seeds=arguments.seeds):
        print(json.dumps({key: value for key, value in line.items() if key != "steps"}))


if __name__ == "__main__":
    main()
