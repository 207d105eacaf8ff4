"""Small pieces of sentences that several messages share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from solver.domain.language import say


def between(low: object, high: object) -> str:
    """A pair of bounds in words: "at most 3", "1 to 3", "exactly 2"."""
    if low is None or high is None:
        return say("words.at_most", high=high) if low is None else say("words.at_least", low=low)
    if low == high:
        return say("words.exactly", low=low)
    return say("words.at_most", high=high) if low == 0 else say("words.between", low=low, high=high)


def span(days: Sequence[date]) -> str:
    """The first and last of some dates: "2025-01-01 to 2025-01-31"."""
    return f"{days[0]}" if len(days) == 1 else say("words.span", first=days[0], last=days[-1])


MOST_RUNS = 3  # of dates, in one sentence


def runs(days: Sequence[date], among: Sequence[date]) -> str:
    """Some of the dates `among`, in words: "2025-01-01 to 2025-01-05, 2025-01-09"; of very scattered ones the first."""
    places = {day: i for i, day in enumerate(among)}
    found: list[list[date]] = []
    for day in days:
        if found and places[day] == places[found[-1][-1]] + 1:
            found[-1].append(day)
        else:
            found.append([day])
    left = sum(len(run) for run in found[MOST_RUNS:])
    listed = ", ".join(span(run) for run in found[:MOST_RUNS])
    return say("words.and_more", listed=listed, left=left) if left else listed


def names(labels: Sequence[str], most: int = 3) -> str:
    """Some people in words: "佐藤, 鈴木 and 4 more"."""
    left = len(labels) - most
    listed = ", ".join(labels[:most])
    return say("words.and_more", listed=listed, left=left) if left > 0 else listed
