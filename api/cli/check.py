"""`toban check`: judge a finished roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, print_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.domain.cover import Cover
    from solver.domain.fact import Violation
    from solver.domain.problem import Problem
    from solver.domain.schedule import Schedule


def check(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM", help="The problem: a file, - for standard input, or the name of a shipped example."
        ),
    ],
    schedule: Annotated[
        str,
        typer.Argument(
            metavar="SCHEDULE", help="The roster: {person: {date: symbol}} as JSON, or a whole result of toban solve."
        ),
    ],
    form: Annotated[Format, typer.Option("--format", "-f", help="table to read, json for programs.")] = Format.table,
    lang: LangOption = Lang.en,
) -> None:
    """Check a roster, wherever it comes from: every rule it breaks, and who covers whom.

    Exit code 0: no hard rule is broken; 1: some hard rule is; 2: the problem or the roster has faults.
    """
    with refusals(), said_in(lang):
        from api.cli.reading import STDIN, load_json, load_problem
        from solver import check as check_roster
        from solver import covers_of, read_schedule

        if form not in (Format.table, Format.json):
            raise typer.BadParameter("table or json", param_hint="--format")
        if problem == schedule == STDIN:
            raise typer.BadParameter("only one of the two can be standard input", param_hint="SCHEDULE")
        asked = load_problem(problem)
        document = load_json(schedule)
        roster, given = read_schedule(document, asked), _given_covers(document, asked)
        violations, covers = check_roster(asked, roster, given), covers_of(asked, roster, given)
        code = ExitCode.INFEASIBLE if any(v.severity == "hard" for v in violations) else ExitCode.FEASIBLE
        try:
            _print(asked, roster, violations, covers, form)
        except BrokenPipeError:
            leave_quietly(code)
    raise typer.Exit(code)


def _given_covers(document: object, problem: Problem) -> Sequence[Cover] | None:
    """Take the covers a result claims, where they are a choice (`covers_per_day`); else they follow from the schedule."""
    settings = problem.settings.backup_coverage
    if not isinstance(document, dict) or "schedule" not in document or settings is None or settings.covers_per_day is None:
        return None
    from solver import read_covers

    return read_covers(document.get("covers"), at="/covers")


def _print(
    problem: Problem, schedule: Schedule, violations: Sequence[Violation], covers: Sequence[Cover], form: Format
) -> None:
    from solver.domain.fact import Score

    if form is Format.json:
        score = Score.of(list(violations))
        answer = {
            "violations": [v.model_dump(mode="json") for v in violations],
            "covers": [c.model_dump(mode="json") for c in covers],
            "score": score.model_dump(mode="json"),
        }
        print_bytes(as_json(answer))
        return
    from api.cli.screen import show
    from api.render.report import verdict
    from api.render.roster import Roster

    drawn = Roster.judged(problem, schedule.to_json(), violations, covers)
    show(lambda cells: verdict(drawn, violations, covers, cells))
