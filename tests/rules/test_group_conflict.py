"""Group conflict: accepts, rejects, costs, explains; agreement with the checker and the death of its mutants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import blamed, charged, dates_of, day, document, judged, judged_by_default, people, row, solved
from tests.mutation import Mutant, killed_by

ONE_OFF = {"symbols": ["×"], "max": 1}
HARD = {"group_conflict": {**ONE_OFF, "hard": True}}


def group(members: str, **more: Any) -> dict[str, Any]:
    """Settings of one group, g, without backups; one letter a person."""
    return {"staff_groups": [{"id": "g", "name": "Grill", "members": [*members], **more}]}


def of(rows: dict[str, str], **parts: Any) -> list[tuple[str, int, int]]:
    """(severity, amount, penalty) of what the rule finds in a roster."""
    return charged(judged(rows, **parts), "group_conflict")


def test_accepts_one_member_off() -> None:
    # x is no member, and △ is half a day off but not ×.
    assert of({"a": "×", "b": "△", "x": "×"}, group_conflict=ONE_OFF, **group("ab")) == []


def test_rejects_two_members_off_where_hard() -> None:
    assert solved(people("a", "b"), 1, prefilled={"a": "×", "b": "×"}, **HARD, **group("ab")).status == "INFEASIBLE"
    assert solved(people("a", "b"), 1, prefilled={"a": "×", "b": "○"}, **HARD, **group("ab")).status == "OPTIMAL"


def test_costs_each_person_above() -> None:
    violations = judged({"a": "××", "b": "××", "c": "×○"}, group_conflict={**ONE_OFF, "weight": 7}, **group("abc"))
    assert charged(violations, "group_conflict") == [("soft", 2, 14), ("soft", 1, 7)]  # three off, then two
    assert dates_of(violations, "group_conflict") == [[day(0)], [day(1)]]
    assert violations[0].staff_ids == ("a", "b", "c")


def test_by_default_one_may_be_off_and_each_further_person_costs_100() -> None:
    (violation,) = judged_by_default("group_conflict", {"a": "×", "b": "×", "c": "×"}, **group("abc"))
    assert (violation.severity, violation.amount, violation.penalty, violation.group_id) == ("soft", 2, 200, "g")
    assert violation.path == "/settings/group_conflict"


def test_the_least_excess_is_found() -> None:
    wishes = [{"staff_id": s, "date": day(0), "symbol": "×", "weight": 60} for s in "abc"]
    # Everybody wants the day off (60 each), but a second person off costs 100: one goes, two wishes are refused.
    result = solved(people("a", "b", "c"), 1, requests=wishes, group_conflict=ONE_OFF, **group("abc"))
    assert result.objective == 120


@pytest.mark.parametrize("off", [None, {**ONE_OFF, "is_active": False}])
def test_is_switched_off(off: dict[str, Any] | None) -> None:
    assert of({"a": "×", "b": "×"}, group_conflict=off, **group("ab")) == []


def test_a_group_s_own_conflict_replaces_the_common_one() -> None:
    own = {"symbols": ["△"], "max": 0, "weight": 9}
    violations = judged({"a": "×△", "b": "×○"}, group_conflict=ONE_OFF, **group("ab", conflict=own))
    assert [(v.penalty, v.path) for v in violations] == [(9, "/settings/staff_groups/0/conflict")]
    assert dates_of(violations, "group_conflict") == [[day(1)]]


def test_a_group_s_own_conflict_stands_without_a_common_one() -> None:
    assert of({"a": "×", "b": "×"}, group_conflict=None, **group("ab", conflict=ONE_OFF)) == [("soft", 1, 100)]


def test_a_group_s_own_conflict_may_switch_it_off_for_the_group() -> None:
    assert of({"a": "×", "b": "×"}, group_conflict=ONE_OFF, **group("ab", conflict={**ONE_OFF, "is_active": False})) == []


def test_symbols_add_up() -> None:
    both = {"symbols": ["×", "△"], "max": 1}
    assert of({"a": "×", "b": "△", "c": "○"}, group_conflict=both, **group("abc")) == [("soft", 1, 100)]


def test_each_group_counts_for_itself() -> None:
    groups = [{"id": "g", "members": ["a", "b"]}, {"id": "h", "members": ["b", "c"]}]
    assert of({"a": "×", "b": "○", "c": "×"}, group_conflict=ONE_OFF, staff_groups=groups) == []
    violations = judged({"a": "×", "b": "×", "c": "×"}, group_conflict=ONE_OFF, staff_groups=groups)
    assert [v.group_id for v in violations] == ["g", "h"]


def test_inactive_groups_do_not_count() -> None:
    assert of({"a": "×", "b": "×"}, group_conflict=ONE_OFF, **group("ab", is_active=False)) == []


def test_closed_days_do_not_count() -> None:
    calendar = {day(0): "must_day_off"}
    assert of({"a": "×", "b": "×"}, calendar=calendar, group_conflict=ONE_OFF, **group("ab")) == []
    assert solved(people("a", "b"), 1, calendar=calendar, **HARD, **group("ab")).status == "OPTIMAL"


def test_must_work_days_count() -> None:
    settings = {"calendar": {day(0): "must_work"}, "prefilled": {"a": "×", "b": "×"}, **group("ab")}
    assert of({"a": "×", "b": "×"}, group_conflict=ONE_OFF, **settings) == [("soft", 1, 100)]
    assert solved(people("a", "b"), 1, group_conflict=ONE_OFF, **settings).objective == 100


def test_people_on_call_are_left_out() -> None:
    called = {"backup_assignments": [{"staff_id": "b", "group_id": "h", "assignment_type": "on_call"}]}
    groups = {"staff_groups": [{"id": "g", "members": ["a", "b"]}, {"id": "h", "members": ["a"]}]}
    pins = {"a": "×", "b": "×"}
    assert of(pins, prefilled=pins, group_conflict={**ONE_OFF, "max": 1}, **groups, **called) == []
    assert solved(people("a", "b"), 1, prefilled=pins, **HARD, **groups, **called).status == "OPTIMAL"


def test_people_who_left_do_not_count() -> None:
    staff = [{"id": "a"}, {"id": "b", "employed_until": day(0)}]
    settings = {"group_conflict": {**ONE_OFF, "max": 0}, **group("ab")}
    violations = judged({"a": "○×", "b": "×"}, staff=staff, **settings)
    assert charged(violations, "group_conflict") == [("soft", 1, 100), ("soft", 1, 100)]


def test_explains_by_naming_the_group_its_members_and_the_day() -> None:
    result = solved(people("a", "b", "x"), 2, prefilled={"a": "○×", "b": "○×", "x": "××"}, **HARD, **group("ab"))
    assert blamed(result, "group_conflict") == [("/settings/group_conflict", ("a", "b"), [day(1)])]
    assert {f.rule for f in result.conflicts[0].facts} == {"group_conflict", "prefilled"}
    (fact,) = (f for f in result.conflicts[0].facts if f.rule == "group_conflict")
    assert (fact.group_id, "Grill" in fact.message) == ("g", True)


def test_explains_by_naming_the_group_s_own_conflict() -> None:
    own = {**ONE_OFF, "max": 0, "hard": True}
    result = solved(people("a"), 1, prefilled={"a": "×"}, **HARD, **group("a", conflict=own))
    assert [path for path, _, _ in blamed(result, "group_conflict")] == ["/settings/staff_groups/0/conflict"]


def test_leaves_who_may_be_off_free() -> None:
    wish = [{"staff_id": "b", "date": day(0), "symbol": "×"}]
    assert row(solved(people("a", "b"), 1, requests=wish, **HARD, **group("ab")), "b") == "×"


WISHES = [{"staff_id": s, "date": day(i), "symbol": "×", "weight": 60} for s in "ab" for i in (0, 1)]
TWO_DAYS = document(people("a", "b"), 2, requests=WISHES, group_conflict=ONE_OFF, **group("ab"))
OWN = document(people("a", "b"), 1, requests=WISHES[:1], **HARD, **group("ab", conflict={**ONE_OFF, "max": 0}))
MUST_WORK = document(
    people("a", "b"), 1, prefilled={"a": "×", "b": "×"}, calendar={day(0): "must_work"}, **HARD, **group("ab")
)


@pytest.mark.parametrize("case", [TWO_DAYS, OWN, MUST_WORK], ids=["two days", "own", "must work"])
def test_agrees(case: dict[str, Any]) -> None:
    agree(case)


@pytest.mark.parametrize(
    ("case", "mutant"),
    [
        (TWO_DAYS, Mutant("terms, conflict.max)", "terms, conflict.max + 1)")),
        (TWO_DAYS, Mutant("for day in problem.open_days:", "for day in problem.open_days[1:]:")),
        (TWO_DAYS, Mutant("if len(found) > conflict.max:", "if len(found) > conflict.max + 1:")),
        (MUST_WORK, Mutant("for day in problem.open_days:", "for day in problem.plain_days:")),
    ],
)
def test_mutants_die(case: dict[str, Any], mutant: Mutant) -> None:
    killed_by("group_conflict", mutant, lambda: agree(case))


@pytest.mark.parametrize(
    ("test", "mutant"),
    [
        (test_costs_each_person_above, Mutant("conflict.hard, conflict.weight", "conflict.hard, 100")),
        (test_costs_each_person_above, Mutant("broken_by(len(found) - conflict.max,", "broken_by(1,")),
        (
            test_a_group_s_own_conflict_replaces_the_common_one,
            Mutant("else problem.settings.group_conflict\n", "else None\n    conflict = problem.settings.group_conflict\n"),
        ),
        (
            test_explains_by_naming_the_group_s_own_conflict,
            Mutant("if group.conflict is not None else pointer", "if group.conflict is None else pointer"),
        ),
    ],
)
def test_mutants_of_the_facts_die(test: Any, mutant: Mutant) -> None:
    killed_by("group_conflict", mutant, test)
