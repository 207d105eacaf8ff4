"""Alternatives: near-equal, hard rules kept, none twice, as far apart as the distances say."""

from typing import Any

import pytest

from solver import Result, check, read_problem, read_schedule, solve
from solver.domain.advice import fewer_alternatives
from solver.domain.language import Language, speaking
from solver.search import Budget
from solver.search.alternatives import find_alternatives
from tests.builders import document, people
from tests.domain.warned import WARNED_WHEN_SOLVED, Warned


def asked(count: int, days: int = 2, **parts: Any) -> tuple[Any, Result]:
    options = {"alternatives": count, "workers": 1, "time_limit": 10}
    problem = read_problem(document(people("a", "b"), days, **parts) | {"options": options})
    return problem, solve(problem)


def test_one_schedule_has_no_alternatives() -> None:
    assert asked(1)[1].alternatives == ()
    assert asked(1)[1].distances == ()


@pytest.mark.parametrize("count", [2, 5, 20])
def test_they_are_near_equal_clean_and_distinct(count: int) -> None:
    limit = [{"symbols": ["×"], "min": 1, "max": 1, "hard": True}]
    problem, result = asked(count, 3, daily_limits=limit)
    schedules = [read_schedule(one.schedule, problem) for one in result.alternatives]
    assert len(set(schedules)) == len(schedules) == count
    assert result.alternatives[0].schedule == result.schedule
    for schedule, one in zip(schedules, result.alternatives, strict=True):
        violations = check(problem, schedule)
        assert tuple(violations) == one.violations
        assert one.score.hard == 0
        assert one.objective == one.score.soft <= (result.objective or 0) * 1.05
    for i, row in enumerate(result.distances):
        for j, distance in enumerate(row):
            pairs = [(s, d) for s, cells in result.alternatives[i].schedule.items() for d in cells]
            differing = sum(result.alternatives[i].schedule[s][d] != result.alternatives[j].schedule[s][d] for s, d in pairs)
            assert distance == differing


def test_there_are_no_more_than_exist() -> None:
    """One of two is off: two schedules on one day, if the other has to stand on ○."""
    limits = [{"symbols": ["×"], "min": 1, "max": 1, "hard": True}, {"symbols": ["○"], "min": 1, "hard": True}]
    _, result = asked(20, 1, daily_limits=limits)
    assert len(result.alternatives) == 2
    assert result.distances == ((0, 2), (2, 0))


def test_the_second_is_as_far_from_the_first_as_can_be() -> None:
    limit = [{"symbols": ["×"], "min": 1, "max": 1, "hard": True}]
    _, result = asked(2, 3, daily_limits=limit)
    assert result.distances[0][1] == 6  # every cell


@pytest.mark.parametrize("one", WARNED_WHEN_SOLVED, ids=lambda one: one.name)
@pytest.mark.parametrize(("language", "words"), [("en", "there are no others"), ("ja", "ほかにない")])
def test_fewer_than_asked_for_are_warned_of(one: Warned, language: Language, words: str) -> None:
    with speaking(language):
        (warning,) = solve(read_problem(one.document)).warnings
    assert (warning.code.value, warning.path) == (one.code, one.path)
    assert words in warning.message
    assert language == "ja" or all(word in warning.message for word in one.words)


def test_want_of_time_is_not_called_proof() -> None:
    problem = read_problem(document(people("a", "b"), 3))
    first = read_schedule(solve(problem).schedule or {}, problem)
    assert find_alternatives(problem, first, 0, 2, Budget(0, None)) == ([], False)
    assert "time ran out" in fewer_alternatives(3, 1, no_more=False).message


def test_as_many_as_asked_for_draw_no_warning() -> None:
    assert "fewer_alternatives" not in {notice.code for notice in asked(2)[1].warnings}
