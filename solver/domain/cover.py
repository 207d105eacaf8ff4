"""The certificate's rows: who covers whom, and why the earlier backups did not."""

from __future__ import annotations

from typing import Literal

from solver.domain.base import Count, Day, Frozen, Id

Reason = Literal["pinned", "off", "away", "absent_member", "covering_other", "at_work"]
"""Why an earlier backup does not cover: a prefilled cell holds him elsewhere; he is off or away by plan; he is
himself an absent member of the group; he covers other groups up to `covers_per_day`; he stands on another work shift
(a breach of the promise, seen only in foreign or relaxed schedules)."""


class PassedOver(Frozen):
    """An eligible backup of earlier order who does not cover."""

    staff_id: Id
    reason: Reason


class Cover(Frozen):
    """One backup standing in for one group on one date."""

    date: Day
    group_id: Id
    absent: tuple[Id, ...]
    staff_id: Id
    assignment_id: Id
    priority_order: Count
    passed_over: tuple[PassedOver, ...] = ()
