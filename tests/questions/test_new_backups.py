"""Who should become a backup: what can be derived by hand, and every figure by making him one and judging the roster."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import (
    Code,
    Problem,
    ProblemError,
    Schedule,
    covers_of,
    read_problem,
    read_schedule,
    speaking,
    suggest_backups,
    warnings_of,
)
from solver.questions.new_backups import Candidate
from tests.builders import MONDAY, _cells, backed_up, day, people, problem, shared
from tests.questions.test_coverage import a_roster
from tests.strategies import problems


def candidates(rows: dict[str, str], *, staff: list[dict[str, Any]] | None = None, **parts: Any) -> list[Candidate]:
    """The candidates of the first group, of a roster written as rows of symbols."""
    asked = problem(staff or people(*rows), max(map(len, rows.values())), **parts)
    roster = read_schedule({s: _cells(row, MONDAY) for s, row in rows.items()}, asked)
    return list(suggest_backups(asked, roster, group_id="g").groups[0].candidates)


def test_availability_on_the_groups_absences_ranks_first() -> None:
    # m is off on days 1 and 2: b stands on ○ and △, c is off on one of them, d on both.
    found = candidates({"m": "××○", "b": "○△×", "c": "×○○", "d": "××○"}, **backed_up("m"))
    assert [(one.staff_id, one.rank, one.on_normal, one.at_other_work) for one in found] == [
        ("b", 1, 1, 1), ("c", 2, 1, 0), ("d", 3, 0, 0), ("m", None, 0, 0),
    ]  # fmt: skip
    assert [one.points for one in found] == [100, 75, 50, None]  # 50·available + 30 + 20
    assert [one.uncovered_helped for one in found] == [2, 1, 0, 0]
    assert found[0].message == (
        "B could have come on 2 of 2 days of absence in g, on 1 of them already on ○; backs up nobody yet"
    )


def test_skills_and_load_decide_among_those_who_could_come() -> None:
    staff = [{"id": "m", "skills": ["grill", "sushi"]}, {"id": "b", "skills": ["grill"]}, {"id": "c"}, {"id": "d"}]
    rows = {"m": "×", "b": "○", "c": "○", "d": "○"}
    found = candidates(rows, staff=[*staff, {"id": "n"}], **shared("dh"))
    by_id = {one.staff_id: one for one in found}
    assert (by_id["b"].skills, by_id["b"].missing_skills) == (("grill",), ("sushi",))
    assert [one.staff_id for one in found][:3] == ["b", "c", "d"]
    assert [by_id[staff].points for staff in "bcd"] == [50 + 15 + 20, 50 + 0 + 20, 50 + 0 + 10]
    assert (by_id["d"].chains, by_id["d"].covers) == (1, 0)


def test_a_member_and_a_circle_come_after_all_others() -> None:
    # n backs up m's group and m would back up n's: a circle. k is a member of n's group.
    parts = {
        "staff_groups": [{"id": "g", "members": ["n", "k"]}, {"id": "h", "members": ["m"]}],
        "backup_assignments": [{"id": "nh", "staff_id": "n", "group_id": "h"}],
        "backup_coverage": {},
    }
    found = candidates({"n": "×", "k": "○", "m": "○", "z": "×"}, **parts)
    assert [(one.staff_id, one.circle_with, one.is_member) for one in found] == [
        ("z", (), False), ("k", (), True), ("m", ("n",), False), ("n", (), True),
    ]  # fmt: skip
    assert "makes a circle with N" in found[2].message
    assert "is a member of it" in found[1].message


@pytest.mark.parametrize(
    ("person", "more", "why"),
    [
        ({"employed_from": day(9)}, {}, "not_employed"),
        ({}, {"allowed_shifts": [{"symbols": ["△"], "hard": True, "scope": {"staff_ids": ["b"]}}]}, "not_allowed"),
    ],
)
def test_who_could_never_stand_in_has_no_rank(person: Any, more: Any, why: str) -> None:
    found = candidates({"m": "×"}, staff=[{"id": "m"}, {"id": "b", **person}], **backed_up("m"), **more)
    assert [(one.staff_id, one.rank, one.why, one.assignment) for one in found] == [
        ("b", None, why, None), ("m", None, "only_member", None),
    ]  # fmt: skip


def test_who_is_a_backup_or_will_be_is_no_candidate() -> None:
    later, gone = {"staff_id": "c", "effective_from": day(9)}, {"staff_id": "d", "effective_until": day(-1)}
    found = candidates({"m": "○"}, staff=people(*"mbcde"), **backed_up("m", "b", later, gone))
    assert [one.staff_id for one in found] == ["d", "e", "m"]


def test_the_assignment_is_new_and_last_in_order() -> None:
    rows = [{"staff_id": "b"}, {"id": "c@g", "staff_id": "c", "is_active": False}]
    found = candidates({"m": "○"}, staff=people(*"mbc"), **backed_up("m", *rows))
    assert found[0].assignment is not None
    assert found[0].assignment.to_json() == {
        "id": "c@g#2", "staff_id": "c", "group_id": "g", "assignment_type": "regular", "priority_order": 2,
        "effective_from": None, "effective_until": None, "notes": "",
    }  # fmt: skip
    longest = {"id": "x" * 200, "members": ["m"]}
    asked = problem([{"id": "m"}, {"id": "y" * 200}], 1, staff_groups=[longest])
    made = suggest_backups(asked).groups[0].candidates[0].assignment
    assert made is not None
    assert len(made.id) <= 200


def test_groups_in_need_come_first() -> None:
    parts = shared("bg")
    asked = problem(people("m", "n", "b"), 1, **parts)
    assert [group.group_id for group in suggest_backups(asked).groups] == ["h", "g"]
    assert [group.has_backup for group in suggest_backups(asked).groups] == [False, True]
    assert [len(group.candidates) for group in suggest_backups(asked, limit=1).groups] == [1, 1]


def test_without_a_roster_the_days_he_could_stand_in_count() -> None:
    staff = [{"id": "m"}, {"id": "b", "employed_from": day(2)}, {"id": "c"}]
    found = suggest_backups(problem(staff, 4, **backed_up("m"))).groups[0].candidates
    assert [(one.staff_id, one.possible_days, one.open_days) for one in found] == [("c", 4, 4), ("b", 2, 4), ("m", 4, 4)]
    assert found[1].message.startswith("b could cover g on 2 of 4 open days")


def test_a_question_at_fault_is_refused() -> None:
    with pytest.raises(ProblemError) as refused:
        suggest_backups(problem(1), group_id="nothing", limit=0)
    assert [(fault.code, fault.path) for fault in refused.value.faults] == [
        (Code.UNKNOWN_GROUP, "/group_id"), (Code.OUT_OF_RANGE, "/limit"),
    ]  # fmt: skip


def test_it_speaks_japanese() -> None:
    with speaking("ja"):
        found = candidates({"m": "×", "b": "○"}, **backed_up("m"))
    assert [one.message for one in found] == [
        "Bはgの休み1日のうち1日に入れた（うち1日はもともと○）、まだ誰のバックアップでもない",
        "Mはgのバックアップに入れない：ただ一人のメンバーである",
    ]


# ---- made a backup, and judged ----------------------------------------------------------------------


def accepted(document: dict[str, Any], candidate: Candidate) -> Problem:
    """The problem after the one click."""
    assert candidate.assignment is not None
    rows = [*document["settings"]["backup_assignments"], candidate.assignment.to_json()]
    return read_problem({**document, "settings": {**document["settings"], "backup_assignments": rows}})


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems(), st.integers(0, 10**6))
def test_figures_hold_once_he_is_a_backup(document: dict[str, Any], seed: int) -> None:
    document["settings"]["backup_coverage"] = {}
    asked = read_problem(document)
    roster = a_roster(asked, seed)
    for group in suggest_backups(asked, roster, limit=99).groups:
        ranks = [one.rank for one in group.candidates if one.rank is not None]
        assert ranks == [*range(1, len(ranks) + 1)]
        for one in group.candidates:
            if one.why is not None:
                assert one.assignment is None
                continue
            after = accepted(document, one)  # reads without a fault
            helped = 0
            for on in asked.open_days:
                short = _covers(asked, roster, group.group_id, on)
                shift = asked.shift_by_symbol.get(roster.at(one.staff_id, on) or "")
                idle = one.staff_id in asked.on_call and roster.at(one.staff_id, on) == asked.away
                if shift is not None and (shift.kind == "work" or idle):
                    standing = roster.with_cell(one.staff_id, on, "○")
                    better = _covers(after, standing, group.group_id, on) > short
                    helped += better and _missing(asked, roster, group.group_id, on)
            assert helped == one.uncovered_helped
            known, told = (_told(of, "backup_circle") for of in (asked, after))
            assert len(told) == len(known) or one.circle_with
            assert told or not one.circle_with
            place = f"/settings/backup_assignments/{len(document['settings']['backup_assignments'])}/staff_id"
            assert one.is_member == (place in _told(after, "backup_is_member"))


def _told(asked: Problem, code: str) -> list[str]:
    return [notice.path for notice in warnings_of(asked) if notice.code == code]


def _covers(asked: Problem, roster: Schedule, group: str, on: Any) -> int:
    return sum(c.group_id == group and c.date == on for c in covers_of(asked, roster))


def _missing(asked: Problem, roster: Schedule, group_id: str, on: Any) -> bool:
    group = asked.group_by_id[group_id]
    idle = {m for m in group.members if m in asked.on_call and roster.at(m, on) == "⊘"}
    absent = [m for m in group.members if roster.at(m, on) in ("×", "⊘") and m not in idle]
    need = len(absent) if group.cover == "each" else min(1, len(absent))
    return need > _covers(asked, roster, group_id, on)
