"""A roster as textbooks model it: a 0-1 variable for each person, day and shift, and linear rows.

CP-SAT and HiGHS are given the same rows, in one monolithic model, as the examples of their makers do (ortools'
`shift_scheduling_sat`: soft sums with a slack, a Boolean for each stretch too short or too long, penalised transitions).
Nothing is tightened, nothing decomposed. What the rules ask is read from the problem document; the rules themselves are
told here anew and share nothing with toban's model.

Backup coverage, group conflicts, fairness, rest and stability are not expressed: a roster of somebody else's team may
break them, and is judged so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from solver.domain.entry import OnDays, Stretch, WeekendRule
from solver.domain.period import plus
from solver.domain.problem import Problem

Literal = int
"""A variable by its number, or its negation −v − 1."""


class Row(NamedTuple):
    """low ≤ Σ factor × variable ≤ high; None is no bound."""

    terms: list[tuple[int, int]]
    low: int | None
    high: int | None


class Textbook:
    """The model: `upper` bounds of integer variables from 0, `rows`, and `costs` of variables."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.upper: list[int] = []
        self.rows: list[Row] = []
        self.costs: dict[int, int] = {}
        self.constant = 0
        self.x: dict[tuple[str, date, str], int] = {}
        self._on: dict[tuple[str, date, frozenset[str]], int | None] = {}
        self._cells()
        self._demand()
        self._daily()
        self._allowed()
        self._wishes()
        self._sequences()
        self._stretches()
        self._totals()
        self._weekends()

    def schedule(self, value: Sequence[float]) -> dict[str, dict[str, str]]:
        """The roster that values of the variables say."""
        rows: dict[str, dict[str, str]] = {}
        for (s, d, k), v in self.x.items():
            if value[v] > 0.5:
                rows.setdefault(s, {})[d.isoformat()] = k
        return rows

    # ---- pieces -----------------------------------------------------------------------------------

    def variable(self, upper: int = 1) -> int:
        """A new integer variable from 0."""
        self.upper.append(upper)
        return len(self.upper) - 1

    def within(
        self,
        terms: list[tuple[int, int]],
        low: int | None,
        high: int | None,
        price: int | None,
        high_price: int | None = None,
    ) -> None:
        """A row that is hard (price None) or whose breach costs so much a unit."""
        if price is None:
            self.rows.append(Row(terms, low, high))
            return
        most = sum(abs(f) * self.upper[v] for v, f in terms) + abs(low or 0) + abs(high or 0)
        for bound, sign, charge in ((low, 1, price), (high, -1, price if high_price is None else high_price)):
            if bound is not None and charge:
                slack = self.variable(most)
                self.costs[slack] = charge
                extended = [*terms, (slack, sign)]
                self.rows.append(Row(extended, bound, None) if sign > 0 else Row(extended, None, bound))

    def forbid(self, literals: Iterable[Literal | None], price: int | None) -> None:
        """Not all of the literals (None: false) are true, or it costs the price."""
        found = list(literals)
        if None in found or price == 0:
            return
        # Σ of those true is at most their number less one: x for a variable, 1 − x for a negation.
        terms = [(v if v >= 0 else -v - 1, 1 if v >= 0 else -1) for v in found if v is not None]
        most = len(terms) - 1 - sum(f < 0 for _, f in terms)
        if price is None:
            self.rows.append(Row(terms, None, most))
        else:
            happens = self.variable()
            self.costs[happens] = price
            self.rows.append(Row([*terms, (happens, -1)], None, most))

    def on(self, s: str, d: date, symbols: Iterable[str]) -> int | None:
        """A variable for standing on one of the symbols; None where that cannot be."""
        key = (s, d, frozenset(symbols))
        if key not in self._on:
            inside = [self.x[s, d, k] for k in sorted(key[2]) if (s, d, k) in self.x]
            if len(inside) < 2:
                self._on[key] = inside[0] if inside else None
            else:
                made = self._on[key] = self.variable()
                self.rows.append(Row([*((v, 1) for v in inside), (made, -1)], 0, 0))
        return self._on[key]

    def known(self) -> int:
        """A variable that is 1, for what history says."""
        made = self.variable()
        self.rows.append(Row([(made, 1)], 1, 1))
        return made

    def _price(self, hard: bool, weight: int) -> int | None:
        return None if hard else weight

    def _matches(self, entry: OnDays, day: date) -> bool:
        return self.problem.matches(entry, day)

    # ---- the rules --------------------------------------------------------------------------------

    def _cells(self) -> None:
        for person in self.problem.staff:
            for d in self.problem.employed_days(person.id):
                cell = []
                for k in self.problem.choices(person.id, d):
                    self.x[person.id, d, k] = self.variable()
                    cell.append((self.x[person.id, d, k], 1))
                self.rows.append(Row(cell, 1, 1))

    def _sum(self, people: Iterable[str], d: date, symbols: Iterable[str]) -> list[tuple[int, int]]:
        symbols = list(symbols)
        return [(self.x[s, d, k], 1) for s in people for k in symbols if (s, d, k) in self.x]

    def _demand(self) -> None:
        for entry in self.problem.settings.demand:
            able = {p.id for p in self.problem.staff if entry.skill is None or entry.skill in p.skills}
            people = [s for s in self.problem.in_scope(entry.scope) if s in able]
            for d in self.problem.open_days if entry.is_active else ():
                if self._matches(entry, d):
                    terms = self._sum(people, d, entry.symbols)
                    target = entry.target if entry.target is not None else entry.min
                    top = entry.max if entry.max is not None else entry.target
                    if entry.hard:
                        self.within(terms, entry.min, entry.max, None)
                        self.within(terms, entry.target, entry.target if entry.max is None else None,
                                    entry.under_weight, entry.over_weight)  # fmt: skip
                    else:
                        self.within(terms, target, top, entry.under_weight, entry.over_weight)

    def _daily(self) -> None:
        for limit in self.problem.settings.daily_limits:
            people = self.problem.ordinary(self.problem.in_scope(limit.scope))
            for d in self.problem.plain_days if limit.is_active else ():
                if self._matches(limit, d):
                    terms = self._sum(people, d, limit.symbols)
                    self.within(terms, limit.min, limit.max, self._price(limit.hard, limit.weight))

    def _allowed(self) -> None:
        for entry in self.problem.settings.allowed_shifts:
            for s in self.problem.in_scope(entry.scope) if entry.is_active else ():
                for (person, _, k), v in self.x.items() if s not in self.problem.on_call else ():
                    if person == s and k not in entry.symbols:
                        self.forbid([v], self._price(entry.hard, entry.weight))

    def _wishes(self) -> None:
        for wish in self.problem.settings.requests:
            if wish.is_active:
                v = self.x.get((wish.staff_id, wish.date, wish.symbol))
                literal = v if not wish.want else (-v - 1 if v is not None else self.known())
                self.forbid([literal], self._price(wish.hard, wish.weight))
        for rule in self.problem.settings.priority_rules:
            wanted = rule.rule_type in ("preferred_shift", "required_shift")
            if not rule.is_active or (not wanted and rule.shift in rule.except_symbols):
                continue
            for s, d in product(self.problem.rule_staff(rule), self.problem.plain_days):
                if self._matches(rule, d) and self.problem.employed(s, d):
                    v = self.on(s, d, (rule.shift, *rule.except_symbols)) if wanted else self.x.get((s, d, rule.shift))
                    literal = v if not wanted else (-v - 1 if v is not None else self.known())
                    self.forbid([literal], self._price(rule.hard, rule.weight))

    def _sequences(self) -> None:
        for entry in self.problem.settings.forbidden_sequences:
            n = len(entry.symbols)
            for s in self.problem.in_scope(entry.scope) if entry.is_active else ():
                for first in (plus(self.problem.period.start, j) for j in range(1 - n, len(self.problem.days) - n + 1)):
                    days = [plus(first, j) for j in range(n)]
                    if self._matches(entry, first) and not any(map(self.problem.closed, days)):
                        places = [self._cell(s, d, place) for d, place in zip(days, entry.symbols, strict=True)]
                        self.forbid(places, self._price(entry.hard, entry.weight))

    def _cell(self, s: str, d: date, symbols: Iterable[str]) -> int | None:
        """A literal for a cell, also one of history."""
        if d < self.problem.period.start:
            return self.known() if self.problem.before(s, d) in tuple(symbols) else None
        return self.on(s, d, symbols)

    def _stretches(self) -> None:
        def symbols_of(entry: Stretch) -> tuple[str, ...]:
            return entry.symbols if entry.symbols is not None else self.problem.of_kind(entry.kind or "")

        def keys(entry: Stretch) -> list[tuple[frozenset[str], str]]:
            return [(frozenset(symbols_of(entry)), side) for side in ("min", "max") if getattr(entry, side) is not None]

        entries = self.problem.settings.stretches
        for (s, (symbols, side)), i in self.problem.most_specific(entries, keys).items():
            price = self._price(entries[i].hard, entries[i].weight)
            row, first = self._row(s, symbols, entries[i])
            bound = getattr(entries[i], side)
            if side == "max":
                for at in range(len(row) - bound):
                    if at + bound >= first:  # what lies in history whole is past
                        self.forbid(row[at : at + bound + 1], price)
            else:
                for length in range(1, bound):
                    for at in range(1, len(row) - length):
                        if at + length >= first + (0 if entries[i].include_history else 1):
                            inside = row[at : at + length]
                            edges = [self._not(row[at - 1]), self._not(row[at + length])]
                            amount = None if price is None else price * (bound - length)
                            self.forbid([*inside, *(e for e in edges if e != TRUE)], amount)

    def _not(self, literal: int | None) -> int | None:
        return TRUE if literal is None else -literal - 1

    def _row(self, s: str, symbols: frozenset[str], entry: Stretch) -> tuple[list[int | None], int]:
        """The person's days on the symbols, with what history says in front, and the place of the first own day."""
        problem, before = self.problem, list[int | None]()
        day = plus(problem.period.start, -1)
        while problem.employed(s, problem.period.start) and problem.before(s, day) is not None:
            before.insert(0, self.known() if problem.before(s, day) in symbols else None)
            day = plus(day, -1)
        known = bool(before) or entry.border == "closed"
        work = {k for k in symbols if problem.shift_by_symbol[k].kind == "work"}
        own = [self.on(s, d, symbols - work if d in problem.closed_days else symbols) for d in problem.employed_days(s)]
        row = [*([None] if known else []), *before, *own, *([None] if entry.border == "closed" else [])]
        return row, len(before) + known

    def _totals(self) -> None:
        problem = self.problem
        for limit in problem.settings.monthly_limits:
            whole = len(problem.days)
            for s in problem.in_scope(limit.scope) if limit.is_active else ():
                days = [d for d in problem.employed_days(s) if limit.include_calendar or d not in problem.closed_days]
                share = len(problem.employed_days(s))
                terms = []
                for d, shift in product(days, problem.settings.shift_types):
                    values = {"count": 2, "off_equivalent": shift.off_equivalent, "minutes": 2 * (shift.minutes or 0)}
                    value = values[limit.measure]
                    if value and (limit.symbols is None or shift.symbol in limit.symbols) and (s, d, shift.symbol) in self.x:
                        terms.append(
                            (self.x[s, d, shift.symbol], value if limit.measure == "off_equivalent" else value // 2)
                        )
                unit = 1 if limit.measure == "off_equivalent" else 2
                low = None if limit.min is None else limit.min // unit * share // whole
                high = None if limit.max is None else -(-limit.max // unit * share // whole)
                if limit.per == "period" or len(list(problem.period.months())) == 1:
                    self.within(terms, low, high, self._price(limit.hard, limit.weight))
        for weekly in problem.settings.weekly_limits:
            for s, week in product(problem.in_scope(weekly.scope), problem.period.weeks(weekly.week_start)):
                days = [d for d in week if problem.employed(s, d) and d not in problem.closed_days]
                if weekly.is_active and days:
                    terms = [term for d in days for term in self._sum([s], d, weekly.symbols)]
                    low = None if weekly.min is None else weekly.min * len(days) // 7
                    high = None if weekly.max is None else -(-weekly.max * len(days) // 7)
                    self.within(terms, low, high, self._price(weekly.hard, weekly.weight))

    def _weekends(self) -> None:
        for entry in self.problem.settings.weekends:
            weekends = list(self.problem.period.spans(entry.days))
            for s in self.problem.ordinary(self.problem.in_scope(entry.scope)) if entry.is_active else ():
                self._weekends_of(entry, s, weekends)

    def _weekends_of(self, entry: WeekendRule, s: str, weekends: list[tuple[date, ...]]) -> None:
        price = self._price(entry.hard, entry.weight)
        symbols = entry.symbols if entry.symbols is not None else self.problem.of_kind("work")
        touched: list[int] = []
        for days in weekends:
            lits = [self.on(s, d, symbols) if self.problem.employed(s, d) else None for d in days]
            worked = self.variable()
            touched.append(worked)
            inside = [v for v in lits if v is not None]
            self.rows += [Row([(v, 1), (worked, -1)], None, 0) for v in inside]
            self.rows.append(Row([(worked, 1), *((v, -1) for v in inside)], None, 0))
            if len(inside) == len(days) and not any(map(self.problem.closed, days)):
                if entry.complete:
                    self.within([(worked, len(days)), *((v, -1) for v in inside)], None, 0, price)
                if entry.identical:
                    used = []
                    for k in symbols:
                        u = self.variable()
                        used.append((u, 1))
                        self.rows += [Row([(self.x[s, d, k], 1), (u, -1)], None, 0) for d in days if (s, d, k) in self.x]
                    self.within(used, None, 1, price)
        if entry.max_working is not None:
            self.within([(v, 1) for v in touched], None, entry.max_working, price)
        if entry.max_consecutive is not None:
            for at in range(len(touched) - entry.max_consecutive):
                self.forbid(touched[at : at + entry.max_consecutive + 1], price)
        row: list[int | None] = [None, *touched, None] if entry.border == "closed" else [*touched]
        for length in range(1, entry.min_consecutive or 1):
            for at in range(1, len(row) - length):
                edges = [self._not(row[at - 1]), self._not(row[at + length])]
                amount = None if price is None else price * ((entry.min_consecutive or 0) - length)
                self.forbid([*row[at : at + length], *(e for e in edges if e != TRUE)], amount)


TRUE = 1 << 40
"""A literal that is true, whatever the variables are."""
