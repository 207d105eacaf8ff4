"""A small run of the measurement in which everything that jobs run on is killed."""

from __future__ import annotations

import pytest

from benchmarks.jobs_chaos import run


@pytest.mark.slow
def test_each_job_ends_once_with_a_result_that_holds() -> None:
    found = run(jobs=8, seed=6, apart=3, say=lambda _: None)
    assert found.wrong == []
    assert found.kills.total() >= 2
    assert found.attempts >= 8
