"""Hold two answers to one problem against each other, field by field and cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

NOT_COMPARED = frozenset({"stats"})  # times differ from run to run, also where the answer is the same


class Difference(NamedTuple):
    """One thing two answers tell differently. `place`: a field, or `schedule/STAFF/DATE`; None where it is absent."""

    place: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Compare two results as JSON data, all but `stats`: the cells of the schedules, each other field as a whole."""
    found: list[Difference] = []
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if name in NOT_COMPARED or (old == new and (name in before) == (name in after)):
            continue
        if name == "schedule" and isinstance(old, dict) and isinstance(new, dict):
            found += _cells(old, new)
        else:
            found.append(Difference(name, old, new))
    return tuple(found)


def _cells(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    found = []
    for staff in dict.fromkeys([*before, *after]):
        old, new = before.get(staff) or {}, after.get(staff) or {}
        for day in sorted({*old, *new}):
            if old.get(day) != new.get(day):
                found.append(Difference(f"schedule/{staff}/{day}", old.get(day), new.get(day)))
    return found
