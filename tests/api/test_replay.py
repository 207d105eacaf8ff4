"""A result saved from a server is a bundle like any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import datasets
from tests.api.conftest import Server
from tests.cli.conftest import Answer, make_team, toban_here, write

__all__ = ["toban_here", "write"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_answer_of_a_server_replays(
    server: Server, toban_here: Callable[..., Answer], write: Callable[[str, Any], Path], language: str
) -> None:
    for problem in (make_team(), {**datasets.load("impossible"), "options": {"workers": 1}}):
        answer = server.post("/v1/solve", problem, **{"accept-language": language})
        assert answer.status_code == 200
        replayed = toban_here("replay", write("answer.json", answer.content))
        assert (replayed.code, replayed.out, replayed.err) == (0, "the same answer\n", "")
