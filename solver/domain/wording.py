"""Small pieces of sentences that several messages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from typing import Literal

from solver.domain.language import say

Unit = Literal["number", "people", "days", "minutes"]
"""What is counted: some languages have a word for it beside each number."""


def between(low: object, high: object, unit: Unit = "number") -> str:
    """A pair of bounds in words: "at most 3", "1 to 3", "exactly 2"."""
    if low is None or (low == 0 and high not in (None, 0)):
        return say(_AT_MOST[unit], high=high)
    if high is None:
        return say(_AT_LEAST[unit], low=low)
    return say(_EXACTLY[unit], low=low) if low == high else say(_BETWEEN[unit], low=low, high=high)


_AT_MOST: dict[Unit, str] = {
    "number": "words.at_most",
    "people": "words.at_most_people",
    "days": "words.at_most_days",
    "minutes": "words.at_most_minutes",
}
_AT_LEAST, _EXACTLY, _BETWEEN = (
    {unit: key.replace("at_most", side) for unit, key in _AT_MOST.items()} for side in ("at_least", "exactly", "between")
)


Noun = Literal["person", "cell", "day", "open_day", "day_of_absence", "skill", "group", "cover", "backup"]
"""What numbers are told with: English has one form beside 1 and another beside all else."""


def counted(number: int, noun: Noun) -> str:
    """A number with its noun: "1 day", "3 days"."""
    return say(f"words.{'one' if number == 1 else 'many'}_{noun}", number=number)


def duration(minutes: int) -> str:
    """A time in words: "11 h", "10 h 30 min", "45 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return say("words.minutes", minutes=rest)
    return say("words.hours_and_minutes", hours=hours, minutes=rest) if rest else say("words.hours", hours=hours)


def listed(parts: Iterable[str]) -> str:
    """Several things in a row: "佐藤, 鈴木"; nothing of nothing."""
    return _joined("words.listed", parts)


def together(parts: Iterable[str]) -> str:
    """Several things at once: "佐藤 and 鈴木"."""
    return _joined("words.together", parts)


def either(labels: Sequence[str], most: int = 3) -> str:
    """Some things of which one will do: "佐藤, 鈴木 or 中田", "佐藤, 鈴木, 中田 or one of 4 more"."""
    labels, left = labels[:most], len(labels) - most
    if left > 0:
        labels = [*labels, say("words.one_of_more", left=left)]
    return _joined("words.either", [listed(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def one_by_one(sentences: Iterable[str]) -> str:
    """Several half sentences: "at most 2 on ×; at least 3 on ○"."""
    return _joined("words.one_by_one", sentences)


def in_turn(parts: Iterable[str]) -> str:
    """Several things after one another: "△ then ×"."""
    return _joined("words.in_turn", parts)


def _joined(key: str, parts: Iterable[str]) -> str:
    return reduce(lambda one, two: say(key, one=one, two=two), parts) if (parts := list(parts)) else ""


def on_symbols(symbols: Iterable[str], skill: str | None = None) -> str:
    """The people on some symbols, of one skill where one is named: "on ○/△ with grill"."""
    shown = "/".join(symbols)
    return say("words.on", symbols=shown) if skill is None else say("words.on_with", symbols=shown, skill=skill)


def span(days: Sequence[date]) -> str:
    """The first and last of some dates: "2025-01-01 to 2025-01-31"."""
    return f"{days[0]}" if len(days) == 1 else say("words.span", first=days[0], last=days[-1])


MOST_RUNS = 3  # of dates, in one sentence


def runs(days: Sequence[date], among: Sequence[date], most: int = MOST_RUNS) -> str:
    """Some of the dates `among`, in words: "2025-01-01 to 2025-01-05, 2025-01-09"; of very scattered ones the first."""
    places = {day: i for i, day in enumerate(among)}
    found: list[list[date]] = []
    for day in days:
        if found and places[day] == places[found[-1][-1]] + 1:
            found[-1].append(day)
        else:
            found.append([day])
    left = sum(len(run) for run in found[most:])
    shown = listed(span(run) for run in found[:most])
    return say("words.and_more", listed=shown, left=left) if left else shown


def names(labels: Sequence[str], most: int = 3) -> str:
    """Some people in words: "佐藤, 鈴木 and 4 more", "佐藤 and 鈴木"."""
    left = len(labels) - most
    if left > 0:
        return say("words.and_more_people", listed=listed(labels[:most]), left=left)
    return together([listed(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)
