"""The settings object of the old browser client, translated; what is not carried over is named in a warning.

    dailyLimits {enabled, minOffPerDay, maxOffPerDay, …}          up to three daily_limits
    staffTypeLimits {status: {minOff, maxOff, maxEarly, isHard}}  daily_limits with that status as scope
    minCount, maxCount, isHardConstraint, penaltyWeight           min, max, hard, weight
    scope: all | staff_status | individual, targetIds             scope
    shiftType: off | early | late | work | any; limitType         symbols, shift
    excludeCalendarRules                                          include_calendar, the other way round
    countHalfDays, or a bound with a half                         measure off_equivalent (days off of a month)
    staffId                                                       staff_ids
    ruleType: avoid_shift, required_off, …; allowedShifts         rule_type, except_symbols
    priority (of a backup)                                        priority_order

A row with any old-only field, in either spelling, is read as old. `ruleDefinition`, `limitConfig` and `groupConfig` repeat
fields of their row; where they differ the row counts, and a warning says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic.alias_generators import to_camel, to_snake

from solver.domain.base import WEEKDAYS, Path, pointer
from solver.domain.codes import Code
from solver.domain.document import Paths
from solver.domain.entry import MonthlyLimit, PriorityRule
from solver.domain.fault import Flaw, Notice, Unreadable
from solver.domain.group import BackupAssignment, StaffGroup
from solver.domain.language import say
from solver.domain.naming import SERVER_NAMES
from solver.domain.shift import DEFAULT_SHIFT_TYPES

_NESTED = ("ruleDefinition", "limitConfig", "groupConfig")
_IGNORED_SETTINGS = (
    "mlParameters", "mlModelConfigs", "ortoolsConfig", "version", "migrationVersion", "migratedFromVersion", "lastModified",
)  # fmt: skip
_IGNORED = (
    "constraintType", "createdBy", "distributionRules", "effectiveFrom", "effectiveUntil", "excludeEarlyShiftCalendar",
    "metadata", "overrideWeeklyLimits", "preferenceStrength", "priorityLevel", "ruleConfig", "targetType",
    "name", "description", "_isLocalOnly",
)  # fmt: skip
_OLD_BOTH = {"isHardConstraint", "penaltyWeight", "createdBy", *_NESTED}
_OLD_LIMIT = {*_OLD_BOTH, "minCount", "maxCount", "targetIds", "shiftType", "excludeCalendarRules", "limitType"}
_OLD_RULE = {*_OLD_BOTH, "staffId", "shiftType", "allowedShifts", "priorityLevel", "preferenceStrength"}
_OLD_GROUP = {"groupConfig", "createdBy"}
_OLD_BACKUP = {"priority", "createdBy"}
_KNOWN = {
    *_IGNORED, *_OLD_LIMIT, *_OLD_RULE, *_OLD_BACKUP, "countHalfDays",
    *(to_camel(name) for model in (MonthlyLimit, PriorityRule, StaffGroup, BackupAssignment) for name in model.model_fields),
}  # fmt: skip
_SHIFTS = ("Off", "Early", "Late")
_PER_DAY = {f"{side}{shift}PerDay": (shift, side) for shift in _SHIFTS for side in ("min", "max")}
_PER_STATUS = {f"{side}{shift}": (shift, side) for shift in _SHIFTS for side in ("min", "max")}
_DAILY_OTHERS = {"enabled": "is_active", "isHard": "hard", "isHardConstraint": "hard", "penaltyWeight": "weight"}
_DAILY_IGNORED = ("id", "name", "description", "minWorkingStaffPerDay")
_RENAMED = {"minCount": "min", "maxCount": "max", "isHardConstraint": "hard", "penaltyWeight": "weight"}
_SCOPES = {"staff_status": "statuses", "individual": "staff_ids", "staff_group": "group_ids"}
_ROLES = ("off", "early", "late", "work", "any", "normal", "away")
_LIMIT_TYPES = {
    "off_days": "off",
    "max_off_days": "off",
    "max_work_days": "work",
    "max_early_shifts": "early",
    "max_late_shifts": "late",
}
_RULE_TYPES = {
    "prefer_shift": "preferred_shift",
    "avoid_shift": "avoided_shift",
    "avoid_shift_with_exceptions": "avoided_shift",
    "required_off": "required_shift",
}
_OPPOSITE = {"avoided_shift": "preferred_shift", "blocked_shift": "required_shift"}


class Translated(NamedTuple):
    """A request without old forms, and what happened on the way; flaws and notices name places of it as sent."""

    document: dict[str, Any]
    paths: Paths
    flaws: list[Flaw]
    notices: list[Notice]


def from_legacy(raw: dict[str, Any]) -> Translated:
    """Rewrite the old forms inside `settings`; a request without them comes back as it is."""
    legacy = _Legacy(_symbols_by_role(raw.get("settings")))
    if isinstance(raw.get("settings"), dict):
        raw = {**raw, "settings": legacy.settings(raw["settings"])}
    return Translated(raw, legacy.paths, legacy.flaws, legacy.notices)


class _Given(NamedTuple):
    """An old field: its value and where that stands."""

    value: Any
    place: Path


class _Legacy:
    def __init__(self, symbols: dict[str, list[str]]) -> None:
        self.paths = Paths()
        self.flaws: list[Flaw] = []
        self.notices: list[Notice] = []
        self.symbols = symbols

    def ignore(self, given: _Given, why: str = "warnings.legacy_without_meaning") -> None:
        if given.value is not None:
            message = say(why, field=given.place[-1])
            self.notices.append(Notice(code=Code.LEGACY_IGNORED, path=pointer(*given.place), message=message))

    def refuse(self, code: Code, given: _Given, expected: str) -> None:
        if not isinstance(given.value, Unreadable):
            self.flaws.append(Flaw(code, given.place, given.value, expected))

    def shift(self, given: _Given) -> list[str]:
        """Symbols of an old shiftType; none where it is at fault."""
        if not isinstance(given.value, str):
            self.refuse(Code.WRONG_TYPE, given, "off, early, late or work")
            return []
        if given.value not in _ROLES:
            return [given.value]
        if not self.symbols.get(given.value):
            self.refuse(Code.MISSING_ROLE, given, "a shift type for it in shift_types")
        return self.symbols.get(given.value, [])

    def settings(self, old: dict[str, Any]) -> dict[str, Any]:
        new: dict[str, Any] = {}
        for key, value in old.items():
            place = ("settings", key)
            convert, old_only = _ROWS.get(to_snake(key), (None, None))
            if _camel(key) in _IGNORED_SETTINGS:
                self.ignore(_Given(value, place))
            elif to_snake(key) == "daily_limits" and isinstance(value, dict):
                new[key] = self.daily(value, place)
            elif convert and old_only and isinstance(value, list):
                new[key] = [
                    convert(self, row, (*place, i)) if _is_old(row, old_only) else row for i, row in enumerate(value)
                ]
            elif _camel(key) != "staffTypeLimits":
                new[key] = value
        for given in _either(old, "staffTypeLimits", ("settings",)):
            key = next((key for key in new if to_snake(key) == "daily_limits"), "dailyLimits")
            rows = new.get(key) or []
            if isinstance(rows, list):
                new[key] = [*rows, *self.by_status(given, ("settings", key), len(rows))]
        return new

    # ---- daily limits -----------------------------------------------------------------------------

    def daily(self, old: dict[str, Any], place: Path) -> list[dict[str, Any]]:
        rows = self.per_day(_Given(old, place), _PER_DAY, place, 0)
        for given in _either(old, "staffTypeLimits", place):
            rows += self.by_status(given, place, len(rows))
        return rows

    def by_status(self, given: _Given, at: Path, first: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        if not isinstance(given.value, dict) and given.value is not None:
            self.refuse(Code.WRONG_TYPE, given, "an object of statuses")
        for status, limits in given.value.items() if isinstance(given.value, dict) else ():
            one = _Given(limits, (*given.place, status))
            if isinstance(limits, dict):
                made = self.per_day(one, _PER_STATUS, at, first + len(rows))
                rows += [{**row, "scope": {"statuses": [status]}} for row in made]
            else:
                self.refuse(Code.WRONG_TYPE, one, "an object such as maxOff: 1")
        return rows

    def per_day(self, given: _Given, bounds: dict[str, tuple[str, str]], at: Path, first: int) -> list[dict[str, Any]]:
        """Rows made of {maxOffPerDay, …}; they will stand in the list `at` from index `first` on."""
        sides: dict[str, dict[str, _Given]] = {}
        others: dict[str, _Given] = {}
        for name, field in _Row(self, given.value, given.place).fields.items():
            if name in bounds and field.value is not None:
                shift, side = bounds[name]
                sides.setdefault(shift, {})[side] = field
            elif name in _DAILY_OTHERS and field.value is not None:
                others[_DAILY_OTHERS[name]] = field
            elif name in _DAILY_IGNORED:
                self.ignore(field)
            elif name not in {*bounds, *_DAILY_OTHERS, *SERVER_NAMES, "staffTypeLimits"}:
                known = "one of " + ", ".join([*bounds, *_DAILY_OTHERS])
                self.refuse(Code.UNKNOWN_FIELD, _Given(field.place[-1], field.place), known)
        rows: list[dict[str, Any]] = []
        for shift in (name for name in _SHIFTS if name in sides):
            spot, any_side = (*at, first + len(rows)), next(iter(sides[shift].values()))
            self.paths.moved(spot, given.place)
            self.paths.moved((*spot, "symbols"), any_side.place)
            row = {"symbols": self.shift(_Given(shift.lower(), any_side.place))}
            for name, field in {**sides[shift], **others}.items():
                self.paths.moved((*spot, name), field.place)
                row[name] = field.value
            rows.append(row)
        return rows

    # ---- rows -------------------------------------------------------------------------------------

    def group(self, old: dict[str, Any], place: Path) -> dict[str, Any]:
        row = _Row(self, old, place)
        row.ignore("createdBy")
        return row.new()

    def backup(self, old: dict[str, Any], place: Path) -> dict[str, Any]:
        row = _Row(self, old, place)
        row.ignore("createdBy")
        row.rename("priority", "priorityOrder")
        return row.new()

    def limit(self, old: dict[str, Any], place: Path) -> dict[str, Any]:
        row = _Row(self, old, place)
        row.ignore(*_IGNORED)
        for old_name, name in _RENAMED.items():
            row.rename(old_name, name)
        daily, monthly = (to_snake(str(place[1])) == name for name in ("daily_limits", "monthly_limits"))
        days = None if daily else row.take("daysOfWeek")
        if days and not (isinstance(days.value, list) and len(days.value) in (0, len(WEEKDAYS))):
            self.ignore(days)
        exclude = row.take("excludeCalendarRules")
        if exclude and daily:
            if exclude.value is not True:
                self.ignore(exclude)
        elif exclude:
            include = not exclude.value if isinstance(exclude.value, bool) else exclude.value
            row.put("includeCalendar", include, exclude.place)
        self.limit_scope(row)
        self.limit_shift(row, monthly=monthly)
        return row.new()

    def limit_scope(self, row: _Row) -> None:
        targets = row.take("targetIds")
        scope = row.fields.get("scope")
        if scope is not None and isinstance(scope.value, str):
            row.take("scope")
            if scope.value in _SCOPES:
                place = targets.place if targets else scope.place
                row.put("scope", {_SCOPES[scope.value]: targets.value if targets else []}, scope.place)
                self.paths.moved((*row.place, "scope", _SCOPES[scope.value]), place)
                return
            if scope.value != "all":
                self.refuse(Code.BAD_VALUE, scope, "all, " + ", ".join(_SCOPES))
        if targets and targets.value != []:
            self.ignore(targets)

    def limit_shift(self, row: _Row, *, monthly: bool) -> None:
        shift, kind, half_days = row.take("shiftType"), row.take("limitType"), row.take("countHalfDays")
        if kind:
            if not isinstance(kind.value, str) or kind.value not in _LIMIT_TYPES:
                self.refuse(Code.BAD_VALUE, kind, "one of " + ", ".join(_LIMIT_TYPES))
            elif shift is None:
                shift = kind._replace(value=_LIMIT_TYPES[kind.value])
            elif shift.value != _LIMIT_TYPES[kind.value]:
                self.ignore(kind, "warnings.legacy_not_shift_type")
        if "symbols" in row.fields or "measure" in row.fields:
            if shift:
                self.refuse(Code.FIELD_TWICE, shift, "only one of symbols and shiftType")
            return
        given = shift or _Given("off", row.place)
        bounds = [row.fields[side].value for side in ("min", "max") if side in row.fields]
        halves = any(isinstance(bound, float) and bound % 1 for bound in bounds)
        if monthly and given.value == "off" and (halves or (half_days and half_days.value is True)):
            row.put("measure", "off_equivalent", given.place)
        else:
            row.put("symbols", self.shift(given) or given.value, given.place)

    def rule(self, old: dict[str, Any], place: Path) -> dict[str, Any]:
        row = _Row(self, old, place)
        row.ignore(*_IGNORED)
        for old_name in ("isHardConstraint", "penaltyWeight"):
            row.rename(old_name, _RENAMED[old_name])
        self.rule_staff(row)
        kind = row.take("ruleType")
        rule_type = kind.value if kind else None
        if kind and isinstance(rule_type, str):
            row.put("ruleType", _RULE_TYPES.get(rule_type, rule_type), kind.place)
        elif kind:
            row.put("ruleType", rule_type, kind.place)
        shift = row.take("shiftType")
        if rule_type == "required_off":
            if shift and shift.value != "off":
                self.ignore(shift, "warnings.legacy_not_required_off")
            shift = _Given("off", kind.place if kind else place)
        self.rule_shift(row, shift)
        return row.new()

    def rule_staff(self, row: _Row) -> None:
        """Make staffId a list; an old rule that names nobody is about nobody."""
        one, many = row.fields.pop("staffId", None), row.fields.get("staffIds")
        if one is None and (many is None or many.value is not None):
            return
        if many is None or not many.value:
            named = [one.value] if one is not None and one.value is not None else []
            row.put("staffIds", named, (one or many or _Given(None, row.place)).place)
        elif one is not None and one.value is not None and not (isinstance(many.value, list) and one.value in many.value):
            self.refuse(Code.FIELD_TWICE, one, "one of staffIds, or only one of the two")

    def rule_shift(self, row: _Row, given: _Given | None) -> None:
        """Say shiftType and allowedShifts as one symbol and its exceptions.

        Not to stand on several symbols (work) is said the other way round: to stand on any of the others.
        """
        symbols: list[str] = []
        exceptions: dict[str, Path] = {}
        if given and "shift" in row.fields:
            self.refuse(Code.FIELD_TWICE, given, "only one of shift and shiftType")
        elif given:
            symbols = self.wanted(row, given)
            row.put("shift", symbols[0] if symbols else given.value, given.place)
            exceptions = dict.fromkeys(symbols[1:], given.place)
        for each in self.allowed(row):
            exceptions |= {symbol: each.place for symbol in self.shift(each) if symbol not in symbols}
        if exceptions and "exceptSymbols" not in row.fields:
            row.put("exceptSymbols", list(exceptions), row.place)
            for at, place in enumerate(exceptions.values()):
                self.paths.moved((*row.place, "exceptSymbols", at), place)

    def wanted(self, row: _Row, given: _Given) -> list[str]:
        symbols, kind = self.shift(given), row.fields.get("ruleType")
        if len(symbols) > 1 and kind and isinstance(kind.value, str) and kind.value in _OPPOSITE:
            row.put("ruleType", _OPPOSITE[kind.value], kind.place)
            symbols = [symbol for symbol in self.symbols.get("any", []) if symbol not in symbols]
            if not symbols:
                self.refuse(Code.MISSING_ROLE, given, "a shift type besides it in shift_types")
        return symbols

    def allowed(self, row: _Row) -> list[_Given]:
        given = row.take("allowedShifts")
        if given is None or isinstance(given.value, list):
            return [_Given(one, (*given.place, i)) for i, one in enumerate(given.value)] if given else []
        self.refuse(Code.WRONG_TYPE, given, "a list of off, early, late or work")
        return []


class _Row:
    """An old row on its way: its fields, those of the object inside it too, under their camelCase names."""

    def __init__(self, legacy: _Legacy, old: dict[str, Any], place: Path) -> None:
        self.legacy = legacy
        self.place = place
        self.fields: dict[str, _Given] = {}
        for key, value in old.items():
            if _camel(key) in self.fields:
                legacy.refuse(
                    Code.FIELD_TWICE, _Given(key, (*place, key)), f"only one of {_camel(key)} and its other spelling"
                )
            elif _camel(key) not in _NESTED:
                self.fields[_camel(key)] = _Given(value, (*place, key))
        for name in _NESTED:
            for given in _either(old, name, place):
                self._repeated(given)

    def _repeated(self, inner: _Given) -> None:
        if not isinstance(inner.value, dict):
            if inner.value is not None:
                self.legacy.refuse(Code.WRONG_TYPE, inner, "an object")
            return
        for key, value in inner.value.items():
            name = "ruleType" if key == "type" else _camel(key)
            given, outer = _Given(value, (*inner.place, key)), self.fields.get(name)
            if outer is None or outer.value is None:
                self.fields[name] = given
            elif outer.value != value:
                self.legacy.ignore(given, "warnings.legacy_not_its_row")

    def take(self, name: str) -> _Given | None:
        """Remove a field; None where it is absent or null."""
        given = self.fields.pop(name, None)
        return given if given is not None and given.value is not None else None

    def put(self, name: str, value: Any, place: Path) -> None:
        self.fields[name] = _Given(value, place)

    def rename(self, old: str, new: str) -> None:
        given = self.take(old)
        if given and new in self.fields:
            self.legacy.refuse(Code.FIELD_TWICE, given, f"only one of {new} and {old}")
        elif given:
            self.fields[new] = given

    def ignore(self, *names: str) -> None:
        for name in names:
            given = self.take(name)
            if given:
                self.legacy.ignore(given)

    def new(self) -> dict[str, Any]:
        for name, given in self.fields.items():
            if given.place != (*self.place, name):
                self.legacy.paths.moved((*self.place, name), given.place)
        return {name: given.value for name, given in self.fields.items()}


_ROWS: dict[str, tuple[Callable[[_Legacy, dict[str, Any], Path], dict[str, Any]], set[str]]] = {
    "staff_groups": (_Legacy.group, _OLD_GROUP),
    "backup_assignments": (_Legacy.backup, _OLD_BACKUP),
    "daily_limits": (_Legacy.limit, _OLD_LIMIT),
    "weekly_limits": (_Legacy.limit, _OLD_LIMIT),
    "monthly_limits": (_Legacy.limit, _OLD_LIMIT),
    "priority_rules": (_Legacy.rule, _OLD_RULE),
}


def _is_old(row: Any, old_only: set[str]) -> bool:
    return isinstance(row, dict) and (isinstance(row.get("scope"), str) or any(_camel(key) in old_only for key in row))


def _camel(key: str) -> str:
    """Camel-case spelling of a field; other keys as they are."""
    camel = to_camel(key) if "_" in key else key
    return camel if camel in _SPELT else key


_SPELT = {*_KNOWN, *_IGNORED_SETTINGS, *_PER_DAY, *_PER_STATUS, *_DAILY_OTHERS, *_DAILY_IGNORED, "staffTypeLimits"}


def _either(old: dict[str, Any], name: str, place: Path) -> list[_Given]:
    """Find a field under either spelling."""
    return [_Given(value, (*place, key)) for key, value in old.items() if _camel(key) == name]


def _symbols_by_role(settings: Any) -> dict[str, list[str]]:
    """Symbols of the request's shift types by role; those of kind work as `work`, all of them as `any`."""
    rows = settings.get("shift_types", settings.get("shiftTypes")) if isinstance(settings, dict) else None
    types = rows if isinstance(rows, list) else [shift.model_dump() for shift in DEFAULT_SHIFT_TYPES]
    found: dict[str, list[str]] = {}
    for shift in types:
        if isinstance(shift, dict) and isinstance(shift.get("symbol"), str):
            found.setdefault("any", []).append(shift["symbol"])
            if isinstance(shift.get("role"), str) and shift["role"] not in ("any", "work"):
                found.setdefault(shift["role"], []).append(shift["symbol"])
            if shift.get("kind") == "work":
                found.setdefault("work", []).append(shift["symbol"])
    return found
