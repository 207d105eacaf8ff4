"""The scopes each call needs. One table, by operation; what it does not name falls under the strictest fitting default."""

from __future__ import annotations

from typing import Final

from store import Scope

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_PUBLIC: Final = frozenset({"codes"})
_COMPUTING: Final = frozenset(
    {"solve", "check", "validate", "explain", "explain_cell", "suggest_cover", "free_days", "drill", "export_schedule"}
)
_COMPUTING_STORED: Final = frozenset(
    {
        "solve_stored",
        "submit_stored",
        "explain_stored",
        "explain_cell_stored",
        "check_stored",
        "drill_stored",
        "free_days_stored",
        "suggest_cover_stored",
    }
)
_JOBS: Final = frozenset({"submit_job", "list_jobs", "get_job", "get_job_input", "stop_job", "follow_job"})
_QUEUEING: Final = frozenset({"replan_job", "solve_batch"})
_ADMINISTERING: Final = frozenset({"put_restaurant", "import_settings"})
MESSAGES: Final = frozenset({Scope.EDIT})
"""What a message that changes something needs; one that deletes for good needs `FOR_GOOD`."""
FOR_GOOD: Final = frozenset({Scope.ADMIN})


def needed(operation: str, method: str, path: str) -> frozenset[Scope] | None:
    """Scopes a call needs; None where it needs no key. A WebSocket counts as GET.

    Outside `/v1` lie pages, their parts and the server's health: public, but not `/metrics`.
    """
    if operation in _PUBLIC or not (path.startswith("/v1/") or path == "/metrics"):
        return None
    if operation in _COMPUTING or operation in _JOBS | _QUEUEING:
        return frozenset({Scope.SOLVE})
    if operation in _COMPUTING_STORED:
        return frozenset({Scope.SOLVE, Scope.READ})
    if operation in _ADMINISTERING:
        return frozenset({Scope.ADMIN})
    return frozenset({Scope.READ if method in SAFE else Scope.EDIT})


def everywhere(path: str) -> bool:
    """Whether a call tells of all restaurants at once, so that a key for some of them is not enough."""
    return path == "/metrics"
