"""The roster as CSV: staff down, dates across, a byte order mark in front so that Excel reads it as UTF-8."""

from __future__ import annotations

from api.render.frames import harmless, roster_frame
from solver.result import Result


def csv(result: Result) -> bytes:
    """`staff_id,name,2025-01-01,…` with one line a person (RFC 4180 line ends).

    A name such as `=1+1` is written `'=1+1`: a spreadsheet would run it.
    """
    frame = roster_frame(result).map(harmless)
    return frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
