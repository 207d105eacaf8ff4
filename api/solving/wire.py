"""The wire between the server and a worker: frames of a mark, a language, a length and bytes, the same both ways."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from enum import Enum
from typing import Any

from solver import Fault
from solver.domain.codes import Code
from solver.domain.fault import shown
from solver.domain.language import LANGUAGES, Language

HEAD = struct.Struct(">c2sQ")
MOST_FAULTS = 1000  # in one answer: a body of ten megabytes can hold a million


class Mark(bytes, Enum):
    """What a frame is."""

    # to the worker
    SOLVE = b"s"
    CHECK = b"c"
    VALIDATE = b"v"
    EXPLAIN = b"e"
    COVER = b"w"  # who can stand in
    FREE_DAYS = b"d"
    DRILL = b"l"
    CELL = b"y"  # why this symbol
    EXPORT = b"x"  # a roster as a file
    COVERAGE = b"g"  # a dashboard's figures
    NEW_BACKUPS = b"b"  # who should become a backup
    JOB = b"j"  # is this request fit to be a job
    LINE = b"n"  # the same of a line of a batch
    REPLAN = b"p"  # the same of a patch of an earlier request
    ATTEMPT = b"x"  # run a job
    STOP = b"."  # end the running task early, with the best found so far
    # from the worker
    READY = b"r"
    FOUND = b"i"  # what a job has found so far, as JSON, or null for a sign of life
    ANSWER = b"a"  # JSON, as the client gets it
    FAULTS = b"f"  # the request is at fault: JSON, see `faults_data`
    CRASH = b"!"  # a defect: the traceback


def mark_of(route: str) -> Mark:
    """Which task answers a route, by its last part: `suggest/cover` COVER, `free-days` FREE_DAYS."""
    return Mark[route.rpartition("/")[2].replace("-", "_").upper()]


def frame(mark: Mark, body: bytes = b"", language: Language = "en") -> bytes:
    """Write one frame as bytes. A task is answered in its language; of other frames it says nothing."""
    return HEAD.pack(mark.value, language.encode(), len(body)) + body


def head(data: bytes) -> tuple[Mark, Language, int]:
    """Read what stands before the body of a frame: its mark, its language and the length of the body.

    Raises
    ------
    ValueError
        These bytes were not written by `frame`.
    """
    mark, language, length = HEAD.unpack(data)
    return Mark(mark), LANGUAGES[LANGUAGES.index(language.decode())], length


def faults_data(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Write faults as JSON data. Long values are shortened; of very many faults come the first, and how many there were."""
    listed = list(faults)
    if len(listed) > MOST_FAULTS + 1:
        more = Fault(Code.TOO_LARGE, "", len(listed), f"at most {MOST_FAULTS} faults; these are the first")
        listed = [*listed[:MOST_FAULTS], more]
    return [{**fault._asdict(), "found": _short(fault.found)} for fault in listed]


def faults_from(data: bytes) -> tuple[Fault, ...]:
    """Read the faults a worker sent."""
    return tuple(Fault(**{**row, "code": Code(row["code"])}) for row in json.loads(data))


def _short(found: Any) -> Any:
    if found is None or isinstance(found, (bool, float)) or (isinstance(found, int) and abs(found) < 2**53):
        return found
    if isinstance(found, str) and len(found) <= 200:
        return found
    return shown(found).strip('"')
