"""The checker: judge a finished schedule by every rule, without any model."""

from __future__ import annotations

from collections.abc import Sequence

from solver.covers import Coverage, certificate, read_coverage
from solver.domain.cover import Cover
from solver.domain.fact import Violation
from solver.domain.problem import Problem
from solver.domain.schedule import Schedule
from solver.rules import all_rules


def check(problem: Problem, schedule: Schedule, covers: Sequence[Cover] | None = None) -> list[Violation]:
    """Every violation of the schedule, sorted by severity, −penalty, rule, first date, staff, path.

    `covers` are verified where given. Under `covers_per_day` they also say who covers whom; without them the best
    choice of each day is taken.
    """
    return judge(problem, schedule, read_coverage(problem, schedule, covers))


def judge(problem: Problem, schedule: Schedule, coverage: Coverage) -> list[Violation]:
    """The same, for covers already read."""
    found = [v for rule in all_rules().values() for v in rule.check(problem, schedule, coverage)]
    return sorted(found, key=lambda violation: violation.sort_key)


def covers_of(problem: Problem, schedule: Schedule, covers: Sequence[Cover] | None = None) -> tuple[Cover, ...]:
    """The certificate of a schedule: who covers whom on which date, and why the earlier backups did not."""
    return certificate(problem, schedule, read_coverage(problem, schedule, covers))
