"""The result of a solve: the answer, judged by the checker, with everything needed to trust and to repeat it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version as version_of
from typing import Any, Literal

from pydantic import Field

from solver.domain.base import Frozen
from solver.domain.conflict import Conflict
from solver.domain.cover import Cover
from solver.domain.fact import Score, Violation
from solver.domain.fault import Notice
from solver.domain.repair import Repair
from solver.domain.republished import PersonChanges
from solver.version import __version__

Status = Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN", "CANCELLED"]


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


@cache
def engine() -> str:
    """The solver beneath, as results name it."""
    return f"ortools {version_of('ortools')}"


def version() -> str:
    """The name and version of toban, as results give them."""
    return f"toban {__version__}"


class Alternative(Frozen):
    """One of several schedules of near-equal penalty, judged like the first."""

    schedule: dict[str, dict[str, str]]
    violations: tuple[Violation, ...]
    covers: tuple[Cover, ...]
    objective: int
    score: Score


class Result(Frozen):
    """What a solve answers.

    `schedule`: staff id → ISO date → symbol, null where there is none. `violations` come from the checker alone;
    `objective` is `score.soft`; `bound` a true lower bound of it; `gap` = (objective − bound) / objective, 0 where both
    are 0, null where no bound is known. `changes`: the published cells (`baseline`) that differ now, person by person;
    null without a baseline or a schedule, [] where nothing changed.
    """

    status: Status
    schedule: dict[str, dict[str, str]] | None
    violations: tuple[Violation, ...] = ()
    covers: tuple[Cover, ...] = ()
    changes: tuple[PersonChanges, ...] | None = None
    conflicts: tuple[Conflict, ...] = ()
    complete: bool | None = Field(default=None, description="for INFEASIBLE: whether `conflicts` is a maximal family")
    repairs: tuple[Repair, ...] = ()
    warnings: tuple[Notice, ...] = ()
    alternatives: tuple[Alternative, ...] = Field(
        default=(),
        description="with `options.alternatives` above 1: so many schedules, the first of them `schedule`, none over 5 % "
        "dearer; fewer where there are no more or time ran out",
    )
    distances: tuple[tuple[int, ...], ...] = Field(default=(), description="cells in which each two alternatives differ")
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
