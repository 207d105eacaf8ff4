"""`toban bench`: how near to the best known, and how well proved, on public sets of instances."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import Refused, refusals
from api.cli.writing import check_writable


def bench(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="The public set: curtois.")],
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="The folder with the files of the set.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="One JSON line a run; runs already there are not run again."),
    ],
    seconds: Annotated[float, typer.Option(min=0.1, help="Time for each run.")] = 60,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 3,
) -> None:
    """Solve a public set of instances, have every roster judged by the set's own rules, and print a table."""
    with refusals():
        from benchmarks.report import table_of
        from benchmarks.run import run
        from benchmarks.suites import SUITES

        if suite not in SUITES:
            raise Refused(f"no suite is called {suite}; there are: {', '.join(sorted(SUITES))}")
        chosen = SUITES[suite]
        if not chosen.instances(data):
            raise Refused(f"{data} has no files {chosen.pattern}")
        check_writable(output)
        lines = []
        for line in run(chosen, data, output, seconds=seconds, seeds=range(seeds)):
            lines.append(line)
            print(
                f"{line['instance']} seed {line['seed']}: {line['status']} {line['penalty']} (bound {line['bound']})",
                flush=True,
            )
        print(table_of(lines).to_string())
