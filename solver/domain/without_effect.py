"""Settings without effect: limits that others take the place of, entries that match nothing, baseline cells gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.entry import (
    DailyLimit,
    Demand,
    Entry,
    Fairness,
    ForbiddenSequence,
    MonthlyLimit,
    OnDays,
    PriorityRule,
    Request,
    Rest,
    Stretch,
    WeekendRule,
    WeeklyLimit,
)
from solver.domain.fault import Notice
from solver.domain.language import say
from solver.domain.period import plus
from solver.domain.problem import Problem
from solver.domain.staff import Scope
from solver.domain.wording import listed, names, together

LISTS = (
    "daily_limits",
    "weekly_limits",
    "monthly_limits",
    "allowed_shifts",
    "priority_rules",
    "forbidden_sequences",
    "stretches",
    "rest",
    "demand",
    "weekends",
    "requests",
    "after_closure",
    "fairness",
)
"""The lists of entries; the catalogue names an entry of each (`warnings.entry_…`)."""
_BY_PERSON: dict[str, Callable[[Problem, Any], tuple[Any, ...]]] = {
    "weekly_limits": lambda _, limit: (frozenset(limit.symbols),),
    "monthly_limits": lambda _, limit: (limit.measure, frozenset(limit.symbols or ()), limit.per),
    "stretches": lambda problem, entry: (frozenset(entry.symbols or problem.of_kind(entry.kind)),),
}
"""Lists of which the most specific entry wins, and what two entries have to share to compete."""
MOST_DAYS = 3  # named in one sentence
_SIDES = ("min", "max")


def without_effect(problem: Problem) -> list[Notice]:
    """List the settings that do nothing, in the order of the settings."""
    found: list[Notice] = []
    for name in LISTS:
        entries: Sequence[Entry] = getattr(problem.settings, name)
        for i, entry in enumerate(entries):
            if entry.is_active:
                for field, why in _why_never(problem, entry):
                    path = pointer("settings", name, i, *field)
                    message = say("warnings.entry_without_effect", entry=say(f"warnings.entry_{name}"), why=why)
                    found.append(_notice(Code.NEVER_APPLIES, path, message))
        if name in _BY_PERSON:
            found += _shadowed(problem, name, entries)
    return [*found, *_holidays(problem), *_baseline(problem)]


def _notice(code: Code, path: str, message: str) -> Notice:
    return Notice(code=code, path=path, message=message)


# ---- entries that never apply -----------------------------------------------------------------------


def _why_never(problem: Problem, entry: Entry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give each reason for which an entry (or a part of it) matches nothing, and the field that is to blame."""
    if _asks_nothing(problem, entry):
        yield (), say("warnings.asks_for_nothing")
    strangers = list(_strangers(problem, entry))
    yield from strangers
    if not strangers and entry.scope != Scope() and not _people(problem, entry):
        yield ("scope",), say("warnings.scope_of_nobody")
    elif isinstance(entry, PriorityRule) and entry.staff_ids is not None and not _people(problem, entry):
        yield ("staff_ids",), say("warnings.names_nobody")
    if isinstance(entry, OnDays) and (entry.dates is not None or entry.days_of_week is not None):
        if isinstance(entry, ForbiddenSequence):
            before = range(1, len(entry.symbols))
            days = (*problem.days, *(plus(problem.period.start, -back) for back in before))
        else:
            days = problem.open_days if isinstance(entry, Demand) else problem.plain_days
        if not any(problem.matches(entry, day) for day in days):
            field = "dates" if entry.dates is not None else "days_of_week"
            yield (field,), say("warnings.no_day")


def _asks_nothing(problem: Problem, entry: Entry) -> bool:
    if isinstance(entry, Demand):
        return entry.min is None and entry.target is None and entry.max is None
    if isinstance(entry, DailyLimit | WeeklyLimit | MonthlyLimit | Stretch):
        return entry.min is None and entry.max is None
    if isinstance(entry, WeekendRule):
        bounds = (entry.max_working, entry.min_consecutive, entry.max_consecutive)
        return not (entry.complete or entry.identical) and all(bound is None for bound in bounds)
    if isinstance(entry, PriorityRule):
        return entry.rule_type in ("avoided_shift", "blocked_shift") and entry.shift in entry.except_symbols
    if isinstance(entry, Rest):
        return all(shift.starts_at is None for shift in problem.settings.shift_types)
    return False


def _strangers(problem: Problem, entry: Entry) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Skills and statuses that nobody has: most likely misspelt."""
    skills = {skill for person in problem.staff for skill in person.skills}
    statuses = {person.status for person in problem.staff}
    for i, skill in enumerate(entry.scope.skills or ()):
        if skill not in skills:
            yield ("scope", "skills", i), say("warnings.nobody_skilled", skill=skill)
    for i, status in enumerate(entry.scope.statuses or ()):
        if status not in statuses:
            yield ("scope", "statuses", i), say("warnings.nobody_of_status", status=status)
    if isinstance(entry, Demand) and entry.skill is not None and entry.skill not in skills:
        yield ("skill",), say("warnings.skill_never_met", skill=entry.skill)


def _people(problem: Problem, entry: Entry) -> tuple[str, ...]:
    """People of the entry's scope whom its rule looks at in this period."""
    people = problem.rule_staff(entry) if isinstance(entry, PriorityRule) else problem.in_scope(entry.scope)
    if isinstance(entry, Fairness):
        return people
    if isinstance(entry, Request):
        people = tuple(staff for staff in people if staff == entry.staff_id)
    if _leaves_out_on_call(entry):
        people = problem.ordinary(people)
    return tuple(staff for staff in people if problem.employed_days(staff))


def _leaves_out_on_call(entry: Entry) -> bool:
    if isinstance(entry, MonthlyLimit):
        return entry.measure != "minutes"
    return isinstance(entry, DailyLimit | WeeklyLimit | WeekendRule)


# ---- limits that others take the place of -------------------------------------------------------------


def _shadowed(problem: Problem, name: str, entries: Sequence[Entry]) -> Iterator[Notice]:
    """Entries that lose to one of equal standing listed before them."""

    def keys(entry: Any) -> list[tuple[Any, ...]]:
        shared = _BY_PERSON[name](problem, entry)
        return [(*shared, side) for side in _SIDES if getattr(entry, side) is not None]

    governing = problem.most_specific(entries, keys)
    for i, entry in enumerate(entries):
        lost: dict[tuple[int, str], list[str]] = {}  # (the entry that wins, side) → people
        for key in keys(entry) if entry.is_active else ():
            for staff in _people(problem, entry):
                wins = governing[staff, key]
                if wins != i and entries[wins].scope.rank == entry.scope.rank:
                    lost.setdefault((wins, key[-1]), []).append(problem.label(staff))
        for (wins, side), people in lost.items():
            sentence = "warnings.shadowed_minimum" if side == "min" else "warnings.shadowed_maximum"
            message = say(sentence, names=names(people), first=f"{name}/{wins}")
            yield _notice(Code.LIMIT_SHADOWED, pointer("settings", name, i, side), message)


# ---- beside the entries -------------------------------------------------------------------------------


def _holidays(problem: Problem) -> Iterator[Notice]:
    """A calendar of public holidays that has none in the period's years knows nothing about them."""
    rule, period = problem.settings.holidays, problem.period
    if rule is not None and rule.rule != "none":
        start, end = period.start.replace(month=1, day=1), period.end.replace(month=12, day=31)
        if not rule.dates(start, end):
            years = together(dict.fromkeys((str(start.year), str(end.year))))
            message = say("warnings.holidays_unknown", country=rule.country, years=years)
            yield _notice(Code.NEVER_APPLIES, pointer("settings", "holidays", "rule"), message)


def _baseline(problem: Problem) -> Iterator[Notice]:
    """Cells of the published roster that this problem does not have."""
    for staff, row in (problem.baseline or {}).items():
        gone = [day for day in sorted(row) if not problem.employed(staff, day)]
        if gone:
            days = listed(map(str, gone[:MOST_DAYS]))
            if len(gone) > MOST_DAYS:
                days = say("words.and_more_days", listed=days, left=len(gone) - MOST_DAYS)
            message = say("warnings.baseline_ignored", name=problem.label(staff), days=days)
            yield _notice(Code.BASELINE_IGNORED, pointer("baseline", staff, gone[0].isoformat()), message)
