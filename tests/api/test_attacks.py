"""Attacks on real servers, and what becomes of them (those with keys and ids: `test_access`).

| attack | outcome |
|---|---|
| no key, a wrong, expired or revoked one, one in the address | 401, the same answer for each; WebSocket: closed with 4401 |
| a key without the scope | 403; WebSocket: ERROR with the same body |
| a restaurant that is not the key's own | 404 as for one that does not exist, on every route; WebSocket: closed with 4404 |
| rows, versions and rosters of another restaurant under one's own | 404, nothing is changed |
| a key revoked while a WebSocket is open | the next message is refused, the connection closed within seconds |
| a page of another site, DNS rebinding (servers without keys) | 403; WebSocket: the handshake is refused; CORS is closed |
| SQL, HTML and control characters in names and ids | kept and answered letter by letter, escaped on printed pages |
| huge bodies and messages, deep JSON | 413, 1009, 400; the server lives |
| slow loris: half-open heads, heads letter by letter, bodies nobody reads | closed in time; others are answered meanwhile |
| a flood of messages | read at the pace of the server; others are answered meanwhile |
| framing, sniffing, leaking addresses | forbidden by headers on every answer |
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from websockets.sync.client import connect

from api.render.html import html
from solver import read_problem, solve
from store import Scope, Store
from tests.api.conftest import Server, start
from tests.api.fort import OWN, ROSTER, Fort, closed_with, refused

PAGE = "https://page.example"
NASTY = [
    "'; DROP TABLE staff; --",
    '" OR "1"="1',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7} %s %(x)s \\",
    "../../etc/passwd",
    "‮evil\u200b\ufeff é é",
    "=HYPERLINK(1)",
    "\t\r\n\x7f",
]


@pytest.fixture(scope="module")
def tavern(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without keys that lets everybody in, with little patience."""
    log = tmp_path_factory.mktemp("tavern") / "log"
    limits = "Limits(slowest_head=1.5, waiting_heads=100, messages_a_second=50)"
    server = start(log, limits, more=f"host='0.0.0.0', access=Access(insecure=True, origins=({PAGE!r},))")
    yield server
    server.end()
    assert "Traceback" not in log.read_text()


# ---- servers without keys ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil", "[", "a@b"]
)
def test_rebound_names_are_refused(server: Server, host: str) -> None:
    for method, path in (("GET", "/v1/demo"), ("PUT", OWN), ("POST", "/v1/validate")):
        answer = server.client.request(method, path, headers={"Host": host}, content=b"{}")
        assert answer.status_code in (400, 403), answer.text
        if answer.status_code == 403:
            refused(answer, 403, "local-only")
    assert server.client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "127.0.0.1", "[::1]:8000", "127.9.9.9", "toban.localhost"])
def test_loopback_names_are_answered(server: Server, host: str) -> None:
    assert server.client.get("/v1/demo", headers={"Host": host}).status_code == 200


def test_what_a_proxy_passes_on_from_elsewhere_is_refused(server: Server) -> None:
    refused(server.client.get("/v1/demo", headers={"X-Forwarded-For": "203.0.113.9"}), 403, "local-only")


def test_pages_of_other_sites_change_nothing_and_read_nothing(server: Server) -> None:
    broken = ("é", "http://[", "://", "http://", "127.0.0.1", "null")
    for origin in ("https://evil.example", "http://localhost", "http://127.0.0.1", *broken):
        forged = {"Origin": origin.encode(), "Content-Type": "text/plain"}
        refused(server.client.put(OWN, headers=forged, content=b'{"name": "x"}'), 403, "origin-refused")
        refused(server.client.post("/v1/validate", headers=forged, content=b"{}"), 403, "origin-refused")
        read = server.client.get("/v1/demo", headers=forged)
        asked = server.client.options("/v1/demo", headers={**forged, "Access-Control-Request-Method": "PUT"})
        for answer in (read, asked):
            assert not [name for name in answer.headers if name.startswith("access-control")]
    own = {"Origin": f"http://127.0.0.1:{server.port}"}
    assert server.client.post("/v1/validate", headers=own, content=b"{}").status_code == 200


def test_the_first_key_locks_a_running_server(own_server: Callable[..., Server], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/locked.db"
    server = own_server(database=url)
    assert server.client.get("/v1/demo").status_code == 200
    store = Store(url)
    made, sent = store.keys.create("first", [Scope.READ])
    refused(server.client.get("/v1/demo"), 401, "key-needed")
    assert server.client.get("/v1/demo", headers={"Authorization": f"bearer {sent}", "Host": "evil"}).status_code == 200
    store.keys.revoke(made.id)
    refused(server.client.get("/v1/demo"), 401, "key-needed")
    store.close()


def test_an_allowed_origin_and_an_insecure_server(tavern: Server) -> None:
    server = tavern
    asked = {"Origin": PAGE, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization"}
    assert server.client.options("/v1/demo", headers=asked).headers["access-control-allow-origin"] == PAGE
    done = server.client.post("/v1/validate", headers={"Origin": PAGE, "Host": "anything"}, content=b"{}")
    assert (done.status_code, done.headers["access-control-allow-origin"]) == (200, PAGE)
    other = server.client.post("/v1/validate", headers={"Origin": "https://evil.example"}, content=b"{}")
    refused(other, 403, "origin-refused")
    assert "access-control-allow-origin" not in other.headers


# ---- what is sent ------------------------------------------------------------------------------------


def test_sql_and_html_in_names_and_ids_are_letters(fort: Fort) -> None:
    for nasty in NASTY:
        made = fort.ask("POST", f"{OWN}/staff", "own", json={"id": nasty, "name": nasty})
        assert made.status_code == 201, made.text
        assert made.headers["content-type"] == "application/json"
        read = fort.ask("GET", f"{OWN}/staff/{quote(nasty, safe='')}", "own").json()
        assert (read.get("id"), read.get("name")) == (nasty, nasty), read
        kept = fort.ask("POST", f"{OWN}/versions", "own", json={"label": nasty}).json()
        assert kept["label"] == nasty
        roster_id = nasty.replace("/", "|")  # of its address it is one part
        assert fort.ask("PUT", f"{OWN}/rosters/{quote(roster_id, safe='')}", "own", json=ROSTER).json()["id"] == roster_id
    listed = {row["name"] for row in fort.ask("GET", f"{OWN}/staff", "own").json()}
    assert listed >= set(NASTY)
    injected = fort.ask("GET", f"{OWN}/staff/{quote(chr(39) + ' OR 1=1 --', safe='')}", "own")
    refused(injected, 404, "not-found")
    assert injected.headers["x-content-type-options"] == "nosniff"
    bad = fort.ask("POST", f"{OWN}/staff", "own", json={"id": "nul", "name": "a\0b"})
    assert bad.status_code == 422
    for path in (f"{OWN}/staff/%00", f"{OWN}/rosters/%00", "/v1/restaurants/%00/settings", f"{OWN}/versions/a%00"):
        assert fort.ask("GET", path, "all").status_code in (404, 422)


def test_html_in_names_is_escaped_on_the_printed_page() -> None:
    nasty = "<script>alert('x')</script>\"&"
    problem = read_problem(
        {
            "period": {"start": "2025-01-01", "end": "2025-01-02"},
            "staff": [{"id": nasty, "name": nasty}],
            "settings": {"staff_groups": [{"id": nasty, "name": nasty, "members": [nasty]}]},
            "options": {"time_limit": 5, "workers": 1},
        }
    )
    page = html(solve(problem))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_huge_and_deep_bodies_are_refused(fort: Fort) -> None:
    huge = b'{"name": "' + b"x" * (10 * 2**20) + b'"}'
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    for method, path in (("PUT", OWN), ("PUT", f"{OWN}/settings"), ("POST", f"{OWN}/staff"), ("PUT", f"{OWN}/rosters/x")):
        refused(fort.ask(method, path, "own", content=huge), 413, "body-too-large")
        assert fort.ask(method, path, "own", content=deep).status_code == 400
    for method, path in (("DELETE", f"{OWN}/staff/nobody"), ("GET", f"{OWN}/staff/nobody")):
        with contextlib.suppress(httpx.TransportError):  # answered before it was sent
            refused(fort.ask(method, path, "own", content=huge), 404, "not-found")
    headers = {f"X-{i}": "x" * 4000 for i in range(100)}
    with contextlib.suppress(httpx.TransportError):
        assert fort.ask("GET", "/health", headers=headers).status_code in (400, 431)
    with fort.live(OWN, "own", max_size=None) as opened:
        opened.send("x" * (3 * 2**20))
        assert closed_with(opened)[0] == 1009
    with fort.live(OWN, "own") as opened:
        opened.recv()
        opened.send(deep[:1_000_000])
        assert json.loads(opened.recv(timeout=10))["problem"]["status"] == 400
    assert fort.ask("GET", "/health").status_code == 200


# ---- patience ----------------------------------------------------------------------------------------


def is_closed(raw: socket.socket) -> bool:
    raw.setblocking(False)
    try:
        while raw.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def test_slow_loris(tavern: Server) -> None:
    server = tavern

    def opened(first: bytes) -> socket.socket:
        raw = socket.create_connection(("127.0.0.1", server.port), 5)
        raw.sendall(first)
        return raw

    def healthy() -> None:
        began = time.monotonic()
        with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=5, trust_env=False) as other:
            assert other.get("/health").status_code == 200
        assert time.monotonic() - began < 2

    half = b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
    silent = [opened(b"") for _ in range(20)]
    slow = [opened(half) for _ in range(20)]
    second = [opened(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + half) for _ in range(20)]
    unread = [opened(b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999\r\n\r\n") for _ in range(20)]
    every = [*silent, *slow, *second, *unread]
    healthy()
    deadline = time.monotonic() + 6
    while time.monotonic() < deadline and not all(map(is_closed, every)):
        for raw in (*slow, *second, *unread):
            with contextlib.suppress(OSError):
                raw.send(b"a")
        time.sleep(0.1)
    assert all(map(is_closed, every))
    crowd = [opened(half) for _ in range(300)]
    healthy()
    assert sum(map(is_closed, crowd)) >= 200
    for raw in (*every, *crowd):
        raw.close()


def test_a_flood_of_messages_is_read_at_the_servers_pace(tavern: Server) -> None:
    server = tavern
    server.client.put(OWN, json={"name": ""})
    with connect(f"ws://127.0.0.1:{server.port}{OWN}/ws", proxy=None) as flooding:
        flooding.recv()
        began = time.monotonic()
        for _ in range(150):
            flooding.send("{")
        longest = 0.0
        for _ in range(10):
            asked = time.monotonic()
            assert server.client.get("/health").status_code == 200
            longest = max(longest, time.monotonic() - asked)
        assert longest < 1
        for _ in range(150):
            assert json.loads(flooding.recv(timeout=10))["type"] == "ERROR"
        assert time.monotonic() - began > 1.5  # 50 at once, 100 at 50 a second


# ---- browsers ----------------------------------------------------------------------------------------


def test_every_answer_tells_browsers_to_do_nothing_with_it(fort: Fort) -> None:
    answers = [
        fort.ask("GET", f"{OWN}/settings", "own"),
        fort.ask("GET", f"{OWN}/settings"),
        fort.ask("GET", "/nowhere"),
        fort.ask("POST", "/health"),
        fort.ask("GET", "/docs"),
        fort.ask("GET", "/openapi.json"),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 404, 405, 200, 200]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"


def test_the_documentation_may_run_its_own_scripts_only(fort: Fort) -> None:
    page = fort.ask("GET", "/docs")
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["content-security-policy"].split(";"))
    assert "unsafe-inline" not in policy["script-src"]
    inline = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert len(inline) == 1
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy["script-src"]
    for directive, tag in (("script-src", r'<script src="([^"]+)"'), ("style-src", r'<link [^>]*href="([^"]+\.css)"')):
        found = re.findall(tag, page.text)
        assert found
        assert all(one.startswith(policy[directive].split(" ")[0]) for one in found)
    assert policy["connect-src"] == "'self'"
