"""How much room the rules leave, by counting: what a cell may hold, what a day takes, what a person may have.

Every number bounds all schedules that keep the entries looked at, so a demand beyond it can never be met. Sequences,
stretches, rest times and cover are not looked at: they only leave less room.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple, TypeVar

from solver.domain.base import pointer
from solver.domain.entry import DailyLimit, Demand, MonthlyLimit, WeeklyLimit
from solver.domain.group import GroupConflict
from solver.domain.language import say
from solver.domain.period import prorated_down, prorated_up
from solver.domain.problem import Problem
from solver.domain.wording import on_symbols

WEEK = 7
MOST_WORK = 300_000  # cells and limits looked at in one way; past it every bound is `UNKNOWN`, and nothing is claimed
UNKNOWN = 10**12

K = TypeVar("K")
V = TypeVar("V")
Measure = Literal["count", "off_equivalent", "minutes"]
Options = frozenset[str]
"""What a cell may hold. The many cells of a problem share a few of them, so what is known of each is kept."""


class Value:
    """What a day adds to a sum: `of` each symbol that adds anything; at `most` and at `least` under each set of options."""

    def __init__(self, of: Mapping[str, int]) -> None:
        self.of = of
        self.most = _Kept[Options, int](lambda options: max(of.get(symbol, 0) for symbol in options))
        self.least = _Kept[Options, int](lambda options: min(of.get(symbol, 0) for symbol in options))


class _Kept(dict[K, V]):
    """What is computed of a key, kept from the first time it is asked for."""

    def __init__(self, compute: Callable[[K], V]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: K) -> V:
        self[key] = value = self._compute(key)
        return value


class DayLimit(NamedTuple):
    """On one day at least `low` and at most `high` (None: any number) of the people stand on the symbols."""

    day: date
    people: frozenset[str]
    symbols: frozenset[str]
    low: int
    high: int | None
    what: str  # "on ×", "of キッチン on ×", "on ○ with grill"
    path: str


class Cap(NamedTuple):
    """At most `most` of the people stand on the symbols; a minimum is a cap on all the other symbols."""

    people: frozenset[str]
    symbols: frozenset[str]
    most: int
    forced: int  # how many have nothing else to stand on
    limit: DayLimit
    of_minimum: bool

    @property
    def why(self) -> str:
        """The limit, as a manager reads it."""
        if self.of_minimum:
            return say("warnings.at_least", low=self.limit.low, what=self.limit.what)
        return say("warnings.at_most", high=self.limit.high, what=self.limit.what)


class Span(NamedTuple):
    """One side of a limit over one person's days: `bound` is what is left of it after `history`."""

    staff: str
    path: str
    value: Value
    dates: tuple[date, ...]  # of the period, as a manager names the span
    days: tuple[date, ...]  # those of them that count
    bound: int
    unit: str  # "days off", "days on △", "minutes"
    measure: Measure  # what the numbers count: days, half days or minutes
    limit: tuple[object, ...]  # tells the limits of one person apart; a limit may have many spans


class Capacity:
    """What the hard entries of a problem leave room for or, with `soft`, what all its entries together do."""

    def __init__(self, problem: Problem, *, soft: bool, stop: threading.Event) -> None:
        self.problem = problem
        self.soft = soft
        self._stop = stop
        self.options_on = _Kept[date, dict[str, Options]](self._options_on)
        """The options of everybody on a day."""
        self._values: dict[frozenset[tuple[str, int]], Value] = {}
        self._work = 0

    def spend(self, work: int) -> bool:
        """Note work done, in cells and limits looked at; tell whether any is left to do."""
        self._work += work
        return self._work <= MOST_WORK and not self._stop.is_set()

    def _counts(self, entry: DailyLimit | WeeklyLimit | MonthlyLimit | Demand | GroupConflict) -> bool:
        return entry.is_active and (entry.hard or (self.soft and entry.weight > 0))

    def value(self, of: Mapping[str, int]) -> Value:
        """The value of these symbols, the same object each time."""
        return self._values.setdefault(frozenset(of.items()), Value(of))

    # ---- cells ------------------------------------------------------------------------------------

    def options(self, staff: str, day: date) -> Options:
        """What a cell may hold, rules about single cells and maxima of nobody kept; all, where they leave nothing."""
        return self.options_on[day][staff]

    def _options_on(self, day: date) -> dict[str, Options]:
        return {person.id: self._options(person.id, day) for person in self.problem.staff}

    def _options(self, staff: str, day: date) -> Options:
        choices = left = frozenset(self.problem.choices(staff, day))
        if len(choices) > 1:
            left &= self._allowed.get(staff, choices)
            for wanted, symbols in self._ordered.get((staff, day), ()):
                left = left & symbols if wanted else left - symbols
            for limit in self._closed_to_all[day]:
                if staff in limit.people:
                    left -= limit.symbols
        return left or choices

    @cached_property
    def _allowed(self) -> dict[str, frozenset[str]]:
        """What hard allowed_shifts leave to a person; an idle person on call may always be away."""
        problem = self.problem
        found: dict[str, frozenset[str]] = {}
        for entry in problem.settings.allowed_shifts:
            if entry.is_active and entry.hard:
                for staff in problem.in_scope(entry.scope):
                    idle = (problem.away,) if staff in problem.on_call and problem.away is not None else ()
                    symbols = frozenset((*entry.symbols, *idle))
                    found[staff] = found.get(staff, symbols) & symbols
        return found

    @cached_property
    def _ordered(self) -> dict[tuple[str, date], list[tuple[bool, frozenset[str]]]]:
        """(wanted or not, symbols) that hard priority rules and requests say of a cell."""
        problem = self.problem
        found: dict[tuple[str, date], list[tuple[bool, frozenset[str]]]] = {}
        for rule in problem.settings.priority_rules:
            wanted = rule.rule_type in ("preferred_shift", "required_shift")
            if rule.is_active and rule.hard and (wanted or rule.shift not in rule.except_symbols):
                symbols = frozenset((rule.shift, *rule.except_symbols) if wanted else (rule.shift,))
                for day in (day for day in problem.plain_days if problem.matches(rule, day)):
                    for staff in problem.rule_staff(rule):
                        found.setdefault((staff, day), []).append((wanted, symbols))
        for request in problem.settings.requests:
            if request.is_active and request.hard and request.staff_id in problem.in_scope(request.scope):
                asked = frozenset((request.symbol,))
                found.setdefault((request.staff_id, request.date), []).append((request.want, asked))
        return found

    @cached_property
    def _closed_to_all(self) -> dict[date, list[DayLimit]]:
        """Maxima of nobody: symbols that nobody of their people may stand on."""
        return {day: [limit for limit in limits if limit.high == 0] for day, limits in self.day_limits.items()}

    # ---- days -------------------------------------------------------------------------------------

    @cached_property
    def day_limits(self) -> dict[date, list[DayLimit]]:
        """What is demanded of and allowed to the people of each day."""
        found: dict[date, list[DayLimit]] = {day: [] for day in self.problem.days}
        work = 0
        for limit in self._all_day_limits():
            work += 1 + len(limit.people)
            if work > MOST_WORK:
                break
            found[limit.day].append(limit)
        return found

    def _all_day_limits(self) -> Iterator[DayLimit]:
        problem, settings = self.problem, self.problem.settings
        for i, group in enumerate(settings.staff_groups):
            conflict = group.conflict if group.conflict is not None else settings.group_conflict
            if group.is_active and conflict is not None and self._counts(conflict):
                own = ("staff_groups", i, "conflict") if group.conflict is not None else ("group_conflict",)
                what = say("warnings.of_group", group=group.label, symbols="/".join(conflict.symbols))
                people = problem.ordinary(group.members)
                path = pointer("settings", *own)
                yield from self._on(problem.open_days, people, conflict.symbols, 0, conflict.max, what, path)
        for i, limit in enumerate(settings.daily_limits):
            if self._counts(limit):
                days = [day for day in problem.plain_days if problem.matches(limit, day)]
                people = problem.ordinary(problem.in_scope(limit.scope))
                what, path = on_symbols(limit.symbols), pointer("settings", "daily_limits", i)
                yield from self._on(days, people, limit.symbols, limit.min or 0, limit.max, what, path)
        for i, entry in enumerate(settings.demand):
            if self._counts(entry):
                days = [day for day in problem.open_days if problem.matches(entry, day)]
                people = tuple(s for s in problem.in_scope(entry.scope) if self._skilled(s, entry.skill))
                what = on_symbols(entry.symbols, entry.skill)
                path = pointer("settings", "demand", i)
                low = entry.min if entry.hard or entry.under_weight else None
                high = entry.max if entry.hard or entry.over_weight else None
                yield from self._on(days, people, entry.symbols, low or 0, high, what, path)

    def _skilled(self, staff: str, skill: str | None) -> bool:
        return skill is None or skill in self.problem.staff_by_id[staff].skills

    def _on(
        self,
        days: Iterable[date],
        people: Collection[str],
        symbols: Iterable[str],
        low: int,
        high: int | None,
        what: str,
        path: str,
    ) -> Iterator[DayLimit]:
        for day in days:
            there = frozenset(staff for staff in people if self.problem.employed(staff, day))
            yield DayLimit(day, there, frozenset(symbols), low, high, what, path)

    @cached_property
    def _caps(self) -> dict[date, list[Cap]]:
        every = frozenset(self.problem.shift_by_symbol)
        found: dict[date, list[Cap]] = {}
        for day, limits in self.day_limits.items():
            found[day] = caps = []
            for limit in limits:
                if limit.high is not None:
                    forced = len(self.forced(limit.people, day, limit.symbols))
                    caps.append(Cap(limit.people, limit.symbols, limit.high, forced, limit, of_minimum=False))
                if limit.low:
                    others, spare = every - limit.symbols, max(len(limit.people) - limit.low, 0)
                    forced = len(self.forced(limit.people, day, others))
                    caps.append(Cap(limit.people, others, spare, forced, limit, of_minimum=True))
        return found

    def forced(self, people: Iterable[str], day: date, symbols: frozenset[str]) -> frozenset[str]:
        """Those of the people who can stand on nothing but the symbols."""
        options = self.options_on[day]
        return frozenset(staff for staff in people if options[staff] <= symbols)

    def room(self, people: Collection[str], day: date, value: Value) -> tuple[int, list[str]]:
        """The most that the people's day can add up to, and the limits that make it so little.

        Caps on people who do not overlap save their part each; of overlapping ones the one that saves most is counted.
        """
        if not self.spend(len(people) + len(self._caps[day])):
            return UNKNOWN, []
        whole, options = frozenset(people), self.options_on[day]
        blocks: dict[frozenset[str], list[Cap]] = {}
        for cap in self._caps[day]:
            if not cap.symbols.isdisjoint(value.of):
                block = cap.people & whole
                if block:
                    blocks.setdefault(block, []).append(cap)
        total = _most(Counter(map(options.__getitem__, whole)), value)
        savings = []
        for block, caps in blocks.items():
            self.spend(len(block))
            disjoint, counts = _disjoint(caps), Counter(map(options.__getitem__, block))
            saved = _most(counts, value) - _most_within(counts, value, disjoint)
            if saved > 0:
                savings.append((saved, block, disjoint))
        taken: set[str] = set()
        whys: list[str] = []
        for saved, block, caps in sorted(savings, key=lambda one: -one[0]):
            if taken.isdisjoint(block):
                taken |= block
                total -= saved
                whys += [cap.why for cap in caps]
        return total, whys

    # ---- people -----------------------------------------------------------------------------------

    @cached_property
    def minima(self) -> list[Span]:
        """Everybody's minima over weeks, months and the period that ask for something."""
        return [span for span in self._spans("min") if span.bound > 0]

    @cached_property
    def maxima(self) -> list[Span]:
        """Everybody's maxima over weeks, months and the period."""
        return list(self._spans("max"))

    def _spans(self, side: str) -> Iterator[Span]:
        yield from self._monthly_spans(side)
        yield from self._weekly_spans(side)

    def _monthly_spans(self, side: str) -> Iterator[Span]:
        problem, limits = self.problem, self.problem.settings.monthly_limits

        def keys(limit: MonthlyLimit) -> list[tuple[object, ...]]:
            key = (limit.measure, frozenset(limit.symbols or ()), limit.per)
            return [key] if getattr(limit, side) is not None else []

        for (staff, key), i in problem.most_specific(limits, keys).items():
            limit = limits[i]
            if not self._counts(limit) or (staff in problem.on_call and limit.measure != "minutes"):
                continue
            given: int = getattr(limit, side)  # in halves, whatever the measure
            amount = given if limit.measure == "off_equivalent" else given // 2
            value = self.value(_added(problem, limit))
            for dates in [problem.days] if limit.per == "period" else problem.period.months():
                employed = [day for day in dates if problem.employed(staff, day)]
                days = tuple(day for day in employed if limit.include_calendar or day not in problem.closed_days)
                prorated = prorated_down if side == "min" else prorated_up
                bound = prorated(amount, len(employed), len(dates))
                if employed:
                    path, unit = pointer("settings", "monthly_limits", i, side), _unit(problem, limit)
                    yield Span(staff, path, value, dates, days, bound, unit, limit.measure, ("monthly", key))

    def _weekly_spans(self, side: str) -> Iterator[Span]:
        problem, limits = self.problem, self.problem.settings.weekly_limits

        def keys(limit: WeeklyLimit) -> list[frozenset[str]]:
            return [frozenset(limit.symbols)] if getattr(limit, side) is not None else []

        for (staff, key), i in problem.most_specific(limits, keys).items():
            limit = limits[i]
            if not self._counts(limit) or staff in problem.on_call:
                continue
            value = self.value(dict.fromkeys(limit.symbols, 1))
            for week in problem.period.weeks(limit.week_start):
                open_days = [day for day in week if limit.include_calendar or not problem.closed(day)]
                known = [problem.before(staff, day) for day in open_days if day < problem.period.start]
                history = [symbol for symbol in known if symbol is not None]
                days = tuple(day for day in open_days if problem.employed(staff, day))
                prorated = prorated_down if side == "min" else prorated_up
                bound = prorated(getattr(limit, side), len(history) + len(days), WEEK)
                bound -= sum(symbol in limit.symbols for symbol in history)
                if days:
                    dates = tuple(day for day in week if day in problem.period)
                    path = pointer("settings", "weekly_limits", i, side)
                    yield Span(staff, path, value, dates, days, bound, _unit(problem, limit), "count", ("weekly", key))

    @cached_property
    def _maxima_of(self) -> dict[str, dict[tuple[object, ...], list[tuple[Span, int]]]]:
        """Everybody's maxima, the spans of a limit together, each with the least that all its days add."""
        found: dict[str, dict[tuple[object, ...], list[tuple[Span, int]]]] = {}
        for span in self.maxima:
            spans = found.setdefault(span.staff, {}).setdefault(span.limit, [])
            spans.append((span, self.least(span, span.days)))
        return found

    def least(self, span: Span, days: Iterable[date]) -> int:
        """The least that some of a span's days add up to."""
        return sum(span.value.least[self.options_on[day][span.staff]] for day in days)

    def most(self, staff: str, days: Iterable[date], value: Value) -> int:
        """The most that a person's days can add up to under his own maxima."""
        best = {day: value.most[self.options(staff, day)] for day in days}
        if not self.spend(len(best)):
            return UNKNOWN
        total = sum(best.values())
        for spans in self._maxima_of.get(staff, {}).values():
            left = dict(best)
            limited = 0
            for span, least in spans:
                inside = [day for day in span.days if day in left]
                if inside:
                    limited += min(self._fits(span, least, inside, value), sum(left.pop(day) for day in inside))
            total = min(total, limited + sum(left.values()))
        return total

    def _fits(self, span: Span, least: int, inside: Sequence[date], value: Value) -> int:
        """The most that some of a span's days can add of one value while all of them keep to the maximum of another.

        `least` is what all days of the span add anyway.
        """
        left = max(span.bound - (least - self.least(span, inside)), 0)
        symbols = frozenset().union(*(self.options(span.staff, day) for day in inside)) & value.of.keys()
        limited = symbols & span.value.of.keys()
        unlimited = max((value.of[symbol] for symbol in symbols - limited), default=0)
        if not limited:
            return unlimited * len(inside)
        days = left // min(span.value.of[symbol] for symbol in limited)  # at most so many on limited symbols
        places = [max(value.of[symbol] for symbol in limited)] * min(days, len(inside)) + [unlimited] * len(inside)
        by_days = sum(sorted(places, reverse=True)[: len(inside)])
        by_rate = max(left * value.of[symbol] // span.value.of[symbol] for symbol in limited) + unlimited * len(inside)
        return min(by_days, by_rate)


def _most(people: Mapping[Options, int], value: Value) -> int:
    """The most that so many people of each set of options can add on one day."""
    return sum(count * value.most[options] for options, count in people.items())


def _most_within(people: Mapping[Options, int], value: Value, caps: Sequence[Cap]) -> int:
    """Bound the same sum under caps of these people with no symbol in common.

    Each person takes one place. A cap has as many places as it leaves free, every other symbol one for each person
    who may stand on it; no more than the best places, one a person, can be taken.
    """
    free = {options: count for options, count in people.items() if len(options) > 1}
    fixed = sum(count * value.most[options] for options, count in people.items() if len(options) == 1)
    open_symbols = set(value.of)
    places: list[int] = []
    for cap in caps:
        used = cap.forced - sum(count for options, count in free.items() if options <= cap.symbols)
        able = sum(count for options, count in free.items() if not options.isdisjoint(cap.symbols))
        worth = max((value.of[symbol] for symbol in cap.symbols & value.of.keys()), default=0)
        places += [worth] * min(max(cap.most - used, 0), able)
        open_symbols -= cap.symbols
    for symbol in open_symbols:
        places += [value.of[symbol]] * sum(count for options, count in free.items() if symbol in options)
    return fixed + sum(sorted(places, reverse=True)[: sum(free.values())])


def _disjoint(caps: Sequence[Cap]) -> list[Cap]:
    """Choose caps with no symbol in common, the tightest first."""
    chosen: list[Cap] = []
    taken: set[str] = set()
    for cap in sorted(caps, key=lambda cap: (cap.most, -len(cap.symbols))):
        if taken.isdisjoint(cap.symbols):
            taken |= cap.symbols
            chosen.append(cap)
    return chosen


def _unit(problem: Problem, limit: WeeklyLimit | MonthlyLimit) -> str:
    if isinstance(limit, MonthlyLimit) and limit.measure == "minutes":
        return say("warnings.unit_minutes")
    if limit.symbols is None or set(limit.symbols) <= set(problem.of_kind("off")):
        return say("warnings.unit_days_off")
    return say("warnings.unit_days_on", symbols="/".join(limit.symbols))


def _added(problem: Problem, limit: MonthlyLimit) -> dict[str, int]:
    """What a day on each symbol adds, in the limit's unit: days, half days or minutes."""
    found: dict[str, int] = {}
    for shift in problem.settings.shift_types:
        if limit.symbols is None or shift.symbol in limit.symbols:
            added = {"count": 1, "off_equivalent": shift.off_equivalent, "minutes": shift.minutes or 0}[limit.measure]
            if added:
                found[shift.symbol] = added
    return found
