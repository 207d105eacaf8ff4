"""The page in Debian's Chromium: one server and one browser, a restaurant and a context of its own for each test.

They are there as long as tests of the page run, and no longer: Playwright keeps a running event loop, beside which no other
test could have one.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect, sync_playwright

from benchmarks.page import SWITCHES
from tests.api.conftest import Server, start

CHROMIUM = shutil.which("chromium")
PATIENCE = 60_000  # milliseconds; a machine may be busy
LIMITS = "Limits(solves=1, checks=2, jobs=1)"
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server."""
    yield from serving(tmp_path_factory.mktemp("page") / "log")


def serving(log: Path) -> Iterator[Server]:
    """Start a server, end it, and see that nothing went wrong in it."""
    server = start(log, LIMITS)
    yield server
    server.end()
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A browser."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person's browser: tabs of one context, and what their consoles complained of."""

    context: BrowserContext
    server: Server
    tolerated: tuple[str, ...] = ()
    complaints: list[str] = field(default_factory=list)

    def remember(self, name: str, value: Any) -> None:
        """Let the browser remember something, as from an earlier visit."""
        name, text = json.dumps(name), json.dumps(json.dumps(value))
        self.context.add_init_script(f"localStorage.getItem({name}) ?? localStorage.setItem({name}, {text})")

    def visit(self, path: str = "/") -> Page:
        """Open a tab, before all others: those behind it are drawn once a second, and a click waits for two frames."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{self.server.port}{path}")
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(one in message.text for one in self.tolerated):
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; none of their consoles may complain, but of what is `tolerated`."""
    made: list[Visitor] = []

    def make(*tolerated: str, **options: Any) -> Visitor:
        context = browser.new_context(**{"locale": "en-US", "viewport": {"width": 1280, "height": 800}, **options})
        made.append(Visitor(context, server, tolerated))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
    assert [complaint for one in made for complaint in one.complaints] == []


@dataclass
class House:
    """A restaurant made for a test."""

    id: str
    server: Server

    @property
    def path(self) -> str:
        """Its calls."""
        return f"/v1/restaurants/{self.id}"

    @property
    def page(self) -> str:
        """Its page."""
        return f"/?restaurant={self.id}"

    def get(self, path: str) -> Any:
        """What the server has."""
        return self.server.client.get(f"{self.path}/{path}").json()


PERIOD = {"start": "2026-12-07", "end": "2026-12-13"}


def sit_down(visitor: Visitor, made: House, **wishes: Any) -> Page:
    """Open the house's roster of a week in December, with time for a solve, which ends once it is proved."""
    visitor.remember(f"toban.period.{made.id}", PERIOD)
    visitor.remember("toban.solve", {"time_limit": 40, **wishes})
    page = visitor.visit(made.page)
    expect(page.locator("td.cell").first).to_be_visible()
    return page


def cell(page: Page, staff: str, day: str) -> Locator:
    """Find the cell of a person on a day of that December."""
    return page.locator(f'td[data-at="{staff} 2026-12-{day}"]')


TEAM = {
    "staff": [{"id": "sato", "name": "佐藤"}, {"id": "suzuki", "name": "鈴木"}, {"id": "nakata", "name": "中田"}],
    "settings": {"staff_groups": [{"id": "kitchen", "name": "キッチン", "members": ["sato", "suzuki"]}]},
    "revision": 0,
}


@pytest.fixture
def house(server: Server) -> Callable[..., House]:
    """Make restaurants with a team, by default a small kitchen without a backup."""

    def make(team: dict[str, Any] = TEAM, name: str = "本店") -> House:
        made = House(uuid.uuid4().hex, server)
        assert server.client.put(made.path, json={"name": name}).status_code == 201
        assert server.client.put(f"{made.path}/settings", json=team).status_code == 200
        return made

    return make
