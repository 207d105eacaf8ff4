"""Rest time: accepts, rejects, costs, explains; shifts over midnight and without times, history; its mutants."""

from __future__ import annotations

from typing import Any

import pytest

from tests.agreement import agree
from tests.builders import BACKUP_ON_CALL, PERSON_A, SPECIFIC_FIRST, blamed, charged, dates_of, day, document, judged, solved
from tests.mutation import Mutant, assert_dies, killed_by
from tests.strategies import TYPES

RULE = "rest_time"
# ○ 10:00–18:00, △ 05:00–15:00: rest ○○ 960, ○△ 660, △○ 1140, △△ 840 minutes
NIGHT = {"symbol": "夜", "kind": "work", "start": "22:00", "minutes": 540}  # till 07:00
LONG = {"symbol": "長", "kind": "work", "start": "20:00", "minutes": 1200}  # till 16:00
TIMELESS = {"symbol": "講", "kind": "work"}


def short(row: str, minutes: int, **parts: Any) -> list[int]:
    """The minutes short of one person's row, in the order of its pairs of days."""
    violations = [v for v in judged({"a": row}, rest=[{"minutes": minutes}], **parts) if v.rule == RULE]
    return [v.amount for v in sorted(violations, key=lambda v: v.dates)]


@pytest.mark.parametrize(("row", "rest"), [("○○", 960), ("○△", 660), ("△○", 1140), ("△△", 840)])
def test_accepts_exactly_enough_rest(row: str, rest: int) -> None:
    assert short(row, rest) == []
    assert short(row, rest + 1) == [1]


def test_rejects_prefilled_shifts_too_close_and_is_hard_by_default() -> None:
    assert solved(1, 2, rest=[{"minutes": 661}], prefilled={"s0": "○△"}).status == "INFEASIBLE"
    assert solved(1, 2, rest=[{"minutes": 660}], prefilled={"s0": "○△"}).status == "OPTIMAL"
    assert solved(1, 2, rest=[{"minutes": 661, "hard": False}], prefilled={"s0": "○△"}).status == "OPTIMAL"


def test_costs_the_minutes_short_of_each_pair_of_days() -> None:
    violations = judged({"a": "○△×○△△", "b": "△○○○△○"}, rest=[{"minutes": 700, "hard": False, "weight": 3}])
    # ○△ leaves 660 minutes: 40 short, three times
    assert charged(violations, RULE) == [("soft", 40, 120)] * 3
    assert [(v.staff_ids, *map(str, v.dates)) for v in violations] == [
        (("a",), day(0), day(1)),
        (("a",), day(3), day(4)),
        (("b",), day(3), day(4)),
    ]


def test_weighs_1_by_default() -> None:
    assert charged(judged({"a": "○△"}, rest=[{"minutes": 700}]), RULE) == [("hard", 40, 40)]


def test_the_least_shortage_is_found() -> None:
    # △ is wanted on both days at 100 each. Both: 900 − 840 = 60 short; one of them: at least 100. So 60.
    early = [{"rule_type": "preferred_shift", "shift": "△", "weight": 100}]
    result = solved(1, 2, rest=[{"minutes": 900, "hard": False}], priority_rules=early)
    assert (result.status, result.objective) == ("OPTIMAL", 60)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("夜○", [480]),  # 07:00 to 10:00 is 180 minutes of 660
        ("夜夜", []),  # 15 hours
        ("長○", [1020]),  # still there at 10:00: 6 hours of overlap
        ("講△", []),  # a shift without times
        ("○講", []),
        ("○×△", []),  # a day off between
        ("○⊘△", []),
    ],
)
def test_measures_shifts_with_times_on_consecutive_days(row: str, expected: list[int]) -> None:
    assert short(row, 660, shift_types=[*TYPES, NIGHT, LONG, TIMELESS]) == expected


@pytest.mark.parametrize(("history", "expected"), [("○", [40]), ("△", []), ("×", []), ("", []), ("○×", [])])
def test_the_day_before_the_period_counts_where_history_knows_it(history: str, expected: list[int]) -> None:
    assert short("△×", 700, history={"a": history}) == expected


def test_history_binds_the_model_too() -> None:
    result = solved(1, 1, rest=[{"minutes": 700}], history={"s0": "○"}, prefilled={"s0": "△"})
    assert blamed(result, RULE) == [("/settings/rest/0", ("s0",), [day(-1), day(0)])]


def test_the_calendar_makes_no_exception() -> None:
    calendar = {day(0): "must_day_off", day(2): "must_work"}
    assert short("○△○△", 700, calendar=calendar, prefilled={"a": "○"}) == [40, 40]


def test_outside_employment_there_is_no_shift() -> None:
    employed = [{"id": "a", "employed_from": day(1), "employed_until": day(1)}]
    assert short("·△·", 700, staff=employed, history={"a": "○"}) == []


def test_every_active_entry_applies_to_its_scope() -> None:
    entries = [{"minutes": 700, "scope": scope} for scope in SPECIFIC_FIRST]
    entries += [{"minutes": 720, "is_active": False}, {"minutes": 710, "hard": False}]
    violations = judged({"a": "○△", "b": "○△"}, rest=entries, **{**PERSON_A, "staff": [*PERSON_A["staff"], {"id": "b"}]})
    assert [v.staff_ids[0] for v in violations] == ["a"] * 5 + ["b"] + ["a", "b"]
    assert charged(violations, RULE) == [("hard", 40, 40)] * 6 + [("soft", 50, 50)] * 2


def test_people_on_call_are_counted() -> None:
    violations = judged({"a": "××", "b": "○○"}, rest=[{"minutes": 970}], **BACKUP_ON_CALL)
    assert [(v.staff_ids, v.amount) for v in violations if v.rule == RULE] == [(("b",), 10)]


def test_explains_by_naming_the_entry_the_person_and_the_two_dates() -> None:
    rest = [{"minutes": 600}, {"minutes": 700, "scope": {"staff_ids": ["s1"]}}]
    result = solved(2, 4, rest=rest, prefilled={"s0": "○△○△", "s1": "○○△×"})
    assert blamed(result, RULE) == [("/settings/rest/1", ("s1",), [day(1), day(2)])]
    assert len(blamed(result, "prefilled")) == 2


def test_one_violation_a_pair_of_days() -> None:
    assert dates_of(judged({"a": "△△△"}, rest=[{"minutes": 900}]), RULE) == [[day(0), day(1)], [day(1), day(2)]]


@pytest.mark.slow
@pytest.mark.parametrize(
    "mutant",
    [
        Mutant("for day in (plus(problem.period.start, -1), *problem.days[:-1]):", "for day in problem.days[:-1]:"),
        Mutant("and rest < entry.minutes\n", "and rest < entry.minutes - 1\n"),
        Mutant("amount=entry.minutes - rest)", "amount=1)"),
        Mutant("return int(problem.before(staff, day) == symbol)", "return 0"),
    ],
)
def test_mutants_of_one_face_die(mutant: Mutant) -> None:
    assert_dies(RULE, mutant)


def _agreement_on_the_last_day() -> None:
    agree(document(1, 2, rest=[{"minutes": 661}], prefilled={"s0": "○△"}))


@pytest.mark.parametrize(
    ("mutant", "killer"),
    [
        (Mutant("*problem.days[:-1]):", "*problem.days[:-2]):"), _agreement_on_the_last_day),
        (Mutant("DAY = 24 * 60", "DAY = 23 * 60"), test_weighs_1_by_default),
        (Mutant("- (first.minutes or 0)", ""), test_weighs_1_by_default),
        (Mutant("entry.hard, entry.weight,", "entry.hard, 1,"), test_costs_the_minutes_short_of_each_pair_of_days),
        (Mutant('"rest", i)', '"rest", 0)'), test_explains_by_naming_the_entry_the_person_and_the_two_dates),
    ],
)
def test_mutants_die_by_name(mutant: Mutant, killer: Any) -> None:
    killed_by(RULE, mutant, killer)
