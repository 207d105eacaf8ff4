"""Keys: shown once, kept as hashes, recognised only while they are good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from store import NotFound, Scope, Store
from store.tables import api_keys
from tests.store.conftest import HOUSE

LATER = datetime(2999, 1, 1, tzinfo=UTC)


def test_a_made_key_is_recognised_and_its_secret_is_stored_nowhere(store: Store) -> None:
    assert not store.keys.any()
    made, sent = store.keys.create("レジ", [Scope.SOLVE, Scope.READ], [HOUSE], LATER)
    known = store.keys.recognise(sent)
    assert known is not None
    assert (known.id, known.name, known.scopes) == (made.id, "レジ", (Scope.READ, Scope.SOLVE))
    assert (known.restaurant_ids, known.expires_at) == ((HOUSE,), LATER)
    with store.database.reading() as connection:
        row = connection.execute(select(api_keys)).one()
    assert sent.split("_", 2)[2] not in str(row)
    assert store.keys.any()


def test_what_is_no_key_is_not_recognised(store: Store) -> None:
    _, sent = store.keys.create("till", [Scope.READ])
    prefix, key_id, secret = sent.split("_", 2)
    other = store.keys.create("other", [Scope.READ])[1].split("_", 2)[2]
    for wrong in (
        "",
        "toban",
        f"{prefix}_{key_id}",
        f"{prefix}_{key_id}_",
        f"{prefix}_{key_id}_{other}",
        f"{prefix}_{'0' * 16}_{secret}",
        f"tobans_{key_id}_{secret}",
        sent[:-1],
        sent + "x",
        sent.upper(),
        f"{prefix}_{key_id}_é",
        f"{prefix}_' OR 1=1 --_{secret}",
        sent * 1000,
    ):
        assert store.keys.recognise(wrong) is None, wrong
    assert store.keys.recognise(sent) is not None


def test_expired_and_revoked_keys_are_not_recognised_but_still_listed(store: Store) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    expired, first = store.keys.create("old", [Scope.READ], expires_at=past)
    revoked, second = store.keys.create("lost", [Scope.READ])
    assert store.keys.lives(revoked.id)
    gone = store.keys.revoke(revoked.id)
    assert store.keys.revoke(revoked.id) == gone
    assert store.keys.recognise(first) is None
    assert store.keys.recognise(second) is None
    assert not store.keys.lives(revoked.id)
    assert not store.keys.lives(expired.id)
    now = datetime.now(UTC)
    assert [(key.name, key.state(now)) for key in store.keys.listed()] == [("old", "expired"), ("lost", "revoked")]
    assert store.keys.any()  # revoking the last key must not open the door
    with pytest.raises(NotFound):
        store.keys.revoke("nobody")


def test_last_use_is_noted_to_the_minute(store: Store) -> None:
    made, sent = store.keys.create("till", [Scope.READ])
    assert made.last_used_at is None

    def noted() -> datetime | None:
        assert store.keys.recognise(sent) is not None
        return store.keys.listed()[0].last_used_at

    first = noted()
    assert first is not None
    assert noted() == first
    with store.database.writing() as connection:
        connection.execute(update(api_keys).values(last_used_at=first - timedelta(minutes=2)))
    second = noted()
    assert second is not None
    assert second >= first


def test_scopes_include_others(store: Store) -> None:
    held = {scope: store.keys.create(scope, [scope])[0] for scope in Scope}
    allowed = {scope: {one for one in Scope if key.allows([one])} for scope, key in held.items()}
    assert allowed == {
        Scope.READ: {Scope.READ},
        Scope.EDIT: {Scope.READ, Scope.EDIT},
        Scope.SOLVE: {Scope.SOLVE},
        Scope.ADMIN: set(Scope),
    }
    assert not held[Scope.SOLVE].allows([Scope.SOLVE, Scope.READ])


def test_a_key_that_makes_no_sense_is_not_made(store: Store) -> None:
    for name in ("", "x" * 101, "a\nb"):
        with pytest.raises(ValueError, match="name"):
            store.keys.create(name, [Scope.READ])
    with pytest.raises(ValueError, match="scope"):
        store.keys.create("x", [])
    with pytest.raises(ValueError, match="restaurant"):
        store.keys.create("x", [Scope.READ], [])
    with pytest.raises(NotFound, match="nowhere"):
        store.keys.create("x", [Scope.READ], [HOUSE, "nowhere"])
    assert not store.keys.any()
