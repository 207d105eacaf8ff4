"""How long it takes to explain a month that cannot be, by kind of contradiction.

    python -m benchmarks.explain [SIZE...] [--seeds 0 1 2] [--time-limit 30] [-o OUT.jsonl]

A SIZE such as 30x31 is a generated team, spoilt in each of the ways below; teams that can be rostered all the same are left
out and counted. Wall seconds from the request as JSON to the explanation with up to five repairs. One JSON line a run, then
the distribution.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from datasets.generate import generate
from solver import explain, read_problem
from solver.result import engine, version

Document = dict[str, Any]


def _group_off(team: Document, rng: random.Random, days: list[str]) -> None:
    group, day = rng.choice(team["settings"]["staff_groups"]), rng.choice(days)
    for member in group["members"]:
        team["prefilled"].setdefault(member, {})[day] = "×"


def _backups_away(team: Document, rng: random.Random, days: list[str]) -> None:
    group, first = rng.choice(team["settings"]["staff_groups"]), rng.randrange(len(days) - 7)
    rows = team["settings"]["backup_assignments"]
    backups = {row["staff_id"] for row in rows if row["group_id"] == group["id"]}
    for person in (*sorted(backups), rng.choice(group["members"])):
        team["prefilled"].setdefault(person, {}).update(dict.fromkeys(days[first : first + 7], "×"))


def _long_stretch(team: Document, rng: random.Random, days: list[str]) -> None:
    team["settings"]["stretches"] = [{"kind": "work", "max": 5, "hard": True}]
    person, first = rng.choice(team["staff"])["id"], rng.randrange(len(days) - 7)
    team["prefilled"].setdefault(person, {}).update(dict.fromkeys(days[first : first + 7], "○"))


def _few_off(team: Document, _: random.Random, __: list[str]) -> None:
    team["settings"]["daily_limits"] = [{"symbols": ["×"], "max": 2, "hard": True}]


def _short_stretches(team: Document, _: random.Random, __: list[str]) -> None:
    team["settings"]["stretches"] = [{"kind": "work", "max": 2, "hard": True}]
    team["settings"]["monthly_limits"] = [{"measure": "off_equivalent", "max": 8, "hard": True}]


def _high_demand(team: Document, _: random.Random, __: list[str]) -> None:
    people = len(team["staff"]) * 26 // 30
    team["settings"]["demand"] = [{"symbols": ["○", "△", "◇"], "min": people, "hard": True}]


def _demand_and_rest(team: Document, _: random.Random, __: list[str]) -> None:
    people = len(team["staff"]) * 24 // 30
    team["settings"]["demand"] = [{"symbols": ["○", "△", "◇"], "min": people, "hard": True}]
    team["settings"]["weekly_limits"] = [{"symbols": ["×"], "min": 2, "hard": True}]


def _free_weekends(team: Document, _: random.Random, __: list[str]) -> None:
    people, days = len(team["staff"]) * 20 // 30, ["saturday", "sunday"]
    team["settings"]["weekends"] = [{"max_working": 1, "hard": True}]
    team["settings"]["demand"] = [{"symbols": ["○", "△", "◇"], "min": people, "hard": True, "days_of_week": days}]


KINDS: dict[str, Callable[[Document, random.Random, list[str]], None]] = {
    "a whole group off on one day": _group_off,
    "backups off for a week": _backups_away,
    "seven days filled in, five allowed": _long_stretch,
    "too few may be off a day": _few_off,
    "short stretches, few days off": _short_stretches,
    "demand too high every day": _high_demand,
    "demand against two days off a week": _demand_and_rest,
    "free weekends against demand": _free_weekends,
}


def spoilt(staff: int, days: int, kind: str, seed: int) -> Document:
    """A generated team with one contradiction in it, or at least something close to one."""
    team = generate(staff, days, seed=seed)
    start = date.fromisoformat(team["period"]["start"])
    KINDS[kind](team, random.Random(seed), [(start + timedelta(i)).isoformat() for i in range(days)])
    return team


def run(staff: int, days: int, kind: str, seed: int, seconds: float) -> Document:
    """Explain one team, timed."""
    text = json.dumps({**spoilt(staff, days, kind, seed), "options": {"time_limit": seconds, "seed": seed}})
    began, worked = time.perf_counter(), time.process_time()
    found = explain(read_problem(json.loads(text)))
    return {
        "size": f"{staff}x{days}",
        "kind": kind,
        "seed": seed,
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(time.process_time() - worked, 2),
        "status": found.status,
        "conflicts": len(found.conflicts),
        "facts": [len(conflict.facts) for conflict in found.conflicts],
        "proved": all(conflict.proved for conflict in found.conflicts),
        "complete": found.complete,
        "repairs": [repair.cost for repair in found.repairs if repair.proved],
        "engine": engine(),
        "version": version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="How long it takes to explain a month that cannot be.")
    parser.add_argument("sizes", nargs="*", default=["30x31"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--time-limit", type=float, default=30)
    parser.add_argument("-o", "--output", type=Path)
    asked = parser.parse_args()
    rows = []
    for size in asked.sizes:
        staff, days = map(int, size.split("x"))
        for kind in KINDS:
            for seed in asked.seeds:
                rows.append(run(staff, days, kind, seed, asked.time_limit))
                line = json.dumps(rows[-1], ensure_ascii=False)
                print(line, flush=True)
                if asked.output is not None:
                    with asked.output.open("a", encoding="utf-8") as out:
                        out.write(line + "\n")
    for size in asked.sizes:
        times = sorted(row["seconds"] for row in rows if row["size"] == size and row["status"] == "INFEASIBLE")
        spared = sum(row["status"] == "FEASIBLE" for row in rows if row["size"] == size)
        if times:
            within = sum(seconds < 5 for seconds in times)
            print(
                f"{size}: {len(times)} infeasible ({spared} could be rostered), median {statistics.median(times):.1f} s, "
                f"90 % within {times[int(0.9 * (len(times) - 1))]:.1f} s, slowest {times[-1]:.1f} s, {within} under 5 s"
            )


if __name__ == "__main__":
    main()
