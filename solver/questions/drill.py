"""The absence drill: every single sick call tried against a roster.

A sick call is one person on one date at work, who stands on × instead. It is survived if some change of that date alone
breaks no hard rule that the roster kept: none, one stand-in on ○, or anything CP-SAT finds with all other dates fixed.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date

from solver.check import check
from solver.covers import read_coverage
from solver.domain.base import Day, Frozen, Id
from solver.domain.fact import Violation
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.questions.asking import Asker
from solver.questions.sick import hard_part, newly_broken, stand_ins
from solver.search import Budget

EXACT_SHARE = 0.05  # of the time left, for one exact question
WEAKEST = 5  # of each kind that are named


class SickCall(Frozen):
    """A sick call that the roster does not survive, and what it would break at least."""

    staff_id: Id
    date: Day
    message: str


class Weak(Frozen):
    """A person, a date or a group that many of the failures are about."""

    kind: str
    id: str
    failures: int


class Slack(Frozen):
    """How much a group's chain of backups bears on a date.

    `available`: eligible backups who stand on ○ or could be called to it (at work or on call, by no filled-in cell
    elsewhere); `need`: covers its absences need; `slack` = available − need. At 0 one more absence breaks it.
    """

    group_id: Id
    date: Day
    need: int
    available: int
    slack: int


class Drill(Frozen):
    """What came of it. `share` = survived / tried, null where nothing was tried; `untried`: calls time ran out for."""

    tried: int
    survived: int
    untried: int
    share: float | None
    failures: tuple[SickCall, ...]
    weakest: tuple[Weak, ...]
    slack: tuple[Slack, ...]
    least_slack: dict[str, int]


def drill(problem: Problem, schedule: Schedule, stop: threading.Event | None = None) -> Drill:
    """Try every sick call within `options.time_limit`; a call that was not tried is never counted as survived.

    A roster that breaks hard rules already is judged by what it breaks in addition; then only single stand-ins are tried,
    as no schedule keeps everything.
    """
    budget = Budget(problem.options.time_limit, problem.options.deterministic_limit, stop)
    problem = hard_part(problem)
    before = check(problem, schedule)
    sound = not any(violation.severity == "hard" for violation in before)
    asker = Asker(problem) if sound else None
    failures: list[tuple[SickCall, tuple[str, ...]]] = []
    tried = untried = 0
    for staff, day in _calls(problem, schedule):
        if budget.spent:
            untried += 1
            continue
        outcome = _survives(asker, problem, schedule, before, staff, day, budget)
        if outcome is None:
            untried += 1
            continue
        tried += 1
        if outcome:
            message = say("questions.nobody_left", date=day, name=problem.label(staff), why=outcome[0].message)
            groups = tuple(violation.group_id for violation in outcome if violation.group_id is not None)
            failures.append((SickCall(staff_id=staff, date=day, message=message), groups))
    survived = tried - len(failures)
    slack = tuple(_slack(problem, schedule))
    least: dict[str, int] = {}
    for one in slack:
        least[one.group_id] = min(one.slack, least.get(one.group_id, one.slack))
    return Drill(
        tried=tried,
        survived=survived,
        untried=untried,
        share=round(survived / tried, 4) if tried else None,
        failures=tuple(call for call, _ in failures),
        weakest=tuple(_weakest(failures)),
        slack=slack,
        least_slack=least,
    )


def _calls(problem: Problem, schedule: Schedule) -> Iterator[tuple[str, date]]:
    """Everybody at work, day by day."""
    work = set(problem.of_kind("work"))
    if problem.off is not None:
        for day in problem.days:
            for person in problem.staff:
                if schedule.at(person.id, day) in work:
                    yield person.id, day


def _survives(
    asker: Asker | None,
    problem: Problem,
    schedule: Schedule,
    before: list[Violation],
    staff: str,
    day: date,
    budget: Budget,
) -> list[Violation] | None:
    """The hard violations that remain at least, none where the call is survived; None where that was not found out."""
    off = problem.off or ""
    problem = problem.with_pins({staff: {day: off}})
    sick = schedule.with_cell(staff, day, off)
    least = newly_broken(problem, before, sick)
    if not least:
        return []
    for other in stand_ins(problem, sick, staff, day):
        broken = newly_broken(problem, before, sick.with_cell(other, day, problem.normal or ""))
        if not broken:
            return []
    if asker is None:
        return least
    others = [(s, d, k) for s in sick.staff_ids for d, k in sick.row(s).items() if d != day]
    outcome = asker.exists((staff, day, off), others, budget.part(EXACT_SHARE, 0.0))
    if outcome is None or outcome.status == "UNKNOWN":
        return None
    return least if outcome.schedule is None else []


def _weakest(failures: list[tuple[SickCall, tuple[str, ...]]]) -> Iterator[Weak]:
    """The people, dates and groups named most often."""
    counted: dict[str, Counter[str]] = {"staff": Counter(), "date": Counter(), "group": Counter()}
    for call, groups in failures:
        counted["staff"][call.staff_id] += 1
        counted["date"][call.date.isoformat()] += 1
        counted["group"].update(dict.fromkeys(groups, 1))
    for kind, found in counted.items():
        yield from (Weak(kind=kind, id=one, failures=count) for one, count in found.most_common(WEAKEST))


def _slack(problem: Problem, schedule: Schedule) -> Iterator[Slack]:
    """Every group with members there, on every open day."""
    coverage = read_coverage(problem, schedule)
    work = set(problem.of_kind("work"))
    for group in problem.groups:
        for day in problem.open_days:
            if not problem.members_on(group, day):
                continue
            trigger = coverage.triggers.get((group.id, day))
            need = trigger.need if trigger is not None else 0
            available = sum(
                schedule.at(e.staff_id, day) == problem.normal
                or (
                    problem.pinned(e.staff_id, day) is None
                    and (schedule.at(e.staff_id, day) in work or e.staff_id in problem.on_call)
                )
                for e in problem.eligible(group.id, day)
            )
            yield Slack(group_id=group.id, date=day, need=need, available=available, slack=available - need)
