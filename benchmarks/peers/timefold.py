"""Timefold Solver 1 for Python: a metaheuristic (late acceptance) on constraint streams, as it comes.

Each person and day is a planning entity, its symbol the planning variable. Staff needed on a day is a stream of its own;
the rules of one person's row are one stream that judges the row whole, clause by clause. The package is a pre-release
(PyPI `timefold`), brings its own jar and wants a Java 17; it translates these functions into Java bytecode. Starting the
virtual machine and translating is not counted as time for solving.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

from benchmarks.peers import Answer, Task, Unable
from benchmarks.peers.textbook import TRUE, Textbook
from solver import read_problem
from solver.domain.entry import WeekendRule

Literal = list[int]
"""day, mask, day, mask, …: true if on some of the days the symbol is in the mask."""


class Ledger(Textbook):
    """The textbook rules as clauses and sums over cells, person by person, and the sums over several people."""

    def __init__(self, task: Task) -> None:
        problem = read_problem(task.document)
        self.number = {shift.symbol: i for i, shift in enumerate(problem.settings.shift_types)}
        self.day = {d: i for i, d in enumerate(problem.days)}
        self.literals: list[tuple[str, Literal]] = []
        self.clauses: list[tuple[list[int], int | None]] = []
        self.sums: list[tuple[list[tuple[int, int]], int | None, int | None, int | None, int | None]] = []
        super().__init__(problem)

    def _literal(self, s: str, pairs: Literal) -> int:
        self.literals.append((s, pairs))
        return len(self.literals) - 1

    def _cells(self) -> None:
        for person in self.problem.staff:
            for d in self.problem.employed_days(person.id):
                for k in self.problem.choices(person.id, d):
                    self.x[person.id, d, k] = self._literal(person.id, [self.day[d], 1 << self.number[k]])

    def on(self, s: str, d: date, symbols: Iterable[str]) -> int | None:
        """The literal of a cell."""
        key = (s, d, frozenset(symbols))
        if key not in self._on:
            inside = [k for k in key[2] if (s, d, k) in self.x]
            mask = sum(1 << self.number[k] for k in inside)
            self._on[key] = self._literal(s, [self.day[d], mask]) if inside else None
        return self._on[key]

    def known(self) -> int:
        """A literal that is always true."""
        return self._literal("", [0, (1 << len(self.number)) - 1])

    def within(
        self,
        terms: list[tuple[int, int]],
        low: int | None,
        high: int | None,
        price: int | None,
        high_price: int | None = None,
    ) -> None:
        """Note a sum."""
        if terms and (low is not None or high is not None):
            self.sums.append((terms, low, high, price, price if high_price is None else high_price))

    def forbid(self, literals: Iterable[int | None], price: int | None) -> None:
        """Note a clause."""
        found = [literal for literal in literals if literal is not None]
        if None not in literals and price != 0:
            self.clauses.append((found, price))

    def _weekends_of(self, entry: WeekendRule, s: str, weekends: list[tuple[date, ...]]) -> None:
        price = self._price(entry.hard, entry.weight)
        symbols = entry.symbols if entry.symbols is not None else self.problem.of_kind("work")
        touched: list[int] = []
        for days in weekends:
            own = [v for d in days if self.problem.employed(s, d) and (v := self.on(s, d, symbols)) is not None]
            worked = self._literal(s, [n for v in own for n in self.literals[v][1]])
            touched.append(worked)
            if len(own) == len(days) and not any(map(self.problem.closed, days)):
                if entry.complete:
                    self.within([(worked, len(days)), *((v, -1) for v in own)], None, 0, price)
                if entry.identical:
                    used = [
                        [n for d in days if (s, d, k) in self.x for n in self.literals[self.x[s, d, k]][1]] for k in symbols
                    ]
                    self.within([(self._literal(s, pairs), 1) for pairs in used], None, 1, price)
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


def solve(task: Task) -> Answer:
    """Build the planning problem and let Timefold improve it until time is up.

    Raises
    ------
    Unable
        Timefold is not installed, or finds no Java.
    """
    try:
        from benchmarks.peers import timefold_model as model
    except ImportError as error:
        raise Unable(f"{error}; pip install 'toban[peer-timefold]'") from error
    except Exception as error:
        raise Unable(f"the Java virtual machine did not start: {error}") from error
    ledger = Ledger(task)
    roster = _roster(ledger, model)
    started = time.monotonic()
    found: Any = model.improve(roster, task.seconds, task.seed)
    if any(cell.symbol is None for cell in found.cells):
        return Answer("UNKNOWN", None, None, None, [], "time ran out before every cell held a symbol")
    symbols = list(ledger.number)
    schedule: dict[str, dict[str, str]] = {}
    for cell in found.cells:
        schedule.setdefault(cell.person, {})[ledger.problem.days[cell.day].isoformat()] = symbols[cell.symbol]
    objective = -int(found.score.soft_score)
    at = time.monotonic() - started
    why = f"breaks hard rules by {-int(found.score.hard_score)}" if found.score.hard_score else ""
    return Answer("FEASIBLE", schedule, objective, None, [(at, objective, None)], why)


def _roster(ledger: Ledger, model: Any) -> Any:
    """The entities and facts; clauses and sums as rows of whole numbers, the soft and the hard ones apart."""
    soft: dict[str, list[list[int]]] = {p.id: [] for p in ledger.problem.staff}
    hard: dict[str, list[list[int]]] = {p.id: [] for p in ledger.problem.staff}
    needs: list[Any] = []
    for literals, price in ledger.clauses:
        owner = next(
            (ledger.literals[v if v >= 0 else -v - 1][0] for v in literals if ledger.literals[v if v >= 0 else -v - 1][0]),
            "",
        )
        row = [1 if price is None else price]
        for v in literals:
            pairs = ledger.literals[v if v >= 0 else -v - 1][1]
            row += [0 if v >= 0 else 1, len(pairs), *pairs]
        if owner:
            (hard if price is None else soft)[owner].append(row)
    totals_soft: dict[str, list[list[int]]] = {p.id: [] for p in ledger.problem.staff}
    totals_hard: dict[str, list[list[int]]] = {p.id: [] for p in ledger.problem.staff}
    for terms, low, high, price, high_price in ledger.sums:
        owners = {ledger.literals[v][0] for v, _ in terms}
        bounds = [-1_000_000_000 if low is None else low, 1_000_000_000 if high is None else high]
        prices = [1, 1] if price is None else [price, high_price or 0]
        if len(owners) == 1:
            row = [*prices, *bounds]
            for v, factor in terms:
                row += [factor, len(ledger.literals[v][1]), *ledger.literals[v][1]]
            (totals_hard if price is None else totals_soft)[owners.pop()].append(row)
        else:
            day = ledger.literals[terms[0][0]][1][0]
            mask = 0
            for v, _ in terms:
                mask |= ledger.literals[v][1][1]
            needs.append(model.Need(len(needs), day, mask, sorted(owners), *bounds, *prices, price is None))
    people = [
        model.Person(p.id, len(ledger.problem.days), soft[p.id], hard[p.id], totals_soft[p.id], totals_hard[p.id])
        for p in ledger.problem.staff
    ]
    ranges: dict[tuple[str, int], list[int]] = {}
    for s, d, k in ledger.x:
        ranges.setdefault((s, ledger.day[d]), []).append(ledger.number[k])
    cells = [model.Cell(f"{s} {d}", s, d, symbols) for (s, d), symbols in ranges.items()]
    return model.Roster(people, needs, cells)
