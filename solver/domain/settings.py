"""Settings: one field per rule, and the default sets that make the smallest request useful."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from solver.domain.base import MOST_ENTRIES as MOST_ENTRIES
from solver.domain.base import Day, Frozen, Listed, none_is_no_entry
from solver.domain.entry import (
    AfterClosure,
    AllowedShifts,
    DailyLimit,
    Demand,
    Fairness,
    ForbiddenSequence,
    MonthlyLimit,
    PriorityRule,
    Request,
    Rest,
    Stability,
    Stretch,
    WeekendRule,
    WeeklyLimit,
)
from solver.domain.group import BackupAssignment, BackupCoverage, BackupPriority, GroupConflict, StaffGroup
from solver.domain.period import DayRule, HolidayRule
from solver.domain.shift import DEFAULT_SHIFT_TYPES, ShiftType
from solver.domain.staff import Scope

MOST_SHIFT_TYPES = 64


class Settings(Frozen):
    """A team's rules. A list that is absent is the rule's default set; `[]` or `null` switches the rule off."""

    shift_types: Annotated[tuple[ShiftType, ...], Field(min_length=1, max_length=MOST_SHIFT_TYPES)] = DEFAULT_SHIFT_TYPES
    staff_groups: Listed[StaffGroup] = ()
    backup_assignments: Listed[BackupAssignment] = ()
    backup_coverage: BackupCoverage | None = BackupCoverage()
    backup_priority: BackupPriority | None = BackupPriority()
    group_conflict: GroupConflict | None = None  # default: at most one member on × (see `with_defaults`)
    daily_limits: Listed[DailyLimit] = ()
    weekly_limits: Listed[WeeklyLimit] = ()
    monthly_limits: Listed[MonthlyLimit] = ()
    allowed_shifts: Listed[AllowedShifts] = ()
    priority_rules: Listed[PriorityRule] = ()
    forbidden_sequences: Listed[ForbiddenSequence] = ()
    stretches: Listed[Stretch] = ()
    rest: Listed[Rest] = ()
    demand: Listed[Demand] = ()
    weekends: Listed[WeekendRule] = ()
    requests: Listed[Request] = ()
    after_closure: Listed[AfterClosure] = ()
    fairness: Listed[Fairness] = ()
    stability: Stability | None = Stability()
    calendar: Annotated[dict[Day, DayRule], BeforeValidator(none_is_no_entry)] = Field(default={})
    holidays: HolidayRule | None = HolidayRule()


def with_defaults(settings: Settings, statuses: tuple[str, ...]) -> Settings:
    """Fill in the default set of every rule the request does not mention, as far as the symbols of the roles exist.

    Defaults: at most one group member on ×; no ××, △×, ×△, △△; at most five working days in a row; days off shared
    fairly within each status.
    """
    absent = set(Settings.model_fields) - settings.model_fields_set
    role = {shift.role: shift.symbol for shift in reversed(settings.shift_types) if shift.role}
    off, early = role.get("off"), role.get("early")
    filled: dict[str, object] = {}
    if "group_conflict" in absent and off:
        filled["group_conflict"] = GroupConflict(symbols=(off,))
    if "forbidden_sequences" in absent:
        pairs = ((off, off), (early, off), (off, early), (early, early))
        filled["forbidden_sequences"] = tuple(ForbiddenSequence(symbols=((a,), (b,))) for a, b in pairs if a and b)
    if "stretches" in absent and any(shift.kind == "work" for shift in settings.shift_types):
        filled["stretches"] = (Stretch(kind="work", max=5),)
    if "fairness" in absent and any(shift.kind == "off" for shift in settings.shift_types):
        filled["fairness"] = tuple(Fairness(measure="off", scope=Scope(statuses=(status,))) for status in statuses)
    return settings.model_copy(update=filled) if filled else settings
