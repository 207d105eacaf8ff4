"""Small pieces of sentences that several messages share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def between(low: object, high: object) -> str:
    """A pair of bounds in words: "at most 3", "1 to 3", "exactly 2"."""
    if low is None or high is None:
        return f"at most {high}" if low is None else f"at least {low}"
    if low == high:
        return f"exactly {low}"
    return f"at most {high}" if low == 0 else f"{low} to {high}"


def span(days: Sequence[date]) -> str:
    """The first and last of some dates: "2025-01-01 to 2025-01-31"."""
    return f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
