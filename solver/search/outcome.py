"""What a search hands on: the best schedule it found, what it proved, and how long it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from solver.covers import Claims
from solver.domain.schedule import Schedule
from solver.search.budget import Budget

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
Better = Callable[[int | None, int | None, Schedule | None], None]
"""Told of (objective, bound, schedule) whenever one of them is better; the schedule is None for a mere bound."""


def reporter(budget: Budget, phase: Phase, on_progress: OnProgress | None) -> Better | None:
    """Passes on what is better than everything before, whichever of several searches found it."""
    if on_progress is None:
        return None
    tell = on_progress
    best: tuple[int | None, int] = (None, 0)

    def better(objective: int | None, bound: int | None, schedule: Schedule | None) -> None:
        nonlocal best
        least, proved = best
        improves = objective is not None and (least is None or objective < least)
        if not improves and (bound or 0) <= proved:
            return
        best = (objective if improves else least, max(proved, bound or 0))
        tell(Progress(budget.elapsed, *best, schedule if improves else None, phase))

    return better


class Size(NamedTuple):
    """How large a model is, and how long it took to build."""

    variables: int
    constraints: int
    build_seconds: float


@dataclass(frozen=True)
class Outcome:
    """The end of a search. `bound` is a true lower bound of the cost searched; `first_solution_seconds` from its begin."""

    status: SearchStatus
    schedule: Schedule | None
    claims: Claims | None
    objective: int | None
    bound: int | None
    first_solution_seconds: float | None

    @classmethod
    def nothing(cls, schedule: Schedule | None = None) -> Outcome:
        """No search happened, for want of time; perhaps there is a schedule all the same."""
        return cls("UNKNOWN", schedule, None, None, None, None)

    def after(self, start: Outcome) -> Outcome:
        """The outcome with what an earlier search had found, where that is better or all there is."""
        better = self.objective is not None and (start.objective is None or self.objective <= start.objective)
        kept = self if better else start
        status = self.status if better or self.status == "INFEASIBLE" else "FEASIBLE"
        return replace(
            kept,
            status=status,
            bound=self.bound if self.bound is not None or status == "INFEASIBLE" else start.bound,
            first_solution_seconds=start.first_solution_seconds,
        )
