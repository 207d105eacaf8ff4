"""Where the server has keys the page asks for one, and shows what that key may see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.api.conftest import start
from tests.api.fort import Fort, garrison
from tests.page.conftest import PATIENCE, Visitor


@pytest.fixture
def fort(tmp_path: Path) -> Iterator[Fort]:
    """A server with keys."""
    held = garrison(tmp_path, start)
    yield held
    held.server.end()


def test_a_key_is_asked_for_used_everywhere_and_forgotten_with_the_tab(fort: Fort, browser: Browser) -> None:
    assert fort.ask("GET", "/v1/restaurants").status_code == 401
    assert [house["id"] for house in fort.ask("GET", "/v1/restaurants", "own").json()] == ["honten"]
    assert [house["id"] for house in fort.ask("GET", "/v1/restaurants", "all").json()] == ["honten", "shiten"]
    context = browser.new_context(locale="en-US")
    visitor = Visitor(context, fort.server, tolerated=("401 (Unauthorized)",))
    page = visitor.visit()
    page.get_by_role("textbox", name="Key").fill(fort.keys["wrong"])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("That key is unknown, expired or revoked.")).to_be_visible()
    page.get_by_role("textbox", name="Key").fill(fort.keys["own"])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("佐藤").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("button", name="Live")).to_be_visible()
    page.reload()
    expect(page.get_by_text("佐藤").first).to_be_visible()
    second = visitor.visit()
    expect(second.get_by_role("heading", name="A key, please")).to_be_visible()
    assert visitor.complaints == []
    context.close()
