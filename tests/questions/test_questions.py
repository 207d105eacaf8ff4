"""Who can stand in, who can be off, who may fall sick: small rosters whose answers are derived by hand."""

from datetime import date
from typing import Any

import pytest

from solver import Problem, Schedule, check, drill, free_days, read_problem, read_schedule, solve, suggest_cover

DAYS = [f"2026-12-{day:02d}" for day in range(7, 11)]
D9 = date(2026, 12, 9)


def kitchen(prefilled: dict[str, Any] | None = None, **settings: Any) -> Problem:
    """Two members, two backups in order, four days; nothing else is asked."""
    silent = {"group_conflict": None, "forbidden_sequences": [], "stretches": [], "fairness": []}
    return read_problem(
        {
            "period": {"start": DAYS[0], "end": DAYS[-1]},
            "staff": [{"id": one} for one in ("sato", "suzuki", "nakata", "ueda", "mori")],
            "settings": {
                **silent,
                "staff_groups": [{"id": "kitchen", "members": ["sato", "suzuki"]}],
                "backup_assignments": [
                    {"id": "b1", "staff_id": "nakata", "group_id": "kitchen", "priority_order": 1},
                    {"id": "b2", "staff_id": "ueda", "group_id": "kitchen", "priority_order": 2, "effective_until": DAYS[2]},
                ],
                **settings,
            },
            "prefilled": prefilled or {},
            "options": {"workers": 1, "time_limit": 10},
        }
    )


def roster(problem: Problem, **cells: dict[str, str]) -> Schedule:
    """Everybody on ○ but for some cells."""
    rows = {one.id: dict.fromkeys(DAYS, "○") | cells.get(one.id, {}) for one in problem.staff}
    return read_schedule(rows, problem)


# ---- who can stand in -----------------------------------------------------------------------------


def test_backups_come_first_in_order_then_nobody_else_who_breaks_a_hard_rule() -> None:
    problem = kitchen()
    answer = suggest_cover(problem, roster(problem, nakata={DAYS[2]: "×"}, ueda={DAYS[2]: "△"}), "sato", [D9])
    (day,) = answer.days
    assert [(one.kind, one.staff_id, one.priority_order) for one in day.options] == [
        ("backup", "nakata", 1),
        ("backup", "ueda", 2),
    ]
    assert [(c.staff_id, c.before, c.to) for c in day.options[0].changes] == [("sato", "○", "×"), ("nakata", "×", "○")]
    assert [one.kind for one in day.refused] == ["nobody"]
    assert "missing" in day.refused[0].message
    assert answer.schedule["nakata"][DAYS[2]] == "○"
    assert answer.score.hard == 0


def test_who_is_filled_in_elsewhere_or_not_effective_is_told_why() -> None:
    problem = kitchen({"nakata": {DAYS[3]: "×"}, "mori": {DAYS[3]: "△"}})
    schedule = roster(problem, nakata={DAYS[3]: "×"}, mori={DAYS[3]: "△"})
    (day,) = suggest_cover(problem, schedule, "sato", [date(2026, 12, 10)]).days
    assert day.options == ()  # b2 has ended the day before, so nobody is left
    refused = {one.staff_id: one.message for one in day.refused}
    assert refused["nakata"] == "2026-12-10: nakata is fixed on ×"
    assert refused["mori"] == "2026-12-10: mori is fixed on △"


def test_options_are_judged_as_the_checker_does() -> None:
    problem = kitchen(requests=[{"staff_id": "nakata", "date": DAYS[2], "symbol": "×", "weight": 7}])
    schedule = roster(problem, nakata={DAYS[2]: "×"})
    answer = suggest_cover(problem, schedule, "sato", [D9])
    first = answer.days[0].options[0]
    assert (first.staff_id, first.penalty, [v.rule for v in first.violations]) == ("nakata", 7, ["request"])


def test_on_what_is_not_there() -> None:
    problem = kitchen()
    with pytest.raises(ValueError, match="tanaka"):
        suggest_cover(problem, roster(problem), "tanaka", [D9])
    with pytest.raises(ValueError, match="shift type"):
        suggest_cover(problem, roster(problem), "sato", [D9], "Z")


# ---- the drill ------------------------------------------------------------------------------------


def test_a_chain_that_is_too_short_shows_in_the_drill() -> None:
    problem = kitchen({"nakata": {DAYS[3]: "×"}})
    found = drill(problem, roster(problem, nakata={DAYS[3]: "×"}))
    assert found.tried == 19  # 5 people, 4 days, one of them off
    assert {(one.staff_id, one.date.isoformat()) for one in found.failures} == {("sato", DAYS[3]), ("suzuki", DAYS[3])}
    assert (found.survived, found.share, found.untried) == (17, round(17 / 19, 4), 0)
    slack = {one.date.isoformat(): (one.need, one.available, one.slack) for one in found.slack}
    assert slack == {DAYS[0]: (0, 2, 2), DAYS[1]: (0, 2, 2), DAYS[2]: (0, 2, 2), DAYS[3]: (0, 0, 0)}
    assert found.least_slack == {"kitchen": 0}
    assert ("date", DAYS[3], 2) in {(one.kind, one.id, one.failures) for one in found.weakest}


def test_a_call_is_survived_by_moving_others_of_that_day() -> None:
    """One early shift is demanded: when its holder is sick somebody else takes it, which no single backup on ○ does."""
    problem = kitchen(demand=[{"symbols": ["△"], "min": 1, "hard": True}], backup_assignments=[])
    found = drill(problem, roster(problem, mori=dict.fromkeys(DAYS, "△")))
    assert found.failures == ()
    assert found.tried == 20


def test_time_that_ran_out_is_not_survival() -> None:
    problem = kitchen()
    short = problem.with_options(problem.options.model_copy(update={"time_limit": 0.001}))
    found = drill(short, roster(problem))
    assert found.untried + found.tried == 20
    assert found.untried > 0


# ---- free days ------------------------------------------------------------------------------------


def answers(problem: Problem, schedule: Schedule, staff: str) -> dict[str, str]:
    return {cell.date.isoformat(): cell.answer for cell in free_days(problem, schedule, [staff]).cells}


def test_free_where_a_backup_stands_there_only_if_he_does_not_impossible_without_one() -> None:
    problem = kitchen({"nakata": {DAYS[3]: "×"}, "ueda": {DAYS[3]: "×"}, "sato": {DAYS[0]: "△"}})
    schedule = roster(
        problem,
        sato={DAYS[0]: "△"},
        nakata={DAYS[2]: "△", DAYS[3]: "×"},
        ueda={DAYS[2]: "△", DAYS[3]: "×"},
    )
    found = free_days(problem, schedule, ["sato"]).cells
    assert [cell.answer for cell in found] == ["impossible", "free", "only_if", "impossible"]
    assert [(c.staff_id, c.to) for c in found[2].changes] == [("nakata", "○")]
    assert "sato is fixed on △" in found[0].message
    assert "covered on ○ by nakata" in found[3].message


def test_only_if_names_the_fewest_who_move() -> None:
    """At most one is off: to be off on mori's day, mori has to work."""
    problem = kitchen(daily_limits=[{"symbols": ["×"], "max": 1, "hard": True}])
    (cell,) = free_days(problem, roster(problem, mori={DAYS[1]: "×"}), ["sato"], [date(2026, 12, 8)]).cells
    assert (cell.answer, cell.proved) == ("only_if", True)
    assert [c.staff_id for c in cell.changes] == ["mori"]


@pytest.mark.parametrize("seed", range(3))
def test_impossible_exactly_where_no_schedule_has_the_day_off(seed: int) -> None:
    limits = [{"symbols": ["×"], "max": 1 + seed % 2, "hard": True}]
    stretches = [{"symbols": ["×"], "max": 1, "hard": True}]
    problem = kitchen({"mori": {DAYS[seed]: "×"}}, daily_limits=limits, stretches=stretches)
    schedule = read_schedule(solve(problem).schedule, problem)
    assert not [v for v in check(problem, schedule) if v.severity == "hard"]
    for cell in free_days(problem, schedule).cells:
        exists = solve(problem.with_pins({cell.staff_id: {cell.date: "×"}})).status != "INFEASIBLE"
        pinned = problem.pinned(cell.staff_id, cell.date)
        assert (cell.answer != "impossible") == (exists and pinned in (None, "×")), cell
