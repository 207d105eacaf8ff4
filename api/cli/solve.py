"""`toban solve`: a problem in, a roster out."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import Refused, exit_code, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, check_writable, chosen_format, print_bytes, write_file

if TYPE_CHECKING:
    from solver.domain.problem import Problem
    from solver.result import Result


class OnInfeasible(StrEnum):
    """What to do when the hard rules contradict each other."""

    relax = "relax"
    report = "report"


def solve(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM", help="A problem as JSON: a file, - for standard input, or the name of a shipped example."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the result into this file instead of printing it."),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format", "-f", help="How to write it. Without this the file's name decides; a roster is printed as a table."
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Stop after this long with the best roster found."),
    ] = None,
    deterministic_limit: Annotated[
        float | None,
        typer.Option(
            min=0.000_001, max=1_000_000, help="Stop after this much work instead: the same everywhere with --workers 1."
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="How many processor cores to use.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2_147_483_647, help="Another number may give another, equally good roster.")
    ] = None,
    alternatives: Annotated[
        int | None, typer.Option(min=1, max=20, help="How many rosters, about as good, that differ as much as they can.")
    ] = None,
    on_infeasible: Annotated[
        OnInfeasible | None,
        typer.Option(
            help="If the hard rules contradict each other: relax makes the roster that breaks least, report only tells why."
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="ROSTER",
            help="Keep to this published roster, a former result or a schedule as JSON, and list the changes.",
        ),
    ] = None,
    max_changes: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Change at most this many cells of the published roster.")
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Make a roster: who works when, who covers whom, and every rule that had to give way.

    The options replace those in the problem. While it searches, Ctrl-C stops and prints the best roster so far.

    Exit codes:
    0 a roster that keeps every hard rule;
    1 the hard rules contradict each other;
    2 the problem has faults, printed one per line;
    3 no roster was found in time.
    """
    with refusals(), said_in(lang):
        if output is not None:
            check_writable(output)
        form = chosen_format(form, output)
        from api.cli.live import solve_watched
        from api.cli.reading import STDIN, load_problem

        if problem == baseline == STDIN:
            raise typer.BadParameter("only one of the two can be standard input", param_hint="--baseline")

        given = {
            "time_limit": time_limit,
            "deterministic_limit": deterministic_limit,
            "workers": workers,
            "seed": seed,
            "alternatives": alternatives,
            "on_infeasible": on_infeasible.value if on_infeasible else None,
        }
        published = _published(load_problem(problem), baseline, max_changes)
        asked = _with_options(published, {name: value for name, value in given.items() if value is not None})
        result = solve_watched(asked)
        code = exit_code(result)
        try:
            _hand_over(result, form, output)
        except BrokenPipeError:
            leave_quietly(code)
    raise typer.Exit(code)


def _published(problem: Problem, baseline: str | None, max_changes: int | None) -> Problem:
    """Put the published roster, and how much of it may change, in place of the problem's own."""
    if baseline is None and max_changes is None:
        return problem
    from api.cli.reading import load_json
    from solver.domain.reading import read_problem

    document = problem.canonical()
    if baseline is not None:
        roster = load_json(baseline)
        document["baseline"] = roster["schedule"] if isinstance(roster, dict) and "schedule" in roster else roster
    if document.get("baseline") is None:
        raise Refused("there is no published roster to keep to: give a baseline that holds a schedule")
    if max_changes is not None:
        settings = document["settings"]
        settings["stability"] = {**(settings.get("stability") or {}), "max_changes": max_changes}
    return read_problem(document)


def _with_options(problem: Problem, given: dict[str, object]) -> Problem:
    """Put the options of the command line in place of the problem's own."""
    if not given:
        return problem
    from solver.domain.problem import Options

    options = Options.model_validate({**problem.options.model_dump(), **given})
    return problem.model_copy(update={"options": options})


def _hand_over(result: Result, form: Format, output: Path | None) -> None:
    """Print the result or write it, and then say so."""
    from api.cli.screen import show, width
    from api.render.report import as_text, report
    from api.render.words import headline

    if form is Format.table and output is None:
        show(lambda cells: report(result, cells))
        return
    if form in (Format.csv, Format.ics) and result.schedule is None:
        print(f"{headline(result)}; nothing to write as {form}", file=sys.stderr)
        return
    data = as_text(report(result, width())).encode() if form is Format.table else encoded(result, form)
    if output is None:
        print_bytes(data)
    else:
        write_file(output, data)
        print(f"{headline(result)}; written to {output}", file=sys.stderr)


def encoded(result: Result, form: Format) -> bytes:
    """Write the result as a file for machines or offices."""
    if form is Format.csv:
        from api.render.csv import csv

        return csv(result)
    if form is Format.xlsx:
        from api.render.xlsx import xlsx

        return xlsx(result)
    if form is Format.html:
        from api.render.html import html

        return html(result).encode()
    if form is Format.ics:
        from api.render.ics import ics

        return ics(result)
    return as_json(result.to_json())
