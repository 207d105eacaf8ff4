"""Small teams with one conflict planted in them, of every rule that can be hard."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.builders import backed_up, day, document, people

IDS = "abcde"
DAYS = 7


def planted(kind: str, seed: int) -> tuple[dict[str, Any], str]:
    """A problem that cannot be solved, and the rule that its conflict has to name."""
    rng = random.Random(f"{kind} {seed}")
    rule, settings = PLANTS[kind](rng)
    pins = settings.pop("prefilled", {})
    noise = _noise(rng, {(s, i) for s, row in pins.items() for i in row})
    rows: dict[str, dict[str, str]] = {}
    for source in (noise, pins):
        for s, row in source.items():
            rows.setdefault(s, {}).update({day(i): k for i, k in row.items()})
    staff = settings.pop("staff", people(*IDS))
    return document(staff, DAYS, prefilled=rows, **settings), rule


Pins = dict[str, dict[int, str]]


def _noise(rng: random.Random, taken: set[tuple[str, int]]) -> Pins:
    """A few cells filled in on ○, which alone disturb nothing."""
    cells = [(s, i) for s in "de" for i in range(DAYS) if (s, i) not in taken]
    found: Pins = {}
    for s, i in rng.sample(cells, rng.randrange(3)):
        found.setdefault(s, {})[i] = "○"
    return found


def _somebody(rng: random.Random) -> str:
    return rng.choice("abc")


def _day(rng: random.Random, last: int = DAYS - 1) -> int:
    return rng.randint(0, last)


def _daily(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i, most = _day(rng), rng.randint(0, 1)
    return "daily_limit", {
        "daily_limits": [{"symbols": ["×"], "max": most, "hard": True}],
        "prefilled": {s: {i: "×"} for s in "abc"[: most + 1]},
    }


def _weekly(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, most = _somebody(rng), rng.randint(0, 2)
    days = rng.sample(range(DAYS), most + 1)
    return "weekly_limit", {
        "weekly_limits": [{"symbols": ["△"], "max": most, "hard": True}],
        "prefilled": {s: dict.fromkeys(days, "△")},
    }


def _monthly(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, least = _somebody(rng), rng.randint(3, 6)
    days = rng.sample(range(DAYS), DAYS - least + 1)
    return "monthly_limit", {
        "monthly_limits": [{"measure": "off_equivalent", "min": least, "hard": True}],
        "prefilled": {s: dict.fromkeys(days, "○")},
    }


def _group(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i = _day(rng)
    return "group_conflict", {
        "staff_groups": [{"id": "g", "members": [*"abc"]}],
        "group_conflict": {"symbols": ["×"], "max": 1, "hard": True},
        "prefilled": {s: {i: "×"} for s in rng.sample("abc", 2)},
    }


def _coverage(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i = _day(rng)
    return "backup_coverage", {**backed_up("a", "b"), "prefilled": {"a": {i: "×"}, "b": {i: rng.choice("×△⊘")}}}


def _no_backup(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i = _day(rng)
    gone = {"staff_id": "b", "effective_until": day(i - 1)} if i else {"staff_id": "b", "effective_from": day(1)}
    return "backup_coverage", {**backed_up("a", gone, require_backup=True), "prefilled": {"a": {i: "×"}}}


def _allowed(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s = _somebody(rng)
    return "shift_allowed", {
        "allowed_shifts": [{"scope": {"staff_ids": [s]}, "symbols": ["○", "×"], "hard": True}],
        "prefilled": {s: {_day(rng): "△"}},
    }


def _priority(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng)
    kind, pin = rng.choice([("required_shift", "○"), ("blocked_shift", "△")])
    return "priority_rule", {
        "priority_rules": [{"rule_type": kind, "staff_ids": [s], "shift": "△", "dates": [day(i)]}],
        "prefilled": {s: {i: pin}},
    }


def _sequence(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng, DAYS - 2)
    return "forbidden_sequence", {
        "forbidden_sequences": [{"symbols": ["△", "×"], "hard": True}],
        "prefilled": {s: {i: "△", i + 1: "×"}},
    }


def _stretch(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng, DAYS - 3)
    return "stretch", {
        "stretches": [{"kind": "off", "max": 2, "hard": True}],
        "prefilled": {s: dict.fromkeys(range(i, i + 3), "×")},
    }


def _rest(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng, DAYS - 2)
    return "rest_time", {
        "shift_types": [
            {"symbol": "○", "role": "normal", "kind": "work", "start": "08:00", "minutes": 480},
            {"symbol": "◇", "role": "late", "kind": "work", "start": "15:00", "minutes": 480},
            {"symbol": "×", "role": "off", "kind": "off"},
        ],
        "rest": [{"minutes": 660}],
        "prefilled": {s: {i: "◇", i + 1: "○"}},
    }


def _demand(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i = _day(rng)
    return "demand", {
        "demand": [{"symbols": ["○"], "min": 4, "hard": True, "dates": [day(i)]}],
        "prefilled": {s: {i: "×"} for s in "ab"},
    }


def _left(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i = _day(rng, DAYS - 2)
    staff = people(*IDS)
    staff[0]["employed_until"] = day(i)
    return "employment", {"staff": staff, "demand": [{"symbols": ["○", "×"], "min": 5, "hard": True, "dates": [day(i + 1)]}]}


def _weekend(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s = _somebody(rng)
    return "weekend", {"weekends": [{"complete": True, "hard": True}], "prefilled": {s: {5: "○", 6: "×"}}}


def _request(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng)
    return "request", {
        "requests": [{"staff_id": s, "date": day(i), "symbol": "×", "hard": True}],
        "prefilled": {s: {i: "○"}},
    }


def _closed(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng)
    return "calendar", {
        "requests": [{"staff_id": s, "date": day(i), "symbol": "○", "hard": True}],
        "calendar": {day(i): "must_day_off"},
    }


def _after_closure(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s, i = _somebody(rng), _day(rng, DAYS - 3)
    return "after_closure", {
        "after_closure": [{"min_closed_days": 2, "symbols": ["×"], "hard": True}],
        "calendar": {day(i): "must_day_off", day(i + 1): "must_day_off"},
        "prefilled": {s: {i + 2: "×"}},
    }


def _stability(rng: random.Random) -> tuple[str, dict[str, Any]]:
    s = _somebody(rng)
    days = rng.sample(range(DAYS), 2)
    return "stability", {
        "baseline": {s: {day(i): "○" for i in days}},
        "stability": {"max_changes": 1},
        "prefilled": {s: dict.fromkeys(days, "×")},
    }


def _fairness(rng: random.Random) -> tuple[str, dict[str, Any]]:
    rested, tired = rng.sample("abc", 2)
    return "fairness", {
        "fairness": [{"measure": "off", "hard": True}],
        "prefilled": {rested: dict.fromkeys(rng.sample(range(DAYS), 3), "×"), tired: dict.fromkeys(range(DAYS), "○")},
    }


def _on_call(rng: random.Random) -> tuple[str, dict[str, Any]]:
    i = _day(rng)
    row = {"staff_id": "b", "assignment_type": "on_call"}
    return "on_call", {
        **backed_up("a", row),
        "prefilled": {"a": {i: "○"}},
        "demand": [{"symbols": ["○"], "min": 1, "hard": True, "scope": {"staff_ids": ["b"]}, "dates": [day(i)]}],
    }


PLANTS: dict[str, Callable[[random.Random], tuple[str, dict[str, Any]]]] = {
    "daily": _daily,
    "weekly": _weekly,
    "monthly": _monthly,
    "group": _group,
    "coverage": _coverage,
    "no backup": _no_backup,
    "allowed": _allowed,
    "priority": _priority,
    "sequence": _sequence,
    "stretch": _stretch,
    "rest": _rest,
    "demand": _demand,
    "left": _left,
    "weekend": _weekend,
    "request": _request,
    "closed": _closed,
    "after closure": _after_closure,
    "stability": _stability,
    "fairness": _fairness,
    "on call": _on_call,
}
