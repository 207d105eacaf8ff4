"""Counting checks: demands that no schedule can meet, found by adding up, before any search, and told in numbers.

    days off needed by people     ≤ days off the days allow, per group, status and in total          (1)
    people demanded of a day      ≤ people who can be there                                          (2)
    people demanded of many days  ≤ days the people can have under their own maxima                  (3)
    a person's minimum            ≤ what his days can add up to;  what is fixed for him ≤ his maximum  (4)
    people fixed on a day         ≤ its maximum                                                      (5)

A notice about hard limits alone claims that no schedule keeps them. Sums of several people and days, (1) to (3), are made
once more with the soft limits; where these are needed to make the numbers clash the sentence says so: then a schedule
exists perhaps, but not without a penalty. What a single person or day breaks by itself the checker tells of the schedule.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from solver.domain.base import from_halves
from solver.domain.capacity import Capacity, DayLimit, Span, Value
from solver.domain.codes import Code
from solver.domain.fault import Notice
from solver.domain.language import say
from solver.domain.problem import Problem
from solver.domain.wording import listed, names, one_by_one, span


class _Clash(NamedTuple):
    """Two numbers that cannot meet. Clashes of equal `about` are one and the same, found with and without soft limits."""

    about: tuple[object, ...]
    code: Code
    path: str
    message: str


def counting_notices(problem: Problem, stop: threading.Event | None = None) -> list[Notice]:
    """List what cannot be met: first what the hard limits forbid, then what soft ones cannot have all together.

    Setting `stop` ends it soon; what is listed then is true, but may not be all.
    """
    stop = stop or threading.Event()
    told: dict[tuple[object, ...], Notice] = {}
    hard, every = Capacity(problem, soft=False, stop=stop), Capacity(problem, soft=True, stop=stop)
    for clash in (*_sums(hard), *_of_one_person(hard), *_too_many_fixed(hard)):
        told.setdefault(clash.about, Notice(code=clash.code, path=clash.path, message=clash.message))
    for clash in _sums(every):
        message = say("warnings.soft", message=clash.message)
        told.setdefault(clash.about, Notice(code=clash.code, path=clash.path, message=message))
    return list(told.values())


def _sums(capacity: Capacity) -> Iterator[_Clash]:
    yield from _too_many_off(capacity)
    yield from _too_few_on_a_day(capacity)
    yield from _minima_of_a_day_together(capacity)
    yield from _too_few_over_days(capacity)


# ---- (1) ------------------------------------------------------------------------------------------


def _too_many_off(capacity: Capacity) -> Iterator[_Clash]:
    families: dict[tuple[Value, tuple[date, ...]], dict[str, Span]] = {}
    for one in capacity.minima:
        family = families.setdefault((one.value, one.dates), {})
        if one.staff not in family or family[one.staff].bound < one.bound:
            family[one.staff] = one
    told: set[tuple[str, str]] = set()  # a limit of many weeks is told once for each set of people
    teams = list(_teams(capacity.problem))
    for family in families.values():
        for who, people in teams:
            if not capacity.spend(len(people)):
                return
            needs = [family[staff] for staff in people if staff in family]
            if len(needs) > 1 and (who, needs[0].path) not in told:
                clash = _clash_of_team(capacity, who, needs)
                if clash is not None:
                    told.add((who, needs[0].path))
                    yield clash


def _teams(problem: Problem) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Sets of people a manager thinks in: each group, each status, all."""
    for group in problem.groups:
        yield group.label, group.members
    for status in dict.fromkeys(person.status for person in problem.staff):
        if status:
            people = tuple(person.id for person in problem.staff if person.status == status)
            yield say("warnings.status", status=status), people
    yield say("warnings.everybody"), tuple(person.id for person in problem.staff)


def _clash_of_team(capacity: Capacity, who: str, needs: Sequence[Span]) -> _Clash | None:
    problem, value = capacity.problem, needs[0].value
    needed, possible = sum(need.bound for need in needs), 0
    reasons: Counter[str] = Counter()
    for day in needs[0].dates:
        people = [need.staff for need in needs if day in need.days]
        if people:
            room, whys = capacity.room(people, day, value)
            possible += room
            reasons.update(whys)
            if possible >= needed:
                return None
    if not reasons:
        return None  # somebody's own days are too few, which is told of him
    first = needs[0]
    told = {
        "needed": _number(first, needed),
        "unit": first.unit,
        "who": who,
        "possible": _number(first, possible),
        "why": one_by_one(say("warnings.each_day", why=why, days=_days(n)) for why, n in reasons.most_common(3)),
    }
    if first.dates == problem.days:
        message = say("warnings.too_many_off", **told)
    else:
        message = say("warnings.too_many_off_within", **told, span=span(first.dates))
    return _Clash(("team", who, needs[0].path), Code.TOO_MANY_OFF, needs[0].path, message)


# ---- (2) ------------------------------------------------------------------------------------------


def _too_few_on_a_day(capacity: Capacity) -> Iterator[_Clash]:
    found: dict[str, list[tuple[DayLimit, int, list[str]]]] = {}
    for limits in capacity.day_limits.values():
        for limit in limits:
            if limit.low:
                room, whys = capacity.room(limit.people, limit.day, _one_each(capacity, limit))
                if room < limit.low:
                    found.setdefault(limit.path, []).append((limit, room, whys))
    for path, short in found.items():
        limit, room, whys = short[0]
        needed = {"date": limit.day, "needed": limit.low, "what": limit.what, "possible": room}
        if whys:
            message = say("warnings.too_few_why", **needed, why=one_by_one(whys))
        else:
            message = say("warnings.too_few_people", **needed, people=len(limit.people))
        message = _and_so_on(message, len(short) - 1)
        yield _Clash(("day", path), _code(capacity.problem, limit), f"{path}/min", message)


def _minima_of_a_day_together(capacity: Capacity) -> Iterator[_Clash]:
    """Minima on different symbols: nobody meets two of them on one day."""
    short: list[tuple[list[DayLimit], int]] = []
    for day, limits in capacity.day_limits.items():
        together: list[DayLimit] = []
        for limit in limits:
            if limit.low and all(limit.symbols.isdisjoint(other.symbols) for other in together):
                together.append(limit)
        able = {s for limit in together for s in limit.people if not capacity.options(s, day).isdisjoint(limit.symbols)}
        if len(together) > 1 and sum(limit.low for limit in together) > len(able):
            short.append((together, len(able)))
    if short:
        together, able_count = short[0]
        parts = listed(say("warnings.part", number=limit.low, what=limit.what) for limit in together)
        needed, day = sum(limit.low for limit in together), together[0].day
        message = say("warnings.too_few_together", date=day, parts=parts, needed=needed, able=able_count)
        message = _and_so_on(message, len(short) - 1)
        yield _Clash(("together",), Code.TOO_FEW_STAFF, f"{together[0].path}/min", message)


# ---- (3) ------------------------------------------------------------------------------------------


def _too_few_over_days(capacity: Capacity) -> Iterator[_Clash]:
    demanded: dict[str, list[DayLimit]] = {}
    for limits in capacity.day_limits.values():
        for limit in limits:
            if limit.low:
                demanded.setdefault(limit.path, []).append(limit)
    windows = list(dict.fromkeys([capacity.problem.days, *(one.dates for one in capacity.maxima)]))
    for path, rows in demanded.items() if capacity.maxima else ():
        value = _one_each(capacity, rows[0])
        for window in windows:
            inside = [limit for limit in rows if window[0] <= limit.day <= window[-1]]
            needed, there = sum(limit.low for limit in inside), sum(len(limit.people) for limit in inside)
            if needed > there or needed <= _most_together(capacity, inside, value, needed):
                continue  # met, or short of people already without anybody's maximum
            people = frozenset().union(*(limit.people for limit in inside))
            possible = _most_together(capacity, inside, value)
            message = say(
                "warnings.too_few_over_days",
                needed=needed,
                what=inside[0].what,
                days=_days(len(inside)),
                span=span(window),
                possible=possible,
                people=len(people),
            )
            yield _Clash(("days", path), _code(capacity.problem, inside[0]), f"{path}/min", message)
            break


def _most_together(capacity: Capacity, limits: Sequence[DayLimit], value: Value, enough: int | None = None) -> int:
    """Add up what the people of some days can do at most; stop where that is enough."""
    days_of: dict[str, list[date]] = {}
    for limit in limits:
        for staff in limit.people:
            days_of.setdefault(staff, []).append(limit.day)
    total = 0
    for staff, days in days_of.items():
        total += capacity.most(staff, days, value)
        if enough is not None and total >= enough:
            break
    return total


# ---- (4) ------------------------------------------------------------------------------------------


def _of_one_person(capacity: Capacity) -> Iterator[_Clash]:
    problem = capacity.problem
    for one in capacity.minima:
        possible = capacity.most(one.staff, one.days, one.value)
        if possible < one.bound:
            message = say(
                "warnings.minimum_of_one",
                name=problem.label(one.staff),
                needed=_number(one, one.bound),
                unit=one.unit,
                span=span(one.dates),
                possible=_number(one, possible),
            )
            yield _Clash(("minimum", one.staff, one.path), Code.UNREACHABLE_LIMIT, one.path, message)
    for one in capacity.maxima:
        if not capacity.spend(len(one.days)):
            return
        fixed = capacity.least(one, one.days)
        if fixed > one.bound:
            message = say(
                "warnings.maximum_of_one",
                name=problem.label(one.staff),
                fixed=_number(one, fixed),
                unit=one.unit,
                span=span(one.dates),
                possible=_number(one, max(one.bound, 0)),
            )
            yield _Clash(("maximum", one.staff, one.path), Code.UNREACHABLE_LIMIT, one.path, message)


# ---- (5) ------------------------------------------------------------------------------------------


def _too_many_fixed(capacity: Capacity) -> Iterator[_Clash]:
    for day, limits in capacity.day_limits.items():
        for limit in limits:
            if limit.high is None:
                continue
            fixed = capacity.forced(limit.people, day, limit.symbols)
            if len(fixed) > limit.high:
                who = names(sorted(map(capacity.problem.label, fixed)))
                message = say(
                    "warnings.too_many_fixed", date=day, fixed=len(fixed), what=limit.what, names=who, high=limit.high
                )
                yield _Clash(("fixed", limit.path), Code.TOO_MANY_FIXED, limit.path, message)


# ---- words ----------------------------------------------------------------------------------------


def _one_each(capacity: Capacity, limit: DayLimit) -> Value:
    """What a limit counts: everybody on its symbols once."""
    return capacity.value(dict.fromkeys(limit.symbols, 1))


def _code(problem: Problem, limit: DayLimit) -> Code:
    return Code.TOO_FEW_OFF if limit.symbols <= set(problem.of_kind("off")) else Code.TOO_FEW_STAFF


def _days(count: int) -> str:
    return say("warnings.open_days" if count > 1 else "warnings.open_day", count=count)


def _number(one: Span, amount: int) -> str:
    if one.measure == "minutes":
        return say("warnings.minutes", number=amount)
    return say("warnings.days", number=from_halves(amount) if one.measure == "off_equivalent" else amount)


def _and_so_on(message: str, days: int) -> str:
    return say("warnings.and_so_on", message=message, days=days) if days else message
