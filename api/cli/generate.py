"""`toban generate`: a made-up team of any size."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import ExitCode, Refused, leave_quietly, refusals
from api.cli.writing import check_writable, print_bytes, write_file


def generate(
    staff: Annotated[int, typer.Argument(metavar="STAFF", help="How many people.")],
    days: Annotated[int, typer.Argument(metavar="DAYS", help="How many days.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the problem into this file instead of printing it."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same number makes the same team, everywhere.")] = 0,
    groups: Annotated[int | None, typer.Option(help="How many groups; about one for every four people by default.")] = None,
    backups: Annotated[int | None, typer.Option(help="How many people on call; about one in ten by default.")] = None,
    start: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day.")] = None,
    hard: Annotated[bool, typer.Option("--hard/--soft", help="Whether limits must hold or only cost.")] = True,
) -> None:
    """Make up a realistic team and print it as a problem: groups, backups, limits, wishes, and a roster that exists.

    Try one at once: toban generate 12 31 | toban solve -
    """
    with refusals():
        from datasets import generate as making
        from datasets.text import as_text

        if output is not None:
            check_writable(output)
        first = start.date() if start is not None else making.START
        try:
            team = making.generate(staff, days, seed=seed, groups=groups, backups=backups, start=first, hard=hard)
        except ValueError as error:
            raise Refused(str(error)) from None
        data = as_text(team).encode()
        if output is None:
            try:
                print_bytes(data)
            except BrokenPipeError:
                leave_quietly(ExitCode.FEASIBLE)
        else:
            write_file(output, data)
