"""What a file of runs says: medians over the seeds, solver by solver, as a table and as plots."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

WORST = 1000.0  # percent: what counts as beyond any plot


def table_of(lines: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """One row an instance and solver: medians of penalty and bound, gap to the best known and proved gap, worst run.

    A run without a roster, or with one that breaks a hard rule, counts as failed and spoils no median; where all runs
    failed the row stays, and `why` tells how the last one did.
    """
    runs = pd.DataFrame(lines)
    runs["solver"] = runs.get("solver", "toban")
    keys = ["instance", "solver"]
    order = pd.MultiIndex.from_frame(runs[keys].drop_duplicates())
    good = runs[runs["penalty"].notna() & (runs["broken"] == 0)].astype({"penalty": float})
    by, kept = runs.groupby(keys, sort=False), good.groupby(keys, sort=False)
    number = by.size()
    table = pd.DataFrame(
        {
            "runs": number,
            "failed": number - kept.size().reindex(number.index).fillna(0),
            "penalty": kept["penalty"].median(),
            "worst": kept["penalty"].max(),
            "bound": pd.to_numeric(good["bound"]).groupby([good[key] for key in keys], sort=False).median(),
            "best_known": by["best_known"].first(),
        }
    ).reindex(order)
    table["gap_%"] = (100 * (table["penalty"] - table["best_known"]) / table["best_known"]).astype(float).round(2)
    off = table["penalty"].where(table["penalty"] > 0)
    table["proved_gap_%"] = (100 * (table["penalty"] - table["bound"]) / off).astype(float).round(2)
    table.loc[table["penalty"] == 0, "proved_gap_%"] = 0.0
    if "why" in runs:
        table["why"] = by["why"].last().where(table["failed"] > 0).fillna("")
    if runs["solver"].nunique() == 1:
        table = table.droplevel("solver")
    return table.convert_dtypes()


def markdown(lines: Iterable[dict[str, Any]]) -> str:
    """The same as a table in Markdown, under a line that says how it was measured."""
    runs = list(lines)
    table = table_of(runs).reset_index()
    shown = table.astype(object).where(table.notna(), "")
    rows = [
        list(map(str, shown.columns)),
        ["---"] * len(shown.columns),
        *([str(v) for v in row] for row in shown.to_numpy()),
    ]
    said = {name: sorted({str(run.get(name)) for run in runs}) for name in ("seconds", "cores", "seed", "version", "python")}
    protocol = ", ".join(f"{name} {'/'.join(values)}" for name, values in said.items())
    return "\n".join([f"Measured with {protocol}.", "", *("| " + " | ".join(row) + " |" for row in rows), ""])


def plots(lines: Iterable[dict[str, Any]], folder: Path) -> list[Path]:
    """Draw gap over time, a performance profile, and time against size; the files that were written.

    Raises
    ------
    ImportError
        Where matplotlib is not installed (`toban[plots]`).
    """
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    runs = [{"solver": "toban", **run} for run in lines]
    folder.mkdir(parents=True, exist_ok=True)
    best = _best(runs)
    solvers = list(dict.fromkeys(run["solver"] for run in runs))
    written = []
    for name, draw in (("gap_over_time", _gap_over_time), ("profile", _profile), ("scaling", _scaling)):
        figure, axes = plt.subplots(figsize=(7, 4.5))
        draw(axes, runs, solvers, best)
        axes.legend()
        axes.grid(alpha=0.3)
        file = folder / f"{name}.svg"
        figure.savefig(file, bbox_inches="tight", metadata={"Date": None})
        plt.close(figure)
        written.append(file)
    return written


def _best(runs: list[dict[str, Any]]) -> dict[str, int]:
    """For each instance the best known, or the best of these runs."""
    found: dict[str, int] = {}
    for run in runs:
        values = [run["best_known"], run["penalty"] if run["broken"] == 0 else None, found.get(run["instance"])]
        known = [int(value) for value in values if value is not None]
        if known:
            found[run["instance"]] = min(known)
    return found


def _gap(value: float | None, best: int) -> float:
    return WORST if value is None else 100 * (value - best) / max(1, best)


def _gap_over_time(axes: Any, runs: list[dict[str, Any]], solvers: list[str], best: dict[str, int]) -> None:
    """The median over all runs of the gap that was reached by each moment."""
    longest = max((run["seconds"] for run in runs), default=1)
    moments = [longest * i / 100 for i in range(1, 101)]
    for solver in solvers:
        own = [run for run in runs if run["solver"] == solver and run["instance"] in best]
        medians = []
        for moment in moments:
            gaps = []
            for run in own:
                reached = [step[1] for step in run["steps"] if step[0] <= moment and step[1] is not None]
                gaps.append(_gap(min(reached) if reached else None, best[run["instance"]]))
            medians.append(pd.Series(gaps, dtype=float).median())
        axes.plot(moments, [max(value, 0.01) for value in medians], label=solver)
    axes.set(xlabel="seconds", ylabel="median gap to the best known, %", yscale="log")


def _profile(axes: Any, runs: list[dict[str, Any]], solvers: list[str], best: dict[str, int]) -> None:
    """The share of runs that end within each gap."""
    for solver in solvers:
        own = [run for run in runs if run["solver"] == solver and run["instance"] in best]
        gaps = sorted(_gap(run["penalty"] if run["broken"] == 0 else None, best[run["instance"]]) for run in own)
        shares = [(i + 1) / len(gaps) for i in range(len(gaps))]
        axes.step([max(gap, 0.01) for gap in gaps], shares, where="post", label=solver)
    axes.set(xlabel="gap to the best known at the end, %", ylabel="share of runs", xscale="log", ylim=(0, 1.02))


def _scaling(axes: Any, runs: list[dict[str, Any]], solvers: list[str], _: dict[str, int]) -> None:
    """Seconds to the first roster, instance by instance, in the order of the set."""
    names = list(dict.fromkeys(run["instance"] for run in runs))
    for solver in solvers:
        own = pd.DataFrame([run for run in runs if run["solver"] == solver])
        first = pd.to_numeric(own["first_seconds"]).groupby(own["instance"], sort=False).median().dropna()
        axes.plot([names.index(name) for name in first.index], first.to_numpy(), "o-", label=solver)
    axes.set(ylabel="seconds to the first roster", yscale="log")
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
