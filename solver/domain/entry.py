"""The settings of the rules: one type per rule, each entry with its own default weight.

Every entry may carry `id`, `scope`, `hard`, `weight` and `is_active`; penalty = weight × amount.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from solver.domain.base import (
    WEEKDAYS,
    Count,
    Day,
    DayOfWeek,
    Frozen,
    Halves,
    Id,
    Listed,
    Many,
    Symbol,
    Symbols,
    Text,
    Weekday,
    Weight,
    refuse,
)
from solver.domain.codes import Code
from solver.domain.staff import EVERYBODY, Scope


def _one_symbol_is_a_list(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _a_list_of_one_is_a_symbol(symbols: tuple[str, ...]) -> str | list[str]:
    return symbols[0] if len(symbols) == 1 else list(symbols)


Place = Annotated[
    Symbols,
    BeforeValidator(_one_symbol_is_a_list, json_schema_input_type=Symbol | Symbols),
    PlainSerializer(_a_list_of_one_is_a_symbol, return_type=str | list[str]),
]
"""One place of a sequence: a symbol, or a list of which any one will do."""


def _follow_each_other(days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    first = WEEKDAYS.index(days[0])
    if any(day != WEEKDAYS[(first + i) % 7] for i, day in enumerate(days)):
        raise refuse(Code.BAD_VALUE, "days of the week that follow each other, such as friday, saturday, sunday")
    return days


WeekendDays = Annotated[tuple[DayOfWeek, ...], Field(min_length=2, max_length=4), AfterValidator(_follow_each_other)]
"""The days of a weekend, two to four in a row."""


class Entry(Frozen):
    """What all rule entries share."""

    id: Id | None = None
    scope: Scope = EVERYBODY
    hard: bool = False
    weight: Weight = 0
    is_active: bool = True


class OnDays(Frozen):
    """A filter on dates: where both are given a date has to satisfy both; where neither is, every day does."""

    days_of_week: Many[DayOfWeek] | None = None
    dates: Many[Day] | None = None


class DailyLimit(Entry, OnDays):
    """On every such day, between `min` and `max` people of the scope stand on the symbols."""

    symbols: Symbols
    min: Count | None = None
    max: Count | None = None
    weight: Weight = 50  # per person above or below


class WeeklyLimit(Entry):
    """In every week, each person stands on the symbols between `min` and `max` days."""

    symbols: Symbols
    min: Count | None = None
    max: Count | None = None
    week_start: DayOfWeek = "monday"
    include_calendar: bool = False
    weight: Weight = 60  # per day above or below


class MonthlyLimit(Entry):
    """In the period or in every calendar month, each person's measure lies between `min` and `max`."""

    measure: Literal["count", "off_equivalent", "minutes"] = "count"
    symbols: Symbols | None = None
    min: Halves | None = None
    max: Halves | None = None
    per: Literal["period", "calendar_month"] = "period"
    include_calendar: bool = False
    weight: Weight = 80  # per day (count), half day (off_equivalent) or minute (minutes)


class AllowedShifts(Entry):
    """People of the scope stand only on these symbols."""

    symbols: Symbols
    weight: Weight = 150  # per cell


class PriorityRule(Entry, OnDays):
    """A wish or an order about one shift on certain days. Required and blocked are hard unless told otherwise."""

    rule_type: Literal["preferred_shift", "avoided_shift", "required_shift", "blocked_shift"]
    staff_ids: Many[Id] | None = None
    shift: Symbol
    except_symbols: Listed[Symbol] = ()
    weight: Weight = 20  # per cell; 500 for required and blocked

    @model_validator(mode="before")
    @classmethod
    def _orders_are_hard(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("rule_type") in ("required_shift", "blocked_shift"):
            return {"hard": True, "weight": 500, **data}
        return data


class AtBorder(Frozen):
    """What lies beyond the period where `history` does not tell: maybe more of the same (`open`), or nothing (`closed`)."""

    border: Literal["open", "closed"] = "open"


class ForbiddenSequence(Entry, OnDays):
    """These symbols do not stand on consecutive days; each place is a symbol or a list of them.

    The filter on days is about the day on which a sequence begins.
    """

    symbols: Annotated[tuple[Place, ...], Field(min_length=1, max_length=14)]
    weight: Weight = 30  # per occurrence


class Stretch(Entry, AtBorder):
    """Consecutive days of one kind (or of the given symbols) number between `min` and `max`.

    `include_history`: a stretch of `history` that the first day of the period ends may be too short as well.
    """

    kind: Literal["work", "off"] | None = None
    symbols: Symbols | None = None
    min: Annotated[int, Field(ge=1, le=366)] | None = None
    max: Annotated[int, Field(ge=1, le=366)] | None = None
    include_history: bool = False
    weight: Weight = 200  # per day too long or too short


class Rest(Entry):
    """Between shifts on consecutive days lie at least this many minutes."""

    minutes: Annotated[int, Field(ge=1, le=1440)]
    hard: bool = True
    weight: Weight = 1  # per minute short


class Demand(Entry, OnDays):
    """Staff needed: on each such day people of the scope (with the skill) stand on the symbols.

    `target` (default: `min`) is what is wanted. Below it each person missing costs `under_weight`; above `max` — or
    above a target that is stated, where there is no max — each person too many costs `over_weight`. `hard` makes
    `min` and `max` hard; a target above the minimum stays a wish.
    """

    symbols: Symbols
    skill: Text | None = None
    min: Count | None = None
    target: Count | None = None
    max: Count | None = None
    under_weight: Weight = 100  # per person missing
    over_weight: Weight = 50  # per person too many
    weight: Weight = 100  # per person; where the two above are not given, it stands for both

    @model_validator(mode="before")
    @classmethod
    def _one_weight_for_both(cls, data: object) -> object:
        if isinstance(data, dict) and "weight" in data:
            return {"under_weight": data["weight"], "over_weight": data["weight"], **data}
        return data


class WeekendRule(Entry, AtBorder):
    """At most `max_working` weekends with work; `complete`: all its days or none; `identical`: one shift on all of them.

    `min_consecutive`, `max_consecutive`: weekends worked in a row. `days`: which days of the week a weekend is.
    """

    max_working: Count | None = None
    complete: bool = False
    identical: bool = False
    min_consecutive: Annotated[int, Field(ge=1, le=53)] | None = None
    max_consecutive: Annotated[int, Field(ge=1, le=53)] | None = None
    days: WeekendDays = ("saturday", "sunday")
    symbols: Symbols | None = None
    weight: Weight = 30  # per weekend too many, too few or half worked (with longer weekends: per day), or second shift


class Request(Entry):
    """One person's wish for one cell: the symbol (`want` true) or anything but it (false)."""

    staff_id: Id
    date: Day
    symbol: Symbol
    want: bool = True
    weight: Weight = 10  # per cell


class AfterClosure(Entry):
    """On the first `days` days after at least `min_closed_days` closed days nobody of the scope stands on the symbols."""

    min_closed_days: Annotated[int, Field(ge=1, le=366)] = 3
    days: Annotated[int, Field(ge=1, le=366)] = 1
    symbols: Symbols
    weight: Weight = 500  # per cell


class Fairness(Entry):
    """Everybody of the scope gets about the same: days off, early or late shifts, worked weekends, or covers."""

    measure: Literal["off", "early", "late", "weekend", "cover"]
    weight: Weight = 5  # per unit of max − min − 1


class Stability(Frozen):
    """Keep the published roster (`baseline`): what each change costs, and how many are allowed at all."""

    weight: Weight = 10  # per changed cell, ×3 in the first 7 days, ×2 in the next 7
    hard: bool = False
    max_changes: Count | None = None
