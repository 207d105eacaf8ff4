from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from api.render.grid import blocks, grid
from api.render.roster import Roster
from solver import Cover
from solver.domain.period import plus

Made = Callable[..., Any]
ROWS = {"sato": "×○○○", "suzuki": "○○×○", "nakata": "○×○○", "ueda": "△○××"}


def text(roster: Roster, width: int) -> list[str]:
    return [line.plain.rstrip() for line in grid(roster, width)]


@pytest.fixture
def kitchen(problem: Made, result: Made, violation: Made) -> Roster:
    team = problem(4, prefilled={"sato": {"2026-01-01": "×"}, "ueda": {"2026-01-03": "×"}})
    cover = Cover(
        date=team.days[0], group_id="kitchen", absent=("sato",), staff_id="nakata", assignment_id="b1", priority_order=1
    )
    return Roster.of(result(team, ROWS, (violation(team, 2),), covers=(cover,)))


def test_a_short_roster_has_room_for_names_of_days(kitchen: Roster) -> None:
    assert text(kitchen, 80) == [
        "        Jan 2026",
        "         Thu 1   Fri 2   Sat 3   Sun 4",
        "  佐藤       ×'      ○       ○       ○",
        "  鈴木       ○       ○      [×]      ○",
        "  中田       ○*      ×       ○       ○",
        "  上田       △       ○      [×]'     ×",
        "",
        "  ○ normal   △ early   × day off   ○* covers   ×' filled in   [×] breaks a rule",
    ]


def test_a_narrow_terminal_gets_narrow_columns_and_blocks(kitchen: Roster) -> None:
    assert text(kitchen, 17) == [
        "        Jan 2026",
        "        Th  Fr",
        "         1   2",
        "  佐藤   ×'  ○",
        "  鈴木   ○   ○",
        "  中田   ○*  ×",
        "  上田   △   ○",
        "",
        "        Jan 2026",
        "        Sa  Su",
        "         3   4",
        "  佐藤   ○   ○",
        "  鈴木  [×]  ○",
        "  中田   ○   ○",
        "  上田  [×]' ×",
        "",
        "  ○ normal",
        "  △ early",
        "  × day off",
        "  ○* covers",
        "  ×' filled in",
        "  [×] breaks a rule",
    ]


def test_every_line_fits_at_every_width(problem: Made, result: Made) -> None:
    names = {
        "a": "佐藤",
        "b": "עדי לוי",
        "c": "O'Brien 🍣",
        "d": "髙橋　𠮷野 and a very long name behind it",
        "e": "👨‍👩‍👧 family",
    }
    team = problem(45, names=names, settings={"calendar": {"2026-01-05": "must_day_off", "2026-01-06": "must_work"}})
    roster = Roster.of(result(team, dict.fromkeys(names, "○△×⊘◇" * 9)))
    for width in (20, 33, 60, 80, 120, 200, 400):
        assert max(map(cell_len, text(roster, width))) <= max(width, 60 if width < 60 else 0)


def test_columns_stand_below_each_other_whatever_the_names(problem: Made, result: Made) -> None:
    names = {
        "a": "佐藤",
        "b": "עדי לוי",
        "c": "O'Brien 🍣",
        "d": "x\x1b[31m\u202ey",
        "e": "e\u0301a",
        "f": "髙橋　𠮷野",
        "g": "",
    }
    roster = Roster.of(result(problem(12, names=names), dict.fromkeys(names, "○" * 12)))
    rows = text(roster, 80)[3:10]
    assert len({cell_len(row[: row.index("○")]) for row in rows}) == 1
    assert "\x1b" not in "".join(rows)
    assert "\u202e" not in "".join(rows)
    assert f"\u2068{names['b']}\u2069" in rows[1]


def test_long_names_are_cut_by_their_width(problem: Made, result: Made) -> None:
    roster = Roster.of(result(problem(2, names={"a": "髙" * 30}), {"a": "○○"}))
    assert "髙" * 11 + "…" in text(roster, 80)[2]


def test_wide_symbols_widen_their_columns(problem: Made, result: Made, schedule: Made) -> None:
    settings = {
        "shift_types": [
            {"symbol": "日", "name": "day", "role": "normal", "kind": "work"},
            {"symbol": "有休", "name": "paid leave", "kind": "off"},
        ]
    }
    team = problem(20, names={"a": "佐藤"}, settings=settings)
    made = result(team, {"a": "日" * 20})
    made.schedule["a"]["2026-01-02"] = "有休"
    assert [set_cell_size(line, 28).rstrip() for line in text(Roster.of(made), 160)[1:4]] == [
        "           Th     Fr     Sa",
        "            1      2      3",
        "  佐藤     日   有休     日",
    ]


def test_the_month_stands_where_it_changes(problem: Made, result: Made) -> None:
    team = problem(6, names={"a": "A"}, start="2026-01-29")
    roster = Roster.of(result(team, {"a": "○" * 6}))
    assert text(roster, 35)[:3] == [
        "     Jan 2026    Feb 2026",
        "     Th  Fr  Sa  Su  Mo  Tu",
        "     29  30  31   1   2   3",
    ]
    cut = problem(2, names={"a": "A"}, start="2026-01-31")
    assert text(Roster.of(result(cut, {"a": "○○"})), 13)[0] == "     Jan Feb 2026"


def test_closed_days_whole_day_marks_and_absences_from_the_roster_are_told_without_colour(
    problem: Made, result: Made, violation: Made
) -> None:
    team = problem(
        3,
        names={"a": "A", "b": "B"},
        settings={
            "calendar": {"2026-01-01": "must_day_off", "2026-01-02": "must_work"},
            "demand": [{"symbols": ["△"], "min": 1}],
        },
    )
    few = violation(team, 1, "0 on △, 1 needed", rule="demand", path="/settings/demand/0")
    unfair = violation(team, None, "unfair", rule="fairness", staff_ids=("a",), path="/settings/fairness/0")
    roster = Roster.of(result(team, {"a": "×○○", "b": " ○○"}, (few, unfair)))
    assert text(roster, 20) == [
        "     Jan 2026",
        "     Th  Fr  Sa",
        "      1c  2w! 3",
        "  A!  ×   ○   ○",
        "  B   ·   ○   ○",
        "",
        "  ○ normal",
        "  × day off",
        "  ! a rule broken on that day, or for that person",
        "  c closed",
        "  w everybody works",
        "  · not employed",
    ]


def test_people_without_any_cell_are_left_out_and_no_roster_is_no_grid(problem: Made, result: Made) -> None:
    team = problem(2, names={"a": "A", "b": "B"})
    assert not any("B" in line for line in text(Roster.of(result(team, {"a": "○○", "b": "  "})), 80))
    assert grid(Roster.of(result(team, None, status="UNKNOWN")), 80) == []


@pytest.mark.parametrize(
    ("days", "most", "expected"),
    [
        (31, 40, [(0, 31)]),
        (31, 16, [(0, 16), (16, 31)]),
        (31, 20, [(0, 18), (18, 31)]),  # Monday 19 January is nearer to the middle than Monday 12
        (14, 7, [(0, 7), (7, 14)]),
        (3, 1, [(0, 1), (1, 2), (2, 3)]),
        (61, 25, [(0, 18), (18, 39), (39, 61)]),
    ],
)
def test_blocks_are_few_even_and_begin_on_mondays(days: int, most: int, expected: list[tuple[int, int]]) -> None:
    first = date(2026, 1, 1)
    assert list(blocks([plus(first, i) for i in range(days)], most)) == expected


def test_blocks_hold_every_day_once_and_never_too_many() -> None:
    first = date(2026, 1, 1)
    for days in range(1, 80):
        for most in range(1, 40):
            cut = list(blocks([plus(first, i) for i in range(days)], most))
            assert [i for a, b in cut for i in range(a, b)] == list(range(days))
            assert len(cut) == -(-days // most)
            assert all(0 < b - a <= most for a, b in cut)


def test_colours_follow_role_cover_and_severity(kitchen: Roster) -> None:
    console = Console(force_terminal=True, color_system="256", width=80, no_color=False, _environ={})
    with console.capture() as capture:
        for line in grid(kitchen, 80):
            console.print(line)
    drawn = capture.get()
    assert "\x1b[1;30;42m○*\x1b[0m" in drawn  # the cover, on green
    assert "\x1b[30;43m[×]\x1b[0m" in drawn  # the broken rule, on yellow
    assert "\x1b[36m△\x1b[0m" in drawn  # early
    assert "\x1b[4;31m×'\x1b[0m" in drawn  # a day off, filled in
