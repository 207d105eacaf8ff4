"""One row a problem: how it ended, how good its roster is, and what is broken."""

from __future__ import annotations

import importlib.util
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from api.cli.writing import write_file
from solver.rules import all_rules

REFUSED, FAILED, LEFT = "REFUSED", "FAILED", "LEFT"
"""What the column `status` says of what has no result: bad input, a solve that came to nothing, one that was not made."""


class Row(NamedTuple):
    """A line of the table. `violations`: how many of each rule."""

    name: str
    source: str
    status: str
    penalty: int | None = None
    bound: int | None = None
    gap: float | None = None
    hard: int | None = None
    violations: Mapping[str, int] = MappingProxyType({})
    seconds: float | None = None
    people: int | None = None
    days: int | None = None
    request_hash: str | None = None
    error: str = ""


def row_of(name: str, source: str, result: dict[str, Any]) -> Row:
    """Sum up a result."""
    score, stats, problem = result["score"], result["stats"], result["problem"]
    dates = pd.date_range(problem["period"]["start"], problem["period"]["end"])
    return Row(
        name,
        source,
        result["status"],
        result["objective"],
        result["bound"],
        result["gap"],
        None if score is None else score["hard"],
        dict(Counter(one["rule"] for one in result["violations"])),
        round(stats["build_seconds"] + stats["solve_seconds"], 4),
        len(problem["staff"]),
        len(dates),
        result["request_hash"],
    )


def table(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as a table, with a column for every rule, so that tables of different batches fit together."""
    rules = list(all_rules())
    described = [name for name in Row._fields if name not in ("violations", "error")]
    columns = [*described, "violations", *(f"violations_{rule}" for rule in rules), "error"]
    made = pd.DataFrame(
        [
            {
                **{name: getattr(row, name) for name in described},
                "violations": sum(row.violations.values()) if row.hard is not None else None,
                **{f"violations_{rule}": row.violations.get(rule, 0) if row.hard is not None else None for rule in rules},
                "error": row.error,
            }
            for row in rows
        ],
        columns=columns,
    )
    whole = ["penalty", "bound", "hard", "people", "days", "violations", *(f"violations_{rule}" for rule in rules)]
    return made.astype({**dict.fromkeys(whole, "Int64"), "gap": "Float64", "seconds": "Float64"})


def write_table(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Write `table.csv`, and `table.parquet` where pyarrow is installed; each whole or not at all."""
    made = table(rows)
    written = [folder / "table.csv"]
    write_file(written[0], made.to_csv(index=False, lineterminator="\n").encode())
    if importlib.util.find_spec("pyarrow") is not None:
        data = io.BytesIO()
        made.to_parquet(data, index=False)
        written.append(folder / "table.parquet")
        write_file(written[1], data.getvalue())
    return written
