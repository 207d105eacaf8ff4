"""`/v1/jobs`: solves that outlive the request, the client and the server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from pydantic_core import to_json
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from api.access.guard import caller_of
from api.openapi import LANGUAGE, refusals, schema_of
from api.routes.language import language_of
from api.routes.store import body_of, in_store
from api.services import services_of
from api.solving.jobs import HIGHEST
from api.solving.wire import Mark
from solver import Fault, Problem, ProblemError, Result
from solver.domain.codes import Code
from store import Job, Jobs, JobStatus, NotFound, Submission
from store.jobs import MOST_LISTED
from store.kinds import stamp

T = TypeVar("T")
router = APIRouter(tags=["jobs"])
JobId = Annotated[str, Path(description="the job's id", max_length=32)]
_LOOK: Final = 0.2  # seconds between looks at a job that somebody follows
PRIORITY: Final[dict[str, Any]] = {
    "type": "integer",
    "minimum": -HIGHEST,
    "maximum": HIGHEST,
    "default": 0,
    "description": "higher first",
}
_REQUEST: Final[dict[str, Any]] = {
    "description": "a problem, with the job's `priority` beside its fields; `options.time_limit` may be a day",
    "allOf": [schema_of(Problem)],
    "properties": {"priority": PRIORITY},
}
_EXAMPLE: Final[dict[str, Any]] = {
    "period": {"start": "2025-01-14", "end": "2025-01-15"},
    "staff": [{"id": "sato", "name": "佐藤"}, {"id": "nakata", "name": "中田"}],
    "settings": {
        "staff_groups": [{"id": "kitchen", "members": ["sato"]}],
        "backup_assignments": [{"id": "b1", "staff_id": "nakata", "group_id": "kitchen"}],
    },
    "options": {"time_limit": 600},
    "priority": 10,
}
IDEMPOTENCY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "chosen by the client, 1 to 200 characters: the same request sent again with it is the same job",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}


class Links(BaseModel):
    """Where the rest of a job is found."""

    self: str
    input: str
    events: str


class JobMeta(BaseModel):
    """A job without its schedule and result.

    QUEUED → RUNNING → COMPLETED (its answer is `result`, INFEASIBLE included), STOPPED (by DELETE; the best so far stays) or
    FAILED (`error` says why); these three are final. A job whose worker or server died is QUEUED again, and goes on from
    the best schedule so far.
    """

    id: str
    status: JobStatus
    restaurant_id: str | None
    priority: int
    request_hash: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    stop_asked: bool = Field(description="whether DELETE was called")
    attempts: int = Field(description="how often it was begun")
    phase: Literal["solve", "explain", "relax"] | None = Field(
        description="what the search was at when it last said something"
    )
    objective: int | None = Field(description="penalty of the best schedule so far")
    bound: int | None = Field(description="no schedule can be below that")
    elapsed: float | None = Field(description="seconds the search had taken when it last said something")
    error: dict[str, Any] | None = Field(description="for FAILED: problem details")
    links: Links


class JobWhole(JobMeta):
    """A job with the best schedule so far, and the result once it has ended."""

    schedule: dict[str, dict[str, str]] | None = Field(description="the best so far")
    result: Result | None = Field(description="what `POST /v1/solve` would answer; for STOPPED of a job that waited null")


class JobList(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobMeta]


def _meta(job: Job) -> dict[str, Any]:
    here = f"/v1/jobs/{job.id}"
    return {
        "id": job.id,
        "status": job.status.value,
        "restaurant_id": job.restaurant_id,
        "priority": job.priority,
        "request_hash": job.request_hash,
        "created_at": stamp(job.created_at),
        "started_at": None if job.started_at is None else stamp(job.started_at),
        "ended_at": None if job.ended_at is None else stamp(job.ended_at),
        "stop_asked": job.stop_asked,
        "attempts": job.attempt,
        "phase": job.phase,
        "objective": job.objective,
        "bound": job.bound,
        "elapsed": job.elapsed,
        "error": job.error,
        "links": {"self": here, "input": f"{here}/input", "events": f"{here}/events"},
    }


def _houses(request: Request) -> tuple[str, ...] | None:
    """The restaurants whose jobs the caller sees; None where he sees every job."""
    key = caller_of(request)
    return None if key is None else key.restaurant_ids


def _chosen(request: Request, asked: str | None) -> str | None:
    """Decide whose job it is.

    Raises
    ------
    NotFound
        The restaurant is not the key's.
    ProblemError
        The key is for several, and none is named.
    """
    houses = _houses(request)
    if houses is None:
        return asked
    if asked is not None:
        if asked not in houses:
            raise NotFound(f"there is no restaurant {asked}")
        return asked
    if len(houses) > 1:
        expected = f"as restaurant: one of {', '.join(houses)}"
        raise ProblemError((Fault(Code.MISSING_FIELD, "", None, expected),))
    return houses[0]


async def _of_caller(request: Request, job_id: str, call: Callable[[Jobs], T]) -> T:
    """Ask for something of a job that the caller may see.

    Raises
    ------
    NotFound
        There is none, or it is another restaurant's.
    """
    houses = _houses(request)

    def ask(jobs: Jobs) -> T:
        if houses is not None and jobs.job(job_id).restaurant_id not in houses:
            raise NotFound(f"there is no job {job_id}")
        return call(jobs)

    return await in_store(request, lambda store: ask(store.jobs))


@router.post(
    "/jobs",
    summary="Submit a job",
    status_code=202,
    response_model=JobMeta,
    response_description="accepted: it will end, whatever dies meanwhile",
    responses=refusals(400, 404, 408, 413, 415, 422, 429, 503),
    openapi_extra={
        "parameters": [LANGUAGE, IDEMPOTENCY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _REQUEST,
                    "examples": {"ten_minutes": {"summary": "Ten minutes for two people", "value": _EXAMPLE}},
                }
            },
        },
    },
)
async def submit_job(
    request: Request,
    restaurant: Annotated[
        str | None, Query(max_length=200, description="whose job it is; a key for one restaurant says so by itself")
    ] = None,
) -> Response:
    """Have a problem solved while nobody waits. It is on disk before this answers.

    Restaurants take turns; in one, higher `priority` comes first, then age. Its messages are in the language asked for here.
    """
    return await submit(request, await body_of(request), _chosen(request, restaurant))


async def submit(request: Request, body: bytes, house: str | None) -> Response:
    """Take on a job of a restaurant, or of nobody."""
    services, key = services_of(request.app), _idempotency_key(request)
    with services.metrics.task(Mark.JOB) as task:
        answer = await services.checks.run(Mark.JOB, body)
        task.answered(answer)
    accepted = json.loads(answer)
    caller = caller_of(request)
    wanted = Submission(
        request=body,
        request_hash=accepted["request_hash"],
        restaurant_id=house,
        caller="" if caller is None else caller.id,
        idempotency_key=key,
        priority=accepted["priority"],
        language=language_of(request),
        cores=accepted["cores"],
    )
    job, _ = await in_store(request, lambda store: store.jobs.submit(wanted, services.limits.waiting_jobs))
    services.engine.wake()
    return JSONResponse(_meta(job), 202, {"Location": f"/v1/jobs/{job.id}"})


def _idempotency_key(request: Request) -> str | None:
    given = request.headers.get("idempotency-key")
    if given is not None and not 0 < len(given) <= 200:
        raise ProblemError((Fault(Code.BAD_VALUE, "", given, "as Idempotency-Key: 1 to 200 characters"),))
    return given


@router.get("/jobs", summary="List jobs", response_model=JobList, responses=refusals(404, 422))
async def list_jobs(
    request: Request,
    restaurant: Annotated[str | None, Query(max_length=200, description="only this restaurant's")] = None,
    status: Annotated[list[JobStatus] | None, Query(description="only these; may be repeated")] = None,
    before: Annotated[str | None, Query(max_length=32, description="a job's id: those submitted before it")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100,
) -> JSONResponse:
    """List jobs, newest first, without schedules and results."""
    houses = _houses(request)
    if restaurant is not None:
        houses = (_chosen(request, restaurant) or restaurant,)
    if before is not None:
        await _of_caller(request, before, lambda jobs: jobs.job(before))
    found = await in_store(request, lambda store: store.jobs.listed(houses, status, before, limit))
    return JSONResponse({"jobs": [_meta(job) for job in found]})


@router.get(
    "/jobs/{job_id}",
    summary="Get a job",
    response_model=JobWhole | JobMeta,
    responses=refusals(404, 422),
)
async def get_job(
    request: Request,
    job_id: JobId,
    view: Annotated[Literal["meta", "full"], Query(description="meta: without schedule and result, for polling")] = "full",
) -> Response:
    """Get where it stands: at any time the best schedule so far, and in the end the result."""
    if view == "meta":
        return JSONResponse(_meta(await _of_caller(request, job_id, lambda jobs: jobs.job(job_id))))
    return Response(await _of_caller(request, job_id, lambda jobs: _whole(jobs, job_id)), media_type="application/json")


def _whole(jobs: Jobs, job_id: str) -> bytes:
    job, schedule, result = jobs.whole(job_id)
    head = to_json({**_meta(job), "schedule": schedule})
    return head[:-1] + b',"result":' + (result or b"null") + b"}"


@router.get(
    "/jobs/{job_id}/input",
    summary="Get a job's request",
    response_model=None,
    responses={
        200: {
            "description": "the body of the POST, byte by byte",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **refusals(404),
    },
)
async def get_job_input(request: Request, job_id: JobId) -> Response:
    """Get the request exactly as it was sent."""
    return Response(await _of_caller(request, job_id, lambda jobs: jobs.request(job_id)), media_type="application/json")


@router.delete("/jobs/{job_id}", summary="Stop a job", response_model=JobMeta, responses=refusals(404, 503))
async def stop_job(request: Request, job_id: JobId) -> JSONResponse:
    """End a job and keep its best schedule so far.

    One that waits has ended with the answer, one that runs does within a second; one that has ended stays as it is.
    """
    stopped = await _of_caller(request, job_id, lambda jobs: jobs.stop(job_id))
    services_of(request.app).engine.wake()
    return JSONResponse(_meta(stopped))


EVENT: Final = {
    "type": "object",
    "description": "one event; `data` is a job as JSON",
    "properties": {"event": {"enum": ["progress", "final"]}, "id": {"type": "string"}, "data": {"type": "string"}},
}


@router.get(
    "/jobs/{job_id}/events",
    summary="Follow a job",
    response_model=None,
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "server-sent events: `progress` with the job and, where it is new, its schedule; one `final`",
            "content": {"text/event-stream": {"schema": EVENT}},
        },
        **refusals(404),
    },
)
async def follow_job(request: Request, job_id: JobId) -> EventSourceResponse:
    """Hear of every change: a better schedule, a better bound, the status; of several within a fifth of a second the last.

    The data of each event are the job as `GET /v1/jobs/{id}` tells it, in a `progress` without the result. The last event
    is `final`, with the result, and then the stream closes; a client that comes after the end gets that alone. A server
    that is shut down closes the stream without it: the client connects again, as browsers do by themselves.
    """
    await _of_caller(request, job_id, lambda jobs: jobs.job(job_id))
    return EventSourceResponse(_events(request, job_id), ping=15, sep="\n")


async def _events(request: Request, job_id: str) -> AsyncIterator[dict[str, Any]]:
    services = services_of(request.app)
    jobs, told, objective = services.store.jobs, -1, object()
    while not services.ending:
        job = await run_in_threadpool(jobs.job, job_id)
        if job.status.final:
            whole = await run_in_threadpool(_whole, jobs, job_id)
            yield {"event": "final", "id": str(job.step), "data": whole.decode()}
            return
        if job.step != told:
            data = _meta(job)
            if job.objective != objective:
                job, schedule, _ = await run_in_threadpool(jobs.whole, job_id)
                data, objective = {**_meta(job), "schedule": schedule}, job.objective
            told = job.step
            if not job.status.final:
                yield {"event": "progress", "id": str(job.step), "data": to_json(data).decode()}
        await asyncio.sleep(_LOOK)
