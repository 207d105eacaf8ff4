"""`toban replay`: solve the problem inside a result again and compare the answers."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.exits import Refused, leave_quietly, refusals
from api.cli.language import Lang, LangOption, said_in

_SHORT = (str, int, float, type(None))  # values worth printing; of longer ones only the name of the field is


def replay(
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A result as toban solve -f json writes it, or -.")],
    lang: LangOption = Lang.en,
) -> None:
    """Solve the problem inside a result again, with its options and seed, and tell whether the answer is the same.

    Everything but the times (stats) is compared. Sure to be the same only with one worker and a deterministic limit.

    Exit codes: 0 the same answer; 1 another one, every difference is listed; 2 the file holds no result.
    """
    with refusals(), said_in(lang):
        from api.cli.reading import load_json
        from api.render.plain import plain
        from solver import read_problem, solve
        from solver.replaying import differences

        former = load_json(result)
        if not isinstance(former, dict) or not isinstance(former.get("problem"), dict) or "status" not in former:
            raise Refused("no result of toban solve: it must hold a status and a problem")
        found = differences(former, solve(read_problem(former["problem"])).to_json())
        try:
            for place, before, after in found:
                print(plain(f"{place}: {_told(before, after)}"))
            if not found:
                print("the same answer")
        except BrokenPipeError:
            leave_quietly(int(bool(found)))
    raise typer.Exit(int(bool(found)))


def _told(before: Any, after: Any) -> str:
    if isinstance(before, _SHORT) and isinstance(after, _SHORT):
        return f"{before} before, {after} now"
    return "differs"
