"""Refusals of callers; what they become over HTTP stands in `api.faults`."""

from __future__ import annotations

from collections.abc import Iterable


class AccessRefused(Exception):
    """Base of them."""


class KeyNeeded(AccessRefused):
    """The call came without a key."""

    def __init__(self) -> None:
        super().__init__("send a key: Authorization: Bearer toban_…; toban keys create makes one")


class KeyRefused(AccessRefused):
    """The key is none; whether it is wrong, expired or revoked is nobody's business."""

    def __init__(self) -> None:
        super().__init__("the key is unknown, expired or revoked")


class ScopeMissing(AccessRefused):
    """The key does not allow this call."""

    def __init__(self, needed: Iterable[str]) -> None:
        super().__init__(f"the key lacks the scope: {' and '.join(sorted(needed))}")


class OriginRefused(AccessRefused):
    """Another site's page asks."""

    def __init__(self) -> None:
        super().__init__("pages of other sites may not do this; toban serve --allow-origin names those that may")


class LocalOnly(AccessRefused):
    """There are no keys, and the call comes from elsewhere or under a foreign name."""

    def __init__(self) -> None:
        super().__init__("without keys only this machine is answered, under its loopback names; toban keys create makes one")
