"""`toban bench`: how near to the best known, and how well proved, on public sets of instances, beside its peers."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import Refused, refusals
from api.cli.writing import check_writable, write_file


def bench(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="The set: curtois, inrc1, inrc2 or teams.")],
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="The folder with the files of the set.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="One JSON line a run; runs already there are not run again."),
    ],
    seconds: Annotated[float, typer.Option("--seconds", "--time-limit", min=0.1, help="Time for each run.")] = 60,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds, from 0.")] = 3,
    peers: Annotated[
        str,
        typer.Option(
            help="Whom to run beside toban: some of cp-sat,highs,timefold,pyworkforce with commas; or all. "
            "toban-without-PART is toban itself without a part of its search."
        ),
    ] = "",
    instances: Annotated[str, typer.Option(help="Only these instances, with commas.")] = "",
    cores: Annotated[int | None, typer.Option(min=1, help="How many processor cores each run gets; all without it.")] = None,
    report: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table in Markdown, too.")] = None,
    plots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Draw plots into this folder (needs toban\\[plots]).")
    ] = None,
) -> None:
    """Solve a public set of instances, have every roster judged by the set's own rules, and print a table."""
    with refusals():
        from benchmarks import peers as known
        from benchmarks import report as reports
        from benchmarks.run import run
        from benchmarks.suites import SUITES

        if suite not in SUITES:
            raise Refused(f"no suite is called {suite}; there are: {', '.join(sorted(SUITES))}")
        others = list(known.NAMES[1:]) if peers == "all" else [name for name in peers.split(",") if name]
        for name in others:
            if there_are := known.unknown(name):
                raise Refused(f"no peer is called {name}; there are: {there_are}")
        chosen, only = SUITES[suite], tuple(name for name in instances.split(",") if name)
        found = [one.name for one in chosen.instances(data)]
        if not found:
            raise Refused(f"{data} has no files {chosen.expects}")
        for name in only:
            if name not in found:
                raise Refused(f"no instance is called {name}; there are: {', '.join(found)}")
        for file in (output, report):
            if file is not None:
                check_writable(file)
        if plots is not None and find_spec("matplotlib") is None:
            raise Refused("plots need matplotlib: pip install 'toban[plots]'")
        lines = []
        solvers = ["toban", *(name for name in others if name != "toban")]
        settings = {"seconds": seconds, "seeds": range(seeds), "solvers": solvers, "only": only, "cores": cores}
        for line in run(chosen, data, output, **settings):  # type: ignore[arg-type]
            lines.append(line)
            who = f"{line['instance']} seed {line['seed']} {line['solver']}"
            outcome = f"{line['status']} {line['penalty']} (bound {line['bound']})"
            why = f", {line['why']}" if line["why"] else ""
            broken = f", breaks {line['broken']} hard rules" if line["broken"] else ""
            print(f"{who}: {outcome}{broken}{why}", flush=True)
        print(reports.table_of(lines).to_string())
        if report is not None:
            write_file(report, reports.markdown(lines).encode())
        if plots is not None:
            for file in reports.plots(lines, plots):
                print(file)
