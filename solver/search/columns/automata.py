"""The rules that speak of one person's row alone, each as a small automaton that reads the row day by day.

An automaton reads a symbol a day, charges what the rule charges and may refuse. What a rule bounds over the whole period
is a counter. They are a third telling of these rules beside model and checker, and are held against both in the tests.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, Protocol

import numpy as np

from solver.domain.entry import MonthlyLimit, Stretch, WeekendRule, WeeklyLimit
from solver.domain.period import plus, prorated_down, prorated_up
from solver.domain.problem import Problem
from solver.rules.rest_time import rest_between

FORBIDDEN = 1 << 55
"""A cost no row reaches; sums of a few hundred stay within 63 bits."""
State = Any  # each part has its own; only it looks inside
Key = tuple[str, str]
"""Rule and path of an entry that speaks of the person."""


class Part(Protocol):
    """One rule's automaton. `feature` is all it wants to know of a day; `step` may refuse (None) or charge."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The entries it speaks for."""

    def start(self) -> State:
        """The state before the first day."""

    def feature(self, day: date) -> Hashable:
        """What matters of a day."""

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """The state after a symbol, and what it costs; None where a hard rule forbids it."""


class Counter(NamedTuple):
    """A total over the period: what each symbol adds on a day, and what the final total costs."""

    keys: tuple[Key, ...]
    steps: Part | None  # a weekend counts once: its automaton charges 0 or 1
    values: dict[str, int]
    days: frozenset[date]  # on which `values` count
    low: int
    high: int
    low_price: int  # per unit below; FORBIDDEN where hard
    high_price: int
    unit: int  # totals are counted in this many
    bounds: str = ""  # "min" or "max" where only one side is bounded


def parts_of(problem: Problem, staff: str) -> list[Part]:
    """The automata of the rules that speak of the person's row, those that matter most first."""
    found: list[Part] = []
    stretches: dict[int, list[str]] = {}
    for (s, (_, side)), i in problem.most_specific(problem.settings.stretches, lambda e: _stretch_keys(problem, e)).items():
        if s == staff:
            stretches.setdefault(i, []).append(side)
    found += [Stretches.of(problem, staff, i, sides) for i, sides in sorted(stretches.items())]
    sequences = Sequences.of(problem, staff)
    if sequences.entries:
        found.append(sequences)
    rests = Rests.of(problem, staff)
    if rests.keys:
        found.append(rests)
    if staff not in problem.on_call:
        for i, entry in enumerate(problem.settings.weekends):
            if not entry.is_active or staff not in problem.in_scope(entry.scope):
                continue
            if (entry.complete or entry.identical) and _asks_one_thing(entry):
                found.append(WholeWeekends.of(problem, staff, i))
            elif _asks_of_a_row(entry) and problem.employed_days(staff) == problem.days:
                found.append(WeekendsInARow.of(problem, i))
        weekly: dict[int, list[str]] = {}
        for (s, (_, side)), i in problem.most_specific(problem.settings.weekly_limits, _weekly_keys).items():
            if s == staff:
                weekly.setdefault(i, []).append(side)
        if problem.employed(staff, problem.period.start) or not problem.history.get(staff):
            # Of somebody who comes later, a week may lie in history whole, which no row can tell.
            found += [Weeks.of(problem, staff, i, sides) for i, sides in sorted(weekly.items())]
    return found


def counters_of(problem: Problem, staff: str) -> list[Counter]:
    """The totals some rule bounds: minutes and days first, then weekends, then the tightest counts."""
    days = problem.employed_days(staff)
    made: list[tuple[float, Counter]] = []
    sides: dict[int, list[str]] = {}
    for (s, (*_, side)), i in problem.most_specific(problem.settings.monthly_limits, _monthly_keys).items():
        if s == staff:
            sides.setdefault(i, []).append(side)
    for i, bounded in sides.items():
        limit = problem.settings.monthly_limits[i]
        left_out = staff in problem.on_call and limit.measure != "minutes"
        if not left_out and (limit.per == "period" or len(list(problem.period.months())) == 1):
            counter = _monthly(problem, i, bounded, days)
            made.append((0 if "min" in bounded else 2 + counter.high / max(1, len(days)), counter))
    if staff not in problem.on_call:
        for i, entry in enumerate(problem.settings.weekends):
            counts = entry.max_working is not None and _asks_one_thing(entry)
            if counts and staff in problem.in_scope(entry.scope):
                price = FORBIDDEN if entry.hard else entry.weight
                touched = TouchedWeekends.of(problem, i)
                most = {"": 1}  # of whatever symbol
                saturdays = frozenset(w.saturday for w in problem.period.weekends())
                made.append((1, Counter(touched.keys, touched, most, saturdays, 0, entry.max_working or 0, 0, price, 1)))
    return [counter for _, counter in sorted(_joined(made), key=lambda pair: pair[0])]


def _asks_one_thing(entry: WeekendRule) -> bool:
    """Whether an active weekend entry asks one thing only, of Saturday and Sunday: an automaton speaks for a whole entry."""
    bounds = (entry.max_working, entry.min_consecutive, entry.max_consecutive)
    things = sum(bound is not None for bound in bounds) + entry.complete + entry.identical
    return entry.is_active and things == 1 and entry.days == ("saturday", "sunday")


def _asks_of_a_row(entry: WeekendRule) -> bool:
    """Whether an entry asks nothing but how many weekends are worked in a row."""
    bounded = entry.min_consecutive is not None or entry.max_consecutive is not None
    return bounded and entry.max_working is None and not (entry.complete or entry.identical)


def _joined(counters: list[tuple[float, Counter]]) -> list[tuple[float, Counter]]:
    """The counters, those that bound one total from below and from above by two entries made one."""
    made: list[tuple[float, Counter]] = []
    for order, counter in counters:
        for j, (earlier, other) in enumerate(made):
            alike = counter.steps is None and other.steps is None and counter.unit == other.unit
            if not alike or counter.values != other.values or counter.days != other.days:
                continue
            below, above = (counter, other) if counter.bounds == "min" else (other, counter)
            if (below.bounds, above.bounds) == ("min", "max"):
                joined = above._replace(keys=below.keys + above.keys, low=below.low, low_price=below.low_price, bounds="")
                made[j] = (min(order, earlier), joined)
                break
        else:
            made.append((order, counter))
    return made


def _monthly_keys(limit: MonthlyLimit) -> list[Hashable]:
    symbols = frozenset(limit.symbols) if limit.symbols is not None else None
    return [(limit.measure, symbols, limit.per, side) for side in ("min", "max") if getattr(limit, side) is not None]


def _monthly(problem: Problem, i: int, sides: list[str], days: tuple[date, ...]) -> Counter:
    limit = problem.settings.monthly_limits[i]
    halves = limit.measure == "off_equivalent"
    values = {}
    for symbol, shift in problem.shift_by_symbol.items():
        if limit.symbols is None or symbol in limit.symbols:
            values[symbol] = {"count": 1, "off_equivalent": shift.off_equivalent, "minutes": shift.minutes or 0}[
                limit.measure
            ]
    counted = frozenset(d for d in days if limit.include_calendar or not problem.closed(d))
    whole = len(problem.days)
    low, high = limit.min or 0, limit.max or 0
    price = FORBIDDEN if limit.hard else limit.weight
    most = max(values.values(), default=0) * len(counted)
    return Counter(
        (("monthly_limit", f"/settings/monthly_limits/{i}"),),
        None,
        values,
        counted,
        prorated_down(low if halves else low // 2, len(days), whole) if "min" in sides else 0,
        prorated_up(high if halves else high // 2, len(days), whole) if "max" in sides else most,
        price,
        price,
        max(1, int(np.gcd.reduce(list(values.values()))) if values else 1),
        sides[0] if len(sides) == 1 else "",
    )


def _stretch_keys(problem: Problem, entry: Stretch) -> list[Hashable]:
    symbols = frozenset(entry.symbols if entry.symbols is not None else problem.of_kind(entry.kind or ""))
    return [(symbols, side) for side in ("min", "max") if getattr(entry, side) is not None]


def _weekly_keys(limit: WeeklyLimit) -> list[Hashable]:
    return [(frozenset(limit.symbols), side) for side in ("min", "max") if getattr(limit, side) is not None]


@dataclass(frozen=True)
class Stretches:
    """Rule `stretch`. State: its days so far (capped), whether it began out of sight, days it was too long before."""

    keys: tuple[Key, ...]
    symbols: frozenset[str]
    resting: frozenset[str]  # those that count on a closed day
    least: int
    most: int | None
    price: int
    at_start: tuple[int, bool, int]
    closed: frozenset[date]
    first: date
    last: date
    history_counts: bool  # also a stretch before the first day may be too short
    ends: bool  # with the last day every stretch has ended

    @classmethod
    def of(cls, problem: Problem, staff: str, i: int, sides: list[str]) -> Stretches:
        """The automaton of one entry for one person."""
        entry = problem.settings.stretches[i]
        symbols = frozenset(entry.symbols if entry.symbols is not None else problem.of_kind(entry.kind or ""))
        resting = frozenset(k for k in symbols if problem.shift_by_symbol[k].kind != "work")
        least = (entry.min or 1) if "min" in sides else 1
        most = entry.max if "max" in sides else None
        start = problem.period.start
        length, known = 0, False
        if problem.employed(staff, start):
            day = plus(start, -1)
            known = problem.before(staff, day) is not None
            while problem.before(staff, day) in (resting if problem.closed(day) else symbols):
                length += 1
                day = plus(day, -1)
        cap = max(least, most or 0)
        excess = max(0, length - most) if most is not None else 0
        price = FORBIDDEN if entry.hard else entry.weight
        ends = entry.border == "closed"
        at_start = (min(length, cap), not known and not ends, excess)
        keys = (("stretch", f"/settings/stretches/{i}"),)
        days = problem.employed_days(staff)
        edges = (days[0], days[-1], entry.include_history, ends)
        return cls(keys, symbols, resting, least, most, price, at_start, problem.closed_days, *edges)

    def start(self) -> State:
        """Before the first day."""
        return self.at_start

    def feature(self, day: date) -> Hashable:
        """Whether the day is closed, whether it is the first, and whether every stretch ends with it."""
        return day in self.closed, day == self.first, self.ends and day == self.last

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """Go on, begin or end."""
        length, unseen, excess = state
        closed, first, last = feature
        if symbol in (self.resting if closed else self.symbols):
            amount = 1 + excess if self.most is not None and length >= self.most else 0
            if last and not unseen:
                amount += max(0, self.least - length - 1)
            begun_unseen = unseen and (first or length > 0)
            cap = self.most if begun_unseen and self.most is not None else max(self.least, self.most or 0)
            after = (min(length + 1, cap), begun_unseen, 0)
            return self._charged(after, amount)
        past = first and not self.history_counts
        short = self.least - length if 0 < length < self.least and not unseen and not past else 0
        return self._charged((0, False, 0), short)

    def _charged(self, after: State, amount: int) -> tuple[State, int] | None:
        if self.price == FORBIDDEN:
            return None if amount else (after, 0)
        return after, amount * self.price


@dataclass(frozen=True)
class Sequences:
    """Rule `forbidden_sequence`. State: for each entry the lengths of its beginnings that the last days match."""

    keys: tuple[Key, ...]
    entries: tuple[tuple[tuple[frozenset[str], ...], int], ...]  # places, price
    at_start: tuple[frozenset[int], ...]
    closed: frozenset[date]
    begins: tuple[tuple[date, ...] | None, ...]  # for each entry the days on which it may begin; None: all

    @classmethod
    def of(cls, problem: Problem, staff: str) -> Sequences:
        """The automaton of all entries for one person."""
        named = [
            (i, entry)
            for i, entry in enumerate(problem.settings.forbidden_sequences)
            if entry.is_active and staff in problem.in_scope(entry.scope)
        ]
        entries = tuple(
            (tuple(map(frozenset, entry.symbols)), FORBIDDEN if entry.hard else entry.weight) for _, entry in named
        )
        keys = tuple(("forbidden_sequence", f"/settings/forbidden_sequences/{i}") for i, _ in named)
        at_start, begins = [], []
        for (_, entry), (places, _price) in zip(named, entries, strict=True):
            begun: frozenset[int] = frozenset()
            if problem.employed(staff, problem.period.start):
                for back in range(len(places) - 1, 0, -1):
                    day = plus(problem.period.start, -back)
                    symbol = None if problem.closed(day) else problem.before(staff, day)
                    new = problem.matches(entry, day)
                    begun = frozenset() if symbol is None else _advance(places, begun, symbol, new=new)
            at_start.append(begun)
            anywhere = entry.days_of_week is None and entry.dates is None
            begins.append(None if anywhere else tuple(d for d in problem.days if problem.matches(entry, d)))
        return cls(keys, entries, tuple(at_start), problem.closed_days, tuple(begins))

    def start(self) -> State:
        """What history has begun."""
        return self.at_start

    def feature(self, day: date) -> Hashable:
        """None where the day is closed (no sequence crosses it), else for each entry whether it may begin."""
        return None if day in self.closed else tuple(days is None or day in days for days in self.begins)

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """Every beginning grows or is lost; a whole one is an occurrence."""
        if feature is None:
            return tuple(frozenset[int]() for _ in self.entries), 0
        cost = 0
        after = []
        for (places, price), begun, new in zip(self.entries, state, feature, strict=True):
            grown = _advance(places, begun, symbol, new=new)
            if len(places) in grown:
                if price == FORBIDDEN:
                    return None
                cost += price
            after.append(grown - {len(places)})
        return tuple(after), cost


def _advance(places: tuple[frozenset[str], ...], begun: Iterable[int], symbol: str, *, new: bool) -> frozenset[int]:
    return frozenset(j + 1 for j in ((0, *begun) if new else begun) if symbol in places[j])


@dataclass(frozen=True)
class Rests:
    """Rule `rest_time`. State: the class of the last symbol, by what may follow it at which price."""

    keys: tuple[Key, ...]
    prices: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]  # first → (second, price)
    at_start: str | None

    @classmethod
    def of(cls, problem: Problem, staff: str) -> Rests:
        """The automaton of all entries for one person."""
        named = [(i, e) for i, e in enumerate(problem.settings.rest) if e.is_active and staff in problem.in_scope(e.scope)]
        prices: dict[str, dict[str, int]] = {}
        for _, entry in named:
            for first in problem.settings.shift_types:
                for second in problem.settings.shift_types:
                    rest = rest_between(first, second)
                    if rest is not None and rest < entry.minutes:
                        price = FORBIDDEN if entry.hard else entry.weight * (entry.minutes - rest)
                        row = prices.setdefault(first.symbol, {})
                        row[second.symbol] = min(FORBIDDEN, row.get(second.symbol, 0) + price)
        keys = tuple(("rest_time", f"/settings/rest/{i}") for i, _ in named)
        eve = problem.before(staff, plus(problem.period.start, -1))
        at_start = eve if eve in prices and problem.employed(staff, problem.period.start) else None
        return cls(keys, tuple((k, tuple(row.items())) for k, row in prices.items()), at_start)

    def start(self) -> State:
        """The day before the period, where known."""
        return self.at_start

    def feature(self, day: date) -> Hashable:
        """All days are alike."""
        return None

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """Charge the pair of yesterday and today."""
        rows = dict(self.prices)
        price = dict(rows.get(state, ())).get(symbol, 0)
        return None if price >= FORBIDDEN else (symbol if symbol in rows else None, price)


@dataclass(frozen=True)
class TouchedWeekends:
    """Counts worked weekends, for rule `weekend`. State: whether this weekend's Saturday was worked."""

    keys: tuple[Key, ...]
    symbols: frozenset[str]

    @classmethod
    def of(cls, problem: Problem, i: int) -> TouchedWeekends:
        """The automaton of one entry; it is the same for everybody."""
        entry = problem.settings.weekends[i]
        symbols = frozenset(entry.symbols or problem.of_kind("work"))
        return cls((("weekend", f"/settings/weekends/{i}"),), symbols)

    def start(self) -> State:
        """Before the first day."""
        return False

    def feature(self, day: date) -> Hashable:
        """Saturday, Sunday or neither."""
        return max(5, day.isoweekday())

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """One for the first worked day of a weekend."""
        worked = symbol in self.symbols
        if feature == 6:
            return worked, int(worked)
        return False, int(feature == 7 and worked and not state)


@dataclass(frozen=True)
class WholeWeekends:
    """Rule `weekend`, `complete` or `identical`. State: on what Saturday was worked ("" if not); None where unknown."""

    keys: tuple[Key, ...]
    symbols: frozenset[str]
    identical: bool
    price: int
    at_start: str | None
    closed: frozenset[date]

    @classmethod
    def of(cls, problem: Problem, staff: str, i: int) -> WholeWeekends:
        """The automaton of one entry for one person."""
        entry = problem.settings.weekends[i]
        symbols = frozenset(entry.symbols or problem.of_kind("work"))
        eve = plus(problem.period.start, -1)
        before = problem.before(staff, eve) if problem.employed(staff, problem.period.start) else None
        unknown = before is None or problem.closed(eve)
        price = FORBIDDEN if entry.hard else entry.weight
        made = cls((("weekend", f"/settings/weekends/{i}"),), symbols, entry.identical, price, None, problem.closed_days)
        return made if unknown else replace(made, at_start=made.worked(before or ""))

    def worked(self, symbol: str) -> str:
        """What matters of a day's symbol: for identical weekends which it is, else only that it is work."""
        if symbol not in self.symbols:
            return ""
        return symbol if self.identical else "work"

    def start(self) -> State:
        """The day before the period, where known."""
        return self.at_start

    def feature(self, day: date) -> Hashable:
        """Saturday, Sunday or neither, and whether the day is closed."""
        return max(5, day.isoweekday()), day in self.closed

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """Charge a Sunday unlike its Saturday."""
        weekday, closed = feature
        worked = self.worked(symbol)
        if weekday == 6:
            return None if closed else worked, 0
        differs = state is not None and state != worked and not (self.identical and "" in (state, worked))
        if weekday == 7 and not closed and differs:
            return None if self.price == FORBIDDEN else (None, self.price)
        return None, 0


@dataclass(frozen=True)
class WeekendsInARow:
    """Rule `weekend`, in a row. State: worked ones in a row (capped), whether they began out of sight, this one worked."""

    keys: tuple[Key, ...]
    symbols: frozenset[str]
    least: int
    most: int | None
    price: int
    inside: frozenset[date]
    ends: frozenset[date]  # last days of weekends
    last: date | None
    closed: bool  # nothing lies beyond the period

    @classmethod
    def of(cls, problem: Problem, i: int) -> WeekendsInARow:
        """The automaton of one entry; it is the same for everybody who is employed all the time."""
        entry = problem.settings.weekends[i]
        weekends = [[d for d in days if d in problem.period] for days in problem.period.spans(entry.days)]
        return cls(
            (("weekend", f"/settings/weekends/{i}"),),
            frozenset(entry.symbols if entry.symbols is not None else problem.of_kind("work")),
            entry.min_consecutive or 0,
            entry.max_consecutive,
            FORBIDDEN if entry.hard else entry.weight,
            frozenset(d for days in weekends for d in days),
            frozenset(days[-1] for days in weekends),
            weekends[-1][-1] if weekends else None,
            entry.border == "closed",
        )

    def start(self) -> State:
        """Before the first weekend."""
        return 0, self.least > 1 and not self.closed, False

    def feature(self, day: date) -> Hashable:
        """Whether the day is of a weekend, ends one, ends the last one."""
        return day in self.inside, day in self.ends, day == self.last

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """With a weekend's last day the row goes on or ends."""
        row, unseen, touched = state
        inside, ends, last = feature
        touched = touched or (inside and symbol in self.symbols)
        if not ends:
            return (row, unseen, touched), 0
        amount = 0
        if touched:
            amount += self.most is not None and row >= self.most
            amount += max(0, self.least - row - 1) if last and self.closed else 0
            after = (min(row + 1, max(self.least, self.most or 0)), unseen, False)
        else:
            amount += self.least - row if 0 < row < self.least and not unseen else 0
            after = (0, False, False)
        if amount and self.price == FORBIDDEN:
            return None
        return after, amount * self.price if amount else 0


@dataclass(frozen=True)
class Weeks:
    """Rule `weekly_limit`. State: days on the symbols in this week so far."""

    keys: tuple[Key, ...]
    symbols: frozenset[str]
    price: int
    at_start: int
    counting: frozenset[date]
    ends: tuple[tuple[date, int, int | None], ...]  # last day of a week, its prorated bounds

    @classmethod
    def of(cls, problem: Problem, staff: str, i: int, sides: list[str]) -> Weeks:
        """The automaton of one entry for one person."""
        limit = problem.settings.weekly_limits[i]
        at_start, counting = 0, set[date]()
        ends: list[tuple[date, int, int | None]] = []
        for week in problem.period.weeks(limit.week_start):
            counts = [d for d in week if limit.include_calendar or not problem.closed(d)]
            before = [d for d in counts if d < problem.period.start and problem.before(staff, d) is not None]
            cells = [d for d in week if problem.employed(staff, d)]
            inside = [d for d in counts if problem.employed(staff, d)]
            n = len(before) + len(inside)
            counting.update(inside)
            if not cells:
                continue
            earlier = sum(problem.before(staff, d) in limit.symbols for d in before)
            if cells[0] == problem.employed_days(staff)[0]:
                at_start = earlier
            low = prorated_down(limit.min or 0, n, 7) if "min" in sides else 0
            high = prorated_up(limit.max or 0, n, 7) if "max" in sides else None
            ends.append((cells[-1], low if n else 0, high if n else None))
        price = FORBIDDEN if limit.hard else limit.weight
        keys = (("weekly_limit", f"/settings/weekly_limits/{i}"),)
        return cls(keys, frozenset(limit.symbols), price, at_start, frozenset(counting), tuple(ends))

    def start(self) -> State:
        """What history says of the first week."""
        return self.at_start

    def feature(self, day: date) -> Hashable:
        """Whether the day counts, and the bounds of the week it ends."""
        return day in self.counting, next(((low, high) for last, low, high in self.ends if last == day), None)

    def step(self, state: State, feature: Any, symbol: str) -> tuple[State, int] | None:
        """Count; on a week's last day charge what lies outside its bounds."""
        counts, bounds = feature
        found = state + (counts and symbol in self.symbols)
        if bounds is None:
            return found, 0
        low, high = bounds
        amount = max(low - found, found - high if high is not None else 0, 0)
        if amount and self.price == FORBIDDEN:
            return None
        return 0, amount * self.price
