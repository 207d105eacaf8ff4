"""A first visit: nothing to configure, a team one click away, two tabs in step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.api.conftest import Server
from tests.page.conftest import House, Visitor, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which nobody has made anything."""
    yield from serving(tmp_path_factory.mktemp("new") / "log")


def test_a_demo_team_is_one_click_away(visitor: Callable[..., Visitor]) -> None:
    page = visitor().visit("/")
    page.get_by_role("button", name="A restaurant kitchen in December").click()
    expect(page.get_by_text("佐藤")).to_be_visible()
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    page.reload()
    expect(page.get_by_text("佐藤")).to_be_visible()


def test_a_team_of_ones_own_has_its_first_roster_by_doing_what_is_next(visitor: Callable[..., Visitor]) -> None:
    page = visitor().visit("/?restaurant=none")
    switch = page.locator("[data-name=house]")
    expect(switch.or_(page.get_by_role("button", name="Begin", exact=True)).first).to_be_visible()
    if switch.count():  # another test's restaurant is there already
        switch.click()
        page.get_by_role("menuitem", name="Another restaurant").click()
    page.get_by_role("textbox", name="Name of the restaurant").fill("本店")
    page.get_by_role("button", name="Begin", exact=True).click()
    steps = page.get_by_role("list", name="To begin")
    steps.get_by_role("link", name="Add the staff").click()
    page.get_by_role("button", name="Add many").click()
    page.get_by_label("One name a line").fill("佐藤\n鈴木\n中田")
    page.get_by_role("dialog").get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="Roster").click()
    steps.get_by_role("link", name="Make a group").click()
    page.get_by_role("button", name="Add a group").click()
    page.get_by_label("Name").fill("キッチン")
    page.get_by_role("checkbox", name="佐藤").check()
    page.get_by_role("checkbox", name="鈴木").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="0 backups").click()
    page.get_by_role("button", name="Add a backup").first.click()
    page.get_by_label("Who").select_option(label="中田")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Roster").click()
    expect(steps).to_be_hidden()
    row = page.locator("table.grid tbody tr")
    row.filter(has_text="佐藤").locator("td.cell").nth(8).click()
    page.get_by_role("button", name="day off ×").click()
    page.get_by_role("button", name="How to make it").click()
    page.get_by_label("At most").select_option(label="5 s")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Make the roster").click()
    expect(page.get_by_role("heading", name="Who covers whom")).to_be_visible()
    covering = row.filter(has_text="中田").locator("td.cell").nth(8)
    expect(covering).to_have_text("○")
    expect(covering).to_have_attribute("data-flags", "cover")


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
