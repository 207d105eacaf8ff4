"""Running a suite: judged by the file itself, resumed where it stopped, told in one table."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from benchmarks import peers
from benchmarks import run as running
from benchmarks.peers import Task
from benchmarks.peers.textbook import Textbook
from benchmarks.peers.timefold import Ledger
from benchmarks.report import markdown, plots, table_of
from benchmarks.run import lines_of, run
from benchmarks.suites import SUITES
from solver import read_problem
from tests.brute_force import best
from tests.builders import document
from tests.datasets.test_curtois import SMALL
from tests.datasets.test_inrc1 import contract, cover, instance
from tests.datasets.test_inrc2 import HISTORY, SCENARIO, WEEK


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


@pytest.mark.parametrize(("option", "said"), [(["--peers", "chess"], "chess"), (["--instances", "Instance7"], "Instance7")])
def test_the_command_refuses_unknown_peers_and_instances(tmp_path: Path, data: Path, option: list[str], said: str) -> None:
    out = tmp_path / "out.jsonl"
    refused = CliRunner().invoke(app, ["bench", "curtois", "--data", str(data), "-o", str(out), *option])
    assert (refused.exit_code, said in refused.output, out.exists()) == (2, True, False)


def test_the_command_refuses_before_the_work_what_would_fail_after_it(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.jsonl"
    asked = ["bench", "curtois", "--data", str(data), "-o", str(out)]
    report = CliRunner().invoke(app, [*asked, "--report", str(tmp_path / "nowhere" / "report.md")])
    assert (report.exit_code, "there is no directory" in report.output, out.exists()) == (2, True, False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    plotted = CliRunner().invoke(app, [*asked, "--plots", str(tmp_path / "plots")])
    assert (plotted.exit_code, "toban[plots]" in plotted.output, out.exists()) == (2, True, False)


def test_its_help_names_what_plots_need() -> None:
    assert "toban[plots]" in CliRunner().invoke(app, ["bench", "--help"], env={"COLUMNS": "200"}).output


def test_the_command_prints_runs_and_table(tmp_path: Path, data: Path) -> None:
    (data / "Instance10.txt").unlink()
    out = tmp_path / "out.jsonl"
    done = CliRunner().invoke(
        app, ["bench", "curtois", "--data", str(data), "-o", str(out), "--seconds", "20", "--seeds", "1"]
    )
    assert done.exit_code == 0
    assert "Instance9 seed 0 toban: OPTIMAL 0 (bound 0)" in done.output
    assert "proved_gap_%" in done.output
    assert json.loads(out.read_text(encoding="utf-8"))["suite"] == "curtois"


def write_inrc2(folder: Path) -> None:
    (folder / "Sc-n003w1.txt").write_text(SCENARIO, encoding="utf-8")
    (folder / "H0-n003w1-0.txt").write_text(HISTORY, encoding="utf-8")
    (folder / "WD-n003w1-0.txt").write_text(WEEK, encoding="utf-8")


def write_inrc1(folder: Path) -> None:
    bounds = {"MaxNumAssignments": (4, 3), "MinConsecutiveWorkingDays": (2, 5), "MaxConsecutiveFreeDays": (3, 2)}
    flags = {"CompleteWeekends": 2, "IdenticalShiftTypesDuringWeekend": 3}
    text = instance(
        contract(bounds, flags, "SaturdaySunday", [], "A"),
        [("A", ["Nurse"])] * 2,
        covers=cover("Saturday", E=1, N=1),
        days=9,
    )
    (folder / "small.xml").write_text(text, encoding="utf-8")


def write_team(folder: Path) -> None:
    team = document(2, 7, demand=[{"symbols": ["○"], "min": 1, "weight": 7}], stretches=[{"kind": "work", "max": 2}])
    (folder / "2x7.json").write_text(json.dumps({"problem": team}), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "write"), [("inrc1", write_inrc1), ("inrc2", write_inrc2), ("teams", write_team)])
def test_toban_and_its_peers_find_the_same_optimum(tmp_path: Path, suite: str, write: object) -> None:
    """Three models of one problem, and a judge that knows none of them: the optimum is the same."""
    write(tmp_path)  # type: ignore[operator]
    solvers = ["toban", "cp-sat", "highs"]
    lines = list(run(SUITES[suite], tmp_path, tmp_path / "out.jsonl", seconds=60, seeds=[0], solvers=solvers))
    assert {(line["status"], line["broken"]) for line in lines} == {("OPTIMAL", 0)}
    assert len({line["penalty"] for line in lines}) == 1
    assert all(line["penalty"] == line["objective"] == line["bound"] for line in lines)


RULES = {
    "a stretch of history": {"stretches": [{"kind": "work", "min": 3, "include_history": True}], "history": {"s0": "×○"}},
    "a stretch too long": {"stretches": [{"kind": "work", "max": 1}], "history": {"s0": "○"}},
    "a sequence": {"forbidden_sequences": [{"symbols": ["○", ["○", "△"]], "days_of_week": ["monday", "wednesday"]}]},
    "counts": {"monthly_limits": [{"symbols": ["○"], "min": 3, "max": 3}, {"measure": "minutes", "max": 600, "weight": 1}]},
    "weeks": {"weekly_limits": [{"symbols": ["△"], "min": 7}]},
    "daily": {"daily_limits": [{"symbols": ["×"], "max": 0, "days_of_week": ["tuesday"]}]},
    "allowed": {"allowed_shifts": [{"symbols": ["△"]}]},
    "priority": {"priority_rules": [{"rule_type": "preferred_shift", "shift": "△", "except_symbols": ["×"]}]},
    "weekends": {"weekends": [{"complete": True, "identical": True, "days": ["monday", "tuesday"], "max_working": 0}]},
    "demand": {"demand": [{"symbols": ["○"], "target": 1, "max": 2, "under_weight": 9}]},
}


@pytest.mark.parametrize("rule", RULES)
def test_textbook_rows_cost_what_the_rules_cost(rule: str) -> None:
    wishes = [{"staff_id": "s0", "date": f"2026-03-0{2 + i}", "symbol": k, "weight": 11} for i, k in enumerate("○△○×")]
    made = document(1, 4, requests=wishes, **RULES[rule])
    least, clean = best(read_problem(made))
    answer = peers.named("cp-sat")(Task(made, 30, 0, 1))
    assert clean
    assert least is not None
    assert (answer.status, answer.objective) == ("OPTIMAL", least[1])


def test_a_constant_row_of_history_does_not_forbid_anything() -> None:
    made = document(1, 1, requests=[{"staff_id": "s0", "date": "2026-03-02", "symbol": "×"}])
    assert Textbook(read_problem(made)).schedule([0, 0, 1]) == {"s0": {"2026-03-02": "×"}}


def test_the_ledger_of_timefold_holds_every_rule_of_a_row() -> None:
    """Clauses and sums are noted for the person they are about, and sums over people apart."""
    made = document(2, 4, **RULES["a stretch too long"], **RULES["demand"], **RULES["weekends"])
    ledger = Ledger(Task(made, 1, 0, 1))
    owners = {ledger.literals[v if v >= 0 else -v - 1][0] for literals, _ in ledger.clauses for v in literals}
    assert owners == {"", "s0", "s1"}  # "": what history says
    both = [terms for terms, *_ in ledger.sums if len({ledger.literals[v][0] for v, _ in terms}) == 2]
    assert len(both) == 4  # a day each


def test_a_peer_that_cannot_state_a_problem_says_so(tmp_path: Path, data: Path) -> None:
    (data / "Instance10.txt").unlink()
    (line,) = run(SUITES["curtois"], data, tmp_path / "o", seconds=5, seeds=[0], solvers=["pyworkforce"])
    assert (line["status"], line["penalty"]) == ("UNABLE", None)
    assert "weekends" in line["why"]


def test_a_run_that_does_not_end_is_killed_and_told(tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "PATIENCE", 0)
    (data / "Instance10.txt").unlink()
    (line,) = run(SUITES["curtois"], data, tmp_path / "o", seconds=0.1, seeds=[0])
    assert (line["status"], line["penalty"], line["solver"]) == ("TIMEOUT", None, "toban")


def test_a_report_tells_who_was_measured_how_and_keeps_who_lost(tmp_path: Path) -> None:
    def line(solver: str, penalty: int | None, why: str = "") -> dict[str, object]:
        shared = {"instance": "a", "seed": 0, "seconds": 5, "cores": 2, "version": solver, "python": "3", "best_known": 100}
        steps = [[1.0, penalty, 90]] if penalty else []
        return {**shared, "solver": solver, "penalty": penalty, "broken": None if penalty is None else 0, "bound": 90,
                "why": why, "first_seconds": 1.0 if penalty else None, "steps": steps}  # fmt: skip

    lines = [line("toban", 101), line("peer", 150), line("broken", None, "it crashed")]
    text = markdown(lines)
    assert "seconds 5, cores 2, seed 0" in text
    assert [row.split(" | ")[1] for row in text.splitlines()[4:]] == ["toban", "peer", "broken"]
    assert "it crashed" in text
    pytest.importorskip("matplotlib")
    assert [file.stat().st_size > 1000 for file in plots(lines, tmp_path / "plots")] == [True] * 3
