"""The oracle: every roster of a tiny problem, judged by the checker alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from solver import Problem, Schedule, Violation, check

STRUCTURAL = {"employment", "prefilled", "calendar", "on_call"}


def rosters(problem: Problem) -> Iterator[Schedule]:
    """Every roster whose cells hold what they may."""
    cells = [(p.id, d) for p in problem.staff for d in problem.employed_days(p.id)]
    for symbols in product(*(problem.choices(s, d) for s, d in cells)):
        rows: dict[str, dict] = {}
        for (s, d), k in zip(cells, symbols, strict=True):
            rows.setdefault(s, {})[d] = k
        yield Schedule(rows)


def count(problem: Problem) -> int:
    """How many rosters there are."""
    total = 1
    for p in problem.staff:
        for d in problem.employed_days(p.id):
            total *= len(problem.choices(p.id, d))
    return total


def penalties(violations: list[Violation]) -> tuple[int, int]:
    """Hard and soft penalty."""
    hard = sum(v.penalty for v in violations if v.severity == "hard")
    return hard, sum(v.penalty for v in violations if v.severity == "soft")


def best(problem: Problem) -> tuple[tuple[int, int] | None, bool]:
    """The least (hard, soft) penalty of a structurally sound roster, and whether some roster breaks no hard rule at all.

    A hard rule of weight 0 still forbids, so freedom from hard violations is asked for by itself.
    """
    least: tuple[int, int] | None = None
    clean = False
    for roster in rosters(problem):
        violations = check(problem, roster)
        if any(v.rule in STRUCTURAL for v in violations):
            continue
        found = penalties(violations)
        faultless = not any(v.severity == "hard" for v in violations)
        if faultless and not clean:
            clean, least = True, found
        elif faultless == clean and (least is None or found < least):
            least = found
    return least, clean
