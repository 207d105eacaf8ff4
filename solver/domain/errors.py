"""The errors toban raises.

    TobanError
    └── ProblemError      the problem (or schedule) handed in is at fault; carries every fault found

INFEASIBLE is no error: it is an answer (see `solver.result`).
"""

from __future__ import annotations

from solver.domain.fault import Fault

_MOST_SHOWN = 20  # faults in the text of the exception; `faults` has them all


class TobanError(Exception):
    """Base of all errors of this package."""


class ProblemError(TobanError):
    """What was handed in cannot be used; `faults` lists everything wrong with it, never only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        lines = [str(fault) for fault in faults[:_MOST_SHOWN]]
        if len(faults) > _MOST_SHOWN:
            lines.append(f"… and {len(faults) - _MOST_SHOWN} more")
        super().__init__("\n".join(lines))
        self.faults = faults
