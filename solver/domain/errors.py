"""The errors toban raises.

    TobanError
    └── ProblemError      the problem (or schedule) handed in is at fault; carries every fault found

INFEASIBLE is no error: it is an answer (see `solver.result`).
"""

from __future__ import annotations

from solver.domain.fault import Fault


class TobanError(Exception):
    """Base of all errors of this package."""


class ProblemError(TobanError):
    """What was handed in cannot be used; `faults` lists everything wrong with it, never only the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
