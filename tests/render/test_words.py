from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from api.render.names import Names
from api.render.words import cover_sentence, headline, ordinal, passed_over, percent, seconds, short_date
from solver import Cover, PassedOver, Problem, Result, Score


@pytest.mark.parametrize(
    ("number", "word"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"), (112, "112th")],
)
def test_ordinals(number: int, word: str) -> None:
    assert ordinal(number) == word


def test_dates_and_numbers() -> None:
    assert short_date(date(2026, 1, 1), with_month=False) == "Thu 1"
    assert short_date(date(2026, 2, 28), with_month=True) == "Sat 28 Feb"
    assert [seconds(0.04), seconds(59.96), seconds(125)] == ["0.0 s", "60.0 s", "2 min 05 s"]
    assert [percent(0), percent(0.004), percent(0.336), percent(0.999)] == ["0 %", "0.4 %", "33 %", "99 %"]


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({}, "OPTIMAL, penalty 0 (bound 0) in 0.3 s"),
        (
            {"status": "FEASIBLE", "objective": 90, "bound": 60, "gap": 1 / 3},
            "FEASIBLE, penalty 90 (bound 60, gap 33 %) in 0.3 s",
        ),
        ({"status": "FEASIBLE", "objective": 90, "bound": None, "gap": None}, "FEASIBLE, penalty 90 in 0.3 s"),
        (
            {"status": "INFEASIBLE", "score": Score(hard=500, soft=40, by_rule={})},
            "INFEASIBLE, the hard rules contradict each other; this roster breaks the least: hard 500, soft 40, in 0.3 s",
        ),
        (
            {"status": "CANCELLED", "score": Score(hard=500, soft=40, by_rule={})},
            "CANCELLED, hard 500, soft 40 in 0.3 s",
        ),
    ],
)
def test_head_lines(
    problem: Callable[..., Problem], result: Callable[..., Result], facts: dict[str, Any], line: str
) -> None:
    rows = {"sato": "○", "suzuki": "○", "nakata": "○", "ueda": "○"}
    assert headline(result(problem(1), rows, **facts)) == line


@pytest.mark.parametrize(
    ("status", "line"),
    [
        ("INFEASIBLE", "INFEASIBLE, the hard rules contradict each other; no roster, in 0.3 s"),
        ("UNKNOWN", "UNKNOWN, no roster found in 0.3 s"),
        ("CANCELLED", "CANCELLED, stopped before the first roster was found, after 0.3 s"),
    ],
)
def test_head_lines_without_a_roster(
    problem: Callable[..., Problem], result: Callable[..., Result], status: str, line: str
) -> None:
    assert headline(result(problem(1), None, status=status, bound=None, gap=None)) == line


def test_covers_name_backup_order_absent_and_group(problem: Callable[..., Problem]) -> None:
    names = Names.of(problem(1))
    cover = Cover(
        date=date(2026, 1, 1),
        group_id="kitchen",
        absent=("sato", "suzuki"),
        staff_id="ueda",
        assignment_id="b2",
        priority_order=2,
        passed_over=(PassedOver(staff_id="nakata", reason="off"), PassedOver(staff_id="gone", reason="covering_other")),
    )
    assert cover_sentence(cover, names, with_month=False) == "Thu 1: 上田 (2nd) for 佐藤 and 鈴木, キッチン"
    assert passed_over(cover, names) == "passed over 中田 (off), gone (covers another group)"


def test_people_of_one_name_are_told_apart_by_id(problem: Callable[..., Problem]) -> None:
    names = Names.of(problem(1, names={"u1": "佐藤", "u2": "佐藤", "u3": "鈴木", "u4": ""}))
    assert [names.staff(one) for one in ("u1", "u2", "u3", "u4")] == ["佐藤 (u1)", "佐藤 (u2)", "鈴木", "u4"]
