"""The OpenAPI document: what routes that read raw bodies must say themselves, its examples, and the frozen copy.

`python -m api.openapi` writes `openapi.json`, and the answers in `examples.json`, anew. A test compares the frozen copy
to the code, so that the interface never changes by accident; another posts every example.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.access.scopes import needed
from api.faults import ProblemDetails

FROZEN: Final = Path(__file__).with_name("openapi.json")
EXAMPLES: Final = Path(__file__).with_name("examples.json")
_KEY: Final = "key"
_SCHEME: Final = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "toban_<id>_<secret>",
    "description": "a key of `toban keys create`; needed as soon as the server has any",
}
_COMPONENT: Final = "#/components/schemas/{model}"
LANGUAGE: Final[dict[str, Any]] = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "the language of the messages: ja or en, English where neither is asked for",
    "schema": {"type": "string"},
    "example": "ja, en;q=0.5",
}


def schema_of(model: type[BaseModel]) -> dict[str, str]:
    """Refer to the place where the document describes a type."""
    return {"$ref": _COMPONENT.format(model=model.__name__)}


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """Declare the request body of a route that reads it raw, and the languages it answers in."""
    body = {"required": True, "content": {"application/json": {"schema": schema_of(model)}}}
    return {"parameters": [LANGUAGE], "requestBody": body}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the errors a route answers with; any route may answer with others that are no business of its own."""
    content = {_media(400): {"schema": schema_of(ProblemDetails)}}
    made: dict[int | str, dict[str, Any]] = {
        status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses
    }
    for status in {429, 503}.intersection(statuses):
        wait = {"description": "seconds", "schema": {"type": "integer"}}
        made[status] = {**made[status], "headers": {"Retry-After": wait}}
    return {**made, "default": {"description": "Any other error", "content": content}}


def load_examples() -> dict[str, dict[str, Any]]:
    """Read the examples by route and name: a summary, a request, its status and its answer."""
    return dict(json.loads(EXAMPLES.read_text(encoding="utf-8")))


def describe(app: FastAPI, *requests: type[BaseModel]) -> dict[str, Any]:
    """Build the document of an app, with the types of the requests that it does not see itself."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            description=app.description,
            routes=app.routes,
            webhooks=app.webhooks.routes,
            tags=app.openapi_tags,
        )
        wanted = [(model, "validation") for model in (*requests, ProblemDetails)]
        _, unseen = models_json_schema(wanted, ref_template=_COMPONENT)  # type: ignore[arg-type]
        components = document.setdefault("components", {}).setdefault("schemas", {})
        for name, schema in unseen["$defs"].items():
            components.setdefault(name, schema)
        components["Problem"]["properties"].pop("notices", None)  # what reading notes, never sent
        for route, examples in load_examples().items():
            _illustrate(document["paths"][f"/v1/{route}"]["post"], examples)
        _secure(document)
        app.openapi_schema = document
    return app.openapi_schema


def _secure(document: dict[str, Any]) -> None:
    """Say which scopes every operation needs, and how it refuses whoever has them not."""
    document["components"]["securitySchemes"] = {_KEY: _SCHEME}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            scopes = needed(operation["operationId"], method.upper(), path)
            operation["security"] = [] if scopes is None else [{_KEY: sorted(scopes)}]
            if scopes is not None:
                added = {str(status): one for status, one in refusals(401, 403).items() if status != "default"}
                added["401"]["headers"] = {"WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}}}
                operation["responses"] = {**added, **operation["responses"]}


def _illustrate(operation: dict[str, Any], examples: dict[str, dict[str, Any]]) -> None:
    """Add requests, and the answers to them under the same names; routes cannot, FastAPI would drop every null."""
    asked = operation["requestBody"]["content"]["application/json"].setdefault("examples", {})
    for name, one in examples.items():
        answered = operation["responses"][str(one["status"])]["content"][_media(one["status"])].setdefault("examples", {})
        asked[name] = {"summary": one["summary"], "value": one["request"]}
        answered[name] = {"summary": one["summary"], "value": one["response"]}


def _media(status: int) -> str:
    return "application/json" if status < 400 else "application/problem+json"


def text_of(document: dict[str, Any]) -> str:
    """Write a document as it is frozen."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _answered_anew(route: str, example: dict[str, Any]) -> dict[str, Any]:
    """Give the example today's answer; yesterday's where only `stats` differ."""
    from threading import Event

    from api.faults import ANSWERS, respond
    from api.solving.prices import with_prices
    from api.solving.tasks import TASKS
    from api.solving.wire import Mark, mark_of
    from solver import ProblemError

    status, body = 200, b""
    try:
        mark, sent = mark_of(route), json.dumps(example["request"]).encode()
        body = TASKS[mark](with_prices({}, sent) if mark is Mark.EXPLAIN else sent, Event())
    except ProblemError as error:
        refused = respond(ANSWERS[ProblemError](error))
        status, body = refused.status_code, bytes(refused.body)
    response = json.loads(body)
    if same_but_stats(response, example.get("response")):
        response = example["response"]
    return {**example, "status": status, "response": response}


def same_but_stats(one: Any, other: Any) -> bool:
    """Tell whether two answers are the same; only `stats`, which hold times, may differ."""
    return isinstance(other, dict) and {**one, "stats": None} == {**other, "stats": None}


def freeze() -> None:
    """Write the examples' answers and the document anew."""
    answered = {
        route: {name: _answered_anew(route, example) for name, example in examples.items()}
        for route, examples in load_examples().items()
    }
    EXAMPLES.write_text(text_of(answered), encoding="utf-8")
    from api.app import create_app

    FROZEN.write_text(text_of(create_app().openapi()), encoding="utf-8")


if __name__ == "__main__":
    freeze()
