"""How fast teams are built and solved, how much memory that takes, and what backup coverage itself costs.

    python -m benchmarks.core FILE_OR_SIZE... [--time-limit 10] [--seeds 0 1 2] [-o OUT.jsonl]

A FILE is a problem (or an object with `problem`); a SIZE such as 60x31 is a generated team of that many staff and days.
Each run is a process of its own, so that its peak memory is its own. Every team runs as it is and with its groups'
backups taken away; the ratio of the two is printed. One JSON line a run: machine, versions, seed, figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from datasets.generate import generate
from solver import Progress, read_problem, solve
from solver.result import engine, version

WITHOUT: dict[str, Any] = {"backup_assignments": [], "backup_coverage": None}
"""Settings that take the promise away and leave everything else."""


def document(team: str) -> dict[str, Any]:
    """The problem a name on the command line stands for."""
    size = re.fullmatch(r"(\d+)x(\d+)", team)
    if size:
        return generate(int(size[1]), int(size[2]), seed=0)
    data = json.loads(Path(team).read_text(encoding="utf-8"))
    return dict(data.get("problem", data))


def measure(team: str, *, seed: int, time_limit: float, coverage: bool) -> dict[str, Any]:
    """Solve once, in this process; figures in seconds and MB."""
    raw = document(team)
    if not coverage:
        raw["settings"] = {**raw["settings"], **WITHOUT}
    raw["options"] = {**raw.get("options", {}), "seed": seed, "time_limit": time_limit, "workers": None}
    problem = read_problem(json.dumps(raw))
    steps: list[Progress] = []
    result = solve(problem, on_progress=steps.append)
    stats = result.stats
    return {
        "team": Path(team).stem,
        "coverage": coverage,
        "seed": seed,
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "build_seconds": stats.build_seconds,
        "first_solution_seconds": stats.first_solution_seconds,
        "solve_seconds": stats.solve_seconds,
        "variables": stats.variables,
        "constraints": stats.constraints,
        "covers": len(result.covers),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "workers": stats.workers,
        "engine": engine(),
        "version": version(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }


def main(argv: list[str] | None = None) -> None:
    """Run every team with and without coverage, for every seed, and print a table of medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.core", description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("teams", nargs="+")
    parser.add_argument("--time-limit", type=float, default=10)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("-o", "--output", type=Path, help="append one JSON line a run")
    parser.add_argument("--one", choices=["with", "without"], help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.one:
        found = measure(
            arguments.teams[0],
            seed=arguments.seeds[0],
            time_limit=arguments.time_limit,
            coverage=arguments.one == "with",
        )
        print(json.dumps(found))
        return
    print("| team | backups | status | objective (bound) | build s | first s | solve s | variables | peak MB |")
    print("|---|---|---|---|--:|--:|--:|--:|--:|")
    for team in arguments.teams:
        solved = {}
        for which in ("with", "without"):
            runs = [_in_a_process(team, which, seed, arguments.time_limit) for seed in arguments.seeds]
            if arguments.output:
                with arguments.output.open("a", encoding="utf-8") as out:
                    out.writelines(json.dumps(run) + "\n" for run in runs)
            solved[which] = _median(runs, "solve_seconds")
            print(_table_row(runs, which))
        print(f"| | | ratio | | | | {solved['with'] / max(solved['without'], 1e-9):.2f} | | |")


def _in_a_process(team: str, which: str, seed: int, time_limit: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.core", team, "--one", which, "--seeds", str(seed)]
    done = subprocess.run([*command, "--time-limit", str(time_limit)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _median(runs: list[dict[str, Any]], key: str) -> float:
    values = [run[key] for run in runs if run[key] is not None]
    return statistics.median(values) if values else float("nan")


def _table_row(runs: list[dict[str, Any]], which: str) -> str:
    statuses = "/".join(sorted({run["status"] for run in runs}))
    objectives = ", ".join(f"{run['objective']} ({run['bound']})" for run in runs)
    figures = [f"{_median(runs, key):.2f}" for key in ("build_seconds", "first_solution_seconds", "solve_seconds")]
    sizes = [f"{_median(runs, key):.0f}" for key in ("variables", "peak_mb")]
    return f"| {runs[0]['team']} | {which} | {statuses} | {objectives} | {' | '.join([*figures, *sizes])} |"


if __name__ == "__main__":
    main()
