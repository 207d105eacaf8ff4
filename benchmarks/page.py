"""The page in a browser: how soon a large roster is seen, how soon an edit, and how soon in every other open tab.

    python -m benchmarks.page [--staff 60] [--days 92] [--tabs 10] [--edits 50] [--visits 7]

One server on SQLite, one Debian Chromium without a display, both on this machine. The team is a generated one,
its roster the one it was made with; each edit pins a cell to another symbol. All times are taken inside the pages, in
milliseconds:

- *first paint*: from the start of the navigation to the end of the frame that shows the roster; with an empty cache
  (`first visit`), and again in the same tab (`reload`);
- *edit*: from the moment the key was pressed to the end of the frame in which its cell had the new symbol, once a second;
- *told*: from the same moment to the end of the frame in which the last of the other tabs had it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import statistics
import time
from collections.abc import Sequence
from typing import Any

import httpx

from benchmarks.servers import database, servers
from datasets.generate import plant

HEADER = "| what | n | median | 95 % | worst |\n|---|--:|--:|--:|--:|"
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""For Chromium, as in the tests of the page."""
_HOUSE = "measured"
_PATIENCE = 60  # seconds
_SETTLES = 1_500  # milliseconds in which a page that is open comes to rest
_BETWEEN = 1_000  # milliseconds between two edits
_KEYS = {"2": "△", "4": "×"}

_WATCH = """
(() => {
  const seen = (window.seen = {});
  const now = () => performance.timeOrigin + performance.now();
  const painted = (then) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });
  addEventListener("keydown", (event) => (seen.pressed = performance.timeOrigin + event.timeStamp), true);
  new MutationObserver((records) => {
    for (const { target } of records) {
      const cell = (target.nodeType === 1 ? target : target.parentElement)?.closest?.("td.cell");
      if (cell) painted(() => (seen[`${cell.dataset.at} ${cell.textContent}`] ??= now()));
    }
    if (seen.grid || !document.querySelector("td.cell:not(:empty)")) return;
    seen.grid = 1;
    painted(() => (seen.grid = performance.now()));
  }).observe(document, { subtree: true, childList: true, characterData: true });
})();
"""


def _settle(url: str, document: dict[str, Any], roster: dict[str, dict[str, str]]) -> None:
    """Keep the team, and its roster as a draft."""
    with httpx.Client(base_url=f"{url}/v1/restaurants", timeout=60, trust_env=False) as http:
        http.put(_HOUSE, json={"name": "本店"}).raise_for_status()
        team = {name: document[name] for name in ("staff", "settings")}
        http.put(f"{_HOUSE}/settings", json={**team, "revision": 0}).raise_for_status()
        body = {"label": "", "period": document["period"], "schedule": roster}
        http.put(f"{_HOUSE}/rosters/first", json=body).raise_for_status()


def _line(name: str, times: Sequence[float]) -> str:
    parts = statistics.quantiles(times, n=20, method="inclusive")
    return f"| {name} | {len(times)} | {statistics.median(times):.0f} | {parts[18]:.0f} | {max(times):.0f} |"


def _until(page: Any, expression: str) -> None:
    """Wait from outside: the page's policy forbids it to evaluate text."""
    latest = time.monotonic() + _PATIENCE
    while not page.evaluate(expression):
        if time.monotonic() > latest:
            raise TimeoutError(expression)
        page.wait_for_timeout(50)


def _visits(browser: Any, address: str, remember: str, visits: int) -> tuple[list[float], list[float]]:
    first: list[float] = []
    again: list[float] = []
    for _ in range(visits):
        with browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 800}) as context:
            context.add_init_script(remember + _WATCH)
            page = context.new_page()
            for times in (first, again):
                page.goto(address) if times is first else page.reload()
                _until(page, "window.seen?.grid > 1")
                times.append(page.evaluate("window.seen.grid"))
                page.wait_for_timeout(_SETTLES)
    return first, again


def _edits(browser: Any, address: str, remember: str, tabs: int, edits: int) -> tuple[list[float], list[float]]:
    own: list[float] = []
    told: list[float] = []
    with contextlib.ExitStack() as stack:
        pages = []
        for _ in range(tabs):  # each in a window of its own: a browser draws hidden tabs once a second at most
            context = stack.enter_context(browser.new_context(locale="ja-JP", viewport={"width": 1280, "height": 800}))
            context.add_init_script(remember + _WATCH)
            pages.append(context.new_page())
            pages[-1].goto(address)
            _until(pages[-1], "window.seen?.grid > 1")
        writer, *others = pages
        writer.wait_for_timeout(_SETTLES)
        for i in range(edits):
            cell = writer.locator("table.grid tbody tr").nth(i % 20).locator("td.cell").nth(2 + i // 20)
            at = cell.get_attribute("data-at")
            key, symbol = next((key, symbol) for key, symbol in _KEYS.items() if symbol != cell.inner_text())
            cell.focus()
            writer.keyboard.press(key)
            wanted = f"window.seen[{json.dumps(f'{at} {symbol}')}]"
            for page in pages:
                _until(page, wanted)
            pressed = writer.evaluate("window.seen.pressed")
            own.append(writer.evaluate(wanted) - pressed)
            told.append(max((page.evaluate(wanted) for page in others), default=pressed) - pressed)
            writer.wait_for_timeout(_BETWEEN)
    return own, told


def main(argv: list[str] | None = None) -> None:
    """Measure and print a table."""
    from playwright.sync_api import sync_playwright  # of the tests only

    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--staff", type=int, default=60)
    parser.add_argument("--days", type=int, default=92)
    parser.add_argument("--tabs", type=int, default=10)
    parser.add_argument("--edits", type=int, default=50)
    parser.add_argument("--visits", type=int, default=7)
    given = parser.parse_args(argv)
    team = plant(given.staff, given.days, seed=0)
    period = json.dumps(json.dumps(team.problem["period"]))
    remember = f"localStorage.setItem('toban.period.{_HOUSE}', {period});"
    with database("sqlite") as url, servers(1, url) as among, sync_playwright() as playwright:
        _settle(among[0].url, team.problem, team.roster)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
        print(f"Chromium {browser.version}, {given.staff} × {given.days}, {given.tabs} tabs\n\n{HEADER}", flush=True)
        address = f"{among[0].url}/?restaurant={_HOUSE}"
        first, again = _visits(browser, address, remember, given.visits)
        print(_line("first paint, first visit", first), flush=True)
        print(_line("first paint, reload", again), flush=True)
        own, _ = _edits(browser, address, remember, 1, given.edits)
        print(_line("edit, one tab open", own), flush=True)
        own, told = _edits(browser, address, remember, given.tabs, given.edits)
        print(_line(f"edit, {given.tabs} tabs open", own), flush=True)
        print(_line(f"told, last of {given.tabs - 1} other tabs", told), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
