"""How a solve grows with the team: building, the first schedule, the gap as time goes by, memory.

    python -m benchmarks.scale [SIZE...] [--seconds 60] [--seeds 0] [--without] [-o OUT.jsonl]

A SIZE such as 200x31 is a team of `toban generate` of that many staff and days, with all default soft rules; each run is a
process of its own. `--without` runs every team a second time with its backups taken away. One JSON line a run, appended
to OUT; lines that are there already are not run again. The gap is (objective − bound) / objective of what was reported up
to a moment; `s to 1 %` is when a schedule within 1 % of the last one was first told.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.core import WITHOUT
from datasets.generate import generate
from solver import Progress, read_problem, solve
from solver.result import engine, version
from solver.search.outcome import gap_of

SIZES = ("10x31", "30x31", "60x31", "100x31", "200x31", "500x31", "1000x31", "1000x92")
MOMENTS = (10, 30, 60)  # seconds
NEAR = 1.01


def measure(size: str, *, seed: int, seconds: float, coverage: bool) -> dict[str, Any]:
    """Solve once, in this process; figures in seconds and MB."""
    staff, days = map(int, re.fullmatch(r"(\d+)x(\d+)", size).groups())  # type: ignore[union-attr]
    raw = generate(staff, days, seed=0)
    if not coverage:
        raw["settings"] |= WITHOUT
    raw["options"] = {"seed": seed, "time_limit": seconds}
    problem = read_problem(raw)
    told: list[Progress] = []
    began, worked = time.monotonic(), time.process_time()
    result = solve(problem, on_progress=told.append)
    steps = [step for step in told if step.objective is not None]
    last = result.objective
    found: dict[str, Any] = {
        "team": size,
        "coverage": coverage,
        "seed": seed,
        "seconds": seconds,
        "status": result.status,
        "objective": last,
        "bound": result.bound,
        "build_seconds": result.stats.build_seconds,
        "first_seconds": round(steps[0].elapsed, 2) if steps else None,
        "near_seconds": next((round(s.elapsed, 2) for s in steps if s.objective <= NEAR * (last or 0)), None),  # type: ignore[operator]
        "wall_seconds": round(time.monotonic() - began, 2),
        "processor_seconds": round(time.process_time() - worked, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "engine": engine(),
        "version": version(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }
    for moment in MOMENTS:
        found[f"gap_{moment}"] = _gap_at(told, moment) if moment < found["wall_seconds"] else result.gap
    return found


def _gap_at(told: list[Progress], moment: float) -> float | None:
    step = next((step for step in reversed(told) if step.elapsed <= moment), None)
    return None if step is None else gap_of(step.objective, step.bound)


def main(argv: list[str] | None = None) -> None:
    """Run every size and seed that has no line yet, and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("sizes", nargs="*", default=list(SIZES))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--without", action="store_true", help="also with the backups taken away")
    parser.add_argument("-o", "--output", type=Path, help="append one JSON line a run")
    parser.add_argument("--one", choices=["with", "without"], help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.one:
        size, seed, seconds = arguments.sizes[0], arguments.seeds[0], arguments.seconds
        print(json.dumps(measure(size, seed=seed, seconds=seconds, coverage=arguments.one == "with")))
        return
    done = _lines_of(arguments.output)
    print(
        "| team | backups | seed | status | objective (bound) | build s | first s "
        "| gap 10 s | 30 s | 60 s | s to 1 % | peak MB |"
    )
    print("|---|---|--:|---|---|--:|--:|--:|--:|--:|--:|--:|")
    for size in arguments.sizes:
        for which in ("with", "without") if arguments.without else ("with",):
            for seed in arguments.seeds:
                key = (size, which == "with", seed, arguments.seconds, engine(), version())
                if key not in done:
                    done[key] = _in_a_process(size, which, seed, arguments.seconds)
                    if arguments.output:
                        with arguments.output.open("a", encoding="utf-8") as out:
                            out.write(json.dumps(done[key]) + "\n")
                print(_table_row(done[key], which), flush=True)


def _lines_of(file: Path | None) -> dict[tuple[Any, ...], dict[str, Any]]:
    lines = file.read_text(encoding="utf-8").splitlines() if file is not None and file.is_file() else []
    found = [json.loads(line) for line in lines]
    names = ("team", "coverage", "seed", "seconds", "engine", "version")
    return {tuple(line[name] for name in names): line for line in found}


def _in_a_process(size: str, which: str, seed: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", size, "--one", which, "--seeds", str(seed)]
    done = subprocess.run([*command, "--seconds", str(seconds)], check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _table_row(run: dict[str, Any], which: str) -> str:
    gaps = " | ".join(_percent(run[f"gap_{moment}"]) for moment in MOMENTS)
    value = f"{run['objective']} ({run['bound']})"
    first, near = run["first_seconds"], run["near_seconds"]
    head = f"| {run['team']} | {which} | {run['seed']} | {run['status']} | {value} | {run['build_seconds']:.2f} | {first} |"
    return f"{head} {gaps} | {near} | {run['peak_mb']} |"


def _percent(gap: float | None) -> str:
    return "–" if gap is None else f"{100 * gap:.1f} %"


if __name__ == "__main__":
    main()
