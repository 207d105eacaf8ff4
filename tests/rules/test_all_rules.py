"""The contract of a rule, over the registry: whoever adds a module to `solver/rules` has to meet it."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from solver import Problem, Schedule, Violation, check, read_problem, read_schedule, rules, solve
from solver.covers import read_coverage
from solver.domain.fact import Fact
from solver.domain.settings import Settings
from solver.model import Mode, RosterModel
from solver.rules import all_rules
from tests.builders import day, document, judged

EVERY_RULE = sorted(all_rules())
STRUCTURAL = ["calendar", "employment", "on_call", "prefilled"]
HERE = Path(__file__).parent
FORMULA = re.compile(r"^    .*[=≤≥⇒]", re.MULTILINE)


def tree_of(rule: str) -> ast.Module:
    return ast.parse(inspect.getsource(importlib.import_module(f"solver.rules.{rule}")))


# ---- what is written ------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_its_docstring_is_its_page(rule: str) -> None:
    page = ast.get_docstring(tree_of(rule)) or ""
    assert FORMULA.search(page), "no formula"
    assert "Amount: " in page
    assert ("Structural" in page) == (rule in STRUCTURAL)
    assert ("Default" in page) == (rule not in STRUCTURAL)


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_it_has_a_test_file_of_its_name_that_lists_mutants(rule: str) -> None:
    tests = HERE / f"test_{rule}.py"
    assert tests.is_file()
    assert tests.read_text(encoding="utf-8").count("Mutant(") >= 3


def test_every_test_file_is_about_a_rule() -> None:
    assert {path.stem.removeprefix("test_") for path in HERE.glob("test_*.py")} == {*EVERY_RULE, "all_rules"}


def reached(tree: ast.Module, face: str) -> list[ast.AST]:
    """Everything written in a face and in the functions of its module that it calls, directly or not."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    found, waiting = {face}, [face]
    while waiting:
        for node in ast.walk(functions[waiting.pop()]):
            if isinstance(node, ast.Name) and node.id in functions and node.id not in found:
                found.add(node.id)
                waiting.append(node.id)
    return [node for name in found for node in ast.walk(functions[name])]


def names_in(nodes: list[ast.AST]) -> set[str]:
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    return named | {node.arg for node in nodes if isinstance(node, ast.arg)}


def imported_from(tree: ast.Module, package: str) -> set[str]:
    """The names a module imports from a package or a part of it."""
    lines = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.asname or name.name for line in lines if f"{line.module}.".startswith(f"{package}.") for name in line.names}


def knows_the_model(tree: ast.Module) -> set[str]:
    """The words of the model that stand in the checker's face."""
    words = {"model", *imported_from(tree, "solver.model"), *imported_from(tree, "ortools")}
    return names_in(reached(tree, "check")) & words


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_its_two_faces_are_written_apart(rule: str) -> None:
    tree = tree_of(rule)
    assert not knows_the_model(tree)
    assert not names_in(reached(tree, "constrain")) & {"schedule", "coverage", "Schedule", "Coverage"}


def test_a_checker_that_knows_the_model_would_be_found() -> None:
    source = "from solver.model import Lit as L\ndef check(p, s, c): yield _deep(p)\ndef _deep(p): return _deeper(p)\n"
    assert knows_the_model(ast.parse(source + "def _deeper(p): return L\n")) == {"L"}
    assert knows_the_model(ast.parse(source + "def _deeper(model): return model.x\n")) == {"model"}
    assert knows_the_model(ast.parse(source + "def _deeper(p): return p\ndef constrain(model, p): return L\n")) == set()


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_it_imports_no_other_rule(rule: str) -> None:
    tree = tree_of(rule)
    whole = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not imported_from(tree, "solver.rules")
    assert not any(name.startswith("solver") for name in whole)
    assert not imported_from(tree, "solver") & {"rules"}


def settings_read(tree: ast.Module) -> set[str]:
    """The fields of `settings` that a module reads or points into."""
    read = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "settings"
    }
    places = [node.args if isinstance(node, ast.Call) else node.elts for node in ast.walk(tree) if _is_place(node)]
    pointed = {place[1].value for place in places if isinstance(place[1], ast.Constant)}
    return read | pointed


def _is_place(node: ast.AST) -> bool:
    """Whether it is `pointer("settings", …)` or the tuple of such a place."""
    parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    return len(parts) > 1 and isinstance(parts[0], ast.Constant) and parts[0].value == "settings"


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_the_settings_it_reads_exist(rule: str) -> None:
    fields = settings_read(tree_of(rule))
    assert fields <= set(Settings.model_fields)
    assert fields or rule in ("employment", "prefilled")


# ---- what is said ---------------------------------------------------------------------------------

NAMES = {"id/~1": "Sato", "id/~2": "Suzuki", "id/~3": "Nakata", "id/~4": "Ueda", "id/~5": "Mori"}
SATO, SUZUKI, NAKATA, UEDA, MORI = NAMES
GROUPS = {"id/~k": "Kitchen", "id/~h": "Hall"}
KITCHEN, HALL = GROUPS
ROWS = {  # Monday to the next Monday; Tuesday is closed, on Wednesday everybody works
    SATO: "××○×○○○○",  # fixed on × on the last day
    SUZUKI: "○○○○○○○○",  # at work on the closed Tuesday
    NAKATA: "△×△×○○○○",  # passed over at work on Monday, by plan on Thursday
    UEDA: "○×○○○○×",  # the last cell is missing
    MORI: "⊘×⊘△⊘⊘⊘⊘",  # on call, and on △
}


def broken_in_every_way(*, hard: bool) -> dict[str, Any]:
    """A problem whose every rule the roster `ROWS` breaks, and (hard) whose every fact is hard."""
    everywhere: dict[str, Any] = {
        "daily_limits": [{"symbols": ["○"], "max": 0}],
        "weekly_limits": [{"symbols": ["○"], "max": 0}],
        "monthly_limits": [{"measure": "minutes", "max": 0}],
        "allowed_shifts": [{"symbols": ["○", "×"]}],
        "priority_rules": [{"rule_type": "avoided_shift", "shift": "○", "staff_ids": [SATO]}],
        "forbidden_sequences": [{"symbols": ["○", ["○", "△"]]}],
        "stretches": [{"kind": "work", "max": 1}, {"kind": "off", "min": 2}],
        "rest": [{"minutes": 1000}],
        "demand": [{"symbols": ["○"], "max": 0}, {"symbols": ["△"], "min": 4}],
        "weekends": [{"max_working": 0, "complete": True}],
        "requests": [
            {"staff_id": SATO, "date": day(2), "symbol": "△"},
            {"staff_id": SATO, "date": day(3), "symbol": "×", "want": False},
        ],
        "after_closure": [{"min_closed_days": 1, "symbols": ["○"]}],
        "fairness": [{"measure": "off"}],
    }
    one_each: dict[str, Any] = {
        "backup_coverage": {"hard": hard},
        "backup_priority": {"hard": hard},
        "group_conflict": {"symbols": ["○"], "max": 0, "hard": hard},
        "stability": {"hard": hard, "max_changes": 0},
    }
    return document(
        [{"id": s, "name": name} for s, name in NAMES.items()],
        8,
        **{field: [{**row, "hard": hard} for row in rows] for field, rows in everywhere.items()},
        **one_each,
        staff_groups=[
            {"id": KITCHEN, "name": GROUPS[KITCHEN], "members": [SATO, SUZUKI]},
            {"id": HALL, "name": GROUPS[HALL], "members": [SATO], "require_backup": hard,
             "conflict": {"symbols": ["×"], "max": 0, "hard": hard}},
        ],
        backup_assignments=[
            {"id": "id/~a", "staff_id": NAKATA, "group_id": KITCHEN, "priority_order": 1},
            {"id": "id/~b", "staff_id": UEDA, "group_id": KITCHEN, "priority_order": 2},
            {"id": "id/~c", "staff_id": MORI, "group_id": KITCHEN, "priority_order": 3, "assignment_type": "on_call"},
            {"id": "id/~d", "staff_id": NAKATA, "group_id": HALL, "effective_from": day(6)},
        ],
        calendar={day(1): "must_day_off", day(2): "must_work"},
        prefilled={SATO: "·······×"},
        baseline={SATO: "○"},
    )  # fmt: skip


def broken(*, hard: bool) -> tuple[Problem, Schedule]:
    """The problem and the roster."""
    problem = read_problem(broken_in_every_way(hard=hard))
    return problem, read_schedule({s: {day(i): k for i, k in enumerate(row)} for s, row in ROWS.items()}, problem)


def resolve(whole: Any, pointer: str) -> Any:
    """What an RFC 6901 pointer points to."""
    assert pointer.startswith("/")
    for token in pointer[1:].split("/"):
        key = token.replace("~1", "/").replace("~0", "~")
        whole = whole[int(key)] if isinstance(whole, list) else whole[key]
    return whole


def violations(rule: str) -> list[Violation]:
    """What the rule's checker says of the broken roster, soft and hard."""
    said: list[Violation] = []
    for hard in (False, True):
        problem, schedule = broken(hard=hard)
        said += all_rules()[rule].check(problem, schedule, read_coverage(problem, schedule))
    return said


def facts(rule: str) -> list[Fact]:
    """The facts the rule states in the model."""
    problem, _ = broken(hard=True)
    model = RosterModel(problem, Mode.EXPLAIN)
    all_rules()[rule].constrain(model, problem)
    return list(model.assumptions)


SAYING = [(violations, rule) for rule in EVERY_RULE] + [(facts, rule) for rule in EVERY_RULE if rule != "employment"]


@pytest.mark.parametrize(("sayings", "rule"), SAYING)
def test_what_it_says_bears_its_name_and_points_into_the_problem(sayings: Any, rule: str) -> None:
    canonical = broken(hard=True)[0].canonical()
    assert sayings(rule), "the rule says nothing of a roster that breaks it"
    for said in sayings(rule):
        assert said.rule == rule
        assert resolve(canonical, said.path) is not None


@pytest.mark.parametrize(("sayings", "rule"), SAYING)
def test_what_it_says_is_a_sentence_about_people_by_name(sayings: Any, rule: str) -> None:
    for said in sayings(rule):
        assert "id/~" not in said.message
        assert not set("{}[]<>_") & set(said.message)
        assert "None" not in said.message
        if said.group_id is not None:
            assert GROUPS[said.group_id] in said.message
        elif len(said.staff_ids) == 1:
            assert NAMES[said.staff_ids[0]] in said.message


def test_the_whole_check_reports_every_rule() -> None:
    assert {violation.rule for violation in check(*broken(hard=False))} == set(EVERY_RULE)


def test_a_result_points_into_its_own_problem() -> None:
    result = solve(broken(hard=False)[0])
    assert result.violations
    for violation in result.violations:
        assert resolve(result.problem, violation.path) is not None


def test_a_conflict_points_into_its_own_problem() -> None:
    result = solve(broken(hard=True)[0])
    assert result.status == "INFEASIBLE"
    for conflict in result.conflicts:
        assert "id/~" not in conflict.message
        for fact in conflict.facts:
            assert resolve(result.problem, fact.path) is not None


# ---- the registry ---------------------------------------------------------------------------------

NOBODY_ON_EARLY = '''"""Nobody stands on △.

    Σ{s} x[s,d,△] = 0      ∀ d

Amount: 1 per cell. Default: soft, weight 3.
"""

from solver.domain.fact import Fact

REACH = "roster"


def fact(staff, day):
    return Fact("nobody_on_early", "/settings", False, 3, "not on △", (staff,), None, (day,))


def constrain(model, problem):
    for person in problem.staff:
        for day in problem.days:
            model.forbid(fact(person.id, day), [model.x(person.id, day, "△")])


def check(problem, schedule, coverage):
    for staff in schedule.staff_ids:
        for day, symbol in schedule.row(staff).items():
            if symbol == "△":
                yield fact(staff, day).broken_by(1, "on △")
'''


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose modules belong to the package of rules."""
    all_rules.cache_clear()
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path)])
    yield tmp_path
    monkeypatch.undo()
    all_rules.cache_clear()
    for name in [path.stem for path in tmp_path.glob("*.py")]:
        sys.modules.pop(f"solver.rules.{name}", None)
        vars(rules).pop(name, None)


def test_a_new_module_is_a_rule_without_being_listed(house: Path) -> None:
    (house / "nobody_on_early.py").write_text(NOBODY_ON_EARLY, encoding="utf-8")
    importlib.invalidate_caches()
    assert sorted(all_rules()) == sorted([*EVERY_RULE, "nobody_on_early"])
    assert [(v.rule, v.penalty) for v in judged({"a": "△○"})] == [("nobody_on_early", 3)]
    wish = [{"staff_id": "s0", "date": day(0), "symbol": "△", "weight": 5}]
    assert solve(read_problem(document(1, 1, requests=wish))).objective == 3


def test_the_registry_holds_the_package_alone_again() -> None:
    assert sorted(all_rules()) == EVERY_RULE == sorted(p.stem for p in Path(rules.__file__).parent.glob("[!_]*.py"))


@pytest.mark.parametrize("face", ["constrain", "check"])
def test_a_module_without_one_of_the_faces_is_refused(house: Path, face: str) -> None:
    (house / "half_a_rule.py").write_text(f"def {face}(*anything): ...\n", encoding="utf-8")
    importlib.invalidate_caches()
    with pytest.raises(TypeError, match=r"half_a_rule\.py has no (constrain|check)\(\)"):
        all_rules()


def test_a_module_that_does_not_say_its_reach_is_refused(house: Path) -> None:
    (house / "far_rule.py").write_text("def constrain(*anything): ...\n\n\ndef check(*anything): ...\n", encoding="utf-8")
    importlib.invalidate_caches()
    with pytest.raises(TypeError, match=r"far_rule\.py does not say its REACH"):
        all_rules()
