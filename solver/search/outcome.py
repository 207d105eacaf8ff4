"""What a search hands on: the best schedule it found, what it proved, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from solver.covers import Claims
from solver.domain.schedule import Schedule

SearchStatus = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN"]
Phase = Literal["solve", "explain", "relax"]


class Progress(NamedTuple):
    """A better schedule or a better bound. `elapsed` in seconds; objective and bound of the soft penalty."""

    elapsed: float
    objective: int | None
    bound: int | None
    schedule: Schedule | None
    phase: Phase = "solve"

    @property
    def gap(self) -> float | None:
        """(objective − bound) / objective, 0 where both are 0; None while one is unknown."""
        return gap_of(self.objective, self.bound)


def gap_of(objective: int | None, bound: int | None) -> float | None:
    """(objective − bound) / objective, 0 where both are equal; None where one is unknown."""
    if objective is None or bound is None:
        return None
    return (objective - bound) / objective if objective > bound else 0.0


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Outcome:
    """The end of a search. `bound` is a true lower bound of the cost searched; times in seconds."""

    status: SearchStatus
    schedule: Schedule | None
    claims: Claims | None
    objective: int | None
    bound: int | None
    seconds: float
    first_solution_seconds: float | None
    work: float  # CP-SAT's deterministic time
