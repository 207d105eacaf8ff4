"""`toban free-days`: who can be off on which date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import FormatOption, ProblemArgument, ScheduleArgument, TimeOption, load
from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, print_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from solver.domain.problem import Problem
    from solver.questions.free import FreeDays

MARKS = {"free": "○", "only_if": "△", "impossible": "×", "unknown": "?"}
LEGEND = "○ can be off   △ only if others move   × impossible   ? not decided in time   · not employed"


def free_days(
    problem: ProblemArgument,
    schedule: ScheduleArgument = None,
    staff: Annotated[
        list[str] | None, typer.Option("--staff", metavar="ID", help="Only this person; may be repeated.")
    ] = None,
    dates: Annotated[
        list[str] | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Only this date; may be repeated.")
    ] = None,
    form: FormatOption = Format.table,
    time_limit: TimeOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """Say who can be off on which date, who would have to move for it, and what forbids it.

    Exit code 0: answered; 2: the question has faults; 3: some cell was not decided in time.
    """
    with refusals(), said_in(lang):
        from solver import free_days as ask

        asked, roster = load(problem, schedule, form, time_limit)
        found = ask(asked, roster, staff_ids=staff or None, dates=dates or None)
        unknown = any(cell.mark == "unknown" for row in found.cells.values() for cell in row.values())
        code = ExitCode.UNKNOWN if unknown else ExitCode.FEASIBLE
        try:
            if form is Format.json:
                print_bytes(as_json(found.to_json()))
            else:
                from api.cli.screen import show

                show(lambda _: _page(asked, found))
        except BrokenPipeError:
            leave_quietly(code)
    raise typer.Exit(code)


def _page(problem: Problem, found: FreeDays) -> RenderableType:
    """One line a person, one mark a date; below, what the marks mean and why."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from api.render.plain import plain

    days = sorted({day for row in found.cells.values() for day in row})
    table = Table(box=None, padding=(0, 0, 0, 1))
    table.add_column("")
    for day in days:
        table.add_column(str(day.day), justify="right")
    for staff, row in found.cells.items():
        table.add_row(plain(problem.label(staff)), *(MARKS[row[day].mark] if day in row else "·" for day in days))
    why = [
        Text(plain(f"{MARKS[cell.mark]} {cell.message}"))
        for row in found.cells.values()
        for cell in row.values()
        if cell.message is not None and cell.mark != "unknown"
    ]
    return Group(table, Text(), Text(LEGEND), *why)
