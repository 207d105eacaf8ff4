"""How fast a sick call on a published roster is answered, and what beginning near the change is worth.

    python -m benchmarks.replan [SIZE...] [--time-limit 2.5] [--seeds 0 1 2] [-o OUT.jsonl]

A SIZE such as 60x31 is a generated team; its published roster is solved once a seed. Four calls follow: somebody is off
for one day, two days or away for five, and two people are off for the same day. Each is solved twice, in turns: as toban
does, and with the search near the change left out. Wall seconds include reading and building. One JSON line a run.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import time
from pathlib import Path
from typing import Any
from unittest import mock

from datasets.generate import generate
from solver import Progress, read_problem, solve
from solver.result import engine, version

CALLS = (
    ("1 off, 1 day", 1, 1, "×"),
    ("1 off, 2 days", 1, 2, "×"),
    ("1 away, 5 days", 1, 5, "⊘"),
    ("2 off, 1 day", 2, 1, "×"),
)
"""Name, people, days and symbol of each call."""
PUBLISH_SECONDS = 10.0

Document = dict[str, Any]


def published(staff: int, days: int, seed: int) -> tuple[Document, dict[str, dict[str, str]]]:
    """A generated team and the best roster found for it."""
    team = generate(staff, days, seed=seed)
    result = solve(read_problem({**team, "options": {"time_limit": PUBLISH_SECONDS, "seed": seed}}))
    assert result.schedule is not None
    return team, result.schedule


def sick_call(team: Document, roster: dict[str, dict[str, str]], call: tuple[str, int, int, str], seed: int) -> Document:
    """The team with some people fixed on a symbol from a working day in the first three weeks on."""
    _, people, length, symbol = call
    rng = random.Random(seed)
    dates = sorted({day for row in roster.values() for day in row})
    first = rng.randrange(2, len(dates) - length - 7)
    at_work = [s for s, row in roster.items() if row.get(dates[first]) == "○"]
    fixed = {s: dict(cells) for s, cells in team.get("prefilled", {}).items()}
    for staff in rng.sample(at_work, people):
        for day in dates[first : first + length]:
            fixed.setdefault(staff, {})[day] = symbol
    return {**team, "prefilled": fixed, "baseline": roster}


def measure(document: Document, *, seed: int, time_limit: float, near: bool) -> dict[str, Any]:
    """Answer one call in this process; seconds of wall clock."""
    steps: list[Progress] = []
    began = time.monotonic()
    problem = read_problem({**document, "options": {"time_limit": time_limit, "seed": seed}})
    read = time.monotonic() - began
    if near:
        result = solve(problem, on_progress=steps.append)
    else:
        with mock.patch("solver.search.kept_cells", return_value=None):
            result = solve(problem, on_progress=steps.append)
    wall = time.monotonic() - began
    rosters = [(read + step.elapsed, step.objective) for step in steps if step.schedule is not None]
    return {
        "near": near,
        "seed": seed,
        "status": result.status,
        "objective": result.objective,
        "bound": result.bound,
        "changes": sum(len(row.changes) for row in result.changes or ()),
        "first_seconds": round(rosters[0][0], 3) if rosters else None,
        "best_seconds": round(rosters[-1][0], 3) if rosters else None,
        "wall_seconds": round(wall, 3),
        "engine": engine(),
        "version": version(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }


def main(argv: list[str] | None = None) -> None:
    """Run every call with and without the search near the change, and print a table of medians."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.replan", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("sizes", nargs="*", default=["60x31"])
    parser.add_argument("--time-limit", type=float, default=2.5)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("-o", "--output", type=Path, help="append one JSON line a run")
    arguments = parser.parse_args(argv)
    print("| team, call | near first | status | objective (bound) | changes | first s | best s | wall s | worst |")
    print("|---|---|---|---|---|--:|--:|--:|--:|")
    for size in arguments.sizes:
        staff, days = map(int, size.split("x"))
        teams = {seed: published(staff, days, seed) for seed in arguments.seeds}
        for call in CALLS:
            runs: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
            for seed, (team, roster) in teams.items():
                document = sick_call(team, roster, call, seed)
                for near in (True, False):
                    found = measure(document, seed=seed, time_limit=arguments.time_limit, near=near)
                    runs[near].append({"team": size, "call": call[0], **found})
            if arguments.output:
                with arguments.output.open("a", encoding="utf-8") as out:
                    out.writelines(json.dumps(run, ensure_ascii=False) + "\n" for run in [*runs[True], *runs[False]])
            for near in (True, False):
                print(_row(runs[near]))
            print(_ratios(runs[True], runs[False]))


def _median(runs: list[dict[str, Any]], key: str) -> float:
    values = [run[key] for run in runs if run[key] is not None]
    return statistics.median(values) if values else float("nan")


def _row(runs: list[dict[str, Any]]) -> str:
    name = f"{runs[0]['team']}, {runs[0]['call']} | {'yes' if runs[0]['near'] else 'no'}"
    statuses = "/".join(sorted({run["status"] for run in runs}))
    objectives = ", ".join(f"{run['objective']} ({run['bound']})" for run in runs)
    changes = ", ".join(str(run["changes"]) for run in runs)
    figures = [f"{_median(runs, key):.2f}" for key in ("first_seconds", "best_seconds", "wall_seconds")]
    worst = max(run["wall_seconds"] for run in runs)
    return f"| {name} | {statuses} | {objectives} | {changes} | {' | '.join(figures)} | {worst:.2f} |"


def _ratios(near: list[dict[str, Any]], whole: list[dict[str, Any]]) -> str:
    keys = ("first_seconds", "best_seconds", "wall_seconds")
    figures = [f"{_median(near, key) / max(_median(whole, key), 1e-9):.2f}" for key in keys]
    return f"| | ratio | | | | {' | '.join(figures)} | |"


if __name__ == "__main__":
    main()
