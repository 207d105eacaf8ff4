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
from api.faults import NoRosterYet
from api.openapi import LANGUAGE, refusals, schema_of
from api.routes.language import language_of
from api.routes.store import body_of, in_store
from api.services import services_of
from api.solving.jobs import HIGHEST, MOST_CHANGES, Earlier, as_replan, with_reach
from api.solving.wire import Mark
from api.webhooks.addresses import LONGEST
from solver import Fault, Problem, ProblemError, Result
from solver.domain.codes import Code
from store import HookStatus, Job, Jobs, JobStatus, NotFound, Submission
from store.jobs import MOST_LISTED
from store.kinds import stamp

T = TypeVar("T")
router = APIRouter(tags=["jobs"])
JobId = Annotated[str, Path(description="the job's id", max_length=32)]
_LOOK: Final = 0.2  # seconds between looks at a job that somebody follows
_LEVEL: Final = {"type": "integer", "minimum": -HIGHEST, "maximum": HIGHEST}
PRIORITY: Final[dict[str, Any]] = {**_LEVEL, "default": 0, "description": "higher first"}
WEBHOOK: Final[dict[str, Any]] = {
    "type": ["string", "null"],
    "maxLength": LONGEST,
    "description": "who is told when the job has ended (see Webhooks): http or https; only where the server has a secret",
}
REQUEST: Final[dict[str, Any]] = {
    "description": "a problem, with the job's own fields beside it; `options.time_limit` may be a day",
    "allOf": [schema_of(Problem)],
    "properties": {"priority": PRIORITY, "webhook_url": WEBHOOK},
}
_PATCH: Final[dict[str, Any]] = {
    "type": "array",
    "description": "JSON Patch (RFC 6902) of the earlier job's problem as its result shows it (`problem`), with its roster "
    "as `baseline`. `[id=X]` stands for the position of the entry with that id; parents that are missing are made",
    "items": {
        "type": "object",
        "properties": {
            "op": {"enum": ["add", "remove", "replace", "move", "copy", "test"]},
            "path": {"type": "string", "examples": ["/prefilled/sato/2025-01-15", "/staff/[id=sato]/employed_until"]},
            "from": {"type": "string"},
            "value": {},
        },
        "required": ["op", "path"],
    },
}
_REPLAN: Final[dict[str, Any]] = {
    "anyOf": [
        _PATCH,
        {
            "type": "object",
            "properties": {
                "patch": _PATCH,
                "max_changes": {
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "maximum": MOST_CHANGES,
                    "description": "how many cells of the roster may change at all",
                },
                "priority": {**_LEVEL, "description": "that of the earlier job where there is none"},
                "webhook_url": WEBHOOK,
            },
            "required": ["patch"],
            "additionalProperties": False,
        },
    ]
}
_SICK: Final = {"op": "add", "path": "/prefilled/sato/2025-01-15", "value": "×"}
_HIRED: Final = {"op": "add", "path": "/staff/-", "value": {"id": "ueda", "name": "上田", "employed_from": "2025-01-15"}}
_MEMBER: Final = {"op": "add", "path": "/settings/staff_groups/[id=kitchen]/members/-", "value": "ueda"}
EXAMPLE: Final[dict[str, Any]] = {
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
    parent: str | None = Field(description="the job that this one plans anew, if it does that")


class Webhook(BaseModel):
    """Who is told of a job's end, and whether he was."""

    url: str
    status: HookStatus = Field(description="PENDING until it was DELIVERED, or FAILED ten times or with 410")
    attempts: int
    due_at: datetime | None = Field(description="when it is tried next; null before the job has ended and after the last")
    error: str | None = Field(description="what became of the last attempt that failed")


class JobMeta(BaseModel):
    """A job without its schedule and result.

    QUEUED → RUNNING → COMPLETED (its answer is `result`, INFEASIBLE included), STOPPED (by DELETE; the best so far stays) or
    FAILED (`error` says why); these three are final. A job whose worker or server died is QUEUED again, and goes on from
    the best schedule so far.
    """

    id: str
    status: JobStatus
    restaurant_id: str | None
    parent_id: str | None = Field(description="the job that this one plans anew; it may have been forgotten by now")
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
    webhook: Webhook | None
    links: Links


class JobWhole(JobMeta):
    """A job with the best schedule so far, and the result once it has ended."""

    schedule: dict[str, dict[str, str]] | None = Field(description="the best so far")
    patch: Any = Field(None, description="of a job made by from-patch: what was sent")
    result: Result | None = Field(description="what `POST /v1/solve` would answer; for STOPPED of a job that waited null")


class JobList(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobMeta]


def meta_of(job: Job) -> dict[str, Any]:
    """Write a job without its larger parts."""
    here = f"/v1/jobs/{job.id}"
    return {
        "id": job.id,
        "status": job.status.value,
        "restaurant_id": job.restaurant_id,
        "parent_id": job.parent_id,
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
        "webhook": _webhook(job),
        "links": {
            "self": here,
            "input": f"{here}/input",
            "events": f"{here}/events",
            "parent": None if job.parent_id is None else f"/v1/jobs/{job.parent_id}",
        },
    }


def _webhook(job: Job) -> dict[str, Any] | None:
    if job.webhook_url is None:
        return None
    return {
        "url": job.webhook_url,
        "status": job.webhook_status,
        "attempts": job.webhook_attempts,
        "due_at": None if job.webhook_due_at is None else stamp(job.webhook_due_at),
        "error": job.webhook_error,
    }


def _houses(request: Request) -> tuple[str, ...] | None:
    """The restaurants whose jobs the caller sees; None where he sees every job."""
    key = caller_of(request)
    return None if key is None else key.restaurant_ids


def house_of(request: Request, asked: str | None) -> str | None:
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
                    "schema": REQUEST,
                    "examples": {"ten_minutes": {"summary": "Ten minutes for two people", "value": EXAMPLE}},
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
    return await submit(request, await body_of(request), house_of(request, restaurant))


async def submit(request: Request, body: bytes, house: str | None) -> Response:
    """Take on a job of a restaurant, or of nobody."""
    services, key = services_of(request.app), _idempotency_key(request)
    with services.metrics.task(Mark.JOB) as task:
        answer = await services.checks.run(Mark.JOB, with_reach(services.webhooks.reach, body))
        task.answered(answer)
    return await _submitted(request, Submission(body, "", house, idempotency_key=key), json.loads(answer))


async def _submitted(request: Request, wanted: Submission, accepted: dict[str, Any]) -> JSONResponse:
    job = await queue(request, wanted, accepted)
    return JSONResponse(meta_of(job), 202, {"Location": f"/v1/jobs/{job.id}"})


async def queue(request: Request, wanted: Submission, accepted: dict[str, Any]) -> Job:
    """Queue what a worker found fit to be a job.

    Raises
    ------
    QueueFull
        As many wait as may.
    """
    services, caller = services_of(request.app), caller_of(request)
    wanted = wanted._replace(
        request_hash=accepted["request_hash"],
        priority=accepted["priority"],
        webhook_url=accepted["webhook_url"],
        caller="" if caller is None else caller.id,
        language=language_of(request),
        cores=accepted["cores"],
    )
    job, _ = await in_store(request, lambda store: store.jobs.submit(wanted, services.limits.waiting_jobs))
    services.engine.wake()
    return job


@router.post(
    "/jobs/{job_id}/from-patch",
    summary="Plan a job's roster anew",
    status_code=202,
    response_model=JobMeta,
    response_description="accepted: a job of its own; its result's `changes` tell who moves",
    responses=refusals(400, 404, 408, 409, 413, 415, 422, 429, 503),
    openapi_extra={
        "parameters": [LANGUAGE, IDEMPOTENCY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _REPLAN,
                    "examples": {
                        "sick_call": {"summary": "Sato is off sick on the 15th", "value": [_SICK]},
                        "budget": {
                            "summary": "The same with a budget",
                            "value": {"patch": [_SICK], "max_changes": 5, "priority": 50},
                        },
                        "hired": {"summary": "Ueda joins the kitchen", "value": [_HIRED, _MEMBER]},
                    },
                }
            },
        },
    },
)
async def replan_job(request: Request, job_id: JobId) -> Response:
    """Change a job's problem by a patch and have it solved as a new job, keeping to the roster there is.

    The old roster is the new problem's `baseline`: the search begins at it, each change of it costs (`settings.stability`),
    and the result lists the `changes` person by person. With `max_changes` no more cells than that change; where the patch
    cannot do with so few, the answer is INFEASIBLE and says how many would do.

    The job may have ended or still run: what counts is its best roster at this moment, and it goes on. One that ended
    without a roster, such as an INFEASIBLE one with `"report"`, is planned without a baseline, so that a `repair` can be
    sent as it stands. One that waits or runs and has no roster yet is answered with 409.

    Every fault of the patch is told at once, with its place in what was sent. The new job belongs to the same restaurant,
    names the old one as `parent_id`, and its `input` is the problem that the patch made.
    """
    services = services_of(request.app)
    body, key = await body_of(request), _idempotency_key(request)
    parent, earlier = await _of_caller(request, job_id, lambda jobs: _to_replan(jobs, job_id))
    with services.metrics.task(Mark.REPLAN) as task:
        answer = await services.checks.run(Mark.REPLAN, as_replan(earlier, services.webhooks.reach, body))
        task.answered(answer)
    accepted = json.loads(answer)
    wanted = Submission(to_json(accepted["request"]), "", parent.restaurant_id, idempotency_key=key)
    return await _submitted(request, wanted._replace(parent_id=job_id, patch=body), accepted)


def _to_replan(jobs: Jobs, job_id: str) -> tuple[Job, Earlier]:
    """A job, and what is planned anew of it.

    Raises
    ------
    NoRosterYet
        It has none, and goes on.
    """
    job, schedule, _ = jobs.whole(job_id)
    if schedule is None and not job.status.final:
        raise NoRosterYet(job.status.value)
    return job, Earlier(jobs.request(job_id), schedule, job.priority)


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
        houses = (house_of(request, restaurant) or restaurant,)
    if before is not None:
        await _of_caller(request, before, lambda jobs: jobs.job(before))
    found = await in_store(request, lambda store: store.jobs.listed(houses, status, before, limit))
    return JSONResponse({"jobs": [meta_of(job) for job in found]})


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
        return JSONResponse(meta_of(await _of_caller(request, job_id, lambda jobs: jobs.job(job_id))))
    return Response(await _of_caller(request, job_id, lambda jobs: _whole(jobs, job_id)), media_type="application/json")


def _whole(jobs: Jobs, job_id: str) -> bytes:
    job, schedule, result = jobs.whole(job_id)
    patch = jobs.patch(job_id) if job.parent_id is not None else None
    sent = None if patch is None else json.loads(patch)
    head = to_json({**meta_of(job), "schedule": schedule, "patch": sent})
    return head[:-1] + b',"result":' + (result or b"null") + b"}"


@router.get(
    "/jobs/{job_id}/input",
    summary="Get a job's request",
    response_model=None,
    responses={
        200: {
            "description": "the body of the POST, byte by byte; of a job made by from-patch the problem that came of it",
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
    return JSONResponse(meta_of(stopped))


told = APIRouter(tags=["jobs"])


class JobEnded(BaseModel):
    """How a job ended."""

    id: str
    status: JobStatus
    restaurant_id: str | None
    parent_id: str | None
    objective: int | None = Field(description="penalty of its roster")
    links: dict[str, str]


class JobEndedMessage(BaseModel):
    """The body of a webhook."""

    type: Literal["job.ended"]
    timestamp: datetime = Field(description="when the job ended")
    data: JobEnded


@told.post("job-ended", summary="A job has ended", status_code=204)
def job_ended(body: JobEndedMessage) -> None:
    """Sent to a job's `webhook_url`, signed; any answer of 2xx will do. It may arrive more than once, with the same id."""


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
            data = meta_of(job)
            if job.objective != objective:
                job, schedule, _ = await run_in_threadpool(jobs.whole, job_id)
                data, objective = {**meta_of(job), "schedule": schedule}, job.objective
            told = job.step
            if not job.status.final:
                yield {"event": "progress", "id": str(job.step), "data": to_json(data).decode()}
        await asyncio.sleep(_LOOK)
