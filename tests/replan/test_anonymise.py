"""Anonymising: not one word of the original is left, and the answer is the same."""

from __future__ import annotations

import json
import types
import typing
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from pydantic import BaseModel

import datasets
from solver import Problem, ProblemError, Result, read_problem, solve, speaking
from solver.anonymising import anonymous_problem, anonymous_result
from solver.renaming import EMPTIED, FIELDS, KEPT, OWN
from solver.replaying import differences, problem_of
from tests.builders import MONDAY, backed_up, day, document
from tests.explain.planting import planted
from tests.strategies import problems

MARK = "秘xq"
WORDS = (*(f"s{i}" for i in range(3)), *(f"g{i}" for i in range(2)), *(f"a{i}" for i in range(4)))


def telling(plain: dict[str, Any]) -> dict[str, Any]:
    """The problem with a mark in every word that could name somebody."""
    text = json.dumps(plain, ensure_ascii=False)
    for word in (*WORDS, "社員", "パート", "grill", "△"):  # of ids the second sorts first
        new = f"{MARK}/{9 - int(word[-1])}~{word}" if word[-1].isdecimal() else MARK + word
        text = text.replace(f'"{word}"', f'"{new}"')
    made: dict[str, Any] = json.loads(text)
    for person in made["staff"]:
        person["name"] = f"{MARK} {person['id']}さん"
    for group in made["settings"]["staff_groups"]:
        group |= {"name": f"{MARK} kitchen", "description": f"of {MARK}", "color": MARK}
    for row in made["settings"]["backup_assignments"]:
        row["notes"] = f"{MARK} is on leave"
    for shift in made["settings"]["shift_types"]:
        shift["name"] = f"{MARK}'s {shift['symbol']}"
    return made


def assert_anonymous(original: dict[str, Any]) -> None:
    """Nothing of the original is left, and solving the copy gives the copy's answer, sentences included."""
    result = solve(read_problem(original))
    copy = anonymous_result(result)
    assert MARK not in json.dumps(copy.to_json(), ensure_ascii=False)
    assert (copy.status, copy.objective, copy.bound) == (result.status, result.objective, result.bound)
    old, new = ([s["symbol"] for s in one.problem["settings"]["shift_types"]] for one in (result, copy))
    renamed = dict(zip(old, new, strict=True))
    rows = [[renamed[symbol] for symbol in row.values()] for row in (result.schedule or {}).values()]
    assert [[*row.values()] for row in (copy.schedule or {}).values()] == rows
    again = solve(problem_of(copy))
    assert differences(copy.to_json(), again.to_json()) == ()
    assert copy.model_copy(update={"stats": again.stats}) == again, "other sentences"


@settings(phases=(Phase.generate,), max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(plain=problems())
def test_no_word_is_left_and_the_answer_is_the_same(plain: dict[str, Any]) -> None:
    try:
        read_problem(plain)
    except ProblemError:
        assume(False)
    assert_anonymous(telling(plain))


@pytest.mark.parametrize("kind", ["coverage", "group", "left", "on call", "stability"])
def test_conflicts_and_repairs_name_nobody(kind: str) -> None:
    made, _ = planted(kind, 1)
    text = json.dumps(made)
    for word in "abg":
        text = text.replace(f'"{word}"', f'"{MARK}{word}"')
    made = json.loads(text)
    for person in made["staff"]:
        person["name"] = f"{MARK} {person['id']}"
    made["settings"]["staff_groups"] = made["settings"].get("staff_groups") or []
    assert_anonymous(made)


def test_a_repair_that_adds_a_backup_is_renamed_as_a_whole() -> None:
    made = document(3, 2, **backed_up("", ""), prefilled={"s0": "×·"})
    made["settings"] |= {
        "staff_groups": [{"id": "grill", "members": ["s0"], "require_backup": True}],
        "backup_assignments": [],
    }
    copy = anonymous_result(solve(read_problem(made)))
    added = [op["value"] for repair in copy.repairs for op in repair.patch if op["op"] == "add"]
    assert added
    assert {(row["staff_id"], row["group_id"], row["id"]) for row in added} <= {(f"s{i}", "g1", f"s{i}@g1") for i in (2, 3)}


def test_sentences_are_said_in_the_language_asked_for() -> None:
    result = solve(read_problem(planted("coverage", 1)[0]))
    with speaking("ja"):
        copy = anonymous_result(result)
    assert "カバー" in copy.conflicts[0].message or "○" in copy.conflicts[0].message
    assert "cannot" not in copy.conflicts[0].message


def test_what_the_rules_need_stays() -> None:
    problem = read_problem(datasets.load("clinic"))
    copy = anonymous_problem(problem)
    assert (copy.period, copy.settings.calendar, copy.settings.holidays) == (
        problem.period,
        problem.settings.calendar,
        problem.settings.holidays,
    )
    assert [shift.symbol for shift in copy.settings.shift_types] == [shift.symbol for shift in problem.settings.shift_types]
    assert {shift.name for shift in copy.settings.shift_types} >= {"early", "late"}  # names toban itself gives


def test_new_ids_sort_as_the_old_ones_did() -> None:
    staff = [{"id": name} for name in ["zoe", "Ann", "ueda", "bo", *(f"x{i}" for i in range(9))]]
    copy = anonymous_problem(read_problem(document(staff, 1)))
    ids = {new.id: old["id"] for old, new in zip(staff, copy.staff, strict=True)}
    assert [ids[new] for new in sorted(ids)] == sorted(ids.values())


def test_a_result_that_does_not_fit_its_problem_names_nobody_either() -> None:
    """Such as one of another version: violations the checker does not find, people who are gone."""
    made = solve(read_problem(document(1, 1))).to_json()
    stranger = {
        "rule": "demand", "severity": "soft", "staff_ids": [MARK], "group_id": MARK, "dates": [day(0, MONDAY)], "amount": 1,
        "penalty": 7, "path": f"/prefilled/{MARK}/x", "message": f"{MARK} is missing",
    }  # fmt: skip
    copy = anonymous_result(Result.model_validate_json(json.dumps({**made, "violations": [stranger]})))
    assert MARK not in json.dumps(copy.to_json(), ensure_ascii=False)
    assert copy.violations[0].message == f"demand ({copy.violations[0].path})"


def free_texts(kind: Any, name: str = "", seen: set[Any] | None = None) -> typing.Iterator[str]:
    """The names of all fields of a type that may hold any text."""
    seen = set() if seen is None else seen
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind not in seen:
            seen.add(kind)
            for field, info in kind.model_fields.items():
                if not info.exclude:
                    yield from free_texts(info.annotation, info.alias or field, seen)
    elif kind is str or kind is Any:
        yield name
    elif typing.get_origin(kind) is typing.Annotated:
        yield from free_texts(typing.get_args(kind)[0], name, seen)
    elif typing.get_origin(kind) in (typing.Union, types.UnionType, tuple, dict):
        for inner in typing.get_args(kind):
            yield from free_texts(inner, name, seen)


def test_every_field_of_free_text_is_seen_to() -> None:
    """A field that somebody adds has to be renamed, emptied or declared harmless."""
    found = {*free_texts(Problem), *free_texts(Result)}
    grids = {"prefilled", "history", "baseline", "schedule", "history_counts"}
    harmless = {"by_rule", "patch", "problem"}  # names of rules; seen to one by one
    assert {"staff_ids", "notes", "symbol", "start"} <= found
    assert found <= {*FIELDS, *EMPTIED, *KEPT, *OWN, *grids, *harmless}


def test_dates_are_kept() -> None:
    made = document(1, 2, prefilled={"s0": "×○"})
    assert anonymous_problem(read_problem(made)).prefilled == {"s1": {date(2026, 3, 2): "×", date(2026, 3, 3): "○"}}
