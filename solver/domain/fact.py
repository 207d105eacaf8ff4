"""Facts and violations: what a rule demands, and what a finished schedule does wrong."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from solver.domain.base import Frozen

Severity = Literal["hard", "soft", "warning"]
Reach = Literal["person", "day", "roster"]
"""What a violation of a rule depends on: the row of the one person it names, the cells of the one day it names, or all."""
STRUCTURAL_WEIGHT = 1000  # per cell: what a broken structural fact counts in `score.hard` of a foreign roster


class Violation(Frozen):
    """A fact that a schedule breaks. penalty = weight × amount (0 for warnings); `path` points into `problem`."""

    rule: str
    severity: Severity
    staff_ids: tuple[str, ...] = ()
    group_id: str | None = None
    dates: tuple[date, ...] = ()
    amount: int
    penalty: int
    path: str
    message: str

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Order of violations in a result: severity, −penalty, rule, first date, staff, path."""
        first = self.dates[0].isoformat() if self.dates else ""
        order = ("hard", "soft", "warning").index(self.severity)
        return (order, -self.penalty, self.rule, first, self.staff_ids, self.path, self.message)


class Fact(NamedTuple):
    """One thing a rule demands of a schedule: whom and which days it is about, and what breaking it costs.

    The model states it with a bound, the checker judges by it; they share nothing else. `path` points into the
    canonical problem, `message` says in a sentence what is demanded.
    """

    rule: str
    path: str
    hard: bool
    weight: int
    message: str
    staff_ids: tuple[str, ...] = ()
    group_id: str | None = None
    dates: tuple[date, ...] = ()
    structural: bool = False  # never priced: a relaxed model keeps it too

    def broken_by(self, amount: int, message: str) -> Violation:
        """The violation of this fact by `amount` units; `message` says what was found."""
        return Violation(
            rule=self.rule,
            severity="hard" if self.hard else "soft",
            staff_ids=self.staff_ids,
            group_id=self.group_id,
            dates=self.dates,
            amount=amount,
            penalty=self.weight * amount,
            path=self.path,
            message=message,
        )


class Score(Frozen):
    """Sums of the penalties: `hard`, `soft`, and by rule (hard and soft together, rules without penalty left out)."""

    hard: int
    soft: int
    by_rule: dict[str, int]

    @classmethod
    def of(cls, violations: list[Violation]) -> Score:
        """Add up the penalties of a list of violations."""
        by_rule: dict[str, int] = {}
        for violation in violations:
            if violation.penalty:
                by_rule[violation.rule] = by_rule.get(violation.rule, 0) + violation.penalty
        return cls(
            hard=sum(v.penalty for v in violations if v.severity == "hard"),
            soft=sum(v.penalty for v in violations if v.severity == "soft"),
            by_rule=dict(sorted(by_rule.items())),
        )
