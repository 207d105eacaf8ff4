"""The problem: everything a solve needs, checked as a whole, and the questions the rules ask of it.

Nothing here knows a model or a rule's formula; it answers who is employed, which days are open, what is pinned,
who may back up whom on a date, and which limit applies to whom.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationInfo, model_validator

from solver.domain.base import Cells, Count, Frozen, Id, Weekday, drop_free_cells, none_is_no_entry
from solver.domain.entry import DailyLimit, Demand, Entry, MonthlyLimit, OnDays, WeeklyLimit
from solver.domain.errors import ProblemError
from solver.domain.fault import Notice
from solver.domain.group import BackupAssignment, StaffGroup
from solver.domain.period import Period, plus, weekday_of
from solver.domain.settings import Settings, with_defaults
from solver.domain.shift import ShiftType
from solver.domain.staff import Scope, Staff

MOST_STAFF, MOST_DAYS, MOST_CELLS = 1000, 366, 2_000_000
LONGEST_CLOSURE = 366  # days before the period in which a closure may have begun

FairMeasure = Literal["off", "early", "late", "weekend", "cover"]
E_ = TypeVar("E_", bound=Entry)


class Options(Frozen):
    """How to search. `time_limit` in seconds; `deterministic_limit` in CP-SAT's work units, for reproducible answers."""

    time_limit: Annotated[float, Field(gt=0, le=86_400)] = 10
    deterministic_limit: Annotated[float, Field(gt=0, le=1_000_000)] | None = None
    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] = 0
    on_infeasible: Literal["relax", "report"] = "relax"
    alternatives: Annotated[int, Field(ge=1, le=20)] = 1


class Eligible(NamedTuple):
    """A backup who may cover a group on a day, by the person's first assignment in order."""

    staff_id: str
    order: int
    assignment_id: str


Rows = Annotated[Cells, BeforeValidator(drop_free_cells)]


class Problem(Frozen):
    """A team, its rules and what is already fixed. Building one checks the whole; see `solver.domain.review`.

    Raises
    ------
    ProblemError
        With every fault found.
    """

    period: Period
    staff: Annotated[tuple[Staff, ...], Field(min_length=1, max_length=MOST_STAFF)]
    settings: Settings = Settings()
    prefilled: Rows = Field(default={})
    history: Rows = Field(default={})
    history_counts: Annotated[dict[Id, dict[FairMeasure, Count]], BeforeValidator(none_is_no_entry)] = Field(default={})
    baseline: Annotated[Cells, BeforeValidator(drop_free_cells)] | None = None
    options: Options = Options()
    notices: tuple[Notice, ...] = Field(default=(), exclude=True, repr=False)  # warnings met while reading

    _seen_people: frozenset[str] | None = PrivateAttr(default=None)  # None: everybody
    _seen_days: tuple[date, ...] | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Self:
        from solver.domain.review import flaws_of  # here, because the review reads problems

        object.__setattr__(self, "settings", with_defaults(self.settings, self._statuses))
        flaws = flaws_of(self) if (info.context or {}).get("review", True) else []
        if flaws:
            raise ProblemError(tuple(flaw.fault() for flaw in flaws))
        return self

    @property
    def _statuses(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(person.status for person in self.staff))

    # ---- identity ---------------------------------------------------------------------------------

    def canonical(self) -> dict[str, Any]:
        """The problem as JSON data, snake_case, defaults filled in; reading it again gives the same problem."""
        return self.model_dump(mode="json")

    @cached_property
    def request_hash(self) -> str:
        """sha256 (hex) of the canonical problem with sorted keys."""
        text = json.dumps(self.canonical(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    # ---- days -------------------------------------------------------------------------------------

    @property
    def days(self) -> tuple[date, ...]:
        """Every date of the period."""
        return self.period.days

    @cached_property
    def _holidays(self) -> frozenset[date]:
        rule = self.settings.holidays
        return rule.dates(plus(self.period.start, -LONGEST_CLOSURE), self.period.end) if rule else frozenset()

    def day_rule(self, day: date) -> str | None:
        """What the calendar says of a date (also before the period): must_day_off, must_work or None."""
        if day in self.settings.calendar:
            return self.settings.calendar[day]
        closes = self.settings.holidays is not None and self.settings.holidays.rule == "must_day_off"
        return "must_day_off" if closes and day in self._holidays else None

    @cached_property
    def closed_days(self) -> frozenset[date]:
        """The closed (must_day_off) days of the period."""
        return frozenset(day for day in self.days if self.day_rule(day) == "must_day_off")

    @cached_property
    def must_work_days(self) -> frozenset[date]:
        """The days of the period on which everybody works."""
        return frozenset(day for day in self.days if self.day_rule(day) == "must_work")

    def closed(self, day: date) -> bool:
        """Whether the house is closed that day; asks the calendar for dates before the period too."""
        return day in self.closed_days if day in self.period else self.day_rule(day) == "must_day_off"

    @cached_property
    def open_days(self) -> tuple[date, ...]:
        """The days of the period on which the house is open."""
        return tuple(day for day in self.days if day not in self.closed_days)

    @cached_property
    def plain_days(self) -> tuple[date, ...]:
        """The days of the period that are neither closed nor must_work."""
        return tuple(day for day in self.open_days if day not in self.must_work_days)

    def weekday(self, day: date) -> Weekday:
        """The name rules see in `days_of_week`; a public holiday is a Sunday under `as_sunday`."""
        rule = self.settings.holidays
        if rule is not None and rule.rule == "as_sunday" and day in self._holidays:
            return "sunday"
        return weekday_of(day)

    def matches(self, entry: OnDays, day: date) -> bool:
        """Whether the entry's day filters let the date through."""
        return (entry.days_of_week is None or self.weekday(day) in entry.days_of_week) and (
            entry.dates is None or day in entry.dates
        )

    @cached_property
    def _plain(self) -> frozenset[date]:
        return frozenset(self.plain_days)

    def plain_days_of(self, entry: OnDays) -> list[date]:
        """The plain days that the entry's day filters let through."""
        days = self.plain_days if entry.dates is None else sorted(self._plain.intersection(entry.dates))
        return [day for day in days if self.matches(entry, day)]

    # ---- what a checker looks at --------------------------------------------------------------------

    def seen(self, *, people: Iterable[str] | None = None, days: Iterable[date] | None = None) -> Self:
        """The same problem for a checker that looks at a part: scopes name only these people, or only these days are judged.

        What else the problem knows of anybody and any day stays.
        """
        _ = self._away_asked, self._eligible  # remembered for the whole team before scopes name a part of it
        part = self.model_copy()
        part._seen_people = None if people is None else frozenset(people)  # noqa: SLF001
        part._seen_days = None if days is None else tuple(sorted(days))  # noqa: SLF001
        return part

    @property
    def judged_days(self) -> tuple[date, ...]:
        """The days that a checker judges, one by one: all of the period, but for a part (`seen`)."""
        return self.days if self._seen_days is None else self._seen_days

    # ---- people -----------------------------------------------------------------------------------

    @cached_property
    def staff_by_id(self) -> dict[str, Staff]:
        """Everybody by id."""
        return {person.id: person for person in self.staff}

    def label(self, staff_id: str) -> str:
        """What to call a person in a sentence."""
        return self.staff_by_id[staff_id].label

    @cached_property
    def _employed_days(self) -> dict[str, tuple[date, ...]]:
        return {person.id: tuple(day for day in self.days if person.employed_on(day)) for person in self.staff}

    def employed_days(self, staff_id: str) -> tuple[date, ...]:
        """The days of the period on which the person has a cell."""
        return self._employed_days[staff_id]

    @cached_property
    def _employed_cells(self) -> frozenset[tuple[str, date]]:
        return frozenset((staff, day) for staff, days in self._employed_days.items() for day in days)

    def employed(self, staff_id: str, day: date) -> bool:
        """Whether the person has a cell on that day of the period."""
        return (staff_id, day) in self._employed_cells

    @cached_property
    def on_call(self) -> frozenset[str]:
        """People with any active on_call assignment; they are on call for the whole period."""
        rows = self.settings.backup_assignments
        return frozenset(a.staff_id for a in rows if a.is_active and a.assignment_type == "on_call")

    @property
    def _scoped(self) -> tuple[Staff, ...]:
        seen = self._seen_people  # once: asking pydantic for a private attribute is not free
        return self.staff if seen is None else tuple(person for person in self.staff if person.id in seen)

    def in_scope(self, scope: Scope) -> tuple[str, ...]:
        """Ids of the people a scope names, in the order of `staff`."""
        if scope.staff_ids is not None:
            named = set(scope.staff_ids)
            return tuple(p.id for p in self._scoped if p.id in named)
        if scope.group_ids is not None:
            inside = {m for g in self.groups if g.id in scope.group_ids for m in g.members}
            return tuple(p.id for p in self._scoped if p.id in inside)
        if scope.skills is not None:
            wanted = set(scope.skills)
            return tuple(p.id for p in self._scoped if wanted & set(p.skills))
        if scope.statuses is not None:
            return tuple(p.id for p in self._scoped if p.status in scope.statuses)
        return tuple(p.id for p in self._scoped)

    def ordinary(self, staff_ids: Iterable[str]) -> tuple[str, ...]:
        """Those of the people who are not on call (limits and fairness leave on_call people out)."""
        return tuple(staff for staff in staff_ids if staff not in self.on_call)

    def most_specific(self, entries: Sequence[E_], key: Any) -> dict[tuple[str, Any], int]:
        """Which entry governs whom: (staff id, key) → index. Staff beats group beats skill beats status beats all.

        `key(entry)` yields the keys an entry speaks about, such as (symbols, "max"); among equals the first listed wins.
        """
        best: dict[tuple[str, Any], int] = {}
        for i, entry in enumerate(entries):
            if not entry.is_active:
                continue
            people = self.in_scope(entry.scope)
            for k in key(entry):
                for staff in people:
                    held = best.get((staff, k))
                    if held is None or entry.scope.rank < entries[held].scope.rank:
                        best[staff, k] = i
        return best

    # ---- symbols ----------------------------------------------------------------------------------

    @cached_property
    def shift_by_symbol(self) -> dict[str, ShiftType]:
        """Shift types by symbol."""
        return {shift.symbol: shift for shift in self.settings.shift_types}

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Symbols of one kind (work, off, away), in the order of `shift_types`."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> dict[str, tuple[str, ...]]:
        kinds = ("work", "off", "away")
        return {kind: tuple(t.symbol for t in self.settings.shift_types if t.kind == kind) for kind in kinds}

    def of_role(self, role: str) -> tuple[str, ...]:
        """Symbols with a role, in the order of `shift_types`."""
        return tuple(t.symbol for t in self.settings.shift_types if t.role == role)

    @cached_property
    def normal(self) -> str | None:
        """○: the symbol a backup covers on."""
        return next(iter(self.of_role("normal")), None)

    @cached_property
    def off(self) -> str | None:
        """×: the symbol of closed days."""
        return next(iter(self.of_role("off")), None)

    @cached_property
    def away(self) -> str | None:
        """⊘: where an idle on_call person stands."""
        return next(iter(self.of_role("away")), None)

    # ---- cells ------------------------------------------------------------------------------------

    def pinned(self, staff_id: str, day: date) -> str | None:
        """The prefilled symbol of a cell, or None where it is free."""
        row = self.prefilled.get(staff_id)
        return row.get(day) if row else None

    @cached_property
    def _planned(self) -> tuple[str, ...]:
        return tuple(t.symbol for t in self.settings.shift_types if t.kind != "away")

    @cached_property
    def _away_asked(self) -> frozenset[tuple[str, str]]:
        """(staff, away symbol) pairs some entry asks for. toban grants an absence of kind away, it never invents one."""
        settings, away = self.settings, set(self.of_kind("away"))
        asked: set[tuple[str, str]] = set()

        def ask(staff_ids: Iterable[str], symbols: Iterable[str]) -> None:
            wanted = away.intersection(symbols)
            if wanted:
                asked.update((staff, symbol) for staff in staff_ids for symbol in wanted)

        for allowed in settings.allowed_shifts:
            if allowed.is_active:
                ask(self.in_scope(allowed.scope), allowed.symbols)
        for rule in settings.priority_rules:
            if rule.is_active and rule.rule_type in ("preferred_shift", "required_shift"):
                ask(self.rule_staff(rule), (rule.shift,))
        for request in settings.requests:
            if request.is_active and request.want:
                ask((request.staff_id,), (request.symbol,))
        lists = (settings.daily_limits, settings.weekly_limits, settings.monthly_limits, settings.demand)
        wanting: list[DailyLimit | WeeklyLimit | MonthlyLimit | Demand] = [limit for rows in lists for limit in rows]
        for limit in wanting:
            if limit.is_active and limit.min:
                ask(self.in_scope(limit.scope), limit.symbols or ())
        for staff, row in (self.baseline or {}).items():
            ask((staff,), row.values())
        return frozenset(asked)

    def rule_staff(self, rule: Any) -> tuple[str, ...]:
        """Whom a priority rule is about: `staff_ids` where given, else its scope."""
        return self.in_scope(Scope(staff_ids=rule.staff_ids) if rule.staff_ids is not None else rule.scope)

    def open_choices(self, staff_id: str) -> tuple[str, ...]:
        """What a free cell may hold on an open day on which nothing else is ordered."""
        if staff_id in self.on_call:
            return tuple(symbol for symbol in (self.normal, self.away) if symbol is not None)
        asked = tuple(symbol for symbol in self.of_kind("away") if (staff_id, symbol) in self._away_asked)
        return self._planned + asked

    def choices(self, staff_id: str, day: date) -> tuple[str, ...]:
        """What a cell may hold, structurally: the pinned symbol; × on closed days; work on must_work days; else all."""
        pin = self.pinned(staff_id, day)
        if pin is not None:
            return (pin,)
        if day in self.closed_days:
            return (self.off,) if self.off is not None else self.of_kind("off")
        if day in self.must_work_days and staff_id not in self.on_call:
            return self.of_kind("work")
        return self.open_choices(staff_id)

    def before(self, staff_id: str, day: date) -> str | None:
        """What `history` says of a cell before the period."""
        row = self.history.get(staff_id)
        return row.get(day) if row else None

    # ---- groups and backups -----------------------------------------------------------------------

    @cached_property
    def groups(self) -> tuple[StaffGroup, ...]:
        """The active groups."""
        return tuple(group for group in self.settings.staff_groups if group.is_active)

    @cached_property
    def group_by_id(self) -> dict[str, StaffGroup]:
        """All groups by id."""
        return {group.id: group for group in self.settings.staff_groups}

    @cached_property
    def group_index(self) -> dict[str, int]:
        """Every group's place in `staff_groups`."""
        return {group.id: i for i, group in enumerate(self.settings.staff_groups)}

    @cached_property
    def assignments(self) -> tuple[BackupAssignment, ...]:
        """The active assignments to active groups, in document order."""
        active = {group.id for group in self.groups}
        return tuple(a for a in self.settings.backup_assignments if a.is_active and a.group_id in active)

    @cached_property
    def assignments_of(self) -> dict[str, tuple[BackupAssignment, ...]]:
        """Active assignments by group, by order, ties in document order."""
        return {
            group.id: tuple(sorted((a for a in self.assignments if a.group_id == group.id), key=lambda a: a.priority_order))
            for group in self.groups
        }

    @cached_property
    def _never_normal(self) -> frozenset[tuple[str, date]]:
        """Cells in which a hard allowed_shifts or blocked_shift forbids ○."""
        forbidden: set[tuple[str, date]] = set()
        if self.normal is None:
            return frozenset()
        for allowed in self.settings.allowed_shifts:
            if allowed.is_active and allowed.hard and self.normal not in allowed.symbols:
                forbidden.update((s, d) for s in self.in_scope(allowed.scope) for d in self.employed_days(s))
        for rule in self.settings.priority_rules:
            if (
                rule.is_active
                and rule.hard
                and rule.rule_type == "blocked_shift"
                and rule.shift == self.normal
                and self.normal not in rule.except_symbols
            ):
                blocked = [day for day in self.plain_days if self.matches(rule, day)]
                forbidden.update((s, d) for s in self.rule_staff(rule) for d in blocked)
        return frozenset(forbidden)

    def may_stand_normal(self, staff_id: str, day: date) -> bool:
        """Whether no hard allowed_shifts or blocked_shift forbids the person ○ on the day."""
        return (staff_id, day) not in self._never_normal

    @cached_property
    def _eligible(self) -> dict[tuple[str, date], tuple[Eligible, ...]]:
        found: dict[tuple[str, date], tuple[Eligible, ...]] = {}
        for group in self.groups:
            for day in self.open_days:
                first: dict[str, Eligible] = {}
                for a in self.assignments_of[group.id]:
                    if (
                        a.effective_on(day)
                        and self.employed(a.staff_id, day)
                        and self.may_stand_normal(a.staff_id, day)
                        and a.staff_id not in first
                    ):
                        first[a.staff_id] = Eligible(a.staff_id, a.priority_order, a.id)
                found[group.id, day] = tuple(first.values())
        return found

    def eligible(self, group_id: str, day: date) -> tuple[Eligible, ...]:
        """Backups who may cover the group on an open day, by order, ties in document order, each person once."""
        return self._eligible[group_id, day]

    def members_on(self, group: StaffGroup, day: date) -> tuple[str, ...]:
        """The group's members who are employed on the day."""
        return tuple(member for member in group.members if self.employed(member, day))
