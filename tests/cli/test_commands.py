"""The smaller commands, and what they have in common."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import datasets
from solver import catalogue, read_problem
from tests.cli.conftest import COMMAND, ROOT, Answer, environment

Run = Callable[..., Answer]
Team = Callable[..., dict[str, Any]]
Write = Callable[[str, Any], Path]
SECRET = "whsec_" + b64encode(b"\x01" * 24).decode()


def test_validate_says_what_it_understood(toban: Run, write: Write, team: Team) -> None:
    answer = toban("validate", write("team.json", team()))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "valid: 2 people, 3 days, 1 group, 1 backup assignment\n"


def test_validate_prints_warnings_with_their_place(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here("validate", write("team.json", team(settings={"ml_parameters": {}, "mlParameters": {"x": 1}})))
    assert answer.code in (0, 2)
    legacy = toban_here("validate", "legacy")
    assert legacy.code == 0
    first, *warnings = legacy.out.splitlines()
    assert first.endswith(f"{len(warnings)} warning" + ("s" if len(warnings) > 1 else ""))
    assert any(": legacy_ignored: " in line for line in warnings)


def test_validate_prints_every_fault_and_ends_with_2(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here("validate", write("team.json", team(nonsense=1, staff=[{"id": "sato"}, {"id": "sato"}])))
    assert (answer.code, answer.out) == (2, "")
    assert {line.split(": ")[1] for line in answer.err.splitlines()} >= {"unknown_field", "duplicate_id"}


def test_examples_lists_every_shipped_problem_with_its_story(toban: Run) -> None:
    out = toban("examples").out
    for example in datasets.examples():
        assert example.name in out
        assert example.title in out
        assert example.why in out


def test_codes_prints_the_catalogue(toban: Run) -> None:
    lines = toban("codes").out.splitlines()
    assert [line.split(maxsplit=2) for line in lines] == [list(info) for info in catalogue()]


def test_generate_makes_a_problem_that_validates(toban: Run, tmp_path: Path) -> None:
    answer = toban("generate", 6, 7, "--seed", 3, "--start", "2027-02-01")
    assert answer.code == 0
    assert read_problem(answer.bytes).period.start.isoformat() == "2027-02-01"
    assert toban("generate", 6, 7, "--seed", 3, "--start", "2027-02-01", "-o", "team.json").code == 0
    assert (tmp_path / "team.json").read_bytes() == answer.bytes
    assert toban("solve", "-", "--time-limit", "5", "--format", "json", stdin=answer.bytes).json["status"] in (
        "OPTIMAL",
        "FEASIBLE",
    )


@pytest.mark.parametrize("arguments", [[0, 7], [6, 0], [6, "many"], [6, 7, "--start", "soon"], [6, 7, "--backups", 6]])
def test_generate_refuses_what_cannot_be_in_one_line(toban_here: Run, arguments: list[object]) -> None:
    answer = toban_here("generate", *arguments)
    assert answer.code == 2
    assert "Traceback" not in answer.err


def test_serve_hands_over_what_it_is_told(tmp_path: Path) -> None:
    code = (
        "import sys, types; fake = types.ModuleType('api.serve'); import api; api.serve = sys.modules['api.serve'] = fake\n"
        "fake.serve = lambda host, port, limits, database, access, log_format, scheduler, webhooks: "
        "print(host, port, database, access.insecure, *access.origins, log_format, scheduler, "
        "webhooks.secrets, *map(str, webhooks.reach.networks))\n"
        "from api.cli.main import app; app(['serve', '--host', '0.0.0.0', '--port', '8123', '--database', 'kept.db', "
        "'--insecure', '--allow-origin', 'https://Page.example/', '--log-format', 'json', "
        "'--allow-webhook-to', '10.1.0.0/16', '--allow-webhook-to', '::1'])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        cwd=tmp_path,
        env=environment(TOBAN_WEBHOOK_SECRET=SECRET),
        check=True,
    )
    secrets = str((b"\x01" * 24,)).encode()
    assert done.stdout == b"0.0.0.0 8123 kept.db True https://page.example json None " + secrets + b" 10.1.0.0/16 ::1/128\n"


@pytest.mark.parametrize(
    "given",
    [["--allow-webhook-to", "everywhere"], ["--allow-webhook-to", "10.0.0.1/8"], ["--webhook-secret-file", "nowhere"]],
    ids=lambda given: given[1],
)
def test_serve_refuses_what_webhooks_cannot_use_in_one_line(toban_here: Run, given: list[str]) -> None:
    answer = toban_here("serve", "--port", 1, "--database", "kept.db", *given)
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 1


def test_serve_quotes_no_secret(toban_here: Run, write: Write) -> None:
    for answer in (
        toban_here("serve", "--database", "kept.db", "--webhook-secret-file", write("secret", "whsec_himitsu")),
        toban_here("serve", "--database", "kept.db", TOBAN_WEBHOOK_SECRET=f"{SECRET} himitsu"),
    ):
        assert answer.code == 2
        assert "himitsu" not in answer.err + answer.out


@pytest.mark.parametrize(
    "command", ["solve", "batch", "check", "validate", "serve", "generate", "examples", "codes", "db", "keys"]
)
def test_every_command_explains_itself(toban: Run, command: str) -> None:
    answer = toban(command, "--help")
    assert answer.code == 0
    assert command in toban("--help").out
    assert f"Usage: toban {command}" in answer.out


def test_version(toban: Run) -> None:
    answer = toban("--version")
    assert (answer.code, answer.out.split()[0]) == (0, "toban")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from api.cli.main import app\n"
        "heavy = {'solver', 'ortools', 'pandas', 'pydantic', 'openpyxl', 'jinja2', 'fastapi', 'datasets'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, cwd=ROOT, env=environment(), check=True)
    assert done.stdout == b"[]\n"


def test_output_is_utf8_whatever_the_locale(toban: Run, write: Write, team: Team) -> None:
    answer = toban(
        "solve",
        write("team.json", team()),
        LC_ALL="C",
        LANG="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
        PYTHONIOENCODING="latin-1",
    )
    assert answer.code == 0
    assert "佐藤" in answer.out


def test_json_is_readable_for_people(toban_here: Run, write: Write, team: Team) -> None:
    answer = toban_here("solve", write("team.json", team()), "--format", "json")
    assert '"name": "佐藤"' in answer.out
    assert answer.out.startswith('{\n  "status": "OPTIMAL"')
    assert json.loads(answer.out)["problem"]["period"]["start"] == "2026-01-01"


@pytest.mark.parametrize(
    "arguments", [("validate", "kitchen"), ("codes",), ("examples",), ("generate", "3", "3")], ids=lambda found: found[0]
)
def test_a_reader_who_leaves_early_is_no_defect(arguments: tuple[str, ...], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, cwd=tmp_path, env=environment(), check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
