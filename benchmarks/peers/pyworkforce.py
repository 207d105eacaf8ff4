"""pyworkforce 0.5, whose rostering knows demand, days off, banned shifts and shift preferences, over a short horizon.

Of these suites it can state none: it has no weights for people missing or too many, no minutes, no minimum of days in a
row, no weekends, no history and no sequences longer than two; leaving those out would be another problem. So it takes
no part, and every run says so.
"""

from __future__ import annotations

from benchmarks.peers import Answer, Task, Unable

LACKS = {
    "stretches": "days in a row at least and at most",
    "monthly_limits": "hours and counts over the horizon",
    "weekends": "weekends",
    "demand": "weights for people missing or too many",
    "backup_assignments": "backups",
}


def solve(task: Task) -> Answer:
    """Say what of the problem it cannot state.

    Raises
    ------
    Unable
        Always, for the problems of these suites.
    """
    missing = [what for field, what in LACKS.items() if task.document["settings"].get(field)]
    raise Unable("cannot state: " + "; ".join(missing or ["requests with weights"]))
