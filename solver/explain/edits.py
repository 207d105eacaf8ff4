"""Edits: single changes of a problem that may break a conflict, each a JSON Patch with a price and a sentence.

For every hard fact there is something a manager can do: free a filled-in cell, raise a limit by one, withdraw a request,
extend an assignment, name another backup, … and, dear, turn the rule into a wish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, cast

from solver.domain.base import pointer
from solver.domain.conflict import ConflictFact
from solver.domain.fact import Fact
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.wording import duration

PRICES: Final[Mapping[str, int]] = {
    "prefilled": 20,  # a filled-in cell is freed
    "request": 10,  # withdrawn
    "priority_rule": 30,  # withdrawn
    "daily_limit": 30,  # a person more or fewer
    "weekly_limit": 30,  # a day
    "monthly_limit": 30,  # a day; a half day costs half, 30 minutes a quarter
    "demand": 40,  # a person
    "group_conflict": 40,  # a person
    "stretch": 40,  # a day
    "weekend": 30,  # a weekend
    "rest_time": 60,  # 30 minutes
    "stability": 10,  # a change
    "assignment": 40,  # an existing assignment is activated, or effective longer
    "new_backup": 60,  # somebody becomes a backup of the group
    "backup_coverage": 150,  # "require_backup" is dropped, "strict" becomes "available", a backup covers one group more
    "calendar": 200,  # a day is ordinary again
    "employment": 300,  # somebody comes earlier or stays longer
    "soften": 500,  # a hard rule becomes a wish
}
"""What each kind of change costs, each unit of it; a repair costs the sum. Small is what people do gladly."""

MOST_NEW_BACKUPS = 5  # people proposed for one group and day
REST_STEP = 30  # minutes
MINUTES_STEP = 30
MOST_STEPS = 1000  # a maximum rises
_BOUND_FIELDS: Final = {
    "daily_limit": ("min", "max"),
    "weekly_limit": ("min", "max"),
    "monthly_limit": ("min", "max"),
    "demand": ("min", "max"),
    "stretch": ("min", "max"),
    "weekend": ("max_working",),
    "group_conflict": ("max",),
    "stability": ("max_changes",),
}
_STRUCTURAL: Final = ("prefilled", "calendar", "employment", "on_call")


Side = Literal["min", "max"]
Gap = Callable[[Side, int], int | None]
"""(side, size of a unit in the sum) → units a bound has to give way for a conflict to be broken; None: it cannot be so."""


class Easing(NamedTuple):
    """What an edit does to the facts of the problem it is made for, at most: those it `touches` are gone, or wider.

    `pure`: the patched problem demands nothing that the original does not.
    """

    touches: Callable[[Fact], bool]
    pure: bool = True


class Edit(NamedTuple):
    """A change of the place `target` of the canonical problem. Of two of one target the greater `level` goes farther.

    `easing` None: what it does to other facts shows only in the patched problem.
    """

    target: str
    level: int
    price: int
    patch: tuple[dict[str, Any], ...]
    message: str
    easing: Easing | None
    freed: tuple[str, str, date] | None = None
    """(staff, symbol, date) of a cell that it frees."""
    new_backup: bool = False


class Bound(NamedTuple):
    """A minimum that may fall, or a maximum that may rise, by at most so many steps of one `price`.

    `unit`: what a step is in the sum that the bound limits; `edit` makes the change of so many steps.
    """

    target: str
    side: Side
    unit: int
    price: int
    most: int
    edit: Callable[[int], Edit]


class Editor:
    """Makes the edits of one problem.

    Parameters
    ----------
    problem
        The original.
    prices
        What each kind of change costs, as `PRICES`.
    """

    def __init__(self, problem: Problem, prices: Mapping[str, int] = PRICES) -> None:
        self._problem, self._prices = problem, prices
        self._document = problem.canonical()

    def edits_of(self, fact: ConflictFact, levels: Mapping[str, int], gap: Gap) -> list[Edit]:
        """What may break a conflict with this fact, beyond the edits that are applied already (target → level).

        `gap` tells how many units a bound of it has to give way.
        """
        made = self.single_edits(fact, levels)
        for bound in self.bounds_of(fact):
            needed = gap(bound.side, bound.unit)
            if needed is not None and levels.get(bound.target, 0) + needed <= bound.most:
                made.append(bound.edit(levels.get(bound.target, 0) + needed))
        return made

    def single_edits(self, fact: ConflictFact, levels: Mapping[str, int]) -> list[Edit]:
        """Those that change no bound."""
        makers = {
            "prefilled": self._unpin,
            "calendar": self._reopen,
            "employment": self._employ,
            "request": self._withdraw,
            "priority_rule": self._withdraw,
            "rest_time": self._rest,
            "backup_coverage": self._cover,
        }
        made = list(makers[fact.rule](fact, levels)) if fact.rule in makers else []
        if fact.rule not in _STRUCTURAL:
            made += self._soften(fact)
        return [edit for edit in made if edit.level > levels.get(edit.target, 0)]

    def bounds_of(self, fact: ConflictFact) -> list[Bound]:
        """The bounds of a fact that may give way."""
        return [bound for field in _BOUND_FIELDS.get(fact.rule, ()) if (bound := self._bound(fact, field)) is not None]

    # ---- what is fixed --------------------------------------------------------------------------

    def _unpin(self, fact: ConflictFact, _: Mapping[str, int]) -> Iterator[Edit]:
        (staff,), (day,) = fact.staff_ids, fact.dates
        symbol = self._problem.pinned(staff, day)
        if symbol is not None:
            message = say("explain.unpin", date=day, name=self._problem.label(staff), symbol=symbol)
            # The calendar says what a cell holds that nobody fixed.
            easing = _at(fact.path)._replace(pure=self._problem.day_rule(day) is None)
            edit = self._once("prefilled", _remove(fact.path), message, easing)
            yield edit._replace(freed=(staff, symbol, day))

    def _reopen(self, fact: ConflictFact, _: Mapping[str, int]) -> Iterator[Edit]:
        (day,) = fact.dates
        if day in self._problem.settings.calendar:
            yield self._once("calendar", _remove(fact.path), say("explain.reopen", date=day))
        else:
            patch = _replace(fact.path + "/rule", "none")
            yield self._once("calendar", patch, say("explain.holidays_open"))

    def _employ(self, fact: ConflictFact, _: Mapping[str, int]) -> Iterator[Edit]:
        (staff,), (day,) = fact.staff_ids, fact.dates
        person = self._problem.staff_by_id[staff]
        late = person.employed_until is not None and day > person.employed_until
        edge = person.employed_until if late else person.employed_from
        if edge is not None:
            message = say("explain.stays" if late else "explain.comes", name=person.label, date=day)
            path = fact.path + ("/employed_until" if late else "/employed_from")
            yield self._to_date("employment", path, edge, day, message)

    # ---- rules ----------------------------------------------------------------------------------

    def _withdraw(self, fact: ConflictFact, _: Mapping[str, int]) -> Iterator[Edit]:
        message = say("explain.withdraw", what=self._entry(fact))
        yield self._once(fact.rule, _replace(fact.path + "/is_active", False), message, self._entry_easing(fact))

    def _rest(self, fact: ConflictFact, levels: Mapping[str, int]) -> Iterator[Edit]:
        path = fact.path + "/minutes"
        level = levels.get(path, 0) + 1
        minutes = self._at(path) - REST_STEP * level
        if minutes >= 1:
            message = say("explain.rest", least=duration(minutes), before=duration(self._at(path)))
            price = self._prices["rest_time"] * level
            yield Edit(path, level, price, (_replace(path, minutes),), message, _at(fact.path))

    def _bound(self, fact: ConflictFact, field: str) -> Bound | None:
        path = f"{fact.path}/{field}"
        before = self._at(path)
        if before is None or (fact.rule == "stability" and fact.staff_ids):
            return None
        step, price = self._step(fact)
        side: Side = "min" if field == "min" else "max"
        most = int((before - (1 if fact.rule == "stretch" else 0)) / step) if side == "min" else MOST_STEPS

        def edit(level: int) -> Edit:
            value = before - step * level if side == "min" else before + step * level
            value = int(value) if value == int(value) else value
            if fact.rule == "stability":
                message = say("explain.more_changes", value=value, before=before)
            elif fact.rule == "group_conflict":
                message = self._more_of_a_group(fact, value, before)
            else:
                sentence = "explain.lower" if side == "min" else "explain.raise"
                message = say(sentence, what=self._entry(fact), value=value, before=before)
            return Edit(path, level, price * level, (_replace(path, value),), message, _at(fact.path))

        return Bound(path, side, int(step) or 1, price, most, edit)

    def _more_of_a_group(self, fact: ConflictFact, value: int | float, before: int) -> str:
        symbols = "/".join(self._at(fact.path)["symbols"])
        if "/staff_groups/" not in fact.path:
            return say("explain.raise_of_each_group", symbols=symbols, value=value, before=before)
        group = self._problem.group_by_id[fact.group_id or ""].label
        return say("explain.raise_of_group", group=group, symbols=symbols, value=value, before=before)

    def _step(self, fact: ConflictFact) -> tuple[float, int]:
        """The unit a bound is changed by, and its price."""
        price = self._prices[fact.rule]
        if fact.rule == "monthly_limit":
            measure = self._at(fact.path)["measure"]
            if measure == "off_equivalent":
                return 0.5, -(-price // 2)
            if measure == "minutes":
                return MINUTES_STEP, -(-price // 4)
        return 1, price

    def _soften(self, fact: ConflictFact) -> Iterator[Edit]:
        path = "/settings/backup_coverage" if fact.rule == "backup_coverage" else fact.path
        holder = self._at(path)
        if isinstance(holder, dict) and holder.get("hard") is True:
            message = say("explain.soften", what=self._entry(fact))
            yield self._once("soften", _replace(path + "/hard", False), message, self._entry_easing(fact))

    # ---- coverage -------------------------------------------------------------------------------

    def _cover(self, fact: ConflictFact, levels: Mapping[str, int]) -> Iterator[Edit]:
        problem, (day,) = self._problem, fact.dates
        group = problem.group_by_id[fact.group_id or ""]
        for i, row in enumerate(problem.settings.backup_assignments):
            if row.group_id != group.id or not problem.employed(row.staff_id, day):
                continue
            path, name = pointer("settings", "backup_assignments", i), problem.label(row.staff_id)
            easing = self._cover_easing(path, group.id)
            if not row.is_active and row.effective_on(day):
                message = say("explain.activate", name=name, group=group.label)
                yield self._once("assignment", _replace(path + "/is_active", True), message, easing)
            elif row.is_active and row.effective_until is not None and row.effective_until < day:
                message = say("explain.until", name=name, group=group.label, date=day)
                until, edge = path + "/effective_until", row.effective_until
                yield self._to_date("assignment", until, edge, day, message, easing)
            elif row.is_active and row.effective_from is not None and row.effective_from > day:
                message = say("explain.since", name=name, group=group.label, date=day)
                since, edge = path + "/effective_from", row.effective_from
                yield self._to_date("assignment", since, edge, day, message, easing)
            elif row.is_active and not problem.may_stand_normal(row.staff_id, day):
                yield from self._let_stand_normal(row.staff_id, day, levels)
        yield from self._new_backups(fact, day)
        # A day that another edit opens is closed in the original, where nobody is eligible.
        if group.require_backup and (problem.closed(day) or not problem.eligible(group.id, day)):
            message = say("explain.no_backup_needed", group=group.label)
            yield self._once("backup_coverage", _replace(fact.path + "/require_backup", False), message)
        yield from self._coverage_settings(levels)

    def _let_stand_normal(self, staff: str, day: date, levels: Mapping[str, int]) -> Iterator[Edit]:
        """Ease what never lets a backup stand on ○ that day."""
        problem, settings = self._problem, self._problem.settings

        def entry(rule: str, field: str, i: int) -> ConflictFact:
            path = pointer("settings", field, i)
            return ConflictFact(rule=rule, staff_ids=(staff,), group_id=None, dates=(day,), path=path, message="")

        for i, allowed in enumerate(settings.allowed_shifts):
            if allowed.is_active and problem.normal not in allowed.symbols and staff in problem.in_scope(allowed.scope):
                yield from self._soften(entry("shift_allowed", "allowed_shifts", i))
        for i, row in enumerate(settings.priority_rules):
            blocks = row.rule_type == "blocked_shift" and row.shift == problem.normal
            if row.is_active and row.hard and blocks and staff in problem.rule_staff(row) and problem.matches(row, day):
                yield from self._withdraw(entry("priority_rule", "priority_rules", i), levels)
                yield from self._soften(entry("priority_rule", "priority_rules", i))

    def _new_backups(self, fact: ConflictFact, day: date) -> Iterator[Edit]:
        """People who are no backup of the group yet and could stand on ○ that day, the free ones first."""
        problem, group = self._problem, self._problem.group_by_id[fact.group_id or ""]
        rows = problem.settings.backup_assignments
        taken = {a.staff_id for a in rows if a.group_id == group.id} | set(group.members)
        able = [
            person
            for person in problem.staff
            if person.id not in taken
            and problem.employed(person.id, day)
            and problem.may_stand_normal(person.id, day)
            and problem.pinned(person.id, day) in (None, problem.normal)
        ]
        able.sort(key=lambda person: any(person.id in other.members for other in problem.groups))
        order = max((a.priority_order for a in rows if a.group_id == group.id), default=0) + 1
        ids = {a.id for a in rows}
        for person in able[:MOST_NEW_BACKUPS]:
            name = f"{person.id}@{group.id}"
            while name in ids:
                name += "+"
            row = {
                "id": name[:200],
                "staff_id": person.id,
                "group_id": group.id,
                "assignment_type": "on_call" if person.id in problem.on_call else "regular",
                "priority_order": order,
            }
            add = {"op": "add", "path": "/settings/backup_assignments/-", "value": row}
            message = say("explain.new_backup", name=person.label, group=group.label)
            target = pointer("settings", "backup_assignments", name)
            easing = self._cover_easing(target, group.id)
            yield Edit(target, 1, self._prices["new_backup"], (add,), message, easing, new_backup=True)

    def _entry_easing(self, fact: ConflictFact) -> Easing | None:
        """What goes with an entry of the settings, or a whole rule, that is hard no longer."""
        if fact.rule == "backup_coverage":
            return Easing(lambda other: other.rule == "backup_coverage")
        entry, normal = self._at(fact.path), self._problem.normal
        barred = (
            normal not in entry["symbols"]
            if fact.rule == "shift_allowed"
            else fact.rule == "priority_rule" and entry["rule_type"] == "blocked_shift" and entry["shift"] == normal
        )
        # Who may never stand on ○ is no eligible backup.
        return self._cover_easing(fact.path) if barred else _at(fact.path)

    def _cover_easing(self, path: str, group: str | None = None) -> Easing | None:
        """What may go where another person may cover a group (None: any): coverage, and what depends on who covers."""
        settings = self._problem.settings.backup_coverage
        if settings is None or settings.covers_per_day is not None:  # then groups share their backups
            return None
        return Easing(
            lambda fact: (
                fact.path == path
                or fact.rule in ("fairness", "on_call")
                or (fact.rule == "backup_coverage" and group in (None, fact.group_id))
            ),
            pure=False,
        )

    def _coverage_settings(self, levels: Mapping[str, int]) -> Iterator[Edit]:
        settings, path = self._problem.settings.backup_coverage, "/settings/backup_coverage"
        if settings is None:
            return
        if settings.priority == "strict":
            message = say("explain.available")
            yield self._once("backup_coverage", _replace(path + "/priority", "available"), message)
        if settings.covers_per_day is not None:
            target = path + "/covers_per_day"
            level = levels.get(target, 0) + 1
            most = settings.covers_per_day + level
            message = say("explain.covers_per_day", value=most)
            yield Edit(target, level, self._prices["backup_coverage"] * level, (_replace(target, most),), message, None)

    # ---- small things ---------------------------------------------------------------------------

    def _at(self, path: str) -> Any:
        """The value at a place of the canonical problem; None where there is none."""
        found: Any = self._document
        for part in path.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list):
                found = found[int(key)] if int(key) < len(found) else None
            else:
                found = (found or {}).get(key)
        return found

    def _entry(self, fact: ConflictFact) -> str:
        """What to call the entry of the settings that a fact comes from."""
        entry = self._at(fact.path)
        symbols = "/".join(self._symbols(_symbols_of(entry, self._problem))) if isinstance(entry, dict) else ""
        if fact.rule == "group_conflict" and "/staff_groups/" in fact.path:
            return say(
                "explain.group_conflict_of", symbols=symbols, group=self._problem.group_by_id[fact.group_id or ""].label
            )
        if fact.rule == "request":
            (staff,), (day,) = fact.staff_ids, fact.dates
            name = self._problem.label(staff)
            wish = "explain.request" if entry["want"] else "explain.request_unwanted"
            return say(wish, name=name, date=day, symbol=entry["symbol"])
        last = fact.path.rpartition("/")[2]
        name = say(f"explain.{fact.rule}", symbols=symbols or say("explain.any_shift"))
        return say("explain.numbered", name=name, number=int(last) + 1) if last.isdecimal() and self._several(fact) else name

    def _several(self, fact: ConflictFact) -> bool:
        """Whether the list that the fact's entry stands in has others beside it."""
        listed = self._at(fact.path.rpartition("/")[0])
        return isinstance(listed, list) and len(listed) > 1 and fact.rule != "backup_coverage"

    def _symbols(self, symbols: Sequence[str | list[str]]) -> Iterator[str]:
        for symbol in symbols:
            yield symbol if isinstance(symbol, str) else "/".join(symbol)

    def _once(self, kind: str, operation: dict[str, Any], message: str, easing: Easing | None = None) -> Edit:
        return Edit(operation["path"], 1, self._prices[kind], (operation,), message, easing)

    def _to_date(self, kind: str, path: str, edge: date, day: date, message: str, easing: Easing | None = None) -> Edit:
        """A date moved to another; the farther, the greater the level, at one price."""
        return Edit(path, abs((day - edge).days), self._prices[kind], (_replace(path, day.isoformat()),), message, easing)


def _symbols_of(entry: Mapping[str, Any], problem: Problem) -> Sequence[str | list[str]]:
    """What an entry is about: its symbols, those of its kind, or what its measure counts."""
    if entry.get("symbols") is not None:
        return cast(list[str | list[str]], entry["symbols"])
    if entry.get("shift") is not None:
        return [entry["shift"]]
    if entry.get("kind") is not None:
        return problem.of_kind(entry["kind"])
    measures = {"off_equivalent": "explain.days_off", "minutes": "explain.minutes"}
    return [say(measures[entry["measure"]])] if entry.get("measure") in measures else []


def _at(path: str) -> Easing:
    """The facts of one place are gone."""
    return Easing(lambda fact: fact.path == path)


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _remove(path: str) -> dict[str, Any]:
    return {"op": "remove", "path": path}
