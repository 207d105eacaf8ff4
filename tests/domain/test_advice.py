"""Every warning is told where it is due, at its place and in a sentence a manager understands, and nowhere else."""

import json
import re
import subprocess
import sys

import pytest

from solver.domain.advice import MOST_WARNINGS, warnings_of
from solver.domain.reading import read_problem
from tests.domain.test_any_input import leads_somewhere
from tests.domain.warned import QUIET, WARNED, Warned


def test_the_problem_they_are_made_from_draws_none() -> None:
    assert warnings_of(read_problem(QUIET)) == []


@pytest.mark.parametrize("one", WARNED, ids=lambda one: one.name)
def test_is_warned_of(one: Warned) -> None:
    notices = warnings_of(read_problem(one.document))
    told = [notice.message for notice in notices if (notice.code.value, notice.path) == (one.code, one.path)]
    assert told, notices
    assert any(all(word in message for word in one.words) for message in told), told


@pytest.mark.parametrize("one", WARNED, ids=lambda one: one.name)
def test_paths_and_sentences(one: Warned) -> None:
    problem = read_problem(one.document)
    for notice in warnings_of(problem):
        document = one.document if notice.code == "legacy_ignored" else problem.canonical()
        assert leads_somewhere(notice.path, document), notice
        assert not re.search(r"[{}\[\]]|None|_ids|frozenset", notice.message), notice
        assert not notice.message.endswith((".", "!"))


def test_at_most_so_many_are_listed_and_the_rest_is_counted() -> None:
    document = next(one.document for one in WARNED if one.name == "warnings without end")
    notices = warnings_of(read_problem(document))
    assert len(notices) == MOST_WARNINGS + 1
    assert [notice.code for notice in notices].count("more_warnings") == 1
    assert notices[-1].code == "more_warnings"


def test_inactive_entries_draw_no_warning() -> None:
    document = json.loads(json.dumps(QUIET))
    settings = document["settings"]
    settings["staff_groups"].append({"id": "hall", "members": ["ueda"], "is_active": False})
    settings["backup_assignments"] += [
        {"id": "b2", "staff_id": "sato", "group_id": "kitchen", "is_active": False},
        {"id": "b3", "staff_id": "ueda", "group_id": "hall", "effective_until": "2024-01-01"},
    ]
    settings["weekly_limits"].append({"symbols": ["×"], "min": 7, "hard": True, "is_active": False})
    settings["daily_limits"].append({"symbols": ["△"], "is_active": False})
    settings["demand"].append({"symbols": ["△"], "min": 9, "hard": True, "is_active": False})
    assert warnings_of(read_problem(document)) == []


def test_order_does_not_depend_on_the_process() -> None:
    code = (
        "from tests.domain.warned import WARNED\n"
        "from solver.domain.reading import read_problem\n"
        "from solver.domain.advice import warnings_of\n"
        "for one in WARNED:\n"
        "    for notice in warnings_of(read_problem(one.document)):\n"
        "        print(ascii(notice.message))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
