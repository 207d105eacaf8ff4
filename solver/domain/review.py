"""The review of a whole problem: every fault that types alone cannot see, all at once.

Shapes and single values are pydantic's work; here stand references, symbols, dates, sizes and contradictions between
fields. Paths point into the canonical problem; `solver.domain.reading` turns them into paths of the document as sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from solver.domain.base import from_halves, pointer
from solver.domain.codes import Code
from solver.domain.entry import Entry, PriorityRule
from solver.domain.fault import Fault
from solver.domain.shift import UNIQUE_ROLES, likely_symbol
from solver.domain.staff import Scope

if TYPE_CHECKING:
    from solver.domain.problem import Problem

ENTRY_LISTS = (
    "daily_limits",
    "weekly_limits",
    "monthly_limits",
    "allowed_shifts",
    "priority_rules",
    "forbidden_sequences",
    "stretches",
    "rest",
    "demand",
    "weekends",
    "requests",
    "after_closure",
    "fairness",
)


def faults_of(problem: Problem) -> list[Fault]:
    """Everything wrong with the problem as a whole, in document order of its parts; empty if it can be solved."""
    review = _Review(problem)
    if review.sizes():
        return review.faults
    review.people()
    review.shift_types()
    review.groups()
    review.assignments()
    review.entries()
    review.grids()
    review.roles()
    return review.faults


class _Review:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.settings = problem.settings
        self.faults: list[Fault] = []
        self.symbols = tuple(shift.symbol for shift in problem.settings.shift_types)
        self.staff_ids = {person.id for person in problem.staff}
        self.group_ids = {group.id for group in problem.settings.staff_groups}

    def add(self, code: Code, found: Any, expected: str, *place: str | int) -> None:
        self.faults.append(Fault(code, pointer(*place), found, expected))

    # ---- single questions -------------------------------------------------------------------------

    def symbol(self, symbol: str, *place: str | int) -> None:
        if symbol in self.symbols:
            return
        likely = likely_symbol(symbol, self.symbols)
        if likely is not None:
            self.add(Code.LOOKALIKE_SYMBOL, symbol, f"{likely} (U+{ord(likely):04X}), which it looks like", *place)
        else:
            self.add(Code.UNKNOWN_SYMBOL, symbol, f"one of {' '.join(self.symbols)}", *place)

    def symbol_list(self, symbols: Iterable[str] | None, *place: str | int) -> None:
        for i, symbol in enumerate(symbols or ()):
            self.symbol(symbol, *place, i)
        self.twice(list(symbols or ()), Code.DUPLICATE_ENTRY, "each symbol once", *place)

    def staff(self, staff_id: str, *place: str | int) -> None:
        if staff_id not in self.staff_ids:
            self.add(Code.UNKNOWN_STAFF, staff_id, "the id of somebody in /staff", *place)

    def staff_list(self, ids: Iterable[str] | None, *place: str | int) -> None:
        for i, staff_id in enumerate(ids or ()):
            self.staff(staff_id, *place, i)
        self.twice(list(ids or ()), Code.DUPLICATE_ENTRY, "each id once", *place)

    def group(self, group_id: str, *place: str | int) -> None:
        if group_id not in self.group_ids:
            self.add(Code.UNKNOWN_GROUP, group_id, "the id of a group in /settings/staff_groups", *place)

    def twice(self, values: list[Any], code: Code, expected: str, *place: str | int, key: str | None = None) -> None:
        seen: set[Any] = set()
        for i, value in enumerate(values):
            if value is None:
                continue
            if value in seen:
                self.add(code, value, expected, *place, i, *((key,) if key else ()))
            seen.add(value)

    def in_order(self, start: date | None, end: date | None, *place: str | int) -> None:
        if start is not None and end is not None and end < start:
            self.add(Code.REVERSED_DATES, end.isoformat(), f"{start} or later", *place)

    def bounds(self, low: int | None, high: int | None, *place: str | int, halves: bool = False) -> None:
        if low is not None and high is not None and low > high:
            shown = from_halves if halves else int
            self.add(Code.MIN_ABOVE_MAX, shown(high), f"at least the minimum ({shown(low)})", *place)

    # ---- parts ------------------------------------------------------------------------------------

    def sizes(self) -> bool:
        """Refuse what is too large to build; True where nothing else should be looked at."""
        from solver.domain.problem import MOST_CELLS, MOST_DAYS

        period = self.problem.period
        if period.end < period.start:
            self.add(Code.REVERSED_DATES, period.end.isoformat(), f"{period.start} or later", "period", "end")
            return True
        days = period.index(period.end) + 1
        if days > MOST_DAYS:
            self.add(Code.TOO_LARGE, f"{days} days", f"at most {MOST_DAYS} days", "period")
        people, types = len(self.problem.staff), len(self.symbols)
        product = people * days * types
        if product > MOST_CELLS:
            found = f"{people} staff × {days} days × {types} shift types = {product}"
            self.add(Code.TOO_LARGE, found, f"a product of at most {MOST_CELLS}", "staff")
        return days > MOST_DAYS or product > MOST_CELLS

    def people(self) -> None:
        self.twice([p.id for p in self.problem.staff], Code.DUPLICATE_ID, "an id of its own", "staff", key="id")
        for i, person in enumerate(self.problem.staff):
            self.in_order(person.employed_from, person.employed_until, "staff", i, "employed_until")

    def shift_types(self) -> None:
        place = ("settings", "shift_types")
        self.twice(list(self.symbols), Code.DUPLICATE_SYMBOL, "a symbol of its own", *place, key="symbol")
        kinds = {"normal": "work", "off": "off", "away": "away", "early": "work", "late": "work"}
        seen: set[str] = set()
        for i, shift in enumerate(self.settings.shift_types):
            if shift.role in UNIQUE_ROLES:
                if shift.role in seen:
                    self.add(Code.DUPLICATE_ROLE, shift.role, "this role once at most", *place, i, "role")
                seen.add(str(shift.role))
            if shift.role in kinds and shift.kind != kinds[shift.role]:
                expected = f"kind {kinds[shift.role]}, which role {shift.role} needs"
                self.add(Code.ROLE_KIND, shift.kind, expected, *place, i, "kind")
        holidays = self.settings.holidays
        if holidays is not None and not holidays.known():
            found = "-".join(filter(None, (holidays.country, holidays.subdivision)))
            expected = "a country (and subdivision) the holidays package knows, such as JP"
            self.add(Code.BAD_VALUE, found, expected, "settings", "holidays", "country")

    def groups(self) -> None:
        groups, place = self.settings.staff_groups, ("settings", "staff_groups")
        self.twice([g.id for g in groups], Code.DUPLICATE_ID, "an id of its own", *place, key="id")
        for i, group in enumerate(groups):
            self.staff_list(group.members, *place, i, "members")
            if group.conflict is not None:
                self.symbol_list(group.conflict.symbols, *place, i, "conflict", "symbols")
        if self.settings.group_conflict is not None:
            self.symbol_list(self.settings.group_conflict.symbols, "settings", "group_conflict", "symbols")

    def assignments(self) -> None:
        rows, place = self.settings.backup_assignments, ("settings", "backup_assignments")
        self.twice([a.id for a in rows], Code.DUPLICATE_ID, "an id of its own", *place, key="id")
        types: dict[str, str] = {}
        for i, a in enumerate(rows):
            self.staff(a.staff_id, *place, i, "staff_id")
            self.group(a.group_id, *place, i, "group_id")
            self.in_order(a.effective_from, a.effective_until, *place, i, "effective_until")
            if a.is_active and types.setdefault(a.staff_id, a.assignment_type) != a.assignment_type:
                expected = f"{types[a.staff_id]}, as in this person's other active assignments"
                self.add(Code.MIXED_ASSIGNMENT_TYPE, a.assignment_type, expected, *place, i, "assignment_type")

    def entries(self) -> None:
        for name in ENTRY_LISTS:
            rows: tuple[Entry, ...] = getattr(self.settings, name)
            self.twice([row.id for row in rows], Code.DUPLICATE_ID, "an id of its own", "settings", name, key="id")
            for i, row in enumerate(rows):
                self.entry(row, "settings", name, i)

    def entry(self, row: Any, *place: str | int) -> None:
        """One entry of any rule: whichever of the common fields it has."""
        self.scope(row.scope, *place, "scope")
        for field in ("symbols", "except_symbols"):
            for k, symbol in enumerate(getattr(row, field, None) or ()):
                if isinstance(symbol, str):
                    self.symbol(symbol, *place, field, k)
                else:
                    self.symbol_list(symbol, *place, field, k)
        for field in ("shift", "symbol"):
            if hasattr(row, field):
                self.symbol(getattr(row, field), *place, field)
        if isinstance(row, PriorityRule):
            self.staff_list(row.staff_ids, *place, "staff_ids")
            if row.staff_ids is not None and row.scope != Scope():
                self.add(Code.SCOPE_AMBIGUOUS, "staff_ids and scope", "one of the two", *place, "scope")
        low, high, target = (getattr(row, field, None) for field in ("min", "max", "target"))
        measure = getattr(row, "measure", None)
        halves = hasattr(row, "include_calendar") and measure is not None
        self.bounds(low, high, *place, "max", halves=halves)
        if target is not None:
            self.bounds(low, target, *place, "target")
            self.bounds(target, high, *place, "max")
        if measure in ("count", "minutes") and halves:
            for field, value in (("min", low), ("max", high)):
                if value is not None and value % 2:
                    self.add(
                        Code.NOT_WHOLE, from_halves(value), f"a whole number, as {measure} has no halves", *place, field
                    )
        if measure == "count" and row.symbols is None:
            self.add(Code.MISSING_FIELD, None, "symbols, which measure count needs", *place, "symbols")
        if hasattr(row, "kind") and (row.kind is None) == (row.symbols is None):
            found = None if row.kind is None else "both"
            self.add(
                Code.MISSING_FIELD if found is None else Code.FIELD_TWICE, found, "either kind or symbols", *place, "kind"
            )
        if hasattr(row, "staff_id"):
            self.cell(row.staff_id, row.date, (*place, "staff_id"), (*place, "date"))

    def scope(self, scope: Scope, *place: str | int) -> None:
        named = [name for name in Scope.model_fields if getattr(scope, name) is not None]
        if len(named) > 1:
            self.add(Code.SCOPE_AMBIGUOUS, ", ".join(named), "one of them only", *place)
        self.staff_list(scope.staff_ids, *place, "staff_ids")
        for i, group_id in enumerate(scope.group_ids or ()):
            self.group(group_id, *place, "group_ids", i)

    def cell(self, staff_id: str, day: date, of_staff: tuple[str | int, ...], of_day: tuple[str | int, ...]) -> None:
        """A cell that has to exist: a known person, a date of the period, employed on it."""
        person = next((p for p in self.problem.staff if p.id == staff_id), None)
        period = self.problem.period
        if person is None:
            self.staff(staff_id, *of_staff)
        if day not in period:
            self.add(Code.OUTSIDE_PERIOD, day.isoformat(), f"a date from {period.start} to {period.end}", *of_day)
        elif person is not None and not person.employed_on(day):
            self.add(
                Code.OUTSIDE_EMPLOYMENT, day.isoformat(), f"a date on which {person.id} is {employment(person)}", *of_day
            )

    def grids(self) -> None:
        problem = self.problem
        for staff, row in problem.prefilled.items():
            if staff not in self.staff_ids:
                self.staff(staff, "prefilled", staff)
            for day, symbol in row.items():
                self.symbol(symbol, "prefilled", staff, day.isoformat())
                if staff in self.staff_ids:
                    place = ("prefilled", staff, day.isoformat())
                    self.cell(staff, day, place, place)
        for staff, row in problem.history.items():
            self.staff(staff, "history", staff)
            for day, symbol in row.items():
                self.symbol(symbol, "history", staff, day.isoformat())
                if day >= problem.period.start:
                    expected = f"a date before {problem.period.start}"
                    self.add(Code.NOT_BEFORE_PERIOD, day.isoformat(), expected, "history", staff, day.isoformat())
        for staff in problem.history_counts:
            self.staff(staff, "history_counts", staff)
        self.baseline(problem.baseline or {})

    def baseline(self, rows: Mapping[str, Mapping[date, str]]) -> None:
        """A published roster may name cells that are gone (somebody left): those become warnings, not faults."""
        for staff, row in rows.items():
            self.staff(staff, "baseline", staff)
            for day, symbol in row.items():
                self.symbol(symbol, "baseline", staff, day.isoformat())

    def roles(self) -> None:
        """Roles that the request needs."""
        problem, place = self.problem, ("settings", "shift_types")
        if not problem.of_kind("work") and not problem.of_kind("off"):
            self.add(Code.MISSING_ROLE, None, "at least one shift type of kind work or off", *place)
        if problem.closed_days and problem.off is None:
            self.add(Code.MISSING_ROLE, None, "a shift type with role off, for the closed days of the calendar", *place)
        if problem.must_work_days and not problem.of_kind("work"):
            self.add(Code.MISSING_ROLE, None, "a shift type of kind work, for the must_work days of the calendar", *place)
        if problem.assignments:
            if problem.normal is None:
                self.add(Code.MISSING_ROLE, None, "a shift type with role normal, for backups to cover on", *place)
            if problem.on_call and problem.away is None:
                self.add(Code.MISSING_ROLE, None, "a shift type with role away, for idle on_call backups", *place)


def employment(person: Any) -> str:
    """A person's employment in words."""
    if not person.is_active:
        return "active (is_active is false)"
    parts = [f"from {person.employed_from}"] if person.employed_from else []
    parts += [f"until {person.employed_until}"] if person.employed_until else []
    return " ".join(["employed", *parts])
