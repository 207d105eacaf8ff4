"""Warnings that go with a result: what a manager should know before, and beside, any schedule."""

from __future__ import annotations

import threading

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.counting import counting_notices
from solver.domain.fault import Notice
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.timeline import timeline_notices
from solver.domain.without_effect import without_effect

MOST_WARNINGS = 200


def warnings_of(problem: Problem, stop: threading.Event | None = None) -> list[Notice]:
    """All warnings of a problem: from reading it, timelines of backups, settings without effect, counting.

    Always in the same order; of more than `MOST_WARNINGS` come the first, and how many were left out. Setting `stop` ends
    the counting, which may take seconds for a large team's year; those found by then are true, but may not be all.
    """
    found = [*problem.notices, *timeline_notices(problem), *without_effect(problem), *counting_notices(problem, stop)]
    left_out = len(found) - MOST_WARNINGS
    if left_out > 0:
        message = say("warnings.more", left=left_out)
        found[MOST_WARNINGS:] = [Notice(code=Code.MORE_WARNINGS, path=pointer(), message=message)]
    return found


def fewer_alternatives(asked: int, found: int, *, no_more: bool) -> Notice:
    """The warning of a solve that found fewer rosters than asked for; whether it is proved that there are no more."""
    message = say("alternatives.no_more" if no_more else "alternatives.no_time", asked=asked, found=found)
    return Notice(code=Code.FEWER_ALTERNATIVES, path=pointer("options", "alternatives"), message=message)
