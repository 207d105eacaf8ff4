"""What the server logs: one line a record, as text for people or as JSON for machines; never bodies, queries or keys.

Every line written while a request is answered, in whatever thread, names that request.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple


class LogFormat(StrEnum):
    """How lines are written."""

    text = "text"
    json = "json"


class Asked(NamedTuple):
    """The request that is being answered. A WebSocket's method is `WEBSOCKET`; the path has no query."""

    request_id: str
    method: str
    path: str


asked: ContextVar[Asked | None] = ContextVar("asked", default=None)
_NOWHERE: Final = dict.fromkeys(Asked._fields)
_SAID_BETTER: Final = ('%s - "WebSocket ', "connection open", "connection closed")
"""How uvicorn's lines on WebSockets begin: it would log the query, and the access log tells of them anyway."""


def configure(form: LogFormat) -> None:
    """Log everything of level INFO to standard error, uvicorn's lines too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_named)
    handler.setFormatter(_Json() if form is LogFormat.json else _Text())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_not_said_better)


def _named(record: logging.LogRecord) -> bool:
    """Note on a record, in the thread that makes it, which request it is about."""
    request = asked.get()
    record.__dict__.update(request._asdict() if request else _NOWHERE)
    return True


def _not_said_better(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_SAID_BETTER)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Json(logging.Formatter):
    """One object a line; what a line has nothing to say of is null."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **{name: getattr(record, name, None) for name in (*Asked._fields, "status", "milliseconds")},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Text(logging.Formatter):
    """Time, level and message; the id of the request behind them."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a record."""
        request_id = getattr(record, "request_id", None)
        line = f"{_time(record)} {record.levelname:<7} {record.getMessage()}{f' [{request_id}]' if request_id else ''}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
