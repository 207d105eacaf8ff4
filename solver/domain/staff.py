"""People, and the scopes that say whom an entry is about."""

from __future__ import annotations

from datetime import date

from solver.domain.base import Day, Frozen, Id, Label, Listed, Many, Text


class Staff(Frozen):
    """A person. Names are labels only; ids decide. Employment dates are inclusive, null = open."""

    id: Id
    name: Label = ""
    status: Label = ""
    skills: Listed[Text] = ()
    employed_from: Day | None = None
    employed_until: Day | None = None
    is_active: bool = True

    @property
    def label(self) -> str:
        """What to call the person in a sentence."""
        return self.name or self.id

    def employed_on(self, day: date) -> bool:
        """Whether the person has a cell on that date."""
        return (
            self.is_active
            and (self.employed_from is None or self.employed_from <= day)
            and (self.employed_until is None or day <= self.employed_until)
        )


class Scope(Frozen):
    """Whom an entry is about: one of the four lists, or nobody named = everybody."""

    staff_ids: Many[Id] | None = None
    group_ids: Many[Id] | None = None
    skills: Many[Text] | None = None
    statuses: Many[Text] | None = None

    @property
    def rank(self) -> int:
        """How specific the scope is, smaller first: staff, group, skill, status, all."""
        named = (self.staff_ids, self.group_ids, self.skills, self.statuses)
        return next((i for i, names in enumerate(named) if names is not None), len(named))


EVERYBODY = Scope()
