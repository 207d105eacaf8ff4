"""What the pages in `api/docs` show is what the code does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests import docs
from tests.api.conftest import Server, own_server
from tests.readme import README, block

__all__ = ["own_server"]
PAGES = sorted(docs.DOCS.glob("*.md"))


@pytest.mark.parametrize("name", ["fields", "server", "table", "example"])
def test_a_generated_part_is_the_present_one(name: str) -> None:
    found = block(name).search(docs.PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == docs.parts()[name], "run: python -m tests.docs"


def test_every_meaning_is_of_something() -> None:
    assert set(docs.MEANINGS) == {*docs.BackupAssignment.model_fields, *docs.SERVER_COLUMNS}


@pytest.mark.parametrize("page", [*PAGES, README], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_page_is_linked_from_the_readme() -> None:
    readme = README.read_text(encoding="utf-8")
    assert all(f"(api/docs/{page.name})" in readme for page in PAGES)


def within(part: Any, whole: Any) -> bool:
    """Whether an answer has everything that the page shows of it."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and within(one, whole[name]) for name, one in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(within(one, other) for other in whole) for one in part)
    return bool(part == whole)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_guides_commands_answer_what_it_shows(own_server: Callable[..., Server]) -> None:
    server, answer = own_server(), None
    blocks = re.findall(r"```(sh|json)\n(.*?)```", (docs.DOCS / "backups.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) > 15
    for language, text in blocks:
        if language == "sh":
            command = text.replace("localhost:8000", f"127.0.0.1:{server.port}")
            done = subprocess.run(["bash", "-ec", command], capture_output=True, check=True, timeout=60)
            answer = json.loads(done.stdout)
            assert "errors" not in answer, (text, answer)
        else:
            assert within(json.loads(text), answer), answer.get("schedule", answer)
