"""What operators see of a running server: its log, its health, its figures."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api import logs, readiness
from api.app import create_app
from api.observed import ID
from api.readiness import Probe
from api.solving.pool import Pool
from store import Database, Scope, Store
from tests.api.conftest import Server, start
from tests.api.test_http_live import client, heard, said
from tests.api.test_http_store import HOUSE, TEAM


@pytest.fixture
def talking(tmp_path: Path) -> Any:
    """A server that logs JSON, with the restaurant in it, and what it has logged once it has ended."""
    server = start(tmp_path / "log", more="log_format=LogFormat.json")
    server.client.put(HOUSE, json={"name": "本店"})
    server.client.put(f"{HOUSE}/settings", json=TEAM)

    def lines() -> list[dict[str, Any]]:
        server.end(signal.SIGTERM)
        return [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]

    yield server, lines
    if server.process.poll() is None:
        server.process.kill()
        server.process.wait()


def test_every_line_is_an_object_and_every_request_has_one(talking: Any) -> None:
    server, lines = talking
    server.client.get("/v1/codes?key=toban_SECRET", headers={ID: "mine-1", "Authorization": "Bearer toban_SECRET"})
    server.client.get("/v1/codes", headers={ID: 'not "mine"\r\n'.strip()})
    server.client.get("/v1/restaurants/no%0Awhere")
    server.post("/v1/solve", b'{"SECRET": 1}')
    with client(server, query="?key=toban_SECRET") as socket:
        assert socket.response is not None
        socket_id = socket.response.headers[ID]
        heard(socket)
        assert said(socket, "STAFF_CREATE", {"id": "SECRET"})["type"] == "ACK"
        assert heard(socket)["type"] == "STAFF_CREATED"
    with client(server, house="/v1/restaurants/nowhere") as socket, pytest.raises(Exception, match="4404"):
        heard(socket)
    told = lines()
    keys = ["time", "level", "logger", "message", "request_id", "method", "path", "status", "milliseconds"]
    assert all([*line][: len(keys)] == keys for line in told)
    assert {"uvicorn.error", "toban.access"} <= {line["logger"] for line in told}
    assert "SECRET" not in json.dumps(told)
    asked = [(line["method"], line["path"], line["status"]) for line in told if line["logger"] == "toban.access"]
    assert asked[2:6] == [
        ("GET", "/v1/codes", 200),
        ("GET", "/v1/codes", 200),
        ("GET", "/v1/restaurants/no%0Awhere", 404),
        ("POST", "/v1/solve", 422),
    ]
    assert [status for method, path, status in asked if method == "WEBSOCKET" and path == f"{HOUSE}/ws"] == [101, 1000]
    assert [status for _, path, status in asked if path == "/v1/restaurants/nowhere/ws"] == [101, 4404]
    assert not [path for _, path, _ in asked if path == "/health"], "asked every second, it would drown the rest"
    codes = [line for line in told if line["path"] == "/v1/codes"]
    assert codes[0]["request_id"] == "mine-1"
    assert len(codes[1]["request_id"]) == 32
    assert 0 < codes[0]["milliseconds"] < 10_000
    assert {line["request_id"] for line in told if line["path"] == f"{HOUSE}/ws"} == {socket_id}


@pytest.mark.parametrize("form", logs.LogFormat)
def test_what_is_logged_in_a_thread_names_the_request(form: logs.LogFormat, capsys: pytest.CaptureFixture[str]) -> None:
    handlers, level = logging.root.handlers[:], logging.root.level
    logs.configure(form)
    try:
        token = logs.asked.set(logs.Asked("id-9", "GET", "/x"))
        asyncio.run(asyncio.to_thread(logging.getLogger("toban.some").warning, "told\nso: %s", "中田"))
        logs.asked.reset(token)
        try:
            raise ZeroDivisionError("oh")
        except ZeroDivisionError:
            logging.getLogger("toban.some").exception("broken")
    finally:
        logging.captureWarnings(capture=False)
        logging.basicConfig(level=level, handlers=handlers, force=True)
        logging.getLogger("uvicorn.error").removeFilter(logs._not_said_better)
    said = capsys.readouterr().err
    if form is logs.LogFormat.json:
        first, second = map(json.loads, said.splitlines())
        assert (first["message"], first["level"], first["request_id"]) == ("told\nso: 中田", "WARNING", "id-9")
        assert "ZeroDivisionError: oh" in second["exception"]
        assert second["request_id"] is None
    else:
        assert "WARNING told\nso: 中田 [id-9]\n" in said
        assert "ERROR   broken\nTraceback" in said


def test_a_defect_answers_the_name_of_its_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def run(*_: object) -> bytes:
        raise RuntimeError

    async def ask() -> tuple[httpx.Response, str]:
        transport = httpx.ASGITransport(app)
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        async with app.router.lifespan_context(app), client as asking:
            answer = await asking.post("/v1/solve", content=b"{}", headers={ID: "id-7"})
            return answer, (await asking.get("/metrics")).text

    monkeypatch.setattr(Pool, "run", run)
    app = create_app(database=str(tmp_path / "here.db"))
    answer, figures = asyncio.run(ask())
    assert answer.json()["instance"] == "urn:toban:request:id-7"
    assert 'toban_tasks_total{status="failed",task="solve"} 1.0' in figures
    assert 'toban_http_requests_total{method="POST",route="/v1/solve",status="500"} 1.0' in figures


def figures(server: Server) -> dict[str, float]:
    """Every figure under its name and the values of its labels."""
    answer = server.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        " ".join([sample.name, *(sample.labels[label] for label in sorted(sample.labels))]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_count_what_happened(own_server: Callable[..., Server], small: dict[str, Any]) -> None:
    server = own_server()
    server.client.put(HOUSE, json={"name": "本店"})
    server.client.put(f"{HOUSE}/settings", json=TEAM)
    assert server.post("/v1/solve", small).status_code == 200
    server.post("/v1/solve", {})
    server.client.get("/v1/no/such/thing")
    with client(server) as one, client(server) as other:
        heard(one), heard(other)
        said(one, "STAFF_CREATE", {"id": "ueda"})
        heard(other)
        during = figures(server)
    assert during["toban_websocket_clients"] == 2
    with client(server, house="/v1/restaurants/nowhere") as socket, pytest.raises(ConnectionClosed):
        heard(socket)
    with pytest.raises(InvalidStatus), client(server, origin="https://evil.example"):
        pass
    with client(server) as socket:
        socket.close(4999, "as the client likes")
    server.until(lambda: figures(server)["toban_websocket_clients"] == 0)
    found = figures(server)
    expected = {
        "toban_changes_total": 2,
        "toban_tasks_total OPTIMAL solve": 1,
        "toban_tasks_total refused solve": 1,
        "toban_task_seconds_count solve": 2,
        "toban_broadcast_seconds_count": 1,
        "toban_websocket_ends_total 1000": 2,
        "toban_websocket_ends_total 4404": 1,
        "toban_websocket_ends_total 403": 1,
        "toban_websocket_ends_total other": 1,
        "toban_http_requests_total POST /v1/solve 200": 1,
        "toban_http_requests_total POST /v1/solve 422": 1,
        "toban_http_requests_total PUT /v1/restaurants/{rid}/settings 200": 1,
        "toban_http_requests_total GET unmatched 404": 1,
        "toban_tasks_running solves": 0,
        "toban_tasks_waiting checks": 0,
    }
    assert {name: found.get(name) for name in expected} == expected
    assert found["toban_broadcast_seconds_sum"] < 2
    assert found["process_resident_memory_bytes"] > 0
    assert not [name for name in found if "house" in name.lower() or "ueda" in name], "ids are no labels"


def test_health_live_ready_and_head(server: Server) -> None:
    for path in ("/health", "/health/ready", "/health/live", "/metrics"):
        whole, head = server.client.get(path), server.client.head(path)
        assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    ready = server.client.get("/health/ready").json()
    assert [ready[name] for name in ("live", "ready", "accepting", "database", "workers")] == [True, True, True, "up", "up"]
    assert [*server.client.get("/health/live").json()] == ["live", "version", "engine"]


def test_not_ready_while_the_database_is_away_or_older(own_server: Callable[..., Server], tmp_path: Path) -> None:
    file = tmp_path / "here.db"
    server = own_server(database=f"sqlite:///{file}")

    def database() -> Any:
        answer = server.client.get("/health/ready")
        assert (answer.status_code == 200) == answer.json()["ready"] == (answer.json()["database"] == "up")
        return answer.json()["database"]

    assert database() == "up"
    other = Store(str(file))
    with other.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    server.until(lambda: database() == "outdated")
    with other.database.writing() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    server.until(lambda: database() == "outdated")
    other.close()
    assert server.client.get("/health/live").status_code == 200


def test_figures_are_told_while_the_database_is_away(own_server: Callable[..., Server], tmp_path: Path) -> None:
    file = tmp_path / "here.db"
    server, store = own_server(database=f"sqlite:///{file}"), Store(str(file))
    _, secret = store.keys.create("prometheus", [Scope.READ])
    asked, wrong = {"Authorization": f"Bearer {secret}"}, {"Authorization": "Bearer toban_x_y"}
    assert server.client.get("/metrics", headers=asked).status_code == 200
    assert server.client.get("/metrics", headers=wrong).status_code == 401
    with store.database.writing() as connection:
        connection.execute(text("ALTER TABLE api_keys RENAME TO gone"))
    assert server.client.get("/v1/restaurants/x", headers=asked).status_code == 503
    assert "toban_info" in server.client.get("/metrics", headers=asked).text
    for others in (wrong, {}):
        assert server.client.get("/metrics", headers=others).status_code == 503
    store.close()


def test_a_database_that_hangs_is_down_and_holds_one_thread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked, free = [], Event()

    def hang(database: Database) -> str:
        asked.append(database)
        free.wait(10)
        return "up"

    async def look() -> list[str]:
        probe = Probe()
        found = [(await probe.state(Database(str(tmp_path / "x.db")))).database for _ in range(3)]
        free.set()
        await asyncio.sleep(0.2)
        found.append((await probe.state(Database(str(tmp_path / "x.db")))).database)
        return found

    monkeypatch.setattr(readiness, "_look_at", hang)
    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    monkeypatch.setattr(readiness, "_FRESH", 0.0)
    assert asyncio.run(look()) == ["down", "down", "down", "up"]
    assert len(asked) == 2


def test_dead_workers_are_replaced_or_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 300.0)

    async def look() -> list[str]:
        pool = Pool(1, 0, 5)
        probe = Probe(pool)
        try:
            found = [await probe._workers()]
            for worker in pool._workers:
                worker.kill()
                await worker.ended()
            with monkeypatch.context() as broken:
                broken.setattr("sys.executable", "/bin/false")
                found.append(await probe._workers())
            return [*found, await probe._workers()]
        finally:
            await pool.close()

    assert asyncio.run(look()) == ["up", "down", "up"]
