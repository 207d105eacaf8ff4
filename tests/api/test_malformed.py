"""Malformed requests of as many kinds, each refused by a real server with its code at its path, and none with a 5xx."""

from __future__ import annotations

import pytest

from tests.api.conftest import Server
from tests.malformed import MALFORMED, Malformed


@pytest.mark.parametrize("malformed", MALFORMED, ids=lambda malformed: malformed.name)
@pytest.mark.parametrize("path", ["/v1/solve", "/v1/validate"])
def test_it_is_refused_where_it_is_wrong(malformed: Malformed, path: str, server: Server) -> None:
    answer = server.post(path, malformed.body.encode("utf-8", "surrogatepass"))
    if path == "/v1/solve":
        assert 400 <= answer.status_code < 500
        faults = answer.json()["errors"]
    else:
        assert answer.status_code < 500
        faults = answer.json()["errors"] if answer.status_code >= 400 else answer.json()["faults"]
    assert (malformed.code, malformed.path) in [(fault["code"], fault["path"]) for fault in faults]
    assert all({"code", "path", "found", "expected"} <= fault.keys() for fault in faults)
