"""A roster drawn in Japanese: every word around it, and dates that stay above their columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from rich.cells import cell_len

from api.render.grid import grid
from api.render.html import html
from api.render.report import MOST_COVERS, MOST_SOFT, MOST_WARNINGS, as_text, report, verdict
from api.render.roster import Roster
from api.render.words import cover_sentence, headline, short_date
from api.render.xlsx import xlsx
from solver import Conflict, ConflictFact, Cover, Notice, PassedOver, Result, Score, speaking

Made = Callable[..., Any]
ROWS = {"sato": "×○○○", "suzuki": "○○×○", "nakata": "○×○○", "ueda": "△○×⊘"}
ENGLISH = re.compile("[A-Za-z]{3,}")
IDS = re.compile("OPTIMAL|INFEASIBLE|FEASIBLE|CANCELLED|UNKNOWN|daily_limit|group_without_backup|prefilled|--format json")


@pytest.fixture
def busy(problem: Made, result: Made, violation: Made) -> Result:
    """A result in which everything occurs that a page can show."""
    team = problem(
        4,
        prefilled={"ueda": {"2026-01-01": "△"}},
        settings={"calendar": {"2026-01-03": "must_work", "2026-01-04": "must_day_off"}},
    )
    covers = [
        Cover(
            date=team.days[0],
            group_id="kitchen",
            absent=("sato", "suzuki"),
            staff_id="nakata",
            assignment_id="b1",
            priority_order=2,
            passed_over=tuple(
                PassedOver(staff_id="ueda", reason=reason)
                for reason in ("pinned", "off", "away", "absent_member", "covering_other", "at_work")
            ),
        )
    ]
    fact = ConflictFact(rule="prefilled", staff_ids=(), group_id=None, dates=(), path="", message="佐藤は×で固定")
    return result(
        team,
        ROWS,
        (
            violation(team, 1, "中田が×", severity="hard", penalty=500, staff_ids=("nakata",)),
            *(violation(team, 2, "×が多い") for _ in range(MOST_SOFT + 1)),
        ),
        covers=tuple(covers * (MOST_COVERS + 1)),
        warnings=(Notice(code="group_without_backup", path="", message="バックアップがいない"),) * (MOST_WARNINGS + 1),
        conflicts=(Conflict(facts=(fact,), proved=False, message="佐藤は×で固定"),),
        status="INFEASIBLE",
    )


def english_in(text: str) -> list[str]:
    return ENGLISH.findall(IDS.sub("", text))


def test_a_report_holds_no_english_word(busy: Result) -> None:
    with speaking("ja"):
        page = as_text(report(busy, 80))
        checked = as_text(verdict(Roster.of(busy), busy.violations, busy.covers, 80))
    assert english_in(page) == []
    assert english_in(checked) == []
    assert "1(木)：中田（2番）、キッチンの佐藤と鈴木の代わり、飛ばした人：上田（他に固定）" in page
    assert checked.splitlines()[len(grid(Roster.of(busy), 80)) + 1].startswith("違反あり、必須500")


def test_a_page_holds_no_english_word(busy: Result) -> None:
    class Words(HTMLParser):
        """What a reader sees: text and titles, without the style sheet."""

        seen, hidden = "", False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.hidden = tag == "style"
            self.seen += " ".join(value or "" for key, value in attrs if key == "title")

        def handle_data(self, data: str) -> None:
            self.seen += "" if self.hidden else data

    words = Words()
    with speaking("ja"):
        text = html(busy)
        words.feed(text)
    assert '<html lang="ja">' in text
    assert '<html lang="en">' in html(busy)
    assert english_in(words.seen) == []


def test_a_workbook_holds_no_english_sentence(busy: Result) -> None:
    with speaking("ja"):
        sheet = openpyxl.load_workbook(BytesIO(xlsx(busy)))["roster"]
    cells = [cell for row in sheet for cell in row]
    said = [str(cell.value) for cell in cells if isinstance(cell.value, str) and cell.value != "name"]
    notes = [cell.comment.text for cell in cells if cell.comment]
    assert [word for text in (*said, *notes) for word in english_in(text)] == []
    assert "バックアップ：キッチンの佐藤と鈴木の代わり" in "".join(notes)


@pytest.mark.parametrize("days", [4, 40])
@pytest.mark.parametrize("width", [40, 61, 80, 400])
def test_dates_stand_above_their_columns_in_both_languages(problem: Made, result: Made, days: int, width: int) -> None:
    roster = Roster.of(result(problem(days), dict.fromkeys(ROWS, "○" * days)))
    english = [line.plain for line in grid(roster, width)]
    with speaking("ja"):
        japanese = [line.plain for line in grid(roster, width)]
    for theirs, ours in zip(english, japanese, strict=False):
        if theirs.lstrip()[:1].isdigit() or "○" in theirs:
            assert ends_of_words(theirs) == ends_of_words(ours) or "通常" in ours


def ends_of_words(line: str) -> list[int]:
    """Where, in terminal cells, the words of a line end."""
    return [cell_len(line[: found.end()]) for found in re.finditer(r"\S+", line)]


@pytest.mark.parametrize("status", ["OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN", "CANCELLED"])
@pytest.mark.parametrize("facts", [{}, {"gap": 0.5}, {"bound": None}, {"score": Score(hard=500, soft=0, by_rule={})}])
def test_a_head_line_begins_with_its_status(problem: Made, result: Made, status: str, facts: dict[str, Any]) -> None:
    for rows in (dict.fromkeys(ROWS, "○"), None):
        made = result(problem(1), rows, status=status, **facts)
        with speaking("ja"):
            line = headline(made)
        assert line.startswith(f"{status}、")
        assert english_in(line) == []


def test_dates_and_orders(busy: Result) -> None:
    with speaking("ja"):
        assert short_date(busy.covers[0].date, with_month=True) == "1月1日(木)"
        assert cover_sentence(busy.covers[0], Roster.of(busy).names, with_month=True).startswith("1月1日(木)：中田（2番）")
