"""`toban drill`: which sick calls a roster survives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from api.cli.asking import FormatOption, ProblemArgument, ScheduleArgument, TimeOption, load
from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, print_bytes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from solver.domain.problem import Problem
    from solver.questions.drill import Drill


def drill(
    problem: ProblemArgument,
    schedule: ScheduleArgument = None,
    form: FormatOption = Format.table,
    time_limit: TimeOption = None,
    lang: LangOption = Lang.en,
) -> None:
    """Try every single sick call against a roster: how many it survives, where it breaks, how much slack the backups have.

    Exit code 0: drilled; 1: there is no roster that keeps the hard rules; 2: the problem or the roster has faults;
    3: there was no roster in time, or some calls were not tried in time.
    """
    with refusals(), said_in(lang):
        from solver import drill as ask

        found = ask(*(read := load(problem, schedule, form, time_limit)))
        asked = read[0]
        code = ExitCode.INFEASIBLE if found.roster == "INFEASIBLE" else ExitCode.FEASIBLE
        if found.untried or (found.schedule is None and code is ExitCode.FEASIBLE):
            code = ExitCode.UNKNOWN
        try:
            if form is Format.json:
                print_bytes(as_json(found.to_json()))
            else:
                from api.cli.screen import show

                show(lambda _: _page(asked, found))
        except BrokenPipeError:
            leave_quietly(code)
    raise typer.Exit(code)


def _page(problem: Problem, found: Drill) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    from api.render.plain import plain

    if found.schedule is None:
        return Text(f"no roster to drill: {found.roster}")
    share = "-" if found.share is None else f"{found.share:.0%}"
    untried = f", {found.untried} not tried in time" if found.untried else ""
    lines = [f"survived {share}: {found.survived} of {found.tried} sick calls{untried}"]
    lines += [f"  {failure.message}" for failure in found.failures]
    worst = found.weakest
    lines += [f"weakest: {problem.label(one.staff_id)}, {one.failures} failures" for one in worst.staff]
    lines += [f"weakest: {one.date}, {one.failures} failures" for one in worst.dates]
    lines += [f"weakest: {problem.group_by_id[one.group_id].label}, {one.failures} failures" for one in worst.groups]
    lines += [f"slack: {problem.group_by_id[one.group_id].label}, at least {one.minimum}" for one in found.slack]
    return Group(*(Text(plain(line)) for line in lines))
