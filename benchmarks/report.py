"""What a file of runs says: medians over the seeds, instance by instance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd


def table_of(lines: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """One row an instance: median penalty and bound, the gap to the best known and the proved gap in percent, worst run.

    A run without a roster, or with one that breaks a hard rule, counts as failed and spoils no median.
    """
    runs = pd.DataFrame(lines)
    good = runs[runs["penalty"].notna() & (runs["broken"] == 0)]
    by_instance = good.groupby("instance", sort=False)
    table = pd.DataFrame(
        {
            "runs": runs.groupby("instance", sort=False).size(),
            "failed": runs.groupby("instance", sort=False).size()
            - by_instance.size().reindex(runs["instance"].unique()).fillna(0),
            "penalty": by_instance["penalty"].median(),
            "worst": by_instance["penalty"].max(),
            "bound": by_instance["bound"].median(),
            "best_known": runs.groupby("instance", sort=False)["best_known"].first(),
        }
    )
    table["gap_%"] = (100 * (table["penalty"] - table["best_known"]) / table["best_known"]).round(2)
    table["proved_gap_%"] = (100 * (table["penalty"] - table["bound"]) / table["penalty"]).round(2)
    return table.reindex(runs["instance"].unique()).convert_dtypes()
