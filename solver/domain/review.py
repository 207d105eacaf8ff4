"""The review of a whole problem: every fault that types alone cannot see, all at once.

Shapes and single values are pydantic's work; here stand references, symbols, dates, sizes and contradictions between
fields. Places are those of the canonical problem; `solver.domain.reading` turns them into places of the document as sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from solver.domain.base import from_halves
from solver.domain.codes import Code
from solver.domain.entry import Entry, MonthlyLimit, PriorityRule, Request, Stretch, WeekendRule
from solver.domain.fault import Flaw
from solver.domain.shift import UNIQUE_ROLES, likely_symbol
from solver.domain.staff import EVERYBODY, Scope, Staff

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
_KIND_OF_ROLE = {"normal": "work", "off": "off", "away": "away", "early": "work", "late": "work"}


def flaws_of(problem: Problem) -> list[Flaw]:
    """List everything wrong with the problem as a whole; nothing if it can be solved."""
    review = _Review(problem)
    countable = review.period()
    review.size()
    review.people()
    review.shift_types()
    holidays_known = review.holidays()
    review.groups()
    review.assignments()
    review.entries()
    review.grids()
    review.roles(calendar=countable and holidays_known)
    return review.flaws


class _Review:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.settings = problem.settings
        self.flaws: list[Flaw] = []
        self.symbols = tuple(dict.fromkeys(shift.symbol for shift in problem.settings.shift_types))
        self.known_symbols = frozenset(self.symbols)
        self.staff = {person.id: person for person in problem.staff}
        self.group_ids = {group.id for group in problem.settings.staff_groups}

    def add(self, code: Code, found: Any, expected: str, *place: str | int) -> None:
        self.flaws.append(Flaw(code, place, found, expected))

    # ---- single questions -------------------------------------------------------------------------

    def symbol(self, symbol: str, *place: str | int) -> None:
        if symbol in self.known_symbols:
            return
        likely = likely_symbol(symbol, self.symbols)
        if likely is not None:
            points = " ".join(f"U+{ord(letter):04X}" for letter in likely)
            self.add(Code.LOOKALIKE_SYMBOL, symbol, f"{likely} ({points}), which it looks like", *place)
        else:
            self.add(Code.UNKNOWN_SYMBOL, symbol, f"one of {' '.join(self.symbols)}", *place)

    def symbol_list(self, symbols: Sequence[str] | None, *place: str | int) -> None:
        for i, symbol in enumerate(symbols or ()):
            self.symbol(symbol, *place, i)
        self.twice(symbols or (), Code.DUPLICATE_ENTRY, "each symbol once", *place)

    def staff_id(self, staff_id: str, *place: str | int) -> None:
        if staff_id not in self.staff:
            self.add(Code.UNKNOWN_STAFF, staff_id, "the id of somebody in staff", *place)

    def staff_list(self, ids: Sequence[str] | None, *place: str | int) -> None:
        for i, staff_id in enumerate(ids or ()):
            self.staff_id(staff_id, *place, i)
        self.twice(ids or (), Code.DUPLICATE_ENTRY, "each id once", *place)

    def group_id(self, group_id: str, *place: str | int) -> None:
        if group_id not in self.group_ids:
            self.add(Code.UNKNOWN_GROUP, group_id, "the id of a group in staff_groups", *place)

    def twice(self, values: Iterable[Any], code: Code, expected: str, *place: str | int, key: str | None = None) -> None:
        seen: set[Any] = set()
        for i, value in enumerate(values):
            if value is None:
                continue
            if value in seen:
                self.add(code, value, expected, *place, i, *((key,) if key else ()))
            seen.add(value)

    def in_order(self, start: date | None, end: date | None, *place: str | int) -> bool:
        reversed_ = start is not None and end is not None and end < start
        if reversed_:
            self.add(Code.REVERSED_DATES, end, f"{start} or later", *place)
        return not reversed_

    def bounds(self, low: int | None, high: int | None, *place: str | int, halves: bool = False) -> None:
        if low is not None and high is not None and low > high:
            shown = from_halves if halves else int
            self.add(Code.MIN_ABOVE_MAX, shown(high), f"at least the minimum ({shown(low)})", *place)

    # ---- parts ------------------------------------------------------------------------------------

    def period(self) -> bool:
        """Review the period; tell whether its days can be gone through."""
        from solver.domain.problem import MOST_DAYS

        period = self.problem.period
        if not self.in_order(period.start, period.end, "period", "end"):
            return False
        days = period.index(period.end) + 1
        if days > MOST_DAYS:
            self.add(Code.TOO_LARGE, f"{days} days", f"at most {MOST_DAYS} days", "period")
        return days <= MOST_DAYS

    def size(self) -> None:
        from solver.domain.problem import MOST_CELLS

        period = self.problem.period
        people, days, types = len(self.problem.staff), period.index(period.end) + 1, len(self.settings.shift_types)
        if people * days * types > MOST_CELLS:
            found = f"{people} staff × {days} days × {types} shift types = {people * days * types}"
            self.add(Code.TOO_LARGE, found, f"a product of at most {MOST_CELLS}", "staff")

    def people(self) -> None:
        self.twice((p.id for p in self.problem.staff), Code.DUPLICATE_ID, "an id of its own", "staff", key="id")
        for i, person in enumerate(self.problem.staff):
            self.in_order(person.employed_from, person.employed_until, "staff", i, "employed_until")

    def shift_types(self) -> None:
        types, place = self.settings.shift_types, ("settings", "shift_types")
        self.twice((t.symbol for t in types), Code.DUPLICATE_SYMBOL, "a symbol of its own", *place, key="symbol")
        unique = (t.role if t.role in UNIQUE_ROLES else None for t in types)
        self.twice(unique, Code.DUPLICATE_ROLE, "this role once at most", *place, key="role")
        for i, shift in enumerate(types):
            kind = _KIND_OF_ROLE.get(shift.role or "", shift.kind)
            if shift.kind != kind:
                self.add(Code.ROLE_KIND, shift.kind, f"{kind}, which role {shift.role} needs", *place, i, "kind")

    def holidays(self) -> bool:
        """Review the holiday calendar; tell whether it can be asked."""
        rule, place = self.settings.holidays, ("settings", "holidays")
        if rule is None or rule.known():
            return True
        if rule.model_copy(update={"subdivision": None}).known():
            expected = f"a subdivision of {rule.country} that the holidays package knows, or null"
            self.add(Code.BAD_VALUE, rule.subdivision, expected, *place, "subdivision")
        else:
            self.add(
                Code.BAD_VALUE, rule.country, "a country that the holidays package knows, such as JP", *place, "country"
            )
        return False

    def groups(self) -> None:
        groups, place = self.settings.staff_groups, ("settings", "staff_groups")
        self.twice((g.id for g in groups), Code.DUPLICATE_ID, "an id of its own", *place, key="id")
        for i, group in enumerate(groups):
            self.staff_list(group.members, *place, i, "members")
            if group.conflict is not None:
                self.symbol_list(group.conflict.symbols, *place, i, "conflict", "symbols")
        if self.settings.group_conflict is not None:
            self.symbol_list(self.settings.group_conflict.symbols, "settings", "group_conflict", "symbols")

    def assignments(self) -> None:
        rows, place = self.settings.backup_assignments, ("settings", "backup_assignments")
        self.twice((a.id for a in rows), Code.DUPLICATE_ID, "an id of its own", *place, key="id")
        types: dict[str, str] = {}
        for i, a in enumerate(rows):
            self.staff_id(a.staff_id, *place, i, "staff_id")
            self.group_id(a.group_id, *place, i, "group_id")
            self.in_order(a.effective_from, a.effective_until, *place, i, "effective_until")
            if a.is_active and types.setdefault(a.staff_id, a.assignment_type) != a.assignment_type:
                expected = f"{types[a.staff_id]}, as in this person's other active assignments"
                self.add(Code.MIXED_ASSIGNMENT_TYPE, a.assignment_type, expected, *place, i, "assignment_type")

    def entries(self) -> None:
        for name in ENTRY_LISTS:
            rows: tuple[Entry, ...] = getattr(self.settings, name)
            self.twice((row.id for row in rows), Code.DUPLICATE_ID, "an id of its own", "settings", name, key="id")
            for i, row in enumerate(rows):
                self.entry(row, "settings", name, i)

    def entry(self, row: Any, *place: str | int) -> None:
        """Review one entry of any rule: whichever of the common fields it has."""
        self.scope(row.scope, *place, "scope")
        self.entry_symbols(row, *place)
        if isinstance(row, PriorityRule):
            self.staff_list(row.staff_ids, *place, "staff_ids")
            if row.staff_ids is not None and row.scope != EVERYBODY:
                self.add(Code.SCOPE_AMBIGUOUS, "staff_ids and scope", "one of the two", *place, "scope")
        monthly = isinstance(row, MonthlyLimit)
        low, high, target = (getattr(row, field, None) for field in ("min", "max", "target"))
        self.bounds(low, high, *place, "max", halves=monthly)
        self.bounds(low, target, *place, "target")
        self.bounds(target, high, *place, "max")
        if isinstance(row, WeekendRule):
            self.bounds(row.min_consecutive, row.max_consecutive, *place, "max_consecutive")
        if monthly:
            self.measure(row, *place)
        if isinstance(row, Stretch) and (row.kind is None) == (row.symbols is None):
            if row.kind is None:
                self.add(Code.MISSING_FIELD, None, "either kind or symbols", *place, "kind")
            else:
                self.add(Code.FIELD_TWICE, "kind and symbols", "one of the two", *place, "symbols")
        if isinstance(row, Request):
            self.cell(row.staff_id, row.date, (*place, "staff_id"), (*place, "date"))

    def entry_symbols(self, row: Any, *place: str | int) -> None:
        for field in ("symbols", "except_symbols"):
            listed = getattr(row, field, None) or ()
            if listed and isinstance(listed[0], tuple):  # a sequence: a symbol may well come again
                for k, symbols in enumerate(listed):
                    self.symbol_list(symbols, *place, field, k)
            else:
                self.symbol_list(listed, *place, field)
        for field in ("shift", "symbol"):
            if hasattr(row, field):
                self.symbol(getattr(row, field), *place, field)

    def measure(self, row: MonthlyLimit, *place: str | int) -> None:
        if row.measure == "count" and row.symbols is None:
            self.add(Code.MISSING_FIELD, None, "symbols, which measure count needs", *place, "symbols")
        for field, value in (("min", row.min), ("max", row.max)):
            if row.measure != "off_equivalent" and value is not None and value % 2:
                expected = f"a whole number, as {row.measure} has no halves"
                self.add(Code.NOT_WHOLE, from_halves(value), expected, *place, field)

    def scope(self, scope: Scope, *place: str | int) -> None:
        named = [name for name in Scope.model_fields if getattr(scope, name) is not None]
        if len(named) > 1:
            self.add(Code.SCOPE_AMBIGUOUS, ", ".join(named), "one of them only", *place)
        self.staff_list(scope.staff_ids, *place, "staff_ids")
        for i, group_id in enumerate(scope.group_ids or ()):
            self.group_id(group_id, *place, "group_ids", i)
        for name in ("group_ids", "skills", "statuses"):
            self.twice(getattr(scope, name) or (), Code.DUPLICATE_ENTRY, "each once", *place, name)

    def cell(self, staff_id: str, day: date, of_staff: tuple[str | int, ...], of_day: tuple[str | int, ...]) -> None:
        """Review a cell that has to exist: a known person, a date of the period, employed on it."""
        self.staff_id(staff_id, *of_staff)
        period, person = self.problem.period, self.staff.get(staff_id)
        if day not in period:
            self.add(Code.OUTSIDE_PERIOD, day, f"a date from {period.start} to {period.end}", *of_day)
        elif person is not None and not person.employed_on(day):
            self.add(Code.OUTSIDE_EMPLOYMENT, day, f"a date on which {person.id} is {employment(person)}", *of_day)

    def grids(self) -> None:
        problem = self.problem
        self.grid("prefilled", problem.prefilled)
        self.grid("history", problem.history)
        self.grid("baseline", problem.baseline or {})  # cells of it that are gone are warnings, not faults
        for staff, row in problem.prefilled.items():
            for day in row if staff in self.staff else ():
                place = ("prefilled", staff, day.isoformat())
                self.cell(staff, day, place, place)
        for staff, row in problem.history.items():
            for day in row:
                if day >= problem.period.start:
                    expected = f"a date before {problem.period.start}"
                    self.add(Code.NOT_BEFORE_PERIOD, day, expected, "history", staff, day.isoformat())
        for staff in problem.history_counts:
            self.staff_id(staff, "history_counts", staff)

    def grid(self, name: str, rows: Mapping[str, Mapping[date, str]]) -> None:
        for staff, row in rows.items():
            self.staff_id(staff, name, staff)
            for day, symbol in row.items():
                if symbol not in self.known_symbols:
                    self.symbol(symbol, name, staff, day.isoformat())

    def roles(self, *, calendar: bool) -> None:
        """Review the roles that the request needs."""
        problem, place = self.problem, ("settings", "shift_types")
        if not problem.of_kind("work") and not problem.of_kind("off"):
            self.add(Code.MISSING_ROLE, None, "at least one shift type of kind work or off", *place)
        if calendar and problem.closed_days and problem.off is None:
            self.add(Code.MISSING_ROLE, None, "a shift type with role off, for the closed days of the calendar", *place)
        if calendar and problem.must_work_days and not problem.of_kind("work"):
            self.add(Code.MISSING_ROLE, None, "a shift type of kind work, for the must_work days of the calendar", *place)
        if problem.assignments and problem.normal is None:
            self.add(Code.MISSING_ROLE, None, "a shift type with role normal, for backups to cover on", *place)
        if problem.on_call and problem.away is None:
            self.add(Code.MISSING_ROLE, None, "a shift type with role away, for idle on_call backups", *place)


def employment(person: Staff) -> str:
    """Say a person's employment in words."""
    if not person.is_active:
        return "active (is_active is false)"
    parts = [f"from {person.employed_from}"] if person.employed_from else []
    parts += [f"until {person.employed_until}"] if person.employed_until else []
    return " ".join(["employed", *parts])
