"""Small random teams whose limits are so tight that they often contradict each other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TYPES = [
    {"symbol": "○", "role": "normal", "kind": "work", "minutes": 480},
    {"symbol": "△", "role": "early", "kind": "work", "minutes": 300, "off_equivalent": 0.5},
    {"symbol": "×", "role": "off", "kind": "off"},
    {"symbol": "有", "kind": "off"},
    {"symbol": "⊘", "role": "away", "kind": "away"},
]
SYMBOLS = ["○", "△", "×", "有"]
SETS = [["×"], ["×", "有"], ["△"], ["○"], ["○", "△"], ["△", "×"]]


def dates(count: int) -> list[str]:
    """The first days of a period that begins on a Thursday, so that few days reach into two weeks."""
    return [f"2026-01-{day:02d}" for day in range(29, 32)][:count] + [f"2026-02-{day:02d}" for day in range(1, count - 2)]


@st.composite
def bounds(draw: st.DrawFn, most: int, step: float = 1) -> dict[str, Any]:
    low, high = sorted(draw(st.tuples(st.integers(0, most), st.integers(0, most))))
    both = {"min": low * step, "max": high * step} if step != 1 else {"min": low, "max": high}
    sides = draw(st.sampled_from([("min",), ("max",), ("min", "max")]))
    return {side: both[side] for side in sides}


@st.composite
def scopes(draw: st.DrawFn, ids: list[str]) -> dict[str, Any]:
    some = st.lists(st.sampled_from(ids), min_size=1, unique=True)
    kind = draw(st.sampled_from(["all", "all", "staff", "group", "status", "skill"]))
    return {
        "all": {},
        "staff": {"staff_ids": draw(some)},
        "group": {"group_ids": ["g"]},
        "status": {"statuses": ["p"]},
        "skill": {"skills": ["k"]},
    }[kind]


@st.composite
def tight_teams(draw: st.DrawFn) -> dict[str, Any]:
    """A request with many limits over two to four people and three to eight days."""
    ids = ["a", "b", "c", "d"][: draw(st.integers(2, 4))]
    days = dates(draw(st.integers(3, 8)))
    hard = st.sampled_from([True, True, True, False])

    def entries(make: Any, most: int) -> list[dict[str, Any]]:
        rows = draw(st.lists(make, max_size=most))
        return [{"scope": draw(scopes(ids)), "hard": draw(hard), "weight": 1, **row} for row in rows]

    sets = st.sampled_from(SETS)
    on_days = st.sampled_from([{}, {}, {"days_of_week": ["friday", 0]}, {"dates": days[1:3]}])
    staff = []
    for one in ids:
        edge = draw(st.sampled_from([{}, {}, {"employed_from": days[1]}, {"employed_until": days[-2]}]))
        skills = ["k"] if draw(st.booleans()) else []
        staff.append({"id": one, "status": draw(st.sampled_from(["p", "q"])), "skills": skills, **edge})
    calendar = {day: draw(st.sampled_from(["must_day_off", "must_work"])) for day in days if draw(st.integers(0, 6)) == 0}
    on_call = draw(st.sampled_from([[], [], ids[-1:]]))
    settings = {
        "shift_types": TYPES,
        "staff_groups": [
            {
                "id": "g",
                "members": ids[:2],
                "conflict": draw(st.none() | st.builds(_conflict, sets, st.integers(0, 1), hard)),
            },
            {"id": "h", "members": ids[1:]},
        ],
        "backup_assignments": [{"staff_id": one, "group_id": "g", "assignment_type": "on_call"} for one in on_call],
        "backup_coverage": None,
        "backup_priority": None,
        "group_conflict": draw(st.none() | st.builds(_conflict, sets, st.integers(0, 1), hard)),
        "forbidden_sequences": [],
        "stretches": [],
        "fairness": [],
        "daily_limits": [
            {"symbols": draw(sets), **row, **draw(bounds(2)), **draw(on_days)} for row in entries(st.just({}), 3)
        ],
        "weekly_limits": [
            {"symbols": draw(sets), **row, **draw(bounds(6)), "include_calendar": draw(st.booleans())}
            for row in entries(st.just({}), 2)
        ],
        "monthly_limits": [draw(_monthly(row)) for row in entries(st.just({}), 2)],
        "demand": [
            {"symbols": draw(sets), **row, **draw(bounds(2)), **draw(st.sampled_from([{}, {"skill": "k"}])), **draw(on_days)}
            for row in entries(st.just({}), 2)
        ],
        "allowed_shifts": [{"symbols": draw(sets), **row} for row in entries(st.just({}), 1)],
        "priority_rules": [
            {
                "rule_type": draw(st.sampled_from(["preferred_shift", "avoided_shift", "required_shift", "blocked_shift"])),
                "shift": draw(st.sampled_from(SYMBOLS)),
                "except_symbols": draw(st.lists(st.sampled_from(SYMBOLS), max_size=1)),
                **row,
                **draw(on_days),
            }
            for row in entries(st.just({}), 1)
        ],
        "calendar": calendar,
    }
    _keep_some(draw, settings)
    cells = [(one["id"], day) for one in staff for day in days if _employed(one, day)]
    pins = draw(st.lists(st.sampled_from(cells), max_size=draw(st.sampled_from([0, 2, 4])), unique=True))
    prefilled: dict[str, Any] = {}
    for one, day in pins:
        prefilled.setdefault(one, {})[day] = draw(st.sampled_from(SYMBOLS))
    history = {one: {"2026-01-28": draw(st.sampled_from(SYMBOLS)), "2026-01-27": "○"} for one in ids if draw(st.booleans())}
    wished = draw(st.lists(st.sampled_from(cells), max_size=1))
    settings["requests"] = [
        {"staff_id": one, "date": day, "symbol": draw(st.sampled_from(SYMBOLS)), "want": draw(st.booleans()), "hard": True}
        for one, day in wished
    ]
    return {
        "period": {"start": days[0], "end": days[-1]},
        "staff": staff,
        "settings": settings,
        "prefilled": prefilled,
        "history": history,
        "options": {"time_limit": 20, "workers": 1, "on_infeasible": "report"},
    }


def _keep_some(draw: st.DrawFn, settings: dict[str, Any]) -> None:
    """Leave a few entries only, so that what is said of one is not true merely because of another."""
    lists = ("daily_limits", "weekly_limits", "monthly_limits", "demand", "allowed_shifts", "priority_rules")
    there = [(name, i) for name in lists for i in range(len(settings[name]))]
    most = draw(st.sampled_from([1, 2, 3, 99]))
    kept = draw(st.lists(st.sampled_from(there), max_size=most, unique=True)) if there and most < 99 else there
    for name in lists:
        settings[name] = [row for i, row in enumerate(settings[name]) if (name, i) in kept]


def _conflict(symbols: list[str], most: int, hard: bool) -> dict[str, Any]:
    return {"symbols": symbols, "max": most, "hard": hard, "weight": 1}


@st.composite
def _monthly(draw: st.DrawFn, row: dict[str, Any]) -> dict[str, Any]:
    measure = draw(st.sampled_from(["count", "count", "off_equivalent", "minutes"]))
    per = draw(st.sampled_from(["period", "calendar_month"]))
    limits = {
        "count": {"symbols": draw(st.sampled_from(SETS)), **draw(bounds(6))},
        "off_equivalent": draw(bounds(10, 0.5)),
        "minutes": draw(bounds(12, 180)),
    }[measure]
    return {**row, **limits, "measure": measure, "per": per, "include_calendar": draw(st.booleans())}


def _employed(person: dict[str, Any], day: str) -> bool:
    return person.get("employed_from", "") <= day <= person.get("employed_until", "9")
