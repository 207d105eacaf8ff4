"""The sentences under a roster: the head line, who covers whom, and how dates and numbers are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from api.render.names import Names
from solver.domain.conflict import Conflict
from solver.domain.cover import Cover, Reason
from solver.result import Result

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
REASONS: dict[Reason, str] = {
    "pinned": "filled in elsewhere",
    "off": "off",
    "away": "away",
    "absent_member": "absent from the group himself",
    "covering_other": "covers another group",
    "at_work": "on another shift",
}


def weekday(day: date) -> str:
    """`Thu`."""
    return WEEKDAYS[day.isoweekday() - 1]


def month(day: date) -> str:
    """`Jan 2025`."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def short_date(day: date, *, with_month: bool) -> str:
    """`Thu 1`, or `Thu 1 Jan` where a period runs over the end of a month."""
    return f"{weekday(day)} {day.day}" + (f" {MONTHS[day.month - 1]}" if with_month else "")


def several_months(days: Iterable[date]) -> bool:
    """Whether a day number alone would be ambiguous."""
    return len({(day.year, day.month) for day in days}) > 1


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"


def seconds(time: float) -> str:
    """`0.3 s`, `2 min 05 s`."""
    return f"{time:.1f} s" if time < 100 else f"{int(time) // 60} min {int(time) % 60:02} s"


def headline(result: Result) -> str:
    """Say what came out, in one line: status, penalty, bound and time."""
    took = seconds(result.stats.build_seconds + result.stats.solve_seconds)
    if result.status == "INFEASIBLE":
        why = "INFEASIBLE, the hard rules contradict each other"
        if result.score is None:
            return f"{why}; no roster, in {took}"
        return f"{why}; this roster breaks the least: hard {result.score.hard}, soft {result.score.soft}, in {took}"
    if result.schedule is None:
        when = "stopped before the first roster was found, after" if result.status == "CANCELLED" else "no roster found in"
        return f"{result.status}, {when} {took}"
    score = f"penalty {result.objective}"
    if result.score is not None and result.score.hard:
        score = f"hard {result.score.hard}, soft {result.score.soft}"
    elif result.bound is not None:
        gap = f", gap {percent(result.gap)}" if result.gap else ""
        score += f" (bound {result.bound}{gap})"
    return f"{result.status}, {score} in {took}"


def percent(share: float) -> str:
    """`33 %`, never rounded up to 100; below one per cent with a decimal."""
    return f"{int(share * 100)} %" if share == 0 or share >= 0.01 else f"{share * 100:.1f} %"


def cover_reason(cover: Cover, names: Names) -> str:
    """`for 佐藤, キッチン`: whose absence it is and in which group."""
    return f"for {' and '.join(names.staff(one) for one in cover.absent)}, {names.group(cover.group_id)}"


def cover_sentence(cover: Cover, names: Names, *, with_month: bool) -> str:
    """`Thu 1: 中田 (1st) for 佐藤, キッチン`."""
    backup = f"{names.staff(cover.staff_id)} ({ordinal(cover.priority_order)})"
    return f"{short_date(cover.date, with_month=with_month)}: {backup} {cover_reason(cover, names)}"


def passed_over(cover: Cover, names: Names) -> str:
    """Tell who was `passed over 上田 (off)`; empty where the first in order covers."""
    if not cover.passed_over:
        return ""
    return "passed over " + ", ".join(f"{names.staff(p.staff_id)} ({REASONS[p.reason]})" for p in cover.passed_over)


def conflict_title(conflict: Conflict, sentences: Sequence[str] | None = None) -> str:
    """Say what stands above the sentences of a conflict (by default its facts'): its own, unless that only lists them."""
    below = sentences if sentences is not None else [fact.message for fact in conflict.facts]
    listed = all(sentence in conflict.message for sentence in below)
    title = "These cannot hold together:" if listed else conflict.message
    return title if conflict.proved else f"{title} (not proved that each of them is needed)"
