"""What the questions' commands share: their arguments, and reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.writing import Format

if TYPE_CHECKING:
    from solver.domain.problem import Problem
    from solver.domain.schedule import Schedule

ProblemArgument = Annotated[
    str,
    typer.Argument(metavar="PROBLEM", help="The problem: a file, - for standard input, or the name of a shipped example."),
]
ScheduleArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[SCHEDULE]",
        help="The roster: {person: {date: symbol}} as JSON, or a result of toban solve; none: one is solved for first.",
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", "-f", help="table to read, json for programs.")]
TimeOption = Annotated[
    float | None, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Stop after this long with what is known.")
]


def load(
    problem: str, schedule: str | None, form: Format, time_limit: float | None = None
) -> tuple[Problem, Schedule | None]:
    """Read the problem and the roster.

    Raises
    ------
    typer.BadParameter
        Where both are standard input, or the format is neither of the two.
    ProblemError
        With every fault.
    """
    from api.cli.reading import STDIN, load_json, load_problem
    from solver import read_schedule

    if form not in (Format.table, Format.json):
        raise typer.BadParameter("table or json", param_hint="--format")
    if problem == schedule == STDIN:
        raise typer.BadParameter("only one of the two can be standard input", param_hint="SCHEDULE")
    asked = load_problem(problem)
    if time_limit is not None:
        asked = asked.model_copy(update={"options": asked.options.model_copy(update={"time_limit": time_limit})})
    return asked, read_schedule(load_json(schedule), asked) if schedule is not None else None
