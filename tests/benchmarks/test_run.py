"""Running a suite: judged by the file itself, resumed where it stopped, told in one table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from benchmarks.report import table_of
from benchmarks.run import lines_of, run
from benchmarks.suites import SUITES
from tests.datasets.test_curtois import SMALL


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two instances: the number decides the order."""
    folder = tmp_path / "set"
    folder.mkdir()
    for number in (10, 9):
        (folder / f"Instance{number}.txt").write_text(SMALL, encoding="utf-8")
    return folder


def test_a_suite_is_run_once_and_resumed(tmp_path: Path, data: Path) -> None:
    out = tmp_path / "runs.jsonl"
    first = list(run(SUITES["curtois"], data, out, seconds=20, seeds=[0]))
    assert [line["instance"] for line in first] == ["Instance9", "Instance10"]
    assert all((line["status"], line["penalty"], line["broken"]) == ("OPTIMAL", 0, 0) for line in first)
    kept = out.read_text(encoding="utf-8")
    out.write_text(kept + '{"cut sho', encoding="utf-8")
    again = list(run(SUITES["curtois"], data, out, seconds=20, seeds=[0]))
    assert again == first == lines_of(out)


def test_the_table_has_medians_and_leaves_out_what_failed() -> None:
    def line(instance: str, penalty: int | None, broken: int | None = 0) -> dict[str, object]:
        return {"instance": instance, "penalty": penalty, "broken": broken, "bound": 90, "best_known": 100}

    rows = [line("b", 110), line("b", 100), line("b", 130), line("a", None, None), line("a", 50, 2), line("a", 105)]
    table = table_of(rows)
    assert list(table.index) == ["b", "a"]
    assert table.loc["b", ["runs", "failed", "penalty", "worst", "gap_%"]].tolist() == [3, 0, 110, 130, 10.0]
    assert table.loc["a", ["runs", "failed", "penalty"]].tolist() == [3, 2, 105]


def test_the_command_refuses_what_is_not_there(tmp_path: Path) -> None:
    command = CliRunner()
    unknown = command.invoke(app, ["bench", "nothing", "--data", str(tmp_path), "-o", str(tmp_path / "out.jsonl")])
    assert (unknown.exit_code, "curtois" in unknown.output) == (2, True)
    empty = command.invoke(app, ["bench", "curtois", "--data", str(tmp_path), "-o", str(tmp_path / "out.jsonl")])
    assert (empty.exit_code, "Instance*.txt" in empty.output) == (2, True)


def test_the_command_prints_runs_and_table(tmp_path: Path, data: Path) -> None:
    (data / "Instance10.txt").unlink()
    out = tmp_path / "out.jsonl"
    done = CliRunner().invoke(
        app, ["bench", "curtois", "--data", str(data), "-o", str(out), "--seconds", "20", "--seeds", "1"]
    )
    assert done.exit_code == 0
    assert "Instance9 seed 0: OPTIMAL 0 (bound 0)" in done.output
    assert "proved_gap_%" in done.output
    assert json.loads(out.read_text(encoding="utf-8"))["suite"] == "curtois"
