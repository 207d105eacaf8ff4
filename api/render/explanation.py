"""What is printed for an explanation: the verdict, each conflict with a bullet per sentence, and numbered repairs."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from api.render.plain import plain
from solver.domain.conflict import Conflict
from solver.domain.problem import Problem
from solver.domain.repair import Repair
from solver.explain.folding import folded
from solver.explaining import Explanation

_STYLE = {"FEASIBLE": "bold green", "INFEASIBLE": "bold red", "UNKNOWN": "bold magenta"}
_UNPROVED_CONFLICT = " (not proved that each of them is needed)"
_UNPROVED_REPAIR = " (not proved that this is enough)"


def verdict_of(found: Explanation) -> str:
    """Say in one line what was found."""
    if found.status == "FEASIBLE":
        return "FEASIBLE, some roster keeps every hard rule"
    if found.status == "UNKNOWN":
        return "UNKNOWN, time ran out before it was found out whether the hard rules can hold together"
    number = len(found.conflicts)
    counted = f"{number} conflict{'' if number == 1 else 's'}" + ("" if found.complete else ", perhaps more")
    return f"INFEASIBLE, {counted}"


def explanation(problem: Problem, found: Explanation) -> RenderableType:
    """Put together everything a manager wants to see of an explanation."""
    status, comma, rest = verdict_of(found).partition(",")
    parts: list[Text] = [Text().append(status, _STYLE[found.status]).append(comma + rest, "bold")]
    for conflict in found.conflicts:
        parts += [Text(), *_conflict(problem, conflict)]
    if found.repairs:
        parts += [Text(), Text("Any one of these would help:", "bold"), *_repairs(found.repairs)]
    return Group(*parts)


def _conflict(problem: Problem, conflict: Conflict) -> Iterator[Text]:
    doubt = "" if conflict.proved else _UNPROVED_CONFLICT
    yield Text(f"These cannot hold together{doubt}:", "bold")
    for told in folded(problem, conflict.facts):
        yield Text(f"  • {plain(told.sentence)}  ").append(told.rule, "dim")


def _repairs(repairs: tuple[Repair, ...]) -> Iterator[Text]:
    for number, repair in enumerate(repairs, start=1):
        doubt = "" if repair.proved else _UNPROVED_REPAIR
        yield Text(f"{number:3}. {plain(repair.message)}{doubt}  ").append(f"cost {repair.cost}", "dim")
