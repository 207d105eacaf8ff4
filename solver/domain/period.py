"""Dates: the period to fill, its weeks, months and weekends, and proration. All calendar arithmetic is here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, NamedTuple

from solver.domain.base import WEEKDAYS, Day, Frozen, Id, Weekday

DayRule = Literal["must_day_off", "must_work"]


def plus(day: date, days: int) -> date:
    """The date `days` days later (earlier if negative)."""
    return day + timedelta(days=days)


def weekday_of(day: date) -> Weekday:
    """The day's name in the week, Sunday first."""
    return WEEKDAYS[day.isoweekday() % 7]  # type: ignore[return-value]


def days_between(start: date, end: date) -> tuple[date, ...]:
    """Every date from `start` to `end`, both included; empty if `end` lies before `start`."""
    return tuple(plus(start, i) for i in range((end - start).days + 1))


class Weekend(NamedTuple):
    """A Saturday and the Sunday after it."""

    saturday: date
    sunday: date


class Period(Frozen):
    """The dates to fill, both ends included."""

    start: Day
    end: Day

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every date of the period in order."""
        return days_between(self.start, self.end)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def index(self, day: date) -> int:
        """How many days after the start; negative before it."""
        return (day - self.start).days

    def weeks(self, first: Weekday) -> Iterator[tuple[date, ...]]:
        """The whole weeks that touch the period, each seven dates from `first`; the outer ones may stick out of it."""
        since_first = (self.start.isoweekday() % 7 - WEEKDAYS.index(first)) % 7
        day = plus(self.start, -since_first)
        while day <= self.end:
            yield days_between(day, plus(day, 6))
            day = plus(day, 7)

    def months(self) -> Iterator[tuple[date, ...]]:
        """The period's dates, cut at the ends of calendar months."""
        month: list[date] = []
        for day in self.days:
            if month and day.month != month[-1].month:
                yield tuple(month)
                month = []
            month.append(day)
        yield tuple(month)

    def weekends(self) -> Iterator[Weekend]:
        """Every weekend that touches the period; its Saturday or its Sunday may lie just outside."""
        to_saturday = -1 if self.start.isoweekday() == 7 else 6 - self.start.isoweekday()
        day = plus(self.start, to_saturday)
        while day <= self.end:
            yield Weekend(day, plus(day, 1))
            day = plus(day, 7)

    def spans(self, days: tuple[Weekday, ...]) -> Iterator[tuple[date, ...]]:
        """Every run of these days of the week, which follow each other, that touches the period; it may stick out of it."""
        length = len(days)
        day = plus(self.start, 1 - length)
        while weekday_of(day) != days[0]:
            day = plus(day, 1)
        while day <= self.end:
            yield days_between(day, plus(day, length - 1))
            day = plus(day, 7)


class HolidayRule(Frozen):
    """What public holidays do: nothing, close the house, or count as Sundays wherever a rule names days of the week."""

    country: Id = "JP"
    subdivision: Id | None = None
    rule: Literal["none", "must_day_off", "as_sunday"] = "none"

    def dates(self, start: date, end: date) -> frozenset[date]:
        """Public holidays from `start` to `end`; computed offline by the `holidays` package."""
        if self.rule == "none":
            return frozenset()
        import holidays as public_holidays  # most problems end without them, and every process would load their calendars

        years = range(start.year, end.year + 1)
        found = public_holidays.country_holidays(self.country, subdiv=self.subdivision, years=years)
        return frozenset(day for day in found if start <= day <= end)

    def known(self) -> bool:
        """Whether the holidays package knows this country (and subdivision)."""
        import holidays as public_holidays

        countries = public_holidays.list_supported_countries()
        return self.country in countries and (self.subdivision is None or self.subdivision in countries[self.country])


def prorated_down(amount: int, part: int, whole: int) -> int:
    """⌊amount · part / whole⌋: a minimum for somebody who is there for a part only."""
    return amount * part // whole


def prorated_up(amount: int, part: int, whole: int) -> int:
    """⌈amount · part / whole⌉: a maximum for somebody who is there for a part only."""
    return -(-amount * part // whole)
