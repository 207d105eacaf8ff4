"""Each example reads, is what its `why` says, and is written so that a person can read it."""

import json
from collections import Counter
from datetime import date
from functools import cache
from importlib import resources

import pytest

import datasets
from datasets import examples, load
from datasets.generate import generate
from datasets.text import as_text
from solver import Problem, Result, read_problem, solve

NAMES = [example.name for example in examples()]
SOLVED = [pytest.param(name, marks=pytest.mark.slow if name in ("hotel", "large") else ()) for name in NAMES]
FILES = resources.files(datasets) / "examples"


@cache
def problem_of(name: str) -> Problem:
    return read_problem({**load(name), "options": {"time_limit": 20}})


@cache
def result_of(name: str) -> Result:
    return solve(problem_of(name))


def row(result: Result, staff: str) -> dict[str, str]:
    return result.schedule[staff]


def coverers(result: Result, group: str) -> dict[str, list[str]]:
    """Who covers the group, by date."""
    found: dict[str, list[str]] = {}
    for cover in result.covers:
        if cover.group_id == group:
            found.setdefault(cover.date.isoformat(), []).append(cover.staff_id)
    return found


def cover_on(result: Result, group: str, day: str):
    return next(cover for cover in result.covers if cover.group_id == group and cover.date.isoformat() == day)


# ---- all of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_tidy(name):
    text = (FILES / f"{name}.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert list(document) == ["name", "title", "why", "problem"]
    assert document["name"] == name
    assert document["title"]
    assert len(document["why"]) > 80
    assert document["why"].endswith(".")
    assert text == as_text(document)


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_without_faults(name):
    assert problem_of(name).staff


@pytest.mark.parametrize("name", SOLVED)
def test_it_is_solved_quickly_and_keeps_every_hard_rule_or_is_impossible(name):
    result = result_of(name)
    assert result.status in (("INFEASIBLE",) if name == "impossible" else ("OPTIMAL", "FEASIBLE"))
    assert (result.score.hard > 0) == (name == "impossible")


@pytest.mark.parametrize(("name", "penalty"), [("promise", 50), ("kitchen", 20), ("clinic", 140), ("legacy", 0)])
def test_the_smaller_ones_are_proved_best_with_few_wishes_refused(name, penalty):
    assert (result_of(name).status, result_of(name).objective) == ("OPTIMAL", penalty)


@pytest.mark.parametrize("name", SOLVED)
def test_the_roster_looks_like_one_on_a_wall(name):
    """One to three days off in seven or so; at work often the normal shift."""
    problem, result = problem_of(name), result_of(name)
    for staff in problem.ordinary(result.schedule):
        cells = Counter(row(result, staff).values())
        days = cells.total()
        assert days / 7 <= cells[problem.off] <= days * 2 / 5
        assert cells[problem.normal] >= (days - cells[problem.off]) * 0.2


# ---- each by itself -------------------------------------------------------------------------------


def test_promise_first_backup_then_second_and_one_violation():
    result = result_of("promise")
    assert [(c.date.isoformat(), c.absent, c.staff_id, c.priority_order) for c in result.covers] == [
        ("2026-12-10", ("sato",), "nakata", 1),
        ("2026-12-12", ("suzuki",), "ueda", 2),
    ]
    assert [(p.staff_id, p.reason) for p in result.covers[1].passed_over] == [("nakata", "pinned")]
    [violation] = result.violations
    assert (violation.rule, violation.dates, violation.amount) == ("daily_limit", (date(2026, 12, 12),), 1)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_promise_has_one_best_roster(seed):
    again = solve(read_problem({**load("promise"), "options": {"seed": seed}}))
    assert again.schedule == result_of("promise").schedule


def test_kitchen_sato_off_means_nakata_on_o_and_ueda_where_nakata_is_off():
    result = result_of("kitchen")
    absences = [day for day, symbol in row(result, "sato").items() if symbol == "×" and day != "2026-12-16"]
    assert len(absences) in (7, 8)
    assert absences.count("2026-12-22") == 1
    for day in absences:
        first, second = row(result, "nakata")[day], row(result, "ueda")[day]
        assert first == "○" or (first == "×" and second == "○")
    assert coverers(result, "grill")["2026-12-22"] == ["ueda"]
    assert [p.reason for p in cover_on(result, "grill", "2026-12-22").passed_over] == ["pinned"]


def test_kitchen_has_all_hands_and_a_closed_day_and_seven_or_eight_days_off():
    problem, result = problem_of("kitchen"), result_of("kitchen")
    for staff in problem.ordinary(result.schedule):
        cells = row(result, staff)
        assert {cells.get("2026-12-24", "○"), cells.get("2026-12-31", "○")} <= {"○", "△", "◇"}
        assert cells["2026-12-16"] == "×"
        if len(cells) == 31:
            assert Counter(cells.values())["×"] - 1 in (7, 8)


def test_clinic_rossi_covers_the_leave_and_nair_the_day_of_the_course():
    result = result_of("clinic")
    covered = coverers(result, "triage")
    leave = [day for day, symbol in row(result, "weber").items() if symbol == "V"]
    assert leave == ["2027-01-11", "2027-01-12", "2027-01-13", "2027-01-14", "2027-01-15"]
    assert [covered[day] for day in leave] == [["rossi"], ["rossi"], ["nair"], ["rossi"], ["rossi"]]
    [passed] = cover_on(result, "triage", "2027-01-13").passed_over
    assert (passed.staff_id, passed.reason) == ("rossi", "pinned")


def test_clinic_has_the_skills_it_asks_for():
    problem, result = problem_of("clinic"), result_of("clinic")
    skilled = {skill: [p.id for p in problem.staff if skill in p.skills] for skill in ("lab", "x-ray")}
    for day in (d.isoformat() for d in problem.open_days):
        assert any(row(result, staff)[day] == "E" for staff in skilled["lab"])
        assert any(row(result, staff)[day] == "D" for staff in skilled["x-ray"])


def test_shop_nobody_stands_on_two_floors():
    result = result_of("shop")
    first, second = coverers(result, "first-floor"), coverers(result, "second-floor")
    both = first.keys() & second.keys()
    assert "2027-02-13" in both
    for day in both:
        assert {*first[day], *second[day]} == {"mori", "lee"}
    lee = first if first["2027-02-13"] == ["lee"] else second
    floor = "first-floor" if lee is first else "second-floor"
    assert [(p.staff_id, p.reason) for p in cover_on(result, floor, "2027-02-13").passed_over] == [
        ("mori", "covering_other")
    ]


def test_shop_students_come_in_only_to_cover():
    result = result_of("shop")
    called = {(cover.staff_id, cover.date.isoformat()) for cover in result.covers}
    for staff in ("mori", "lee"):
        for day, symbol in row(result, staff).items():
            assert (symbol == "○") == ((staff, day) in called)
    assert cover_on(result, "second-floor", "2027-02-26").staff_id == "lee"  # mori cannot come that day


@pytest.mark.slow
def test_hotel_backups_change_with_the_season():
    result = result_of("hotel")
    front = coverers(result, "front")
    assert {staff for day, staffs in front.items() if day <= "2027-07-19" for staff in staffs} == {"nishimura"}
    assert {staff for day, staffs in front.items() if day >= "2027-07-20" for staff in staffs} == {"emma"}
    assert cover_on(result, "restaurant", "2027-07-28").staff_id == "sora"


@pytest.mark.slow
def test_hotel_closes_for_repairs_and_has_all_hands_at_obon_and_holidays_are_sundays():
    problem, result = problem_of("hotel"), result_of("hotel")
    for staff in problem.ordinary(result.schedule):
        cells = row(result, staff)
        assert {cells.get(f"2027-07-0{n}", "×") for n in (5, 6, 7, 8)} == {"×"}
        assert cells.get("2027-07-09") != "×"  # nobody is off on the first day after the closure
        assert "×" not in {cells.get(f"2027-08-{n}") for n in (13, 14, 15)}
    assert problem.weekday(date(2027, 7, 19)) == "sunday"  # 海の日, a Monday
    asked = {demand.id for demand in problem.settings.demand if problem.matches(demand, date(2027, 7, 19))}
    assert "breakfast-sunday" in asked
    assert "breakfast" not in asked


def test_impossible_names_both_days_and_shows_the_roster_that_breaks_the_least():
    result = result_of("impossible")
    assert result.status == "INFEASIBLE"
    blamed = {day for conflict in result.conflicts for fact in conflict.facts for day in fact.dates}
    assert {str(day) for day in blamed} == {"2026-12-10", "2026-12-17"}
    broken = [v for v in result.violations if v.severity == "hard"]
    assert {(v.rule, v.dates) for v in broken} == {
        ("backup_coverage", (date(2026, 12, 10),)),
        ("backup_coverage", (date(2026, 12, 17),)),
    }


def test_impossible_becomes_possible_without_the_two_days_off():
    document = load("impossible")
    del document["prefilled"]["nakata"], document["prefilled"]["suzuki"]
    assert solve(read_problem(document)).status == "OPTIMAL"


def test_legacy_names_what_it_leaves_out():
    notices = problem_of("legacy").notices
    assert {notice.code for notice in notices} == {"legacy_ignored"}
    assert {"/settings/mlParameters", "/settings/version"} <= {notice.path for notice in notices}


def test_legacy_rules_are_kept():
    problem, result = problem_of("legacy"), result_of("legacy")
    for day in problem.days:
        if day.isoweekday() == 2:
            assert row(result, "ueda")[day.isoformat()] == "×"
        symbols = Counter(cells[day.isoformat()] for cells in result.schedule.values())
        assert symbols["×"] <= 2
        assert symbols["△"] == symbols["◇"] == 1


def test_large_is_what_the_generator_gives():
    assert load("large") == generate(60, 31, seed=3)


@pytest.mark.slow
def test_large_covers_every_absence():
    problem, result = problem_of("large"), result_of("large")
    covered = {(cover.group_id, cover.date) for cover in result.covers}
    for group in problem.groups:
        for day in problem.open_days:
            off = [m for m in group.members if row(result, m).get(day.isoformat()) == "×"]
            assert bool(off) == ((group.id, day) in covered)
