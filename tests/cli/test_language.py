"""`--lang`, also where the solve runs in a thread of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Answer

Run = Callable[..., Answer]
Team = Callable[..., dict[str, Any]]
Write = Callable[[str, Any], Path]

ROSTER = {"sato": {"2026-01-01": "×", "2026-01-02": "○"}, "nakata": {"2026-01-01": "△", "2026-01-02": "○"}}
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture
def team_file(write: Write, team: Team) -> Path:
    """A team whose settings draw a warning, and a penalty from every roster."""
    document = team()
    settings = {**document["settings"], "daily_limits": [{"symbols": ["○"], "min": 9}]}
    return write("team.json", {**document, "settings": settings})


def messages(answer: Answer) -> str:
    """What was said, without names."""
    rows = [*answer.json["violations"], *answer.json.get("warnings", [])]
    assert rows
    return re.sub("佐藤|中田|キッチン", "", " ".join(row["message"] for row in rows))


@pytest.mark.parametrize("way", [{"lang": "ja"}, {"env": "ja"}, {"lang": "ja", "env": "en"}])
def test_solve_and_check_speak_japanese_where_asked_to(
    toban_here: Run, write: Write, team_file: Path, way: dict[str, str]
) -> None:
    option = ["--lang", way["lang"]] if "lang" in way else []
    env = {"TOBAN_LANG": way["env"]} if "env" in way else {}
    roster = write("roster.json", ROSTER)
    for command in (("solve", team_file), ("check", team_file, roster)):
        japanese = toban_here(*command, "-f", "json", *option, **env)
        english = toban_here(*command, "-f", "json", "--lang", "en")
        assert japanese.code == english.code
        assert JAPANESE.search(messages(japanese))
        assert not re.search("[A-Za-z]{3,}", messages(japanese))
        assert not JAPANESE.search(messages(english))


def test_validate_speaks_it_too(toban_here: Run, team_file: Path) -> None:
    lines = toban_here("validate", team_file, "--lang", "ja").out.splitlines()
    assert "必要" in lines[1]


def test_an_unknown_language_is_refused(toban_here: Run, team_file: Path) -> None:
    answer = toban_here("validate", team_file, "--lang", "fr")
    assert answer.code == 2
    assert "--lang" in answer.err


def test_explain_speaks_it_too(toban: Run) -> None:
    answer = toban("explain", "impossible", "--lang", "ja")
    said = re.sub("INFEASIBLE|backup_coverage|prefilled", "", answer.out)
    assert answer.code == 1
    assert re.findall("[A-Za-z]{3,}", said) == []
    assert "次のどれか一つで" in said
