"""The conformance scenarios, each through a real server. They lie outside the repository; absent ones are skipped."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.api.conftest import Server
from tests.api.expectations import broken

CASES = Path(os.environ.get("TOBAN_CASES", Path(__file__).parents[3] / "shared" / "cases"))
FILES = sorted(CASES.glob("**/*.json"))


@pytest.mark.skipif(not FILES, reason=f"no conformance scenarios in {CASES}")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_scenario_holds(file: Path, server: Server) -> None:
    case = json.loads(file.read_text(encoding="utf-8"))
    answer = server.post("/v1/solve", case["problem"])
    assert broken(case["expect"], case["problem"], answer.status_code, answer.json()) == [], case["why"]
