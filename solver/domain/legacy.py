"""The settings object of the old browser client, translated; what has no meaning here is named in a warning.

Old forms: `dailyLimits` as one object; limit rows with `minCount`, `maxCount`, `scope: "individual"`, `targetIds`, …;
priority rules with `staffId`, `shiftType: "off"`, `ruleDefinition`, …  A row with any old-only field is read as old.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from solver.domain.base import pointer
from solver.domain.codes import Code
from solver.domain.document import Path, Paths
from solver.domain.fault import Fault, Notice
from solver.domain.shift import DEFAULT_SHIFT_TYPES

_IGNORED_SETTINGS = ("mlParameters", "ml_parameters", "version", "migratedFromVersion", "lastModified")
_IGNORED_IN_ROWS = (
    "name", "description", "priorityLevel", "preferenceStrength", "constraintType", "targetType", "metadata", "createdBy",
)  # fmt: skip
_OLD_LIMIT = {"minCount", "maxCount", "targetIds", "isHardConstraint", "penaltyWeight", "shiftType", "excludeCalendarRules"}
_OLD_RULE = {"staffId", "shiftType", "isHardConstraint", "penaltyWeight", "allowedShifts", "ruleDefinition", "priorityLevel"}
_OLD_DAILY = {f"{side}{shift}PerDay" for side in ("min", "max") for shift in ("Off", "Early", "Late")}
_SCOPES = {"staff_status": "statuses", "individual": "staff_ids", "staff_group": "group_ids"}
_RULE_TYPES = {
    "preferred_shift": "preferred_shift",
    "prefer_shift": "preferred_shift",
    "avoided_shift": "avoided_shift",
    "avoid_shift": "avoided_shift",
    "avoid_shift_with_exceptions": "avoided_shift",
    "required_shift": "required_shift",
    "required_off": "required_shift",
    "blocked_shift": "blocked_shift",
}


class Translated(NamedTuple):
    """A request without old forms, and what happened on the way."""

    document: dict[str, Any]
    paths: Paths
    faults: list[Fault]
    notices: list[Notice]


def from_legacy(raw: dict[str, Any]) -> Translated:
    """Rewrite the old forms inside `settings`; a request without them comes back as it is."""
    legacy = _Legacy(raw)
    if isinstance(raw.get("settings"), dict):
        raw = {**raw, "settings": legacy.settings(raw["settings"])}
    return Translated(raw, legacy.paths, legacy.faults, legacy.notices)


class _Legacy:
    def __init__(self, raw: dict[str, Any]) -> None:
        self.paths = Paths()
        self.faults: list[Fault] = []
        self.notices: list[Notice] = []
        self.symbols = _symbols_by_role(raw.get("settings"))

    def settings(self, old: dict[str, Any]) -> dict[str, Any]:
        new = dict(old)
        for key in _IGNORED_SETTINGS:
            if key in new:
                self.ignored(("settings", key))
                del new[key]
        for key in ("dailyLimits", "daily_limits"):
            if isinstance(old.get(key), dict):
                new[key] = self.daily(old[key], ("settings", key))
        for name, convert, old_only in (
            ("dailyLimits", self.limit, _OLD_LIMIT),
            ("weeklyLimits", self.limit, _OLD_LIMIT),
            ("monthlyLimits", self.limit, _OLD_LIMIT),
            ("priorityRules", self.rule, _OLD_RULE),
        ):
            for key in (name, _snake(name)):
                if isinstance(new.get(key), list) and isinstance(old[key], list):
                    new[key] = [
                        convert(row, ("settings", key, i)) if self.is_old(row, old_only) else row
                        for i, row in enumerate(old[key])
                    ]
        return new

    @staticmethod
    def is_old(row: Any, old_only: set[str]) -> bool:
        return isinstance(row, dict) and (bool(old_only & row.keys()) or isinstance(row.get("scope"), str))

    def ignored(self, path: Path) -> None:
        message = f"{path[-1]} has no meaning here and was left out"
        self.notices.append(Notice(code=Code.LEGACY_IGNORED, path=pointer(*path), message=message))

    def move(self, row: dict[str, Any], new: dict[str, Any], old_name: str, name: str, path: Path) -> None:
        """Carry one field over under its new name."""
        if old_name in row:
            if name in row:
                self.faults.append(
                    Fault(Code.FIELD_TWICE, pointer(*path, old_name), old_name, f"only one of {name} and {old_name}")
                )
            new.pop(old_name, None)
            new[name] = row[old_name]
            self.paths.moved((*path, name), (*path, old_name))

    def shift(self, value: Any, path: Path) -> list[str]:
        """The symbols of an old shiftType: off, early, late, work, or a symbol itself."""
        if not isinstance(value, str):
            self.faults.append(Fault(Code.WRONG_TYPE, pointer(*path), value, "off, early, late or work"))
            return []
        if value in ("off", "early", "late", "work", "normal", "away"):
            if not self.symbols.get(value):
                self.faults.append(Fault(Code.MISSING_ROLE, pointer(*path), value, "a shift type for it in shift_types"))
            return self.symbols.get(value, [])
        return [value]

    # ---- limits -----------------------------------------------------------------------------------

    def daily(self, old: dict[str, Any], path: Path) -> list[dict[str, Any]]:
        """{maxOffPerDay, …} as up to three daily limits."""
        rows: list[dict[str, Any]] = []
        for shift in ("Off", "Early", "Late"):
            names = {side: f"{side}{shift}PerDay" for side in ("min", "max") if old.get(f"{side}{shift}PerDay") is not None}
            if not names:
                continue
            place = (*path, len(rows))
            row: dict[str, Any] = {"symbols": self.shift(shift.lower(), (*path, next(iter(names.values()))))}
            for side, name in names.items():
                row[side] = old[name]
                self.paths.moved((*place, side), (*path, name))
            for old_name, name in (("enabled", "is_active"), ("isHardConstraint", "hard"), ("penaltyWeight", "weight")):
                if old_name in old:
                    row[name] = old[old_name]
                    self.paths.moved((*place, name), (*path, old_name))
            self.paths.moved(place, path)
            if row["symbols"]:
                rows.append(row)
        for key in old:
            if key in _IGNORED_IN_ROWS:
                self.ignored((*path, key))
            elif key not in _OLD_DAILY | {"enabled", "isHardConstraint", "penaltyWeight", "id"}:
                self.faults.append(
                    Fault(Code.UNKNOWN_FIELD, pointer(*path, key), key, "one of " + ", ".join(sorted(_OLD_DAILY)))
                )
        return rows

    def limit(self, row: dict[str, Any], path: Path) -> dict[str, Any]:
        new = self.without_ignored(row, path)
        for old_name, name in (
            ("minCount", "min"),
            ("maxCount", "max"),
            ("isHardConstraint", "hard"),
            ("penaltyWeight", "weight"),
        ):
            self.move(row, new, old_name, name, path)
        if "excludeCalendarRules" in row:
            exclude = new.pop("excludeCalendarRules")
            new["include_calendar"] = not exclude if isinstance(exclude, bool) else exclude
            self.paths.moved((*path, "include_calendar"), (*path, "excludeCalendarRules"))
        self.scope(row, new, path)
        if path[1] in ("dailyLimits", "daily_limits"):
            new.pop("include_calendar", None)
        halves = any(isinstance(new.get(side), float) and new[side] % 1 for side in ("min", "max"))
        if "shiftType" in row or "symbols" not in row:
            shift = new.pop("shiftType", None) or "off"
            if path[1] in ("monthlyLimits", "monthly_limits") and halves and shift == "off":
                new["measure"] = "off_equivalent"  # halves mean something only where △ counts as half a day off
            else:
                new["symbols"] = self.shift(shift, (*path, "shiftType"))
                self.paths.moved((*path, "symbols"), (*path, "shiftType"))
        return new

    def scope(self, row: dict[str, Any], new: dict[str, Any], path: Path) -> None:
        if not isinstance(row.get("scope"), str):
            new.pop("targetIds", None)
            if row.get("targetIds"):
                self.ignored((*path, "targetIds"))
            return
        targets = new.pop("targetIds", None)
        name = new.pop("scope")
        if name in _SCOPES:
            new["scope"] = {_SCOPES[name]: targets if targets is not None else []}
            self.paths.moved((*path, "scope", _SCOPES[name]), (*path, "targetIds"))
        elif name != "all":
            self.faults.append(Fault(Code.BAD_VALUE, pointer(*path, "scope"), name, "all, " + ", ".join(_SCOPES)))

    def without_ignored(self, row: dict[str, Any], path: Path) -> dict[str, Any]:
        for key in _IGNORED_IN_ROWS:
            if key in row:
                self.ignored((*path, key))
        return {key: value for key, value in row.items() if key not in _IGNORED_IN_ROWS}

    # ---- priority rules ---------------------------------------------------------------------------

    def rule(self, row: dict[str, Any], path: Path) -> dict[str, Any]:
        inner = row.get("ruleDefinition")
        if isinstance(inner, dict):
            for key in inner:
                self.paths.moved((*path, key), (*path, "ruleDefinition", key))
            row = {**inner, **{key: value for key, value in row.items() if key != "ruleDefinition"}}
        new = self.without_ignored(row, path)
        for old_name, name in (("isHardConstraint", "hard"), ("penaltyWeight", "weight")):
            self.move(row, new, old_name, name, path)
        if "staffId" in row:
            staff = new.pop("staffId")
            if not row.get("staffIds") and not row.get("staff_ids"):
                new.pop("staffIds", None)
                new["staff_ids"] = [staff] if staff is not None else []
                self.paths.moved((*path, "staff_ids"), (*path, "staffId"))
                self.paths.moved((*path, "staff_ids", 0), (*path, "staffId"))
        kind_key = "ruleType" if "ruleType" in new else "rule_type"
        kind = new.get(kind_key)
        if kind in _RULE_TYPES:
            new[kind_key] = _RULE_TYPES[kind]
        self.rule_shift(new, path, "off" if kind == "required_off" else None)
        return new

    def rule_shift(self, new: dict[str, Any], path: Path, only: str | None) -> None:
        """shiftType → shift; `work` is any work symbol, said as one symbol and its exceptions."""
        value = new.pop("shiftType", None) or only
        exceptions = [s for one in new.pop("allowedShifts", None) or [] for s in self.shift(one, (*path, "allowedShifts"))]
        if value == "work":
            kind_key = "ruleType" if "ruleType" in new else "rule_type"
            if new.get(kind_key) in ("avoided_shift", "blocked_shift"):
                # not to work = to stand on any other symbol, so it is a wish (or order) for a day off
                new[kind_key] = {"avoided_shift": "preferred_shift", "blocked_shift": "required_shift"}[new[kind_key]]
                symbols = [*self.shift("off", (*path, "shiftType")), *self.symbols.get("rest", [])]
            else:
                symbols = self.shift("work", (*path, "shiftType"))
            exceptions = [*symbols[1:], *exceptions]
            symbols = symbols[:1]
        elif value is not None:
            symbols = self.shift(value, (*path, "shiftType"))[:1]
        else:
            symbols = []
        if symbols:
            new["shift"] = symbols[0]
            self.paths.moved((*path, "shift"), (*path, "shiftType"))
        if exceptions:
            new["except_symbols"] = list(dict.fromkeys(s for s in exceptions if s not in symbols))
            self.paths.moved((*path, "except_symbols"), (*path, "allowedShifts"))


def _symbols_by_role(settings: Any) -> dict[str, list[str]]:
    """Symbols by role, and all of kind work, and (as `rest`) all others but ×, of the request's shift types."""
    rows = (settings or {}).get("shift_types", settings.get("shiftTypes")) if isinstance(settings, dict) else None
    types = rows if isinstance(rows, list) else [shift.model_dump() for shift in DEFAULT_SHIFT_TYPES]
    found: dict[str, list[str]] = {}
    for shift in types:
        if isinstance(shift, dict) and isinstance(shift.get("symbol"), str):
            role, symbol = shift.get("role"), shift["symbol"]
            if isinstance(role, str):
                found.setdefault(role, []).append(symbol)
            if shift.get("kind") == "work":
                found.setdefault("work", []).append(symbol)
            elif role != "off":
                found.setdefault("rest", []).append(symbol)
    return found


def _snake(name: str) -> str:
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)
