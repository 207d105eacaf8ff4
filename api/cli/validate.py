"""`toban validate`: what is wrong with a problem, before anything is solved."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in

if TYPE_CHECKING:
    from solver.domain.problem import Problem


def validate(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM", help="The problem: a file, - for standard input, or the name of a shipped example."
        ),
    ],
    lang: LangOption = Lang.en,
) -> None:
    """Look for faults in a problem, without solving it: all at once, each with its place, and warnings.

    Exit code 0: it can be read; 2: it has faults, printed one per line as path: code: found …, expected ….
    """
    with refusals(), said_in(lang):
        from api.cli.reading import load_problem
        from api.render.plain import plain
        from solver import warnings_of

        asked = load_problem(problem)
        notices = warnings_of(asked)
        try:
            print(f"valid: {_contents(asked)}" + (f"; {_count(len(notices), 'warning')}" if notices else ""))
            for notice in notices:
                print(plain(f"{notice.path or '/'}: {notice.code}: {notice.message}"))
            sys.stdout.flush()
        except BrokenPipeError:
            leave_quietly(ExitCode.FEASIBLE)


def _contents(problem: Problem) -> str:
    """Say what was understood, in numbers."""
    return ", ".join(
        [
            _count(len(problem.staff), "person", "people"),
            _count(len(problem.days), "day"),
            _count(len(problem.groups), "group"),
            _count(len(problem.assignments), "backup assignment"),
        ]
    )


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
