"""Conflicts: hard facts that cannot hold together."""

from __future__ import annotations

from datetime import date

from solver.domain.base import Frozen
from solver.domain.fact import Fact


class ConflictFact(Frozen):
    """One hard fact of a conflict; `message` says what it demands."""

    rule: str
    staff_ids: tuple[str, ...]
    group_id: str | None
    dates: tuple[date, ...]
    path: str
    message: str

    @classmethod
    def of(cls, fact: Fact) -> ConflictFact:
        """The fact without its price."""
        return cls(
            rule=fact.rule,
            staff_ids=fact.staff_ids,
            group_id=fact.group_id,
            dates=fact.dates,
            path=fact.path,
            message=fact.message,
        )


class Conflict(Frozen):
    """A set of hard facts that cannot hold together. `proved`: re-solved, and no fact of it can be spared."""

    facts: tuple[ConflictFact, ...]
    proved: bool
    message: str
