"""A client's messages: `{"type": "STAFF_CREATE", "payload": {…}}`, what each asks of the store, over WebSocket and HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from api.live import KIND_OF
from solver import Fault, ProblemError
from solver.domain.base import Path, pointer
from solver.domain.codes import Code
from store.pins import pin_id
from store.reading import read_revision
from store.steps import Step
from store.steps import Verb as StoreVerb

VERBS: Final[dict[str, StoreVerb]] = {
    "_HARD_DELETE": "hard_delete",  # the longer of two endings first
    "_CREATE": "create",
    "_UPDATE": "patch",
    "_DELETE": "delete",
    "_RESTORE": "restore",
}
MANY: Final = "CHANGES"
"""The message of many: its payload is `{"changes": [message, …]}`."""
MOST_CHANGES: Final = 10_000


def step_of(sent: dict[str, Any]) -> Step:
    """Read what one message asks for.

    Raises
    ------
    ProblemError
        There is no such type, no payload or no row named; faults are at places of the message.
    """
    type_, payload = sent.get("type"), sent.get("payload")
    verb = next((ending for ending in VERBS if isinstance(type_, str) and type_.endswith(ending)), "")
    kind = KIND_OF.get(type_.removesuffix(verb)) if isinstance(type_, str) and verb else None
    faults = []
    if kind is None:
        expected = f"{', '.join(KIND_OF)}, each with {', '.join(VERBS)}; or {MANY}"
        faults.append(Fault(Code.BAD_VALUE, "/type", type_ if isinstance(type_, str) else None, expected))
    if not isinstance(payload, dict):
        faults.append(Fault(Code.WRONG_TYPE, "/payload", None, "an object"))
    if faults or kind is None or not isinstance(payload, dict):
        raise ProblemError(tuple(faults))
    try:
        base = read_revision(payload)
        if verb == "_CREATE":
            return Step("create", kind, None, payload, base)
        fields = {name: value for name, value in payload.items() if name != "assignmentId"}
        return Step(VERBS[verb], kind, _row_named(kind.name, payload), fields, base)
    except ProblemError as error:
        raise below(("payload",), error) from None


def _row_named(kind: str, payload: dict[str, Any]) -> str:
    """Find the row a message is about; a cell may also be named by its person and date."""
    named = "assignmentId" if "assignmentId" in payload else "id"  # as the old client says it
    row_id = payload.get(named)
    if kind == "prefilled" and row_id is None:
        cell = [payload.get("staff_id", payload.get("staffId")), payload.get("date")]
        row_id = pin_id(*map(str, cell)) if all(isinstance(part, str) for part in cell) else None
    if not isinstance(row_id, str):
        raise ProblemError((Fault(Code.MISSING_FIELD, f"/{named}", row_id, "the id of the row, as text"),))
    return row_id


def steps_of(sent: dict[str, Any], place: Path = ()) -> list[Step]:
    """Read `{"changes": [message, …]}`; faults are told below `place`.

    Raises
    ------
    ProblemError
        With every fault of every message.
    """
    changes = sent.get("changes")
    faults = [Fault(Code.UNKNOWN_FIELD, f"/{key}", key, "only changes") for key in sent if key != "changes"]
    if not isinstance(changes, list):
        faults.append(Fault(Code.WRONG_TYPE, "/changes", None, "a list of messages, each with type and payload"))
    elif len(changes) > MOST_CHANGES:
        faults.append(Fault(Code.TOO_LARGE, "/changes", f"{len(changes)} changes", f"at most {MOST_CHANGES}"))
    steps, wrong = _each(changes) if isinstance(changes, list) and not faults else ([], [])
    if faults or wrong:
        raise below(place, ProblemError((*faults, *wrong)))
    return steps


def _each(changes: Sequence[Any]) -> tuple[list[Step], list[Fault]]:
    steps: list[Step] = []
    faults: list[Fault] = []
    for i, change in enumerate(changes):
        try:
            if not isinstance(change, dict):
                raise ProblemError((Fault(Code.WRONG_TYPE, "", None, "an object with type and payload"),))
            steps.append(step_of(change))
        except ProblemError as error:
            faults += below(("changes", i), error).faults
    return steps, faults


def below(place: Path, error: ProblemError) -> ProblemError:
    """Say the same of a part that stands deeper in what was sent."""
    return ProblemError(tuple(fault._replace(path=pointer(*place) + fault.path) for fault in error.faults))
