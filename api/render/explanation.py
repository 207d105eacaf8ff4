"""What is printed for an explanation: the verdict, each conflict with a bullet per sentence, and numbered repairs."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from api.render.plain import plain
from api.render.words import conflict_title, repair_sentence
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.repair import Repair
from solver.explain.folding import Telling, told
from solver.explaining import Explanation

_STYLE = {"FEASIBLE": "bold green", "INFEASIBLE": "bold red", "UNKNOWN": "bold magenta"}


def verdict_of(found: Explanation) -> str:
    """Say in one line what was found."""
    if found.status == "FEASIBLE":
        return say("render.explain_feasible", status=found.status)
    if found.status == "UNKNOWN":
        return say("render.explain_unknown", status=found.status)
    count = len(found.conflicts)
    verdict = say("render.explain_conflict" if count == 1 else "render.explain_conflicts", status=found.status, count=count)
    return verdict if found.complete else say("render.explain_perhaps_more", verdict=verdict)


def explanation(problem: Problem, found: Explanation) -> RenderableType:
    """Put together everything a manager wants to see of an explanation."""
    rest = verdict_of(found).removeprefix(found.status)
    parts: list[Text] = [Text().append(found.status, _STYLE[found.status]).append(rest, "bold")]
    for telling in told(problem, found.conflicts):
        parts += [Text(), *_conflict(telling)]
    if found.repairs:
        parts += [Text(), Text(say("render.explain_repairs"), "bold"), *_repairs(found.repairs)]
    return Group(*parts)


def _conflict(telling: Telling) -> Iterator[Text]:
    yield Text(plain(conflict_title(telling)), "bold")
    for fact in telling.facts:
        yield Text(f"  • {plain(fact.sentence)}  ").append(fact.rule, "dim")


def _repairs(repairs: tuple[Repair, ...]) -> Iterator[Text]:
    for number, repair in enumerate(repairs, start=1):
        cost = say("render.repair_cost", cost=repair.cost)
        yield Text(f"{number:3}. {repair_sentence(repair)}  ").append(cost, "dim")
