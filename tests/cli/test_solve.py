import io
import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer

from api.cli.exits import refusals
from api.cli.reading import load_problem
from tests.cli.conftest import COMMAND, Answer, environment

Run = Callable[..., Answer]
Team = Callable[..., dict[str, Any]]
Write = Callable[[str, Any], Path]

BOTH_OFF = {"prefilled": {"sato": {"2026-01-01": "×"}, "nakata": {"2026-01-01": "×"}}}


def test_a_roster_is_printed_as_a_table_with_head_line_and_covers(toban: Run, write: Write, team: Team) -> None:
    answer = toban("solve", write("team.json", team()))
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0] == "        Jan 2026"
    assert lines[1] == "         Thu 1   Fri 2   Sat 3"
    assert lines[2].startswith("  佐藤       ×'")
    assert lines[3].startswith("  中田       ○*")
    assert "OPTIMAL, penalty 0 (bound 0) in " in answer.out
    assert "Thu 1: 中田 (1st) for 佐藤, キッチン" in answer.out
    assert "\x1b" not in answer.out


@pytest.mark.parametrize("wrap", [False, True])
def test_a_problem_may_come_from_standard_input_and_in_a_wrapper(toban: Run, team: Team, wrap: bool) -> None:
    document = {"name": "x", "why": "y", "problem": team()} if wrap else team()
    answer = toban("solve", "-", "--format", "json", stdin=json.dumps(document).encode())
    assert answer.code == 0
    assert answer.json["schedule"]["nakata"]["2026-01-01"] == "○"


def test_a_shipped_example_is_solved_by_its_name(toban_here: Run) -> None:
    answer = toban_here("solve", "promise")
    assert answer.code == 0
    assert "(1st) for 佐藤" in answer.out


def test_a_file_with_a_byte_order_mark_is_read(toban_here: Run, write: Write, team: Team) -> None:
    path = write("team.json", b"\xef\xbb\xbf" + json.dumps(team()).encode())
    assert toban_here("solve", path).code == 0


# ---- exit codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("on_infeasible", ["relax", "report"])
def test_infeasible_is_1_with_and_without_a_roster(toban: Run, write: Write, team: Team, on_infeasible: str) -> None:
    answer = toban("solve", write("team.json", team(**BOTH_OFF)), "--on-infeasible", on_infeasible)
    assert answer.code == 1
    assert "INFEASIBLE, the hard rules contradict each other" in answer.out
    assert "conflict" in answer.out
    assert "each of 中田 and 佐藤 is fixed on ×" in answer.out
    assert ("  佐藤" in answer.out) == (on_infeasible == "relax")


def test_faults_are_2_one_per_line_with_their_place_in_the_document(toban: Run, write: Write, team: Team) -> None:
    bad = team(setings={}, prefilled={"sato": {"2026-02-01": "×", "2026-01-02": "x"}})
    answer = toban("solve", write("team.json", bad))
    assert (answer.code, answer.out) == (2, "")
    lines = sorted(answer.err.splitlines())
    assert [line.split(": ")[:2] for line in lines] == [
        ["/prefilled/sato/2026-01-02", "lookalike_symbol"],
        ["/prefilled/sato/2026-02-01", "outside_period"],
        ["/setings", "unknown_field"],
    ]
    assert all(": found " in line and ", expected " in line for line in lines)


def test_faults_inside_a_wrapper_keep_its_paths_and_duplicate_keys_are_seen(
    toban_here: Run, write: Write, team: Team
) -> None:
    text = json.dumps({"name": "x", "problem": team(setings={})})
    twice = text.replace('"staff":', '"staff": [], "staff":', 1)
    answer = toban_here("solve", write("team.json", twice))
    assert answer.code == 2
    assert sorted(line.split(": ")[0] for line in answer.err.splitlines()) == ["/problem/setings", "/problem/staff"]
    assert "duplicate_key" in answer.err


def test_control_characters_in_a_fault_reach_no_terminal(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here(
        "solve", write("team.json", team(staff=[{"id": "sato", "name": 1, "x\x1b[2J\n": 2}, {"id": "nakata"}]))
    )
    assert answer.code == 2
    assert "\x1b" not in answer.err
    assert len(answer.err.splitlines()) == 2


@pytest.mark.parametrize("content", [b"hello", b"", b"\x00\x01\xff\xfe" * 64, b'{"a": 1', b"\x89PNG\r\n\x1a\n"])
def test_what_is_not_json_is_one_line(toban_here: Run, write: Write, content: bytes) -> None:
    answer = toban_here("solve", write("team.json", content))
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 1
    assert answer.err.startswith("/: not_json: found ")


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("missing.json", "toban: missing.json: no such file\n"),
        (".", "toban: .: is a directory\n"),
        ("missing.json/team.json", "toban: missing.json/team.json: no such file\n"),
        ("x" * 5000 + ".json", "file name too long\n"),
    ],
)
def test_what_cannot_be_read_is_one_line(toban_here: Run, source: str, error: str) -> None:
    answer = toban_here("solve", source)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith(error)
    assert len(answer.err.splitlines()) == 1


def test_a_misspelt_example_is_answered_with_those_there_are(toban_here: Run) -> None:
    answer = toban_here("solve", "kitchn")
    assert answer.code == 2
    assert answer.err.startswith("toban: kitchn: no such file, and no such example: there are ")
    assert "kitchen" in answer.err


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (PermissionError(13, "Permission denied"), "team.json: permission denied"),
        (OSError(5, "Input/output error"), "team.json: input/output error"),
    ],
)
def test_an_unreadable_file_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: OSError, line: str
) -> None:
    def refuse(_path: Path) -> bytes:
        raise error

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(typer.Exit) as ended, refusals():
        load_problem("team.json")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == f"toban: {line}\n"


@pytest.mark.parametrize("inside", [5, None, [1], "{}"])
def test_a_wrapper_without_a_problem_in_it_is_told_so(toban_here: Run, write: Write, inside: object) -> None:
    answer = toban_here("solve", write("team.json", {"name": "x", "problem": inside}))
    assert answer.code == 2
    assert answer.err.startswith("/problem: wrong_type: ")


def test_no_roster_in_time_is_3(toban: Run) -> None:
    answer = toban("solve", "large", "--time-limit", "0.001", "--workers", "1")
    assert answer.code == 3
    assert answer.out.startswith("UNKNOWN, no roster found in ")


@pytest.mark.parametrize(
    "arguments", [["--time-limit", "0"], ["--workers", "none"], ["--format", "pdf"], ["--no-such-option"]]
)
def test_wrong_options_are_2(toban_here: Run, arguments: list[str]) -> None:
    assert toban_here("solve", "promise", *arguments).code == 2


# ---- options --------------------------------------------------------------------------------------


def test_options_of_the_command_line_win(toban_here: Run, write: Write, team: Team) -> None:
    path = write("team.json", team(options={"time_limit": 33, "seed": 1}))
    options = ["--time-limit", "7.5", "--workers", "1", "--deterministic-limit", "5", "--on-infeasible", "report"]
    asked = toban_here("solve", path, "--format", "json", *options).json["problem"]["options"]
    assert (asked["time_limit"], asked["workers"], asked["deterministic_limit"]) == (7.5, 1, 5)
    assert (asked["seed"], asked["on_infeasible"]) == (1, "report")


def test_the_hash_speaks_of_what_was_solved(toban_here: Run, write: Write, team: Team) -> None:
    path = write("team.json", team())
    one, other = (toban_here("solve", path, "--format", "json", "--seed", seed).json for seed in (1, 2))
    assert one["request_hash"] != other["request_hash"]
    again = toban_here("solve", "-", "--format", "json", stdin=json.dumps(one["problem"]).encode()).json
    assert again["request_hash"] == one["request_hash"]


# ---- formats and files ----------------------------------------------------------------------------


def test_the_name_of_the_file_tells_the_format(toban_here: Run, write: Write, team: Team, tmp_path: Path) -> None:
    path = write("team.json", team())
    for name in ("r.json", "r.csv", "r.xlsx", "r.html", "r.txt"):
        answer = toban_here("solve", path, "-o", name)
        assert (answer.code, answer.out) == (0, "")
        assert answer.err.endswith(f"; written to {name}\n")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["status"] == "OPTIMAL"
    assert (tmp_path / "r.json").read_text(encoding="utf-8").count("佐藤") >= 1
    assert (tmp_path / "r.csv").read_bytes().startswith(b"\xef\xbb\xbfstaff_id,name,2026-01-01")
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["roster", "violations", "covers"]
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "OPTIMAL" in (tmp_path / "r.txt").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.csv", "r.html", "r.json", "r.txt", "r.xlsx", "team.json"]


def test_a_format_asked_for_wins_over_the_name(toban_here: Run, write: Write, team: Team, tmp_path: Path) -> None:
    assert toban_here("solve", write("team.json", team()), "-o", "roster.dat", "--format", "csv").code == 0
    assert (tmp_path / "roster.dat").read_bytes().startswith(b"\xef\xbb\xbfstaff_id")


def test_every_format_goes_through_a_pipe(toban: Run, write: Write, team: Team) -> None:
    path = write("team.json", team())
    assert toban("solve", path, "--format", "csv").bytes.startswith(b"\xef\xbb\xbfstaff_id")
    assert toban("solve", path, "--format", "html").out.endswith("</html>")
    workbook = openpyxl.load_workbook(io.BytesIO(toban("solve", path, "--format", "xlsx").bytes))
    assert workbook["roster"]["A4"].value == "佐藤"


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("roster.dat", "this name does not say which format to write; add --format"),
        ("nowhere/roster.json", "there is no directory"),
        (".", "is a directory"),
    ],
)
def test_a_bad_target_is_refused_before_anything_is_solved(toban_here: Run, target: str, error: str) -> None:
    answer = toban_here("solve", "large", "-o", target)
    assert answer.code == 2
    assert error in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_file_that_is_replaced_keeps_its_permissions_and_a_link_its_place(
    toban_here: Run, write: Write, team: Team, tmp_path: Path
) -> None:
    path, target = write("team.json", team()), write("real.json", "old")
    target.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(target)
    assert toban_here("solve", path, "-o", "link.json").code == 0
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["status"] == "OPTIMAL"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_without_a_roster_csv_leaves_the_old_file_alone(toban_here: Run, write: Write, team: Team) -> None:
    path, old = write("team.json", team(**BOTH_OFF)), write("r.csv", "old")
    answer = toban_here("solve", path, "--on-infeasible", "report", "-o", "r.csv")
    assert answer.code == 1
    assert "nothing to write as csv" in answer.err
    assert old.read_text(encoding="utf-8") == "old"


def test_a_reader_that_leaves_early_changes_no_exit_code(tmp_path: Path) -> None:
    command = [*COMMAND, "solve", "promise", "--format", "html"]
    ended = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment())
    assert ended.stdout is not None
    ended.stdout.close()
    _, errors = ended.communicate(timeout=60)
    assert (ended.returncode, errors) == (0, b"")


def test_a_name_and_a_format_that_disagree_are_refused_before_the_solve(
    toban_here: Callable[..., Answer], tmp_path: Path
) -> None:
    refused = toban_here("solve", "promise", "-o", "x.xlsx", "-f", "csv")
    assert (refused.code, refused.out) == (2, "")
    assert "x.xlsx: this name says xlsx, but --format says csv" in refused.err
    assert not (tmp_path / "x.xlsx").exists()
    assert toban_here("solve", "promise", "-o", "x.txt", "-f", "csv").code == 0
    assert toban_here("solve", "promise", "-o", "x.csv", "-f", "csv").code == 0
