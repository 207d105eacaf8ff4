"""The agreement of model and checker on one problem: what a solve returns is the best there is, by brute force."""

from __future__ import annotations

from typing import Any

from solver import Problem, TobanError, check, covers_of, read_problem, read_schedule, solve
from tests import brute_force

MOST_ROSTERS = 2200


def couples_covers(problem: Problem) -> bool:
    """Whether the best covers of one day depend on other days, which a checker that takes each day alone cannot see."""
    coverage = problem.settings.backup_coverage
    capped = coverage is not None and coverage.covers_per_day is not None
    return capped and any(f.measure == "cover" and f.is_active for f in problem.settings.fairness)


def agree(document: dict[str, Any]) -> None:
    """The result of a solve is the best roster there is, and is judged as it says."""
    problem = read_problem(document)
    if brute_force.count(problem) > MOST_ROSTERS:
        return
    try:
        result = solve(problem)
    except TobanError as error:  # the solve's own comparison of model and checker
        raise AssertionError(str(error)) from error
    least, clean = brute_force.best(problem)
    assert least is not None, "the trivial roster is always structurally sound"
    assert result.schedule is not None
    assert result.score is not None
    found = (result.score.hard, result.score.soft)
    if clean:
        assert result.status == "OPTIMAL"
        if couples_covers(problem):
            assert found <= least
        else:
            assert found == least
        assert result.bound == result.objective == result.score.soft
        assert not result.conflicts
    else:
        assert result.status == "INFEASIBLE"
        assert result.conflicts
        if not couples_covers(problem):
            assert found == least
        assert result.bound in (None, result.score.soft)
    schedule = read_schedule(result.schedule, problem)
    judged = check(problem, schedule, result.covers)
    assert tuple(judged) == result.violations
    assert covers_of(problem, schedule, result.covers) == result.covers
    assert not {v.rule for v in judged} & brute_force.STRUCTURAL
