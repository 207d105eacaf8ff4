"""The result of a solve: the answer, judged by the checker, with everything needed to trust and to repeat it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from solver.domain.base import Frozen
from solver.domain.cover import Cover
from solver.domain.fact import Score, Violation
from solver.domain.fault import Notice

Status = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN", "CANCELLED"]


class ConflictFact(Frozen):
    """One hard fact of a conflict."""

    rule: str
    staff_ids: tuple[str, ...]
    group_id: str | None
    dates: tuple[str, ...]
    path: str
    message: str


class Conflict(Frozen):
    """Hard facts that cannot hold together. `proved`: each one is needed for the contradiction."""

    facts: tuple[ConflictFact, ...]
    proved: bool
    message: str


class Stats(Frozen):
    """How the answer was found. Times in seconds; `engine` and `version` name the software."""

    build_seconds: float
    solve_seconds: float
    first_solution_seconds: float | None
    variables: int
    constraints: int
    workers: int
    seed: int
    engine: str
    version: str


class Result(Frozen):
    """What a solve answers.

    `schedule`: staff id → ISO date → symbol, null where there is none. `violations` come from the checker alone;
    `objective` is `score.soft`; `bound` a true lower bound of it; `gap` = (objective − bound) / objective, 0 where both
    are 0, null where no bound is known.
    """

    status: Status
    schedule: dict[str, dict[str, str]] | None
    violations: tuple[Violation, ...] = ()
    covers: tuple[Cover, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    complete: bool | None = Field(default=None, description="for INFEASIBLE: whether `conflicts` is a maximal family")
    repairs: tuple[dict[str, Any], ...] = ()
    warnings: tuple[Notice, ...] = ()
    objective: int | None = None
    bound: int | None = None
    gap: float | None = None
    score: Score | None = None
    problem: dict[str, Any]
    request_hash: str
    stats: Stats

    def to_json(self) -> dict[str, Any]:
        """The result as JSON data."""
        return self.model_dump(mode="json")
