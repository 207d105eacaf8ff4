"""Where the problems of a batch come from: files, folders, patterns, JSON lines, shipped examples, restaurants."""

from __future__ import annotations

import glob
import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

import datasets
from api.batch.documents import read_document
from api.stored import within
from solver.domain.errors import ProblemError
from solver.domain.fault import Fault
from solver.domain.problem import Options, Problem
from store import Store

STDIN: Final = "-"
LINES: Final = frozenset({".jsonl", ".ndjson"})
_LONGEST_NAME = 120  # bytes of a file's name, with room for what comes behind it
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


class Missing(Exception):
    """There is nothing where problems were to be found."""


class Text(NamedTuple):
    """A document that may be a problem: a name for its files, where it comes from, and its bytes or why there are none."""

    name: str
    source: str
    content: bytes | str


class Case(NamedTuple):
    """A problem of the batch, ready to be solved; or what is wrong with it."""

    name: str
    source: str
    request_hash: str | None
    request: bytes
    cores: int = 1
    faults: tuple[Fault, ...] = ()
    trouble: str | None = None  # where it could not even be read


def texts(sources: Sequence[str], leave_out: Path) -> Iterator[Text]:
    """Find every document, in the order of the sources and sorted inside each; nothing below `leave_out`.

    Raises
    ------
    Missing
        A source names nothing.
    """
    for source in sources:
        yield from _texts(source, leave_out.resolve())


def named(found: Iterable[Text]) -> Iterator[Text]:
    """Give every document a name of its own, fit for a file."""
    taken: set[str] = set()
    for text in found:
        yield text._replace(name=_unique(text.name, taken))


def _texts(source: str, leave_out: Path) -> Iterator[Text]:
    path = Path(source)
    if source == STDIN:
        yield from _lines("stdin", source, sys.stdin.buffer.read())
    elif path.is_dir():
        files = sorted(one for one in path.rglob("*") if _is_input(one.relative_to(path), one, leave_out))
        if not files:
            raise Missing(f"{source}: no .json, .jsonl or .ndjson file in this folder")
        for file in files:
            yield from _file(file, file.relative_to(path).with_suffix("").as_posix())
    elif path.exists():
        yield from _file(path, path.stem)
    elif source in {example.name for example in datasets.examples()}:
        yield Text(source, f"example {source}", json.dumps(datasets.load(source)).encode())
    elif glob.has_magic(source):
        files = sorted(Path(one) for one in glob.glob(source, recursive=True) if Path(one).is_file())
        files = [one for one in files if not one.resolve().is_relative_to(leave_out)]
        if not files:
            raise Missing(f"{source}: no file fits this pattern")
        for file in files:
            yield from _file(file, file.stem)
    else:
        raise Missing(f"{source}: no such file, folder or example")


def _is_input(inside: Path, file: Path, leave_out: Path) -> bool:
    hidden = any(part.startswith(".") for part in inside.parts)
    fits = file.suffix.lower() in {".json", *LINES} and file.is_file()
    return fits and not hidden and not file.resolve().is_relative_to(leave_out)


def _file(path: Path, name: str) -> Iterator[Text]:
    source = _writable(str(path))
    try:
        content = path.read_bytes()
    except OSError as error:
        yield Text(name, source, (error.strerror or str(error)).lower())
        return
    if path.suffix.lower() in LINES:
        yield from _lines(name, source, content)
    else:
        yield Text(name, source, content)


def _lines(name: str, source: str, content: bytes) -> Iterator[Text]:
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            yield Text(f"{name}-{number}", f"{source}:{number}", line)


def restaurants(store: Store, patterns: Sequence[str], period: tuple[date, date]) -> Iterator[Text]:
    """Make a problem of every restaurant whose id fits one of the patterns, from what is stored.

    Cells that are filled in are `prefilled`, and what was in force before the period is its `history`.

    Raises
    ------
    Missing
        A pattern fits none.
    """
    known = sorted(one["id"] for one in store.restaurants())
    taken: set[str] = set()
    for pattern in patterns:
        chosen = [one for one in known if one == pattern or fnmatchcase(one, pattern)]
        if not chosen:
            raise Missing(f"{pattern}: no such restaurant")
        for restaurant_id in chosen:
            if restaurant_id not in taken:
                taken.add(restaurant_id)
                yield Text(restaurant_id, f"restaurant {restaurant_id}", _stored(store, restaurant_id, period))


def _stored(store: Store, restaurant_id: str, period: tuple[date, date]) -> bytes:
    stored = store.basis(restaurant_id, period)
    dates = {"start": str(period[0]), "end": str(period[1])}
    parts = {name: stored[name] for name in ("staff", "prefilled", "history")}
    return json.dumps({"period": dates, **parts, "settings": within(stored["settings"], dates)}).encode()


def cases(found: Iterable[Text], given: dict[str, Any], cores: int | None) -> Iterator[Case]:
    """Read every document, with the given options in place of its own.

    A problem that does not say how many cores its solve uses is given `cores`, else one: many solves side by side get
    further than one after the other on all.
    """
    for name, source, content in found:
        if isinstance(content, str):
            yield Case(name, source, None, b"", trouble=content)
            continue
        try:
            problem, document = read_document(content)
        except ProblemError as error:
            yield Case(name, source, None, b"", faults=error.faults)
            continue
        workers = cores or problem.options.workers or 1
        options = Options.model_validate({**problem.options.model_dump(), **given, "workers": workers})
        asked: Problem = problem.model_copy(update={"options": options})
        request = json.dumps({**document, "options": options.model_dump(mode="json")}, ensure_ascii=False).encode()
        yield Case(name, source, asked.request_hash, request, workers)


def _unique(name: str, taken: set[str]) -> str:
    """A name fit for a file, that no other case has, wherever letters' case does not matter too."""
    parts = [_fit(part) for part in name.split("/")] if not name.startswith("/") else [_fit(name)]
    base = made = "/".join(parts)
    again = 1
    while made.casefold() in taken:
        again += 1
        made = f"{base}-{again}"
    taken.add(made.casefold())
    return made


def _writable(text: str) -> str:
    """A path of bytes that are no text, as far as it can be written down."""
    return text.encode(errors="replace").decode()


def _fit(part: str) -> str:
    fit = _UNFIT.sub("_", _writable(part)).strip(" ").lstrip(".") or "_"
    if len(fit.encode()) <= _LONGEST_NAME:
        return fit
    return (
        fit.encode()[: _LONGEST_NAME - 9].decode(errors="ignore")
        + "-"
        + sha256(part.encode(errors="replace")).hexdigest()[:8]
    )
