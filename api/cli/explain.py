"""`toban explain`: why a problem has no roster, and what would make one possible."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.exits import ExitCode, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import Format, as_json, check_writable, print_bytes, write_file

if TYPE_CHECKING:
    from solver.domain.problem import Problem
    from solver.explaining import Explanation

_CODES = {"FEASIBLE": ExitCode.FEASIBLE, "INFEASIBLE": ExitCode.INFEASIBLE, "UNKNOWN": ExitCode.UNKNOWN}


def explain(
    problem: Annotated[
        str,
        typer.Argument(
            metavar="PROBLEM", help="The problem: a file, - for standard input, or the name of a shipped example."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the answer into this file instead of printing it."),
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", "-f", help="table to read, json for programs; a .json file gets json.")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.001, max=86_400, metavar="SECONDS", help="Stop after this long with what is known.")
    ] = None,
    price: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND=NUMBER", help="What a kind of change costs, such as prefilled=50; may be repeated."),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Explain why there is no roster: which hard rules cannot hold together, and the cheapest changes that would help.

    Exit codes:
    0 the hard rules can hold together;
    1 they cannot;
    2 the problem has faults, printed one per line;
    3 neither was found out in time.
    """
    with refusals(), said_in(lang):
        form = form or (Format.json if output is not None and output.suffix.lower() == ".json" else Format.table)
        if form not in (Format.table, Format.json):
            raise typer.BadParameter("table or json", param_hint="--format")
        if output is not None:
            check_writable(output)
        from api.cli.reading import load_problem
        from solver import explain as explain_problem

        prices = _prices(price or [])
        asked = load_problem(problem)
        if time_limit is not None:
            options = asked.options.model_copy(update={"time_limit": time_limit})
            asked = asked.model_copy(update={"options": options})
        found = explain_problem(asked, prices=prices)
        code = _CODES[found.status]
        try:
            _hand_over(asked, found, form, output)
        except BrokenPipeError:
            leave_quietly(code)
    raise typer.Exit(code)


def _prices(given: list[str]) -> dict[str, int]:
    """Read KIND=NUMBER.

    Raises
    ------
    typer.BadParameter
        Where a kind is unknown or its price no whole number of at least 0.
    """
    from solver.explaining import priced

    prices = {}
    for text in given:
        kind, equals, number = text.partition("=")
        if not equals or not number.strip().isdecimal():
            raise typer.BadParameter(f"{text}: expected KIND=NUMBER", param_hint="--price")
        prices[kind.strip()] = int(number)
    try:
        priced(prices)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--price") from None
    return prices


def _hand_over(problem: Problem, found: Explanation, form: Format, output: Path | None) -> None:
    """Print the explanation or write it, and then say so."""
    from api.cli.screen import show
    from api.render.explanation import explanation, verdict_of
    from api.render.report import as_text

    if form is Format.table and output is None:
        show(lambda _: explanation(problem, found))
        return
    data = as_json(found.model_dump(mode="json"))
    if form is Format.table:
        data = as_text(explanation(problem, found)).encode()
    if output is None:
        print_bytes(data)
    else:
        write_file(output, data)
        print(f"{verdict_of(found)}; written to {output}", file=sys.stderr)
