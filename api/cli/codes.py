"""`toban codes`: the catalogue of faults and warnings."""

from __future__ import annotations


def codes() -> None:
    """List every code a fault or a warning may carry, and what it means."""
    from api.cli.exits import ExitCode, leave_quietly
    from api.cli.screen import show
    from api.render.listing import meanings
    from solver.domain.codes import catalogue

    try:
        show(lambda _width: meanings([(info.code, info.severity, info.meaning) for info in catalogue()]))
    except BrokenPipeError:
        leave_quietly(ExitCode.FEASIBLE)
