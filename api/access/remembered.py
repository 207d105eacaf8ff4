"""Who was let in lately, for a call that must be answered while the database, which knows the keys, is away."""

from __future__ import annotations

import hashlib
from time import monotonic
from typing import Final

from store import Key

SECONDS: Final = 600.0  # a key that is revoked meanwhile may read figures for as long
_MOST: Final = 100


class Remembered:
    """Keys that were recognised, by the digest of their secret; secrets themselves are kept nowhere."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Key | None, float]] = {}

    def note(self, sent: str | None, key: Key | None) -> None:
        """Note that this secret, or none, was let in as this key."""
        if len(self._seen) >= _MOST:
            self._seen.clear()
        self._seen[_digest(sent)] = key, monotonic()

    def forget(self, sent: str | None) -> None:
        """Note that it was refused."""
        self._seen.pop(_digest(sent), None)

    def recall(self, sent: str | None) -> tuple[Key | None] | None:
        """Find whom it was let in as; None where it was not, or too long ago."""
        key, at = self._seen.get(_digest(sent), (None, float("-inf")))
        return (key,) if monotonic() - at < SECONDS else None


def _digest(sent: str | None) -> str:
    return "" if sent is None else hashlib.sha256(sent.encode("utf-8", "surrogatepass")).hexdigest()
