from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from api.render.report import MOST_COVERS, MOST_SOFT, as_text, report, verdict
from api.render.roster import Roster
from solver import Conflict, ConflictFact, Cover, Notice, PassedOver

Made = Callable[..., Any]
ROWS = {"sato": "×○○○", "suzuki": "○○×○", "nakata": "○×○○", "ueda": "△○××"}


def below(page: str) -> str:
    """What stands below the legend."""
    return page.split("\n\n", 2)[2] if page.startswith("      ") else page


def cover(day: Any, **facts: Any) -> Cover:
    return Cover(
        **{
            "date": day,
            "group_id": "kitchen",
            "absent": ("sato",),
            "staff_id": "nakata",
            "assignment_id": "b1",
            "priority_order": 1,
            **facts,
        }
    )


def test_head_line_violations_covers_and_warnings_in_this_order(problem: Made, result: Made, violation: Made) -> None:
    team = problem(4)
    hard = violation(
        team,
        3,
        "2026-01-04: 佐藤 absent: 1 of 1 covers missing",
        rule="backup_coverage",
        severity="hard",
        penalty=500,
        staff_ids=("sato",),
    )
    late = cover(
        team.days[2],
        absent=("suzuki",),
        staff_id="ueda",
        priority_order=2,
        passed_over=(PassedOver(staff_id="nakata", reason="pinned"),),
    )
    notice = Notice(code="group_without_backup", path="/settings/staff_groups/1", message="グリル has no backup")
    made = result(
        team, ROWS, (hard, violation(team, 2)), covers=(cover(team.days[0]), late), warnings=(notice,), status="INFEASIBLE"
    )
    assert below(as_text(report(made, 80))) == (
        "INFEASIBLE, the hard rules contradict each other; this roster breaks the least: hard 500, soft 50, in 0.3 s\n"
        "\n"
        "  hard     500  2026-01-04: 佐藤 absent: 1 of 1 covers missing  backup_coverage\n"
        "  soft      50  2026-01-03: 2 on ×, at most 1                   daily_limit\n"
        "  cover         Thu 1: 中田 (1st) for 佐藤, キッチン\n"
        "  cover         Sat 3: 上田 (2nd) for 鈴木, キッチン; passed over 中田 (filled in elsewhere)\n"
        "  warning       グリル has no backup                            group_without_backup\n"
    )


def test_conflicts_come_first_as_blocks_of_sentences(problem: Made, result: Made) -> None:
    facts = tuple(
        ConflictFact(rule=rule, staff_ids=(), group_id=None, dates=(), path="", message=message)
        for rule, message in (
            ("prefilled", "2026-01-01: 佐藤 is fixed on ×"),
            ("prefilled", "2026-01-01: 中田 is fixed on ×"),
        )
    )
    listed = Conflict(facts=facts, proved=True, message="")
    unproved = Conflict(facts=facts[:1], proved=False, message="")
    made = result(problem(4), None, status="INFEASIBLE", conflicts=(listed, unproved))
    assert as_text(report(made, 80)) == (
        "INFEASIBLE, the hard rules contradict each other; no roster, in 0.3 s\n"
        "\n"
        "  conflict    These cannot hold together:\n"
        "              • 2026-01-01: 佐藤 is fixed on ×  prefilled\n"
        "              • 2026-01-01: 中田 is fixed on ×  prefilled\n"
        "  conflict    These cannot hold together (not proved that each of them is needed):\n"
        "              • 2026-01-01: 佐藤 is fixed on ×  prefilled\n"
    )


def test_many_soft_violations_and_covers_are_cut_and_hard_ones_never(problem: Made, result: Made, violation: Made) -> None:
    team = problem(4)
    hard = [violation(team, 0, f"hard {i}", severity="hard", staff_ids=("sato",)) for i in range(50)]
    soft = [violation(team, 0, f"soft {i}") for i in range(MOST_SOFT + 12)]
    covers = tuple(cover(team.days[0]) for _ in range(MOST_COVERS + 3))
    page = as_text(report(result(team, ROWS, (*hard, *soft), covers=covers), 80))
    assert all(f" hard {i} " in page for i in range(50))
    assert f"soft {MOST_SOFT - 1} " in page
    assert f"soft {MOST_SOFT} " not in page
    assert "… and 12 more, penalty 600 together (see --format json)" in page
    assert "… and 3 more covers (see --format json)" in page


def test_a_clean_result_ends_with_its_head_line(problem: Made, result: Made) -> None:
    assert as_text(report(result(problem(4), ROWS), 80)).endswith("\n\nOPTIMAL, penalty 0 (bound 0) in 0.3 s\n")


@pytest.mark.parametrize(
    ("severity", "line"), [("hard", "BROKEN, hard 50, soft 0"), ("soft", "CLEAN, no hard rule is broken, penalty 50")]
)
def test_a_checked_roster_gets_a_verdict(problem: Made, schedule: Made, violation: Made, severity: str, line: str) -> None:
    team = problem(4)
    found = [violation(team, 2, severity=severity)]
    page = as_text(verdict(Roster.judged(team, schedule(team, ROWS), found, ()), found, (), 80))
    assert below(page).splitlines()[0] == line


def test_plain_text_has_no_escapes_and_hostile_messages_stay_on_their_line(
    problem: Made, result: Made, violation: Made
) -> None:
    made = result(problem(4), ROWS, (violation(problem(4), 0, "a\x1b[2J\nb [bold]c[/bold]"),))
    page = as_text(report(made, 80))
    assert "\x1b" not in page
    assert "a\\x1b[2J\\nb [bold]c[/bold]" in page


def test_a_terminal_wraps_sentences_beside_their_label(problem: Made, result: Made, violation: Made) -> None:
    made = result(problem(4), ROWS, (violation(problem(4), 0, "a long sentence " * 8),))
    console = Console(width=60, force_terminal=True, color_system=None, _environ={})
    with console.capture() as capture:
        console.print(report(made, 60))
    lines = [line for line in capture.get().splitlines() if "long sentence" in line]
    assert len(lines) > 2
    assert all(len(line) <= 60 for line in lines)
    assert lines[1].startswith(" " * 10 + "a ") or lines[1].startswith(" " * 12)


def test_conflicts_that_differ_only_in_their_date_are_told_in_one(problem: Made, result: Made) -> None:
    days = ("2026-01-01", "2026-01-02", "2026-01-04")
    conflicts = tuple(
        Conflict(
            facts=(
                ConflictFact(
                    rule="prefilled",
                    staff_ids=("sato",),
                    group_id=None,
                    dates=(date.fromisoformat(day),),
                    path=f"/prefilled/sato/{day}",
                    message=f"{day}: 佐藤 is fixed on ×",
                ),
            ),
            proved=True,
            message="",
        )
        for day in days
    )
    text = as_text(report(result(problem(4), None, status="INFEASIBLE", conflicts=conflicts), 120))
    assert "On each of 2026-01-01 to 2026-01-02, 2026-01-04 these cannot hold together:\n" in text
    assert text.count("佐藤 is fixed on ×") == 1
