"""The folder that a batch fills: results are the record of what is done, each written whole or not at all."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from api.cli.exits import Refused
from api.cli.writing import as_json, write_file

_FORMAT: Final = 1
FINISHED: Final = frozenset({"OPTIMAL", "FEASIBLE", "INFEASIBLE", "UNKNOWN"})


class Folder:
    """`results/NAME.json`, `rosters/NAME.html`, and what the run itself needs.

    Raises
    ------
    Refused
        It cannot be used: it holds other things, or the results of a batch in another language.
    """

    def __init__(self, path: Path, lang: str) -> None:
        self.path, self.lang = path, lang
        self.work = path / ".work"
        marker = path / "batch.json"
        try:
            path.mkdir(parents=True, exist_ok=True)
            known = json.loads(marker.read_bytes()) if marker.exists() else None
            strange = known is None and any(one.name != ".lock" for one in path.iterdir())
        except (OSError, ValueError) as error:
            raise Refused(f"{path}: {getattr(error, 'strerror', None) or 'holds a broken batch.json'}") from None
        if strange or (known is not None and (not isinstance(known, dict) or known.get("toban_batch") != _FORMAT)):
            raise Refused(f"{path}: holds other things than a batch; name a new or an empty folder")
        if known is not None and known.get("lang") != lang:
            raise Refused(
                f"{path}: its results speak {known.get('lang')}; give --lang {known.get('lang')} or another folder"
            )
        if known is None:
            write_file(marker, as_json({"toban_batch": _FORMAT, "lang": lang}))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other batches out, as long as this process lives, and begin with nothing left of an earlier one.

        Raises
        ------
        Refused
            Another one is at work there.
        """
        lock = sqlite3.connect(self.path / ".lock", timeout=0, isolation_level=None)  # freed however the process ends
        try:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise Refused(f"{self.path}: another batch is at work there") from None
            shutil.rmtree(self.work, ignore_errors=True)
            self.work.mkdir()
            yield
            shutil.rmtree(self.work, ignore_errors=True)
        finally:
            lock.close()

    def result(self, name: str) -> Path:
        """Where the result of a case is."""
        return self.path / "results" / f"{name}.json"

    def page(self, name: str) -> Path:
        """Where the page of a case is."""
        return self.path / "rosters" / f"{name}.html"

    def finished(self) -> dict[str, Path]:
        """The results that are there, by the hash of their request."""
        found = {}
        for path in sorted((self.path / "results").rglob("*.json")):
            result = read(path)
            if result is not None:
                found[str(result["request_hash"])] = path
        return found

    def kept(self, name: str, request_hash: str, finished: dict[str, Path]) -> dict[str, Any] | None:
        """The result of a request where there is one, put in its place if it stood under another name; else None."""
        own = read(self.result(name))
        if own is not None and own["request_hash"] == request_hash:
            if not self.page(name).exists():
                self.draw(name, own)
            return own
        found = read(finished[request_hash]) if request_hash in finished else None
        if found is not None:
            self.put(name, found)
        return found

    def put(self, name: str, result: dict[str, Any]) -> None:
        """Write a result, and its page; a page is never of another result."""
        page, path = self.page(name), self.result(name)
        page.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, as_json(result))
        self.draw(name, result)

    def draw(self, name: str, result: dict[str, Any]) -> None:
        """Write the page of a result."""
        from api.render.html import html
        from solver.domain.language import speaking
        from solver.replaying import read_result

        page = self.page(name)
        page.parent.mkdir(parents=True, exist_ok=True)
        with speaking("ja" if self.lang == "ja" else "en"):
            write_file(page, html(read_result(result)).encode())


def read(path: Path) -> dict[str, Any] | None:
    """Read a result of a solve that came to its end; None where the file holds no such thing."""
    try:
        result = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    finished = isinstance(result, dict) and result.get("status") in FINISHED and "request_hash" in result
    return result if finished else None
