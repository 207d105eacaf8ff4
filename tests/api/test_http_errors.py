"""Every kind of error: its status, its problem details, its path."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import Server

TEN_MIB = 10 * 2**20


def assert_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The answer is an RFC 9457 error of that status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "errors"}
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    for fault in problem["errors"]:
        assert set(fault) == {"code", "path", "found", "expected"}
    return problem


def codes(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault["code"], fault["path"]) for fault in problem["errors"]]


@pytest.mark.parametrize("path", ["/v1/solve", "/v1/check", "/v1/validate"])
@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe\xfa", b"period: 2025", b'{"a": 1} x'])
def test_what_is_no_json_is_400(server: Server, path: str, body: bytes) -> None:
    problem = assert_problem(server.post(path, body), 400)
    assert codes(problem) == [("not_json", "")]


def test_deep_nesting_is_refused(server: Server) -> None:
    assert_problem(server.post("/v1/solve", b"[" * 100_000 + b"]" * 100_000), 400)
    assert_problem(server.post("/v1/solve", b'{"a":' * 100 + b"1" + b"}" * 100), 422)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"[]", ("wrong_type", "")),
        (b"null", ("wrong_type", "")),
        (b'"text"', ("wrong_type", "")),
        (b'{"period": 1, "period": 2}', ("duplicate_key", "/period")),
        (b'{"options": {"time_limit": NaN}}', ("not_finite", "/options/time_limit")),
        (b'{"staff": [{"id": "\\ud800"}]}', ("bad_text", "/staff/0/id")),
        (b"{}", ("missing_field", "/period")),
    ],
)
def test_what_cannot_be_used_is_422(server: Server, body: bytes, fault: tuple[str, str]) -> None:
    problem = assert_problem(server.post("/v1/solve", body), 422)
    assert problem["type"] == "urn:toban:error:invalid-request"
    assert fault in codes(problem)


@pytest.mark.parametrize("name", ["time_limit", "timeLimit"])
def test_a_solve_longer_than_a_minute_is_refused_together_with_everything_else(
    server: Server, small: dict[str, Any], name: str
) -> None:
    problem = assert_problem(server.post("/v1/solve", {**small, "options": {name: 60.5}}), 422)
    assert problem["errors"] == [
        {"code": "out_of_range", "path": f"/options/{name}", "found": 60.5, "expected": "at most 60 seconds in one request"}
    ]
    problem = assert_problem(server.post("/v1/solve", {**small, "options": {name: 61}, "prefiled": {}}), 422)
    assert codes(problem) == [("unknown_field", "/prefiled"), ("out_of_range", f"/options/{name}")]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"problem": None}, ("missing_field", "/problem")),
        ({"problem": []}, ("wrong_type", "/problem")),
        ({"problem": {"period": {}}}, ("missing_field", "/problem/period/start")),
        ({"schedule": None}, ("missing_field", "/schedule")),
        ({"schedule": {"satoo": {"2025-01-15": "×"}}}, ("unknown_staff", "/schedule/satoo")),
        ({"schedule": {"sato": {"2025-01-15": "x"}}}, ("lookalike_symbol", "/schedule/sato/2025-01-15")),
        ({"shedule": {}}, ("unknown_field", "/shedule")),
        ({"covers": [{"date": "soon"}]}, ("bad_date", "/covers/0/date")),
        ({"covers": 3}, ("wrong_type", "/covers")),
    ],
)
def test_check_points_into_the_whole_request(
    server: Server, small: dict[str, Any], change: dict[str, Any], fault: tuple[str, str]
) -> None:
    good = {"problem": small, "schedule": {"sato": {"2025-01-15": "×"}}}
    problem = assert_problem(server.post("/v1/check", {**good, **change}), 422)
    assert fault in codes(problem)


def test_duplicate_keys_deep_in_a_check_are_found(server: Server) -> None:
    problem = assert_problem(server.post("/v1/check", b'{"schedule": {"a": {"d": 1, "d": 2}}, "problem": {}}'), 422)
    assert codes(problem) == [("duplicate_key", "/schedule/a/d")]


def test_long_values_are_shortened(server: Server, small: dict[str, Any]) -> None:
    answer = server.post("/v1/solve", {**small, "prefilled": {"sato": {"2025-01-15": "×" * 100_000}}, "history": 10**50})
    assert_problem(answer, 422)
    assert len(answer.content) < 2000


def test_of_a_million_faults_come_the_first_thousand_and_their_number(server: Server) -> None:
    body = b"[" + b",".join([b"NaN"] * 100_000) + b"]"
    problem = assert_problem(server.post("/v1/solve", body), 422)
    assert len(problem["errors"]) == 1001
    assert problem["errors"][-1]["found"] == 100_000


def test_an_unknown_path_is_404(server: Server) -> None:
    for path in ("/v1", "/v1/", "/v1/solve/", "/v2/solve", "/v1/demo/%E3%81%82", "/v1/demo/..%2F..%2Fetc"):
        assert_problem(server.client.get(path), 404)


def test_an_unknown_demo_is_404_and_names_those_there_are(server: Server) -> None:
    names = [demo["name"] for demo in server.client.get("/v1/demo").json()]
    problem = assert_problem(server.client.get("/v1/demo/nothing"), 404)
    assert ", ".join(names) in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/solve", "POST"),
        ("PUT", "/v1/check", "POST"),
        ("DELETE", "/v1/validate", "POST"),
        ("POST", "/v1/codes", "GET"),
        ("POST", "/health", "GET"),
        ("PATCH", "/v1/demo/kitchen", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_names_the_right_one(server: Server, method: str, path: str, allowed: str) -> None:
    answer = server.client.request(method, path)
    assert_problem(answer, 405)
    assert answer.headers["allow"] == allowed


def test_a_body_above_ten_mebibytes_is_413(server: Server) -> None:
    problem = assert_problem(server.post("/v1/solve", b" " * (TEN_MIB + 1)), 413)
    assert codes(problem) == [("too_large", "")]
    assert_problem(server.post("/v1/validate", b" " * TEN_MIB), 400)  # read whole, and no JSON


def test_a_chunked_body_is_counted_as_it_comes(server: Server) -> None:
    chunks = (b" " * 2**20 for _ in range(12))
    assert_problem(server.client.post("/v1/solve", content=chunks), 413)


def test_a_content_length_that_lies_is_refused_before_the_body(server: Server) -> None:
    head = "POST /v1/solve HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 99999999999\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), 5) as raw:
        raw.sendall(head.encode())
        assert raw.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("media", ["multipart/form-data; boundary=x", "text/csv", "application/xml"])
def test_another_media_type_is_415(server: Server, media: str) -> None:
    problem = assert_problem(server.post("/v1/solve", b"{}", **{"content-type": media}), 415)
    assert media.partition(";")[0] in problem["detail"]


def test_a_compressed_body_is_415(server: Server) -> None:
    assert_problem(server.post("/v1/solve", b"{}", **{"content-encoding": "gzip"}), 415)


@pytest.mark.parametrize(
    "media", ["application/x-www-form-urlencoded", "application/merge-patch+json", "Application/JSON; charset=utf-8"]
)
def test_json_under_a_usual_name_is_read(server: Server, small: dict[str, Any], media: str) -> None:
    assert server.post("/v1/validate", small, **{"content-type": media}).json()["valid"] is True


def test_a_body_that_comes_too_slowly_is_408(own_server: Callable[..., Server]) -> None:
    slow = own_server("Limits(slowest_body=0.3)")
    with socket.create_connection(("127.0.0.1", slow.port), 5) as raw:
        raw.sendall(b"POST /v1/solve HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        assert raw.recv(4096).startswith(b"HTTP/1.1 408")


def test_errors_are_json_without_loss(server: Server) -> None:
    body = json.dumps({"期間": "七", "staff": [{"id": "a/b~c", "nam": "é"}]}, ensure_ascii=False).encode()
    problem = assert_problem(server.post("/v1/solve", body), 422)
    assert ("unknown_field", "/期間") in codes(problem)
    assert ("unknown_field", "/staff/0/nam") in codes(problem)
