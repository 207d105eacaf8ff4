"""The OpenAPI document: frozen, complete, and its examples are true."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.app import create_app
from api.openapi import FROZEN, load_examples, same_but_stats, text_of
from tests.api.conftest import Server

DOCUMENT: dict[str, Any] = json.loads(FROZEN.read_text(encoding="utf-8"))
OPERATIONS = [(path, method, one) for path, methods in DOCUMENT["paths"].items() for method, one in methods.items()]
EXAMPLES = [
    (path, name, example["value"])
    for path, _, operation in OPERATIONS
    if "requestBody" in operation
    and not path.startswith(("/v1/jobs", "/v1/batch", "/v1/export"))  # not alike, or files: tests of their own
    for name, example in operation["requestBody"]["content"]["application/json"].get("examples", {}).items()
]


def test_the_document_is_the_frozen_one() -> None:
    made = text_of(create_app().openapi())
    same = made == FROZEN.read_text(encoding="utf-8")
    assert same, "the HTTP interface changed; if on purpose, run `python -m api.openapi` and commit api/openapi.json"


def test_a_real_server_serves_it(server: Server) -> None:
    assert server.client.get("/openapi.json").json() == DOCUMENT


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=lambda value: str(value)[:20])
def test_every_operation_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["operationId"].isidentifier()
    for status, response in operation["responses"].items():
        assert response["description"]
        for media, content in response.get("content", {}).items():
            assert content["schema"]
            assert (media == "application/problem+json") == (status == "default" or int(status) >= 400) or path.startswith(
                "/health"
            )
    if method == "post" and not path.startswith("/v1/restaurants"):
        assert operation["requestBody"]["content"]["application/json"]["examples"]


def test_every_reference_leads_somewhere() -> None:
    waiting: list[Any] = [DOCUMENT]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                assert value["$ref"].removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def test_every_prepared_example_is_in_the_document() -> None:
    prepared = {(f"/v1/{route}", name) for route, examples in load_examples().items() for name in examples}
    assert prepared == {(path, name) for path, name, _ in EXAMPLES}


@pytest.mark.parametrize(("path", "name", "request_body"), EXAMPLES, ids=lambda value: str(value)[:20])
def test_every_example_is_answered_as_documented(server: Server, path: str, name: str, request_body: Any) -> None:
    documented = {
        status: content["examples"][name]["value"]
        for status, response in DOCUMENT["paths"][path]["post"]["responses"].items()
        for content in response["content"].values()
        if name in content.get("examples", {})
    }
    answer = server.post(path, request_body)
    assert [*documented] == [str(answer.status_code)], answer.text
    assert same_but_stats(answer.json(), documented[str(answer.status_code)]), answer.text


def test_path_examples_exist(server: Server) -> None:
    for path, method, operation in OPERATIONS:
        of_path = [one for one in operation.get("parameters", ()) if one["in"] == "path"]
        for parameter in of_path if not path.startswith(("/v1/restaurants", "/v1/jobs")) else ():
            for value in parameter["schema"]["examples"]:
                answer = server.client.request(method, path.replace("{" + parameter["name"] + "}", value))
                assert answer.status_code == 200, answer.text
