"""`toban batch`: many problems, on all processors or many machines, in a run that may be cut off at any time."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.exits import ExitCode, Refused, refusals
from api.cli.language import Lang, LangOption
from api.cli.solve import OnInfeasible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from api.batch.sources import Text
    from api.batch.table import Row


def batch(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIR_OR_FILES]...",
            help="Problems: files, folders (every .json, .jsonl and .ndjson below), patterns such as 'data/**/*.json', JSON "
            "lines, - for those of standard input, shipped examples. A file may wrap its problem, as scenarios do.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="The folder for everything that comes of it.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1024,
            metavar="N",
            help="Cores for the solves, each a process, on this machine. Default: all.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            envvar="TOBAN_SCHEDULER", metavar="URL", help="A Dask scheduler, tcp://HOST:PORT, whose workers solve instead."
        ),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="For each problem.")
    ] = None,
    deterministic_limit: Annotated[
        float | None,
        typer.Option(min=0.000_001, max=1_000_000, help="For each: stop after this much work, the same everywhere."),
    ] = None,
    cores: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many processor cores each solve uses. Default: as the problem says, or 1."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2_147_483_647, help="As of toban solve.")] = None,
    alternatives: Annotated[int | None, typer.Option(min=1, max=20, help="As of toban solve.")] = None,
    on_infeasible: Annotated[OnInfeasible | None, typer.Option(help="As of toban solve.")] = None,
    restaurant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="A restaurant of the store, or a pattern such as 'tokyo-*'; may be repeated. Needs the dates."
        ),
    ] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The first day for the restaurants.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The last day for the restaurants.")
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(envvar="TOBAN_DATABASE", metavar="URL", help="Where the restaurants are; as of toban serve."),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Solve many problems, and go on where an earlier run was cut off.

    OUT gets results/NAME.json as toban solve writes them, rosters/NAME.html to print, table.csv with a row for each problem
    (and table.parquet where pyarrow is installed), and report.html. A problem whose very request has a result there is
    not solved again: the same command goes on after Ctrl-C, a kill or a power cut. What cannot be read or solved is told in
    the table, and the rest goes on. The options replace those in the problems.

    Exit codes, the first that fits:
    2 a problem has faults or cannot be read;
    1 hard rules contradict each other somewhere;
    3 no roster was found in time somewhere, or a solve came to nothing;
    0 a roster that keeps every hard rule for each.
    130 it was stopped.
    """
    with refusals():
        if output is None:
            raise Refused("name a folder for the results: -o OUT")
        if not sources and not restaurant:
            raise Refused("name problems to solve: files, folders, patterns, or --restaurant")
        if workers is not None and scheduler is not None:
            raise Refused("--workers is about processes here, --scheduler about others; leave one of them out")
        period = _period(restaurant, start, end)
        given = {
            "time_limit": time_limit,
            "deterministic_limit": deterministic_limit,
            "seed": seed,
            "alternatives": alternatives,
            "on_infeasible": on_infeasible.value if on_infeasible else None,
        }
        options = {name: value for name, value in given.items() if value is not None}
        found = _Found(sources or [], output, restaurant or [], period, database)
        code = _run(found, output, options, cores, workers, scheduler, lang)
    raise typer.Exit(code)


def _period(restaurant: list[str] | None, start: datetime | None, end: datetime | None) -> tuple[date, date] | None:
    if not restaurant:
        if start or end:
            raise Refused("--start and --end are the dates of restaurants: name one with --restaurant")
        return None
    if start is None or end is None:
        raise Refused("--restaurant needs --start and --end: a problem has dates, and what is stored has none")
    return start.date(), end.date()


class _Found:
    """Every document, read one after the other."""

    def __init__(
        self, sources: list[str], output: Path, patterns: list[str], period: tuple[date, date] | None, database: str | None
    ) -> None:
        self._sources, self._output = sources, output
        self._patterns, self._period, self._database = patterns, period, database

    def __iter__(self) -> Iterator[Text]:
        """Find them.

        Raises
        ------
        Refused
            A source, or a restaurant, is not there.
        """
        from api.batch.sources import Missing, named, restaurants, texts
        from api.cli.db import opened

        try:
            kept: list[Text] = []
            if self._period is not None:
                with opened(self._database, must_exist=True) as store:
                    store.upgrade()
                    kept = list(restaurants(store, self._patterns, self._period))
            yield from named([*texts(self._sources, self._output), *kept])
        except Missing as error:
            raise Refused(str(error)) from None


def _run(
    found: _Found,
    output: Path,
    options: dict[str, Any],
    cores: int | None,
    workers: int | None,
    scheduler: str | None,
    lang: Lang,
) -> int:
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "critical")  # of its worker processes, before it is imported
    from api.batch.folder import Folder
    from api.batch.report import write_report
    from api.batch.run import Plan, run
    from api.batch.sources import cases
    from api.batch.table import write_table
    from api.cli.batching import answers, watching
    from api.limits import Limits

    if scheduler is not None and not answers(scheduler):
        raise Refused(f"{scheduler}: no scheduler answers there")
    documents = list(found)  # before the folder is made: a misspelt name shall leave nothing behind
    if not documents:
        raise Refused("there is not a single problem in what was named")
    folder = Folder(output, lang.value)
    plan = Plan(workers or Limits().jobs, scheduler, lang.value)
    with folder.alone(), watching() as (watch, stop):
        rows = run(cases(documents, options, cores), folder, plan, watch, stop)
        write_table(rows, output)
        pages = {row.name: folder.page(row.name) for row in rows if folder.page(row.name).exists() and row.people}
        report = write_report(rows, output, pages)
    print(f"{_summary(rows)}; {report}")
    return ExitCode.ABORTED if stop.is_set() else _code(rows)


def _summary(rows: Sequence[Row]) -> str:
    from collections import Counter

    counts = Counter(row.status for row in rows)
    return ", ".join(f"{count} {status}" for status, count in counts.most_common()) or "nothing to solve"


def _code(rows: Sequence[Row]) -> ExitCode:
    from api.batch.table import REFUSED

    if any(row.status == REFUSED for row in rows):
        return ExitCode.BAD_INPUT
    if any(row.status == "INFEASIBLE" or row.hard for row in rows):
        return ExitCode.INFEASIBLE
    return ExitCode.FEASIBLE if all(row.penalty is not None for row in rows) else ExitCode.UNKNOWN
