"""Warnings that go with a result."""

from __future__ import annotations

from solver.domain.fault import Notice
from solver.domain.problem import Problem


def warnings_of(problem: Problem) -> list[Notice]:
    """All warnings of a problem."""
    return list(problem.notices)
