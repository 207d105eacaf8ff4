"""Where a result goes: to standard output, or whole or not at all into a file."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from api.cli.exits import Refused


class Format(StrEnum):
    """How a result is written."""

    json = "json"
    table = "table"
    csv = "csv"
    xlsx = "xlsx"
    html = "html"
    ics = "ics"


_SUFFIXES = {
    ".json": Format.json,
    ".txt": Format.table,
    ".csv": Format.csv,
    ".xlsx": Format.xlsx,
    ".html": Format.html,
    ".htm": Format.html,
    ".ics": Format.ics,
}


def chosen_format(asked: Format | None, output: Path | None) -> Format:
    """Take the format asked for; else what the file's name says; else the table.

    Raises
    ------
    Refused
        Where a file's name says nothing, or another format than asked for, or a workbook would land on a terminal.
    """
    named = _SUFFIXES.get(output.suffix.lower()) if output is not None else Format.table
    if asked is not None and output is not None and named not in (None, asked, Format.table):  # a .txt file holds any text
        raise Refused(
            f"{output}: this name says {named}, but --format says {asked}; leave one of them out or let them agree"
        )
    form = asked or named
    if form is None:
        raise Refused(f"{output}: this name does not say which format to write; add --format")
    if form is Format.xlsx and output is None and sys.stdout.isatty():
        raise Refused("an xlsx workbook is binary and a terminal cannot show it; add -o FILE.xlsx")
    return form


def check_writable(output: Path) -> None:
    """Refuse before the work what would fail after it."""
    folder = output.resolve().parent
    if output.is_dir():
        raise Refused(f"{output}: is a directory")
    if not folder.is_dir():
        raise Refused(f"{output}: there is no directory {folder}")
    if not os.access(output if output.exists() and not output.is_file() else folder, os.W_OK):
        raise Refused(f"{output}: permission denied")


def write_file(output: Path, data: bytes) -> None:
    """Write the file beside its place and move it there in one step, so that nobody ever reads half of it."""
    with replacing(output) as file:
        file.write(data)


@contextmanager
def replacing(output: Path, *, private: bool = False) -> Iterator[IO[bytes]]:
    """Open a file that takes its place only once it was written whole; a private one is its owner's alone to read.

    Raises
    ------
    Refused
        It cannot be written.
    """
    target = output.resolve()
    try:
        if target.exists() and not target.is_file():  # a device or a pipe: there is nothing to replace
            with target.open("wb") as file:
                yield file
            return
        handle, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if not private:
                os.chmod(beside, _mode(target))
            os.replace(beside, target)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Refused(f"{output}: {(error.strerror or str(error)).lower()}") from None


def _mode(target: Path) -> int:
    """Find the permissions of the file that is replaced, else those of any new file."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def print_bytes(data: bytes) -> None:
    """Write to standard output as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def as_json(data: Any) -> bytes:
    """JSON for people: indented, names readable."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
