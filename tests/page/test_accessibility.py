"""axe-core finds no serious fault, in either scheme of colours, on a desk or a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.conftest import House, Visitor, cell, sit_down
from tests.page.test_roster import BACKED, IMPOSSIBLE, MAKE, solve

PHONE = {"width": 390, "height": 844}


def faults(page: Page) -> list[str]:
    found: list[Any] = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize(("scheme", "locale", "viewport"), [("light", "en-US", None), ("dark", "ja-JP", PHONE)])
def test_the_roster(
    visitor: Callable[..., Visitor], house: Callable[..., House], scheme: str, locale: str, viewport: Any
) -> None:
    one = visitor(color_scheme=scheme, locale=locale, **({"viewport": viewport} if viewport else {}))
    page = sit_down(one, house({**BACKED, "prefilled": {"sato": {"2026-12-09": "×"}}}))
    page.locator("[data-name=solve]").click()
    expect(cell(page, "nakata", "09")).to_have_attribute("data-flags", "cover")
    assert faults(page) == []
    cell(page, "nakata", "09").click()
    expect(page.locator(".card-popover")).to_be_visible()
    assert faults(page) == []


def test_the_first_visit_and_the_talk(visitor: Callable[..., Visitor], house: Callable[..., House]) -> None:
    page = sit_down(visitor(), house(IMPOSSIBLE))
    page.get_by_role("button", name=MAKE).click()
    expect(page.get_by_role("heading", name="Not all of this can hold")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="本店").click()
    page.get_by_role("menuitem", name="Another restaurant").click()
    expect(page.get_by_role("heading", name="Another restaurant")).to_be_visible()
    assert faults(page) == []


def test_a_roster_can_be_made_by_keyboard_alone(visitor: Callable[..., Visitor], house: Callable[..., House]) -> None:
    page = sit_down(visitor(), house(BACKED))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator("td.cell:focus").count():
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(cell(page, "sato", "08")).to_have_text("×")
    expect(cell(page, "sato", "08")).to_be_focused()
    solve(page)
    expect(cell(page, "nakata", "08")).to_have_text("○")
