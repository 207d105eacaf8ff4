"""A schedule: frozen staff × date → symbol."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType


class Schedule:
    """The cells of one period. Immutable; `with_cell` gives a new one."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Mapping[str, Mapping[date, str]]) -> None:
        self._rows: dict[str, dict[date, str]] = {staff: dict(row) for staff, row in rows.items()}

    def at(self, staff: str, day: date) -> str | None:
        """The symbol in a cell; None where there is no such cell."""
        row = self._rows.get(staff)
        return row.get(day) if row is not None else None

    def row(self, staff: str) -> Mapping[date, str]:
        """One person's cells by date."""
        return MappingProxyType(self._rows.get(staff, {}))

    @property
    def staff_ids(self) -> Iterable[str]:
        """Everybody who has a row."""
        return self._rows.keys()

    def with_cell(self, staff: str, day: date, symbol: str) -> Schedule:
        """The same schedule with one cell changed."""
        made = Schedule({})
        made._rows = {**self._rows, staff: {**self._rows.get(staff, {}), day: symbol}}  # the other rows are shared
        return made

    def to_json(self) -> dict[str, dict[str, str]]:
        """Staff id → ISO date → symbol, dates in order."""
        return {staff: {day.isoformat(): row[day] for day in sorted(row)} for staff, row in self._rows.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(tuple((staff, tuple(sorted(row.items()))) for staff, row in sorted(self._rows.items())))

    def __repr__(self) -> str:
        return f"Schedule({self._rows!r})"
