"""What a roster looks like when somebody is suddenly off, judged against what it broke before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from solver.check import check
from solver.domain.fact import Violation
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule

_PRICED = (
    "group_conflict", "daily_limits", "weekly_limits", "monthly_limits", "forbidden_sequences", "stretches", "rest",
    "demand", "weekends", "after_closure", "fairness", "stability", "backup_priority",
)  # fmt: skip
"""Rules that matter to hard questions only if an entry is hard. (A soft wish for ⊘ makes ⊘ possible, so wishes stay.)"""


def hard_part(problem: Problem) -> Problem:
    """The same problem without the rules that are soft as a whole: the same hard violations, judged much faster."""
    dropped: dict[str, object] = {}
    for name in _PRICED:
        rule = getattr(problem.settings, name)
        entries = rule if isinstance(rule, tuple) else () if rule is None else (rule,)
        bounded = getattr(rule, "max_changes", None) is not None
        if not bounded and not any(getattr(entry, "hard", False) for entry in entries):
            dropped[name] = () if isinstance(rule, tuple) else None
    return problem.with_settings(problem.settings.model_copy(update=dropped))


def with_cells(schedule: Schedule, cells: Iterable[tuple[str, date, str]]) -> Schedule:
    """The schedule with some cells changed."""
    for staff, day, symbol in cells:
        schedule = schedule.with_cell(staff, day, symbol)
    return schedule


def new_violations(before: Iterable[Violation], after: Sequence[Violation]) -> list[Violation]:
    """Violations of `after` that were not there before, or not by as much; in the order of `after`."""
    known = Counter({_about(violation): violation.amount for violation in before})
    return [violation for violation in after if violation.amount > known[_about(violation)]]


def _about(violation: Violation) -> tuple[object, ...]:
    return (violation.rule, violation.path, violation.severity, violation.staff_ids, violation.group_id, violation.dates)


def newly_broken(problem: Problem, before: Iterable[Violation], schedule: Schedule) -> list[Violation]:
    """Hard violations of a schedule that were not there before."""
    return [violation for violation in new_violations(before, check(problem, schedule)) if violation.severity == "hard"]


def groups_of(problem: Problem, staff: str) -> list[str]:
    """The groups somebody is a member of, in document order."""
    return [group.id for group in problem.groups if staff in group.members]


def backups_for(problem: Problem, staff: str, day: date) -> list[tuple[str, str, int]]:
    """Who backs up a person's groups on a day: (backup, group, order), each backup once, by group and order."""
    found: dict[str, tuple[str, str, int]] = {}
    for group in groups_of(problem, staff):
        for eligible in problem.eligible(group, day):
            if eligible.staff_id != staff:
                found.setdefault(eligible.staff_id, (eligible.staff_id, group, eligible.order))
    return list(found.values())


def stand_ins(problem: Problem, sick: Schedule, staff: str, day: date) -> Iterator[str]:
    """The backups of his groups in order, as far as they are not on ○ or held elsewhere."""
    if problem.normal is not None:
        for backup, _, _ in backups_for(problem, staff, day):
            if problem.pinned(backup, day) is None and sick.at(backup, day) != problem.normal:
                yield backup
