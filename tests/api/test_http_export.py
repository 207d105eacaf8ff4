"""Rosters as files over HTTP: every format, names of files, languages, one person, and what is refused."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import unquote

import httpx
import openpyxl
import pytest
from icalendar import Calendar

from api.routes.export import disposition
from tests.api.conftest import Server
from tests.api.test_http_store import house

__all__ = ["house"]
ROWS: dict[str, dict[str, str]] = {
    "sato": {"2026-01-05": "×", "2026-01-06": "○"},
    "nakata": {"2026-01-05": "○", "2026-01-06": "△"},
}
ROSTER = {"label": "一月/案", "period": {"start": "2026-01-05", "end": "2026-01-06"}, "schedule": ROWS}
NAKATA = {"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}


def name_of(answer: httpx.Response) -> str:
    return unquote(answer.headers["content-disposition"].rpartition("''")[2])


@pytest.fixture
def kept(house: tuple[httpx.Client, str]) -> tuple[httpx.Client, str]:
    client, path = house
    client.post(f"{path}/backup-assignments", json=NAKATA)
    assert client.put(f"{path}/rosters/jan", json=ROSTER).status_code == 201
    return client, f"{path}/rosters/jan/export"


def test_every_format_holds_the_roster(kept: tuple[httpx.Client, str]) -> None:
    client, path = kept
    found = {kind: client.get(path, params={"format": kind}) for kind in ("csv", "xlsx", "html", "ics")}
    for kind, answer in found.items():
        assert answer.status_code == 200, answer.text
        assert name_of(answer) == f"本店-一月-案.{kind}"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert found["csv"].content.startswith(b"\xef\xbb\xbfstaff_id,name,2026-01-05")
    sheet = openpyxl.load_workbook(io.BytesIO(found["xlsx"].content))["roster"]
    assert sheet["A1"].value == "本店 一月/案"
    assert "佐藤" in found["html"].text
    assert len(list(Calendar.from_ical(found["ics"].content).walk("VEVENT"))) == 3
    assert found["ics"].headers["content-type"].startswith("text/calendar")


def test_of_one_person_in_his_language_and_time_zone(kept: tuple[httpx.Client, str]) -> None:
    client, path = kept
    asked = {"format": "ics", "staff_id": "nakata", "timezone": "Asia/Tokyo"}
    answer = client.get(path, params=asked, headers={"Accept-Language": "ja"})
    assert (answer.headers["content-language"], name_of(answer)) == ("ja", "本店-一月-案-中田.ics")
    cover, early = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(cover["SUMMARY"]) == "○ normal"
    assert "キッチン" in str(cover["DESCRIPTION"])
    assert early["DTSTART"].dt.isoformat() == "2026-01-06T06:00:00+09:00"
    assert "佐藤" not in client.get(path, params={"format": "csv", "staff_id": "nakata"}).text


def test_whoever_left_and_symbols_that_are_no_more_are_still_in_it(house: tuple[httpx.Client, str]) -> None:
    client, path = house
    rows = {**ROWS, "gone": {"2026-01-05": "Q"}}
    assert client.put(f"{path}/rosters/old", json={**ROSTER, "schedule": rows}).status_code == 201
    client.delete(f"{path}/staff/sato")
    text = client.get(f"{path}/rosters/old/export", params={"format": "csv"}).text
    assert all(one in text for one in ("gone", "Q", "佐藤")), text


def test_a_sent_schedule_is_written_and_formulas_are_text(server: Server, small: dict[str, Any]) -> None:
    small["staff"][0]["name"] = '=HYPERLINK("http://x")'
    asked = {"problem": small, "schedule": {"sato": {"2025-01-15": "×"}, "nakata": {"2025-01-15": "○"}}}
    answer = server.post("/v1/export?format=csv", asked)
    assert (answer.status_code, name_of(answer)) == (200, "roster.csv")
    assert "\"'=HYPERLINK" in answer.text
    assert server.post("/v1/export?format=ics&staff_id=nakata", asked).content.count(b"BEGIN:VEVENT") == 1


@pytest.mark.parametrize(
    "query", ["format=pdf", "", "format=ics&timezone=Mars/Base", "format=ics&staff_id=nobody", "format=csv&staff_id=x"]
)
def test_what_cannot_be_written_is_refused(server: Server, small: dict[str, Any], query: str) -> None:
    refused = server.post(f"/v1/export?{query}", {"problem": small, "schedule": {}})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (422, "invalid-request")


def test_faults_are_told_at_their_places(server: Server, small: dict[str, Any]) -> None:
    refused = server.post("/v1/export?format=csv", {"problem": small, "schedule": {"x": {}}})
    assert [one["path"] for one in refused.json()["errors"]] == ["/schedule/x"]
    assert server.client.get("/v1/restaurants/no/rosters/x/export?format=csv").status_code == 404


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("a", "a", "a"),
        ('x"\r\nSet-Cookie: y', "x-Set-Cookie-y", "x-Set-Cookie-y"),
        ("../../etc", "etc", "etc"),
        ("本店", "roster", "%E6%9C%AC%E5%BA%97"),
        ("", "roster", "roster"),
    ],
)
def test_names_of_files(name: str, plain: str, whole: str) -> None:
    assert disposition(name, "csv") == f"attachment; filename=\"{plain}.csv\"; filename*=UTF-8''{whole}.csv"
