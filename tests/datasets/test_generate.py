import hashlib
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from datasets.generate import Planted, generate, plant
from datasets.text import as_text
from solver import Schedule, check, read_problem, solve, warnings_of

SIZES = [(1, 1), (1, 31), (2, 7), (2, 31), (3, 5), (4, 31), (5, 13), (8, 14), (12, 60), (30, 31), (61, 31), (15, 200)]


def hard_violations(planted: Planted) -> list[str]:
    """What the checker says is broken, of the hard rules, in the planted roster."""
    rows = {staff: {date.fromisoformat(d): symbol for d, symbol in row.items()} for staff, row in planted.roster.items()}
    return [v.message for v in check(read_problem(planted.problem), Schedule(rows)) if v.severity == "hard"]


@pytest.mark.parametrize(("staff", "days"), SIZES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_planted_roster_breaks_no_hard_rule(staff, days, seed):
    assert hard_violations(plant(staff, days, seed=seed)) == []


@pytest.mark.parametrize(
    "asked", [{"groups": 0}, {"groups": 1}, {"groups": 9}, {"backups": 0}, {"backups": 6}, {"hard": False}]
)
def test_it_breaks_none_whatever_is_asked_for(asked):
    for seed in range(5):
        assert hard_violations(plant(16, 31, seed=seed, start=date(2028, 2, 17), **asked)) == []


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_small_teams_are_solved_in_seconds(seed):
    document = {**generate(9, 14, seed=seed), "options": {"time_limit": 10, "workers": 1}}
    result = solve(read_problem(document))
    assert result.status in ("OPTIMAL", "FEASIBLE")
    assert result.score.hard == 0


def test_the_same_arguments_give_the_same_document_in_every_process():
    program = (
        "import hashlib; from datasets.generate import generate; from datasets.text import as_text;"
        "print(hashlib.sha256(as_text(generate(70, 62, seed=5)).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for salt in ("1", "2")
    }
    assert found == {hashlib.sha256(as_text(generate(70, 62, seed=5)).encode()).hexdigest()}


def test_another_seed_gives_another_team():
    assert len({as_text(generate(10, 31, seed=seed)) for seed in range(10)}) == 10


def test_the_chance_of_the_caller_is_left_alone():
    random.seed(7)
    before = random.getstate()
    generate(10, 31, seed=1)
    assert random.getstate() == before


def test_a_team_has_what_real_teams_have():
    document = generate(60, 31, seed=3)
    settings, staff = document["settings"], document["staff"]
    assert {person["status"] for person in staff} == {"社員", "派遣", "パート"}
    assert len({person["name"] for person in staff}) == 60
    assert any("employed_from" in person for person in staff)
    assert any("employed_until" in person for person in staff)
    assert {len(group["members"]) for group in settings["staff_groups"]} == {2, 3, 4, 5}
    assert {group.get("cover", "one") for group in settings["staff_groups"]} == {"one", "each"}
    assert {row.get("assignment_type", "regular") for row in settings["backup_assignments"]} == {"regular", "on_call"}
    assert {row["priority_order"] for row in settings["backup_assignments"]} == {1, 2, 3}
    assert any("effective_from" in row for row in settings["backup_assignments"])
    assert any("effective_until" in row for row in settings["backup_assignments"])
    assert set(settings["calendar"].values()) == {"must_day_off", "must_work"}
    assert {rule["rule_type"] for rule in settings["priority_rules"]} == {
        "avoided_shift",
        "preferred_shift",
        "blocked_shift",
    }
    assert {symbol for row in document["prefilled"].values() for symbol in row.values()} == {"○", "×", "⊘"}
    assert len(settings["requests"]) > 20


def test_the_asked_for_numbers_are_kept():
    problem = read_problem(generate(40, 20, seed=2, groups=12, backups=5, start=date(2027, 4, 1)))
    assert len(problem.staff) == 40
    assert (problem.period.start, problem.period.end) == (date(2027, 4, 1), date(2027, 4, 20))
    assert len(problem.groups) == 12
    assert len(problem.on_call) == 5


def test_nobody_is_in_two_groups_or_on_call_in_one():
    problem = read_problem(generate(60, 31, seed=4))
    members = Counter(member for group in problem.groups for member in group.members)
    assert set(members.values()) == {1}
    assert not problem.on_call & members.keys()


def test_chains_of_backups_are_in_order_and_hand_over_without_a_gap():
    problem = read_problem(generate(60, 31, seed=3))
    for group in problem.groups:
        for day in problem.open_days:
            orders = [backup.order for backup in problem.eligible(group.id, day)]
            assert orders == sorted(set(orders))
            assert 2 in orders
            assert 3 not in orders or len(group.members) >= 4


def test_soft_limits_are_soft_and_hard_ones_hard():
    for hard in (True, False):
        settings = read_problem(generate(20, 31, hard=hard)).settings
        limits = [*settings.daily_limits, *settings.weekly_limits, *settings.monthly_limits, settings.group_conflict]
        assert {limit.hard for limit in limits} == {hard}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_there_is_nothing_to_warn_of(seed):
    assert [notice.message for notice in warnings_of(read_problem(generate(45, 40, seed=seed)))] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"staff": 0, "days": 1}, "staff: found 0, expected 1 to 1000"),
        ({"staff": 1001, "days": 1}, "staff: found 1001, expected 1 to 1000"),
        ({"staff": 5, "days": 367}, "days: found 367, expected 1 to 366"),
        ({"staff": 5, "days": 7, "backups": 5}, "backups: found 5, expected 0 to 4"),
        ({"staff": 5, "days": 7, "backups": 2, "groups": 4}, "groups: found 4, expected 0 to 3"),
    ],
)
def test_numbers_out_of_bounds_are_named(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        generate(**arguments)


@pytest.mark.slow
def test_the_largest_team_stays_within_the_bounds_of_a_problem():
    planted = plant(1000, 366)
    problem = read_problem(planted.problem)
    assert len(problem.staff) * len(problem.days) * len(problem.settings.shift_types) == 1_830_000
    assert sum(len(row) for row in planted.roster.values()) == sum(len(problem.employed_days(p.id)) for p in problem.staff)
