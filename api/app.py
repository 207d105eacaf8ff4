"""The HTTP API: `create_app` wires it together on one screen. It holds no scheduling logic."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from api.access.crossing import add_cross_origin
from api.access.guard import guard
from api.access.origins import Access
from api.envelope import Envelope
from api.faults import add_fault_handlers
from api.limits import Limits
from api.observed import PREFIX, Observed
from api.openapi import describe
from api.routes import (
    batch,
    cell,
    changes,
    check,
    codes,
    coverage,
    demo,
    drill,
    explain,
    export,
    free_days,
    health,
    holidays,
    interface,
    jobs,
    metrics,
    page,
    restaurants,
    rosters,
    rows,
    socket,
    solve,
    stored,
    suggest,
    validate,
    versions,
)
from api.services import Services
from api.webhooks.courier import Setting as Webhooks
from solver import Problem, __version__
from store import default_url

DESCRIPTION = """\
toban (当番, whose turn it is) builds staff rosters: a team's settings in, a schedule with guaranteed cover and everything
that is wrong with it out.

**Names.** Fields are written in snake_case and read in snake_case or camelCase (`staff_groups`, `staffGroups`), never both
for one field. Ids, dates and symbols are never translated. A list of rules that is absent is the rule's default set; `[]`
or `null` switches the rule off. The settings object of the older client is accepted as `settings` too.

**Errors** are RFC 9457 `application/problem+json` and name every fault at once: `code` (see `GET /v1/codes`), `path` (an
RFC 6901 pointer into the document as sent), `found`, `expected`.

**Restaurants.** Settings that are to last are kept under `/v1/restaurants/{rid}`. Every change is one revision, numbered
without gaps; a document or row that was read before somebody else changed it is refused with 409 and what is there now.

**Language.** `Accept-Language` (`ja`, `en;q=0.5`) chooses the language of every message in an answer, Japanese or English;
`Content-Language` says which it was. Errors are in English.

**Access.** Without any key the server answers only the machine it runs on. From the first key on (`toban keys create`) every
call under `/v1` but `/v1/codes` needs one, as `Authorization: Bearer toban_…`: 401 without, 403 where its scopes do not
allow the call, and 404 for a restaurant that is not the key's own. A browser, which cannot set that header on a WebSocket,
offers the subprotocols `toban` and `bearer.toban_…`. Scopes are `read`, `edit` (and read), `solve` and `admin` (everything).
Pages of other sites are answered only where the server was told to.

**Sizes.** Bodies up to 10 MiB. Work waits in a short queue; past it the answer is 429 with `Retry-After`.

**Jobs.** `POST /v1/jobs` takes on a solve of up to a day. An accepted job ends, once, whatever dies meanwhile. Ended ones
are kept for 30 days. A key for one restaurant sees the jobs of that restaurant alone. `POST /v1/jobs/{id}/from-patch` plans
a job's roster anew. `POST /v1/batch` solves a problem a line and answers each as soon as it is done.

**Webhooks.** A job's `webhook_url` is told when it has ended: see `job-ended`. The message says which job and how it ended;
the result is fetched with a key. It is signed as Standard Webhooks lays down, and any of its libraries verifies it:
`webhook-id` is the job's id and the same at every attempt, `webhook-timestamp` the time of the attempt in seconds, and
`webhook-signature` holds `v1,` and the base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`, for each secret of the server
(`TOBAN_WEBHOOK_SECRET`) one, blanks between them. Any answer of 2xx within 15 seconds will do; else it is sent again
after 5 s, 20 s, 80 s and so on, ten times over about 20 hours, whichever server lives then; 410 ends that. It may arrive
more than once. Redirects are not followed, and private, loopback and link-local addresses are refused unless the server
was started with `--allow-webhook-to`.

Every answer carries `X-Request-ID`, the client's own where it sent one.
"""


def create_app(
    limits: Limits | None = None,
    database: str | None = None,
    access: Access | None = None,
    scheduler: str | None = None,
    webhooks: Webhooks | None = None,
) -> FastAPI:
    """Build the application, with workers and a database (see `store.database_url`) of its own once it starts.

    Jobs run on the Dask cluster of `scheduler`, or on one of its own that starts with the first job. `webhooks` says how
    their ends are told; without it they are not.
    """
    services = Services(limits or Limits(), database or default_url(), access, scheduler, webhooks)
    app = FastAPI(
        title="toban",
        summary="Staff rosters that keep their promise",
        description=DESCRIPTION,
        version=__version__,
        lifespan=services.lifespan,
        generate_unique_id_function=lambda route: route.name,
        redirect_slashes=False,
        redoc_url=None,
        swagger_ui_oauth2_redirect_url=None,
        dependencies=[Depends(guard)],
    )
    app.state.services = services
    add_cross_origin(app, services.access.origins)
    app.add_middleware(Envelope)
    app.add_middleware(Observed, metrics=services.metrics)
    add_fault_handlers(app)
    solving = (solve, check, validate, explain, cell, export, suggest, free_days, drill, demo, codes, holidays, jobs, batch)
    keeping = (restaurants, changes, versions, rosters, stored, coverage, socket, rows)
    for resource in (*solving, *keeping):
        app.include_router(resource.router, prefix=PREFIX)
    app.webhooks.include_router(jobs.told)
    for resource in (health, metrics, interface):
        app.include_router(resource.router)
    page.add_page(app)
    questions = (suggest.CoverRequest, free_days.FreeDaysRequest, drill.DrillRequest, cell.CellRequest)
    app.openapi = lambda: describe(app, Problem, check.CheckRequest, batch.BatchLine, *questions)  # type: ignore[method-assign]
    return app
