"""Where a problem comes from: a file, standard input or a shipped example; bare, or wrapped with a name and a why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import datasets
from api.batch.documents import read_document
from api.cli.exits import Refused
from solver.domain.document import parse
from solver.domain.errors import ProblemError
from solver.domain.problem import Problem
from solver.domain.reading import read_problem

if TYPE_CHECKING:
    from solver.result import Result

STDIN = "-"


def load_problem(source: str) -> Problem:
    """Read the problem a command was given. The name of an example wins over a file of that name; `./name` is the file.

    Raises
    ------
    Refused
        Where there is nothing to read.
    ProblemError
        With every fault, paths in the document as sent.
    """
    if source in _examples():
        return read_problem(datasets.load(source))
    return read_document(_bytes(source))[0]


def load_bundle(source: str) -> Problem | Result:
    """Read a result where there is one, else a problem as other commands do.

    Raises
    ------
    Refused
        Where there is nothing to read.
    ProblemError
        With every fault, paths in the document as sent.
    """
    if source in _examples():
        return load_problem(source)
    from solver.replaying import read_result

    text = _bytes(source)
    data, _ = parse(text)
    return read_result(text) if _is_result(data) else read_document(text)[0]


def _is_result(raw: Any) -> bool:
    return isinstance(raw, dict) and isinstance(raw.get("problem"), dict) and "status" in raw


def load_json(source: str) -> Any:
    """Read the JSON data of a file or of standard input.

    Raises
    ------
    Refused
        Where there is nothing to read.
    ProblemError
        Where the text is not JSON, or would lose something when read, such as a key given twice.
    """
    raw, faults = parse(_bytes(source))
    if faults:
        raise ProblemError(tuple(faults))
    return raw


def _bytes(source: str) -> bytes:
    if source == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except FileNotFoundError:
        looks_like_a_name = Path(source).name == source and not Path(source).suffix
        examples = f", and no such example: there are {', '.join(_examples())}" if looks_like_a_name else ""
        raise Refused(f"{source}: no such file{examples}") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Refused(f"{source}: {why[:1].lower()}{why[1:]}") from None


def _examples() -> list[str]:
    return [example.name for example in datasets.examples()]
