"""The sentences under a roster: the head line, who covers whom, and how dates and numbers are written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from api.render.names import Names
from api.render.plain import plain
from solver.domain.cover import Cover, Reason
from solver.domain.language import say
from solver.domain.repair import Repair
from solver.domain.shift import DEFAULT_SHIFT_TYPES, ShiftType
from solver.domain.wording import listed, together
from solver.explain.folding import Telling
from solver.result import Result


def weekday(day: date) -> str:
    """`Thu`."""
    return say(f"render.weekday_{day.isoweekday()}")


def month(day: date) -> str:
    """`Jan 2025`."""
    return say("render.month", month=_month_alone(day), year=day.year)


def _month_alone(day: date) -> str:
    return say(f"render.month_{day.month}")


def short_date(day: date, *, with_month: bool) -> str:
    """`Thu 1`, or `Thu 1 Jan` where a period runs over the end of a month."""
    if with_month:
        return say("render.date_with_month", weekday=weekday(day), day=day.day, month=_month_alone(day))
    return say("render.date", weekday=weekday(day), day=day.day)


def several_months(days: Iterable[date]) -> bool:
    """Whether a day number alone would be ambiguous."""
    return len({(day.year, day.month) for day in days}) > 1


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return say(f"render.ordinal_{ending}", number=number)


def seconds(time: float) -> str:
    """`0.3 s`, `2 min 05 s`."""
    return f"{time:.1f} s" if time < 100 else f"{int(time) // 60} min {int(time) % 60:02} s"


def headline(result: Result) -> str:
    """Say what came out, in one line: status (always first), penalty, bound and time."""
    took = seconds(result.stats.build_seconds + result.stats.solve_seconds)
    known = {"status": result.status, "took": took}
    if result.status == "INFEASIBLE":
        if result.score is None:
            return say("render.head_infeasible", **known)
        return say("render.head_least_breach", **known, hard=result.score.hard, soft=result.score.soft)
    if result.schedule is None:
        return say("render.head_cancelled" if result.status == "CANCELLED" else "render.head_nothing", **known)
    if result.score is not None and result.score.hard:
        return say("render.head_broken", **known, hard=result.score.hard, soft=result.score.soft)
    if result.bound is None:
        return say("render.head", **known, penalty=result.objective)
    if not result.gap:
        return say("render.head_bound", **known, penalty=result.objective, bound=result.bound)
    gap = percent(result.gap)
    return say("render.head_gap", **known, penalty=result.objective, bound=result.bound, gap=gap)


def percent(share: float) -> str:
    """`33 %`, never rounded up to 100; below one per cent with a decimal."""
    return f"{int(share * 100)} %" if share == 0 or share >= 0.01 else f"{share * 100:.1f} %"


def reason(why: Reason) -> str:
    """Why an earlier backup does not cover, in two or three words."""
    return say(f"render.reason_{why}")


def cover_reason(cover: Cover, names: Names) -> str:
    """`for 佐藤, キッチン`: whose absence it is and in which group."""
    absent = together(names.staff(one) for one in cover.absent)
    return say("render.cover_reason", absent=absent, group=names.group(cover.group_id))


def covers(why: str) -> str:
    """`covers for 佐藤, キッチン`, of a reason."""
    return say("render.covers", reason=why)


def cover_sentence(cover: Cover, names: Names, *, with_month: bool) -> str:
    """`Thu 1: 中田 (1st) for 佐藤, キッチン`."""
    return say(
        "render.cover_sentence",
        date=short_date(cover.date, with_month=with_month),
        name=names.staff(cover.staff_id),
        order=ordinal(cover.priority_order),
        reason=cover_reason(cover, names),
    )


def passed_over(cover: Cover, names: Names) -> str:
    """Tell who was `passed over 上田 (off)`; empty where the first in order covers."""
    if not cover.passed_over:
        return ""
    who = [say("render.with_reason", name=names.staff(p.staff_id), reason=reason(p.reason)) for p in cover.passed_over]
    return say("render.passed_over", who=listed(who))


def label(word: str) -> str:
    """What stands before a line: `hard`, `soft`, `cover`, `warning`, `conflict`, `repair`."""
    return say(f"render.label_{word}")


def meaning(shift: ShiftType) -> str:
    """What a symbol stands for: its name, or in the reader's language what toban calls it itself."""
    if (shift.name, shift.role) in _DEFAULTS:
        return say(f"render.shift_{shift.role}")
    word = shift.role or shift.kind
    return plain(shift.name) or (say(f"render.role_{word}") if word in _ROLES else plain(word))


_DEFAULTS = {(shift.name, shift.role) for shift in DEFAULT_SHIFT_TYPES}
_ROLES = ("normal", "early", "late", "off", "away", "work")


def conflict_title(telling: Telling) -> str:
    """Say what stands above the sentences of a conflict."""
    return telling.heading if telling.proved else say("render.conflict_unproved", title=telling.heading.rstrip(":："))


def repair_sentence(repair: Repair) -> str:
    """What a repair changes, and whether that is known to be enough."""
    sentence = plain(repair.message)
    return sentence if repair.proved else say("render.repair_unproved", repair=sentence)
