"""Mutants: one change in a rule's source, put in the rule's place; the agreement of model and checker has to notice.

A kill counts only when an assertion killed it: a mutant that does not compile, or fails on a name, is an error here.
"""

from __future__ import annotations

import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from solver.domain.errors import TobanError
from solver.rules import Rule, all_rules
from tests.agreement import agree
from tests.strategies import problems

TRIES = 400


class Mutant(NamedTuple):
    """`old`, which stands in the rule's source exactly once, becomes `new`."""

    old: str
    new: str


@contextmanager
def mutated(rule: str, mutant: Mutant) -> Iterator[None]:
    """The rule replaced by its mutant."""
    original = importlib.import_module(f"solver.rules.{rule}")
    source = inspect.getsource(original)
    assert source.count(mutant.old) == 1, f"{mutant.old!r} stands {source.count(mutant.old)} times in {rule}.py"
    module = types.ModuleType(original.__name__, original.__doc__)
    module.__file__ = original.__file__
    exec(compile(source.replace(mutant.old, mutant.new), f"mutant of {rule}.py", "exec"), module.__dict__)
    rules = all_rules()
    kept = rules[rule]
    rules[rule] = cast(Rule, module)
    try:
        yield
    finally:
        rules[rule] = kept


def assert_dies(rule: str, mutant: Mutant, speaking: tuple[str, ...] | None = None) -> None:
    """An assertion kills the mutant on some random problem in which the rules `speaking` (default: it alone) speak."""
    killed_by(rule, mutant, _disagreement(speaking or (rule,)))


def killed_by(rule: str, mutant: Mutant, *tests: Callable[[], None]) -> None:
    """The mutant is killed by an assertion of one of the tests, or by one of toban itself."""
    with mutated(rule, mutant):
        for test in tests:
            try:
                test()
            except (AssertionError, TobanError):
                return
    pytest.fail(f"the mutant of {rule} survived: {mutant.old!r} → {mutant.new!r}")


def _disagreement(speaking: tuple[str, ...]) -> Callable[[], None]:
    @hypothesis_settings(
        max_examples=TRIES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(problems(rules=speaking, cells=5))
    def disagreement(document: dict) -> None:
        agree(document)

    return disagreement
