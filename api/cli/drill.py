"""`toban drill`: every single sick call tried against a roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, print_bytes

if TYPE_CHECKING:
    from solver.domain.problem import Problem
    from solver.questions.drill import Drill


def drill(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM", help="The problem: a file, - for standard input, or the name of a shipped example."
        ),
    ],
    schedule: Annotated[
        str | None,
        typer.Argument(
            metavar="SCHEDULE", help="The roster to try: a result of toban solve, for one. Without it the problem is solved."
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="table to read, json for programs.")] = Format.table,
    time_limit: Annotated[
        float | None, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Stop after this long with what is known.")
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Try every sick call: what if any one person is missing on any one day.

    A call is survived if changes of that day alone make up for it.

    Exit code 0: the drill was held; 2: the problem or the roster has faults; 3: there was no roster to try.
    """
    with refusals(), said_in(lang):
        from api.cli.reading import STDIN, load_json, load_problem
        from solver import drill as hold
        from solver import read_schedule, solve

        if form not in (Format.table, Format.json):
            raise typer.BadParameter("table or json", param_hint="--format")
        if problem == schedule == STDIN:
            raise typer.BadParameter("only one of the two can be standard input", param_hint="SCHEDULE")
        asked = load_problem(problem)
        if time_limit is not None:
            asked = asked.with_options(asked.options.model_copy(update={"time_limit": time_limit}))
        document = solve(asked).schedule if schedule is None else load_json(schedule)
        if document is None:
            print("no roster was found in time")
            raise typer.Exit(ExitCode.UNKNOWN)
        found = hold(asked, read_schedule(document, asked))
        try:
            _print(asked, found, form)
        except BrokenPipeError:
            leave_quietly(ExitCode.FEASIBLE)


def _print(problem: Problem, found: Drill, form: Format) -> None:
    if form is Format.json:
        print_bytes(as_json(found.model_dump(mode="json")))
        return
    from api.cli.screen import show
    from api.render.drill import drilled

    show(lambda _: drilled(problem, found))
