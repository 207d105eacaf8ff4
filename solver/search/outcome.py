"""What a search hands on: the best schedule it found, what it proved, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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


class Size(NamedTuple):
    """How large a model is, and how long it took to build."""

    variables: int
    constraints: int
    build_seconds: float


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

    @classmethod
    def nothing(cls, seconds: float, schedule: Schedule | None = None) -> Outcome:
        """No search happened, for want of time; perhaps there is a schedule all the same."""
        return cls("UNKNOWN", schedule, None, None, None, seconds, None)

    def after(self, start: Outcome) -> Outcome:
        """The outcome with what an earlier search had found, where that is better or all there is."""
        better = self.objective is not None and (start.objective is None or self.objective <= start.objective)
        kept = self if better else start
        status = self.status if better or self.status == "INFEASIBLE" else "FEASIBLE"
        seconds = self.seconds + start.seconds
        return replace(
            kept,
            status=status,
            bound=self.bound if self.bound is not None or status == "INFEASIBLE" else start.bound,
            seconds=seconds,
            first_solution_seconds=start.first_solution_seconds,
        )
