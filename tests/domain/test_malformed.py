"""Each malformed request is refused for what is wrong with it, at its place."""

import json

import pytest

from solver.domain.codes import Code
from solver.domain.document import parse
from solver.domain.errors import ProblemError
from solver.domain.reading import read_problem
from tests.domain.test_any_input import leads_somewhere
from tests.malformed import MALFORMED, VALID, Malformed


def test_the_problem_they_are_made_from_is_valid() -> None:
    assert read_problem(json.dumps(VALID))


def test_there_are_many_kinds() -> None:
    assert len(MALFORMED) >= 65
    assert len({one.name for one in MALFORMED}) == len(MALFORMED)
    assert {one.code for one in MALFORMED} <= {code.value for code in Code}


@pytest.mark.parametrize("one", MALFORMED, ids=lambda one: one.name)
def test_is_refused_with_its_code_at_its_place(one: Malformed) -> None:
    with pytest.raises(ProblemError) as caught:
        read_problem(one.body)
    faults = caught.value.faults
    assert (one.code, one.path) in [(fault.code.value, fault.path) for fault in faults], faults
    for fault in faults:
        assert leads_somewhere(fault.path, parse(one.body)[0]), fault


@pytest.mark.parametrize("one", MALFORMED, ids=lambda one: one.name)
def test_is_not_blamed_for_much_else(one: Malformed) -> None:
    """One mistake, one fault: what only follows from it is not told (a few are two mistakes, seen from two sides)."""
    with pytest.raises(ProblemError) as caught:
        read_problem(one.body)
    assert len(caught.value.faults) <= 3, caught.value
