"""How long a manager waits for an answer: who stands in, who may be off when, what each sick call breaks.

    python -m benchmarks.questions [--sizes 12x31 30x31 60x31] [--seeds 0 1 2] [-o OUT.jsonl]

Every team is one of `toban generate`, and the roster asked about is the one planted in it. Of every seed `--people` people
spread over the team are asked about, on one and on five dates on which they work; free days and the drill, of all
cells, are asked of teams of at most `--whole` cells. One JSON line a question: machine, versions, seed, seconds.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasets.generate import plant
from solver import drill, free_days, read_problem, read_schedule, suggest_cover
from solver.result import engine, version


def ask(staff: int, days: int, seed: int, people: int, *, whole: bool) -> Iterator[dict[str, Any]]:
    """Every question about one team, with the seconds each took."""
    planted = plant(staff, days, seed=seed)
    problem = read_problem(json.dumps(planted.problem))
    schedule = read_schedule(planted.roster, problem)
    for person in problem.staff[:: max(1, staff // people)][:people]:
        at_work = [day for day, symbol in sorted(schedule.row(person.id).items()) if symbol == problem.normal]
        for dates in (at_work[:1], at_work[:5]):
            if dates:
                start = time.perf_counter()
                suggest_cover(problem, schedule, person.id, dates)
                yield {"question": f"cover, {len(dates)} dates", "seconds": time.perf_counter() - start}
    if whole:
        start = time.perf_counter()
        cells = [cell for row in free_days(problem, schedule).cells.values() for cell in row.values()]
        seconds = time.perf_counter() - start
        marks = dict(Counter(cell.mark for cell in cells))
        unproved = sum(cell.proved is False for cell in cells)
        yield {"question": "free days", "seconds": seconds, "marks": marks, "unproved": unproved}
        start = time.perf_counter()
        drilled = drill(problem, schedule)
        yield {"question": "drill", "seconds": time.perf_counter() - start, "untried": drilled.untried}


def main() -> None:
    """Ask, print, and keep the figures."""
    parser = argparse.ArgumentParser(description="Time the questions a manager asks of a roster.")
    parser.add_argument("--sizes", nargs="+", default=["12x31", "30x31", "60x31"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--whole", type=int, default=400)
    parser.add_argument("-o", "--output", type=Path)
    arguments = parser.parse_args()
    where = {"machine": platform.platform(), "python": platform.python_version(), "engine": engine(), "version": version()}
    lines = []
    for size in arguments.sizes:
        staff, days = map(int, size.split("x"))
        for seed in arguments.seeds:
            for row in ask(staff, days, seed, arguments.people, whole=staff * days <= arguments.whole):
                lines.append(json.dumps({"team": size, "seed": seed, **row, **where}, ensure_ascii=False))
                shown = {key: value for key, value in row.items() if key not in ("question", "seconds")}
                print(f"{size}  seed {seed}  {row['question']:<16} {row['seconds']:6.2f} s  {shown or ''}", flush=True)
    if arguments.output is not None:
        arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
