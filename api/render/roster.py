"""The roster as a page shows it: columns, rows and cells, each cell with everything there is to say about it.

Built once from a result (or from a roster that was checked) and drawn by the table, the workbook and the page alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from api.render.marks import Marks, marks_of
from api.render.names import Names
from api.render.plain import plain
from api.render.words import cover_reason
from solver.domain.cover import Cover
from solver.domain.fact import Severity, Violation
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.shift import ShiftType
from solver.result import Result

TONES = ("normal", "early", "late", "work", "off", "leave", "away")
"""What a symbol is drawn as: its role where it is a well-known one, else its kind (`leave`: a day off besides ×)."""


@dataclass(frozen=True)
class Column:
    """One date. `order` is what the calendar says of it: closed, everybody works, or nothing."""

    day: date
    order: str | None
    holiday: bool
    broken: Severity | None
    sentences: tuple[str, ...]

    @property
    def closed(self) -> bool:
        """Whether the house is closed."""
        return self.order == "must_day_off"

    @property
    def weekend(self) -> bool:
        """Whether it is a Saturday, a Sunday, or a public holiday that counts as one."""
        return self.day.isoweekday() >= 6 or self.holiday


@dataclass(frozen=True)
class Cell:
    """One person on one date. `covers` and `sentences` say whom he covers and which rules are broken here."""

    symbol: str
    tone: str
    pinned: bool
    covers: tuple[str, ...]
    broken: Severity | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One person; None where he has no cell. `broken` marks what concerns him as a whole, such as a month's limit."""

    staff_id: str
    name: str
    cells: tuple[Cell | None, ...]
    broken: Severity | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Roster:
    """Names down, dates across."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    shifts: tuple[ShiftType, ...]
    names: Names

    @classmethod
    def of(cls, result: Result) -> Roster:
        """Lay out the roster of a result; without a schedule it has no rows."""
        return cls.judged(read_problem(result.problem), result.schedule or {}, result.violations, result.covers)

    @classmethod
    def judged(
        cls,
        problem: Problem,
        schedule: Mapping[str, Mapping[str, str]],
        violations: Sequence[Violation],
        covers: Sequence[Cover],
    ) -> Roster:
        """Lay out a schedule (staff id → ISO date → symbol) with what a check found."""
        names = Names.of(problem)
        marks = marks_of(violations, problem, schedule)
        return cls(
            columns=tuple(_column(problem, marks, day) for day in problem.days),
            rows=tuple(_rows(problem, schedule, marks, covers, names)),
            shifts=problem.settings.shift_types,
            names=names,
        )

    @cached_property
    def tones(self) -> dict[str, str]:
        """Symbol → tone, for the symbols of the settings."""
        return {shift.symbol: tone(shift) for shift in self.shifts}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell there is."""
        return tuple(cell for row in self.rows for cell in row.cells if cell is not None)

    @cached_property
    def shown_shifts(self) -> tuple[ShiftType, ...]:
        """The shift types that occur on this roster."""
        present = {cell.symbol for cell in self.cells}
        return tuple(shift for shift in self.shifts if shift.symbol in present)


def tone(shift: ShiftType) -> str:
    """How a shift type is drawn."""
    if shift.role in ("normal", "early", "late", "off", "away"):
        return shift.role
    return {"work": "work", "off": "leave", "away": "away"}[shift.kind]


def _column(problem: Problem, marks: Marks, day: date) -> Column:
    sunday_by_rule = problem.weekday(day) == "sunday" and day.isoweekday() != 7
    severity, sentences = marks.column(day)
    return Column(day, problem.day_rule(day), sunday_by_rule, severity, sentences)


def _rows(
    problem: Problem,
    schedule: Mapping[str, Mapping[str, str]],
    marks: Marks,
    covers: Sequence[Cover],
    names: Names,
) -> list[Row]:
    tones = {shift.symbol: tone(shift) for shift in problem.settings.shift_types}
    covered: dict[tuple[str, date], list[str]] = {}
    for cover in covers:
        covered.setdefault((cover.staff_id, cover.date), []).append(cover_reason(cover, names))
    rows: list[Row] = []
    for person in problem.staff:
        cells: list[Cell | None] = []
        for day in problem.days:
            symbol = schedule.get(person.id, {}).get(day.isoformat())
            if symbol is None:
                cells.append(None)
                continue
            severity, sentences = marks.cell(person.id, day)
            pinned = problem.pinned(person.id, day) is not None
            why = tuple(covered.get((person.id, day), ()))
            cells.append(Cell(plain(symbol), tones.get(symbol, "work"), pinned, why, severity, sentences))
        if any(cell is not None for cell in cells):
            severity, sentences = marks.row(person.id)
            rows.append(Row(person.id, names.staff(person.id), tuple(cells), severity, sentences))
    return rows
