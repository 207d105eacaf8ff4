"""Calendar arithmetic: dates are dates, whatever the clocks do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.domain.base import WEEKDAYS
from solver.domain.period import HolidayRule, Period, Weekend, days_between, plus, prorated_down, prorated_up, weekday_of

DAYS = st.dates(date(1901, 1, 1), date(2198, 12, 31))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    return Period(start=start, end=start + timedelta(days=draw(st.integers(0, 365))))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2024-02-28", "2024-03-01", 3),  # leap year
        ("2025-02-28", "2025-03-01", 2),
        ("2100-02-28", "2100-03-01", 2),  # no leap year
        ("2000-02-28", "2000-03-01", 3),
        ("2025-03-29", "2025-03-31", 3),  # clocks go forward in Europe
        ("2025-10-25", "2025-10-27", 3),  # and back
        ("2024-12-31", "2025-01-01", 2),
        ("2025-01-01", "2025-01-01", 1),
    ],
)
def test_days_of_a_period(start: str, end: str, count: int) -> None:
    period = Period(start=day(start), end=day(end))
    assert len(period.days) == count
    assert period.days[0] == day(start)
    assert period.days[-1] == day(end)
    assert period.index(period.end) == count - 1


def test_days_between_reversed_dates_are_none() -> None:
    assert days_between(day("2025-01-02"), day("2025-01-01")) == ()


@given(periods())
def test_days_follow_each_other_and_lie_in_the_period(period: Period) -> None:
    assert all(plus(one, 1) == two for one, two in zip(period.days, period.days[1:], strict=False))
    assert all(one in period and period.days[period.index(one)] == one for one in period.days)
    assert plus(period.start, -1) not in period
    assert plus(period.end, 1) not in period
    assert period.index(plus(period.start, -3)) == -3


@given(periods(), st.sampled_from(WEEKDAYS))
def test_weeks_are_whole_and_cover_the_period_once(period: Period, first: str) -> None:
    weeks = list(period.weeks(first))  # type: ignore[arg-type]
    assert all(len(week) == 7 and weekday_of(week[0]) == first for week in weeks)
    assert all(set(week) & set(period.days) for week in weeks)
    assert [one for week in weeks for one in week if one in period] == list(period.days)


@given(periods())
def test_months_cut_the_period_where_months_end(period: Period) -> None:
    months = list(period.months())
    assert [one for month in months for one in month] == list(period.days)
    assert all(len({(one.year, one.month) for one in month}) == 1 for month in months)
    assert all(two[0].day == 1 for two in months[1:])


@given(periods())
def test_weekends_touch_the_period_and_none_is_left_out(period: Period) -> None:
    weekends = list(period.weekends())
    assert all(one.saturday.isoweekday() == 6 and one.sunday == plus(one.saturday, 1) for one in weekends)
    assert all(one.saturday in period or one.sunday in period for one in weekends)
    assert sorted(d for one in weekends for d in one if d in period) == [d for d in period.days if d.isoweekday() >= 6]


def test_weekends_at_the_borders_stick_out() -> None:
    sunday_to_saturday = Period(start=day("2025-01-05"), end=day("2025-01-11"))
    assert list(sunday_to_saturday.weekends()) == [
        Weekend(day("2025-01-04"), day("2025-01-05")),
        Weekend(day("2025-01-11"), day("2025-01-12")),
    ]
    assert list(Period(start=day("2025-01-06"), end=day("2025-01-10")).weekends()) == []


@pytest.mark.parametrize(("text", "name"), [("2025-01-05", "sunday"), ("2025-01-06", "monday"), ("2024-02-29", "thursday")])
def test_weekdays(text: str, name: str) -> None:
    assert weekday_of(day(text)) == name


@given(st.integers(0, 10_000), st.integers(0, 366), st.integers(1, 366))
def test_proration_rounds_away_from_asking_too_much(amount: int, part: int, whole: int) -> None:
    down, up = prorated_down(amount, part, whole), prorated_up(amount, part, whole)
    assert down * whole <= amount * part <= up * whole
    assert up - down == (amount * part % whole > 0)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 7))
def test_proration_never_turns_bounds_round(low: int, more: int, part: int) -> None:
    assert prorated_down(low, part, 7) <= prorated_up(low + more, part, 7)


def test_proration_of_a_whole_is_the_whole() -> None:
    assert (prorated_down(8, 31, 31), prorated_up(8, 31, 31)) == (8, 8)
    assert (prorated_down(8, 0, 31), prorated_up(8, 0, 31)) == (0, 0)


def test_public_holidays_come_from_the_calendar_of_the_country() -> None:
    rule = HolidayRule(country="JP", rule="must_day_off")
    found = rule.dates(day("2025-01-01"), day("2025-01-13"))
    assert found == {day("2025-01-01"), day("2025-01-13")}  # 元日, 成人の日
    assert rule.dates(day("2024-12-31"), day("2025-01-01")) == {day("2025-01-01")}
    assert HolidayRule(country="JP").dates(day("2025-01-01"), day("2025-12-31")) == frozenset()


def test_countries_and_subdivisions_are_known_or_not() -> None:
    assert HolidayRule(country="JP").known()
    assert HolidayRule(country="DE", subdivision="BY").known()
    assert not HolidayRule(country="DE", subdivision="TOKYO").known()
    assert not HolidayRule(country="Atlantis").known()
