from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from api.render.html import html
from solver import Conflict, ConflictFact, Cover, Notice
from solver.domain.language import Language, speaking
from tests.builders import people, solved

Made = Callable[..., Any]
EVIL = "<script>alert(1)</script>"


class Page(HTMLParser):
    """Tags seen, and cells with their class, title and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[dict[str, str]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append({"text": "", **{key: value or "" for key, value in attrs}})

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.cells[-1]["text"] += data

    def find(self, text: str) -> dict[str, str]:
        return next(cell for cell in self.cells if cell["text"] == text)


def test_one_page_with_roster_violations_and_covers(problem: Made, result: Made, violation: Made) -> None:
    team = problem(4, prefilled={"ueda": {"2026-01-01": "△"}})
    cover = Cover(
        date=team.days[0], group_id="kitchen", absent=("sato",), staff_id="nakata", assignment_id="b1", priority_order=1
    )
    made = result(
        team, {"sato": "×○○○", "suzuki": "○○×○", "nakata": "○×○○", "ueda": "△○×⊘"}, (violation(team, 2),), covers=(cover,)
    )
    text = html(made)
    page = Page(text)
    assert page.open == []
    assert page.find("Thu1")["class"].strip() == ""
    assert "weekend" in page.find("Sat3")["class"]
    assert page.find("△")["class"].split() == ["early", "pinned"]
    assert any(cell.get("title") == "covers for 佐藤, キッチン" for cell in page.cells)
    assert [c["title"] for c in page.cells if c.get("class", "").split()[-1:] == ["soft"]] == [
        "2026-01-03: 2 on ×, at most 1"
    ] * 2
    assert "Thu 1: 中田 (1st) for 佐藤, キッチン" in text
    assert "OPTIMAL, penalty 50 (bound 50) in 0.3 s" in text
    assert "size: A4 landscape" in text


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs(problem: Made, result: Made) -> None:
    text = html(result(problem(1), {"sato": "○", "suzuki": "○", "nakata": "○", "ueda": "○"}))
    assert not {"script", "link", "img", "iframe"} & set(Page(text).tags)
    assert "http" not in text
    assert "url(" not in text


def test_names_messages_and_symbols_are_text(problem: Made, result: Made, violation: Made) -> None:
    settings = {
        "shift_types": [
            {"symbol": "<b>", "name": EVIL, "kind": "work", "role": "normal"},
            {"symbol": "×", "kind": "off", "role": "off"},
        ],
        "staff_groups": [{"id": "g", "name": EVIL, "members": ["a"]}],
    }
    team = problem(1, names={"a": EVIL, "b": '" onmouseover="x'}, settings=settings)
    fact = ConflictFact(rule=EVIL, staff_ids=(), group_id=None, dates=(), path="", message=EVIL)
    cover = Cover(date=team.days[0], group_id="g", absent=("a",), staff_id="b", assignment_id="b1", priority_order=1)
    broken = violation(team, 0, EVIL + '" onclick="x', staff_ids=("a",), rule=EVIL, path="")
    made = result(
        team,
        None,
        (broken,),
        covers=(cover,),
        warnings=(Notice(code="never_applies", path="", message=EVIL),),
        conflicts=(Conflict(facts=(fact,), proved=True, message=EVIL),),
    )
    made = made.model_copy(update={"schedule": {"a": {"2026-01-01": "<b>"}, "b": {"2026-01-01": "×"}}})
    page = Page(html(made))
    assert page.open == []
    assert "script" not in page.tags
    assert "b" in page.tags  # the legend's own
    assert page.find(EVIL)["class"].split() == ["name"]
    assert page.find("<b>")["title"] == EVIL + '" onclick="x'
    assert not any(key.startswith("on") for cell in page.cells for key in cell)


def test_a_long_period_is_cut_at_the_ends_of_months(problem: Made, result: Made) -> None:
    team = problem(45, names={"a": "A"})
    page = Page(html(result(team, {"a": "○" * 45})))
    assert page.tags.count("caption") == 2
    assert len([cell for cell in page.cells if cell["text"] == "A"]) == 2


def test_without_a_roster_the_page_says_why(problem: Made, result: Made) -> None:
    fact = ConflictFact(rule="prefilled", staff_ids=(), group_id=None, dates=(), path="", message="佐藤 is fixed on ×")
    conflict = Conflict(facts=(fact,), proved=False, message="")
    text = html(result(problem(1), None, status="INFEASIBLE", conflicts=(conflict,)))
    assert "Why it is impossible" in text
    assert "佐藤 is fixed on ×" in text
    assert 'roster">' not in text


@pytest.mark.parametrize(
    ("language", "fixed", "way_out"),
    [
        ("en", "2026-03-02 to 2026-03-03: A is fixed on ×", "free the cell of A on 2026-03-02"),
        ("ja", "2026-03-02〜2026-03-03：Aは×で固定", "2026-03-02のAの固定（×）を外す"),
    ],
)
def test_an_infeasible_answer_shows_conflicts_folded_and_repairs(language: Language, fixed: str, way_out: str) -> None:
    with speaking(language):
        limit = [{"symbols": ["×"], "max": 1, "hard": True}]
        result = solved(people("a"), 7, weekly_limits=limit, prefilled={"a": "××·····"})
        text = html(result)
    page = Page(text)
    assert page.open == []
    assert page.find(fixed)
    assert text.count(fixed) == 1
    row = next(i for i, cell in enumerate(page.cells) if cell["text"].startswith(way_out))
    assert page.cells[row - 1]["text"] == str(result.repairs[0].cost)
    assert text.count('"tag repair"') == len(result.repairs) > 0
    assert text.index('"tag conflict"') < text.index('"tag repair"') < text.index('"tag hard"')
