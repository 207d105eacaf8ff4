"""The roster as a calendar: one event for each work shift, at its times, with an id that stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from api.render.ics import ics
from api.solving.export import judged
from solver import read_problem, read_schedule

NASTY = '田中, \\; \r\nBEGIN:VEVENT"x 🍣' + "長" * 60
TYPES = [
    {"symbol": "○", "name": "normal", "role": "normal", "kind": "work", "start": "10:00", "minutes": 480},
    {"symbol": "夜", "name": "night", "kind": "work", "start": "22:00", "minutes": 540},
    {"symbol": "研", "name": "course", "kind": "work"},
    {"symbol": "×", "role": "off", "kind": "off"},
]
STAMP = datetime(2026, 3, 1, tzinfo=UTC)


def events(rows: dict[str, str], start: str = "2026-03-01", **how: Any) -> list[Any]:
    first = date.fromisoformat(start)
    days = [str(first + timedelta(i)) for i in range(max(map(len, rows.values())))]
    document = {
        "period": {"start": days[0], "end": days[-1]},
        "staff": [{"id": one, "name": {"t": NASTY, "n": "中田"}[one]} for one in rows],
        "settings": {
            "shift_types": TYPES,
            "staff_groups": [{"id": "g", "name": "キッチン", "members": ["t"]}],
            "backup_assignments": [{"staff_id": "n", "group_id": "g"}] if "n" in rows else [],
        },
    }
    problem = read_problem(document)
    schedule = read_schedule({who: dict(zip(days, row, strict=False)) for who, row in rows.items()}, problem)
    text = ics(judged(problem, schedule), stamp=STAMP, **how)
    assert all(len(line) <= 75 for line in text.split(b"\r\n")), "long lines are folded"
    return list(Calendar.from_ical(text).walk("VEVENT"))


def test_a_shift_is_an_event_at_its_times_and_a_day_off_is_none() -> None:
    day, night, course = events({"t": "○夜×研"})
    assert (day["DTSTART"].dt, day["DTEND"].dt) == (datetime(2026, 3, 1, 10), datetime(2026, 3, 1, 18))  # noqa: DTZ001
    assert (night["DTSTART"].dt, night["DTEND"].dt) == (datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 7))  # noqa: DTZ001
    assert (course["DTSTART"].dt, course["DTEND"].dt) == (date(2026, 3, 4), date(2026, 3, 5))
    assert [str(one["SUMMARY"]) for one in (day, night, course)] == ["○ normal", "夜 night", "研 course"]


def test_in_a_time_zone_work_lasts_as_long_as_it_does() -> None:
    (night,) = events({"t": "夜"}, start="2026-03-28", zone=ZoneInfo("Europe/Berlin"))  # the clock goes forward
    assert night["DTSTART"].dt.astimezone(UTC) == datetime(2026, 3, 28, 21, tzinfo=UTC)
    assert night["DTEND"].dt.astimezone(UTC) - night["DTSTART"].dt.astimezone(UTC) == timedelta(minutes=540)
    assert night["DTSTART"].params["TZID"] == "Europe/Berlin"


def test_an_event_keeps_its_id_and_no_two_share_one() -> None:
    first = events({"t": "○○", "n": "○○"}, calendar="honten")
    again = events({"t": "○夜", "n": "○○"}, calendar="honten")
    ids = [str(one["UID"]) for one in first]
    assert ids == [str(one["UID"]) for one in again]
    assert len({*ids, *(str(one["UID"]) for one in events({"t": "○○", "n": "○○"}, calendar="other"))}) == 8
    assert {one["DTSTAMP"].dt for one in first} == {STAMP}


def test_names_are_text_whatever_they_hold_and_covers_are_told() -> None:
    found = events({"t": "○×", "n": "○○"}, title=NASTY)
    assert len(found) == 3
    assert str(found[0]["SUMMARY"]).startswith("田中, \\;")
    assert "BEGIN:VEVENT" in str(found[0]["SUMMARY"])
    assert [bool(one.get("DESCRIPTION")) for one in found] == [False, False, True]
    assert "キッチン" in str(found[2]["DESCRIPTION"])


def test_nobody_at_work_is_an_empty_calendar() -> None:
    assert events({"t": "××"}, zone=ZoneInfo("Asia/Tokyo")) == []
