"""Hypothesis strategies: small random problems over all rules together, and over each rule alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

START = date(2026, 3, 6)  # a Friday, so that three days reach over a weekend
NORMAL, EARLY, OFF, AWAY = "○", "△", "×", "⊘"
TYPES = [
    {"symbol": NORMAL, "role": "normal", "kind": "work", "start": "10:00", "minutes": 480},
    {"symbol": EARLY, "role": "early", "kind": "work", "start": "05:00", "minutes": 600, "off_equivalent": 0.5},
    {"symbol": OFF, "role": "off", "kind": "off"},
    {"symbol": AWAY, "role": "away", "kind": "away"},
]
PLAN = (NORMAL, EARLY, OFF)
SILENT: dict[str, Any] = {
    "shift_types": TYPES,
    "group_conflict": None,
    "forbidden_sequences": [],
    "stretches": [],
    "fairness": [],
    "backup_coverage": None,
    "stability": None,
}
"""Settings in which no rule speaks."""

symbols = st.lists(st.sampled_from(PLAN), min_size=1, max_size=2, unique=True)
flags = st.booleans()
weights = st.integers(1, 7)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The strategy's value or None."""
    return st.none() | strategy


def scopes(staff: list[str]) -> st.SearchStrategy[Any]:
    """A scope of any kind."""
    return st.one_of(
        st.just({}),
        st.builds(lambda ids: {"staff_ids": ids}, st.lists(st.sampled_from(staff), min_size=1, unique=True)),
        st.sampled_from([{"statuses": ["社員"]}, {"skills": ["grill"]}, {"group_ids": ["g0"]}]),
    )


@st.composite
def bounds(draw: st.DrawFn, most: int) -> dict[str, Any]:
    """A minimum, a maximum or both, in order."""
    low, high = sorted((draw(st.integers(0, most)), draw(st.integers(0, most))))
    return draw(st.sampled_from([{"min": low}, {"max": high}, {"min": low, "max": high}]))


@st.composite
def on_days(draw: st.DrawFn, dates: list[str]) -> dict[str, Any]:
    """A filter on days, or none."""
    return draw(
        st.one_of(
            st.just({}),
            st.builds(lambda d: {"days_of_week": d}, st.lists(st.integers(0, 6), min_size=1, max_size=5, unique=True)),
            st.builds(lambda d: {"dates": d}, st.lists(st.sampled_from(dates), min_size=1, unique=True)),
        )
    )


@st.composite
def common(draw: st.DrawFn, staff: list[str]) -> dict[str, Any]:
    """The fields every entry may carry."""
    return {
        "hard": draw(flags),
        "weight": draw(weights),
        "scope": draw(scopes(staff)),
        "is_active": draw(st.sampled_from([True, True, True, False])),
    }


Team = tuple[list[str], list[str]]


def entries(draw: st.DrawFn, team: Team, make: Callable[[], dict[str, Any]], most: int = 2) -> list[dict[str, Any]]:
    """Up to `most` entries."""
    return [{**draw(common(team[0])), **make()} for _ in range(draw(st.integers(1, most)))]


def group_conflict(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {
        "group_conflict": {
            "symbols": draw(symbols),
            "max": draw(st.integers(0, 1)),
            "hard": draw(flags),
            "weight": draw(weights),
        }
    }


def daily_limit(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {
        "daily_limits": entries(draw, team, lambda: {"symbols": draw(symbols), **draw(bounds(3)), **draw(on_days(team[1]))})
    }


def weekly_limit(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        start = draw(st.sampled_from(["monday", "sunday", "saturday"]))
        return {"symbols": draw(symbols), **draw(bounds(7)), "week_start": start, "include_calendar": draw(flags)}

    return {"weekly_limits": entries(draw, team, make)}


def monthly_limit(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        measure = draw(st.sampled_from(["count", "off_equivalent", "minutes"]))
        shared = {
            "measure": measure,
            "per": draw(st.sampled_from(["period", "calendar_month"])),
            "include_calendar": draw(flags),
        }
        if measure == "count" or draw(flags):
            shared["symbols"] = draw(symbols)
        scale = {"count": 1, "off_equivalent": 0.5, "minutes": 300}[measure]
        return {**shared, **{side: value * scale for side, value in draw(bounds(4)).items()}}

    return {"monthly_limits": entries(draw, team, make)}


def shift_allowed(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {"allowed_shifts": entries(draw, team, lambda: {"symbols": draw(symbols)})}


def priority_rule(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    kinds = ["preferred_shift", "avoided_shift", "required_shift", "blocked_shift"]

    def make() -> dict[str, Any]:
        exceptions = draw(st.lists(st.sampled_from(PLAN), max_size=1))
        shift = draw(st.sampled_from([*PLAN, AWAY]))
        return {
            "rule_type": draw(st.sampled_from(kinds)), "shift": shift, "except_symbols": exceptions,
            **draw(on_days(team[1])),
        }  # fmt: skip

    return {"priority_rules": entries(draw, team, make)}


def forbidden_sequence(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    places = st.lists(st.one_of(st.sampled_from(PLAN), symbols), min_size=1, max_size=3)
    before = [(START - timedelta(days=i)).isoformat() for i in (2, 1)]
    days = on_days([*before, *team[1]])
    return {"forbidden_sequences": entries(draw, team, lambda: {"symbols": draw(places), **draw(days)})}


borders = st.sampled_from([{}, {"border": "closed"}])


def stretch(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        of = draw(st.sampled_from([{"kind": "work"}, {"kind": "off"}, {"symbols": [NORMAL]}, {"symbols": [EARLY, OFF]}]))
        low, high = sorted((draw(st.integers(1, 3)), draw(st.integers(1, 3))))
        bounds = draw(st.sampled_from([{"min": low}, {"max": high}, {"min": low, "max": high}]))
        return {**of, **bounds, "include_history": draw(flags), **draw(borders)}

    return {"stretches": entries(draw, team, make)}


def rest_time(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {"rest": entries(draw, team, lambda: {"minutes": draw(st.sampled_from([600, 661, 780, 960, 1200]))})}


def demand(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        low, target, high = sorted(draw(st.lists(st.integers(0, 3), min_size=3, max_size=3)))
        whole = {"min": low, "target": target, "max": high}
        kept = draw(st.lists(st.sampled_from(list(whole)), min_size=1, unique=True))
        extra = {"skill": "grill"} if draw(flags) else {}
        prices = {"under_weight": draw(weights), "over_weight": draw(weights)}
        return {"symbols": draw(symbols), **{k: whole[k] for k in kept}, **prices, **extra, **draw(on_days(team[1]))}

    return {"demand": entries(draw, team, make)}


def weekend(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        extra = {"symbols": draw(symbols)} if draw(flags) else {}
        days = draw(st.sampled_from([["saturday", "sunday"]] * 2 + [["friday", "saturday", "sunday"], ["sunday", "monday"]]))
        row = draw(st.sampled_from([{}, {"max_consecutive": 1}, {"min_consecutive": 2}]))
        whole = {"complete": draw(flags), "identical": draw(flags), "days": days}
        return {"max_working": draw(maybe(st.integers(0, 1))), **whole, **row, **draw(borders), **extra}

    return {"weekends": entries(draw, team, make)}


def request(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        return {
            "staff_id": draw(st.sampled_from(team[0])), "date": draw(st.sampled_from(team[1])),
            "symbol": draw(st.sampled_from([*PLAN, AWAY])), "want": draw(flags),
        }  # fmt: skip

    return {"requests": entries(draw, team, make, 3)}


def after_closure(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    def make() -> dict[str, Any]:
        return {"min_closed_days": draw(st.integers(1, 3)), "days": draw(st.integers(1, 2)), "symbols": draw(symbols)}

    return {"after_closure": entries(draw, team, make)}


def fairness(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    measures = st.sampled_from(["off", "early", "late", "weekend", "cover"])
    return {"fairness": entries(draw, team, lambda: {"measure": draw(measures)})}


def stability(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {"stability": {"weight": draw(weights), "hard": draw(flags), "max_changes": draw(maybe(st.integers(0, 3)))}}


def backup_coverage(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {
        "backup_coverage": {
            "hard": draw(flags), "weight": draw(weights), "priority": draw(st.sampled_from(["available", "strict"])),
            "covers_per_day": draw(st.sampled_from([None, None, 1])), "no_backup_weight": draw(weights),
        },
        "backup_priority": None,
    }  # fmt: skip


def backup_priority(draw: st.DrawFn, team: Team) -> dict[str, Any]:
    return {
        "backup_coverage": {
            "hard": draw(flags), "weight": draw(weights), "covers_per_day": draw(st.sampled_from([None, None, 1])),
        },
        "backup_priority": {"hard": draw(st.sampled_from([False, False, True])), "weight": draw(weights)},
    }  # fmt: skip


RULES: dict[str, Callable[[st.DrawFn, Team], dict[str, Any]]] = {
    make.__name__: make
    for make in (
        after_closure, backup_coverage, backup_priority, daily_limit, demand, fairness, forbidden_sequence, group_conflict,
        monthly_limit, priority_rule, request, rest_time, shift_allowed, stability, stretch, weekend, weekly_limit,
    )
}  # fmt: skip


@st.composite
def problems(draw: st.DrawFn, rules: tuple[str, ...] = tuple(RULES), cells: int = 7) -> dict[str, Any]:
    """A problem in which the given rules speak (of many, each by chance), with at most `cells` free cells."""
    staff = [f"s{i}" for i in range(draw(st.integers(1, 3)))]
    length = draw(st.integers(1, 4))
    dates = [(START + timedelta(days=i)).isoformat() for i in range(length)]
    people = [
        {"id": s, "status": draw(st.sampled_from(["社員", "パート"])), "skills": draw(st.sampled_from([[], ["grill"]]))}
        for s in staff
    ]
    for person in people:
        if draw(st.integers(0, 4)) == 0:
            person[draw(st.sampled_from(["employed_from", "employed_until"]))] = draw(st.sampled_from(dates))
    settings: dict[str, Any] = {**SILENT, "calendar": _calendar(draw, dates)}
    settings |= _groups(draw, staff, dates, on_call=len(staff) > 1)
    for rule in rules:
        if len(rules) <= 2 or draw(st.integers(0, 2)) == 0:
            settings |= RULES[rule](draw, (staff, dates))
    problem: dict[str, Any] = {"period": {"start": dates[0], "end": dates[-1]}, "staff": people, "settings": settings}
    _drop_requests_outside_employment(problem)
    problem["prefilled"] = _pins(draw, people, dates, cells)
    problem["history"] = _history(draw, staff)
    problem["history_counts"] = {
        s: {"off": draw(st.integers(0, 3)), "cover": draw(st.integers(0, 2))} for s in staff if draw(flags)
    }
    if "stability" in rules and draw(flags):
        problem["baseline"] = {s: {d: draw(st.sampled_from([*PLAN, AWAY])) for d in dates if draw(flags)} for s in staff}
    problem["options"] = {"time_limit": 60, "workers": 1}
    return problem


def _calendar(draw: st.DrawFn, dates: list[str]) -> dict[str, str]:
    days = [(START - timedelta(days=i)).isoformat() for i in (1, 2)] + dates
    return {
        d: draw(st.sampled_from(["must_day_off", "must_day_off", "must_work"])) for d in days if draw(st.integers(0, 4)) == 0
    }


def _groups(draw: st.DrawFn, staff: list[str], dates: list[str], *, on_call: bool) -> dict[str, Any]:
    groups = [
        {
            "id": f"g{i}", "members": draw(st.lists(st.sampled_from(staff), min_size=1, max_size=2, unique=True)),
            "cover": draw(st.sampled_from(["one", "each"])), "require_backup": draw(flags),
            "is_active": draw(st.sampled_from([True, True, True, False])),
            "conflict": draw(
                maybe(st.builds(lambda m, h: {"symbols": [OFF], "max": m, "hard": h}, st.integers(0, 1), flags))
            ),
        }
        for i in range(draw(st.integers(1, 2)))
    ]  # fmt: skip
    called = draw(st.sampled_from([None, *staff])) if on_call else None
    assignments = []
    for i in range(draw(st.integers(0, 4))):
        backup = draw(st.sampled_from(staff))
        assignments.append(
            {
                "id": f"a{i}",
                "staff_id": backup,
                "group_id": draw(st.sampled_from(groups))["id"],
                "priority_order": draw(st.integers(1, 3)),
                "assignment_type": "on_call" if backup == called else "regular",
                "is_active": draw(st.sampled_from([True, True, True, False])),
                "effective_from": draw(st.sampled_from([None, None, dates[0], dates[-1]])),
            }
        )  # fmt: skip
    return {"staff_groups": groups, "backup_assignments": assignments}


def _pins(draw: st.DrawFn, people: list[dict[str, Any]], dates: list[str], cells: int) -> dict[str, dict[str, str]]:
    grid = [(p["id"], d) for p in people for d in dates if p.get("employed_from", d) <= d <= p.get("employed_until", d)]
    order = draw(st.permutations(grid)) if grid else []
    pins: dict[str, dict[str, str]] = {}
    for i, (s, d) in enumerate(order):
        if i >= cells or draw(st.integers(0, 4)) == 0:
            pins.setdefault(s, {})[d] = draw(st.sampled_from([*PLAN, AWAY]))
    return pins


def _history(draw: st.DrawFn, staff: list[str]) -> dict[str, dict[str, str]]:
    rows = {}
    for s in staff:
        days = draw(st.integers(0, 4))
        rows[s] = {(START - timedelta(days=i + 1)).isoformat(): draw(st.sampled_from(PLAN)) for i in range(days)}
    return rows


def _drop_requests_outside_employment(problem: dict[str, Any]) -> None:
    people = {p["id"]: p for p in problem["staff"]}
    problem["settings"]["requests"] = [
        r
        for r in problem["settings"].get("requests", [])
        if people[r["staff_id"]].get("employed_from", r["date"])
        <= r["date"]
        <= people[r["staff_id"]].get("employed_until", r["date"])
    ]
