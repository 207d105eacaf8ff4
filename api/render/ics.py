"""The roster as an iCalendar file (RFC 5545): one event for each work shift, with its times where the shift type has any.

Times are those of the clock on the wall (floating) unless a time zone is named. A shift without times is an event of the
whole day; days off are no events. An event's UID is made of the calendar, the person and the date, so that a calendar
that takes in a newer file changes the event it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from api.render.names import Names
from api.render.plain import plain
from api.render.words import cover_reason, covers
from solver.domain.problem import Problem
from solver.domain.reading import read_problem
from solver.domain.shift import ShiftType
from solver.result import Result

_PRODUCT = "-//toban//roster//EN"


def ics(
    result: Result, *, title: str = "", calendar: str = "", zone: ZoneInfo | None = None, stamp: datetime | None = None
) -> bytes:
    """Write the events of everybody who has cells; `calendar` tells calendars apart in which ids may be the same.

    With one person in it, an event is called after the shift alone; with several, after person and shift. `stamp` is when
    the roster was made, now if it is not said.
    """
    problem = read_problem(result.problem)
    people = [person.id for person in problem.staff if (result.schedule or {}).get(person.id)]
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    if title:
        made.add("x-wr-calname", plain(title))
    if zone is not None:
        made.add("x-wr-timezone", zone.key)
    for event in _events(problem, result, people, calendar, zone, stamp or datetime.now(UTC)):
        made.add_component(event)
    if zone is not None and made.events:
        made.add_missing_timezones()
    return bytes(made.to_ical())


def _events(
    problem: Problem, result: Result, people: list[str], calendar: str, zone: ZoneInfo | None, stamp: datetime
) -> Iterator[Event]:
    names = Names.of(problem)
    reasons: dict[tuple[str, date], list[str]] = {}
    for cover in result.covers:
        reasons.setdefault((cover.staff_id, cover.date), []).append(covers(cover_reason(cover, names)))
    for staff in people:
        for text, symbol in sorted((result.schedule or {})[staff].items()):
            shift, day = problem.shift_by_symbol.get(symbol), date.fromisoformat(text)
            if shift is None or shift.kind != "work":
                continue
            event = Event()
            event.add("uid", _uid(calendar, staff, text))
            event.add("dtstamp", stamp)
            _place(event, shift, day, zone)
            what = " ".join(filter(None, (plain(shift.symbol), plain(shift.name))))
            event.add("summary", what if len(people) == 1 else f"{names.staff(staff)}: {what}")
            if why := reasons.get((staff, day)):
                event.add("description", "\n".join(why))
            yield event


def _place(event: Event, shift: ShiftType, day: date, zone: ZoneInfo | None) -> None:
    """Say when: from the clock's time on, or all day."""
    if shift.starts_at is None or not shift.minutes:
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    start = datetime.combine(day, time(*divmod(shift.starts_at, 60)), tzinfo=zone)
    event.add("dtstart", start)
    event.add("dtend", _later(start, shift.minutes))


def _later(start: datetime, minutes: int) -> datetime:
    """Work that many minutes, also on the night on which the clock is changed."""
    if start.tzinfo is None:
        return start + timedelta(minutes=minutes)
    return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)


def _uid(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32] + "@toban"
