"""A first visit: nothing to configure, a team one click away, two tabs in step."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.page.conftest import House, Visitor


def test_a_demo_team_is_one_click_away(visitor: Callable[..., Visitor]) -> None:
    page = visitor().visit("/")
    page.get_by_role("button", name="A restaurant kitchen in December").click()
    expect(page.get_by_text("佐藤")).to_be_visible()
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    page.reload()
    expect(page.get_by_text("佐藤")).to_be_visible()


def test_the_language_is_the_browsers_and_can_be_changed(
    visitor: Callable[..., Visitor], house: Callable[..., House]
) -> None:
    page = visitor(locale="ja-JP").visit(house().page)
    expect(page.get_by_role("link", name="シフト表")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Roster")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_change_shows_in_other_tabs(visitor: Callable[..., Visitor], house: Callable[..., House]) -> None:
    made = house()
    page = visitor().visit(made.page)
    expect(page.get_by_text("中田")).to_be_visible()
    made.server.client.patch(f"{made.path}/staff/nakata", json={"name": "中田 二郎"})
    expect(page.get_by_text("中田 二郎")).to_be_visible()
