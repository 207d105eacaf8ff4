"""Every error as RFC 9457 problem details: one table from exceptions to answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocket, WebSocketState

from api.access.errors import KeyNeeded, KeyRefused, LocalOnly, OriginRefused, ScopeMissing
from api.access.guard import protocol_of
from api.closings import closing, reason
from api.solving.pool import ShuttingDown, TooBusy, WorkerFailed, WorkerLost
from api.solving.requests import not_json
from api.solving.wire import faults_data
from solver import Fault, ProblemError
from solver.domain.base import pointer
from solver.domain.codes import Code
from store import Gone, InUse, KeyReused, NoBase, NotFound, Published, QueueFull, Stale

log = logging.getLogger("toban.api")

SOON = {"Retry-After": "10"}  # seconds; as long as a solve takes unless told otherwise

ASK_FOR_KEY = {"WWW-Authenticate": 'Bearer realm="toban"'}
REFUSE_KEY = {"WWW-Authenticate": 'Bearer realm="toban", error="invalid_token"'}


class BodyTooLarge(Exception):
    """The body exceeds the size this server reads; `largest` in bytes."""

    def __init__(self, largest: int) -> None:
        super().__init__(f"the body exceeds {largest} bytes")
        self.largest = largest


class BodyTooSlow(Exception):
    """The body did not arrive in time."""


class NotJsonMedia(Exception):
    """The request says itself that its body is no plain JSON."""


class NoRosterYet(Exception):
    """A job that goes on has nothing to plan anew."""

    def __init__(self, status: str) -> None:
        super().__init__(f"the job is {status} and has no roster so far; try again once it has one, or has ended")


class FaultRow(BaseModel):
    """One thing wrong with the request."""

    code: str = Field(description="a stable name, see `GET /v1/codes`", examples=["unknown_staff"])
    path: str = Field(
        description="RFC 6901 pointer into the document as sent", examples=["/settings/staff_groups/0/members/1"]
    )
    found: Any = Field(description="what stands there, shortened; null where nothing does", examples=["satoo"])
    expected: str = Field(description="what should stand there", examples=["the id of somebody in staff"])


class ProblemDetails(BaseModel):
    """An error (RFC 9457)."""

    type: str = Field(description="names the kind of error; `about:blank` where the status says it all")
    title: str
    status: int
    detail: str
    instance: str | SkipJsonSchema[None] = Field(
        None, description="of a defect (500): names the request in the server's log"
    )
    errors: list[FaultRow] = Field(description="every fault of the request at once; empty where it has none")


class Answer(NamedTuple):
    """What an exception becomes."""

    status: int
    kind: str | None
    title: str
    detail: str
    faults: Iterable[Fault] = ()
    headers: Mapping[str, str] = {}
    more: Mapping[str, Any] = {}  # members of this kind of error only


def _problem(error: ProblemError) -> Answer:
    if not_json(error):
        return Answer(400, "not-json", "The body is not JSON", str(error.faults[0].found), error.faults)
    count = len(error.faults)
    detail = f"{count} fault{'s' if count > 1 else ''}, nothing was computed: see errors"
    return Answer(422, "invalid-request", "The request cannot be used as it is", detail, error.faults)


def _too_large(error: BodyTooLarge) -> Answer:
    fault = Fault(Code.TOO_LARGE, "", f"more than {error.largest} bytes", f"at most {error.largest} bytes")
    return Answer(413, "body-too-large", "The body is too large", str(error), [fault])


def _http(error: HTTPException) -> Answer:
    return Answer(error.status_code, None, HTTPStatus(error.status_code).phrase, error.detail, headers=error.headers or {})


def _unfit(error: RequestValidationError) -> Answer:
    """Answer a parameter of the address that does not fit; bodies are read elsewhere."""
    faults = [
        Fault(Code.BAD_VALUE, "", str(one.get("input")), f"as {one['loc'][-1]}: {one['msg']}") for one in error.errors()
    ]
    return Answer(422, "invalid-request", "The request cannot be used as it is", "a parameter does not fit", faults)


def _stale(error: Stale) -> Answer:
    rows = [
        {"table": row.table, "id": row.row_id, "path": pointer(*row.place), "current": row.current} for row in error.rows
    ]
    more = {"revision": error.revision, "rows": rows}
    return Answer(409, "stale", "Somebody else changed it since it was read", str(error), more=more)


def _in_use(error: InUse) -> Answer:
    return Answer(409, "in-use", "Other rows refer to it", str(error), more={"places": error.places})


def _gone(error: Gone) -> Answer:
    return Answer(409, "gone", "It refers to what is gone", str(error), more={"places": error.places})


def _said(status: int, kind: str, title: str, headers: Mapping[str, str] = {}) -> Callable[[Exception], Answer]:
    """Answer with what the exception says as detail, or with the title where it says nothing."""
    return lambda error: Answer(status, kind, title, str(error) or title, headers=headers)


ANSWERS: dict[type[Exception], Callable[[Any], Answer]] = {
    ProblemError: _problem,
    HTTPException: _http,
    ClientDisconnect: _said(400, "body-incomplete", "The body ended early"),
    BodyTooSlow: _said(408, "body-too-slow", "The body did not arrive in time"),
    BodyTooLarge: _too_large,
    NotJsonMedia: _said(415, "not-json-media", "The body must be sent as application/json"),
    RequestValidationError: _unfit,
    NotFound: _said(404, "not-found", "There is nothing of that name"),
    NoBase: _said(428, "no-base", "The revision that was read is missing"),
    Stale: _stale,
    InUse: _in_use,
    Gone: _gone,
    Published: _said(409, "published", "The roster is published"),
    KeyNeeded: _said(401, "key-needed", "A key is needed", ASK_FOR_KEY),
    KeyRefused: _said(401, "key-refused", "The key is refused", REFUSE_KEY),
    ScopeMissing: _said(403, "scope-missing", "The key does not allow this"),
    OriginRefused: _said(403, "origin-refused", "The page's origin is refused"),
    LocalOnly: _said(403, "local-only", "Only this machine is answered"),
    OperationalError: lambda _: Answer(503, "database", "The database did not answer", "Try again", headers=SOON),
    NoConnection: lambda _: Answer(503, "database", "The database is too busy", "Try again", headers=SOON),
    TooBusy: _said(429, "too-busy", "All workers are busy and the queue is full", SOON),
    QueueFull: _said(429, "queue-full", "The queue of jobs is full", SOON),
    NoRosterYet: _said(409, "no-roster-yet", "The job has no roster so far", SOON),
    KeyReused: _said(422, "idempotency-key-reused", "The Idempotency-Key was used before"),
    WorkerLost: _said(503, "worker-lost", "The work ended before it was done", SOON),
    ShuttingDown: _said(503, "shutting-down", "The server is about to end", SOON),
}


def add_fault_handlers(app: FastAPI) -> None:
    """Let the app answer every exception of the table.

    A WebSocket is accepted and closed (see `api.closings`); to pages of other sites it is refused.
    """

    async def handle(connection: Request | WebSocket, error: Exception) -> JSONResponse | None:
        kind = next(base for base in type(error).__mro__ if base in ANSWERS)
        answer = ANSWERS[kind](error)
        if answer.status >= 500:
            why = (
                error.orig if isinstance(error, OperationalError) else answer.detail
            )  # a full disk, say: not the client's business
            log.warning("%s: %s", answer.title, why)
        if isinstance(connection, WebSocket) and not isinstance(error, (OriginRefused, LocalOnly)):
            if connection.application_state is WebSocketState.CONNECTING:
                await connection.accept(protocol_of(connection))
            await connection.close(closing(answer.status), reason(answer.detail))
            return None
        return respond(answer)

    for kind in ANSWERS:
        app.add_exception_handler(kind, handle)  # type: ignore[arg-type]


def defect(error: Exception, request_id: str) -> Answer:
    """Answer an exception nobody expected: its traceback goes to the log, the request's id to the client."""
    trace = str(error) if isinstance(error, WorkerFailed) else ""
    log.error("error %s\n%s", request_id, trace, exc_info=None if trace else error)
    detail = f"This is a defect of the server, logged there under the id {request_id}"
    more = {"instance": f"urn:toban:request:{request_id}"}
    return Answer(500, "internal", "Internal error", detail, more=more)


def respond(answer: Answer) -> JSONResponse:
    """Write the problem details as a response."""
    return JSONResponse(details(answer), answer.status, dict(answer.headers), media_type="application/problem+json")


def details(answer: Answer) -> dict[str, Any]:
    """Write the problem details."""
    return {
        "type": f"urn:toban:error:{answer.kind}" if answer.kind else "about:blank",
        "title": answer.title,
        "status": answer.status,
        "detail": answer.detail,
        "errors": faults_data(answer.faults),
        **answer.more,
    }
