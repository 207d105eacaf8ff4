"""What is printed of an absence drill: the share survived, the weakest links, each failure, each group's slack."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from api.render.plain import plain
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.questions.drill import Drill


def drilled(problem: Problem, found: Drill) -> RenderableType:
    """Put together everything a manager wants to see of a drill."""
    share = "–" if found.share is None else f"{found.share:.1%}"
    parts = [Text(say("questions.drill_verdict", survived=found.survived, tried=found.tried, share=share), "bold")]
    if found.untried:
        parts.append(Text(say("questions.drill_untried", untried=found.untried), "magenta"))
    if found.least_slack:
        parts += [Text(), *_slack(problem, found)]
    if found.failures:
        parts += [Text(), Text(say("questions.drill_weakest"), "bold"), *_weakest(problem, found)]
        parts += [Text(), Text(say("questions.drill_failures"), "bold")]
        parts += [Text(f"  • {plain(failure.message)}") for failure in found.failures]
    return Group(*parts)


def _slack(problem: Problem, found: Drill) -> Iterator[Text]:
    yield Text(say("questions.drill_slack"), "bold")
    for group, least in found.least_slack.items():
        days = [one.date for one in found.slack if one.group_id == group and one.slack == least]
        label = plain(problem.group_by_id[group].label)
        text = say("questions.drill_slack_of", group=label, slack=least, days=len(days), first=days[0])
        yield Text(f"  {text}", "red" if least <= 0 else "")


def _weakest(problem: Problem, found: Drill) -> Iterator[Text]:
    for weak in found.weakest:
        name = weak.id
        if weak.kind == "staff":
            name = problem.label(weak.id)
        elif weak.kind == "group":
            name = problem.group_by_id[weak.id].label
        yield Text("  " + say("questions.drill_weak", name=plain(name), failures=weak.failures))
