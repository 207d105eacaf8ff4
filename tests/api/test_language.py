"""The language of answers: what `Accept-Language` chooses, and that it reaches the worker and nothing else."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.routes.language import preferred
from api.solving.wire import HEAD, Mark, frame, head
from tests.api.conftest import Server

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("JA-jp", "ja"),
        ("en-GB", "en"),
        ("ja, en", "ja"),
        ("en, ja", "en"),
        ("en;q=0.5, ja", "ja"),
        ("ja;q=0.3, en;q=0.4", "en"),
        ("ja ; q=0.9 , en ; q=0.8", "ja"),
        ("ja-JP;q=0.2, ja;q=0.9, en;q=0.5", "ja"),
        ("fr, de;q=0.8", "en"),
        ("fr, ja;q=0.1", "ja"),
        ("*", "en"),
        ("ja, *;q=0.5", "ja"),
        ("en;q=0, *", "ja"),
        ("ja;q=0", "en"),
        ("en;q=0, ja;q=0", "en"),
        ("ja;q=2", "en"),
        ("ja;q=x, en;q=0.1", "en"),
        (";;,,q=1,日本語", "en"),
        ("japanese", "en"),
    ],
)
def test_the_best_liked_language_is_chosen(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


def test_a_frame_carries_its_language() -> None:
    sent = frame(Mark.CHECK, b"{}", "ja")
    assert head(sent[: HEAD.size]) == (Mark.CHECK, "ja", 2)
    with pytest.raises(ValueError, match="not in tuple"):
        head(HEAD.pack(b"c", b"xx", 0))


@pytest.fixture
def overworked(small: dict[str, Any]) -> dict[str, Any]:
    """A problem with a warning and a penalty, whatever the roster."""
    settings = {
        **small["settings"],
        "daily_limits": [{"symbols": ["○"], "min": 3}],
        "priority_rules": [{"rule_type": "preferred_shift", "staff_ids": [], "shift": "○"}],
    }
    return {**small, "settings": settings}


def test_solve_check_and_validate_speak_the_language_asked_for(server: Server, overworked: dict[str, Any]) -> None:
    schedule = {"sato": {"2025-01-14": "△", "2025-01-15": "×"}}
    bodies = {"solve": overworked, "check": {"problem": overworked, "schedule": schedule}, "validate": overworked}
    for route, body in bodies.items():
        english = server.post(f"/v1/{route}", body)
        japanese = server.post(f"/v1/{route}", body, **{"accept-language": "ja-JP, en;q=0.5"})
        for answer, language in ((english, "en"), (japanese, "ja")):
            assert answer.status_code == 200
            assert answer.headers["content-language"] == language
            assert answer.headers["vary"] == "Accept-Language"
            found = answer.json()
            said = [row["message"] for row in (*found.get("violations", []), *found["warnings"])]
            plain = [re.sub("佐藤|中田|キッチン", "", message) for message in said]
            assert plain
            assert all(bool(JAPANESE.search(message)) == (language == "ja") for message in plain), said
        assert [row["path"] for row in english.json()["warnings"]] == [row["path"] for row in japanese.json()["warnings"]]


def test_the_language_of_a_request_stays_with_it(server: Server, overworked: dict[str, Any]) -> None:
    def said(language: str) -> str:
        answer = server.post("/v1/validate", overworked, **{"accept-language": language})
        return str([notice["message"] for notice in answer.json()["warnings"]])

    asked = ["ja", "en"] * 6
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(said, asked))
    assert len({*answers}) == 2
    assert answers == [answers[0], answers[1]] * 6


def test_errors_stay_english(server: Server, small: dict[str, Any]) -> None:
    faulty = {**small, "prefilled": {"nobody": {"2025-01-15": "×"}}}
    answers = [server.post("/v1/solve", faulty, **{"accept-language": language}).json() for language in ("ja", "en")]
    assert answers[0] == answers[1]
