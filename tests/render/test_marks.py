from collections.abc import Callable
from typing import Any

import pytest

from api.render.marks import Marks, marks_of
from solver import Problem, Violation

ROWS = {"sato": "××○○", "suzuki": "×○○○", "nakata": "○○×○", "ueda": "○○○○"}
Made = Callable[..., Any]


@pytest.fixture
def marked(problem: Made, schedule: Made) -> Callable[..., Marks]:
    def marks(*violations: Violation, of: Problem | None = None) -> Marks:
        whole = of or problem(4)
        return marks_of(violations, whole, schedule(whole, ROWS))

    return marks


def test_too_many_on_a_symbol_marks_the_cells_that_count(
    problem: Made, violation: Made, marked: Callable[..., Marks]
) -> None:
    day = problem(4).days[0]
    marks = marked(violation(problem(4), 0))
    assert set(marks.cells) == {("sato", day), ("suzuki", day)}
    assert marks.cell("sato", day) == ("soft", ("2026-01-01: 2 on ×, at most 1",))
    assert not marks.columns


def test_too_few_on_a_symbol_mark_the_day(problem: Made, violation: Made, marked: Callable[..., Marks]) -> None:
    few = problem(4, settings={"daily_limits": [{"symbols": ["△"], "min": 1, "max": 2}]})
    marks = marked(violation(few, 1, "2026-01-02: 0 on △, at least 1"), of=few)
    assert set(marks.columns) == {few.days[1]}
    assert not marks.cells


def test_named_people_are_marked_on_their_dates(problem: Made, violation: Made, marked: Callable[..., Marks]) -> None:
    hard = violation(
        problem(4),
        2,
        "nobody covers",
        rule="backup_coverage",
        severity="hard",
        staff_ids=("nakata",),
        path="/settings/staff_groups/0",
    )
    marks = marked(hard)
    assert marks.cell("nakata", problem(4).days[2]) == ("hard", ("nobody covers",))


def test_a_persons_limit_marks_only_the_days_that_count(
    problem: Made, violation: Made, marked: Callable[..., Marks]
) -> None:
    weekly = problem(4, settings={"weekly_limits": [{"symbols": ["×"], "max": 1}]})
    broken = violation(
        weekly, 0, "2 on ×", rule="weekly_limit", staff_ids=("sato",), dates=weekly.days, path="/settings/weekly_limits/0"
    )
    assert set(marked(broken, of=weekly).cells) == {("sato", weekly.days[0]), ("sato", weekly.days[1])}


def test_too_few_of_a_persons_days_mark_the_name(problem: Made, violation: Made, marked: Callable[..., Marks]) -> None:
    weekly = problem(4, settings={"weekly_limits": [{"symbols": ["×"], "min": 3}]})
    broken = violation(
        weekly, 0, "2 on ×", rule="weekly_limit", staff_ids=("sato",), dates=weekly.days, path="/settings/weekly_limits/0"
    )
    marks = marked(broken, of=weekly)
    assert (set(marks.rows), set(marks.cells)) == ({"sato"}, set())


def test_a_monthly_limit_counts_days_although_it_is_kept_in_halves(
    problem: Made, violation: Made, marked: Callable[..., Marks]
) -> None:
    monthly = problem(4, settings={"monthly_limits": [{"symbols": ["○"], "min": 1, "max": 1}]})
    facts = {"rule": "monthly_limit", "staff_ids": ("sato",), "dates": monthly.days, "path": "/settings/monthly_limits/0"}
    marks = marked(violation(monthly, 0, "2 on ○, at most 1", **facts), of=monthly)
    assert set(marks.cells) == {("sato", monthly.days[2]), ("sato", monthly.days[3])}


def test_a_persons_whole_month_marks_the_name(problem: Made, schedule: Made, violation: Made) -> None:
    month = problem(31, settings={"monthly_limits": [{"measure": "off_equivalent", "max": 8}]})
    facts = {"rule": "monthly_limit", "staff_ids": ("sato",), "dates": month.days, "path": "/settings/monthly_limits/0"}
    broken = violation(month, 0, "9 days off, at most 8", **facts)
    marks = marks_of((broken,), month, schedule(month, {"sato": "×" * 9 + "○" * 22}))
    assert (set(marks.rows), set(marks.cells)) == ({"sato"}, set())


def test_without_dates_the_name_is_marked_but_not_everybodys(
    problem: Made, violation: Made, marked: Callable[..., Marks]
) -> None:
    one = violation(problem(4), None, "unfair", rule="fairness", staff_ids=("sato", "ueda"), path="/settings/fairness/0")
    everybody = violation(problem(4), None, "unfair", rule="fairness", staff_ids=tuple(ROWS), path="/settings/fairness/0")
    assert set(marked(one).rows) == {"sato", "ueda"}
    assert marked(everybody) == Marks()


def test_the_worst_severity_shows_and_warnings_do_not(problem: Made, violation: Made, marked: Callable[..., Marks]) -> None:
    facts = {"staff_ids": ("ueda",), "path": "/settings/rest/0", "rule": "rest_time"}
    soft, hard = violation(problem(4), 1, "soft", **facts), violation(problem(4), 1, "hard", severity="hard", **facts)
    warning = violation(problem(4), 3, "warned", severity="warning", penalty=0, **facts)
    marks = marked(hard, soft, warning)
    assert marks.cells == {("ueda", problem(4).days[1]): ("hard", ("hard", "soft"))}


def test_a_path_that_leads_nowhere_marks_what_is_named(problem: Made, violation: Made, marked: Callable[..., Marks]) -> None:
    odd = violation(problem(4), 1, "odd", staff_ids=("ueda",), path="/prefilled/ueda/2026-01-02/x/99")
    assert set(marked(odd).cells) == {("ueda", problem(4).days[1])}
