import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from api.render.xlsx import PAPER, xlsx
from solver import Cover, PassedOver

Made = Callable[..., Any]
NAMES = {"sato": "=1+1", "suzuki": "@鈴木", "nakata": "中田\x1b[31m", "ueda": "<b>上田</b>"}


@pytest.fixture
def book(problem: Made, result: Made, violation: Made) -> Workbook:
    settings = {
        "staff_groups": [{"id": "kitchen", "name": "=キッチン", "members": ["sato", "suzuki"]}],
        "daily_limits": [{"symbols": ["×"], "max": 1}],
        "calendar": {"2026-01-02": "must_day_off"},
    }
    team = problem(4, names=NAMES, settings=settings, prefilled={"sato": {"2026-01-01": "×"}})
    cover = Cover(
        date=team.days[0],
        group_id="kitchen",
        absent=("sato",),
        staff_id="ueda",
        assignment_id="b2",
        priority_order=2,
        passed_over=(PassedOver(staff_id="nakata", reason="off"),),
    )
    rows = {"sato": "××○○", "suzuki": "○×○○", "nakata": "×××○", "ueda": "○××○"}
    made = result(team, rows, (violation(team, 2, "=HYPERLINK()"),), covers=(cover,))
    return openpyxl.load_workbook(io.BytesIO(xlsx(made)))


def test_the_roster_has_names_down_and_real_dates_across(book: Workbook) -> None:
    sheet = book["roster"]
    assert book.sheetnames == ["roster", "violations", "covers"]
    assert [cell.value for cell in sheet[3]][:3] == ["name", datetime(2026, 1, 1), datetime(2026, 1, 2)]  # noqa: DTZ001
    assert [cell.value for cell in sheet[2]][1:5] == ["Thu", "Fri", "Sat", "Sun"]
    assert [cell.value for cell in sheet[7]] == ["<b>上田</b>", "○", "×", "×", "○"]
    assert (sheet.freeze_panes, sheet.page_setup.orientation) == ("B4", "landscape")


def test_nothing_is_a_formula(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert book["roster"]["A4"].value == "=1+1"
    assert book["roster"]["A4"].quotePrefix
    assert book["roster"]["A6"].value == "中田\\x1b[31m"
    assert "=HYPERLINK()" in [cell.value for cell in book["violations"][2]]


def test_covers_and_broken_rules_are_coloured_and_explained(book: Workbook) -> None:
    sheet = book["roster"]
    covering, broken, closed = sheet["B7"], sheet["D7"], sheet["C4"]
    assert covering.fill.fgColor.rgb.endswith(PAPER["cover"])
    assert covering.comment.text == "covers for =1+1, =キッチン"
    assert broken.fill.fgColor.rgb.endswith(PAPER["soft"])
    assert broken.comment.text == "=HYPERLINK()"
    assert closed.fill.fgColor.rgb.endswith(PAPER["closed"])
    assert sheet["B4"].font.underline == "single"


def test_covers_say_who_for_whom_and_who_was_passed_over(book: Workbook) -> None:
    row = [cell.value for cell in book["covers"][2]]
    assert row[1:6] == ["=キッチン", "=1+1", "<b>上田</b>", 2, "中田\\x1b[31m (off)"]


def test_a_result_without_a_roster_still_tells_why(problem: Made, result: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(result(problem(1), None, status="UNKNOWN"))))
    assert book["roster"]["A1"].value == "UNKNOWN, no roster found in 0.3 s"
