"""The coverage report: what can be derived by hand, and every figure against the definition read off the document."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import CoverageReport, Problem, Schedule, coverage_report, covers_of, read_problem, read_schedule, speaking
from solver.domain.period import Period
from solver.questions.coverage import next_period
from tests.builders import MONDAY, _cells, backed_up, day, people, problem, shared
from tests.strategies import problems


def reported(rows: dict[str, str], *, staff: list[dict[str, Any]] | None = None, **parts: Any) -> CoverageReport:
    """The report of a roster written as rows of symbols."""
    asked = problem(staff or people(*rows), max(map(len, rows.values())), **parts)
    return coverage_report(asked, read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked))


def kinds(report: CoverageReport) -> list[str]:
    return [alert.kind for alert in report.alerts]


def test_who_covered_and_why_the_others_did_not() -> None:
    # Day 1: b is first in order and off, c covers. Day 2: both elsewhere. Day 3: nobody absent. Day 4: closed.
    closed = {day(3): "must_day_off"}
    rows = {"a": "××○×", "b": "×△○×", "c": "○×○×"}
    report = reported(rows, calendar=closed, **backed_up("a", "b", "c"))
    (group,) = report.groups
    assert [one.state for one in group.days] == ["covered", "uncovered", "nobody_absent", "closed"]
    assert [(one.staff_id, one.assignment_id, one.priority_order) for one in group.days[0].covers] == [("c", "a1", 2)]
    assert [(one.staff_id, one.reason) for one in group.days[0].passed_over] == [("b", "off")]
    assert [(one.staff_id, one.reason) for one in group.days[1].passed_over] == [("b", "at_work"), ("c", "off")]
    message = group.days[1].message
    assert message == f"{day(1)}: A absent from g, 0 of 1 covered: B (on another shift), C (off)"
    assert (group.absent_days, group.covered_days, group.uncovered_days, group.missing) == (2, 1, 1, 1)
    assert report.alerts[0].kind == "uncovered"
    assert report.alerts[0].dates == (MONDAY + timedelta(1),)


def test_one_cover_for_each_absent_member_may_be_missing_in_part() -> None:
    report = reported({"a": "×", "b": "×", "c": "○"}, **backed_up("ab", "c", cover="each"))
    (group,) = report.groups
    assert (group.days[0].state, group.days[0].need, len(group.days[0].covers), group.missing) == ("uncovered", 2, 1, 1)
    assert group.days[0].message == f"{day(0)}: A and B absent from g, 1 of 2 covered: it has no other backup"


@pytest.mark.parametrize(
    ("row", "person", "more", "reason"),
    [
        ({"effective_from": day(5)}, {}, {}, "not_effective"),
        ({}, {"employed_from": day(5)}, {}, "not_employed"),
        ({}, {}, {"allowed_shifts": [{"symbols": ["△"], "hard": True}]}, "not_allowed"),
    ],
)
def test_why_a_backup_was_not_eligible(row: Any, person: Any, more: Any, reason: str) -> None:
    staff = [{"id": "a"}, {"id": "b", **person}]
    cells = {"a": "×", "b": ""} if person else {"a": "×", "b": "△"}
    report = reported(cells, staff=staff, **backed_up("a", {"staff_id": "b", **row}), **more)
    assert [(one.staff_id, one.reason) for one in report.groups[0].days[0].passed_over] == [("b", reason)]


def test_the_load_of_each_backup_and_its_spread() -> None:
    # b covers g on days 1 and 2 and h on day 2; c, second of g, never.
    report = reported({"m": "××", "n": "○×", "b": "○○", "c": "○○"}, **shared("bg", "bh", "cg"))
    load = {one.staff_id: one for one in report.load}
    assert list(load) == ["b", "c"]
    assert (load["b"].covers, load["b"].days, load["b"].by_group, load["b"].share) == (3, 2, {"g": 2, "h": 1}, 1.0)
    assert (load["c"].covers, load["c"].by_group, load["c"].share) == (0, {"g": 0}, 0.0)
    assert (report.spread, [group.spread for group in report.groups]) == (3, [2, 0])


def test_dates_without_a_roster_are_told_apart_from_dates_without_absence() -> None:
    asked = problem(people("a", "b"), 3, **backed_up("a", "b"))
    report = coverage_report(asked, Schedule({"a": {MONDAY: "○"}, "b": {MONDAY: "○"}}), rostered={MONDAY})
    assert [one.state for one in report.groups[0].days] == ["nobody_absent", "no_roster", "no_roster"]
    assert report.rostered_days == 1


def test_without_a_roster_the_settings_answer() -> None:
    parts = shared("bg")
    parts["backup_assignments"][0]["effective_until"] = day(4)
    report = coverage_report(problem(people("m", "n", "b"), 3, **parts))
    assert report.rostered_days == 0
    assert report.load[0].share is None
    assert report.without_backup == ("h",)
    # b is alone on three days of the period and two of the next one, then nobody is left.
    assert [*report.chains[0].next_period.by_date.values()] == [0, 0, -1]
    assert [one.last_day for one in report.expiring] == [date.fromisoformat(day(4))]
    assert kinds(report) == ["group_without_backup", "no_eligible_backup", "slack_zero", "assignment_expires"]
    assert [alert.dates for alert in report.alerts[1:3]] == [
        (date.fromisoformat(day(5)),), (date.fromisoformat(day(3)), date.fromisoformat(day(4))),
    ]  # fmt: skip


def test_a_backup_of_his_own_group_is_no_help_in_his_own_absence() -> None:
    asked = problem(people("a", "b", "c"), 1, **backed_up("ab", "b", "c"))
    assert coverage_report(asked).chains[0].period.minimum == 0  # of b and c only c is left where b is off
    alone = problem(people("a", "b"), 1, **backed_up("ab", "b"))
    assert coverage_report(alone).chains[0].period.minimum == -1


def test_what_ends_within_the_days_asked_for() -> None:
    rows = [
        {"staff_id": "b", "effective_until": day(2 + 14)},
        {"staff_id": "c", "effective_until": day(2 + 15)},
        {"staff_id": "d"},
    ]
    staff = [*people("a", "b", "c"), {"id": "d", "name": "D", "employed_until": day(4)}]
    asked = problem(staff, 3, **backed_up("a", *rows))
    found = [(one.staff_id, one.reason, one.others_left) for one in coverage_report(asked).expiring]
    assert found == [("d", "employed_until", 2), ("b", "effective_until", 1)]
    assert [one.staff_id for one in coverage_report(asked, expires_within=15).expiring] == ["d", "b", "c"]
    assert coverage_report(asked, expires_within=0).expiring == ()
    ends = ["then it has 2 other backups", "then it has 1 other backup", "then it has no backup"]
    told = [one.message.split("; ")[1] for one in coverage_report(asked, expires_within=15).expiring]
    assert told == ends


def test_what_is_continued_the_day_after_does_not_end() -> None:
    until = {"staff_id": "b", "effective_until": day(2)}
    for since, ends in ((day(3), False), (day(4), True)):
        rows = backed_up("a", until, {"staff_id": "b", "effective_from": since})
        assert bool(coverage_report(problem(people("a", "b"), 3, **rows)).expiring) == ends


@pytest.mark.parametrize(
    ("start", "end", "after"),
    [
        ("2025-01-01", "2025-01-31", ("2025-02-01", "2025-02-28")),
        ("2024-12-01", "2025-01-31", ("2025-02-01", "2025-03-31")),
        ("2025-11-01", "2025-12-31", ("2026-01-01", "2026-02-28")),
        ("2025-01-01", "2025-12-31", ("2026-01-01", "2026-12-31")),
        ("2025-01-06", "2025-01-19", ("2025-01-20", "2025-02-02")),
        ("2025-01-01", "2025-01-30", ("2025-01-31", "2025-03-01")),
        ("2199-12-01", "2199-12-31", None),
    ],
)
def test_the_next_period(start: str, end: str, after: tuple[str, str] | None) -> None:
    found = next_period(Period(start=date.fromisoformat(start), end=date.fromisoformat(end)))
    assert (found and (str(found.start), str(found.end))) == after


def test_it_speaks_japanese() -> None:
    with speaking("ja"):
        report = reported({"a": "×", "b": "×"}, **backed_up("a", {"staff_id": "b", "effective_until": day(3)}))
    assert [alert.message for alert in report.alerts] == [
        "g：バックアップの入らない休みが1日：2026-03-02",
        "g：2026-03-03はバックアップがあと1人だけで、もう1人休むと埋められない",
        "Bがgのバックアップでいるのは2026-03-05まで。その後はバックアップがいない",
    ]


# ---- the definition, read off the document ----------------------------------------------------------


def a_roster(asked: Problem, seed: int) -> Schedule:
    dice = random.Random(seed)
    symbols = list(asked.shift_by_symbol)
    rows = {p.id: {d: dice.choice(symbols) for d in asked.employed_days(p.id)} for p in asked.staff}
    return Schedule(rows)


def employed(person: dict[str, Any], on: str) -> bool:
    return person.get("employed_from", on) <= on <= person.get("employed_until", on)


def expected(document: dict[str, Any], asked: Problem, roster: Schedule) -> dict[tuple[str, str], tuple[Any, ...]]:
    """(group, date) → absent members, need, who covers; of open dates with an absence."""
    rules = document["settings"]
    active = [a for a in rules["backup_assignments"] if a["is_active"]]
    called = {a["staff_id"] for a in active if a["assignment_type"] == "on_call"}
    staff = {person["id"]: person for person in document["staff"]}
    found = {}
    for group in rules["staff_groups"]:
        for on in asked.days:
            text = str(on)
            if not group["is_active"] or rules["calendar"].get(text) == "must_day_off":
                continue
            absent = [
                m for m in group["members"]
                if employed(staff[m], text) and (roster.at(m, on) == "×" or (roster.at(m, on) == "⊘" and m not in called))
            ]  # fmt: skip
            chain = sorted((a for a in active if a["group_id"] == group["id"]), key=lambda a: a["priority_order"])
            standing = [
                a["staff_id"]
                for a in chain
                if (a["effective_from"] or text) <= text
                and employed(staff[a["staff_id"]], text)
                and roster.at(a["staff_id"], on) == "○"
                and asked.may_stand_normal(a["staff_id"], on)
            ]
            need = len(absent) if group["cover"] == "each" else 1
            if absent:
                found[group["id"], text] = (tuple(absent), need, tuple(dict.fromkeys(standing))[:need])
    return found


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(), st.integers(0, 10**6))
def test_figures_agree_with_the_definition(document: dict[str, Any], seed: int) -> None:
    if ((document["settings"]["backup_coverage"] or {}).get("covers_per_day")) is not None:
        return
    asked = read_problem(document)
    roster = a_roster(asked, seed)
    wanted = expected(document, asked, roster)
    report = coverage_report(asked, roster)
    days = [(group.group_id, one) for group in report.groups for one in group.days]
    found = {(group, str(one.date)): one for group, one in days if one.state in ("covered", "uncovered")}
    assert set(found) == set(wanted)
    for key, (absent, need, covers) in wanted.items():
        one = found[key]
        assert (one.absent, one.need, tuple(c.staff_id for c in one.covers)) == (absent, need, covers)
        assert (one.state == "uncovered", one.message is not None) == (need > len(covers), need > len(covers))
    for load in report.load:
        assert load.covers == sum(row[2].count(load.staff_id) for row in wanted.values())
        assert load.days == len({key[1] for key, row in wanted.items() if load.staff_id in row[2]})
        assert load.covers == sum(load.by_group.values())
    for group in report.groups:
        of_group = [row for key, row in wanted.items() if key[0] == group.group_id]
        assert group.missing == sum(need - len(covers) for _, need, covers in of_group)
        assert group.uncovered_days == sum(need > len(covers) for _, need, covers in of_group)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems())
def test_slack_counts_who_would_cover_the_worst_absence(document: dict[str, Any]) -> None:
    """For each member off by himself, everybody is put on ○ alone: those whom the certificate names could come."""
    document["settings"]["backup_coverage"] = {}
    asked = read_problem(document)
    for chain in coverage_report(asked).chains:
        group = asked.group_by_id[chain.group_id]
        for on in asked.open_days:
            left = []
            for member in asked.members_on(group, on):
                comes = 0
                for backup in (p.id for p in asked.staff if p.id != member and asked.employed(p.id, on)):
                    alone = Schedule({p.id: {on: "○" if p.id == backup else "×"} for p in asked.staff})
                    comes += any(c.group_id == group.id and c.staff_id == backup for c in covers_of(asked, alone))
                left.append(comes - 1)
            assert chain.period.by_date.get(on) == min(left, default=None)
