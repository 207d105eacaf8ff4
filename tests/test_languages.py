"""Both languages say the same things, and Japanese sentences hold no English, on every kind of problem there is."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import datasets
from solver import (
    Problem,
    ProblemError,
    Violation,
    check,
    covers_of,
    explain,
    read_problem,
    read_schedule,
    speaking,
    warnings_of,
)
from solver.domain import language
from solver.domain.fact import Fact
from solver.domain.language import Language, catalogue
from solver.model import Mode, RosterModel
from solver.search import Budget, build
from tests.domain import rich
from tests.domain.warned import QUIET, WARNED
from tests.strategies import problems

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.json"))
ENGLISH = re.compile("[A-Za-z]{3,}")
QUOTED = re.compile("「[^」]*」")
LISTS = re.compile(r"[a-z_]+/[0-9]+")  # an entry of the settings, as paths name it
MEANT_TO_STAY = ("shiftType", "required_off")  # the old client's names


def changed(**parts: Any) -> dict[str, Any]:
    """The quiet problem with other settings, or other parts beside them."""
    document = copy.deepcopy(QUIET)
    for name, value in parts.items():
        if name in ("baseline", "prefilled", "history"):
            document[name] = value
        else:
            document["settings"][name] = value
    return document


def one_backup(**dates: str) -> dict[str, Any]:
    return changed(backup_assignments=[{"id": "b1", "staff_id": "nakata", "group_id": "kitchen", **dates}])


SPECIAL = {  # what no other problem says
    "later": one_backup(effective_from="2025-02-01"),
    "earlier": one_backup(effective_until="2024-12-31"),
    "never": one_backup(effective_from="2025-02-01", effective_until="2025-02-02"),
    "nobody could come": changed(
        staff_groups=[{"id": "kitchen", "name": "キッチン", "members": ["sato"], "require_backup": True}],
        backup_assignments=[],
    ),
    "its own backup": changed(
        staff_groups=[{"id": "kitchen", "name": "キッチン", "members": ["nakata"]}],
    ),
    "shares": changed(
        fairness=[{"measure": measure} for measure in ("off", "early", "late", "weekend", "cover")],
        backup_assignments=[
            {"id": f"b{i}", "staff_id": who, "group_id": "kitchen"} for i, who in enumerate(("nakata", "ueda"))
        ],
        stretches=[{"kind": "off", "max": 1}, {"kind": "work", "min": 3}],
    ),
    "every measure": changed(
        monthly_limits=[
            {"measure": "minutes", "min": 9000, "max": 9001, "hard": True},
            {"measure": "minutes", "symbols": ["△"], "max": 480},
            {"measure": "off_equivalent", "symbols": ["△", "×"], "max": 0.5},
        ],
        shift_types=[
            {"symbol": "○", "role": "normal", "kind": "work", "minutes": 480},
            {"symbol": "△", "role": "early", "kind": "work", "minutes": 480, "off_equivalent": 0.5},
            {"symbol": "◇", "role": "late", "kind": "work", "minutes": 480},
            {"symbol": "×", "role": "off", "kind": "off", "off_equivalent": 1},
            {"symbol": "⊘", "role": "away", "kind": "away"},
        ],
    ),
    "few changes": changed(
        stability={"weight": 10, "max_changes": 1},
        requests=[{"staff_id": "sato", "date": f"2025-01-{day:02}", "symbol": "○", "want": False} for day in range(6, 20)],
        baseline={"sato": {"2025-01-06": "×", "2025-01-07": "○", "2025-01-08": "○"}},
        prefilled={"sato": {"2025-01-08": "×"}},
    ),
    "for nobody": changed(
        **{
            name: [{"scope": {"skills": ["sushi"]}, **entry}]
            for name, entry in {
                "after_closure": {"symbols": ["×"]},
                "allowed_shifts": {"symbols": ["○"]},
                "fairness": {"measure": "off"},
                "forbidden_sequences": {"symbols": ["×", "×"]},
                "monthly_limits": {"symbols": ["×"], "max": 3},
            }.items()
        }
    ),
    "one open day": changed(
        calendar={f"2025-01-{day:02}": "must_day_off" for day in range(6, 20) if day != 9},
        demand=[{"symbols": ["○"], "min": 4, "hard": True}],
        weekly_limits=[{"symbols": ["×"], "min": 7, "include_calendar": True, "hard": True}],
    ),
    "old forms": changed(
        monthly_limits=[
            {"shiftType": "off", "limitType": "max_work_days", "max": 3},
            {"shiftType": "off", "maxCount": 3, "limitConfig": {"maxCount": 4}},
        ],
        priority_rules=[{"ruleType": "required_off", "shiftType": "early", "staffId": "sato", "daysOfWeek": [0]}],
    ),
}
CORPUS: dict[str, dict[str, Any]] = {
    **{example.name: datasets.load(example.name) for example in datasets.examples() if example.name != "large"},
    **{file.stem: json.loads(file.read_text("utf-8"))["problem"] for file in SCENARIOS},
    "every field": rich.snake(),
    "the old client's": rich.old(),
    **{warned.name: warned.document for warned in WARNED},
    **SPECIAL,
}


@cache
def rosters(text: str) -> tuple[dict[str, dict[str, str]], ...]:
    """Rosters that break rules of every kind: cells at random, some of them fixed ones, some missing, some outside."""
    problem, dice = read_problem(text), random.Random(0)
    symbols = [shift.symbol for shift in problem.settings.shift_types]

    def row(staff: str) -> dict[str, str]:
        days = [day for day in problem.days if dice.random() < (0.98 if problem.employed(staff, day) else 0.2)]
        fixed = {day: problem.pinned(staff, day) for day in days if dice.random() < 0.6}
        return {day.isoformat(): fixed.get(day) or dice.choice(symbols) for day in days}

    return tuple({person.id: row(person.id) for person in problem.staff} for _ in range(2))


def found(document: dict[str, Any]) -> tuple[list[Violation], list[Any]]:
    """Violations of some rosters, of covers that are not true too, and the warnings."""
    text = json.dumps(document, default=str)
    problem, violations = read_problem(text), []
    for roster in rosters(text):
        schedule = read_schedule(roster, problem)
        covers = covers_of(problem, schedule)
        wrong = [
            cover.model_copy(update={"staff_id": problem.staff[i % len(problem.staff)].id}) for i, cover in enumerate(covers)
        ]
        moved = [cover.model_copy(update={"date": problem.days[0]}) for cover in covers]
        violations += [*check(problem, schedule), *check(problem, schedule, [*wrong, *moved])]
    return violations, warnings_of(problem)


def demanded(problem: Problem, monkeypatch: pytest.MonkeyPatch) -> list[Fact]:
    """Every fact that any rule states in the model."""
    facts: dict[Fact, None] = {}

    def noted(of: Callable[..., Any]) -> Callable[..., Any]:
        return lambda model, fact, *rest, **named: (facts.setdefault(fact), of(model, fact, *rest, **named))[1]

    with monkeypatch.context() as patched:
        for way in ("within", "forbid", "require_if"):
            patched.setattr(RosterModel, way, noted(getattr(RosterModel, way)))
        build(problem, Mode.RELAX, Budget(600, None))
    return list(facts)


def given_words(problem: Problem) -> re.Pattern[str]:
    """What users named themselves, longest first: it stays as it is in every language."""
    people = [text for person in problem.staff for text in (person.id, person.label, person.status, *person.skills)]
    groups = [text for group in problem.settings.staff_groups for text in (group.id, group.label)]
    skills = [skill for entry in problem.settings.demand if (skill := entry.skill) is not None]
    symbols = [shift.symbol for shift in problem.settings.shift_types]
    words = {*people, *groups, *skills, *symbols} - {"", None}
    country = problem.settings.holidays.country if problem.settings.holidays is not None else "JP"
    return re.compile("|".join(map(re.escape, sorted({*words, country}, key=len, reverse=True))))


def english_in(message: str, own: re.Pattern[str]) -> list[str]:
    """English words of a Japanese sentence, apart from what users wrote."""
    for kept in (QUOTED, LISTS, own, re.compile("|".join(MEANT_TO_STAY))):
        message = kept.sub("", message)
    return ENGLISH.findall(message)


def identity(violation: Violation) -> tuple[Any, ...]:
    return tuple(violation.model_dump(exclude={"message"}, mode="json").items())


def compare(document: dict[str, Any]) -> None:
    """Judge the document's rosters in both languages."""
    english, noticed = found(document)
    with speaking("ja"):
        japanese, remarked = found(document)
        own = given_words(read_problem(document))
    assert sorted(map(str, map(identity, english))) == sorted(map(str, map(identity, japanese)))
    assert [(notice.code, notice.path) for notice in noticed] == [(notice.code, notice.path) for notice in remarked]
    for said in (*japanese, *remarked):
        assert not english_in(said.message, own), said.message


@pytest.mark.parametrize("name", CORPUS)
def test_violations_and_warnings_are_the_same_in_both_languages(name: str) -> None:
    compare(CORPUS[name])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problems())
def test_random_problems_too(document: dict[str, Any]) -> None:
    compare(document)


@pytest.mark.parametrize("name", ["kitchen", "clinic", "legacy", "every field", *SPECIAL])
def test_facts_are_the_same_in_both_languages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_problem(CORPUS[name])
    english = demanded(problem, monkeypatch)
    with speaking("ja"):
        japanese = demanded(problem, monkeypatch)
    assert [fact._replace(message="") for fact in english] == [fact._replace(message="") for fact in japanese]
    own = given_words(problem)
    for fact in japanese:
        assert not english_in(fact.message, own), fact.message


@pytest.fixture
def keys_said(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The keys of all sentences said in the test."""
    said: set[str] = set()

    class Noting(dict[str, Callable[..., str]]):
        def __getitem__(self, key: str) -> Callable[..., str]:
            said.add(key)
            return super().__getitem__(key)

    texts: dict[Language, Noting] = {each: Noting(language._templates(each)) for each in language.LANGUAGES}
    monkeypatch.setattr(language, "_templates", texts.__getitem__)
    return said


def test_these_problems_say_every_sentence_of_rules_covers_and_warnings(
    keys_said: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for document in CORPUS.values():
        found(document)
        demanded(read_problem(document), monkeypatch)
    areas = ("rules.", "covers.", "warnings.")
    assert sorted(key for key in catalogue() if key.startswith(areas) and key not in keys_said) == []


def test_explanations_are_the_same_in_both_languages() -> None:
    problem = read_problem(CORPUS["impossible"])
    english = explain(problem)
    with speaking("ja"):
        japanese = explain(problem)
    assert english.conflicts
    assert english.repairs
    assert [len(one.facts) for one in english.conflicts] == [len(one.facts) for one in japanese.conflicts]
    assert [one.cost for one in english.repairs] == [one.cost for one in japanese.repairs]
    own = given_words(problem)
    for said in (*japanese.conflicts, *japanese.repairs):
        assert not english_in(said.message, own), said.message


def test_faults_of_bad_input_stay_english() -> None:
    def faults() -> list[str]:
        with pytest.raises(ProblemError) as error:
            read_problem(changed(prefilled={"nobody": {"2025-01-06": "x"}}))
        return list(map(str, error.value.faults))

    with speaking("ja"):
        japanese = faults()
    assert japanese == faults()
