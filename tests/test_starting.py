"""What a process loads as it starts, which everybody waits for: nothing that it may never use."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.api.conftest import environment

ENGINE = {"pandas", "pyarrow", "numba", "holidays", "openpyxl", "jinja2", "matplotlib"}


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
        ("api.serve", {*ENGINE, "dask", "distributed", "alembic", "httpx", "psycopg"}),
    ],
)
def test_nothing_heavy_is_loaded_without_need(module: str, heavy: set[str]) -> None:
    assert run(f"import sys, {module}; print(*sorted({heavy!r} & set(sys.modules)))").split() == []


def test_cp_sat_still_takes_and_gives_series() -> None:
    code = """
import sys
import solver
from ortools.sat.python import cp_model

assert "pandas" not in sys.modules
import pandas as pd

model = cp_model.CpModel()
chosen = model.new_bool_var_series("chosen", pd.Index(["a", "b"]))
model.add(chosen.sum() == 1)
model.maximize(chosen["b"])
search = cp_model.CpSolver()
search.solve(model)
values = search.boolean_values(chosen)
assert isinstance(values, pd.Series)
try:
    model.new_bool_var_series("wrong", ["a"])
except TypeError:
    print(values.to_dict())
"""
    assert run(code) == "{'a': False, 'b': True}\n"


def test_pandas_that_is_there_already_is_used() -> None:
    code = "import pandas, solver; from ortools.sat.python import cp_model; print(cp_model.pd is pandas)"
    assert run(code) == "True\n"
