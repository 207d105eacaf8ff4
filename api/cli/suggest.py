"""`toban suggest`: who can stand in for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.asking import FormatOption, ProblemArgument, load
from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, print_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from solver.domain.problem import Problem
    from solver.questions.cover import CoverSuggestions
    from solver.questions.plans import CoverPlan


def suggest(
    problem: ProblemArgument,
    schedule: Annotated[
        str,
        typer.Argument(
            metavar="SCHEDULE", help="The roster: {person: {date: symbol}} as JSON, or a whole result of toban solve."
        ),
    ],
    staff: Annotated[str, typer.Option("--staff", metavar="ID", help="Who is off.")],
    dates: Annotated[list[str], typer.Option("--date", metavar="YYYY-MM-DD", help="When; may be repeated.")],
    symbol: Annotated[str | None, typer.Option(help="What he stands on instead of ×.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many options a date.")] = None,
    form: FormatOption = Format.table,
    lang: LangOption = Lang.en,
) -> None:
    """Say who can stand in for somebody who is off: ranked, with what changes and what it breaks.

    For several dates, plans over all of them together follow.

    Exit code 0: every date has an option that works; 1: some has none; 2: the question has faults.
    """
    with refusals(), said_in(lang):
        from solver import suggest_cover

        asked, roster = load(problem, schedule, form)
        assert roster is not None
        found = suggest_cover(asked, roster, staff, dates, symbol=symbol, limit=limit)
        helped = all(any(option.works for option in day.options) for day in found.dates)
        code = ExitCode.FEASIBLE if helped else ExitCode.INFEASIBLE
        try:
            if form is Format.json:
                print_bytes(as_json(found.to_json()))
            else:
                from api.cli.screen import show

                show(lambda _: _page(asked, found))
        except BrokenPipeError:
            leave_quietly(code)
    raise typer.Exit(code)


def _page(problem: Problem, found: CoverSuggestions) -> RenderableType:
    from rich.console import Group
    from rich.table import Table

    from api.render.plain import plain

    tables = []
    for day in found.dates:
        table = Table(
            title=plain(f"{day.date} without {problem.label(found.staff_id)} ({day.symbol or '-'})"), title_justify="left"
        )
        for heading in ("rank", "order", "penalty", "option"):
            table.add_column(heading)
        for option in day.options:
            table.add_row(
                "-" if option.rank is None else str(option.rank),
                "" if option.priority_order is None else str(option.priority_order),
                "" if option.penalty is None else f"{option.penalty:+d}",
                plain(_told(problem, option.staff_id, option.message, works=option.works)),
            )
        tables.append(table)
    if found.plans:
        tables.append(_plans(found))
    return Group(*tables)


def _plans(found: CoverSuggestions) -> Table:
    from rich.table import Table

    from api.render.plain import plain

    table = Table(title="all dates together", title_justify="left")
    for heading in ("rank", "penalty", "changes", "plan"):
        table.add_column(heading)
    for plan in found.plans:
        rank = "-" if plan.rank is None else str(plan.rank)
        told = plan.message if plan.works else f"{_people(plan)}: {plan.message}"
        table.add_row(rank, f"{plan.penalty:+d}", str(len(plan.changes)), plain(told))
    return table


def _people(plan: CoverPlan) -> str:
    return " / ".join(dict.fromkeys(one.staff_id or "-" for one in plan.stand_ins))


def _told(problem: Problem, staff: str | None, message: str, *, works: bool) -> str:
    return message if works or staff is None else f"{problem.label(staff)}: {message}"
