"""Made-up requests, by the hundred for every operation: nothing is a 5xx, everything is as the OpenAPI document says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.conftest import environment, start
from tests.api.fort import garrison
from tests.api.test_access import OPERATIONS

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "unsupported_method",
    "missing_required_header",
    "use_after_free",
)


@pytest.mark.slow
def test_made_up_requests_are_answered_as_documented(tmp_path: Path) -> None:
    fort = garrison(tmp_path, start)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", Path(__file__).with_name("schemathesis.toml")]
    command += ["run", f"http://127.0.0.1:{fort.server.port}/openapi.json", "--checks", ",".join(CHECKS)]
    command += ["--header", f"Authorization: Bearer {fort.keys['own']}", "--phases", "fuzzing"]
    command += ["--max-examples", "40", "--seed", "7", "--workers", "2", "--continue-on-failure", "--no-color"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path, env=environment())
    fort.server.end()
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    assert re.search(rf"Fuzzing \(in .*\)\s+✅ {len(OPERATIONS)} passed", done.stdout), done.stdout[-20_000:]
    # On a busy machine all of an operation's cases may end without a response that a check applies to.
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested
    assert int(tested[1]) >= len(OPERATIONS) - 1, done.stdout[-20_000:]
    generated = re.search(r"(\d+) generated", done.stdout)
    assert generated
    assert int(generated[1]) > 1000
    assert "Traceback" not in (tmp_path / "log").read_text()
