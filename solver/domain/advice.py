"""Warnings that go with a result: what a manager should know before, and beside, any schedule."""

from __future__ import annotations

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.counting import counting_notices
from solver.domain.fault import Notice
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.timeline import timeline_notices
from solver.domain.without_effect import without_effect

MOST_WARNINGS = 200


def warnings_of(problem: Problem) -> list[Notice]:
    """All warnings of a problem: from reading it, timelines of backups, settings without effect, counting.

    Always in the same order; of more than `MOST_WARNINGS` come the first, and how many were left out.
    """
    found = [*problem.notices, *timeline_notices(problem), *without_effect(problem), *counting_notices(problem)]
    left_out = len(found) - MOST_WARNINGS
    if left_out > 0:
        message = say("warnings.more", left=left_out)
        found[MOST_WARNINGS:] = [Notice(code=Code.MORE_WARNINGS, path=pointer(), message=message)]
    return found
