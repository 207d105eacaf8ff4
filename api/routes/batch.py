"""`POST /v1/batch`: a problem a line in, a result a line out, each as soon as it is there."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final, Literal

import anyio
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from api.faults import ANSWERS, defect, details
from api.observed import request_id
from api.openapi import LANGUAGE, refusals, schema_of
from api.routes.body import read_body
from api.routes.jobs import EXAMPLE, REQUEST, house_of, queue
from api.services import Services, services_of
from api.solving.jobs import LONGEST_NAME, name_of_line, with_reach
from api.solving.pool import ShuttingDown, TooBusy, WorkerFailed, WorkerLost
from api.solving.wire import Mark
from solver import Fault, ProblemError, Result
from solver.domain.codes import Code
from store import Job, Jobs, NotFound, QueueFull, Submission

router = APIRouter(tags=["jobs"])
NDJSON: Final = "application/x-ndjson"
_LOOK: Final = 0.2  # seconds
_LINE: Final[dict[str, Any]] = {
    "description": "one line of the batch: a job's request, or an object with it as `problem` beside an `id`",
    "anyOf": [
        {
            "type": "object",
            "properties": {"id": {"type": "string", "maxLength": LONGEST_NAME}, "problem": REQUEST},
            "required": ["problem"],
        },
        REQUEST,
    ],
}


class BatchLine(BaseModel):
    """The answer to one line."""

    line: int = Field(description="which, from 1; empty lines count and are not answered")
    id: str | None = Field(description="what the line called itself")
    job_id: str | None = Field(description="the job that it was")
    status: Literal["COMPLETED", "STOPPED", "FAILED", "REFUSED"] = Field(description="of the job; REFUSED: it became none")
    result: Result | None = Field(description="as `POST /v1/solve` answers")
    error: dict[str, Any] | None = Field(description="problem details; for REFUSED with every fault, paths in the line")


@router.post(
    "/batch",
    summary="Solve many problems",
    response_model=None,
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "JSON lines: an answer to each line as soon as it is there, in any order",
            "content": {NDJSON: {"schema": schema_of(BatchLine)}},
        },
        **refusals(400, 404, 408, 413, 415, 422, 503),
    },
    openapi_extra={
        "parameters": [LANGUAGE],
        "requestBody": {
            "required": True,
            "description": "JSON lines, each a problem; a single one may be sent as plain JSON on one line",
            "content": {
                media: {
                    "schema": _LINE,
                    "examples": {
                        "one": {"summary": "A line with an id", "value": {"id": "honten", "problem": EXAMPLE}},
                        "bare": {"summary": "A line that is a problem", "value": EXAMPLE},
                    },
                }
                for media in (NDJSON, "application/json")
            },
        },
    },
)
async def solve_batch(
    request: Request,
    restaurant: Annotated[
        str | None, Query(max_length=200, description="whose jobs they are; a key for one restaurant says so by itself")
    ] = None,
) -> StreamingResponse:
    """Solve each line as a job of its own, a few at once, in turns with everybody else's.

    A line that cannot be used is answered in its place, and the rest goes on. At most 1000 lines and 10 MiB; each may take
    as long as its `options.time_limit` says. A client that goes away ends what is left. For what is to outlive the
    connection there are jobs.
    """
    services = services_of(request.app)
    body, house = await read_body(request, services.limits, lines=True), house_of(request, restaurant)
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    if not lines:
        raise ProblemError((Fault(Code.MISSING_FIELD, "", None, "at least one line with a problem"),))
    if len(lines) > services.limits.lines:
        raise ProblemError((Fault(Code.TOO_LARGE, "", len(lines), f"at most {services.limits.lines} lines"),))
    return StreamingResponse(_Batch(request, services, house, lines).answers(), media_type=NDJSON)


class _Batch:
    def __init__(self, request: Request, services: Services, house: str | None, lines: list[tuple[int, bytes]]) -> None:
        self._request, self._services, self._house = request, services, house
        self._lines = deque(lines)
        self._running: dict[str, tuple[int, str | None]] = {}

    async def answers(self) -> AsyncIterator[bytes]:
        """Answer every line; whatever ends this ends its jobs."""
        jobs = self._services.store.jobs
        try:
            while self._lines or self._running:
                if self._services.ending:
                    for answer in self._left():
                        yield answer
                    return
                while self._lines and len(self._running) < self._services.limits.lines_at_once:
                    number, line = self._lines.popleft()
                    try:
                        refusal = await self._begin(number, line)
                    except (TooBusy, QueueFull):
                        self._lines.appendleft((number, line))
                        break
                    if refusal is not None:
                        yield refusal
                ended = await run_in_threadpool(jobs.ended, [*self._running])
                for job_id in ended:
                    yield await run_in_threadpool(self._ended, jobs, job_id)
                    del self._running[job_id]
                if not ended:
                    await asyncio.sleep(_LOOK)
                if await self._request.is_disconnected():
                    return
        finally:
            with anyio.CancelScope(shield=True):
                for job_id in self._running:
                    with contextlib.suppress(NotFound):
                        await run_in_threadpool(jobs.stop, job_id)
                self._services.engine.wake()

    async def _begin(self, number: int, line: bytes) -> bytes | None:
        """Make a line a job; returns the answer to one that cannot be."""
        services = self._services
        try:
            with services.metrics.task(Mark.LINE) as task:
                answer = await services.checks.run(Mark.LINE, with_reach(services.webhooks.reach, line))
                task.answered(answer)
        except (ProblemError, WorkerLost, WorkerFailed, ShuttingDown) as error:
            return self._refused(number, line, error)
        accepted = json.loads(answer)
        request = line if accepted["request"] is None else to_json(accepted["request"])
        job: Job = await queue(self._request, Submission(request, "", self._house), accepted)
        self._running[job.id] = number, accepted["id"]
        return None

    def _ended(self, jobs: Jobs, job_id: str) -> bytes:
        number, name = self._running[job_id]
        job, _, result = jobs.whole(job_id)
        head = {"line": number, "id": name, "job_id": job_id, "status": job.status.value, "error": job.error}
        return to_json(head)[:-1] + b',"result":' + (result or b"null") + b"}\n"

    def _left(self) -> list[bytes]:
        """The answers of a server that ends."""
        refused = [self._refused(number, line, ShuttingDown()) for number, line in self._lines]
        stopped = [
            _line({"line": number, "id": name, "job_id": job_id, "status": "STOPPED", "error": _told(ShuttingDown())})
            for job_id, (number, name) in self._running.items()
        ]
        return stopped + refused

    def _refused(self, number: int, line: bytes, error: Exception) -> bytes:
        try:
            name = name_of_line(json.loads(line)) if len(line) < _SHORT else None
        except (ValueError, RecursionError):
            name = None
        return _line({"line": number, "id": name, "job_id": None, "status": "REFUSED", "error": _told(error)})


_SHORT: Final = 2**17  # bytes that may be read here, where everybody waits for it


def _line(data: dict[str, Any]) -> bytes:
    return to_json({**data, "result": None}) + b"\n"


def _told(error: Exception) -> dict[str, Any]:
    """The problem details of an error; a defect's traceback goes to the log."""
    if isinstance(error, WorkerFailed):
        return details(defect(error, request_id()))
    return details(ANSWERS[type(error)](error))
