"""`toban batch`: what is done stays done, what is at fault is told, and the rest goes on."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.batch.sources import Text, named
from store import Store
from tests.api.conftest import endless
from tests.cli.conftest import COMMAND, Answer, environment

__all__ = ["endless"]
Run = Callable[..., Answer]
Team = Callable[..., dict[str, Any]]
Write = Callable[[str, Any], Path]
MANY = 16
OTHERS = ("FEASIBLE", "OPTIMAL", "INFEASIBLE")


def table(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def results(folder: Path) -> dict[str, dict[str, Any]]:
    found = {
        path.relative_to(folder).as_posix(): json.loads(path.read_bytes()) for path in folder.rglob("results/**/*.json")
    }
    return {name: {**result, "stats": None} for name, result in found.items()}


def begin(folder: Path, *arguments: object) -> subprocess.Popen[bytes]:
    log = (folder / "log").open("wb")
    with log:
        return subprocess.Popen([*COMMAND, *map(str, arguments)], stdout=log, stderr=log, cwd=folder, env=environment())


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_as_if_nothing_had_been(toban: Run, tmp_path: Path, team: Team) -> None:
    folder = tmp_path / "teams"
    folder.mkdir()
    month = {"start": "2026-01-01", "end": "2026-01-28"}
    for i in range(MANY):
        options = {"time_limit": 3600, "deterministic_limit": 1, "seed": i}
        problem = team(period=month, options=options)
        (folder / f"{i}.json").write_text(json.dumps({"name": f"team {i}", "problem": problem}), encoding="utf-8")
    killed = begin(tmp_path, "batch", "teams", "-o", "out", "--workers", 2)
    deadline = time.monotonic() + 300
    while len(results(tmp_path / "out")) < 2:
        assert time.monotonic() < deadline, "waited in vain"
        assert killed.poll() is None, (tmp_path / "log").read_text()
        time.sleep(0.005)
    killed.kill()
    killed.wait()
    before = results(tmp_path / "out")
    assert 2 <= len(before) < MANY, "it was to be killed midway"
    stamps = {name: (tmp_path / "out" / name).stat() for name in before}
    resumed = toban("batch", "teams", "-o", "out", "--workers", 2)
    assert resumed.code == 0, resumed.err
    assert len(re.findall("kept", resumed.err)) == len(before)
    assert len(re.findall(r"penalty", resumed.err)) == MANY, "each is told of once"
    for name, stamp in stamps.items():
        now = (tmp_path / "out" / name).stat()
        assert (now.st_ino, now.st_mtime_ns) == (stamp.st_ino, stamp.st_mtime_ns), "what was done is not done again"
    assert toban("batch", "teams", "-o", "whole", "--workers", 2).code == 0
    assert results(tmp_path / "out") == results(tmp_path / "whole")
    assert len(results(tmp_path / "out")) == MANY
    for column in ("status", "penalty", "request_hash", "violations"):
        assert [row[column] for row in table(tmp_path / "out").values()] == [
            row[column] for row in table(tmp_path / "whole").values()
        ]
    assert not (tmp_path / "out" / ".work").exists()


def test_what_is_at_fault_is_told_and_the_rest_goes_on(toban: Run, tmp_path: Path, write: Write, team: Team) -> None:
    (tmp_path / "teams" / "deep").mkdir(parents=True)
    (tmp_path / "teams" / ".hidden").mkdir()
    write("teams/.hidden/x.json", team())
    write("teams/ok.json", team())
    write("teams/deep/ok.json", {"name": "a scenario", "problem": team(options={"seed": 1})})
    write("teams/same.json", team())
    write("teams/broken.json", "{")
    write("teams/faulty.json", team(staff=[{"id": "sato"}, {"id": "sato"}], nonsense=1))
    write("teams/never.json", team(prefilled={"sato": {"2026-01-01": "×"}, "nakata": {"2026-01-01": "×"}}))
    lines = [json.dumps(team(options={"seed": seed})) for seed in (2, 3)]
    write("teams/many.jsonl", "\n".join([lines[0], "", "[]", lines[1]]))
    write("notes.txt", "no problem")
    answer = toban("batch", "teams", "-o", "teams/out", "--workers", 1, "--time-limit", 60)
    assert answer.code == 2, answer.err
    rows = table(tmp_path / "teams" / "out")
    assert {name: row["status"] for name, row in rows.items()} == {
        "broken": "REFUSED",
        "deep/ok": "OPTIMAL",
        "faulty": "REFUSED",
        "many-1": "OPTIMAL",
        "many-3": "REFUSED",
        "many-4": "OPTIMAL",
        "never": "INFEASIBLE",
        "ok": "OPTIMAL",
        "same": "OPTIMAL",
    }
    assert "duplicate_id" in rows["faulty"]["error"]
    assert "unknown_field" in rows["faulty"]["error"]
    assert rows["many-3"]["source"] == "teams/many.jsonl:3"
    assert int(rows["never"]["violations_backup_coverage"]) > 0
    out = tmp_path / "teams" / "out"
    for name, row in rows.items():
        done = row["status"] in OTHERS
        assert (out / "results" / f"{name}.json").exists() == (out / "rosters" / f"{name}.html").exists() == done
        if done:
            result = json.loads((out / "results" / f"{name}.json").read_bytes())
            assert result["request_hash"] == row["request_hash"]
            assert result["problem"]["options"]["time_limit"] == 60
            assert result["problem"]["options"]["workers"] == 1
            assert sum(one["rule"] == "backup_coverage" for one in result["violations"]) == int(
                row["violations_backup_coverage"]
            )
    same = [json.loads((out / "results" / f"{name}.json").read_bytes())["stats"] for name in ("ok", "same")]
    assert same[0] == same[1], "the same request is solved once"
    page = (out / "report.html").read_text(encoding="utf-8")
    assert all(f'href="rosters/{name}.html"' in page for name, row in rows.items() if row["status"] in OTHERS)
    assert "unknown_field" in page
    assert "佐藤" in (out / "rosters" / "ok.html").read_text(encoding="utf-8")
    stamps = {path: path.stat().st_mtime_ns for path in out.rglob("*s/*.*")}
    again = toban("batch", "teams", "-o", "teams/out", "--workers", 1, "--time-limit", 60)
    assert again.code == 2
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*s/*.*")} == stamps
    assert len(re.findall("kept", again.err)) == 6
    assert table(out) == rows, "nothing is solved again, and its own results are no problems"
    write("teams/ok.json", team(options={"seed": 9}))
    changed = toban("batch", "teams", "-o", "teams/out", "--workers", 1, "--time-limit", 60)
    assert len(re.findall("kept", changed.err)) == 5, "another request is another problem"


def test_parquet_holds_the_same_table(tmp_path: Path, toban: Run, write: Write, team: Team) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    assert toban("batch", write("team.json", team()), "-o", "out", "--workers", 1).code == 0
    found = pandas.read_parquet(tmp_path / "out" / "table.parquet")
    [row] = table(tmp_path / "out").values()
    assert list(found.columns) == list(row)
    assert found.loc[0, "penalty"] == int(row["penalty"])


def test_restaurants_of_the_store(toban: Run, tmp_path: Path, team: Team) -> None:
    store = Store(f"sqlite:///{tmp_path / 'kept.db'}")
    store.upgrade()
    for house in ("tokyo-1", "tokyo-2", "osaka"):
        store.put_restaurant(house, {"name": house})
        settings = {**team()["settings"], "requests": [{"staff_id": "sato", "date": "2026-09-09", "symbol": "×"}]}
        store.put_settings(house, {"staff": team()["staff"], "settings": settings}, base=0)
    before = {"period": {"start": "2025-12-30", "end": "2025-12-31"}, "schedule": {"sato": {"2025-12-31": "△"}}}
    store.put_roster("tokyo-1", "dec", before)
    store.publish_roster("tokyo-1", "dec")
    store.close()
    house = ("--restaurant", "tokyo-*", "--database", "kept.db", "--start", "2026-01-01", "--end", "2026-01-02")
    answer = toban("batch", "-o", "out", "--workers", 1, *house)
    assert answer.code == 0, answer.err
    rows = table(tmp_path / "out")
    assert set(rows) == {"tokyo-1", "tokyo-2"}
    problem = json.loads((tmp_path / "out" / "results" / "tokyo-1.json").read_bytes())["problem"]
    assert problem["period"] == {"start": "2026-01-01", "end": "2026-01-02"}
    assert problem["history"] == {"sato": {"2025-12-31": "△"}}
    assert problem["settings"]["requests"] == [], "wishes for other months"
    nobody = toban("batch", "-o", "new", "--restaurant", "kyoto", *house[2:])
    assert (nobody.code, nobody.err) == (2, "toban: kyoto: no such restaurant\n")
    assert not (tmp_path / "new").exists()


def test_refusals_leave_nothing_behind(toban_here: Run, tmp_path: Path, write: Write, team: Team) -> None:
    write("team.json", team())
    (tmp_path / "full").mkdir()
    write("full/letter.txt", "dear")
    for arguments, said in (
        (["team.json"], "-o OUT"),
        (["-o", "out"], "name problems"),
        (["team.json", "-o", "out", "--workers", 2, "--scheduler", "tcp://127.0.0.1:1"], "leave one of them out"),
        (["team.json", "-o", "out", "--scheduler", "tcp://127.0.0.1:1"], "no scheduler answers"),
        (["nobody.json", "-o", "out"], "no such file"),
        (["*.yaml", "-o", "out"], "no file fits"),
        (["full", "-o", "out"], "no .json"),
        (["team.json", "-o", "full"], "other things than a batch"),
        (["team.json", "-o", "team.json"], "team.json"),
        (["team.json", "-o", "out", "--start", "2026-01-01"], "--restaurant"),
        (["-o", "out", "--restaurant", "x"], "--start and --end"),
        (["-", "-o", "out"], "not a single problem"),
    ):
        answer = toban_here("batch", *arguments)
        assert answer.code == 2, arguments
        assert said in answer.err, answer.err
        assert len(answer.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
    assert [one.name for one in (tmp_path / "full").iterdir()] == ["letter.txt"]


def test_a_folder_has_one_language_and_one_batch_at_a_time(toban_here: Run, tmp_path: Path, write: Write) -> None:
    write("bad.json", "{")
    assert toban_here("batch", "bad.json", "-o", "out").code == 2
    assert table(tmp_path / "out")["bad"]["status"] == "REFUSED"
    answer = toban_here("batch", "bad.json", "-o", "out", "--lang", "ja")
    assert "give --lang en" in answer.err
    held = sqlite3.connect(tmp_path / "out" / ".lock", isolation_level=None)
    held.execute("BEGIN EXCLUSIVE")
    assert "another batch is at work there" in toban_here("batch", "bad.json", "-o", "out").err
    held.close()
    assert toban_here("batch", "bad.json", "-o", "out").code == 2


def test_ctrl_c_keeps_what_is_done(
    terminal: Callable[..., Any], toban: Run, tmp_path: Path, write: Write, team: Team, endless: dict[str, Any]
) -> None:
    endless["options"] = {"time_limit": 3600}
    write("a.json", team())
    write("b.json", endless)
    write("c.json", {**endless, "options": {"time_limit": 3600, "seed": 1}})
    running = terminal("batch", "a.json", "b.json", "c.json", "-o", "out", "--workers", "1")
    running.until("OPTIMAL", 300)
    running.until("penalty", 300)
    running.interrupt()
    assert running.end(120) == 130
    assert {name: row["status"] for name, row in table(tmp_path / "out").items()} == {
        "a": "OPTIMAL",
        "b": "LEFT",
        "c": "LEFT",
    }
    answer = toban("batch", "a.json", "-o", "out")
    assert answer.code == 0
    assert "kept" in answer.err


def test_names_fit_for_files_and_each_once() -> None:
    given = ["a", "A", "a", "本店", "../etc/passwd", "..", "x" * 300, "x" * 301, 'q"?*', "a-2", ".hidden", ""]
    made = [text.name for text in named(Text(name, "", b"") for name in given)]
    assert len({name.casefold() for name in made}) == len(made)
    assert made[3] == "本店"
    for name in made:
        assert all(part and not part.startswith(".") and len(part.encode()) <= 200 for part in name.split("/"))
        assert not re.search(r'[\\:*?"<>|]', name)


def test_a_batch_whose_parent_was_killed_leaves_no_worker(tmp_path: Path, write: Write, endless: dict[str, Any]) -> None:
    write("a.json", {**endless, "options": {"time_limit": 3600}})
    from tests.api.conftest import Server
    from tests.jobs.conftest import workers

    running = begin(tmp_path, "batch", "a.json", "-o", "out", "--workers", 1)
    Server.until(lambda: bool(workers(running.pid)), 240)
    left = workers(running.pid)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    Server.until(lambda: not any(map(Server.lives, left)), 120)
