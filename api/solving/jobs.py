"""A job's request: a problem with the job's own fields beside it, or a patch of an earlier job's problem."""

from __future__ import annotations

import json
from threading import Event
from typing import Any, Final, NamedTuple

from pydantic_core import to_json

from api.batch.documents import is_wrapped
from api.solving.requests import inside
from api.webhooks.addresses import Reach, url_fault
from solver import Fault, Problem, ProblemError, read_problem, replan
from solver.domain.codes import Code
from solver.domain.document import parse
from solver.domain.fault import quoted

HIGHEST: Final = 100
LONGEST_NAME: Final = 200  # characters
MOST_CHANGES: Final = 1_000_000


class Own(NamedTuple):
    """What a request says of the job itself."""

    priority: int = 0
    webhook_url: str | None = None


def read_request(body: bytes, reach: Reach | None = None) -> tuple[Problem, Own]:
    """Read a job's request: the problem, and what it says of the job.

    Without the `reach` of the server's webhooks theirs is not judged, as that was done when the job was accepted.

    Raises
    ------
    ProblemError
        With every fault of both.
    """
    sent, faults = parse(body)
    if not isinstance(sent, dict) or not sent.keys() & set(_OWN):
        return read_problem(body), Own()
    return _read_both(sent, faults, reach)


def _read_both(sent: dict[str, Any], faults: list[Fault], reach: Reach | None) -> tuple[Problem, Own]:
    own, wrong = _own({name: sent.pop(name) for name in _OWN if name in sent}, Own(), reach)
    faults = [*faults, *wrong]
    try:
        problem = read_problem(sent)
    except ProblemError as error:
        faults = [*faults, *error.faults]
    if faults:
        raise ProblemError(tuple({(fault.code, fault.path): fault for fault in faults}.values()))
    return problem, own


def with_reach(reach: Reach, body: bytes) -> bytes:
    """What the worker gets: where webhooks may go on a line of its own before the body, which is untouched."""
    return json.dumps(reach.to_json()).encode() + b"\n" + body


def _said(problem: Problem, own: Own) -> dict[str, Any]:
    """What the job's row says of its request: a job takes as many cores as it asks for workers, else one."""
    return {"request_hash": problem.request_hash, "cores": problem.options.workers or 1, **own._asdict()}


def accept(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer `{"request_hash", "cores", …}` with the fields of `Own`."""
    line, _, request = body.partition(b"\n")
    problem, own = read_request(request, Reach.from_json(json.loads(line)))
    return to_json(_said(problem, own))


def accept_line(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer what `accept` does for a line of a batch; and its `id`, and as `request` the problem inside of it.

    The line is a job's request, or an object with it as `problem` and an `id` (or a `name`) beside it.
    """
    line, _, text = body.partition(b"\n")
    reach = Reach.from_json(json.loads(line))
    sent, faults = parse(text)
    if not is_wrapped(sent):
        problem, own = read_request(text, reach)
        return to_json({"id": None, **_said(problem, own), "request": None})
    inner = sent["problem"]
    if not isinstance(inner, dict):
        expected = "an object with period, staff and settings"
        raise ProblemError((*faults, Fault(Code.WRONG_TYPE, "/problem", quoted(inner), expected)))
    try:
        with inside("/problem"):
            problem, own = _read_both(dict(inner), [], reach)
    except ProblemError as error:
        raise ProblemError(tuple({(one.code, one.path): one for one in (*faults, *error.faults)}.values())) from None
    if faults:
        raise ProblemError(tuple(faults))
    answer = {**_said(problem, own), "request": inner}
    return to_json({"id": name_of_line(sent), **answer})


def name_of_line(sent: Any) -> str | None:
    """What a line of a batch calls itself."""
    given = sent.get("id", sent.get("name")) if isinstance(sent, dict) and is_wrapped(sent) else None
    return str(given)[:LONGEST_NAME] if isinstance(given, (str, int)) and not isinstance(given, bool) else None


class Earlier(NamedTuple):
    """The job that is planned anew: its request, its roster so far and its priority."""

    request: bytes
    schedule: dict[str, dict[str, str]] | None
    priority: int


def as_replan(earlier: Earlier, reach: Reach, sent: bytes) -> bytes:
    """What the worker gets: on a line of its own what is known of the earlier job, then its request and what was sent."""
    known = {"schedule": earlier.schedule, "priority": earlier.priority, "reach": reach.to_json()}
    head = json.dumps({"length": len(earlier.request), **known}).encode()
    return head + b"\n" + earlier.request + sent


def replanned(body: bytes, stop: Event) -> bytes:  # noqa: ARG001
    """Answer what `accept` does, and as `request` the problem that the patch makes."""
    line, _, rest = body.partition(b"\n")
    head = json.loads(line)
    earlier, _ = read_request(rest[: head["length"]])
    wanted = _read_replan(rest[head["length"] :], Own(head["priority"]), Reach.from_json(head["reach"]))
    patch, place, most, own, faults = wanted
    try:
        problem = replan(earlier, head["schedule"], patch, max_changes=most, at=place)
    except ProblemError as error:
        faults = [*faults, *error.faults]
    if faults:
        raise ProblemError(tuple(faults))
    return to_json({**_said(problem, own), "request": problem.canonical()})


def _read_replan(body: bytes, otherwise: Own, reach: Reach) -> tuple[Any, str, int | None, Own, list[Fault]]:
    """Read the patch, its place in the body, how much may change, what is said of the job, and the faults of all that.

    Raises
    ------
    ProblemError
        There is no patch in it.
    """
    sent, faults = parse(body)
    if isinstance(sent, list):
        sent, place = {"patch": sent}, ""
    else:
        place = "/patch"
    if faults or not isinstance(sent, dict):
        wrong = Fault(Code.WRONG_TYPE, "", quoted(sent), "a list of operations (RFC 6902), or an object with it as patch")
        raise ProblemError(tuple(faults) or (wrong,))
    fields = {"patch", "max_changes", *_OWN}
    expected = "one of " + ", ".join(sorted(fields))
    faults = [Fault(Code.UNKNOWN_FIELD, f"/{name}", name, expected) for name in sent if name not in fields]
    if "patch" not in sent:
        faults.append(Fault(Code.MISSING_FIELD, "/patch", None, "a list of operations (RFC 6902); may be []"))
    most = sent.get("max_changes")
    if most is not None and not _whole(most, 0, MOST_CHANGES):
        expected = f"a whole number from 0 to {MOST_CHANGES}: how many cells of the roster may change"
        faults.append(Fault(Code.BAD_VALUE, "/max_changes", quoted(most), expected))
        most = None
    own, wrong_own = _own({name: sent[name] for name in _OWN if name in sent}, otherwise, reach)
    return sent.get("patch", []), place, most, own, [*faults, *wrong_own]


def _own(given: dict[str, Any], otherwise: Own, reach: Reach | None) -> tuple[Own, list[Fault]]:
    wanted: dict[str, str | None] = {}
    if "priority" in given and not _whole(given["priority"], -HIGHEST, HIGHEST):
        wanted["priority"] = f"a whole number from {-HIGHEST} to {HIGHEST}"
    if "webhook_url" in given:
        wanted["webhook_url"] = url_fault(given["webhook_url"], reach)
    faults = [
        Fault(Code.BAD_VALUE, f"/{name}", quoted(given[name]), expected) for name, expected in wanted.items() if expected
    ]
    return otherwise._replace(**given), faults


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


_OWN: Final = Own._fields
