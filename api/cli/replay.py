"""`toban replay`: solve the problem inside a result again, or make of it a file that others may see."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.exits import ExitCode, Refused, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in
from api.cli.writing import as_json, check_writable, print_bytes, write_file

if TYPE_CHECKING:
    from solver.domain.conflict import Conflict
    from solver.domain.problem import Problem
    from solver.result import Result

_SHORT = (str, int, float, type(None))  # values worth printing; of longer ones only the name of the field is
SHRINK_SECONDS = 60.0


def replay(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A result as JSON, from toban solve or over HTTP, or -. To anonymise or shrink, a problem will do too.",
        ),
    ],
    anonymise: Annotated[
        bool,
        typer.Option(
            "--anonymise",
            help="Write a copy that names nobody: ids, names, statuses, skills and shift names become s1, g1, …; notes "
            "go. The answer stays the same. Dates, holidays and symbols of one character stay: the rules need them.",
        ),
    ] = False,
    shrink: Annotated[
        bool,
        typer.Option(
            "--shrink",
            help="Write the smallest problem that still shows the same conflict: no person, day at either end, group, "
            "entry of a rule or cell can be left out of it. With --anonymise it names nobody either.",
        ),
    ] = False,
    conflict: Annotated[int, typer.Option(min=1, metavar="N", help="Which conflict to shrink to, as listed.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the copy into this file instead of printing it."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.001,
            max=86_400,
            metavar="SECONDS",
            help="Stop shrinking after this long, without this after 60, with the smallest problem so far.",
        ),
    ] = None,
    lang: LangOption = Lang.en,
) -> None:
    """Solve the problem inside a result again, with its options and seed, and tell whether the answer is the same.

    Everything is compared but the times (stats) and the sentences, which may be in another language. Sure to be the same
    only with one worker and a deterministic limit.

    Exit codes:
    0 the same answer, or the copy was made;
    1 another answer, every difference is listed;
    2 the file holds no result, or no conflict to shrink to;
    3 time ran out before a conflict was found.
    """
    with refusals(), said_in(lang):
        if output is not None and not (anonymise or shrink):
            raise typer.BadParameter("only with --anonymise or --shrink", param_hint="--output")
        if not shrink and (conflict != 1 or time_limit is not None):
            raise typer.BadParameter("only with --shrink", param_hint="--conflict" if conflict != 1 else "--time-limit")
        if output is not None:
            check_writable(output)
        from api.cli.reading import load_bundle

        bundle = load_bundle(file)
        if not (anonymise or shrink):
            code = _again(bundle)
        elif shrink:
            code = _shrunk(bundle, conflict, time_limit or SHRINK_SECONDS, output, anonymise=anonymise)
        else:
            code = _anonymised(bundle, output)
    raise typer.Exit(code)


# ---- solving again ------------------------------------------------------------------------------------


def _again(bundle: Problem | Result) -> int:
    """Solve again and list the differences."""
    from api.render.plain import plain
    from solver import Result, solve
    from solver.domain.language import say
    from solver.replaying import differences, problem_of

    if not isinstance(bundle, Result):
        raise Refused("no result of toban solve: it must hold a status and a problem")
    found = differences(bundle.to_json(), solve(problem_of(bundle)).to_json())
    try:
        for place, before, now in found:
            print(plain(_told(place, before, now)))
        if not found:
            print(say("replay.same"))
    except BrokenPipeError:
        leave_quietly(int(bool(found)))
    return int(bool(found))


def _told(place: str, before: Any, now: Any) -> str:
    from solver.domain.language import say

    if isinstance(before, _SHORT) and isinstance(now, _SHORT):
        nothing = say("replay.nothing")
        values = {"before": nothing if before is None else before, "now": nothing if now is None else now}
        return say("replay.differs", place=place, **values)
    return say("replay.differs_somehow", place=place)


# ---- copies -------------------------------------------------------------------------------------------


def _anonymised(bundle: Problem | Result, output: Path | None) -> int:
    """Write the problem, or the whole result, without names."""
    from solver import Result
    from solver.anonymising import anonymous_problem, anonymous_result
    from solver.domain.brief import brief

    data = anonymous_result(bundle).to_json() if isinstance(bundle, Result) else brief(anonymous_problem(bundle))
    _hand_over(data, output)
    return ExitCode.FEASIBLE


def _shrunk(bundle: Problem | Result, number: int, seconds: float, output: Path | None, *, anonymise: bool) -> int:
    """Write the smallest problem with the same conflict, and say on stderr what it shows."""
    from api.render.plain import plain
    from solver import Result
    from solver.anonymising import anonymous_problem
    from solver.domain.brief import brief
    from solver.domain.language import say
    from solver.domain.wording import counted
    from solver.replaying import problem_of
    from solver.shrinking import shrink

    until = time.monotonic() + seconds
    problem = problem_of(bundle) if isinstance(bundle, Result) else bundle
    conflicts = bundle.conflicts if isinstance(bundle, Result) and bundle.conflicts else _conflicts(problem, seconds)
    if not conflicts:
        print(f"toban: {say('replay.not_found')}", file=sys.stderr)
        return ExitCode.UNKNOWN
    if number > len(conflicts):
        raise Refused(say("replay.fewer_conflicts", number=number, count=len(conflicts)))
    found = shrink(problem, conflicts[number - 1], until - time.monotonic())
    if found is None:
        print(f"toban: {say('replay.not_shown')}", file=sys.stderr)
        return ExitCode.UNKNOWN
    smallest = found.problem
    cells = sum(map(len, smallest.prefilled.values()))
    told = say(
        "replay.shrunk",
        staff=counted(len(smallest.staff), "person"),
        days=counted(len(smallest.days), "day"),
        cells=counted(cells, "cell"),
        tried=found.tried,
    )
    shown = anonymous_problem(smallest) if anonymise else smallest
    _hand_over(brief(shown), output)
    print(told, file=sys.stderr)
    print(say("replay.minimal" if found.minimal else "replay.cut_short"), file=sys.stderr)
    if not anonymise:
        print(plain(found.conflict.message), file=sys.stderr)
    return ExitCode.FEASIBLE


def _conflicts(problem: Problem, seconds: float) -> tuple[Conflict, ...]:
    """The conflicts of a problem, as `toban explain` lists them; none where time ran out.

    Raises
    ------
    Refused
        Where the hard rules can hold together.
    """
    from solver import explain
    from solver.domain.language import say

    options = problem.options.model_copy(update={"time_limit": seconds / 2})  # the other half is for shrinking
    found = explain(problem.model_copy(update={"options": options}), most_repairs=0)
    if found.status == "FEASIBLE":
        raise Refused(say("replay.feasible"))
    return found.conflicts


def _hand_over(data: Any, output: Path | None) -> None:
    """Print the copy or write it, and then say so."""
    from solver.domain.language import say

    if output is None:
        try:
            print_bytes(as_json(data))
        except BrokenPipeError:
            leave_quietly(ExitCode.FEASIBLE)
        return
    write_file(output, as_json(data))
    print(say("replay.written", file=output), file=sys.stderr)
