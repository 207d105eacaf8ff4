"""`toban keys`, and what `toban serve` says of addresses that others can reach."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from tests.cli.conftest import Answer

Run = Callable[..., Answer]
DATABASE = ("--database", "kept.db")


def test_a_key_is_printed_once_listed_and_revoked(toban: Run, tmp_path: Path) -> None:
    made = toban("keys", "create", "front desk", "--scope", "edit", "--scope", "solve", "--expires", "2999-12-31", *DATABASE)
    assert made.code == 0, made.err
    found = re.fullmatch(r"(toban_([0-9a-f]{16})_\S{43})\n", made.out)
    assert found
    assert made.err.startswith(f"key {found[2]}, front desk: edit, solve in every restaurant, until 3000-01-01 00:00Z")
    store = Store(str(tmp_path / "kept.db"))
    assert store.keys.recognise(found[1]) is not None
    listed = toban("keys", "list", *DATABASE).out
    assert re.match(rf"{found[2]}  active   front desk: .*, last used \d{{4}}-", listed)
    assert found[1].split("_", 2)[2] not in listed
    assert toban("keys", "revoke", found[2], *DATABASE).out == f"revoked: {found[2]}, front desk\n"
    assert store.keys.recognise(found[1]) is None
    store.close()
    assert "revoked" in toban("keys", "list", *DATABASE).out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "x", "--scope", "write"), "no scope write; there are read, edit, solve, admin"),
        (("create", "x", "--scope", "read", "--restaurant", "nowhere"), "there is no restaurant nowhere"),
        (("create", "x", "--scope", "read", "--expires", "soon"), "--expires soon: a date"),
        (("create", "x", "--scope", "read", "--expires", "2020-01-01"), "--expires 2020-01-01 lies in the past"),
        (("create", "", "--scope", "read"), "a key needs a name"),
        (("revoke", "nobody"), "there is no key nobody"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(toban_here: Run, arguments: tuple[str, ...], said: str) -> None:
    answer = toban_here("keys", *arguments, *DATABASE)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"toban: {said}")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", ""])
def test_serve_refuses_to_listen_to_others_without_a_key(toban: Run, host: str) -> None:
    answer = toban("serve", "--host", host, "--port", "0", *DATABASE)
    assert (answer.code, answer.out) == (2, "")
    assert "there is no key yet" in answer.err
    assert "toban keys create" in answer.err
    assert "--insecure" in answer.err


def test_serve_refuses_what_is_no_origin(toban_here: Run) -> None:
    for wrong in ("example.com", "https://example.com/path", "null", "*"):
        answer = toban_here("serve", "--port", "0", "--allow-origin", wrong, *DATABASE)
        assert (answer.code, answer.err.count("\n")) == (2, 1)
        assert "not an origin" in answer.err
