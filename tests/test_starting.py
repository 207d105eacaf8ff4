"""What a process loads as it starts, which everybody waits for: nothing that it may never use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.api.conftest import environment

ENGINE = {"numba", "holidays", "openpyxl", "matplotlib"}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("solver", ENGINE),
        ("api.solving.worker", {*ENGINE, "fastapi", "starlette", "sqlalchemy", "dask"}),
        ("api.jobs.child", {*ENGINE, "fastapi", "starlette", "sqlalchemy", "dask"}),
        ("api.serve", {*ENGINE, "distributed", "httpx", "psycopg"}),
    ],
)
def test_nothing_heavy_is_loaded_without_need(module: str, heavy: set[str]) -> None:
    assert run(f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))").split() == []
