"""API keys: made, listed, revoked, and recognised.

A key is `toban_<id>_<secret>`. The secret has 256 random bits, so that one round of SHA-256 keeps it as well as a slow
hash would a password; it is shown once and stored nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import RowMapping, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from store import tables
from store.database import Database
from store.errors import NotFound

_table = tables.api_keys
_PREFIX: Final = "toban"
_LONGEST: Final = 200  # characters of what is looked at as a key
_NOTED_EVERY: Final = timedelta(minutes=1)


class Scope(StrEnum):
    """What a key allows."""

    READ = "read"
    EDIT = "edit"
    SOLVE = "solve"
    ADMIN = "admin"


_IMPLIED: Final = {Scope.EDIT: {Scope.READ}, Scope.ADMIN: set(Scope)}


class Key(NamedTuple):
    """A key as it is listed; `restaurant_ids` null stands for every restaurant."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    restaurant_ids: tuple[str, ...] | None
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    def allows(self, needed: Collection[Scope]) -> bool:
        """Whether its scopes hold every needed one; edit includes read, admin all."""
        held = set(self.scopes).union(*(_IMPLIED.get(scope, set()) for scope in self.scopes))
        return held.issuperset(needed)

    def sees(self, restaurant_id: str) -> bool:
        """Whether the restaurant is one of the key's."""
        return self.restaurant_ids is None or restaurant_id in self.restaurant_ids

    def state(self, now: datetime) -> str:
        """Say whether it is active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


class Keys:
    """The keys of one database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(
        self,
        name: str,
        scopes: Collection[Scope],
        restaurant_ids: Collection[str] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[Key, str]:
        """Make a key. Returns it, and what its holder must send; nobody can be told that a second time.

        Raises
        ------
        ValueError
            No name, a name that cannot stand in the change log, no scope, or no restaurant.
        NotFound
            There is no such restaurant.
        """
        if not 0 < len(name) <= 100 or not name.isprintable():
            raise ValueError("a key needs a name of 1 to 100 printable characters")
        if not scopes:
            raise ValueError(f"a key needs a scope: {', '.join(Scope)}")
        if restaurant_ids is not None and not restaurant_ids:
            raise ValueError("a key needs a restaurant, or all of them")
        secret, key_id = secrets.token_urlsafe(32), secrets.token_hex(8)
        values = {
            "id": key_id,
            "name": name,
            "digest": _digest(secret),
            "scopes": [scope.value for scope in Scope if scope in scopes],
            "restaurant_ids": None if restaurant_ids is None else sorted(set(restaurant_ids)),
            "created_at": datetime.now(UTC),
            "expires_at": expires_at,
        }
        with self._database.writing() as connection:
            for restaurant_id in restaurant_ids or ():
                known = tables.restaurants.c.id
                if connection.scalar(select(known).where(known == restaurant_id)) is None:
                    raise NotFound(f"there is no restaurant {restaurant_id}")
            connection.execute(insert(_table).values(**values))
            made = connection.execute(select(_table).where(_table.c.id == key_id)).mappings().one()
        return _key(made), f"{_PREFIX}_{key_id}_{secret}"

    def listed(self) -> list[Key]:
        """List every key, oldest first; revoked and expired ones too."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(_table).order_by(_table.c.created_at)).mappings()]

    def any(self) -> bool:
        """Whether any key was ever made. Revoking the last one locks the door, it does not open it."""
        with self._database.reading() as connection:
            return connection.scalar(select(_table.c.id).limit(1)) is not None

    def revoke(self, key_id: str) -> Key:
        """Make a key useless for good; once more changes nothing.

        Raises
        ------
        NotFound
            There is none of this id.
        """
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            is_live = (_table.c.id == key_id, _table.c.revoked_at.is_(None))
            connection.execute(update(_table).where(*is_live).values(revoked_at=now))
            found = connection.execute(select(_table).where(_table.c.id == key_id)).mappings().first()
        if found is None:
            raise NotFound(f"there is no key {key_id}")
        return _key(found)

    def recognise(self, sent: str) -> Key | None:
        """Find the key that somebody sent; None where it is none, or is expired or revoked.

        Its use is noted to the minute.
        """
        parts = sent.split("_", 2) if len(sent) <= _LONGEST and sent.isascii() else []
        if len(parts) != 3 or parts[0] != _PREFIX or not parts[1].isalnum():
            return None
        now = datetime.now(UTC)
        with self._database.reading() as connection:
            found = connection.execute(select(_table).where(_table.c.id == parts[1])).mappings().first()
        known = found["digest"] if found else ""
        if not hmac.compare_digest(_digest(parts[2]), known) or found is None:
            return None
        key = _key(found)
        if key.state(now) != "active":
            return None
        if key.last_used_at is None or key.last_used_at <= now - _NOTED_EVERY:
            self._note(key.id, now)
        return key

    def lives(self, key_id: str) -> bool:
        """Whether a key that was recognised is still good."""
        with self._database.reading() as connection:
            found = connection.execute(select(_table).where(_table.c.id == key_id)).mappings().first()
        return found is not None and _key(found).state(datetime.now(UTC)) == "active"

    def _note(self, key_id: str, now: datetime) -> None:
        column = _table.c.last_used_at
        old = or_(column.is_(None), column <= now - _NOTED_EVERY)
        with suppress(OperationalError), self._database.writing() as connection:  # a busy database has better things to do
            connection.execute(update(_table).where(_table.c.id == key_id, old).values(last_used_at=now))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: RowMapping) -> Key:
    ids = row["restaurant_ids"]
    moments = (row[name] for name in ("created_at", "last_used_at", "expires_at", "revoked_at"))
    return Key(row["id"], row["name"], tuple(map(Scope, row["scopes"])), None if ids is None else tuple(ids), *moments)
